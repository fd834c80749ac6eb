//! Amounts of money and of other things, fractions, ranges, telephone numbers.

use super::super::rewrite::{At, Change, digits, ends_word, exactly, number, spaced};
use super::{Normalizer, counted};

/// Takes a word or a letter for a thousand and more, behind a space or none.
fn large(rest: &str) -> Option<(&'static str, &str)> {
    let rest = spaced(rest);
    let names = ["hundred", "thousand", "million", "billion", "trillion"];
    let named = names.iter().find_map(|name| Some((*name, rest.strip_prefix(name)?)));
    named.or_else(|| {
        let short = rest.strip_prefix(['k', 'K', 'm', 'M', 'b', 'B']).filter(|rest| ends_word(rest))?;
        let name = match rest.as_bytes().first()? {
            b'k' | b'K' => "thousand",
            b'm' | b'M' => "million",
            _ => "billion",
        };
        Some((name, short))
    })
}

/// Takes a number with a minus or without.
fn signed(text: &str) -> Option<(&str, &str)> {
    let (_, rest) = number(text.strip_prefix('-').unwrap_or(text))?;
    text.split_at_checked(text.len() - rest.len())
}

/// `20°`, `-5 °C`, `98.6°F`.
pub fn degrees(at: At<'_>) -> Option<Change> {
    let text = at.rest();
    let (amount, rest) = signed(text).filter(|_| at.is_clear_of("."))?;
    let rest = spaced(rest).strip_prefix('°')?;
    let scale = |rest: &str| match rest.as_bytes().first() {
        Some(b'C') => Some(" Celsius"),
        Some(b'F') => Some(" Fahrenheit"),
        _ => None,
    };
    let ends = [spaced(rest), rest].into_iter().flat_map(|rest| {
        let scaled = scale(rest).map(|scale| (scale, &rest[1..]));
        scaled.into_iter().chain([("", rest)])
    });
    let (scale, rest) = ends.into_iter().find(|(_, rest)| ends_word(rest))?;
    let unit = if matches!(amount, "1" | "-1" | "1.0") { "degree" } else { "degrees" };
    Some((text.len() - rest.len(), format!("{amount} {unit}{scale}")))
}

/// `212-555-0199`, digit by digit.
pub fn telephone(at: At<'_>) -> Option<Change> {
    let text = at.rest();
    let (_, rest) = exactly(text, 3).filter(|_| at.is_clear_of(".-"))?;
    let rest = rest.strip_prefix('-')?;
    let local = |rest| exactly(rest, 4).map(|(_, rest)| rest);
    let area = exactly(rest, 3).and_then(|(_, rest)| local(rest.strip_prefix('-')?));
    let ends = |rest: &&str| ends_word(rest) && !rest.starts_with(['.', '-']);
    let rest = area.filter(ends).or_else(|| local(rest).filter(ends))?;
    let length = text.len() - rest.len();
    let apart = text[..length].chars().flat_map(|c| if c == '-' { [',', ' '] } else { [c, ' '] });
    Some((length, apart.collect::<String>().trim_end().to_owned()))
}

/// `10-20`, `5 – 6`.
pub fn range(at: At<'_>) -> Option<Change> {
    let text = at.rest();
    let (from, rest) = digits(text, 4).filter(|_| at.is_clear_of(".-"))?;
    let rest = spaced(rest).strip_prefix(['-', '–'])?;
    let (to, rest) = digits(spaced(rest), 4)?;
    let ends = ends_word(rest) && !rest.starts_with(['.', '-', '%']);
    ends.then(|| (text.len() - rest.len(), format!("{from} to {to}")))
}

/// `+5`.
pub fn plus(at: At<'_>) -> Option<Change> {
    let rest = at.rest().strip_prefix('+').filter(|_| at.is_clear_of("+"))?;
    rest.starts_with(|c: char| c.is_ascii_digit()).then(|| (1, "plus ".to_owned()))
}

impl Normalizer {
    /// `$1.5 million`, `£3bn`, `$5k`.
    pub(super) fn large_amount(&self, at: At<'_>) -> Option<Change> {
        let text = at.rest();
        let sign = text.chars().next().filter(|c| matches!(c, '$' | '£' | '€'))?;
        let (amount, rest) = number(&text[sign.len_utf8()..])?;
        let (large, rest) = large(rest)?;
        let [_, several] = self.tables.currency.get(sign.encode_utf8(&mut [0; 4]))?;
        Some((text.len() - rest.len(), format!("{amount} {large} {several}")))
    }

    /// `50¢`.
    pub(super) fn cents(&self, at: At<'_>) -> Option<Change> {
        let text = at.rest();
        let (amount, rest) = number(text).filter(|_| at.is_clear_of("."))?;
        let rest = spaced(rest).strip_prefix('¢')?;
        let name = counted(amount, self.tables.currency.get("¢")?);
        Some((text.len() - rest.len(), format!("{amount} {name}")))
    }

    /// `¥500`, `Rs. 300`, `EUR 2 million`.
    pub(super) fn foreign_amount(&self, at: At<'_>) -> Option<Change> {
        let text = at.rest();
        let signs = ["¥", "₹", "₩", "Rs.", "Rs", "USD", "EUR", "GBP"];
        let sign = signs.iter().find(|sign| text.starts_with(**sign)).filter(|_| at.is_free())?;
        let (amount, rest) = number(spaced(&text[sign.len()..]))?;
        let names = self.tables.currency.get(sign.trim_end_matches('.'))?;
        let (words, rest) = match large(rest) {
            Some((large, rest)) => (format!("{amount} {large} {}", names[1]), rest),
            None => (format!("{amount} {}", counted(amount, names)), rest),
        };
        Some((text.len() - rest.len(), words))
    }

    /// `5 kg`, `44.1kHz`.
    pub(super) fn quantity(&self, at: At<'_>) -> Option<Change> {
        let text = at.rest();
        let (amount, rest) = signed(text).filter(|_| at.is_clear_of("."))?;
        let (_, names, rest) = self.tables.units.take(spaced(rest), ends_word)?;
        Some((text.len() - rest.len(), format!("{amount} {}", counted(amount, names))))
    }

    /// `3/4`, or a day of the year where it is no part of a whole.
    pub(super) fn fraction(&self, at: At<'_>) -> Option<Change> {
        let text = at.rest();
        let (above, rest) = digits(text, 2).filter(|_| at.is_clear_of("./"))?;
        let (below, rest) = digits(rest.strip_prefix('/')?, 2)?;
        if !ends_word(rest) || rest.starts_with(['.', '/']) {
            return None;
        }
        let (a, b) = (above.parse::<u8>().ok()?, below.parse::<u8>().ok()?);
        let words = match part(b) {
            Some(_) if a == 1 && b == 2 => "one half".to_owned(),
            Some(part) if a == 1 && b > 2 => format!("1 {part}"),
            Some(part) if 0 < a && a < b => format!("{a} {part}s"),
            _ => self.dated(above, below, None).unwrap_or_else(|| format!("{a} slash {b}")),
        };
        Some((text.len() - rest.len(), words))
    }
}

fn part(of: u8) -> Option<&'static str> {
    let parts = ["half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    parts.get(usize::from(of).checked_sub(2)?).copied()
}
