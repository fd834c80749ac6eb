//! Words that were to be said beside words that were heard.
//!
//! Both texts are brought to the same form first, because "7:30", "$45" and "15th" may be written in words as rightly as in
//! figures. What is made alike: case, marks, figures and their signs (in words, as cardinals), the accents of Spanish vowels,
//! and what a language's own file here lists. Everything else that differs is an error: a plural, an article, a name that is
//! spelled otherwise, an apostrophe.

mod english;
mod lexer;
mod spanish;

#[cfg(test)]
mod tests;

use lexer::{Token, tokens};

/// A language of the studio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    English,
    Spanish,
}

impl Language {
    pub const BOTH: [Self; 2] = [Self::English, Self::Spanish];

    /// Returns its two letters, as commands take them.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }
}

/// Returns the words of a text in the form in which they are compared.
pub fn words(text: &str, language: Language) -> Vec<String> {
    let tokens = tokens(text);
    match language {
        Language::English => english::words(&tokens),
        Language::Spanish => spanish::words(&tokens),
    }
}

/// What was heard otherwise than it was said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Errors {
    pub substituted: usize,
    pub left_out: usize,
    pub added: usize,
    /// Words that were to be said.
    pub of: usize,
    /// Each error with the word before it: `the (their|there)`; nothing stands for what is not there.
    pub list: Vec<String>,
}

impl Errors {
    /// Returns the word error rate: all errors by the words that were to be said, 0 or more.
    pub fn rate(&self) -> f64 {
        (self.substituted + self.left_out + self.added) as f64 / self.of.max(1) as f64
    }

    /// Adds those of another text.
    pub fn add(&mut self, other: Self) {
        self.substituted += other.substituted;
        self.left_out += other.left_out;
        self.added += other.added;
        self.of += other.of;
        self.list.extend(other.list);
    }
}

/// Compares words in the way that has the fewest errors (V. I. Levenshtein, 1966).
pub fn compare(said: &[String], heard: &[String]) -> Errors {
    let costs = costs(said, heard);
    let mut errors = Errors { of: said.len(), ..Errors::default() };
    let (mut row, mut column) = (said.len(), heard.len());
    while row > 0 || column > 0 {
        let cost = costs[row][column];
        let (wanted, got) =
            if row > 0 && column > 0 && cost == costs[row - 1][column - 1] + differ(said, heard, row, column)
            {
                (row, column) = (row - 1, column - 1);
                (Some(&said[row]), Some(&heard[column]))
            } else if row > 0 && cost == costs[row - 1][column] + 1 {
                row -= 1;
                (Some(&said[row]), None)
            } else {
                column -= 1;
                (None, Some(&heard[column]))
            };
        match (wanted, got) {
            (wanted, got) if wanted == got => continue,
            (Some(_), Some(_)) => errors.substituted += 1,
            (Some(_), None) => errors.left_out += 1,
            (None, _) => errors.added += 1,
        }
        let word = |word: Option<&String>| word.cloned().unwrap_or_default();
        let before = word(row.checked_sub(1).map(|before| &said[before]));
        errors.list.push(format!("{before} ({}|{})", word(wanted), word(got)));
    }
    errors.list.reverse();
    errors
}

/// Returns the errors between each beginning of what was said and each beginning of what was heard.
fn costs(said: &[String], heard: &[String]) -> Vec<Vec<usize>> {
    let mut costs = vec![vec![0; heard.len() + 1]; said.len() + 1];
    for row in 0..=said.len() {
        for column in 0..=heard.len() {
            costs[row][column] = match (row, column) {
                (0, added) => added,
                (left_out, 0) => left_out,
                _ => (costs[row - 1][column - 1] + differ(said, heard, row, column))
                    .min(costs[row - 1][column] + 1)
                    .min(costs[row][column - 1] + 1),
            };
        }
    }
    costs
}

fn differ(said: &[String], heard: &[String], row: usize, column: usize) -> usize {
    usize::from(said[row - 1] != heard[column - 1])
}

/// Returns what a table has for a word, or the word itself.
fn looked_up<'w>(table: &[(&str, &'w str)], word: &'w str) -> &'w str {
    table.iter().find(|(known, _)| *known == word).map_or(word, |(_, wanted)| wanted)
}

/// Appends the words of a text that has single spaces.
fn push(words: &mut Vec<String>, text: &str) {
    words.extend(text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned));
}

/// Returns the figures of a time with a colon between them: Whisper writes "7.30 in the evening" as well. `behind` are the
/// words that tell a time from an amount.
fn as_time(figure: &str, next: Option<&Token>, behind: &[&str]) -> Option<String> {
    let (hour, minutes) = figure.split_once('.')?;
    let told = matches!(next, Some(Token::Word(word)) if behind.contains(&word.as_str()));
    (told && hour.len() < 3 && minutes.len() == 2).then(|| format!("{hour}:{minutes}"))
}

/// Returns the digits of an amount before and behind its decimal point. Points or commas with three digits behind each are
/// those of thousands.
fn amount(figure: &str) -> (String, Option<String>) {
    let parts: Vec<&str> = figure.split(['.', ',']).collect();
    let groups = parts.len() > 1 && parts[1..].iter().all(|part| part.len() == 3);
    match parts.split_last() {
        Some((last, whole)) if parts.len() > 1 && !groups => (whole.concat(), Some((*last).to_owned())),
        _ => (parts.concat(), None),
    }
}
