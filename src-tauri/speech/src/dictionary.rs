//! Words that are to be said as their musician wants them.

use std::collections::HashMap;

use son1k_domain::voice::Pronunciation;
use unicode_normalization::UnicodeNormalization;

/// The entries by the first letter of their word, so that a long dictionary costs little more than a short one.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    by_first: HashMap<char, Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    /// In small letters.
    word: Vec<char>,
    says: String,
}

impl Dictionary {
    /// Entries without a word are left out.
    pub(crate) fn new(entries: &[Pronunciation]) -> Self {
        let mut by_first: HashMap<char, Vec<Entry>> = HashMap::new();
        for entry in entries {
            let word: Vec<char> = entry.word.trim().nfc().flat_map(char::to_lowercase).collect();
            if let Some(first) = word.first().copied() {
                by_first.entry(first).or_default().push(Entry { word, says: entry.says.trim().to_owned() });
            }
        }
        Self { by_first }
    }

    /// Puts what is to be said in the place of each word of the dictionary: whole words only, whatever their case. Of
    /// several that begin at one place the longest counts; what was put in is not looked at again.
    pub(crate) fn apply(&self, text: &str) -> String {
        if self.by_first.is_empty() {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut inside = false;
        while let Some(next) = rest.chars().next() {
            let found = if inside { None } else { self.at(rest) };
            if let Some((length, says)) = found {
                out.push_str(says);
                inside = rest[..length].ends_with(char::is_alphanumeric);
                rest = &rest[length..];
            } else {
                out.push(next);
                inside = next.is_alphanumeric();
                rest = &rest[next.len_utf8()..];
            }
        }
        out
    }

    /// Returns the bytes of the longest word that stands at the beginning of `rest`, and what is said for it.
    fn at(&self, rest: &str) -> Option<(usize, &str)> {
        let first = rest.chars().next()?.to_lowercase().next()?;
        let candidates = self.by_first.get(&first)?.iter();
        candidates
            .filter_map(|entry| Some((length(rest, &entry.word)?, entry.says.as_str())))
            .max_by_key(|(length, _)| *length)
    }
}

/// Returns how many bytes of `rest` are `word`, when it ends there.
fn length(rest: &str, word: &[char]) -> Option<usize> {
    let mut wanted = word.iter();
    let mut length = 0;
    for character in rest.chars() {
        if wanted.as_slice().is_empty() {
            break;
        }
        for folded in character.to_lowercase() {
            (wanted.next() == Some(&folded)).then_some(())?;
        }
        length += character.len_utf8();
    }
    // A word that ends in a sign, such as "C++", may be followed by anything.
    let open = word.last().is_some_and(|last| last.is_alphanumeric())
        && rest[length..].starts_with(char::is_alphanumeric);
    (wanted.as_slice().is_empty() && !open).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, entries: &[(&str, &str)]) -> String {
        let entries: Vec<Pronunciation> = entries
            .iter()
            .map(|(word, says)| Pronunciation { word: (*word).to_owned(), says: (*says).to_owned() })
            .collect();
        Dictionary::new(&entries).apply(text)
    }

    #[test]
    fn a_word_is_found_whatever_its_case() {
        assert_eq!(said("ÑU y ñu", &[("Ñu", "ni u")]), "ni u y ni u");
    }

    #[test]
    fn only_whole_words_are_said_otherwise() {
        assert_eq!(said("son sonido, son1k son.", &[("son", "zon")]), "zon sonido, son1k zon.");
    }

    #[test]
    fn the_longest_entry_counts() {
        let entries = [("son1k", "son uno ka"), ("Son1k Studio", "el estudio")];
        assert_eq!(said("Son1k Studio y Son1k", &entries), "el estudio y son uno ka");
    }

    #[test]
    fn a_word_may_end_in_signs() {
        assert_eq!(said("C++ y C", &[("C++", "ce más más")]), "ce más más y C");
    }

    #[test]
    fn what_was_put_in_is_not_looked_up_again() {
        assert_eq!(said("a b", &[("a", "b"), ("b", "a")]), "b a");
    }

    #[test]
    fn an_entry_without_a_word_says_nothing() {
        assert_eq!(said("hola", &[("", "x"), ("  ", "y")]), "hola");
    }
}
