//! What is written otherwise than it is said, in words: addresses, chords and meters, levels and tempi, odd amounts of money,
//! times, versions, telephone numbers. It stands before [`English::phonemes`](super::English::phonemes), and leaves alone what
//! is read rightly there: plain numbers, years, dates, common units and abbreviations.
//!
//! The letter A is written "eh", which both lexicons read as its name; "A" itself is taken for the article.

mod chords;
mod clock;
mod figures;
mod money;
mod music;
mod plain;
mod units;
mod web;

use std::borrow::Cow;

use super::letter::is_space;
use super::rewrite::{At, Change, rewrite};

/// In this order: what holds dots, slashes and signs of its own goes first.
const RULES: [fn(At<'_>) -> Option<Change>; 36] = [
    web::link,
    web::mail,
    web::address,
    web::file,
    clock::half_of_day,
    clock::length,
    clock::full_hour,
    clock::dotted_date,
    clock::hours_and_minutes,
    chords::progression,
    chords::chord,
    chords::key,
    music::meter,
    music::drum_machine,
    music::credit,
    music::opus,
    money::range,
    money::behind,
    money::foreign,
    money::large,
    money::odd,
    money::minus,
    figures::telephone,
    figures::always,
    figures::version,
    figures::dotted,
    figures::mixed,
    figures::dimensions,
    figures::times,
    figures::large,
    figures::ordinal,
    figures::percent_range,
    figures::leading_zero,
    units::quantity,
    units::per,
    figures::minus,
];

/// Returns `text` with everything in words that [`English::phonemes`](super::English::phonemes) does not read rightly itself.
/// Spaces and lines stay as they are. Takes time in proportion to the text.
pub(crate) fn words(text: &str) -> String {
    let mut text = plain::plain(text);
    for rule in RULES {
        text = rewrite(text, rule);
    }
    let text = rewrite(text, units::alone);
    rewrite(text, plain::sign).into_owned()
}

/// Returns the next word behind spaces, letters only.
fn next_word(rest: &str) -> &str {
    let rest = rest.trim_start_matches(' ');
    &rest[..rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len())]
}

/// Returns whether a chunk between spaces begins here; quotes and brackets may stand before it.
fn begins_chunk(at: At<'_>) -> bool {
    at.before().is_none_or(|c| is_space(c) || matches!(c, '(' | '[' | '<' | '"' | '\'' | '“' | '‘' | '—'))
}

/// Longest address in bytes that is said as one.
const ADDRESS: usize = 512;

/// Returns what stands up to the next space, without the marks of the sentence at its end; nothing if that is too long.
fn chunk(rest: &str) -> &str {
    let near = &rest[..rest.floor_char_boundary(ADDRESS)];
    let chunk = match near.find(is_space) {
        Some(end) => &near[..end],
        None if near.len() == rest.len() => near,
        None => "",
    };
    chunk.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '>', '"', '\'', '”', '’', '…'])
}

/// Returns letters by their names.
fn spelled(letters: &str) -> String {
    let mut names = String::new();
    for c in letters.chars() {
        if !names.is_empty() {
            names.push(' ');
        }
        match c.to_ascii_uppercase() {
            'A' => names.push_str("eh"),
            c => names.push(c),
        }
    }
    names
}

/// Returns a change of everything up to `rest`, the end of what stands at `at`.
fn change(at: At<'_>, rest: &str, words: impl Into<String>) -> Option<Change> {
    Some((at.rest().len() - rest.len(), words.into()))
}

/// A text that needs no change has none.
fn unchanged(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests;
