//! Numbers in figures among words: counted things, ranges, shares, versions.

use super::figure::Figure;
use super::noun;
use super::number::{self, Form};
use super::scan::Scan;

/// Takes a number with what belongs to it.
pub(super) fn count(scan: &mut Scan) -> Option<String> {
    scan.maybe(signed)
        .or_else(|| scan.maybe(version))
        .or_else(|| scan.maybe(by))
        .or_else(|| scan.maybe(range))
        .or_else(|| scan.maybe(share))
        .or_else(|| scan.maybe(thousands))
        .or_else(|| scan.maybe(decade))
        .or_else(|| plain(scan))
}

/// `-5`, `+3`, `±2`, `~10`, `#1`: the sign is taken, the number is read next.
fn signed(scan: &mut Scan) -> Option<String> {
    let free = scan.last().is_none_or(|last| !last.is_alphanumeric() && last != ')');
    let sign = scan.one_of("-−–+±~#")?;
    scan.peek().filter(char::is_ascii_digit)?;
    let name = match sign {
        '+' => "más",
        '±' => "más menos",
        '~' => "unos",
        '#' => "número",
        _ => "menos",
    };
    free.then(|| name.to_owned())
}

/// `1.2.3`: more than one point, and not thousands.
fn version(scan: &mut Scan) -> Option<String> {
    let mut parts = vec![scan.digits(1..=5)?];
    while let Some(part) = scan.maybe(|scan| {
        scan.literal(".")?;
        scan.digits(1..=5)
    }) {
        parts.push(part);
    }
    let grouped = parts[1..].iter().all(|part| part.len() == 3);
    (parts.len() > 2 && !grouped).then_some(())?;
    let said: Vec<String> = parts.iter().map(|part| number::written(part, Form::Alone)).collect();
    Some(said.join(" punto "))
}

/// `4x4`, `1920×1080`, `2x`.
fn by(scan: &mut Scan) -> Option<String> {
    let first = Figure::take(scan)?;
    let spaced = scan.maybe(Scan::space).is_some();
    scan.one_of("x×")?;
    if spaced {
        scan.space()?;
    }
    let second = scan.maybe(Figure::take);
    scan.boundary()?;
    match second {
        Some(second) => Some(format!("{} por {}", first.words(Form::Alone), second.words(Form::Alone))),
        None => (!spaced).then(|| format!("{} por", first.words(Form::Alone))),
    }
}

/// `10-12`, `2019–2020`, `3-1`: the first number is taken, the second is read next. More than two are a row.
fn range(scan: &mut Scan) -> Option<String> {
    let went_on = {
        let behind = scan.before().trim_end_matches(['-', '–']);
        behind.len() < scan.before().len() && behind.ends_with(|last: char| last.is_ascii_digit())
    };
    let first = Figure::take(scan)?;
    let marked = scan.maybe(|scan| scan.one_of("%°"));
    let spaced = scan.maybe(Scan::space).is_some();
    scan.one_of("-–—−")?;
    if spaced {
        scan.space()?;
    }
    let mut ahead = *scan;
    Figure::take(&mut ahead)?;
    // "10 - 12" is a sum as well as a range; "menos" would be wrong for most of what people write.
    let goes_on = ahead.one_of("-–").is_some() && ahead.peek().is_some_and(|next| next.is_ascii_digit());
    let form = noun::form_before(ahead.next_word());
    let word = if goes_on || went_on { "," } else { " a" };
    let share = if marked == Some('%') { " por ciento" } else { "" };
    Some(format!("{}{share}{word}", first.words(form)))
}

/// `20 %`, `5‰`.
fn share(scan: &mut Scan) -> Option<String> {
    let figure = Figure::take(scan)?;
    scan.spaces();
    let name = if scan.one_of("%‰")? == '%' { "por ciento" } else { "por mil" };
    Some(format!("{} {name}", figure.words(Form::Alone)))
}

/// `10k`, `5M`: thousands and millions; `4K` is a picture's size.
fn thousands(scan: &mut Scan) -> Option<String> {
    let figure = Figure::take(scan)?;
    let sign = scan.one_of("kKM")?;
    scan.boundary()?;
    let picture = sign == 'K' && figure.whole.len() == 1;
    let words = figure.words(Form::Masculine);
    Some(match sign {
        _ if picture => format!("{words} ka"),
        'M' if figure.is_one() => "un millón".to_owned(),
        'M' => format!("{words} millones"),
        _ if figure.is_one() => "mil".to_owned(),
        _ => format!("{words} mil"),
    })
}

/// `80s`, `80's`: the decade.
fn decade(scan: &mut Scan) -> Option<String> {
    let digits = scan.digits(2..=4)?;
    scan.first_of(["'s", "’s", "s"])?;
    scan.boundary()?;
    digits.ends_with('0').then(|| number::written(digits, Form::Alone))
}

fn plain(scan: &mut Scan) -> Option<String> {
    let figure = Figure::take(scan)?;
    scan.boundary()?;
    let next = scan.next_word();
    let words = figure.words(noun::form_before(next));
    let noun = noun::form_before(next) != Form::Alone;
    Some(if figure.is_millions() && noun { format!("{words} de") } else { words })
}
