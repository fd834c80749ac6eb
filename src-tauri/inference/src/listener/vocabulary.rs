//! The model's tokens and their text.
//!
//! Only the way from tokens to text is needed. Each token is a few bytes, written in the file with one character a byte, as
//! GPT-2 does it (`bytes_to_unicode` of its `encoder.py`).

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use crate::{Error, Result};

/// Tokens from here on are no text.
pub(super) const END: u32 = 50_257;
pub(super) const START: u32 = 50_258;
pub(super) const ENGLISH: u32 = 50_259;
pub(super) const SPANISH: u32 = 50_262;
/// The first and last of the 99 languages.
pub(super) const LANGUAGES: std::ops::RangeInclusive<u32> = ENGLISH..=50_357;
pub(super) const TRANSCRIBE: u32 = 50_359;
pub(super) const NO_SPEECH: u32 = 50_362;
pub(super) const NO_TIMES: u32 = 50_363;
/// 0.00 s; the following ones are 20 ms later each.
pub(super) const FIRST_TIME: u32 = 50_364;
/// All tokens.
pub(super) const COUNT: usize = 51_865;

/// Texts that are notes about a sound, not words in it: the whisper package never writes them (`non_speech_tokens` of its
/// `tokenizer.py`), with or without a space before them.
const NOTES: [&str; 45] = [
    "\"", "#", "(", ")", "*", "+", "/", ":", ";", "<", "=", ">", "@", "[", "\\", "]", "^", "_", "`", "{",
    "|", "}", "~", "「", "」", "『", "』", "<<", ">>", "<<<", ">>>", "--", "---", "-(", "-[", "('", "(\"",
    "((", "))", "(((", ")))", "[[", "]]", "{{", "}}",
];
/// Marks that may stand between words but not before one.
const NOT_BEFORE_A_WORD: [&[u8]; 2] = [b" -", b" '"];
/// How the UTF-8 of notes of music begins.
const BEGINNING_OF_NOTES: &[u8] = b"\xe2\x99";

/// What the tokens say.
pub(super) struct Vocabulary(Vec<Vec<u8>>);

#[derive(Deserialize)]
struct Written {
    model: Model,
}

#[derive(Deserialize)]
struct Model {
    vocab: HashMap<String, u32>,
}

impl Vocabulary {
    /// Reads `tokenizer.json` (Hugging Face's format).
    ///
    /// # Errors
    /// [`Error::ModelMissing`], [`Error::ModelUnusable`] when it is not that.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let file = std::fs::read(path).map_err(|_| Error::ModelMissing(path.to_owned()))?;
        let written: Result<Written, _> = serde_json::from_slice(&file);
        let unusable = |reason| Error::ModelUnusable { model: super::MODEL.into(), reason };
        let words = written.map_err(|error| unusable(error.to_string()))?.model.vocab;
        let bytes = bytes_by_character();
        let mut texts = vec![Vec::new(); END as usize];
        for (word, token) in words {
            if let Some(text) = texts.get_mut(token as usize) {
                *text = word.chars().filter_map(|character| bytes.get(&character).copied()).collect();
            }
        }
        // The one before the end is empty.
        if texts.iter().filter(|text| text.is_empty()).count() > 1 {
            return Err(unusable("its vocabulary has gaps".into()));
        }
        Ok(Self(texts))
    }

    /// Returns a vocabulary of a few tokens.
    #[cfg(test)]
    pub(super) fn of(texts: Vec<Vec<u8>>) -> Self {
        Self(texts)
    }

    /// Returns the bytes of a token; none for those that are no text.
    pub(super) fn bytes(&self, token: u32) -> &[u8] {
        self.0.get(token as usize).map_or(&[], Vec::as_slice)
    }

    /// Returns the text of several tokens.
    pub(super) fn text(&self, tokens: impl Iterator<Item = u32>) -> String {
        let bytes: Vec<u8> = tokens.flat_map(|token| self.bytes(token)).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Returns for each token whether it may never be written.
    pub(super) fn unwanted(&self) -> Vec<bool> {
        let texts = self.0.iter().map(|text| is_note(text));
        let others = (END..COUNT as u32).map(|token| token != END && token < FIRST_TIME);
        texts.chain(others).collect()
    }
}

fn is_note(text: &[u8]) -> bool {
    let word = text.strip_prefix(b" ").unwrap_or(text);
    NOT_BEFORE_A_WORD.contains(&text)
        || word.starts_with(BEGINNING_OF_NOTES)
        || NOTES.iter().any(|note| note.as_bytes() == word)
}

/// Printable bytes stand for themselves, the others for the characters from U+0100 on, in their order.
fn bytes_by_character() -> HashMap<char, u8> {
    let printable = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let own = (0..=u8::MAX).filter(printable).map(|byte| (char::from(byte), byte));
    let others = ('\u{100}'..).zip((0..=u8::MAX).filter(|byte| !printable(byte)));
    own.chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_character_of_its_own() {
        let bytes = bytes_by_character();
        assert_eq!(bytes.len(), 256);
        assert_eq!((bytes[&'a'], bytes[&'Ġ'], bytes[&'Ċ'], bytes[&'Ã']), (b'a', b' ', b'\n', 0xc3));
    }

    #[test]
    fn notes_about_a_sound_are_told_from_words() {
        for note in ["♪", " ♪♪", " (", "[", " -", ":"] {
            assert!(is_note(note.as_bytes()), "{note}");
        }
        for word in [" word", "-", "'", ",", ".", " ¿", "?", "%", " 7", "…"] {
            assert!(!is_note(word.as_bytes()), "{word}");
        }
    }

    #[test]
    fn a_file_that_is_no_vocabulary_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokenizer.json");
        assert!(matches!(Vocabulary::read(&file), Err(Error::ModelMissing(_))));
        for text in ["", "{}", r#"{"model": {"vocab": {"a": 64}}}"#] {
            std::fs::write(&file, text).unwrap();
            assert!(matches!(Vocabulary::read(&file), Err(Error::ModelUnusable { .. })), "{text}");
        }
    }
}
