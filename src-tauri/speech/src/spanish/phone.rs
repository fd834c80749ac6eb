//! Telephone numbers, and other long runs of figures that nobody counts.

use super::number::{self, Form};
use super::scan::Scan;

/// Words before a number that make it one to be dialled.
const CUES: [&str; 13] = [
    "tel",
    "tels",
    "teléfono",
    "teléfonos",
    "tfno",
    "móvil",
    "celular",
    "cel",
    "fax",
    "whatsapp",
    "llama",
    "llame",
    "marca",
];

/// Sizes of the groups that countries with Spanish write their numbers in.
const SHAPES: [&[usize]; 9] = [
    &[3, 4],
    &[4, 4],
    &[3, 3, 4],
    &[2, 4, 4],
    &[3, 3, 3],
    &[3, 2, 2, 2],
    &[2, 3, 2, 2],
    &[3, 3, 2, 2],
    &[1, 4, 4],
];

/// Takes a telephone number: figure by figure, with a breath between the groups.
pub(super) fn phone(scan: &mut Scan) -> Option<String> {
    let here = *scan;
    let cued = CUES.contains(&here.previous_word().as_str());
    let country = scan.maybe(country);
    let (groups, marks) = groups(scan)?;
    scan.boundary()?;
    let sizes: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let total: usize = sizes.iter().sum();
    let fits = match () {
        () if country.is_some() => (6..=14).contains(&total),
        () if cued => (5..=15).contains(&total),
        () if groups.len() == 1 => (9..=20).contains(&total) && !groups[0].ends_with("000"),
        // Four and four with a dash are years; with spaces, groups of three are thousands unless they dial a mobile.
        () if sizes == [4, 4] => false,
        () if sizes == [3, 3, 3] => marks.chars().all(|mark| mark == '-') || is_mobile(scan, &groups, &marks),
        () => SHAPES.contains(&sizes.as_slice()) && !marks.contains('.'),
    };
    fits.then_some(())?;
    let said: Vec<String> = groups.iter().map(|group| number::digits(group)).collect();
    let said = said.join(", ");
    Some(match country {
        Some(country) => format!("más {}, {said}", number::written(country, Form::Alone)),
        None => said,
    })
}

fn is_mobile(scan: &Scan, groups: &[&str], marks: &str) -> bool {
    marks.chars().all(|mark| mark == ' ')
        && groups[0].starts_with(['6', '7', '8', '9'])
        && super::noun::form_before(scan.next_word()) == Form::Alone
}

fn country<'a>(scan: &mut Scan<'a>) -> Option<&'a str> {
    scan.literal("+")?;
    let code = scan.digits(1..=3)?;
    scan.one_of(" -");
    Some(code)
}

/// Takes groups of figures, the first perhaps in brackets, and the marks between them.
fn groups<'a>(scan: &mut Scan<'a>) -> Option<(Vec<&'a str>, String)> {
    let mut marks = String::new();
    let mut groups = vec![scan.maybe(bracketed).or_else(|| scan.digits(1..=20))?];
    if scan.last() == Some(')') {
        scan.one_of(" -");
    }
    while let Some((mark, group)) = scan.maybe(|scan| {
        let mark =
            if scan.last() == Some(' ') || scan.last() == Some(')') { ' ' } else { scan.one_of(" -.")? };
        Some((mark, scan.digits(2..=9)?))
    }) {
        marks.push(mark);
        groups.push(group);
    }
    Some((groups, marks))
}

fn bracketed<'a>(scan: &mut Scan<'a>) -> Option<&'a str> {
    scan.literal("(")?;
    let digits = scan.digits(2..=4)?;
    scan.literal(")")?;
    Some(digits)
}
