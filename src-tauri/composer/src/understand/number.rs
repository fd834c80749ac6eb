//! Figures in a prompt: tempo, meter and length, in digits or written out.

use son1k_domain::generation::limits;
use son1k_domain::music::Meter;

use super::token::Token;
use super::vocabulary::vocabulary;

const BEATS: [&str; 9] =
    ["bpm", "bpms", "ppm", "beats", "pulsos", "pulsaciones", "golpes", "pulsacion", "beat"];
const TEMPO: [&str; 6] = ["bpm", "tempo", "velocidad", "bpms", "pulso", "speed"];
const LINKS: [&str; 9] = ["of", "de", "a", "at", "is", "es", "en", "around", "unos"];
const MINUTES: [&str; 7] = ["minuto", "minutos", "minute", "minutes", "min", "mins", "m"];
const SECONDS: [&str; 9] = ["s", "seg", "segs", "segundo", "segundos", "sec", "secs", "second", "seconds"];

/// What a matcher found: the value and how many tokens say it.
pub(super) type Found<T> = Option<(T, usize)>;

/// Reads a tempo in quarters a minute: `95 bpm`, `95bpm`, `tempo 95`, `noventa y cinco pulsaciones por minuto`.
pub(super) fn tempo(tokens: &[Token]) -> Found<f32> {
    let (value, length) = beats(tokens).or_else(|| labelled(tokens))?;
    let value = value as f32;
    limits::BPM.contains(&value).then_some((value, length))
}

fn beats(tokens: &[Token]) -> Found<f64> {
    let (value, after) = joined(tokens.first()?, &BEATS).map(|v| (v, 1)).or_else(|| {
        let (value, length) = number(tokens)?;
        is_one_of(tokens.get(length), &BEATS).then_some((value, length + 1))
    })?;
    let per =
        is_one_of(tokens.get(after), &["por", "per", "a"]) && is_one_of(tokens.get(after + 1), &MINUTES);
    Some((value, if per { after + 2 } else { after }))
}

fn labelled(tokens: &[Token]) -> Found<f64> {
    if !is_one_of(tokens.first(), &TEMPO) {
        return None;
    }
    let links = tokens.iter().skip(1).take(2).take_while(|t| is_one_of(Some(t), &LINKS)).count();
    let (value, length) = number(tokens.get(1 + links..)?)?;
    let end = 1 + links + length;
    let is_time = is_one_of(tokens.get(end), &MINUTES) || is_one_of(tokens.get(end), &SECONDS);
    (!is_time).then_some((value, end))
}

/// Reads a meter: `3/4`, `6x8`, `6 por 8`.
pub(super) fn meter(tokens: &[Token]) -> Found<Meter> {
    if let Some(meter) = meter_of(&tokens.first()?.word) {
        return Some((meter, 1));
    }
    if !is_one_of(tokens.get(1), &["por", "by", "x"]) {
        return None;
    }
    let digits = |at: usize| tokens.get(at).and_then(|t| t.word.parse().ok());
    accepted(Meter { beats: digits(0)?, unit: digits(2)? }).map(|meter| (meter, 3))
}

/// Reads `3/4` or `3x4`.
pub(super) fn meter_of(text: &str) -> Option<Meter> {
    let (beats, unit) = text.split_once(['/', 'x'])?;
    accepted(Meter { beats: beats.parse().ok()?, unit: unit.parse().ok()? })
}

/// Keeps the meters that a bar of music can have: 1 to 16 halves, quarters, eighths or sixteenths, a quarter at least.
pub(super) fn accepted(meter: Meter) -> Option<Meter> {
    let known = (1..=16).contains(&meter.beats) && matches!(meter.unit, 2 | 4 | 8 | 16);
    (known && meter.bar().0 >= son1k_domain::unit::TICKS_PER_QUARTER).then_some(meter)
}

