//! Keys in English and Spanish. `la`, `mi`, `si`, `do`, `sol` and `a` are ordinary words too: alone they are no key.

use son1k_domain::music::{Key, Mode, PitchClass};

use super::number::Found;
use super::token::{Token, tokens};
use super::vocabulary::vocabulary;

/// What a phrase says of the key; the rest is left to style and seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyWords {
    pub tonic: Option<PitchClass>,
    pub mode: Option<Mode>,
}

/// Semitones above C of the letters C to B and of do to si.
const LETTERS: [(&str, u8); 7] = [("c", 0), ("d", 2), ("e", 4), ("f", 5), ("g", 7), ("a", 9), ("b", 11)];
const SYLLABLES: [(&str, u8); 8] =
    [("do", 0), ("re", 2), ("mi", 4), ("fa", 5), ("sol", 7), ("la", 9), ("si", 11), ("ti", 11)];
const SIGNS: [&str; 6] = ["in", "en", "key", "tono", "tonalidad", "clave"];
const NAMED: [&str; 4] = ["key", "tono", "tonalidad", "clave"];

/// Reads a whole text as a key: `A minor`, `Am`, `la menor`, `F# dorian`, `sib mayor`. A note alone is major.
pub fn parse_key(text: &str) -> Option<Key> {
    let words = tokens(text);
    if words.len() > 4 {
        return None;
    }
    let (note, mut used) = note(&words)?;
    let mut mode = note.mode;
    if mode.is_none()
        && let Some((found, length)) = mode_at(words.get(used..)?)
    {
        (mode, used) = (Some(found), used + length);
    }
    (used == words.len()).then_some(Key { tonic: note.tonic, mode: mode.unwrap_or(Mode::Major) })
}

/// A note as written, with the mode that is written onto it (`Am`).
#[derive(Clone, Copy)]
struct Note {
    tonic: PitchClass,
    mode: Option<Mode>,
    /// A syllable, or a letter, without anything that makes it a key.
    bare: bool,
    accidental: bool,
}

/// Reads a note: `F#m`, `Bb`, `B flat`, `fa sostenido`, `sib`.
fn note(words: &[Token]) -> Found<Note> {
    let first = words.first()?;
    let (base, rest) = split(&first.word)?;
    let (shift, rest) = match rest.chars().next() {
        Some('#') => (1, rest.get(1..)?),
        Some('b') => (11, rest.get(1..)?),
        _ => (0, rest),
    };
    let mode = match rest {
        "" => None,
        "m" | "min" | "minor" => Some(Mode::Minor),
        "maj" | "major" => Some(Mode::Major),
        _ => return None,
    };
    let (spoken, length) = match words.get(1).map(|w| w.word.as_str()) {
        Some("sharp" | "sostenido") if mode.is_none() && shift == 0 => (1, 2),
        Some("flat" | "bemol") if mode.is_none() && shift == 0 => (11, 2),
        _ => (0, 1),
    };
    let accidental = shift + spoken > 0;
    let tonic = PitchClass((base + shift + spoken) % 12);
    Some((Note { tonic, mode, bare: mode.is_none() && !accidental, accidental }, length))
}

/// Splits a note's name from what is written onto it. `sib` is si and a flat; `dom` and `mim` are no notes.
fn split(word: &str) -> Option<(u8, &str)> {
    if let Some((name, base)) = SYLLABLES.iter().find(|(name, _)| word.starts_with(name)) {
        let rest = word.get(name.len()..)?;
        return matches!(rest, "" | "#" | "b" | "#m" | "bm").then_some((*base, rest));
    }
    LETTERS
        .iter()
        .find(|(name, _)| word.starts_with(name))
        .and_then(|(_, base)| Some((*base, word.get(1..)?)))
}

fn mode_at(words: &[Token]) -> Found<Mode> {
    let mode = match words.first()?.word.as_str() {
        "major" | "mayor" | "maj" | "ionian" | "jonico" | "jonica" => Mode::Major,
        "minor" | "menor" | "min" | "aeolian" | "eolico" | "eolica" => Mode::Minor,
        "dorian" | "dorico" | "dorica" => Mode::Dorian,
        "phrygian" | "frigio" | "frigia" => Mode::Phrygian,
        "lydian" | "lidio" | "lidia" => Mode::Lydian,
        "mixolydian" | "mixolidio" | "mixolidia" => Mode::Mixolydian,
        _ => return None,
    };
    Some((mode, 1))
}

/// Finds a key at `at`. `text` is the prompt, for its capitals.
pub(super) fn key(text: &str, words: &[Token], at: usize) -> Found<KeyWords> {
    let here = Place { text, words, at };
    here.key().or_else(|| here.mode_alone())
}

#[derive(Clone, Copy)]
struct Place<'a> {
    text: &'a str,
    words: &'a [Token],
    at: usize,
}

