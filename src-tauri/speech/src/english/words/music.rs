//! Meters, machines, credits and works.

use super::super::rewrite::{At, Change, digits, ends_word, spaced};
use super::{change, next_word};

/// Words behind two numbers that make them a meter.
const METERED: [&str; 16] = [
    "time",
    "meter",
    "metre",
    "signature",
    "groove",
    "beat",
    "beats",
    "waltz",
    "feel",
    "rhythm",
    "bar",
    "bars",
    "measure",
    "measures",
    "swing",
    "pattern",
];

/// `4/4`, `6/8`, `3/4 time` → "four four", "six eight", "three four time". `3/4` on its own is a part of a whole,
/// and "on 7/4" a day.
pub fn meter(at: At<'_>) -> Option<Change> {
    let (beats, rest) = digits(at.rest(), 2).filter(|_| at.is_clear_of("./$£€-"))?;
    let (value, rest) =
        digits(rest.strip_prefix('/')?, 2).filter(|(_, rest)| ends_word(rest) && !rest.starts_with('/'))?;
    let always =
        matches!((beats, value), ("2" | "4" | "5" | "6" | "7", "4") | ("6" | "9" | "12", "8") | ("2", "2"));
    let told =
        || METERED.contains(&next_word(rest.strip_prefix('-').unwrap_or(rest))) || at.follows_word("in");
    let meter = matches!(value, "2" | "4" | "8" | "16") && ((always && !at.follows_word("on")) || told());
    meter.then(|| change(at, rest, format!("{beats} {value}"))).flatten()
}

/// `808`, `909s`, `TB-303` → "8 oh 8".
pub fn drum_machine(at: At<'_>) -> Option<Change> {
    let rest =
        ["808", "909", "707", "606", "505", "303"].iter().find_map(|name| at.rest().strip_prefix(name));
    let rest = rest.filter(|_| at.is_clear_of(".,$£€:/"))?;
    let (first, last) = (&at.rest()[..1], &at.rest()[2..3]);
    let several = rest.strip_prefix('s').filter(|rest| ends_word(rest));
    let number = rest.strip_prefix(['.', ',', ':', '/', '%']).is_some_and(|rest| !ends_word(rest));
    if number || rest.starts_with('%') || (several.is_none() && !ends_word(rest)) {
        return None;
    }
    let plural = if several.is_some() { "s" } else { "" };
    change(at, several.unwrap_or(rest), format!("{first} oh {last}{plural}"))
}

/// `feat. Ana`, `ft. Ana`, `prod. by` → "featuring Ana", "produced by".
pub fn credit(at: At<'_>) -> Option<Change> {
    let text = at.rest();
    if !at.is_free()
        || !text.starts_with(['f', 'F', 'p', 'P'])
        || at.before_space().is_some_and(|c| c.is_ascii_digit())
    {
        return None;
    }
    let name =
        |rest: &str| rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase()));
    let featured = ["feat.", "Feat.", "feat", "ft.", "ft"].iter().find_map(|short| text.strip_prefix(short));
    if let Some(rest) = featured.filter(|rest| name(rest)) {
        return change(at, rest, "featuring");
    }
    let produced = ["prod.", "Prod."].iter().find_map(|short| text.strip_prefix(short))?;
    change(at, produced, "produced").filter(|_| spaced(produced).starts_with("by "))
}

/// `Op. 27` → "Opus 27".
pub fn opus(at: At<'_>) -> Option<Change> {
    let rest =
        at.rest().strip_prefix("Op.").or_else(|| at.rest().strip_prefix("op.")).filter(|_| at.is_free())?;
    let number = spaced(rest);
    number.starts_with(|c: char| c.is_ascii_digit()).then(|| change(at, number, "opus ")).flatten()
}
