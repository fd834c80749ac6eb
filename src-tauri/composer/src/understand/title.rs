//! A short title out of the prompt's own words.

use std::ops::Range;

use son1k_domain::generation::StyleInfo;
use son1k_domain::music::{Key, Mode};

use super::reading::Reading;
use super::vocabulary::vocabulary;

/// Words in a title, letters in a title.
const WORDS: usize = 6;
const LETTERS: usize = 60;

/// Pitch classes as Spanish musicians name them.
const SPANISH: [&str; 12] = ["do", "do#", "re", "mib", "mi", "fa", "fa#", "sol", "lab", "la", "sib", "si"];

/// Makes a title: what is quoted, else what is called or sung about, else the words that belong to no figure, else style
/// and key.
pub(super) fn title(reading: &Reading<'_>, style: &StyleInfo, key: Key) -> String {
    let spanish = is_spanish(reading);
    if let Some(quoted) = quoted(reading.text) {
        return quoted.to_owned();
    }
    let words = subject(reading).or_else(|| longest_own(reading));
    let title = words.map(|span| cased(reading, &span, spanish)).unwrap_or_default();
    if title.is_empty() { by_style(style, key, spanish) } else { title }
}

fn by_style(style: &StyleInfo, key: Key, spanish: bool) -> String {
    if !spanish {
        return format!("{} in {key}", style.name_en);
    }
    let mode = match key.mode {
        Mode::Major => "mayor",
        Mode::Minor => "menor",
        Mode::Dorian => "dórico",
        Mode::Phrygian => "frigio",
        Mode::Lydian => "lidio",
        Mode::Mixolydian => "mixolidio",
    };
    let tonic = SPANISH.get(usize::from(key.tonic.0 % 12)).copied().unwrap_or_default();
    format!("{} en {tonic} {mode}", style.name_es)
}

/// Whether the words of the prompt are Spanish more than English.
fn is_spanish(reading: &Reading<'_>) -> bool {
    let count = |known: fn(&super::vocabulary::Vocabulary, &str) -> bool| {
        reading.tokens.iter().filter(|t| known(vocabulary(), &t.word)).count()
    };
    let accents = reading.text.chars().filter(|c| "áéíóúñ¿¡".contains(c.to_ascii_lowercase())).count();
    count(|v, w| v.tells_spanish(w)) + 2 * accents > count(|v, w| v.is_english(w))
}

fn quoted(text: &str) -> Option<&str> {
    let pairs = [('"', '"'), ('“', '”'), ('«', '»')];
    let inside = pairs.iter().find_map(|(open, close)| {
        let (_, rest) = text.split_once(*open)?;
        rest.split_once(*close).map(|(inside, _)| inside.trim())
    })?;
    (inside.chars().any(char::is_alphabetic) && inside.chars().count() <= LETTERS && !inside.contains('\n'))
        .then_some(inside)
}

/// `called rainy days` · `sobre la lluvia en la ciudad`.
fn subject(reading: &Reading<'_>) -> Option<Range<usize>> {
    let cue = reading.tokens.iter().position(|t| {
        matches!(
            t.word.as_str(),
            "titulada"
                | "titulado"
                | "llamada"
                | "llamado"
                | "called"
                | "titled"
                | "named"
                | "sobre"
                | "about"
        )
    })?;
    let start = cue + 1;
    let figures = |at: usize| {
        let fits = |f: &&super::reading::Finding| f.span.contains(&at) && is_figure(&f.fact);
        reading.findings.iter().find(fits).is_some()
    };
    let goes_on = |at: &usize| {
        let token = reading.tokens.get(*at);
        let parts = matches!(token.map(|t| t.word.as_str()), Some("con" | "with" | "sin" | "without" | "at"));
        token.is_some_and(|t| *at == start || !t.after_break) && !figures(*at) && !parts
    };
    let end = (start..reading.tokens.len()).take_while(goes_on).take(WORDS).last()? + 1;
    trimmed(reading, start..end)
}

fn is_figure(fact: &super::reading::Fact) -> bool {
    use super::reading::Fact;
    !matches!(fact, Fact::Mood(_) | Fact::Near(_) | Fact::Length(_))
}

/// The longest stretch of words that mean nothing to the studio, with the small words between them.
fn longest_own(reading: &Reading<'_>) -> Option<Range<usize>> {
    let mut best: Option<(usize, Range<usize>)> = None;
    let mut from = 0;
    while let Some(first) = reading.unknown.get(from) {
        let mut end = from + 1;
        while let (Some(before), Some(next)) = (reading.unknown.get(end - 1), reading.unknown.get(end)) {
            let between = reading.tokens.get(before + 1..=*next).unwrap_or_default();
            let broken = between.iter().any(|t| t.after_break);
            let far = between.iter().rev().skip(1).any(|t| !vocabulary().is_small(&t.word));
            if broken || far || next - first >= WORDS {
                break;
            }
            end += 1;
        }
        let last = reading.unknown.get(end - 1).copied().unwrap_or(*first);
        if best.as_ref().is_none_or(|(count, _)| end - from > *count) {
            best = Some((end - from, *first..last + 1));
        }
        from = end;
    }
    best.and_then(|(_, span)| trimmed(reading, span))
}

/// Drops small words at both ends (but a title may begin with an article), and whatever has no letter.
fn trimmed(reading: &Reading<'_>, span: Range<usize>) -> Option<Range<usize>> {
    let word = |at: usize| reading.tokens.get(at).map_or("", |t| t.word.as_str());
    let article = |at: usize| {
        matches!(word(at), "the" | "la" | "el" | "los" | "las" | "mi" | "my" | "un" | "una" | "a")
    };
    let small = |at: usize| vocabulary().is_small(word(at)) || !word(at).contains(char::is_alphabetic);
    let end = span.clone().rev().find(|at| !small(*at))? + 1;
    let start = (span.start..end).find(|at| !small(*at) || article(*at))?;
    Some(start..end)
}

fn cased(reading: &Reading<'_>, span: &Range<usize>, spanish: bool) -> String {
    let mut title = String::new();
    for at in span.clone() {
        let written = reading.words(&(at..at + 1));
        let word = reading.tokens.get(at).map_or("", |t| t.word.as_str());
        if title.chars().count() + written.chars().count() >= LETTERS {
            break;
        }
        let lower = if title.is_empty() {
            false
        } else {
            spanish || (vocabulary().is_english(word) && word.len() < 5)
        };
        // Names keep their capitals in Spanish too.
        let capital = !lower
            || (spanish
                && written.starts_with(char::is_uppercase)
                && written.chars().any(char::is_lowercase));
        if !title.is_empty() {
            title.push(' ');
        }
        let mut letters = written.chars();
        if let Some(first) = letters.next() {
            if capital { title.extend(first.to_uppercase()) } else { title.extend(first.to_lowercase()) }
        }
        title.extend(letters.flat_map(char::to_lowercase));
    }
    title
}