impl Place<'_> {
    fn key(self) -> Found<KeyWords> {
        let (note, length) = note(self.words.get(self.at..)?)?;
        let (mode, length) = match mode_at(self.words.get(self.at + length..)?) {
            Some((mode, more)) if note.mode.is_none() && !self.broken(self.at + length) => {
                (Some(mode), length + more)
            }
            _ => (note.mode, length),
        };
        let spelled = mode.is_some() && note.mode.is_none();
        let is_key =
            if spelled { self.is_key_with_mode(note, length) } else { self.is_key_alone(note, length) };
        is_key.then_some((KeyWords { tonic: Some(note.tonic), mode }, length))
    }

    /// `la mayor parte`, `mi mayor deseo`, `a minor setback`, `a major hit`: adjectives, unless something else says key.
    fn is_key_with_mode(self, note: Note, length: usize) -> bool {
        let first = self.word(self.at);
        let adjective = matches!(self.word(self.at + length - 1), "mayor" | "menor" | "major" | "minor");
        if !note.bare || !adjective || !matches!(first, "la" | "mi" | "a") {
            return true;
        }
        let next = self.at + length;
        if first == "a" && !self.is_capital() {
            // `in a minor key` names a mode only.
            return self.word(next) != "key" && (self.after_sign() && self.ends(next) || self.broken(next));
        }
        self.ends(next)
    }

    fn is_key_alone(self, note: Note, length: usize) -> bool {
        let next = self.at + length;
        let syllable = SYLLABLES.iter().any(|(name, _)| self.word(self.at).starts_with(name));
        if note.mode.is_some() {
            // `Am`, `F#m`; but `I am`, `FM radio` and `dm me` are not keys.
            return note.accidental || (self.is_chord_symbol() && self.before() != "i");
        }
        if note.accidental {
            let letter = self.is_capital() || self.word(self.at).contains('#') || length > 1;
            return (letter || syllable)
                && (self.after_sign() || self.word(self.at).contains('#') || length > 1);
        }
        let ambiguous = matches!(self.word(self.at), "la" | "mi" | "si" | "ti");
        let sign = if ambiguous { self.after_name() } else { self.after_sign() };
        sign && (syllable || self.is_capital()) && self.ends(next)
    }

    /// `in a minor key`, `modo dórico`, `dorian`.
    fn mode_alone(self) -> Found<KeyWords> {
        let (mode, length) = mode_at(self.words.get(self.at..)?)?;
        let word = self.word(self.at);
        let common = matches!(word, "major" | "minor" | "mayor" | "menor" | "min" | "maj" | "lidia");
        let named = matches!(self.word(self.at + 1), "key" | "mode" | "scale" | "tonality")
            || matches!(self.before(), "modo" | "tono" | "tonalidad" | "escala" | "mode" | "key");
        (!common || named).then_some((KeyWords { tonic: None, mode: Some(mode) }, length))
    }

    /// Whether a phrase may end here: nothing follows, a break, or a word that does not make the one before its adjective.
    fn ends(self, next: usize) -> bool {
        let Some(token) = self.words.get(next) else { return true };
        let small =
            vocabulary().is_small(&token.word) && !matches!(token.word.as_str(), "de" | "part" | "of");
        let figure = token.word.starts_with(|c: char| c.is_ascii_digit());
        token.after_break
            || small
            || figure
            || vocabulary().phrase(self.words.get(next..).unwrap_or_default()).is_some()
    }

    fn after_sign(self) -> bool {
        SIGNS.contains(&self.before()) || self.after_name()
    }

    /// `key of`, `tono de`, `tonalidad`.
    fn after_name(self) -> bool {
        let linked = matches!(self.before(), "of" | "de" | "is" | "es" | "en" | "in");
        let two_before = self.at.checked_sub(2).map_or("", |at| self.word(at));
        NAMED.contains(&self.before()) || (linked && NAMED.contains(&two_before))
    }

    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |t| t.word.as_str())
    }

    fn before(&self) -> &str {
        self.at.checked_sub(1).map_or("", |at| self.word(at))
    }

    fn broken(self, at: usize) -> bool {
        self.words.get(at).is_none_or(|t| t.after_break)
    }

    fn written(&self) -> &str {
        self.words.get(self.at).and_then(|t| self.text.get(t.place.clone())).unwrap_or_default()
    }

    /// A capital in the middle of a text: at its start every word has one.
    fn is_capital(self) -> bool {
        let upper = self.written().starts_with(|c: char| c.is_ascii_uppercase());
        upper && (self.word(self.at) != "a" || self.at > 0 || self.word(1) == "minor")
    }

    /// `Am`, `Dm`, `Cmaj`: a capital and then small letters.
    fn is_chord_symbol(&self) -> bool {
        let mut letters = self.written().chars();
        letters.next().is_some_and(|c| matches!(c, 'A'..='G')) && letters.all(|c| c.is_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_both_languages() {
        for (text, expected) in [
            ("A minor", "A minor"),
            ("a minor", "A minor"),
            ("Am", "A minor"),
            ("am", "A minor"),
            ("la menor", "A minor"),
            ("La menor", "A minor"),
            ("F# dorian", "F# dorian"),
            ("F#m", "F# minor"),
            ("f sharp minor", "F# minor"),
            ("sib mayor", "Bb major"),
            ("si bemol mayor", "Bb major"),
            ("Bb major", "Bb major"),
            ("B♭", "Bb major"),
            ("B flat", "Bb major"),
            ("C", "C major"),
            ("sol", "G major"),
            ("re dórico", "D dorian"),
            ("mi frigio", "E phrygian"),
            ("fa lidio", "F lydian"),
            ("sol mixolidio", "G mixolydian"),
            ("fa# menor", "F# minor"),
            ("Ebmaj", "Eb major"),
            ("B", "B major"),
            ("si", "B major"),
            ("Cb", "B major"),
        ] {
            assert_eq!(parse_key(text).map(|k| k.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "H",
            "key H",
            "A minor please now",
            "minor",
            "Zb",
            "amin or",
            "la la",
            "F##",
            "doremi",
            "🎵",
            "A#b",
        ] {
            assert_eq!(parse_key(text), None, "{text}");
        }
    }

    #[test]
    fn every_key_is_read_back_from_its_own_name() {
        for tonic in 0..12 {
            for mode in Mode::ALL {
                let key = Key { tonic: PitchClass(tonic), mode };
                assert_eq!(parse_key(&key.to_string()), Some(key));
            }
        }
    }
}
