//! Notes, keys, chords and their progressions.

use super::super::rewrite::{At, Change, digits, ends_word};
use super::{change, next_word, spelled};

/// What stands behind the root of a chord, longest first, and how it is said.
const QUALITIES: [(&str, &str); 40] = [
    ("mMaj7", "minor major seven"),
    ("m7b5", "minor seven flat five"),
    ("m7♭5", "minor seven flat five"),
    ("7sus4", "seven sus four"),
    ("maj13", "major thirteen"),
    ("maj9", "major nine"),
    ("maj7", "major seven"),
    ("Maj7", "major seven"),
    ("min7", "minor seven"),
    ("min9", "minor nine"),
    ("dim7", "diminished seven"),
    ("add9", "add nine"),
    ("sus2", "sus two"),
    ("sus4", "sus four"),
    ("m11", "minor eleven"),
    ("7b9", "seven flat nine"),
    ("7#9", "seven sharp nine"),
    ("7#5", "seven sharp five"),
    ("7b5", "seven flat five"),
    ("min", "minor"),
    ("maj", "major"),
    ("dim", "diminished"),
    ("aug", "augmented"),
    ("sus", "sus"),
    ("m13", "minor thirteen"),
    ("M7", "major seven"),
    ("m7", "minor seven"),
    ("m9", "minor nine"),
    ("m6", "minor six"),
    ("6/9", "six nine"),
    ("13", "thirteen"),
    ("11", "eleven"),
    ("m", "minor"),
    ("ø7", "half diminished seven"),
    ("°7", "diminished seven"),
    ("°", "diminished"),
    ("9", "nine"),
    ("7", "seven"),
    ("6", "six"),
    ("", ""),
];
/// Words behind a letter that make it a note.
const QUALIFIERS: [&str; 5] = ["minor", "major", "sharp", "flat", "natural"];
/// Words that only a scale or a chord has behind those.
const SUBJECTS: [&str; 9] =
    ["chord", "chords", "scale", "key", "triad", "pentatonic", "arpeggio", "seventh", "blues"];

/// A note: its letter, with a sharp or a flat.
fn note(text: &str) -> Option<(String, bool, &str)> {
    let letter = text.chars().next().filter(|c| matches!(c, 'A'..='G'))?;
    let rest = &text[1..];
    let marks = [("#", "sharp"), ("♯", "sharp"), ("♭", "flat"), ("b", "flat"), ("♮", "natural")];
    let mark = marks.iter().find_map(|(mark, name)| Some((name, rest.strip_prefix(mark)?)));
    let name = spelled(letter.encode_utf8(&mut [0; 4]));
    match mark {
        Some((mark, rest)) => Some((format!("{name} {mark}"), true, rest)),
        None => Some((name, false, rest)),
    }
}

/// Returns whether a chord or a note may end before `rest`.
fn ends(rest: &str) -> bool {
    ends_word(rest) && !rest.starts_with(['\'', '’', '#', '♯', '♭'])
}

/// `F#`, `B♭`, `Cmaj7`, `Am`, `D/F#` → "F sharp", "B flat", "C major seven", "eh minor", "D over F sharp".
pub fn chord(at: At<'_>) -> Option<Change> {
    let text = at.rest();
    let (root, altered, behind) = note(text).filter(|_| at.is_clear_of(".'’#-$&@"))?;
    let octave = digits(behind, 1).filter(|(_, rest)| altered && ends(rest));
    let quality = QUALITIES.iter().find_map(|(sign, name)| {
        let rest = behind.strip_prefix(sign)?;
        (ends(rest) || bass(rest).is_some()).then_some((*sign, *name, rest))
    });
    let (sign, name, rest) = quality.or_else(|| octave.map(|(octave, rest)| (octave, octave, rest)))?;
    let bass = bass(rest);
    let plain = !altered && (sign.is_empty() || sign.bytes().all(|b| b.is_ascii_digit()));
    if (plain && bass.as_ref().is_none_or(|(_, altered, _)| !altered))
        || is_something_else(at, text, sign, rest)
    {
        return None;
    }
    let name = if name.is_empty() { root } else { format!("{root} {name}") };
    match bass {
        Some((bass, _, rest)) => change(at, rest, format!("{name} over {bass}")),
        None => change(at, rest, name),
    }
}

/// Takes the bass note of a chord.
fn bass(rest: &str) -> Option<(String, bool, &str)> {
    note(rest.strip_prefix('/')?).filter(|(.., rest)| ends(rest))
}

/// Returns whether what looks like a chord is a word or a unit: "Am I?", "5 Gb", "Em dash".
fn is_something_else(at: At<'_>, text: &str, sign: &str, rest: &str) -> bool {
    let next = next_word(rest);
    let number = at.before() == Some(' ') && at.before_space().is_some_and(|c| c.is_ascii_digit());
    let verb =
        text.starts_with("Am") && sign == "m" && (next == "I" || (at.begins_sentence() && !next.is_empty()));
    verb || (text.starts_with("Em") && next == "dash") || (text.starts_with("Gb") && number)
}

/// `A minor` as a key, not the article → "eh minor".
pub fn key(at: At<'_>) -> Option<Change> {
    let rest = at.rest().strip_prefix('A').filter(|_| at.is_clear_of("'’-.&"))?;
    let sharp = rest.strip_prefix('-').or_else(|| rest.strip_prefix(' '))?;
    let word = next_word(sharp);
    if sharp.starts_with(' ') || !QUALIFIERS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
        return None;
    }
    let behind = &sharp[word.len()..];
    let subject = SUBJECTS.contains(&next_word(behind)) || behind.starts_with([',', '.', ';', ')', '?', '!']);
    (!at.begins_sentence() || subject || behind.is_empty()).then(|| (1, "eh".to_owned()))
}

/// `ii–V–I`, `I-V-vi-IV` → "two five one".
pub fn progression(at: At<'_>) -> Option<Change> {
    let mut rest = at.rest();
    if !at.is_clear_of("-–.'’") || !rest.starts_with(['I', 'V', 'i', 'v']) {
        return None;
    }
    let mut degrees = Vec::new();
    loop {
        let (degree, behind) = degree(rest)?;
        degrees.push(degree);
        match behind.strip_prefix(['-', '–', '—']) {
            Some(next) => rest = next,
            None if degrees.len() > 2 && ends(behind) => return change(at, behind, degrees.join(" ")),
            None => return None,
        }
    }
}

/// Takes a degree of the scale as a Roman numeral, with the sign of its quality.
fn degree(text: &str) -> Option<(&'static str, &str)> {
    let (numeral, rest) =
        text.split_at(text.bytes().take_while(|b| matches!(b, b'I' | b'V' | b'i' | b'v')).count());
    let name = match numeral {
        "I" | "i" => "one",
        "II" | "ii" => "two",
        "III" | "iii" => "three",
        "IV" | "iv" => "four",
        "V" | "v" => "five",
        "VI" | "vi" => "six",
        "VII" | "vii" => "seven",
        _ => return None,
    };
    Some((name, rest.trim_start_matches(['°', 'ø', '7'])))
}
