//! How a word is read where it stands: its reading by part of speech and by what follows, words made of a known stem and an
//! ending, letters that are spelled.

mod endings;
mod figures;

use unicode_normalization::UnicodeNormalization;

use super::letter::{ascii_digit, is_alphabetic, is_apostrophe, is_lower, is_upper};
use super::stress::{self, PRIMARY, SECONDARY, Stress};
use super::token::{Currency, Tag, Token};
use super::wordlist::{Reading, WordList};

/// What follows a word, as far as its reading depends on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ahead {
    /// Whether the next sound is a vowel; `None` before a pause or the end.
    pub vowel: Option<bool>,
    /// Whether the next word is "to".
    pub to: bool,
}

/// Where a word stands.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    tag: Option<Tag>,
    stress: Option<Stress>,
    /// `None`: the word is part of something else, a number say.
    ahead: Option<Ahead>,
}

pub struct Lexicon {
    gold: WordList,
    silver: WordList,
    british: bool,
}

impl Lexicon {
    /// `gold` has been checked by people and goes before `silver`, which has not.
    pub fn new(gold: WordList, silver: WordList, british: bool) -> Self {
        Self { gold, silver, british }
    }

    /// Returns the phonemes of a token, or `None` where neither list nor rule knows it.
    pub fn read(&self, token: &Token, ahead: Ahead) -> Option<String> {
        let word = plain(token.alias.unwrap_or(&token.text));
        let stress = match (is_lower(&word), is_upper(&word)) {
            (true, _) => None,
            (false, true) => Some(Stress::Full),
            (false, false) => Some(Stress::Some),
        };
        let known = self.word(&word, token.tag, stress, ahead);
        match known {
            Some(phonemes) => Some(self.with_currency(phonemes, token.currency)),
            None if figures::is_number(&word, token.head) => self.number(&word, token.currency, token.head),
            None => None,
        }
    }

    /// Returns a word spelled out, letter by letter: the last one is the strongest. `None` where a letter has no name.
    pub fn spelled(&self, word: &str) -> Option<String> {
        let mut phonemes = String::new();
        for letter in word.chars().filter(|c| c.is_alphabetic()) {
            phonemes.push_str(self.gold.get(&letter.to_uppercase().collect::<String>()).and_then(always)?);
        }
        let phonemes = stress::apply(phonemes, Some(Stress::Even));
        Some(match phonemes.rsplit_once(SECONDARY) {
            Some((before, last)) => format!("{before}{PRIMARY}{last}"),
            None => phonemes,
        })
    }

    fn with_currency(&self, phonemes: String, currency: Option<Currency>) -> String {
        let [name, _] = match currency {
            Some(currency) => currency.names(),
            None => return phonemes,
        };
        match self.with_s(&format!("{name}s"), Place::default()) {
            Some(name) => format!("{phonemes} {name}"),
            None => phonemes,
        }
    }

    fn word(&self, word: &str, tag: Tag, stress: Option<Stress>, ahead: Ahead) -> Option<String> {
        let place = Place { tag: Some(tag), stress, ahead: Some(ahead) };
        if let Some(phonemes) = self.special(word, tag, place, ahead) {
            return Some(phonemes);
        }
        let small = word.to_lowercase();
        let word = if self.is_shouted(word, &small, tag, place) { &small } else { word };
        if self.is_known(word) {
            return self.lookup(word, place);
        }
        let singular = word.strip_suffix("s'").map(|stem| format!("{stem}'s"));
        if let Some(singular) = singular.filter(|singular| self.is_known(singular)) {
            return self.lookup(&singular, place);
        }
        if let Some(stem) = word.strip_suffix('\'').filter(|stem| self.is_known(stem)) {
            return self.lookup(stem, place);
        }
        let eager = Place { stress: Some(stress.unwrap_or(Stress::Some)), ..place };
        self.with_s(word, place).or_else(|| self.with_ed(word, place)).or_else(|| self.with_ing(word, eager))
    }

    /// Returns whether a word in capitals, or with one at its beginning, is known only as a small one.
    fn is_shouted(&self, word: &str, small: &str, tag: Tag, place: Place) -> bool {
        let mut rest = word.chars();
        rest.next();
        let rest = rest.as_str();
        !rest.is_empty()
            && word != small
            && is_alphabetic(&word.replace('\'', ""))
            && (tag != "NNP" || word.chars().count() > 7)
            && (is_upper(word) || is_lower(rest))
            && !self.is_listed(word)
            && (self.is_listed(small)
                || [Self::with_s, Self::with_ed, Self::with_ing]
                    .iter()
                    .any(|with| with(self, small, place).is_some()))
    }

