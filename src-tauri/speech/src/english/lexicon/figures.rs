//! Figures in a text, read as misaki reads them: years in pairs, parts of codes digit by digit, money with its name.

use super::super::letter;
use super::super::numbers;
use super::super::stress::Stress;
use super::super::token::Currency;
use super::{Lexicon, Place};

/// Endings that a number may have.
const SUFFIXES: [&str; 9] = ["ing", "'d", "ed", "'s", "st", "nd", "rd", "th", "s"];

/// Returns whether a word is a number that [`Lexicon::number`] can read. `head`: it begins its word, so that a hyphen
/// before it is a minus.
pub(super) fn is_number(word: &str, head: bool) -> bool {
    let stem = SUFFIXES.iter().find_map(|suffix| word.strip_suffix(suffix)).unwrap_or(word);
    let signless = stem.strip_prefix('-').filter(|_| head).unwrap_or(stem);
    word.bytes().any(|b| b.is_ascii_digit())
        && signless.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.'))
}

/// Words of a number, as they are found in the lexicon.
struct Said<'a> {
    lexicon: &'a Lexicon,
    phonemes: Vec<String>,
}

impl Said<'_> {
    /// Says words without "and": "two hundred five".
    fn say(&mut self, words: &str) {
        let words =
            words.split(|c: char| !c.is_ascii_lowercase()).filter(|word| !matches!(*word, "" | "and"));
        for word in words {
            let stress = if word == "point" { Some(Stress::None) } else { None };
            self.word(word, stress);
        }
    }

    fn word(&mut self, word: &str, stress: Option<Stress>) {
        let place = Place { stress, ..Place::default() };
        self.phonemes.extend(self.lexicon.lookup(word, place));
    }

    /// Says a number inside a word as people say those of rooms and aeroplanes: "three fifty", "one oh five".
    fn code(&mut self, digits: &str) {
        match digits.as_bytes() {
            [b'0', ..] | [_, _, _, _, ..] => self.say(&numbers::one_by_one(digits)),
            [_, tens, ones] if (*tens, *ones) != (b'0', b'0') => {
                let (hundreds, rest) = digits.split_at(1);
                self.say(&numbers::cardinal(hundreds));
                if *tens == b'0' {
                    self.word("O", Some(Stress::None));
                }
                self.say(&numbers::cardinal(rest));
            }
            _ => self.say(&numbers::cardinal(digits)),
        }
    }

    /// Says the parts between points each on its own, without the points: those of a version or an address.
    fn parts(&mut self, number: &str) {
        for part in number.split('.').filter(|part| !part.is_empty()) {
            let round = part.len() == 2 || part.bytes().skip(1).all(|b| b == b'0');
            match part.starts_with('0') || !round {
                true => self.say(&numbers::one_by_one(part)),
                false => self.say(&numbers::cardinal(part)),
            }
        }
    }

    fn money(&mut self, number: &str, currency: Currency) {
        let mut amounts: Vec<(&str, &str)> = number.split('.').zip(currency.names()).collect();
        let is_zero = |digits: &str| digits.bytes().all(|b| b == b'0');
        match amounts.as_slice() {
            [_, (cents, _)] if is_zero(cents) => amounts.truncate(1),
            [(whole, _), _] if is_zero(whole) => drop(amounts.remove(0)),
            _ => {}
        }
        for (place, (amount, name)) in amounts.into_iter().enumerate() {
            if place > 0 {
                self.word("and", None);
            }
            self.say(&numbers::cardinal(amount));
            let one = amount.trim_start_matches('0') == "1";
            match one || name == "pence" {
                true => self.word(name, None),
                false => self.phonemes.extend(self.lexicon.with_s(&format!("{name}s"), Place::default())),
            }
        }
    }
}

impl Lexicon {
    /// Returns the phonemes of a number: digits with commas and points, a minus before it, an ending behind it.
    pub fn number(&self, word: &str, currency: Option<Currency>, head: bool) -> Option<String> {
        let stem = word.trim_end_matches(|c: char| c.is_ascii_lowercase() || c == '\'');
        let suffix = word.get(stem.len()..).unwrap_or_default();
        let ordinal = matches!(suffix, "st" | "nd" | "rd" | "th");
        let mut said = Said { lexicon: self, phonemes: Vec::new() };
        let number = stem.strip_prefix('-').unwrap_or(stem);
        if number.len() < stem.len() {
            said.word("minus", None);
        }
        let plain = number.replace(',', "");
        let points = number.matches('.').count();
        let digits = letter::is_number(number);
        match currency.filter(|_| is_money(number)) {
            _ if digits && ordinal => said.say(&numbers::ordinal(number)),
            _ if digits && number.len() == 4 && number == stem && currency.is_none() => {
                said.say(&numbers::year(number))
            }
            _ if !head && points == 0 => said.code(&plain),
            _ if !head || points > 1 => said.parts(&plain),
            Some(currency) => said.money(&plain, currency),
            None if ordinal && points == 0 => said.say(&numbers::ordinal(&plain)),
            None => match plain.strip_prefix('.') {
                Some(part) => said.say(&format!("point {}", numbers::one_by_one(part))),
                None => said.say(&numbers::decimal(&plain)),
            },
        }
        let phonemes = Some(said.phonemes.join(" ")).filter(|phonemes| !phonemes.is_empty())?;
        match suffix {
            "s" | "'s" => self.plus_s(&phonemes),
            "ed" | "'d" => self.plus_ed(&phonemes),
            "ing" => self.plus_ing(&phonemes),
            _ => Some(phonemes),
        }
    }
}

/// Returns whether a number may be an amount of money: at most two digits behind one point.
fn is_money(number: &str) -> bool {
    let mut parts = number.split('.').skip(1);
    let cents = parts.next();
    parts.next().is_none() && cents.is_none_or(|cents| cents.len() < 3)
}
