//! Whole numbers in words: how many, and which in a row.

/// Whom a number agrees with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Nobody: *veintiuno*, *primero*.
    Alone,
    /// A masculine noun behind it: *veintiún discos*, *primer disco*.
    Masculine,
    /// A feminine noun: *veintiuna canciones*, *primera canción*.
    Feminine,
}

const SMALL: [&str; 30] = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
];

const TENS: [&str; 10] =
    ["", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"];

/// Without their last letters, which agree: *-os* or *-as*.
const HUNDREDS: [&str; 10] = [
    "",
    "",
    "doscient",
    "trescient",
    "cuatrocient",
    "quinient",
    "seiscient",
    "setecient",
    "ochocient",
    "novecient",
];

/// Names of the powers of a million: one, several.
const MILLIONS: [(&str, &str); 6] = [
    ("millón", "millones"),
    ("billón", "billones"),
    ("trillón", "trillones"),
    ("cuatrillón", "cuatrillones"),
    ("quintillón", "quintillones"),
    ("sextillón", "sextillones"),
];

const MILLION: u128 = 1_000_000;

/// Returns a whole number in words, of any size that a `u128` holds.
pub(super) fn cardinal(number: u128, form: Form) -> String {
    if number == 0 {
        return SMALL[0].to_owned();
    }
    let mut parts = Vec::new();
    let mut power = 0;
    let mut left = number;
    while left > 0 {
        let group = (left % MILLION) as u32;
        match power {
            _ if group == 0 => {}
            0 => parts.push(below_million(group, form)),
            _ => {
                let (one, several) = MILLIONS[(power - 1).min(MILLIONS.len() - 1)];
                let name = if group == 1 { one } else { several };
                parts.push(format!("{} {name}", below_million(group, Form::Masculine)));
            }
        }
        left /= MILLION;
        power += 1;
    }
    parts.reverse();
    parts.join(" ")
}

fn below_million(number: u32, form: Form) -> String {
    // Thousands are counted with the noun (*doscientas mil canciones*) and shortened without one (*veintiún mil*).
    let counting = if form == Form::Feminine { Form::Feminine } else { Form::Masculine };
    match (number / 1000, number % 1000) {
        (0, rest) => below_thousand(rest, form),
        (1, 0) => "mil".to_owned(),
        (1, rest) => format!("mil {}", below_thousand(rest, form)),
        (thousands, 0) => format!("{} mil", below_thousand(thousands, counting)),
        (thousands, rest) => {
            format!("{} mil {}", below_thousand(thousands, counting), below_thousand(rest, form))
        }
    }
}

fn below_thousand(number: u32, form: Form) -> String {
    let ending = if form == Form::Feminine { "as" } else { "os" };
    match (number / 100, number % 100) {
        (0, rest) => below_hundred(rest, form),
        (1, 0) => "cien".to_owned(),
        (1, rest) => format!("ciento {}", below_hundred(rest, form)),
        (hundreds, 0) => format!("{}{ending}", HUNDREDS[hundreds as usize]),
        (hundreds, rest) => format!("{}{ending} {}", HUNDREDS[hundreds as usize], below_hundred(rest, form)),
    }
}

fn below_hundred(number: u32, form: Form) -> String {
    match (number, form) {
        (1, Form::Masculine) => "un".to_owned(),
        (1, Form::Feminine) => "una".to_owned(),
        (21, Form::Masculine) => "veintiún".to_owned(),
        (21, Form::Feminine) => "veintiuna".to_owned(),
        (0..30, _) => SMALL[number as usize].to_owned(),
        _ if number.is_multiple_of(10) => TENS[number as usize / 10].to_owned(),
        _ => format!("{} y {}", TENS[number as usize / 10], below_hundred(number % 10, form)),
    }
}

/// Returns digits one by one: *cero cero siete*.
pub(super) fn digits(digits: &str) -> String {
    let words: Vec<&str> =
        digits.chars().filter_map(|digit| digit.to_digit(10)).map(|digit| SMALL[digit as usize]).collect();
    words.join(" ")
}

/// Returns a whole number of digits in words: as a number, or digit by digit when it begins with zero (a code) or is
/// longer than anybody counts.
pub(super) fn written(text: &str, form: Form) -> String {
    let is_code = text.len() > 1 && text.starts_with('0');
    match text.parse::<u128>() {
        Ok(number) if !is_code && text.len() <= 24 => cardinal(number, form),
        _ => digits(text),
    }
}

const UNIT_ORDINALS: [&str; 10] =
    ["", "primer", "segund", "tercer", "cuart", "quint", "sext", "séptim", "octav", "noven"];
const TEN_ORDINALS: [&str; 10] = [
    "",
    "décim",
    "vigésim",
    "trigésim",
    "cuadragésim",
    "quincuagésim",
    "sexagésim",
    "septuagésim",
    "octogésim",
    "nonagésim",
];

/// Returns the place in a row, 1 to 99, in words; further places are said as people say them, as plain numbers.
pub(super) fn ordinal(number: u32, form: Form) -> String {
    let ending = if form == Form::Feminine { "a" } else { "o" };
    match number {
        1 | 3 if form == Form::Masculine => UNIT_ORDINALS[number as usize].to_owned(),
        1..=9 => format!("{}{ending}", UNIT_ORDINALS[number as usize]),
        11 => format!("undécim{ending}"),
        12 => format!("duodécim{ending}"),
        13 if form == Form::Masculine => "decimotercer".to_owned(),
        17 => format!("decimoséptim{ending}"),
        13..=19 => format!("decimo{}{ending}", UNIT_ORDINALS[number as usize % 10]),
        10..=99 if number.is_multiple_of(10) => format!("{}{ending}", TEN_ORDINALS[number as usize / 10]),
        20..=99 => {
            format!("{}{ending} {}", TEN_ORDINALS[number as usize / 10], ordinal(number % 10, form))
        }
        _ => cardinal(number.into(), form),
    }
}
