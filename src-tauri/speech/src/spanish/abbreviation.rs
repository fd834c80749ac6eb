//! Shortened words, which end in a full stop or stand for several words.

use super::number::{self, Form};
use super::scan::Scan;

/// What is written, and what is said; case matters where both have a capital. Longest first among those that begin
/// alike is not needed: the longest that fits is taken.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("Sr.", "señor"),
    ("Sra.", "señora"),
    ("Srta.", "señorita"),
    ("Sres.", "señores"),
    ("Sras.", "señoras"),
    ("Dr.", "doctor"),
    ("Dra.", "doctora"),
    ("Dres.", "doctores"),
    ("D.ª", "doña"),
    ("Dña.", "doña"),
    ("Prof.", "profesor"),
    ("Profa.", "profesora"),
    ("Lic.", "licenciado"),
    ("Ing.", "ingeniero"),
    ("Arq.", "arquitecto"),
    ("Gral.", "general"),
    ("Tte.", "teniente"),
    ("Cnel.", "coronel"),
    ("Sgto.", "sargento"),
    ("Excmo.", "excelentísimo"),
    ("Excma.", "excelentísima"),
    ("Ilmo.", "ilustrísimo"),
    ("Ilma.", "ilustrísima"),
    ("Mtro.", "maestro"),
    ("Mtra.", "maestra"),
    ("Sto.", "santo"),
    ("Sta.", "santa"),
    ("Fr.", "fray"),
    ("Hnos.", "hermanos"),
    ("Hno.", "hermano"),
    ("Hna.", "hermana"),
    ("Ud.", "usted"),
    ("Uds.", "ustedes"),
    ("Vd.", "usted"),
    ("Vds.", "ustedes"),
    ("etc.", "etcétera"),
    ("p. ej.", "por ejemplo"),
    ("p.ej.", "por ejemplo"),
    ("p. e.", "por ejemplo"),
    ("ej.", "ejemplo"),
    ("EE. UU.", "Estados Unidos"),
    ("EE.UU.", "Estados Unidos"),
    ("EE. UU", "Estados Unidos"),
    ("EEUU", "Estados Unidos"),
    ("RR. HH.", "recursos humanos"),
    ("JJ. OO.", "juegos olímpicos"),
    ("FF. AA.", "fuerzas armadas"),
    ("Bs. As.", "Buenos Aires"),
    ("CC. OO.", "comisiones obreras"),
    ("núm.", "número"),
    ("núms.", "números"),
    ("n.º", "número"),
    ("n.°", "número"),
    ("nº", "número"),
    ("n°", "número"),
    ("pág.", "página"),
    ("págs.", "páginas"),
    ("vol.", "volumen"),
    ("vols.", "volúmenes"),
    ("cap.", "capítulo"),
    ("caps.", "capítulos"),
    ("art.", "artículo"),
    ("arts.", "artículos"),
    ("fig.", "figura"),
    ("figs.", "figuras"),
    ("ed.", "edición"),
    ("op.", "opus"),
    ("tel.", "teléfono"),
    ("tfno.", "teléfono"),
    ("teléf.", "teléfono"),
    ("Av.", "avenida"),
    ("Avda.", "avenida"),
    ("Avd.", "avenida"),
    ("C/", "calle"),
    ("Pza.", "plaza"),
    ("Plza.", "plaza"),
    ("Pl.", "plaza"),
    ("P.º", "paseo"),
    ("Ctra.", "carretera"),
    ("Urb.", "urbanización"),
    ("Edif.", "edificio"),
    ("Col.", "colonia"),
    ("C. P.", "código postal"),
    ("dpto.", "departamento"),
    ("depto.", "departamento"),
    ("izq.", "izquierda"),
    ("izda.", "izquierda"),
    ("dcha.", "derecha"),
    ("aprox.", "aproximadamente"),
    ("máx.", "máximo"),
    ("mín.", "mínimo"),
    ("a. C.", "antes de Cristo"),
    ("a.C.", "antes de Cristo"),
    ("d. C.", "después de Cristo"),
    ("d.C.", "después de Cristo"),
    ("cía.", "compañía"),
    ("admón.", "administración"),
    ("atte.", "atentamente"),
    ("P. D.", "posdata"),
    ("P.D.", "posdata"),
    ("S. A.", "ese a"),
    ("S.A.", "ese a"),
    ("S. L.", "ese ele"),
    ("S.L.", "ese ele"),
    ("D. F.", "de efe"),
    ("i. e.", "es decir"),
    ("cf.", "confróntese"),
    ("cfr.", "confróntese"),
    ("vs.", "versus"),
    ("vs", "versus"),
    ("feat.", "fit"),
    ("feat", "fit"),
    ("ft.", "fit"),
    ("prod.", "producido por"),
    ("arr.", "arreglo de"),
    ("mús.", "música"),
    ("inst.", "instrumental"),
    ("min.", "minutos"),
    ("seg.", "segundos"),
    ("hrs.", "horas"),
    ("gral.", "general"),
    ("c/u", "cada uno"),
    ("s/n", "sin número"),
    ("y/o", "y o"),
];

