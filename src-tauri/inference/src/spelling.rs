//! How an English word is said that no lexicon has: a small net that reads letters.
//!
//! The nets and their alphabets are those of hibari-tts 0.2.1 (`hibari/g2p/oov.py`), one for American and one for British
//! English. A net gives several slots a letter; the same sound in a row is one, and blanks part sounds (connectionist
//! temporal classification: A. Graves et al., ICML 2006).

use std::collections::HashMap;
use std::path::Path;

use ort::session::Session;
use ort::value::Tensor;
use serde::Deserialize;

use crate::{Error, Result, Sessions};

/// The entry of the shelf that the nets and alphabets are in.
const ENTRY: &str = "english";

/// What a net reads and what it answers with.
#[derive(Debug, Clone)]
pub struct Alphabet {
    letters: HashMap<char, i64>,
    sounds: Vec<char>,
    longest: usize,
}

#[derive(Deserialize)]
struct Table {
    r#in: Vec<char>,
    out: Vec<char>,
    maxlen: usize,
}

impl Alphabet {
    /// Reads an alphabet (`oov.json`, `oov_gb.json`).
    ///
    /// # Errors
    /// [`Error::ModelUnusable`].
    pub fn read(json: &[u8]) -> Result<Self> {
        let unusable = |error: serde_json::Error| Error::ModelUnusable {
            model: ENTRY.into(),
            reason: error.to_string(),
        };
        let table: Table = serde_json::from_slice(json).map_err(unusable)?;
        // Zero is the blank on both sides.
        let letters = table.r#in.into_iter().zip(1..).collect();
        Ok(Self { letters, sounds: table.out, longest: table.maxlen })
    }

    /// Returns the letters that the net knows, as it knows them; the rest of a very long word is left out.
    fn letters(&self, word: &str) -> Vec<i64> {
        word.chars().filter_map(|letter| self.letters.get(&letter).copied()).take(self.longest).collect()
    }

    /// Returns the phonemes of an answer: repeats are one, blanks are nothing.
    fn sounds(&self, answer: &[i64]) -> String {
        let mut before = 0;
        let changed = answer.iter().filter(|id| std::mem::replace(&mut before, **id) != **id);
        changed.filter_map(|id| self.sounds.get(usize::try_from(id - 1).ok()?).copied()).collect()
    }
}

/// Returns the phonemes of a word; `None` when it has no letter that the net knows. `model` belongs to `alphabet`: `oov.onnx`
/// to `oov.json`, `oov_gb.onnx` to `oov_gb.json`. Case matters: the net was taught names as well.
///
/// # Errors
/// [`Error::ModelMissing`], [`Error::ModelUnusable`].
pub fn spell(sessions: &Sessions, model: &Path, alphabet: &Alphabet, word: &str) -> Result<Option<String>> {
    let letters = alphabet.letters(word);
    if letters.is_empty() {
        return Ok(None);
    }
    let answer = sessions.with(&ENTRY.into(), model, |session| read(session, letters))?;
    Ok(Some(alphabet.sounds(&answer)))
}

fn read(session: &mut Session, letters: Vec<i64>) -> ort::Result<Vec<i64>> {
    let letters = Tensor::from_array(([1, letters.len()], letters))?;
    let outputs = session.run(ort::inputs!["chars" => letters])?;
    Ok(outputs["ids"].try_extract_tensor::<i64>()?.1.to_vec())
}

#[cfg(test)]
mod tests;
