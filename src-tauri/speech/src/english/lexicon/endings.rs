//! Words that are a known stem and an ending: -s, -ed, -ing.

use super::{Lexicon, Place};

/// Sounds behind which an American t is flapped.
fn flaps(sound: char) -> bool {
    "AIOWYiuæɑəɛɪɹʊʌ".contains(sound)
}

/// Returns the last sound, and the one before it.
fn last_two(phonemes: &str) -> Option<(char, Option<char>)> {
    let mut sounds = phonemes.chars().rev();
    sounds.next().map(|last| (last, sounds.next()))
}

/// Returns phonemes that end in t with the flapped one instead, if the sound before it lets it.
fn flapped(stem: &str, before: Option<char>) -> Option<&str> {
    before.filter(|&before| flaps(before)).and_then(|_| stem.strip_suffix('t'))
}

impl Lexicon {
    /// Returns the phonemes of a plural, a genitive or a verb with -s.
    pub(super) fn with_s(&self, word: &str, place: Place) -> Option<String> {
        let stem = self.stem_s(word)?;
        self.plus_s(&self.lookup(&stem, place)?)
    }

    pub(super) fn with_ed(&self, word: &str, place: Place) -> Option<String> {
        let stem = self.stem_ed(word)?;
        self.plus_ed(&self.lookup(stem, place)?)
    }

    pub(super) fn with_ing(&self, word: &str, place: Place) -> Option<String> {
        let stem = self.stem_ing(word)?;
        self.plus_ing(&self.lookup(&stem, place)?)
    }

    fn stem_s(&self, word: &str) -> Option<String> {
        let long = word.chars().nth(4).is_some();
        word.chars().nth(2)?;
        let stem = word.strip_suffix('s')?;
        if !stem.ends_with('s') && self.is_known(stem) {
            return Some(stem.to_owned());
        }
        let es = word.strip_suffix("es").filter(|stem| long && !stem.ends_with('i'));
        if let Some(stem) = word.strip_suffix("'s").or(es).filter(|stem| self.is_known(stem)) {
            return Some(stem.to_owned());
        }
        let y = word.strip_suffix("ies").filter(|_| long).map(|stem| format!("{stem}y"));
        y.filter(|stem| self.is_known(stem))
    }

    fn stem_ed<'a>(&self, word: &'a str) -> Option<&'a str> {
        word.chars().nth(3)?;
        let stem = word.strip_suffix('d')?;
        if !stem.ends_with('d') && self.is_known(stem) {
            return Some(stem);
        }
        word.chars().nth(4)?;
        word.strip_suffix("ed").filter(|stem| !stem.ends_with('e') && self.is_known(stem))
    }

    fn stem_ing(&self, word: &str) -> Option<String> {
        word.chars().nth(4)?;
        let long = word.chars().nth(5).is_some();
        let stem = word.strip_suffix("ing")?;
        if long && self.is_known(stem) {
            return Some(stem.to_owned());
        }
        let with_e = format!("{stem}e");
        if self.is_known(&with_e) {
            return Some(with_e);
        }
        let mut letters = stem.chars().rev();
        let (last, before) = (letters.next()?, letters.next());
        let doubled = before == Some(last) && "bcdgklmnprstvxz".contains(last);
        let single = stem.strip_suffix(last).filter(|_| long && (doubled || stem.ends_with("ck")))?;
        self.is_known(single).then(|| single.to_owned())
    }

    pub(super) fn plus_s(&self, stem: &str) -> Option<String> {
        let (last, _) = last_two(stem)?;
        Some(match last {
            'p' | 't' | 'k' | 'f' | 'θ' => format!("{stem}s"),
            's' | 'z' | 'ʃ' | 'ʒ' | 'ʧ' | 'ʤ' => format!("{stem}{}z", self.weak_i()),
            _ => format!("{stem}z"),
        })
    }

    pub(super) fn plus_ed(&self, stem: &str) -> Option<String> {
        let (last, before) = last_two(stem)?;
        Some(match last {
            'p' | 'k' | 'f' | 'θ' | 'ʃ' | 's' | 'ʧ' => format!("{stem}t"),
            'd' => format!("{stem}{}d", self.weak_i()),
            't' if self.british || before.is_none() => format!("{stem}ɪd"),
            't' => match flapped(stem, before) {
                Some(stem) => format!("{stem}ɾᵻd"),
                None => format!("{stem}ᵻd"),
            },
            _ => format!("{stem}d"),
        })
    }

    pub(super) fn plus_ing(&self, stem: &str) -> Option<String> {
        let (last, before) = last_two(stem)?;
        match last {
            'ə' | 'ː' if self.british => None,
            't' if !self.british => match flapped(stem, before) {
                Some(stem) => Some(format!("{stem}ɾɪŋ")),
                None => Some(format!("{stem}ɪŋ")),
            },
            _ => Some(format!("{stem}ɪŋ")),
        }
    }

    fn weak_i(&self) -> char {
        if self.british { 'ɪ' } else { 'ᵻ' }
    }
}
