//! Sums of money.

use super::figure::Figure;
use super::number::{self, Form};
use super::scan::Scan;

struct Currency {
    marks: &'static [&'static str],
    one: &'static str,
    several: &'static str,
    /// Hundredth part: one, several; empty where nobody counts it.
    cent: (&'static str, &'static str),
    form: Form,
}

const CENTAVO: (&str, &str) = ("centavo", "centavos");
const NONE: (&str, &str) = ("", "");

const fn currency(
    marks: &'static [&'static str],
    one: &'static str,
    several: &'static str,
    cent: (&'static str, &'static str),
) -> Currency {
    Currency { marks, one, several, cent, form: Form::Masculine }
}

const fn feminine(
    marks: &'static [&'static str],
    one: &'static str,
    several: &'static str,
    cent: (&'static str, &'static str),
) -> Currency {
    Currency { marks, one, several, cent, form: Form::Feminine }
}

const CURRENCIES: &[Currency] = &[
    currency(&["€", "EUR"], "euro", "euros", ("céntimo", "céntimos")),
    currency(&["US$", "USD", "U$S", "$US"], "dólar", "dólares", CENTAVO),
    currency(&["MX$", "MXN", "MEX$"], "peso mexicano", "pesos mexicanos", CENTAVO),
    currency(&["COP", "COL$"], "peso colombiano", "pesos colombianos", CENTAVO),
    currency(&["ARS", "AR$"], "peso argentino", "pesos argentinos", CENTAVO),
    currency(&["CLP", "CL$", "CLP$"], "peso chileno", "pesos chilenos", NONE),
    currency(&["UYU"], "peso uruguayo", "pesos uruguayos", CENTAVO),
    currency(&["DOP", "RD$"], "peso dominicano", "pesos dominicanos", CENTAVO),
    currency(&["CUP"], "peso cubano", "pesos cubanos", CENTAVO),
    currency(&["PEN", "S/"], "sol", "soles", ("céntimo", "céntimos")),
    currency(&["BOB"], "boliviano", "bolivianos", CENTAVO),
    currency(&["VES", "Bs."], "bolívar", "bolívares", ("céntimo", "céntimos")),
    currency(&["GTQ"], "quetzal", "quetzales", CENTAVO),
    currency(&["PYG", "₲"], "guaraní", "guaraníes", NONE),
    currency(&["CRC", "₡"], "colón", "colones", ("céntimo", "céntimos")),
    currency(&["BRL", "R$"], "real", "reales", CENTAVO),
    currency(&["CA$", "CAD"], "dólar canadiense", "dólares canadienses", CENTAVO),
    currency(&["CHF"], "franco suizo", "francos suizos", ("céntimo", "céntimos")),
    feminine(&["£", "GBP"], "libra", "libras", ("penique", "peniques")),
    feminine(&["₹", "INR"], "rupia", "rupias", NONE),
    currency(&["¥", "JPY"], "yen", "yenes", NONE),
    currency(&["CNY"], "yuan", "yuanes", NONE),
    currency(&["₿", "BTC"], "bitcoin", "bitcoins", NONE),
    // Alone, the sign is the dollar's: most prices on the net are in it.
    currency(&["$"], "dólar", "dólares", CENTAVO),
    currency(&["¢"], "centavo", "centavos", NONE),
];

/// What a sum is counted in: "3 M€", "$2 millones".
const MULTIPLES: [(&str, &str); 9] = [
    ("millones", "millones de"),
    ("millón", "millón de"),
    ("mill.", "millones de"),
    ("mil", "mil"),
    ("MM", "millones de"),
    ("M", "millones de"),
    ("k", "mil"),
    ("K", "mil"),
    ("m", "millones de"),
];

/// What a price is for: "/mes".
const PER: [(&str, &str); 10] = [
    ("mes", "al mes"),
    ("año", "al año"),
    ("día", "al día"),
    ("semana", "a la semana"),
    ("hora", "la hora"),
    ("h", "la hora"),
    ("kg", "el kilo"),
    ("persona", "por persona"),
    ("canción", "por canción"),
    ("min", "el minuto"),
];

/// Takes a sum: "12,50 €", "$3.99", "€ 5", "1,5 M€", "USD 20".
pub(super) fn sum(scan: &mut Scan) -> Option<String> {
    let mut text = scan.maybe(mark_first).or_else(|| scan.maybe(mark_last))?;
    if let Some(per) = scan.maybe(per) {
        text = format!("{text} {per}");
    }
    Some(text)
}

