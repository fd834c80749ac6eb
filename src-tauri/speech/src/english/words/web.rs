//! Addresses of the web and of mail, and names of files, as people say them.

use super::super::letter::is_word;
use super::super::rewrite::{At, Change};
use super::super::tokenizer::{is_address, is_mail};
use super::{begins_chunk, change, chunk, spelled};

/// Last labels of addresses, and how each is said where it is not spelled.
const DOMAINS: [(&str, &str); 36] = [
    ("com", "com"),
    ("org", "org"),
    ("net", "net"),
    ("info", "info"),
    ("biz", "biz"),
    ("gov", "gov"),
    ("edu", "edu"),
    ("app", "app"),
    ("dev", "dev"),
    ("music", "music"),
    ("studio", "studio"),
    ("audio", "audio"),
    ("band", "band"),
    ("live", "live"),
    ("online", "online"),
    ("shop", "shop"),
    ("blog", "blog"),
    ("me", "me"),
    ("co", "co"),
    ("io", ""),
    ("uk", ""),
    ("us", ""),
    ("de", ""),
    ("fr", ""),
    ("es", ""),
    ("eu", ""),
    ("ca", ""),
    ("au", ""),
    ("tv", ""),
    ("fm", ""),
    ("ai", ""),
    ("ly", ""),
    ("mx", ""),
    ("ar", ""),
    ("cl", ""),
    ("xyz", ""),
];
/// Endings of files, and how each is said where it is not spelled.
const FILES: [(&str, &str); 22] = [
    ("mp3", ""),
    ("mp4", ""),
    ("m4a", ""),
    ("wav", "wave"),
    ("flac", "flac"),
    ("ogg", "ogg"),
    ("opus", "opus"),
    ("aiff", ""),
    ("mid", "mid"),
    ("midi", "midi"),
    ("txt", "text"),
    ("pdf", ""),
    ("zip", "zip"),
    ("json", "jason"),
    ("html", ""),
    ("jpg", "jay peg"),
    ("png", ""),
    ("srt", ""),
    ("exe", ""),
    ("py", "pie"),
    ("js", ""),
    ("csv", ""),
];
/// Longest text of a link of Markdown in bytes; a bracket that is never closed is not looked through.
const LINK: usize = 1000;

/// `[the page](https://…)` → "the page". Phonemes that are given like that stay.
pub fn link(at: At<'_>) -> Option<Change> {
    let inside = at.rest().strip_prefix('[')?;
    let close = inside.bytes().take(LINK).position(|b| matches!(b, b']' | b'['))?;
    let (text, rest) = inside.split_at_checked(close).filter(|(text, _)| !text.is_empty())?;
    let rest = rest.strip_prefix("](")?;
    let close = rest.bytes().take(LINK).position(|b| b == b')')?;
    let (target, behind) = (&rest[..close], &rest[close + 1..]);
    match target.len() > 1 && target.starts_with('/') && target.ends_with('/') {
        true => None,
        false => change(at, behind, text),
    }
}

/// `jo.doe@example.com` → "jo dot doe at example dot com".
pub fn mail(at: At<'_>) -> Option<Change> {
    if !begins_chunk(at) || !at.rest().starts_with(is_word) {
        return None;
    }
    let text = chunk(at.rest());
    let address = text.strip_prefix("mailto:").unwrap_or(text);
    let (name, host) = address.split_once('@').filter(|_| is_mail(address))?;
    change(at, &at.rest()[text.len()..], format!("{} at {}", signs(name), self::host(host)))
}

/// `https://www.example.com/a?b=c` → "example dot com slash a". Nobody reads out what follows a question mark.
pub fn address(at: At<'_>) -> Option<Change> {
    if !begins_chunk(at) || !at.rest().starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let text = chunk(at.rest());
    let bare = text.split_once("://").map_or(text, |(_, bare)| bare);
    let bare =
        bare.get(..4).filter(|www| www.eq_ignore_ascii_case("www.")).map_or(bare, |www| &bare[www.len()..]);
    let end = bare.find(['/', '?', '#', ':']).unwrap_or(bare.len());
    let (host, rest) = bare.split_at(end);
    if bare.is_empty() || !(is_address(text) || is_host(host)) {
        return None;
    }
    let path = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    change(at, &at.rest()[text.len()..], format!("{}{}", self::host(host), signs(path)))
}

/// `take_2.wav` → "take 2 dot wave".
pub fn file(at: At<'_>) -> Option<Change> {
    if !begins_chunk(at) || !at.rest().starts_with(is_word) {
        return None;
    }
    let text = chunk(at.rest());
    let (name, ending) =
        text.rsplit_once('.').filter(|(name, _)| name.chars().all(|c| is_word(c) || "-.".contains(c)))?;
    let (ending, said) = FILES.iter().find(|(known, _)| known.eq_ignore_ascii_case(ending))?;
    let said = if said.is_empty() { spelled(ending) } else { (*said).to_owned() };
    let name = name.replace('_', " ").replace('.', " dot ");
    change(at, &at.rest()[text.len()..], format!("{name} dot {said}"))
}

/// Returns whether `host` ends as addresses do, and is nothing but labels.
fn is_host(host: &str) -> bool {
    let known = |last: &str| DOMAINS.iter().any(|(domain, _)| *domain == last);
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    host.rsplit_once('.').is_some_and(|(labels, last)| known(last) && labels.split('.').all(is_label))
}

fn host(host: &str) -> String {
    let labels: Vec<String> = host.split('.').map(label).collect();
    labels.join(" dot ")
}

fn label(label: &str) -> String {
    let small = label.to_ascii_lowercase();
    match DOMAINS.iter().find(|(domain, _)| *domain == small) {
        Some((domain, "")) => spelled(domain),
        Some((_, said)) => (*said).to_owned(),
        None => signs(label),
    }
}

/// Returns text with its signs in words.
fn signs(text: &str) -> String {
    let mut words = String::new();
    for c in text.chars() {
        match c {
            '.' => words.push_str(" dot "),
            '/' => words.push_str(" slash "),
            '-' => words.push_str(" dash "),
            '_' => words.push_str(" underscore "),
            '+' => words.push_str(" plus "),
            '~' => words.push_str(" tilde "),
            '@' => words.push_str(" at "),
            ':' => words.push_str(" colon "),
            '=' => words.push_str(" equals "),
            '&' => words.push_str(" and "),
            '%' => words.push_str(" percent "),
            c => words.push(c),
        }
    }
    words.trim_end().to_owned()
}