/// Reads a length in seconds: `2:30`, `90 s`, `3 min y medio`, `two and a half minutes`, `medio minuto`.
pub(super) fn seconds(tokens: &[Token]) -> Found<f64> {
    let found = clock(tokens.first()?)
        .map(|v| (v, 1))
        .or_else(|| half_minute(tokens))
        .or_else(|| spoken_time(tokens));
    found.filter(|(value, _)| limits::DURATION_S.contains(value))
}

fn clock(token: &Token) -> Option<f64> {
    let (minutes, seconds) = token.word.split_once(':')?;
    let (minutes, rest): (u32, u32) = (minutes.parse().ok()?, seconds.parse().ok()?);
    (seconds.len() == 2 && rest < 60 && minutes < 100).then(|| f64::from(minutes * 60 + rest))
}

fn half_minute(tokens: &[Token]) -> Found<f64> {
    let word = |at: usize| tokens.get(at).map_or("", |t| t.word.as_str());
    match (word(0), word(1), word(2)) {
        ("medio", "minuto", _) | ("half", "minute", _) => Some((30.0, 2)),
        ("half", "a", "minute") => Some((30.0, 3)),
        _ => None,
    }
}

fn spoken_time(tokens: &[Token]) -> Found<f64> {
    let first = tokens.first()?;
    if let Some(value) = joined(first, &MINUTES) {
        return Some(with_rest(tokens, value * 60.0, 1));
    }
    if let Some(value) = joined(first, &SECONDS) {
        // `90s` is a decade, `90 s` and `45s` are lengths.
        let decade = first.word.ends_with("0s") && (20.0..100.0).contains(&value) && value != 30.0;
        return (!decade).then_some((value, 1));
    }
    let (value, length) = amount(tokens)?;
    let (half, length) = match half(tokens.get(length..).unwrap_or_default()) {
        Some(more) => (0.5, length + more),
        None => (0.0, length),
    };
    let value = value + half;
    if is_one_of(tokens.get(length), &MINUTES) {
        return Some(with_rest(tokens, value * 60.0, length + 1));
    }
    is_one_of(tokens.get(length), &SECONDS).then_some((value, length + 1))
}

/// A number, or nothing or an article before a bare `minute`.
fn amount(tokens: &[Token]) -> Found<f64> {
    if is_one_of(tokens.first(), &["a"]) && is_one_of(tokens.get(1), &["minute"]) {
        return Some((1.0, 1));
    }
    if is_one_of(tokens.first(), &["minuto"]) && half(tokens.get(1..)?).is_some() {
        return Some((1.0, 0));
    }
    number(tokens)
}

/// Adds `y medio`, `and a half`, `y 20 segundos`, `30 s` to whole minutes.
fn with_rest(tokens: &[Token], minutes: f64, length: usize) -> (f64, usize) {
    let rest = tokens.get(length..).unwrap_or_default();
    if let Some(more) = half(rest) {
        return (minutes + 30.0, length + more);
    }
    let link = usize::from(is_one_of(rest.first(), &["y", "and", "con"]));
    let Some(after) = rest.get(link..) else { return (minutes, length) };
    if let Some(value) = after.first().and_then(|t| joined(t, &SECONDS)) {
        return (minutes + value, length + link + 1);
    }
    match number(after) {
        Some((value, more)) if value < 60.0 && is_one_of(after.get(more), &SECONDS) => {
            (minutes + value, length + link + more + 1)
        }
        _ => (minutes, length),
    }
}

fn half(tokens: &[Token]) -> Option<usize> {
    let word = |at: usize| tokens.get(at).map_or("", |t| t.word.as_str());
    match (word(0), word(1), word(2)) {
        ("y", "medio" | "media", _) => Some(2),
        ("and", "a", "half") => Some(3),
        _ => None,
    }
}

/// Reads a number in digits or in words up to 999.
fn number(tokens: &[Token]) -> Found<f64> {
    let first = tokens.first()?;
    if first.word.starts_with(|c: char| c.is_ascii_digit()) {
        return digits(&first.word).map(|value| (value, 1));
    }
    spoken(tokens).map(|(value, length)| (f64::from(value), length))
}

fn digits(word: &str) -> Option<f64> {
    let plain = word.len() <= 6 && word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    plain.then(|| word.parse().ok())?
}