/// Takes a mark of a currency without a sum: "en €".
pub(super) fn alone(scan: &mut Scan) -> Option<String> {
    let sign = scan.peek().is_some_and(|next| !next.is_alphanumeric());
    take(scan).filter(|_| sign).map(|currency| currency.several.to_owned())
}

fn mark_first(scan: &mut Scan) -> Option<String> {
    let currency = take(scan)?;
    scan.spaces();
    let negative = scan.one_of("-−").is_some();
    let figure = Figure::take(scan)?;
    let multiple = scan.maybe(multiple);
    scan.boundary()?;
    // "$ 5 USD", "$500 MXN": the second mark says which.
    let currency = scan.maybe(second).unwrap_or(currency);
    let sum = words(&figure, multiple, currency);
    Some(if negative { format!("menos {sum}") } else { sum })
}

fn mark_last(scan: &mut Scan) -> Option<String> {
    let figure = Figure::take(scan)?;
    let multiple = scan.maybe(multiple);
    scan.spaces();
    scan.maybe(|scan| scan.literal("de "));
    let currency = take(scan)?;
    Some(words(&figure, multiple, currency))
}

fn second(scan: &mut Scan) -> Option<&'static Currency> {
    scan.spaces();
    take(scan)
}

fn multiple(scan: &mut Scan) -> Option<&'static str> {
    scan.spaces();
    let wanted = scan.first_of(MULTIPLES.iter().map(|(mark, _)| *mark))?;
    scan.boundary()?;
    MULTIPLES.iter().find(|(mark, _)| *mark == wanted).map(|(_, words)| *words)
}

fn per(scan: &mut Scan) -> Option<&'static str> {
    scan.spaces();
    scan.literal("/")?;
    scan.spaces();
    let word = scan.letters()?;
    PER.iter().find(|(unit, _)| *unit == word).map(|(_, words)| *words)
}

fn take(scan: &mut Scan) -> Option<&'static Currency> {
    let rest = scan.rest();
    let fits = |mark: &str| {
        rest.strip_prefix(mark).is_some_and(|after| {
            // A code is a word of its own; a sign may touch its number.
            let code = mark.ends_with(char::is_alphabetic);
            !code || !after.starts_with(char::is_alphabetic)
        })
    };
    let marked =
        CURRENCIES.iter().flat_map(|currency| currency.marks.iter().map(move |mark| (*mark, currency)));
    let (mark, currency) = marked.filter(|(mark, _)| fits(mark)).max_by_key(|(mark, _)| mark.len())?;
    scan.literal(mark)?;
    Some(currency)
}

fn words(figure: &Figure, multiple: Option<&str>, currency: &Currency) -> String {
    if let Some(multiple) = multiple {
        let form = if multiple == "mil" { currency.form } else { Form::Masculine };
        let one = figure.is_one();
        return match multiple {
            "mil" if one => format!("mil {}", currency.several),
            "millones de" if one => format!("un millón de {}", currency.several),
            _ => format!("{} {multiple} {}", figure.words(form), currency.several),
        };
    }
    if let Some(cents) = cents(figure) {
        return with_cents(figure, cents, currency);
    }
    let de = if figure.is_millions() { "de " } else { "" };
    let name = if figure.is_one() { currency.one } else { currency.several };
    let form = if figure.fraction.is_some() { Form::Alone } else { currency.form };
    format!("{} {de}{name}", figure.words(form))
}

/// Two decimals are hundredths; another count is a plain decimal number.
fn cents(figure: &Figure) -> Option<u32> {
    figure
        .fraction
        .as_ref()
        .filter(|(_, digits)| digits.len() == 2)
        .and_then(|(_, digits)| digits.parse().ok())
}

fn with_cents(figure: &Figure, cents: u32, currency: &Currency) -> String {
    let whole = Figure { whole: figure.whole.clone(), fraction: None };
    let name = if whole.is_one() { currency.one } else { currency.several };
    let de = if whole.is_millions() { "de " } else { "" };
    let units = format!("{} {de}{name}", whole.words(currency.form));
    let hundredths = number::cardinal(cents.into(), Form::Alone);
    match (whole.whole.as_str(), cents) {
        (_, 0) => units,
        ("0", 1) if !currency.cent.0.is_empty() => format!("un {}", currency.cent.0),
        ("0", _) if !currency.cent.1.is_empty() => {
            format!("{} {}", number::cardinal(cents.into(), Form::Masculine), currency.cent.1)
        }
        _ => format!("{units} con {hundredths}"),
    }
}
