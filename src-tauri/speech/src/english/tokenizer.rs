//! Text → words and marks by spaCy's rules for English: what stands between spaces is peeled of marks from both ends, what is
//! left is parted at hyphens and slashes, and what spells a special case ("don't", "Mr.", "10am") stays as that has it.

use std::collections::HashMap;

use super::letter::{is_capital, is_letter, is_small, is_space, is_word};

const QUOTES: &str = "'\"”“`‘´’‚,„»«「」『』（）〔〕【】《》〈〉";
const MARKS: &str = "…,:;!?¿¡()[]{}<>_#*&。？！，、；：～·";
const ICONS: &str = "™®©°§¶†‡•";
const CURRENCIES: &str = "$£€¥฿₽₹₩₪₺₴₦₫₱₲₵₸₼₾₿";
/// Peeled from behind a digit, where they begin right behind it.
const UNITS: [&str; 48] = [
    "km", "km²", "km³", "m", "m²", "m³", "dm", "dm²", "dm³", "cm", "cm²", "cm³", "mm", "mm²", "mm³", "ha",
    "µm", "nm", "yd", "in", "ft", "kg", "g", "mg", "µg", "t", "lb", "oz", "m/s", "km/h", "kmh", "mph", "hPa",
    "Pa", "mbar", "mb", "MB", "kb", "KB", "gb", "GB", "tb", "TB", "T", "G", "M", "K", "%",
];
/// Last labels of addresses that are written without `www.`.
const DOMAINS: [&str; 19] = [
    "com", "org", "net", "edu", "gov", "io", "co", "uk", "de", "fr", "info", "biz", "us", "ca", "au", "tv",
    "me", "ly", "ai",
];

pub struct Tokenizer {
    /// Text → what it is parted into.
    special: HashMap<Box<str>, Vec<Box<str>>>,
    /// Bytes of the longest of them.
    longest: usize,
}

/// A piece of a text, and whether a space follows.
pub type Piece<'a> = (&'a str, bool);

impl Tokenizer {
    /// `special`: each text with the parts that make it up.
    pub fn new(special: HashMap<Box<str>, Vec<Box<str>>>) -> Self {
        let longest = special.keys().map(|text| text.len()).max().unwrap_or(0);
        Self { special, longest }
    }

    pub fn pieces<'a>(&self, text: &'a str) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let mut rest = text.trim_start_matches(is_space);
        while !rest.is_empty() {
            let (chunk, behind) = rest.split_at(rest.find(is_space).unwrap_or(rest.len()));
            let mut parts = self.parts(chunk);
            let last = parts.pop();
            pieces.extend(parts.into_iter().map(|part| (part, false)));
            pieces.extend(last.map(|last| (last, !behind.is_empty())));
            rest = behind.trim_start_matches(is_space);
        }
        pieces
    }

    fn special(&self, text: &str) -> Option<&[Box<str>]> {
        if text.len() > self.longest {
            return None;
        }
        self.special.get(text).map(Vec::as_slice)
    }

    /// Returns whether something is left and spells a special case.
    fn is_special(&self, text: &str) -> bool {
        !text.is_empty() && self.special(text).is_some()
    }

    /// Parts what stands between two spaces.
    fn parts<'a>(&self, chunk: &'a str) -> Vec<&'a str> {
        let mut parts = Vec::new();
        if let Some(special) = self.special(chunk) {
            push_special(chunk, special, &mut parts);
            return parts;
        }
        let mut behind = Vec::new();
        let core = self.peel(chunk, &mut parts, &mut behind);
        match self.special(core) {
            Some(special) => push_special(core, special, &mut parts),
            None if is_address(core) => parts.push(core),
            None => push_infixes(core, &mut parts),
        }
        parts.extend(behind.into_iter().rev());
        if parts.len() > 1 { self.rejoined(chunk, &parts) } else { parts }
    }

    /// Peels marks from both ends, and returns what is left.
    fn peel<'a>(&self, chunk: &'a str, before: &mut Vec<&'a str>, behind: &mut Vec<&'a str>) -> &'a str {
        let mut core = chunk;
        while !core.is_empty() && self.special(core).is_none() {
            let (prefix, tail) = core.split_at(prefix(core));
            if !prefix.is_empty() && self.is_special(tail) {
                before.push(prefix);
                return tail;
            }
            let (head, suffix) = core.split_at(core.len() - suffix(tail));
            if !suffix.is_empty() && self.is_special(head) {
                behind.push(suffix);
                return head;
            }
            if prefix.is_empty() && suffix.is_empty() {
                break;
            }
            if !prefix.is_empty() {
                before.push(prefix);
            }
            if !suffix.is_empty() {
                behind.push(suffix);
            }
            core = core.get(prefix.len()..core.len() - suffix.len()).unwrap_or_default();
        }
        core
    }

    /// Joins neighbours that spell a special case together: "Sept" and ".", ")" and ":".
    fn rejoined<'a>(&self, chunk: &'a str, parts: &[&'a str]) -> Vec<&'a str> {
        let mut joined = Vec::with_capacity(parts.len());
        let (mut place, mut start) = (0, 0);
        while let Some(part) = parts.get(place) {
            let special = [3, 2].into_iter().find_map(|count| {
                let length = parts.get(place..place + count)?.iter().map(|part| part.len()).sum::<usize>();
                let text = chunk.get(start..start + length)?;
                Some((count, text, self.special(text)?))
            });
            let (count, text) = match special {
                Some((count, text, special)) => {
                    push_special(text, special, &mut joined);
                    (count, text)
                }
                None => {
                    joined.push(*part);
                    (1, *part)
                }
            };
            place += count;
            start += text.len();
        }
        joined
    }
}

