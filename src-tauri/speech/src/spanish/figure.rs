//! Numbers as they are written in figures, with their separators.

use super::number::{self, Form};
use super::scan::Scan;

/// A number that was written in figures: `1.234,5`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    /// Digits before the decimal mark, without separators.
    pub(super) whole: String,
    /// The decimal mark and the digits behind it.
    pub(super) fraction: Option<(char, String)>,
}

impl Figure {
    /// Takes a number. Thousands are parted by a point, a comma or a space in groups of three; a single point or comma
    /// with any other count of digits behind it is the decimal mark. `0,125` has decimals: nobody counts thousands from
    /// zero.
    pub(super) fn take(scan: &mut Scan) -> Option<Self> {
        let first = scan.digits(1..=usize::MAX)?;
        let mut whole = first.to_owned();
        let mut grouping = None;
        if first.len() <= 3 && !first.starts_with('0') {
            while let Some((mark, group)) = scan.maybe(|scan| group(scan, grouping)) {
                grouping = Some(mark);
                whole.push_str(group);
            }
        }
        let fraction = scan.maybe(|scan| decimals(scan, grouping));
        Some(Self { whole, fraction })
    }

    pub(super) fn words(&self, form: Form) -> String {
        match &self.fraction {
            None => number::written(&self.whole, form),
            Some((mark, digits)) => {
                let name = if *mark == ',' { "coma" } else { "punto" };
                format!("{} {name} {}", number::written(&self.whole, Form::Alone), decimal_words(digits))
            }
        }
    }

    /// Whether what is counted stands in the singular.
    pub(super) fn is_one(&self) -> bool {
        self.fraction.is_none() && self.whole == "1"
    }

    /// Whether it ends in whole millions, behind which Spanish says *de*: "un millón de euros".
    pub(super) fn is_millions(&self) -> bool {
        self.fraction.is_none() && self.whole.len() > 6 && self.whole.ends_with("000000")
    }
}

fn group<'a>(scan: &mut Scan<'a>, before: Option<char>) -> Option<(char, &'a str)> {
    let mark = scan.one_of("., ").filter(|mark| before.is_none_or(|before| before == *mark))?;
    let digits = scan.digits(3..=3)?;
    // Another mark and other digits behind a first group: a list, an address or a version, not thousands.
    Some((mark, digits))
}

fn decimals(scan: &mut Scan, grouping: Option<char>) -> Option<(char, String)> {
    let mark = scan.one_of(".,").filter(|mark| grouping != Some(*mark))?;
    let digits = scan.digits(1..=usize::MAX)?;
    Some((mark, digits.to_owned()))
}

/// Zeros first, one by one; then up to three digits as a number, more of them one by one.
fn decimal_words(digits: &str) -> String {
    let significant = digits.trim_start_matches('0');
    let zeros = &digits[..digits.len() - significant.len()];
    let rest = match significant.len() {
        0 => String::new(),
        1..=3 => number::written(significant, Form::Alone),
        _ => number::digits(significant),
    };
    [number::digits(zeros), rest].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
