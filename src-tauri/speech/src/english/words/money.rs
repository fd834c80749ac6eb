//! Amounts of money that are written otherwise than "$3.50", which the lexicon reads itself.

use super::super::rewrite::{At, Change, digits, ends_word, number, spaced};
use super::change;

/// Takes the sign of a currency that the lexicon reads.
fn sign(text: &str) -> Option<(&str, &str)> {
    text.split_at_checked(text.chars().next().filter(|c| matches!(c, '$' | '£' | '€'))?.len_utf8())
}

/// Returns the names of one and of several.
fn names(sign: &str) -> [&'static str; 2] {
    match sign {
        "$" => ["dollar", "dollars"],
        "£" => ["pound", "pounds"],
        _ => ["euro", "euros"],
    }
}

/// `$5-10` → "5 to 10 dollars".
pub fn range(at: At<'_>) -> Option<Change> {
    let (sign, rest) = sign(at.rest())?;
    let (from, rest) = number(rest)?;
    let rest = rest.strip_prefix(['-', '–'])?;
    let rest = rest.strip_prefix(sign).unwrap_or(rest);
    let (to, rest) = number(rest).filter(|(_, rest)| ends_word(rest) && !rest.starts_with(['-', '–']))?;
    change(at, rest, format!("{from} to {to} {}", names(sign)[1]))
}

/// `5€`, `20 $` → "€5".
pub fn behind(at: At<'_>) -> Option<Change> {
    let (amount, rest) = number(at.rest()).filter(|_| at.is_clear_of(".,$£€#"))?;
    let (sign, rest) = sign(spaced(rest))?;
    let alone = ends_word(rest) && !rest.starts_with(|c: char| c.is_ascii_digit());
    alone.then(|| change(at, rest, format!("{sign}{amount}"))).flatten()
}

/// `US$5`, `C$10`, `50 USD` → "5 US dollars".
pub fn foreign(at: At<'_>) -> Option<Change> {
    let dollars = [
        ("US$", "US dollar"),
        ("C$", "Canadian dollar"),
        ("CA$", "Canadian dollar"),
        ("A$", "Australian dollar"),
        ("AU$", "Australian dollar"),
        ("NZ$", "New Zealand dollar"),
        ("HK$", "Hong Kong dollar"),
        ("MX$", "Mexican peso"),
    ];
    let codes = [
        ("USD", "US dollar"),
        ("CAD", "Canadian dollar"),
        ("AUD", "Australian dollar"),
        ("MXN", "Mexican peso"),
        ("EUR", "euro"),
        ("GBP", "British pound"),
        ("CHF", "Swiss franc"),
    ];
    if !at.is_clear_of(".,$£€#") {
        return None;
    }
    let text = at.rest();
    let before = dollars.iter().find_map(|(sign, name)| Some((number(text.strip_prefix(sign)?)?, name)));
    let behind = || {
        let (amount, rest) = number(text)?;
        let (rest, name) =
            codes.iter().find_map(|(code, name)| Some((spaced(rest).strip_prefix(code)?, name)))?;
        ends_word(rest).then_some(((amount, rest), name))
    };
    let ((amount, rest), name) = before.or_else(behind)?;
    let (scale, rest) = scale(rest).map_or(("", rest), |(name, rest)| (name, rest));
    let plural = if amount == "1" && scale.is_empty() { "" } else { "s" };
    change(at, rest, format!("{amount}{scale} {name}{plural}"))
}

/// Takes the name of a large amount, with its space.
fn scale(rest: &str) -> Option<(&'static str, &str)> {
    let rest = spaced(rest);
    let names = [
        (" thousand", ["thousand", "grand", "k", "K"]),
        (" million", ["million", "mn", "m", "M"]),
        (" billion", ["billion", "bn", "b", "B"]),
        (" trillion", ["trillion", "tn", "t", "T"]),
    ];
    let found = names
        .iter()
        .find_map(|(name, ways)| ways.iter().find_map(|way| Some((*name, rest.strip_prefix(*way)?))));
    found.filter(|(_, rest)| ends_word(rest))
}

/// `£3bn`, `$2mn` → "3 billion pounds".
pub fn large(at: At<'_>) -> Option<Change> {
    let (sign, rest) = sign(at.rest())?;
    let (amount, rest) = number(rest)?;
    let (scale, rest) = scale(rest)?;
    change(at, rest, format!("{amount}{scale} {}", names(sign)[1]))
}

/// `$3.5`, `€0.125` → "3.5 dollars": what is not written in hundredths is not said in them.
pub fn odd(at: At<'_>) -> Option<Change> {
    let (sign, rest) = sign(at.rest())?;
    let (amount, rest) = number(rest).filter(|(_, rest)| ends_word(rest))?;
    let (_, part) = amount.split_once('.')?;
    (part.len() != 2).then(|| change(at, rest, format!("{amount} {}", names(sign)[1]))).flatten()
}

/// `-$5`, `$-5` → "minus $5".
pub fn minus(at: At<'_>) -> Option<Change> {
    let text = at.rest();
    let before = text.strip_prefix('-').filter(|_| at.is_clear_of("-.")).and_then(sign);
    let (sign, rest) =
        before.or_else(|| sign(text).and_then(|(sign, rest)| Some((sign, rest.strip_prefix('-')?))))?;
    digits(rest, 1)?;
    change(at, rest, format!("minus {sign}"))
}
