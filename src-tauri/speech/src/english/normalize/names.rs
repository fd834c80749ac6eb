//! Titles, abbreviations, Roman numerals and signs.

use super::super::letter::is_word;
use super::super::numbers::ordinal;
use super::super::rewrite::{At, Change, ends_word};
use super::Normalizer;

/// Words behind "I" that make it a person.
const THOUGHTS: [&str; 9] = ["am", "think", "know", "guess", "love", "want", "need", "hope", "mean"];

/// `No. 5`.
pub fn number_sign(at: At<'_>) -> Option<Change> {
    let text = at.rest();
    let rest = text.strip_prefix("No").filter(|_| at.is_free())?;
    let (word, rest) = rest.strip_prefix('s').map_or(("Number ", rest), |rest| ("Numbers ", rest));
    let rest = rest.strip_prefix('.')?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    rest.starts_with(|c: char| c.is_ascii_digit()).then(|| (text.len() - rest.len(), word.to_owned()))
}

/// `#1`.
pub fn hash(at: At<'_>) -> Option<Change> {
    let rest = at.rest().strip_prefix('#').filter(|_| at.is_clear_of("&"))?;
    rest.starts_with(|c: char| c.is_ascii_digit()).then(|| (1, "number ".to_owned()))
}

/// A sign and its name. Signs of comparison have one only between other things.
pub fn symbol(at: At<'_>, symbol: &str, word: &str) -> Option<Change> {
    let words = || if word.is_empty() { " ".to_owned() } else { format!(" {word} ") };
    let text = at.rest();
    if !matches!(symbol, "=" | "<" | ">" | "~") {
        return text.starts_with(symbol).then(|| (symbol.len(), words()));
    }
    let rest = text.strip_prefix(' ').unwrap_or(text).strip_prefix(symbol)?;
    let solid = |rest: &str| rest.starts_with(|c: char| !c.is_whitespace());
    let end = rest
        .strip_prefix(' ')
        .filter(|rest| solid(rest))
        .or_else(|| Some(rest).filter(|rest| solid(rest)))?;
    at.before().filter(|c| !c.is_whitespace())?;
    Some((text.len() - end.len(), words()))
}

/// Takes a Roman numeral below a thousand that a word ends with, as its value. hibari takes an empty one too, and makes "King
/// the zeroth Charles" of King Charles.
fn roman(text: &str) -> Option<(u16, &str)> {
    let (numeral, behind) = text.split_at(text.find(|c| !is_word(c)).unwrap_or(text.len()));
    let goes_on = behind.strip_prefix(['.', '\'', '’']).is_some_and(|rest| rest.starts_with(is_word));
    if goes_on {
        return None;
    }
    let mut rest = numeral;
    let mut value = 0;
    for ([one, five, ten], unit) in [(["C", "D", "M"], 100), (["X", "L", "C"], 10), (["I", "V", "X"], 1)] {
        value += unit * roman_digit(&mut rest, one, five, ten);
    }
    (rest.is_empty() && value > 0 && !numeral.starts_with('D')).then_some((value, behind))
}

/// Takes one decimal place of a Roman numeral.
fn roman_digit(rest: &mut &str, one: &str, five: &str, ten: &str) -> u16 {
    for (next, value) in [(ten, 9), (five, 4)] {
        if let Some(behind) = rest.strip_prefix(one).and_then(|behind| behind.strip_prefix(next)) {
            *rest = behind;
            return value;
        }
    }
    let mut value = 0;
    if let Some(behind) = rest.strip_prefix(five) {
        (*rest, value) = (behind, 5);
    }
    for _ in 0..3 {
        if let Some(behind) = rest.strip_prefix(one) {
            (*rest, value) = (behind, value + 1);
        }
    }
    value
}

/// Takes one of `names` with a Roman numeral behind it.
fn named<'t>(names: &[String], at: At<'t>) -> Option<(&'t str, u16, usize)> {
    let text = at.rest();
    if !at.is_free() {
        return None;
    }
    names.iter().find_map(|name| {
        let (value, rest) = roman(text.strip_prefix(name.as_str())?.strip_prefix(' ')?)?;
        Some((&text[..name.len()], value, text.len() - rest.len()))
    })
}

impl Normalizer {
    /// `Dr. Smith`, `St Paul`: a title stands before a capital.
    pub(super) fn title(&self, at: At<'_>) -> Option<Change> {
        let text = at.rest();
        if !at.is_free() || !text.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        let name = |rest: &str| {
            let rest = rest.strip_prefix('.').unwrap_or(rest).strip_prefix(' ');
            rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        };
        let (_, word, rest) = self.tables.titles.take(text, name)?;
        let length = text.len() - rest.len() + if rest.starts_with('.') { 2 } else { 1 };
        Some((length, format!("{word} ")))
    }

    pub(super) fn abbreviation(&self, at: At<'_>) -> Option<Change> {
        if !at.is_clear_of(".") || !at.rest().starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let (short, word, rest) = self.tables.abbreviations.take(at.rest(), ends_word)?;
        let stop = if rest.is_empty() && short.ends_with('.') { "." } else { "" };
        Some((short.len(), format!("{word}{stop}")))
    }

    /// `Chapter IV` → "Chapter 4".
    pub(super) fn numbered(&self, at: At<'_>) -> Option<Change> {
        let (name, value, length) = named(&self.tables.roman_cardinal, at)?;
        Some((length, format!("{name} {value}")))
    }

    /// `Henry VIII` → "Henry the eighth", but "Peter I think" as it is.
    pub(super) fn ruler(&self, at: At<'_>) -> Option<Change> {
        let (name, value, length) = named(&self.tables.roman_ordinal, at)?;
        let next =
            at.rest()[length..].trim_start().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        if value == 1 && THOUGHTS.contains(&next) {
            return None;
        }
        Some((length, format!("{name} the {}", ordinal(&value.to_string()))))
    }
}