/// Adds up number words: `ciento veinte`, `noventa y cinco`, `one hundred and ten`.
fn spoken(tokens: &[Token]) -> Found<u32> {
    let mut total = vocabulary().number(&tokens.first()?.word)?;
    let mut length = 1;
    loop {
        let link = usize::from(is_one_of(tokens.get(length), &["y", "and"]));
        let Some(token) = tokens.get(length + link) else { break };
        if link == 0 && token.word == "hundred" && total < 10 {
            total *= 100;
        } else {
            match vocabulary().number(&token.word) {
                Some(more) if fits(total, more) => total += more,
                _ => break,
            }
        }
        length += link + 1;
    }
    Some((total, length))
}

/// Units follow whole tens, anything below a hundred follows whole hundreds.
fn fits(total: u32, more: u32) -> bool {
    let after_tens = total.is_multiple_of(10) && total % 100 >= 20 && more < 10;
    let after_hundreds = total >= 100 && total.is_multiple_of(100) && more < 100;
    after_tens || after_hundreds
}

/// Reads a number with its unit written together: `95bpm`, `3min`.
fn joined(token: &Token, units: &[&str]) -> Option<f64> {
    let split = token.word.find(|c: char| c.is_ascii_alphabetic())?;
    let (value, unit) = token.word.split_at_checked(split)?;
    if value.is_empty() || !units.contains(&unit) {
        return None;
    }
    digits(value)
}

fn is_one_of(token: Option<&Token>, words: &[&str]) -> bool {
    token.is_some_and(|t| words.contains(&t.word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::super::token::tokens;
    use super::*;

    #[test]
    fn tempos_are_read_in_digits_and_words() {
        let read = |text: &str| tempo(&tokens(text));
        assert_eq!(read("95 bpm"), Some((95.0, 2)));
        assert_eq!(read("92,5bpm ahora"), Some((92.5, 1)));
        assert_eq!(read("95 beats per minute"), Some((95.0, 4)));
        assert_eq!(read("noventa y cinco pulsaciones por minuto"), Some((95.0, 6)));
        assert_eq!(read("one hundred and twenty bpm"), Some((120.0, 5)));
        assert_eq!(read("ciento veintiocho bpm"), Some((128.0, 3)));
        assert_eq!(read("tempo: 120"), Some((120.0, 2)));
        assert_eq!(read("tempo of 88"), Some((88.0, 3)));
        assert_eq!(read("tempo 2 minutos"), None);
        assert_eq!(read("5000 bpm"), None);
        assert_eq!(read("bpm"), None);
    }

    #[test]
    fn lengths_are_read_as_people_say_them() {
        let read = |text: &str| seconds(&tokens(text)).map(|(v, _)| v);
        for (text, expected) in [
            ("2:30", 150.0),
            ("dos minutos", 120.0),
            ("90 s", 90.0),
            ("3 min y medio", 210.0),
            ("two and a half minutes", 150.0),
            ("dos minutos y medio", 150.0),
            ("minuto y medio", 90.0),
            ("a minute and a half", 90.0),
            ("half a minute", 30.0),
            ("medio minuto", 30.0),
            ("3 minutos y 20 segundos", 200.0),
            ("2 min 15 s", 135.0),
            ("2.5 minutes", 150.0),
            ("45s", 45.0),
            ("120s", 120.0),
            ("3min", 180.0),
            ("noventa segundos", 90.0),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        for text in ["80s", "90s", "2 horas", "5 seconds", "100 minutos", "2:99", "minuto"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn meters_are_read_and_dates_are_not() {
        let read = |text: &str| meter(&tokens(text)).map(|(m, n)| (m.to_string(), n));
        assert_eq!(read("3/4"), Some(("3/4".into(), 1)));
        assert_eq!(read("6x8"), Some(("6/8".into(), 1)));
        assert_eq!(read("6 por 8"), Some(("6/8".into(), 3)));
        assert_eq!(read("24/7"), None);
        assert_eq!(read("0/4"), None);
    }
}
