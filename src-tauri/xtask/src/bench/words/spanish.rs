//! Spanish in one form: figures in words of the masculine, the first of a month as one, half and quarter hours as minutes;
//! vowels without their accents, which nobody hears in "qué" and "que".

use super::{Token, amount, as_time, looked_up, push};

const ONES: [&str; 30] = [
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
    "dieciseis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidos",
    "veintitres",
    "veinticuatro",
    "veinticinco",
    "veintiseis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
];
const TENS: [&str; 10] =
    ["", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"];
const HUNDREDS: [&str; 10] = [
    "",
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
];
const PLACES: [&str; 11] = [
    "", "primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "septimo", "octavo", "noveno", "decimo",
];
const MONTHS: [&str; 13] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "setiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// Abbreviations, and words that are spelled in two ways.
const ALIKE: [(&str, &str); 10] = [
    ("dr", "doctor"),
    ("dra", "doctora"),
    ("sr", "señor"),
    ("sra", "señora"),
    ("km", "kilometros"),
    ("db", "decibelios"),
    ("min", "minutos"),
    ("veintiun", "veintiuno"),
    ("veintiuna", "veintiuno"),
    ("setiembre", "septiembre"),
];

pub fn words(tokens: &[Token]) -> Vec<String> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match (token, tokens.get(at)) {
            (Token::Word(word), _) => push(&mut words, &masculine(looked_up(&ALIKE, &plain(word)))),
            (Token::Sign(sign @ ('$' | '€' | '£')), Some(Token::Figure(figure))) => {
                at += 1;
                push(&mut words, &format!("{} {}", figure_in_words(figure), name(*sign)));
            }
            (Token::Sign(sign), _) => push(&mut words, name(*sign)),
            (Token::Figure(figure), Some(Token::Sign('º' | 'ª'))) => {
                at += 1;
                push(&mut words, &place(figure));
            }
            (Token::Figure(figure), next) => {
                let time = as_time(figure, next, &["am", "pm", "de", "horas"]);
                push(&mut words, &figure_in_words(time.as_ref().unwrap_or(figure)));
            }
        }
    }
    settled(&words)
}

/// Returns a word without the accents of its vowels.
fn plain(word: &str) -> String {
    let bare = |c: char| match c {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        c => c,
    };
    word.chars().map(bare).collect()
}

fn masculine(word: &str) -> String {
    let hundreds = word.strip_suffix("as").map(|stem| format!("{stem}os"));
    hundreds.filter(|masculine| HUNDREDS.contains(&masculine.as_str())).unwrap_or_else(|| word.to_owned())
}

fn name(sign: char) -> &'static str {
    match sign {
        '$' => "dolares",
        '€' => "euros",
        '£' => "libras",
        '%' => "por ciento",
        '°' => "grados",
        '&' => "y",
        '+' => "mas",
        '@' => "arroba",
        '#' | '♯' => "sostenido",
        '♭' => "bemol",
        _ => "",
    }
}

fn place(figure: &str) -> String {
    let place = figure.parse().ok().and_then(|number: usize| PLACES.get(number));
    place.map_or_else(|| figure_in_words(figure), |place| (*place).to_owned())
}

fn figure_in_words(figure: &str) -> String {
    if figure.contains(':') {
        let parts = figure.split(':').enumerate();
        let said =
            parts.map(|(at, part)| if at > 0 && part == "00" { String::new() } else { cardinal(part) });
        return said.collect::<Vec<_>>().join(" ");
    }
    match amount(figure) {
        (whole, None) => cardinal(&whole),
        (whole, Some(part)) => format!("{} coma {}", cardinal(&whole), cardinal(&part)),
    }
}

fn cardinal(digits: &str) -> String {
    match digits.parse::<u64>() {
        Ok(number) if number < 1_000_000_000 && (digits.len() == 1 || !digits.starts_with('0')) => {
            in_words(number)
        }
        _ => {
            let names = digits.bytes().filter_map(|digit| ONES.get(usize::from(digit - b'0')).copied());
            names.collect::<Vec<_>>().join(" ")
        }
    }
}

fn in_words(number: u64) -> String {
    let rest = |rest: u64, with: &str| match rest {
        0 => String::new(),
        rest => format!("{with}{}", in_words(rest)),
    };
    match number {
        0..30 => ONES[number as usize].to_owned(),
        30..100 => format!("{}{}", TENS[number as usize / 10], rest(number % 10, " y ")),
        100 => "cien".to_owned(),
        101..1_000 => format!("{}{}", HUNDREDS[number as usize / 100], rest(number % 100, " ")),
        1_000..2_000 => format!("mil{}", rest(number % 1_000, " ")),
        2_000..1_000_000 => format!("{} mil{}", in_words(number / 1_000), rest(number % 1_000, " ")),
        1_000_000..2_000_000 => format!("un millon{}", rest(number % 1_000_000, " ")),
        _ => format!("{} millones{}", in_words(number / 1_000_000), rest(number % 1_000_000, " ")),
    }
}

/// Makes alike what may be written in words in several ways.
fn settled(words: &[String]) -> Vec<String> {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let mut settled: Vec<String> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let before = settled.last().map_or("", String::as_str).to_owned();
        let (said, taken) = match (word(at), word(at + 1)) {
            ("y", "media") if ONES.contains(&before.as_str()) || before == "una" => ("treinta", 2),
            ("y", "cuarto") if ONES.contains(&before.as_str()) || before == "una" => ("quince", 2),
            ("y", "un" | "una") if TENS.contains(&before.as_str()) => ("y uno", 2),
            ("primero", "de") if MONTHS.contains(&word(at + 2)) => ("uno", 1),
            (said, _) => (said, 1),
        };
        push(&mut settled, said);
        at += taken;
    }
    settled
}