/// Parts `text` where its special case is parted: the parts together are the text.
fn push_special<'a>(text: &'a str, special: &[Box<str>], parts: &mut Vec<&'a str>) {
    let mut rest = text;
    for part in special {
        let (part, behind) = rest.split_at_checked(part.len()).unwrap_or((rest, ""));
        parts.push(part);
        rest = behind;
    }
}

/// Returns the bytes of the mark at the beginning, 0 if there is none.
fn prefix(text: &str) -> usize {
    let Some(first) = text.chars().next() else { return 0 };
    let rest = &text[first.len_utf8()..];
    match first {
        '+' if !rest.starts_with(|c: char| c.is_ascii_digit()) => 1,
        '.' if rest.starts_with('.') => text.len() - text.trim_start_matches('.').len(),
        'U' if rest.starts_with("S$") => 3,
        'C' | 'A' if rest.starts_with('$') => 2,
        '%' | '=' | '—' | '–' => first.len_utf8(),
        _ if is_mark(first) || CURRENCIES.contains(first) => first.len_utf8(),
        _ => 0,
    }
}

fn is_mark(c: char) -> bool {
    MARKS.contains(c) || QUOTES.contains(c) || ICONS.contains(c)
}

/// Returns the bytes of the longest mark at the end, 0 if there is none.
fn suffix(text: &str) -> usize {
    let Some(last) = text.chars().next_back() else { return 0 };
    let behind_digit = |suffix: &str| text.strip_suffix(suffix).is_some_and(ends_in_digit);
    let dots = text.len() - text.trim_end_matches('.').len();
    let genitive = ["'s", "'S", "’s", "’S", "……"].into_iter().find(|suffix| text.ends_with(suffix));
    let unit = UNITS.iter().filter(|unit| behind_digit(unit)).map(|unit| unit.len()).max();
    let money = ["US$", "C$", "A$"].iter().find(|money| behind_digit(money)).map(|money| money.len());
    let single = match last {
        '—' | '–' => true,
        '+' => ends_in_digit(&text[..text.len() - 1]),
        '.' => ends_before_stop(&text[..text.len() - 1]),
        _ => {
            is_mark(last)
                || (CURRENCIES.contains(last) && ends_in_digit(&text[..text.len() - last.len_utf8()]))
        }
    };
    let single = if single { last.len_utf8() } else { 0 };
    let dots = if dots > 1 { dots } else { 0 };
    [genitive.map(str::len), unit, money, Some(dots)].into_iter().flatten().fold(single, usize::max)
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
}

