//! What musicians write: notes, chords, metres.

use super::number::{self, Form};
use super::scan::Scan;

/// Names of the notes. "Do" and "la" are words as well: only an accidental or a mode behind them makes a note.
const NOTES: [&str; 7] = ["do", "re", "mi", "fa", "sol", "la", "si"];

/// The notes of letters, C to B.
const LETTERS: [(char, &str); 7] =
    [('C', "do"), ('D', "re"), ('E', "mi"), ('F', "fa"), ('G', "sol"), ('A', "la"), ('B', "si")];

/// Qualities of a chord, longest first among those that begin alike.
const QUALITIES: &[(&str, &str)] = &[
    ("maj7", "mayor séptima"),
    ("maj9", "mayor novena"),
    ("maj", "mayor"),
    ("Maj7", "mayor séptima"),
    ("M7", "mayor séptima"),
    ("m7b5", "menor séptima con quinta bemol"),
    ("min7", "menor séptima"),
    ("min", "menor"),
    ("m7", "menor séptima"),
    ("m9", "menor novena"),
    ("m6", "menor sexta"),
    ("m", "menor"),
    ("dim7", "disminuido séptima"),
    ("dim", "disminuido"),
    ("aug", "aumentado"),
    ("sus2", "suspendido segunda"),
    ("sus4", "suspendido cuarta"),
    ("add9", "con novena añadida"),
    ("13", "trecena"),
    ("11", "oncena"),
    ("9", "novena"),
    ("7", "séptima"),
    ("6", "sexta"),
    ("5", "quinta"),
];

/// Takes a note or a chord: "Do#", "Sib", "Fa♯m", "C#m7", "Bb", "Am".
pub(super) fn note(scan: &mut Scan) -> Option<String> {
    let mut said = scan.maybe(named).or_else(|| scan.maybe(lettered))?;
    if let Some(bass) = scan.maybe(bass) {
        said = format!("{said} con bajo en {bass}");
    }
    scan.boundary()?;
    Some(said)
}

fn named(scan: &mut Scan) -> Option<String> {
    let rest = scan.rest();
    let stands = |name: &str| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let name = NOTES.iter().find(|name| stands(name))?;
    let capital = scan.peek().is_some_and(char::is_uppercase);
    scan.run_exactly(name.len())?;
    let accidental = scan.maybe(|scan| accidental(scan, capital));
    let quality = scan.maybe(quality);
    // "Lab" is a laboratory but before a mode; "Dom" is a Sunday and "Sim" a card.
    let laboratory = *name == "la" && rest.as_bytes().get(2) == Some(&b'b');
    let mode = quality.is_some() || ["mayor", "menor"].contains(&scan.next_word());
    let sure = match accidental {
        Some(_) => !laboratory || mode,
        None => capital && quality.is_some_and(|quality| quality != "menor"),
    };
    sure.then(|| chord(name, accidental, quality))
}

fn lettered(scan: &mut Scan) -> Option<String> {
    let letter = scan.any()?;
    let name = LETTERS.iter().find(|(wanted, _)| *wanted == letter)?.1;
    let accidental = scan.maybe(|scan| accidental(scan, true));
    let quality = scan.maybe(quality);
    // "A5" is paper and "B6" a vitamin: without an accidental a bare figure is only a chord at its sevenths.
    let figure =
        quality.is_some_and(|quality| ["trecena", "oncena", "novena", "sexta", "quinta"].contains(&quality));
    (accidental.is_some() || quality.is_some() && !figure).then(|| chord(name, accidental, quality))
}

fn accidental(scan: &mut Scan, flat_letter: bool) -> Option<&'static str> {
    let sign = scan.one_of("#♯♭b")?;
    match sign {
        'b' if !flat_letter => None,
        '#' | '♯' => Some("sostenido"),
        _ => Some("bemol"),
    }
}

fn quality(scan: &mut Scan) -> Option<&'static str> {
    let written = scan.first_of(QUALITIES.iter().map(|(written, _)| *written))?;
    scan.boundary()?;
    QUALITIES.iter().find(|(quality, _)| *quality == written).map(|(_, said)| *said)
}

/// `/E` behind a chord: its lowest note.
fn bass(scan: &mut Scan) -> Option<String> {
    scan.literal("/")?;
    let letter = scan.any()?;
    let name = LETTERS.iter().find(|(wanted, _)| *wanted == letter)?.1;
    let accidental = scan.maybe(|scan| accidental(scan, true));
    scan.boundary()?;
    Some(chord(name, accidental, None))
}

fn chord(name: &str, accidental: Option<&str>, quality: Option<&str>) -> String {
    let parts = [Some(name), accidental, quality];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Words behind which "3/4" is a metre even where it could be a fraction.
const BEFORE_A_METRE: [&str; 5] = ["compás", "metro", "ritmo", "tiempo", "vals"];

/// Words before which it is a part of something.
const BEFORE_A_WHOLE: [&str; 7] = ["de", "partes", "hora", "horas", "litro", "kilo", "taza"];

/// Takes a metre or a fraction: "4/4" is *cuatro por cuatro*, "1/2" *un medio*, "2/3" *dos tercios*.
pub(super) fn fraction(scan: &mut Scan) -> Option<String> {
    let here = *scan;
    let above = scan.number(1..=3, 0..=999)?;
    scan.one_of("/⁄")?;
    let below = scan.number(1..=3, 1..=999)?;
    scan.boundary()?;
    (!scan.rest().starts_with(['/', '⁄'])).then_some(())?;
    let count = |number: u32| number::cardinal(number.into(), Form::Alone);
    let partitive = BEFORE_A_WHOLE.contains(&scan.next_word());
    let metre = above > 1
        && matches!(below, 2 | 4 | 8 | 16)
        && (!partitive || BEFORE_A_METRE.contains(&here.previous_word().as_str()));
    Some(match (above, below) {
        // All day, all week.
        (24, 7) => format!("{} {}", count(above), count(below)),
        _ if metre => format!("{} por {}", count(above), count(below)),
        _ => parts(above, below, scan.next_word()),
    })
}

const PARTS: [&str; 11] =
    ["", "", "medio", "tercio", "cuarto", "quinto", "sexto", "séptimo", "octavo", "noveno", "décimo"];

fn parts(above: u32, below: u32, next: &str) -> String {
    if (above, below) == (1, 2) && super::noun::form_before(next) != Form::Alone {
        return if super::noun::form_before(next) == Form::Feminine { "media" } else { "medio" }.to_owned();
    }
    let several = if above == 1 { "" } else { "s" };
    match below {
        2..=10 => {
            let part = PARTS[below as usize];
            format!("{} {part}{several}", number::cardinal(above.into(), Form::Masculine))
        }
        16 => format!("{} dieciseisavo{several}", number::cardinal(above.into(), Form::Masculine)),
        32 => format!("{} treintaidosavo{several}", number::cardinal(above.into(), Form::Masculine)),
        100 => format!("{} centésimo{several}", number::cardinal(above.into(), Form::Masculine)),
        _ => {
            let count = |number: u32| number::cardinal(number.into(), Form::Alone);
            format!("{} sobre {}", count(above), count(below))
        }
    }
}
