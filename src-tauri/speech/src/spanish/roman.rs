//! Roman numerals: of centuries, kings, parts, and of chords.

use super::noun;
use super::number::{self, Form};
use super::scan::Scan;

/// Words behind which a numeral, even of one letter, counts.
const COUNTED: &[&str] = &[
    "siglo",
    "siglos",
    "capítulo",
    "tomo",
    "acto",
    "parte",
    "volumen",
    "vol",
    "título",
    "libro",
    "canto",
    "escena",
    "fase",
    "nivel",
    "grado",
    "tipo",
    "grupo",
    "anexo",
    "apéndice",
    "sección",
    "episodio",
    "temporada",
    "movimiento",
    "edición",
    "mark",
    "opus",
    "s",
    "ss",
    "acorde",
    "cap",
];

/// Names behind which even a numeral of one letter counts: "Alfonso X", but not "Malcolm X".
const RULERS: &[&str] = &[
    "alejandro",
    "alfonso",
    "amadeo",
    "benedicto",
    "carlos",
    "catalina",
    "clemente",
    "constantino",
    "enrique",
    "eduardo",
    "federico",
    "felipe",
    "fernando",
    "francisco",
    "gregorio",
    "guillermo",
    "isabel",
    "inocencio",
    "iván",
    "jacobo",
    "jaime",
    "jorge",
    "josé",
    "juan",
    "leopoldo",
    "león",
    "luis",
    "maría",
    "maximiliano",
    "napoleón",
    "nicolás",
    "pablo",
    "pedro",
    "pío",
    "ricardo",
    "sancho",
    "sixto",
    "urbano",
];

/// Beginnings of names of queens and popes that end unlike women's names do.
const WOMEN: &[&str] = &["isabel", "beatriz", "leonor", "inés", "carmen", "mercedes", "raquel"];

/// Takes a numeral where its place says that it is one.
pub(super) fn numeral(scan: &mut Scan) -> Option<String> {
    let here = *scan;
    if let Some(chords) = scan.maybe(chords) {
        return Some(chords);
    }
    let letters = scan.run(char::is_alphanumeric);
    letters.chars().all(|letter| "IVXL".contains(letter)).then_some(())?;
    let value = value(letters).filter(|_| letters != "L")?;
    let behind = here.previous_word();
    if COUNTED.contains(&behind.as_str()) {
        // "siglo V" is the fifth, "siglo XXI" twenty-one: up to ten Spanish puts a century in its row.
        return Some(if behind == "siglo" && value <= 10 {
            number::ordinal(value, Form::Alone)
        } else {
            number::cardinal(value.into(), Form::Alone)
        });
    }
    if previous_is_name(&here) {
        let known = letters.len() > 1 || RULERS.contains(&behind.as_str());
        return known.then(|| of_ruler(value, &behind));
    }
    let next = scan.next_word();
    (letters.len() > 1 && next.chars().count() > 2).then(|| before_noun(value, next))
}

/// "II Guerra Mundial", "XX aniversario"; before no noun, as in "Rocky y II", it is plainly counted.
fn before_noun(value: u32, next: &str) -> String {
    match noun::form_before(next) {
        Form::Alone => number::cardinal(value.into(), Form::Alone),
        form => number::ordinal(value, form),
    }
}

/// Rulers are in a row up to ten, counted from there on: Alfonso décimo, Luis catorce.
fn of_ruler(value: u32, name: &str) -> String {
    let woman = name.ends_with('a') || WOMEN.contains(&name);
    match (value, woman) {
        (0..=10, true) => number::ordinal(value, Form::Feminine),
        (0..=10, false) => number::ordinal(value, Form::Alone),
        _ => number::cardinal(value.into(), Form::Alone),
    }
}

fn previous_is_name(here: &Scan) -> bool {
    let behind = here.before().strip_suffix(' ').unwrap_or_default();
    let start = behind
        .rfind(|c: char| !c.is_alphabetic())
        .map_or(0, |at| at + behind[at..].chars().next().map_or(0, char::len_utf8));
    let mut letters = behind[start..].chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
}

/// Degrees of a key, "I–V–vi–IV": said as musicians count them.
fn chords(scan: &mut Scan) -> Option<String> {
    let mut degrees = vec![degree(scan)?];
    while let Some(next) = scan.maybe(|scan| {
        scan.spaces();
        scan.one_of("-–—")?;
        scan.spaces();
        degree(scan)
    }) {
        degrees.push(next);
    }
    scan.boundary()?;
    // Two may be a range ("I-II"); the comma makes a series of more.
    match degrees.as_slice() {
        [_] => None,
        [first, last] => Some(format!("{first} a {last}")),
        _ => Some(degrees.join(", ")),
    }
}

fn degree(scan: &mut Scan) -> Option<String> {
    let letters = scan.letters()?;
    let value = value(&letters.to_uppercase())?;
    let same_case = letters.chars().all(char::is_uppercase) || letters.chars().all(char::is_lowercase);
    (same_case && letters.chars().all(|letter| "IVXivx".contains(letter)))
        .then(|| number::cardinal(value.into(), Form::Alone))
}

const VALUES: [(u32, &str); 13] = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
];

/// Returns what a numeral is worth, when it is written as it should be: "IIX" is none.
fn value(letters: &str) -> Option<u32> {
    let mut total = 0;
    let mut rest = letters;
    // No numeral below four thousand is longer than fifteen letters (3,888).
    while !rest.is_empty() && letters.len() <= 15 {
        let (value, sign) = VALUES.iter().find(|(_, sign)| rest.starts_with(sign))?;
        total += value;
        rest = &rest[sign.len()..];
    }
    (total > 0 && rest.is_empty() && written(total) == letters).then_some(total)
}

fn written(mut number: u32) -> String {
    let mut out = String::new();
    for (value, sign) in VALUES {
        while number >= value {
            out.push_str(sign);
            number -= value;
        }
    }
    out
}