/// Returns whether a full stop behind `text` ends a sentence rather than an abbreviation.
fn ends_before_stop(text: &str) -> bool {
    let mut back = text.chars().rev();
    let (last, before) = (back.next().unwrap_or_default(), back.next().unwrap_or_default());
    let temperature = matches!(last, 'F' | 'f' | 'C' | 'c' | 'K' | 'k') && before == '°';
    last.is_ascii_digit()
        || is_small(last)
        || matches!(last, '%' | '²' | '-' | '+')
        || MARKS.contains(last)
        || QUOTES.contains(last)
        || temperature
        || (is_capital(last) && is_capital(before))
}

/// Parts `text` at hyphens, slashes, points and commas that stand between letters or digits.
fn push_infixes<'a>(text: &'a str, parts: &mut Vec<&'a str>) {
    let (mut start, mut place) = (0, 0);
    let mut before = None;
    while let Some(c) = text[place..].chars().next() {
        let length = infix(before, &text[place..]);
        if length > 0 && place > 0 {
            if start < place {
                parts.push(&text[start..place]);
            }
            parts.push(&text[place..place + length]);
            start = place + length;
        }
        place += length.max(c.len_utf8());
        before = text[..place].chars().next_back();
    }
    if start < text.len() {
        parts.push(&text[start..]);
    }
}

/// Returns the bytes of the infix that `rest` begins with, 0 if it begins with none. `before`: what stands before it.
fn infix(before: Option<char>, rest: &str) -> usize {
    let mut ahead = rest.chars();
    let Some(first) = ahead.next() else { return 0 };
    let next = ahead.next().unwrap_or_default();
    let before = before.unwrap_or_default();
    let alphanumeric = is_word(before) && before != '_';
    let quoted = |c: char| QUOTES.contains(c);
    match first {
        '.' if next == '.' => rest.len() - rest.trim_start_matches('.').len(),
        '…' => first.len_utf8(),
        _ if ICONS.contains(first) => first.len_utf8(),
        '+' | '-' | '*' | '^' if before.is_ascii_digit() && (next.is_ascii_digit() || next == '-') => 1,
        '.' if (is_small(before) || quoted(before)) && (is_capital(next) || quoted(next)) => 1,
        ',' if is_letter(before) && is_letter(next) => 1,
        '-' | '–' | '—' | '~' if alphanumeric => dash(rest),
        ':' | '<' | '>' | '=' | '/' if alphanumeric && is_letter(next) => 1,
        _ => 0,
    }
}

/// Returns the bytes of a dash with a letter behind it.
fn dash(rest: &str) -> usize {
    let dashes = ["-", "–", "—", "--", "---", "——", "~"];
    let fits = |dash: &&str| rest.strip_prefix(*dash).is_some_and(|behind| behind.starts_with(is_letter));
    dashes.iter().find(|dash| fits(dash)).map_or(0, |dash| dash.len())
}

/// Returns whether `text` is an address of the web or of mail.
pub fn is_address(text: &str) -> bool {
    is_url(text) || is_mail(text) || is_domain(text)
}

fn is_url(text: &str) -> bool {
    ["http://", "https://", "ftp://", "www."].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && text.len() > scheme.len()
    })
}

pub fn is_mail(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let labels = host.split('.');
    !name.is_empty()
        && name.chars().all(|c| is_word(c) || matches!(c, '.' | '+' | '-'))
        && labels.clone().count() > 1
        && labels.clone().all(is_label)
}

fn is_domain(text: &str) -> bool {
    let host = text.split_once('/').map_or(text, |(host, _)| host);
    let Some((labels, last)) = host.rsplit_once('.') else { return false };
    DOMAINS.iter().any(|domain| domain.eq_ignore_ascii_case(last)) && labels.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.chars().all(|c| is_word(c) || c == '-')
}
