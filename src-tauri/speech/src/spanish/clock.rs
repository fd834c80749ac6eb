//! Times of day and durations: "15:30", "8 p. m.", "3:45 min".

use super::number::{self, Form};
use super::scan::Scan;

/// Takes a time or a duration.
pub(super) fn time(scan: &mut Scan) -> Option<String> {
    let here = *scan;
    scan.maybe(duration).or_else(|| scan.maybe(|scan| of_day(scan, &here))).or_else(|| scan.maybe(whole_hour))
}

/// `3:45 min`, `1:02:03 h`, `02:15 s`.
fn duration(scan: &mut Scan) -> Option<String> {
    let mut parts = vec![scan.number(1..=3, 0..=999)?];
    while parts.len() < 3 {
        let Some(next) = scan.maybe(sexagesimal) else { break };
        parts.push(next);
    }
    (parts.len() > 1).then_some(())?;
    let named = scan.maybe(|scan| {
        scan.spaces();
        let unit = scan.letters()?;
        ["min", "mins", "minutos", "minuto"].contains(&unit).then_some(())
    });
    if named.is_some() {
        scan.maybe(|scan| {
            scan.literal(".")?;
            scan.next_word().starts_with(char::is_lowercase).then_some(())
        });
    }
    match (parts.as_slice(), named) {
        (&[hours, minutes, seconds], _) => {
            Some(spans(&[(hours, HOUR), (minutes, MINUTE), (seconds, SECOND)]))
        }
        (&[minutes, seconds], Some(())) => Some(spans(&[(minutes, MINUTE), (seconds, SECOND)])),
        _ => None,
    }
}

type Name = (&'static str, &'static str, Form);
const HOUR: Name = ("hora", "horas", Form::Feminine);
const MINUTE: Name = ("minuto", "minutos", Form::Masculine);
const SECOND: Name = ("segundo", "segundos", Form::Masculine);

fn spans(parts: &[(u32, Name)]) -> String {
    let said: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, (one, several, form))| {
            format!(
                "{} {}",
                number::cardinal((*count).into(), *form),
                if *count == 1 { one } else { several }
            )
        })
        .collect();
    match said.as_slice() {
        [] => "cero segundos".to_owned(),
        [rest @ .., last] if !rest.is_empty() => format!("{} y {last}", rest.join(", ")),
        _ => said.concat(),
    }
}

/// `:45`, and no third digit.
fn sexagesimal(scan: &mut Scan) -> Option<u32> {
    scan.literal(":")?;
    scan.number(2..=2, 0..=59)
}

/// `15:30`, `15:30 h`, `9:05 p. m.`, `15h30`.
fn of_day(scan: &mut Scan, here: &Scan) -> Option<String> {
    let hour = scan.number(1..=2, 0..=24)?;
    let minute = scan.maybe(sexagesimal).or_else(|| {
        scan.maybe(|scan| {
            scan.literal("h")?;
            scan.number(2..=2, 0..=59)
        })
    })?;
    scan.boundary()?;
    let half = scan.maybe(half_of_day);
    let hours = half.is_none() && scan.maybe(hours).is_some();
    let asked = ["la", "las"].contains(&here.previous_word().as_str());
    let hour_words = number::cardinal(hour.into(), Form::Feminine);
    let text = match minute {
        0 if hours => format!("{hour_words} {}", if hour == 1 { "hora" } else { "horas" }),
        0 if asked || half.is_some() => hour_words,
        0 => format!("{hour_words} en punto"),
        15 if asked && hour <= 12 && !hours => format!("{hour_words} y cuarto"),
        30 if asked && hour <= 12 && !hours => format!("{hour_words} y media"),
        1..=9 if asked => format!("{hour_words} y {}", number::cardinal(minute.into(), Form::Alone)),
        1..=9 => format!("{hour_words} cero {}", number::cardinal(minute.into(), Form::Alone)),
        _ => format!("{hour_words} {}", number::cardinal(minute.into(), Form::Alone)),
    };
    let text = if hours && minute > 0 { format!("{text} horas") } else { text };
    Some(match half {
        Some(half) => format!("{text} {half}"),
        None => text,
    })
}

/// The time in ISO 8601 behind a date, `T15:30:00.5Z`: its hours and minutes are read.
pub(super) fn iso(scan: &mut Scan) -> Option<String> {
    scan.literal("T")?;
    let hour = scan.number(2..=2, 0..=24)?;
    let minute = sexagesimal(scan)?;
    scan.maybe(sexagesimal);
    scan.run(|next| next.is_ascii_digit() || "Z.+:".contains(next));
    let [hour, minute] = [hour, minute].map(|number| number::cardinal(number.into(), Form::Alone));
    Some(format!("{hour} {minute}"))
}

/// `8 p. m.`, `11am`.
fn whole_hour(scan: &mut Scan) -> Option<String> {
    let hour = scan.number(1..=2, 0..=24)?;
    let half = half_of_day(scan)?;
    Some(format!("{} {half}", number::cardinal(hour.into(), Form::Feminine)))
}

/// `a. m.` and `p. m.` in all their spellings.
fn half_of_day(scan: &mut Scan) -> Option<&'static str> {
    scan.spaces();
    let letter = scan.one_of("apAP")?.to_ascii_lowercase();
    let point = scan.maybe(|scan| scan.literal(".")).is_some();
    if point {
        scan.spaces();
    }
    scan.one_of("mM")?;
    scan.boundary()?;
    if point {
        scan.maybe(inner_stop);
    }
    Some(if letter == 'a' { "a eme" } else { "pe eme" })
}

/// The stop of "p. m." belongs to it unless the sentence ends there.
fn inner_stop(scan: &mut Scan) -> Option<()> {
    scan.literal(".")?;
    scan.next_word().starts_with(char::is_lowercase).then_some(())
}

fn hours(scan: &mut Scan) -> Option<()> {
    scan.spaces();
    scan.first_of(["horas", "hrs.", "hrs", "hs", "h"])?;
    scan.boundary()
}