/// Abbreviations of one letter or of a word that exists: only before a number.
const BEFORE_NUMBERS: &[(&str, &str)] = &[
    ("No.", "número"),
    ("Nº", "número"),
    ("Nro.", "número"),
    ("p.", "página"),
    ("pp.", "páginas"),
    ("t.", "tomo"),
];

/// Before the name of a person: "D. Juan", "S. Pedro".
const BEFORE_NAMES: &[(&str, &str)] = &[("D.", "don")];

/// Takes a shortened word. The stop of one that ends the sentence is left where it is.
pub(super) fn abbreviation(scan: &mut Scan) -> Option<String> {
    let here = *scan;
    if let Some(words) = scan.maybe(century) {
        return Some(words);
    }
    if let Some(words) = scan.maybe(|scan| of(scan, BEFORE_NUMBERS)).filter(|_| before_number(scan)) {
        return Some(words.to_owned());
    }
    *scan = here;
    if let Some(words) = scan.maybe(|scan| of(scan, BEFORE_NAMES)).filter(|_| before_name(scan)) {
        return Some(words.to_owned());
    }
    *scan = here;
    let words = of(scan, ABBREVIATIONS)?;
    if scan.last() == Some('.') && ends_sentence(scan) {
        return Some(format!("{words}."));
    }
    Some(words.to_owned())
}

fn of(scan: &mut Scan, table: &'static [(&str, &str)]) -> Option<&'static str> {
    let rest = scan.rest();
    let fitting = table.iter().filter(|(short, _)| stands_at(rest, short));
    let (short, words) = fitting.max_by_key(|(short, _)| short.len())?;
    scan.run_exactly(short.len())?;
    Some(words)
}

fn stands_at(rest: &str, short: &str) -> bool {
    let ended =
        |behind: &str| !short.ends_with(char::is_alphabetic) || !behind.starts_with(char::is_alphanumeric);
    rest.split_at_checked(short.len()).is_some_and(|(start, behind)| is_same(start, short) && ended(behind))
}

/// An abbreviation in small letters may begin a sentence with a capital; one in capitals stays so.
fn is_same(text: &str, short: &str) -> bool {
    if text == short {
        return true;
    }
    let mut letters = short.chars();
    letters.next().is_some_and(char::is_lowercase)
        && letters.all(|letter| !letter.is_uppercase())
        && short.len() > 3
        && text.to_lowercase() == short
}

/// The end of the text, or a capital behind an abbreviation that no name follows.
fn ends_sentence(scan: &Scan) -> bool {
    scan.rest().trim_start_matches([')', '"', '”', '»', '’']).trim().is_empty()
}

fn before_number(scan: &Scan) -> bool {
    scan.rest().trim_start().starts_with(|next: char| next.is_ascii_digit())
}

fn before_name(scan: &Scan) -> bool {
    let mut ahead = *scan;
    ahead.space().is_some()
        && ahead.peek().is_some_and(char::is_uppercase)
        && ahead.letters().is_some_and(|name| name.chars().count() > 1)
}

/// `s. XXI`.
fn century(scan: &mut Scan) -> Option<String> {
    let plural = scan.first_of(["ss. ", "s. "])? == "ss. ";
    let numeral = scan.rest().chars().next()?;
    "IVX".contains(numeral).then(|| if plural { "siglos" } else { "siglo" }.to_owned())
}

/// Takes a place in a row: `1.º`, `3ª`, `2.ª`, `1er`, `3.er`.
pub(super) fn ordinal(scan: &mut Scan) -> Option<String> {
    let number = scan.number(1..=3, 1..=999)?;
    let point = scan.maybe(|scan| scan.literal(".")).is_some();
    let ending = scan.first_of([
        "ºs", "ªs", "º", "ª", "°", "er", "ra", "ro", "do", "da", "to", "ta", "mo", "ma", "vo", "va", "no",
        "na",
    ])?;
    scan.boundary()?;
    // "20°" is a temperature or an angle; "1.°" is the first.
    (ending != "°" || point).then_some(())?;
    let form = match ending {
        "ª" | "ªs" | "ra" | "da" | "ta" | "ma" | "va" | "na" => Form::Feminine,
        "er" => Form::Masculine,
        _ if super::noun::form_before(scan.next_word()) == Form::Masculine => Form::Masculine,
        _ => Form::Alone,
    };
    let words = number::ordinal(number, form);
    Some(if ending.ends_with('s') { format!("{words}s") } else { words })
}
