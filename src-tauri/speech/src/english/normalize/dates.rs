//! Times and dates.

use super::super::numbers::{cardinal, ordinal};
use super::super::rewrite::{At, Change, digits, ends_word, exactly, spaced};
use super::Normalizer;

/// `3:45`, `03:45:10`, `3:45 p.m.`
pub fn time(at: At<'_>) -> Option<Change> {
    let text = at.rest();
    let (hour, rest) = digits(text, 2).filter(|_| at.is_free())?;
    let (minute, rest) = exactly(rest.strip_prefix(':')?, 2)?;
    let second = rest.strip_prefix(':').and_then(|rest| exactly(rest, 2));
    let with_second = second.and_then(|(second, rest)| ended(rest).map(|end| (Some(second), end)));
    let (second, (half, rest)) = with_second.or_else(|| ended(rest).map(|end| (None, end)))?;
    let length = text.len() - rest.len();
    let too_high = |digits: &str, most: u8| digits.parse::<u8>().is_ok_and(|number| number > most);
    if too_high(hour, 24) || too_high(minute, 59) || second.is_some_and(|second| too_high(second, 59)) {
        return Some((length, text[..length].to_owned()));
    }
    let mut words = cardinal(hour);
    match minute {
        "00" if half.is_none() && second.is_none() => words += " o'clock",
        "00" => {}
        _ if minute.starts_with('0') => words = words + " oh " + &cardinal(minute),
        _ => words = words + " " + &cardinal(minute),
    }
    if let Some(second) = second {
        let unit = if second == "01" { " second" } else { " seconds" };
        words = words + " and " + &cardinal(second) + unit;
    }
    if let Some(half) = half {
        // With points, so that the lexicon spells it.
        words = words + " " + half + if rest.starts_with('.') { ".M" } else { ".M." };
    }
    Some((length, words))
}

/// Returns which half of the day follows, and what is behind the time; `None` where a number goes on.
fn ended(rest: &str) -> Option<(Option<&'static str>, &str)> {
    let no_digit = |rest: &&str| !rest.starts_with(|c: char| c.is_ascii_digit());
    let half = half_of_day(rest).into_iter().flat_map(|(half, rest)| {
        let with_point = rest.strip_prefix('.');
        with_point.into_iter().chain([rest]).map(move |rest| (half, rest))
    });
    let mut half =
        half.filter(|(_, rest)| !rest.starts_with(|c: char| c.is_ascii_alphabetic()) && no_digit(rest));
    let ended = half.next().map(|(half, rest)| (Some(half), rest));
    ended.or_else(|| Some((None, rest)).filter(|(_, rest)| no_digit(rest)))
}

/// Takes `am`, `P.M` … without its last point.
fn half_of_day(rest: &str) -> Option<(&'static str, &str)> {
    let rest = spaced(rest);
    let half = if rest.starts_with(['a', 'A']) { "A" } else { "P" };
    let rest = rest.strip_prefix(['a', 'A', 'p', 'P'])?;
    let rest = rest.strip_prefix('.').unwrap_or(rest).strip_prefix(['m', 'M'])?;
    Some((half, rest))
}

fn in_range(digits: &str, most: u8) -> Option<u8> {
    digits.parse().ok().filter(|number| (1..=most).contains(number))
}

impl Normalizer {
    /// Returns "March third, 1975"; `None` for a day that no year has.
    pub(super) fn dated(&self, month: &str, day: &str, year: Option<&str>) -> Option<String> {
        let month = usize::from(in_range(month, 12)?) - 1;
        in_range(day, 31)?;
        let (_, name) = self.tables.months.0.get(month)?;
        let year = year.map(|year| format!(", {year}")).unwrap_or_default();
        Some(format!("{name} {}{year}", ordinal(day)))
    }

    /// `1975-03-01`.
    pub(super) fn iso_date(&self, at: At<'_>) -> Option<Change> {
        let text = at.rest();
        let (year, rest) = exactly(text, 4).filter(|_| at.is_free())?;
        let (month, rest) = exactly(rest.strip_prefix('-')?, 2)?;
        let (day, rest) = exactly(rest.strip_prefix('-')?, 2)?;
        let length = text.len() - rest.len();
        let date = || self.dated(month, day, Some(year)).unwrap_or_else(|| text[..length].to_owned());
        ends_word(rest).then(|| (length, date()))
    }

    /// `3/14/2015`, with the month first where it can be one.
    pub(super) fn date(&self, at: At<'_>) -> Option<Change> {
        let text = at.rest();
        let (first, rest) = digits(text, 2).filter(|_| at.is_free())?;
        let (second, rest) = digits(rest.strip_prefix('/')?, 2)?;
        let rest = rest.strip_prefix('/')?;
        let fits = |count| exactly(rest, count).filter(|(_, rest)| ends_word(rest));
        let (year, rest) = fits(4).or_else(|| fits(2))?;
        let century = match year.parse::<u8>() {
            Ok(short) if year.len() == 2 && short > 30 => "19",
            Ok(_) if year.len() == 2 => "20",
            _ => "",
        };
        let month_first = first.parse::<u8>().is_ok_and(|first| first <= 12);
        let (month, day) = if month_first { (first, second) } else { (second, first) };
        let length = text.len() - rest.len();
        let date = self.dated(month, day, Some(&format!("{century}{year}")));
        Some((length, date.unwrap_or_else(|| text[..length].to_owned())))
    }

    /// `March 3, 1975`, `Mar. 3rd`.
    pub(super) fn month_and_day(&self, at: At<'_>) -> Option<Change> {
        let text = at.rest();
        if !at.is_free() || !text.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        let day_follows = |rest: &str| day(rest).is_some();
        let (_, name, rest) = self.months.take(text, day_follows)?;
        let (day, rest) = day(rest)?;
        let year = rest.strip_prefix(',').unwrap_or(rest).strip_prefix(' ').and_then(|rest| exactly(rest, 4));
        let end = year.map(|(_, end)| end).filter(|end| ends_word(end)).unwrap_or(rest);
        let length = text.len() - end.len();
        if in_range(day, 31).is_none() {
            return Some((length, text[..length].to_owned()));
        }
        let year = &rest[..rest.len() - end.len()];
        Some((length, format!("{name} {}{year}", ordinal(day))))
    }

    /// `the 3rd of March` from `3 March`.
    pub(super) fn day_and_month(&self, at: At<'_>) -> Option<Change> {
        let text = at.rest();
        if !at.is_free() || !text.starts_with(|c: char| c.is_ascii_digit() || c == 't') {
            return None;
        }
        let (day, rest) = digits(text.strip_prefix("the ").unwrap_or(text), 2)?;
        let rest = rest.strip_prefix(' ')?;
        let rest = rest.strip_prefix("of ").unwrap_or(rest);
        let (_, name, rest) = self.months.take(rest, ends_word)?;
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        let length = text.len() - rest.len();
        match in_range(day, 31) {
            Some(_) => Some((length, format!("the {} of {name}", ordinal(day)))),
            None => Some((length, text[..length].to_owned())),
        }
    }
}

/// Takes the day behind a month, with its ending.
fn day(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.strip_prefix('.').unwrap_or(rest).strip_prefix(' ')?;
    let (day, rest) = digits(rest, 2)?;
    let ending = ["st", "nd", "rd", "th"].iter().find_map(|ending| rest.strip_prefix(ending));
    let rest = ending.filter(|rest| ends_word(rest)).unwrap_or(rest);
    let more = rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, ':' | '%'));
    (ends_word(rest) && !more).then_some((day, rest))
}
