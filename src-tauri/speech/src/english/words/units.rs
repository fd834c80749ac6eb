//! Levels, rates and other units of the studio that the normaliser does not know.

use super::super::letter::is_word;
use super::super::rewrite::{At, Change, ends_word, number, spaced};
use super::change;

/// Behind a number; one, and several of it. Longer signs before those that they begin with.
const UNITS: [(&str, [&str; 2]); 44] = [
    ("LUFS", ["luffs", "luffs"]),
    ("LKFS", ["L K F S", "L K F S"]),
    ("LU", ["loudness unit", "loudness units"]),
    ("dBFS", ["decibel full scale", "decibels full scale"]),
    ("dB FS", ["decibel full scale", "decibels full scale"]),
    ("dBTP", ["decibel true peak", "decibels true peak"]),
    ("dB TP", ["decibel true peak", "decibels true peak"]),
    ("dBu", ["D B U", "D B U"]),
    ("dBV", ["D B V", "D B V"]),
    ("dBA", ["decibel weighted", "decibels weighted"]),
    ("dB", ["decibel", "decibels"]),
    ("db", ["decibel", "decibels"]),
    ("DB", ["decibel", "decibels"]),
    ("BPM", ["beat per minute", "beats per minute"]),
    ("bpm", ["beat per minute", "beats per minute"]),
    ("kbps", ["kilobit per second", "kilobits per second"]),
    ("kbit/s", ["kilobit per second", "kilobits per second"]),
    ("kb/s", ["kilobit per second", "kilobits per second"]),
    ("Mbit/s", ["megabit per second", "megabits per second"]),
    ("MB/s", ["megabyte per second", "megabytes per second"]),
    ("GB/s", ["gigabyte per second", "gigabytes per second"]),
    ("KiB", ["kibibyte", "kibibytes"]),
    ("MiB", ["mebibyte", "mebibytes"]),
    ("GiB", ["gibibyte", "gibibytes"]),
    ("rpm", ["revolution per minute", "revolutions per minute"]),
    ("RPM", ["revolution per minute", "revolutions per minute"]),
    ("px", ["pixel", "pixels"]),
    ("µs", ["microsecond", "microseconds"]),
    ("μs", ["microsecond", "microseconds"]),
    ("ns", ["nanosecond", "nanoseconds"]),
    ("m/s", ["meter per second", "meters per second"]),
    ("km²", ["square kilometer", "square kilometers"]),
    ("cm²", ["square centimeter", "square centimeters"]),
    ("m²", ["square meter", "square meters"]),
    ("m³", ["cubic meter", "cubic meters"]),
    ("khz", ["kilohertz", "kilohertz"]),
    ("KHz", ["kilohertz", "kilohertz"]),
    ("hz", ["hertz", "hertz"]),
    ("kΩ", ["kilohm", "kilohms"]),
    ("Ω", ["ohm", "ohms"]),
    ("mV", ["millivolt", "millivolts"]),
    ("W", ["watt", "watts"]),
    ("V", ["volt", "volts"]),
    ("g", ["gram", "grams"]),
];
/// Said in words without a number too.
const ALONE: [(&str, &str); 7] = [
    ("LUFS", "luffs"),
    ("dBFS", "decibels full scale"),
    ("dBTP", "decibels true peak"),
    ("dB", "decibels"),
    ("kbps", "kilobits per second"),
    ("kHz", "kilohertz"),
    ("Hz", "hertz"),
];
/// Behind a slash: "per …".
const PER: [(&str, &str); 22] = [
    ("month", "month"),
    ("mo", "month"),
    ("year", "year"),
    ("yr", "year"),
    ("week", "week"),
    ("day", "day"),
    ("hour", "hour"),
    ("hr", "hour"),
    ("h", "hour"),
    ("minute", "minute"),
    ("min", "minute"),
    ("second", "second"),
    ("sec", "second"),
    ("s", "second"),
    ("person", "person"),
    ("song", "song"),
    ("track", "track"),
    ("user", "user"),
    ("octave", "octave"),
    ("oct", "octave"),
    ("bar", "bar"),
    ("beat", "beat"),
];

/// `-14 LUFS`, `120BPM`, `320 kbps` → "-14 luffs", "120 beats per minute".
pub fn quantity(at: At<'_>) -> Option<Change> {
    let (amount, rest) = number(at.rest()).filter(|_| at.is_clear_of(".,"))?;
    let (sign, names) = UNITS.iter().find(|(sign, _)| {
        let behind = spaced(rest).strip_prefix(sign);
        behind.is_some_and(|behind| ends_word(behind) && !behind.starts_with(['\'', '’']))
    })?;
    let rest = &spaced(rest)[sign.len()..];
    change(at, rest, format!("{amount} {}", names[usize::from(amount != "1")]))
}

/// `dB/octave`, `$5/month`, `24-bit/96kHz` → "decibels per octave", "24-bit 96kHz".
pub fn per(at: At<'_>) -> Option<Change> {
    let rest = at.rest().strip_prefix('/')?;
    if at.before().is_some_and(char::is_alphabetic) && rest.starts_with(|c: char| c.is_ascii_digit()) {
        return change(at, rest, " ");
    }
    let amount = at.before().is_some_and(|c| c.is_ascii_digit() || matches!(c, 'B' | 's' | 'z' | 'k' | 'M'));
    let (word, rest) = rest.split_at(rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len()));
    let (_, name) = PER
        .iter()
        .find(|(short, _)| *short == word)
        .filter(|_| amount && ends_word(rest) && at.follows_amount())?;
    change(at, rest, format!(" per {name}"))
}

/// `in dB`, `the LUFS value` → "in decibels".
pub fn alone(at: At<'_>) -> Option<Change> {
    if !at.is_clear_of("'’-") {
        return None;
    }
    let known = |(sign, name): &(&str, &'static str)| Some((*name, at.rest().strip_prefix(*sign)?));
    let (name, rest) = ALONE.iter().filter_map(known).find(|(_, rest)| !rest.starts_with(is_word))?;
    change(at, rest, name)
}
