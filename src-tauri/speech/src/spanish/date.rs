//! Days: "22/11/2026", "22 nov 2026", "2026-11-22".

use super::clock;
use super::number::{self, Form};
use super::scan::Scan;

const MONTHS: [(&str, &[&str]); 12] = [
    ("enero", &["ene"]),
    ("febrero", &["feb"]),
    ("marzo", &["mar"]),
    ("abril", &["abr"]),
    ("mayo", &["may"]),
    ("junio", &["jun"]),
    ("julio", &["jul"]),
    ("agosto", &["ago"]),
    ("septiembre", &["sept", "sep", "set"]),
    ("octubre", &["oct"]),
    ("noviembre", &["nov"]),
    ("diciembre", &["dic"]),
];

/// Words before "22/11" that make it a day and not a fraction.
const BEFORE_A_DAY: [&str; 22] = [
    "el",
    "del",
    "al",
    "día",
    "desde",
    "hasta",
    "fecha",
    "este",
    "lunes",
    "martes",
    "miércoles",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
    "lun",
    "mar",
    "mié",
    "jue",
    "vie",
    "sáb",
    "dom",
];

/// Takes a date in any of the forms that people write.
pub(super) fn date(scan: &mut Scan) -> Option<String> {
    let here = *scan;
    let text = scan
        .maybe(year_first)
        .or_else(|| scan.maybe(day_first))
        .or_else(|| scan.maybe(with_month_name))
        .or_else(|| scan.maybe(|scan| day_and_month(scan, &here)))?;
    scan.boundary()?;
    Some(text)
}

/// `2026-11-22`, as ISO 8601 has it; a time may follow behind a `T`.
fn year_first(scan: &mut Scan) -> Option<String> {
    let year = scan.number(4..=4, 1..=9999)?;
    let mark = scan.one_of("-/.")?;
    let month = scan.number(1..=2, 1..=12)?;
    scan.one_of(&mark.to_string())?;
    let day = scan.number(1..=2, 1..=31)?;
    let date = words(day, month, Some(year));
    Some(match scan.maybe(clock::iso) {
        Some(time) => format!("{date}, {time}"),
        None => date,
    })
}

/// `22/11/2026`; when only the second can be a day, `11/22/2026`.
fn day_first(scan: &mut Scan) -> Option<String> {
    let first = scan.number(1..=2, 1..=31)?;
    let mark = scan.one_of("-/.")?;
    let second = scan.number(1..=2, 1..=31)?;
    scan.one_of(&mark.to_string())?;
    let digits = scan.digits(2..=4).filter(|digits| digits.len() != 3)?;
    // "1.2.34" is a version; days with points have the whole year.
    (mark != '.' || digits.len() == 4).then_some(())?;
    let year = whole_year(digits)?;
    let (day, month) = if second <= 12 { (first, second) } else { (second, first) };
    (month <= 12).then(|| words(day, month, Some(year)))
}

/// `22 nov 2026`, `22 de nov. de 2026`, `22-nov-2026`, `nov. 2026`.
fn with_month_name(scan: &mut Scan) -> Option<String> {
    let day = scan.maybe(|scan| {
        let day = scan.number(1..=2, 1..=31)?;
        scan.one_of("ºo°");
        part(scan)?;
        Some(day)
    });
    let (month, short) = month(scan)?;
    let year = scan.maybe(|scan| {
        part(scan)?;
        scan.number(4..=4, 1..=9999)
    });
    match (day, year) {
        (Some(day), year) => Some(words(day, month, year)),
        (None, Some(year)) if short => {
            Some(format!("{} de {}", MONTHS[month as usize - 1].0, year_words(year)))
        }
        _ => None,
    }
}

/// What stands between the parts of a date: a space, "de", a dash or a slash.
fn part(scan: &mut Scan) -> Option<()> {
    if scan.one_of("-/").is_some() {
        return Some(());
    }
    scan.space()?;
    scan.first_of(["de ", "del "]);
    Some(())
}

fn month(scan: &mut Scan) -> Option<(u32, bool)> {
    let name = scan.letters()?.to_lowercase();
    let at = MONTHS.iter().position(|(long, short)| *long == name || short.contains(&name.as_str()))?;
    let short = MONTHS[at].0 != name;
    if short {
        scan.maybe(|scan| scan.literal("."));
    }
    Some((at as u32 + 1, short))
}

/// `22/11` behind a word that speaks of days.
fn day_and_month(scan: &mut Scan, here: &Scan) -> Option<String> {
    BEFORE_A_DAY.contains(&here.previous_word().as_str()).then_some(())?;
    let day = scan.number(1..=2, 1..=31)?;
    scan.literal("/")?;
    let month = scan.number(1..=2, 1..=12)?;
    scan.peek().is_none_or(|next| next != '/').then(|| words(day, month, None))
}

/// Two digits are of this century up to 69, as POSIX's `strptime` has it.
fn whole_year(digits: &str) -> Option<u32> {
    let year: u32 = digits.parse().ok()?;
    Some(match (digits.len(), year) {
        (2, 0..=68) => 2000 + year,
        (2, _) => 1900 + year,
        _ => year,
    })
}

fn words(day: u32, month: u32, year: Option<u32>) -> String {
    let day = if day == 1 { "primero".to_owned() } else { number::cardinal(day.into(), Form::Alone) };
    let month = MONTHS[month as usize - 1].0;
    match year {
        Some(year) => format!("{day} de {month} de {}", year_words(year)),
        None => format!("{day} de {month}"),
    }
}

fn year_words(year: u32) -> String {
    number::cardinal(year.into(), Form::Alone)
}