    /// Returns the phonemes of words whose reading is a rule of the sentence: articles, "to", "used" …
    fn special(&self, word: &str, tag: Tag, place: Place, ahead: Ahead) -> Option<String> {
        let noun = tag.starts_with("NN");
        match word {
            "." | "/" if tag == "ADD" => {
                let name = if word == "." { "dot" } else { "slash" };
                self.lookup(name, Place { tag: None, stress: Some(Stress::Weaker), ..place })
            }
            "%" | "&" | "+" | "@" => self.lookup(symbol(word)?, Place { tag: None, stress: None, ..place }),
            _ if is_dotted(word) => self.spelled(word),
            "a" | "A" => Some(if tag == "DT" { "ɐ" } else { "ˈA" }.to_owned()),
            "am" | "Am" | "AM" if noun => self.spelled(word),
            "am" if ahead.vowel.is_some() => Some("ɐm".to_owned()),
            "am" | "Am" | "AM" => self.gold.get("am").and_then(always).map(str::to_owned),
            "AN" if noun => self.spelled(word),
            "an" | "An" | "AN" => Some("ɐn".to_owned()),
            "I" if tag == "PRP" => Some(format!("{SECONDARY}I")),
            "by" | "By" | "BY" if parent(tag) == "ADV" => Some("bˈI".to_owned()),
            _ if is_to(word, tag) => match ahead.vowel {
                None => self.gold.get("to").and_then(always).map(str::to_owned),
                Some(vowel) => Some(if vowel { "tʊ" } else { "tə" }.to_owned()),
            },
            "in" | "In" => Some(weak_in(tag, ahead)),
            "IN" if tag != "NNP" => Some(weak_in(tag, ahead)),
            "the" | "The" => Some(the(ahead)),
            "THE" if tag == "DT" => Some(the(ahead)),
            _ if tag == "IN" && word.trim_end_matches('.').eq_ignore_ascii_case("vs") && word.len() < 4 => {
                self.lookup("versus", Place { tag: None, stress: None, ..place })
            }
            "used" | "Used" | "USED" => {
                let to = matches!(tag, "VBD" | "JJ") && ahead.to;
                let reading = self.gold.get("used")?;
                by_tag(reading, if to { "VBD" } else { "DEFAULT" })?.map(str::to_owned)
            }
            _ => None,
        }
    }

    fn is_listed(&self, word: &str) -> bool {
        self.gold.contains(word) || self.silver.contains(word)
    }

    /// Returns whether [`Self::lookup`] has an answer: the word is listed, or letters to be spelled.
    fn is_known(&self, word: &str) -> bool {
        if self.is_listed(word) || symbol(word).is_some() {
            return true;
        }
        let Some((first, rest)) = word.as_bytes().split_first() else { return false };
        first.is_ascii_alphabetic() && rest.iter().all(u8::is_ascii_uppercase)
    }

    fn lookup(&self, word: &str, place: Place) -> Option<String> {
        let small;
        let (word, is_name) = if is_upper(word) && !self.gold.contains(word) {
            small = word.to_lowercase();
            (small.as_str(), place.tag == Some("NNP"))
        } else {
            (word, false)
        };
        let gold = self.gold.get(word);
        let listed = if gold.is_none() && !is_name { self.silver.get(word) } else { gold };
        let phonemes = match listed {
            Some(Reading::Always(phonemes)) => Some(phonemes),
            Some(reading @ Reading::ByTag(_)) => self.by_place(reading, place),
            None => None,
        };
        match phonemes {
            Some(phonemes) if !is_name || phonemes.contains(PRIMARY) => {
                Some(stress::apply(phonemes.to_owned(), place.stress))
            }
            Some(phonemes) => {
                let name = self.spelled(word);
                name.or_else(|| Some(stress::apply(phonemes.to_owned(), place.stress)))
            }
            None => self.spelled(word),
        }
    }

    fn by_place<'a>(&self, reading: Reading<'a>, place: Place) -> Option<&'a str> {
        let before_pause = place.ahead.is_some_and(|ahead| ahead.vowel.is_none());
        let paused = if before_pause { by_tag(reading, "None") } else { None };
        paused
            .or_else(|| by_tag(reading, place.tag?))
            .or_else(|| by_tag(reading, parent(place.tag?)))
            .or_else(|| by_tag(reading, "DEFAULT"))
            .flatten()
    }
}

fn always(reading: Reading<'_>) -> Option<&str> {
    match reading {
        Reading::Always(phonemes) => Some(phonemes),
        Reading::ByTag(by_tag) => by_tag.get("DEFAULT").flatten(),
    }
}

fn by_tag<'a>(reading: Reading<'a>, tag: &str) -> Option<Option<&'a str>> {
    match reading {
        Reading::Always(_) => None,
        Reading::ByTag(by_tag) => by_tag.get(tag),
    }
}

/// Returns the group that a part of speech is in, in the words of the lexicon.
fn parent(tag: Tag) -> &'static str {
    match tag {
        _ if tag.starts_with("VB") => "VERB",
        _ if tag.starts_with("NN") => "NOUN",
        _ if tag.starts_with("RB") => "ADV",
        _ if tag.starts_with("JJ") => "ADJ",
        _ => tag,
    }
}

/// Returns whether a word is the preposition.
pub fn is_to(word: &str, tag: Tag) -> bool {
    matches!(word, "to" | "To") || (word == "TO" && matches!(tag, "TO" | "IN"))
}

fn the(ahead: Ahead) -> String {
    if ahead.vowel == Some(true) { "ði" } else { "ðə" }.to_owned()
}

fn weak_in(tag: Tag, ahead: Ahead) -> String {
    if ahead.vowel.is_none() || tag != "IN" { "ˈɪn" } else { "ɪn" }.to_owned()
}

fn symbol(sign: &str) -> Option<&'static str> {
    match sign {
        "%" => Some("percent"),
        "&" => Some("and"),
        "+" => Some("plus"),
        "@" => Some("at"),
        _ => None,
    }
}

/// Returns whether a word is letters with points between them: `U.S.`, `Ph.D`.
fn is_dotted(word: &str) -> bool {
    word.trim_matches('.').contains('.')
        && word.split('.').all(|part| part.chars().count() < 3)
        && is_alphabetic(&word.replace('.', ""))
}

/// Returns a word in plain characters: straight apostrophes, no ligatures or wide letters, digits of any script as ours.
fn plain(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let straight = word.chars().map(|c| if is_apostrophe(c) { '\'' } else { c });
    let digits = straight.nfkc().map(ascii_digit);
    digits.collect()
}
