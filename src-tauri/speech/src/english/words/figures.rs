//! Figures that are not read as one number: telephone numbers, versions, addresses, sizes, mixed fractions.

use super::super::rewrite::{At, Change, digits, ends_word, exactly, number, spaced};
use super::{change, next_word};

/// Longest number without commas that is read as one.
const DIGITS: usize = 12;

/// Returns digits one by one, with a pause where the groups part.
fn one_by_one(groups: &[&str]) -> String {
    let apart = |group: &&str| group.chars().map(String::from).collect::<Vec<_>>().join(" ");
    groups.iter().map(apart).collect::<Vec<_>>().join(", ")
}

/// `+1 (555) 123-4567`, `555-1234.`, `1-800-555-0199`, and digits without end, one by one.
pub fn telephone(at: At<'_>) -> Option<Change> {
    let text = at.rest();
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '('))
        || !at.is_clear_of(".,-+/$£€")
    {
        return None;
    }
    let (mut rest, plus) = text.strip_prefix('+').map_or((text, ""), |rest| (rest, "plus "));
    let mut groups = Vec::new();
    loop {
        let bare = rest.strip_prefix('(').unwrap_or(rest);
        let Some((group, behind)) = digits(bare, usize::MAX) else { break };
        let behind = if bare.len() < rest.len() { behind.strip_prefix(')')? } else { behind };
        groups.push(group);
        rest = behind;
        let next = rest.strip_prefix(['-', ' ', '.']).or_else(|| rest.strip_prefix(") ")).unwrap_or(rest);
        match next.starts_with(|c: char| c.is_ascii_digit() || c == '(') && groups.len() < 6 {
            true => rest = next,
            false => break,
        }
    }
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let known = match lengths.as_slice() {
        [3, 4] => text.as_bytes().get(3) == Some(&b'-'),
        [3, 3, 4] | [1, 3, 3, 4] => true,
        [one] => *one > DIGITS,
        [_, .., _] => !plus.is_empty() && lengths.iter().sum::<usize>() > 7,
        [] => false,
    };
    let ends = ends_word(rest) && rest.strip_prefix(['.', ',', '-', '/']).is_none_or(ends_word);
    (known && ends).then(|| change(at, rest, format!("{plus}{}", one_by_one(&groups)))).flatten()
}

/// `24/7`, `50/50`.
pub fn always(at: At<'_>) -> Option<Change> {
    let rest = at.rest().strip_prefix("24/7").or_else(|| at.rest().strip_prefix("50/50"));
    let rest = rest.filter(|rest| at.is_clear_of("./$") && ends_word(rest) && !rest.starts_with('/'))?;
    let words = if at.rest().starts_with("24") { "24 7" } else { "fifty-fifty" };
    change(at, rest, words)
}

/// `v2.0` → "version 2 point 0".
pub fn version(at: At<'_>) -> Option<Change> {
    let rest = at.rest().strip_prefix(['v', 'V']).filter(|_| at.is_clear_of(".'’-"))?;
    let (words, rest) = parts(rest, " point ")?;
    change(at, rest, format!("version {words}"))
}

/// `1.0.3`, `192.168.0.1` → "1 point 0 point 3", "192 dot 168 dot 0 dot 1".
pub fn dotted(at: At<'_>) -> Option<Change> {
    let text = at.rest();
    if !at.is_clear_of(".,$£€-") {
        return None;
    }
    let (words, rest) = parts(text, " point ")?;
    match words.matches(" point ").count() {
        0 | 1 => None,
        3 => change(at, rest, words.replace(" point ", " dot ")),
        _ => change(at, rest, words),
    }
}

/// Takes numbers with points between them, and says the points.
fn parts<'t>(text: &'t str, joint: &str) -> Option<(String, &'t str)> {
    let (first, mut rest) = digits(text, 5)?;
    let mut words = first.to_owned();
    while let Some((part, behind)) = rest.strip_prefix('.').and_then(|rest| digits(rest, 5)) {
        words = words + joint + part;
        rest = behind;
    }
    ends_word(rest).then_some((words, rest))
}

