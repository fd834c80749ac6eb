//! Addresses of the net: pages, mail, names of people and topics.

use super::number;
use super::scan::Scan;
use super::{acronym, loanword};

/// Endings of host names that make "a.b" an address without a scheme.
const TOP_LEVEL: &[&str] = &[
    "com", "org", "net", "es", "mx", "ar", "co", "cl", "pe", "ve", "uy", "ec", "bo", "py", "cr", "cu", "gt",
    "hn", "ni", "pa", "sv", "do", "us", "uk", "eu", "de", "fr", "it", "pt", "br", "io", "ai", "fm", "tv",
    "me", "app", "dev", "edu", "gob", "gov", "info", "biz", "xyz", "online", "store", "music", "studio",
    "art", "blog", "cat",
];

/// Takes a page, an address of mail, `@name` or `#topic`.
pub(super) fn address(scan: &mut Scan) -> Option<String> {
    let first = scan.peek()?;
    (first.is_alphanumeric() || "@#".contains(first)).then_some(())?;
    let token = token(*scan);
    let text = mail(token).or_else(|| page(token)).or_else(|| topic(token))?;
    scan.literal(token)?;
    Some(text)
}

/// Returns what stands up to the next space, without the marks that end a sentence or close a bracket.
fn token<'a>(mut scan: Scan<'a>) -> &'a str {
    let token = scan.run(|next| !next.is_whitespace() && !"<>«»“”\"".contains(next));
    token.trim_end_matches(|last: char| ".,;:!?¡¿…)]}'’".contains(last))
}

fn mail(token: &str) -> Option<String> {
    let token = token.strip_prefix("mailto:").unwrap_or(token);
    let (name, host) = token.split_once('@')?;
    let named = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "._%+-".contains(c));
    (named && is_host(host)).then(|| spoken(token))
}

fn page(token: &str) -> Option<String> {
    let scheme = ["https://", "http://", "ftp://"].iter().find_map(|scheme| token.strip_prefix(scheme));
    let rest = scheme.unwrap_or(token);
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let known = host.rsplit('.').next().is_some_and(|last| TOP_LEVEL.contains(&last.to_lowercase().as_str()));
    let fits = is_host(host) && (scheme.is_some() || host.starts_with("www.") || known);
    (fits || scheme.is_some() && !rest.is_empty()).then(|| spoken(rest.trim_end_matches('/')))
}

fn is_host(host: &str) -> bool {
    let labels: Vec<&str> = host.split('.').collect();
    labels.len() > 1
        && labels.iter().all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        })
        && labels.last().is_some_and(|last| last.chars().count() > 1 && last.chars().all(char::is_alphabetic))
}

/// `@name` and `#topic`, the topic's words parted where a capital begins.
fn topic(token: &str) -> Option<String> {
    let mut rest = token.chars();
    let name = match rest.next()? {
        '@' => "arroba",
        '#' => "jashtag",
        _ => return None,
    };
    let rest = rest.as_str();
    let fits = rest.starts_with(char::is_alphabetic)
        && rest.chars().all(|c| c.is_alphanumeric() || "_.-".contains(c));
    fits.then(|| format!("{name} {}", spoken(&parted(rest))))
}

fn parted(topic: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for letter in topic.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            out.push(' ');
        }
        out.push(letter);
        before = letter;
    }
    out
}

/// Reads an address part by part: what can be said as a word is, the rest is spelled, and signs have their names.
fn spoken(address: &str) -> String {
    let mut scan = Scan::new(address);
    let mut said: Vec<String> = Vec::new();
    while let Some(next) = scan.peek() {
        if next.is_ascii_digit() {
            let digits = scan.run(|next| next.is_ascii_digit());
            said.push(digit_words(digits));
        } else if next.is_alphabetic() {
            said.push(label(scan.run(char::is_alphabetic)));
        } else {
            scan.any();
            said.extend(sign(next).map(str::to_owned));
        }
    }
    said.join(" ")
}

/// A short number is counted, a long one is a code.
fn digit_words(digits: &str) -> String {
    if digits.len() <= 4 { number::written(digits, number::Form::Alone) } else { number::digits(digits) }
}

fn label(letters: &str) -> String {
    let lower = letters.to_lowercase();
    match lower.as_str() {
        "www" => "triple uve doble".to_owned(),
        _ => loanword::respelled(&lower).unwrap_or_else(|| {
            if acronym::is_sayable(&lower) { lower.clone() } else { acronym::spelled(&lower) }
        }),
    }
}

fn sign(sign: char) -> Option<&'static str> {
    Some(match sign {
        '.' => "punto",
        '@' => "arroba",
        '/' => "barra",
        '-' => "guion",
        '_' => "guion bajo",
        ':' => "dos puntos",
        '?' => "interrogación",
        '=' => "igual",
        '&' => "y",
        '#' => "almohadilla",
        '+' => "más",
        '%' => "porcentaje",
        '~' => "virgulilla",
        _ => return None,
    })
}
