//! Times of the day, lengths and dates that are written otherwise than the normaliser knows them.

use super::super::numbers::cardinal;
use super::super::rewrite::{At, Change, digits, ends_word, exactly, spaced};
use super::{change, next_word};

fn number(digits: &str, range: std::ops::RangeInclusive<u16>) -> Option<u16> {
    digits.parse().ok().filter(|number| range.contains(number))
}

/// `10am`, `3 PM`, `9 p.m.` → "10 A.M.".
pub fn half_of_day(at: At<'_>) -> Option<Change> {
    let (hour, rest) = digits(at.rest(), 2).filter(|_| at.is_clear_of(":.,/-$£€"))?;
    number(hour, 1..=12)?;
    let rest = spaced(rest);
    let halves = [("A.M.", ["a.m.", "A.M.", "am", "AM"]), ("P.M.", ["p.m.", "P.M.", "pm", "PM"])];
    let found = halves
        .iter()
        .find_map(|(half, ways)| ways.iter().find_map(|way| Some((half, rest.strip_prefix(way)?))));
    let (half, rest) = found.filter(|(_, rest)| ends_word(rest))?;
    // The stop of the sentence is that of the abbreviation too.
    let half = if rest.starts_with('.') { half.trim_end_matches('.') } else { half };
    change(at, rest, format!("{hour} {half}"))
}

/// `3:45 long`, `a 3:00 song` → "3 minutes and 45 seconds long", "a 3 minute song".
pub fn length(at: At<'_>) -> Option<Change> {
    let (minutes, rest) = digits(at.rest(), 2).filter(|_| at.is_clear_of(":."))?;
    let (seconds, rest) = exactly(rest.strip_prefix(':')?, 2).filter(|(_, rest)| ends_word(rest))?;
    number(seconds, 0..=59)?;
    let [minute, second, joint] = match next_word(rest) {
        "long" => ["minutes", "seconds", " and "],
        "song" | "track" | "mix" | "edit" | "version" => ["minute", "second", " "],
        _ => return None,
    };
    let singular = |digits: &str, unit: &'static str| match number(digits, 1..=1) {
        Some(_) => unit.trim_end_matches('s'),
        None => unit,
    };
    let plain =
        |digits: &str| digits.strip_prefix('0').filter(|rest| !rest.is_empty()).unwrap_or(digits).to_owned();
    let mut words = format!("{} {}", plain(minutes), singular(minutes, minute));
    if seconds != "00" {
        words = format!("{words}{joint}{} {}", plain(seconds), singular(seconds, second));
    }
    change(at, rest, words)
}

fn counted(digits: &str, unit: &str) -> String {
    let number = number(digits, 0..=u16::MAX).unwrap_or_default();
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// `15:00` → "fifteen hundred"; "fifteen o'clock" is on no clock.
pub fn full_hour(at: At<'_>) -> Option<Change> {
    let (hour, rest) = exactly(at.rest(), 2).filter(|_| at.is_clear_of(":."))?;
    let rest = rest.strip_prefix(":00")?;
    let alone = ends_word(rest) && !rest.starts_with(':');
    number(hour, 13..=24).filter(|_| alone)?;
    let rest = rest.strip_prefix('h').filter(|rest| ends_word(rest)).unwrap_or(rest);
    change(at, rest, cardinal(hour) + " hundred")
}

/// `31.12.2024` → the month in words, the day before it.
pub fn dotted_date(at: At<'_>) -> Option<Change> {
    let (day, rest) = digits(at.rest(), 2).filter(|_| at.is_clear_of(".-/"))?;
    let (month, rest) = digits(rest.strip_prefix('.')?, 2)?;
    let (year, rest) = exactly(rest.strip_prefix('.')?, 4)?;
    let goes_on = rest.strip_prefix('.').is_some_and(|rest| !ends_word(rest));
    let names = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let name = names.get(usize::from(number(month, 1..=12)?) - 1)?;
    let day = number(day, 1..=31).filter(|_| ends_word(rest) && !goes_on)?;
    change(at, rest, format!("{day} {name} {year}"))
}

/// `2h 30m`, `1h30`, `2h` → "2 hours 30 minutes".
pub fn hours_and_minutes(at: At<'_>) -> Option<Change> {
    let (hours, rest) = digits(at.rest(), 3).filter(|_| at.is_clear_of(".,:"))?;
    let rest = rest.strip_prefix('h')?;
    let words = counted(hours, "hour");
    let minutes = exactly(spaced(rest), 2).or_else(|| digits(spaced(rest), 2));
    let with_minutes = minutes.and_then(|(minutes, behind)| {
        let unit =
            ["min", "m"].iter().find_map(|unit| behind.strip_prefix(unit)).filter(|rest| ends_word(rest));
        let bare = Some(behind).filter(|behind| ends_word(behind) && !rest.starts_with(' '));
        unit.or(bare).map(|rest| (minutes, rest))
    });
    match with_minutes {
        Some((minutes, rest)) => change(at, rest, format!("{words} {}", counted(minutes, "minute"))),
        None => Some(rest).filter(|rest| ends_word(rest)).and_then(|rest| change(at, rest, words)),
    }
}