/// `2 1/2`, `2½` → "2 and one half".
pub fn mixed(at: At<'_>) -> Option<Change> {
    let (whole, rest) = digits(at.rest(), 4).filter(|_| at.is_clear_of(".,/$£€"))?;
    let signs = [
        ('½', "one half"),
        ('¼', "one quarter"),
        ('¾', "three quarters"),
        ('⅓', "one third"),
        ('⅔', "two thirds"),
    ];
    let sign = signs.iter().find_map(|(sign, name)| Some((*name, spaced(rest).strip_prefix(*sign)?)));
    if let Some((name, rest)) = sign {
        return change(at, rest, format!("{whole} and {name}"));
    }
    let (above, behind) = digits(rest.strip_prefix(' ')?, 1)?;
    let (below, behind) = digits(behind.strip_prefix('/')?, 1)?;
    let part = above < below && below != "1" && ends_word(behind) && !behind.starts_with('/');
    part.then(|| change(at, behind, format!("{whole} and {above}/{below}"))).flatten()
}

/// `1920x1080`, `3 x 4` → "1920 by 1080".
pub fn dimensions(at: At<'_>) -> Option<Change> {
    let (width, rest) = number(at.rest()).filter(|_| at.is_clear_of(".,$"))?;
    let by = rest.strip_prefix('x').or_else(|| rest.strip_prefix(" x "))?;
    let (height, rest) = number(by).filter(|(_, rest)| ends_word(rest) || rest.starts_with('x'))?;
    change(at, rest, format!("{width} by {height}"))
}

/// `2x`, `5*3` → "2 times", "5 times 3".
pub fn times(at: At<'_>) -> Option<Change> {
    let (amount, rest) = number(at.rest()).filter(|_| at.is_clear_of(".,$"))?;
    if let Some(behind) = rest.strip_prefix('*').or_else(|| rest.strip_prefix(" * ")) {
        return behind
            .starts_with(|c: char| c.is_ascii_digit())
            .then(|| change(at, behind, format!("{amount} times ")))
            .flatten();
    }
    let rest = rest.strip_prefix('x').filter(|rest| ends_word(rest))?;
    change(at, rest, format!("{amount} times"))
}

/// `1.5M`, `3B`, `10k` → "1.5 million". `4K` is a picture, not a number.
pub fn large(at: At<'_>) -> Option<Change> {
    let (amount, rest) = number(at.rest()).filter(|_| at.is_clear_of(".,$£€"))?;
    let names = [("k", "thousand"), ("M", "million"), ("bn", "billion"), ("B", "billion")];
    let (name, rest) = names.iter().find_map(|(short, name)| Some((name, rest.strip_prefix(short)?)))?;
    let alone = ends_word(rest) && !rest.starts_with(['/', '-', '\'', '’']);
    alone.then(|| change(at, rest, format!("{amount} {name}"))).flatten()
}

/// `1ST`, `2ND` → "1st", "2nd".
pub fn ordinal(at: At<'_>) -> Option<Change> {
    let (amount, rest) = number(at.rest()).filter(|_| at.is_clear_of(".,"))?;
    let ending = ["ST", "ND", "RD", "TH"].into_iter().find(|ending| rest.starts_with(ending))?;
    let rest = &rest[ending.len()..];
    ends_word(rest).then(|| change(at, rest, amount.to_owned() + &ending.to_lowercase())).flatten()
}

/// `10-20%` → "10 to 20%".
pub fn percent_range(at: At<'_>) -> Option<Change> {
    let (from, rest) = number(at.rest()).filter(|_| at.is_clear_of(".,-$"))?;
    let rest = rest.strip_prefix('%').unwrap_or(rest).strip_prefix(['-', '–'])?;
    let (to, rest) = number(rest)?;
    rest.starts_with('%').then(|| change(at, rest, format!("{from} to {to}"))).flatten()
}

/// `007` → "oh oh 7": a number does not begin with zeros, a code does.
pub fn leading_zero(at: At<'_>) -> Option<Change> {
    let (code, rest) = digits(at.rest(), 12).filter(|_| at.is_clear_of(".,:/-$£€"))?;
    let number = rest.strip_prefix(['.', ',', ':', '/', '-']).is_some_and(|rest| !ends_word(rest));
    if !code.starts_with('0') || code.len() < 2 || !ends_word(rest) || number || next_word(rest) == "hours" {
        return None;
    }
    let names: Vec<_> =
        code.chars().map(|c| if c == '0' { "oh".to_owned() } else { c.to_string() }).collect();
    change(at, rest, names.join(" "))
}

/// ` -6` → "minus 6", where no number stands before it.
pub fn minus(at: At<'_>) -> Option<Change> {
    let rest = at.rest().strip_prefix('-').or_else(|| at.rest().strip_prefix('–'))?;
    exactly(rest, 1)?;
    let free =
        at.before().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '“' | '"' | '±' | '~' | '='));
    let counted = at.before_space().is_some_and(|c| c.is_ascii_digit());
    (free && !counted).then(|| change(at, rest, "minus ")).flatten()
}
