//! What speaking keeps between one text and the next: the lexicon of an accent, the mean of a language's voices, and what
//! is heard of a preview.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use son1k_domain::profile::BlendPart;
use son1k_domain::setting::Language;
use son1k_domain::voice::Accent;
use son1k_inference::speaker::Style;
use son1k_inference::spelling::Alphabet;
use son1k_speech::{English, Sources};

use super::preview::{Preview, Tried};
use super::{ENDING, ENGLISH, voices};
use crate::shelf::Shelf;
use crate::{Error, Result};

/// How English words are said, those of the lexicon and all others.
pub(super) struct Lexicon {
    pub(super) english: English,
    pub(super) alphabet: Alphabet,
    /// The model that says words which no lexicon has.
    pub(super) speller: PathBuf,
}

/// What is kept between texts.
#[derive(Default)]
pub(crate) struct Booth {
    lexicon: Mutex<Option<(Accent, Arc<Lexicon>)>>,
    mean: Mutex<Option<(Language, Arc<Style>)>>,
    preview: Mutex<Option<Preview>>,
    /// The keys of phrases that somebody is speaking.
    speaking: Mutex<HashSet<String>>,
    said: Condvar,
}

impl Booth {
    /// Returns the lexicon of an accent. It is read in half a second and kept until another is asked for.
    ///
    /// # Errors
    /// [`Error::ModelMissing`], [`Error::ModelCorrupt`].
    pub(super) fn lexicon(&self, shelf: &Shelf, accent: Accent) -> Result<Arc<Lexicon>> {
        let mut kept = lock(&self.lexicon);
        match &*kept {
            Some((of, lexicon)) if *of == accent => return Ok(lexicon.clone()),
            _ => *kept = None,
        }
        let lexicon = Arc::new(read_lexicon(shelf, accent)?);
        *kept = Some((accent, lexicon.clone()));
        Ok(lexicon)
    }

    /// Returns the mean of the voices of a language, which is what they have in common.
    ///
    /// # Errors
    /// [`Error::ModelMissing`], [`Error::ModelCorrupt`].
    pub(super) fn mean(&self, shelf: &Shelf, language: Language) -> Result<Arc<Style>> {
        let mut kept = lock(&self.mean);
        match &*kept {
            Some((of, mean)) if *of == language => return Ok(mean.clone()),
            _ => *kept = None,
        }
        let speaking = voices().into_iter().filter(|voice| voice.language == language);
        let styles = speaking.map(|voice| style(shelf, voice.id.as_str())).collect::<Result<Vec<_>>>()?;
        let mean = Arc::new(Style::mean(&styles));
        *kept = Some((language, mean.clone()));
        Ok(mean)
    }

    /// Makes a phrase the caller's to speak, and returns whether somebody else spoke it until now: what is prepared and asked
    /// for at the same time is spoken once.
    pub(super) fn claim(&self, phrase: &str) -> (Claim<'_>, bool) {
        let mut speaking = lock(&self.speaking);
        let mut waited = false;
        while speaking.contains(phrase) {
            waited = true;
            speaking = self.said.wait(speaking).unwrap_or_else(PoisonError::into_inner);
        }
        speaking.insert(phrase.to_owned());
        (Claim { booth: self, phrase: phrase.to_owned() }, waited)
    }

    /// Keeps a preview for as long as nothing else is previewed.
    pub(super) fn keep(&self, preview: Preview) {
        *lock(&self.preview) = Some(preview);
    }

    /// Returns the stretch of a sound whose voice was tried last, if nothing else was previewed since.
    pub(super) fn tried(&self) -> Option<Tried> {
        lock(&self.preview).as_ref().and_then(|preview| preview.tried.clone())
    }
}

/// A phrase that one speaks and others wait for.
pub(super) struct Claim<'a> {
    booth: &'a Booth,
    phrase: String,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        lock(&self.booth.speaking).remove(&self.phrase);
        self.booth.said.notify_all();
    }
}

/// Returns the style of a voice.
pub(super) fn style(shelf: &Shelf, voice: &str) -> Result<Style> {
    let bytes = file(shelf, "kokoro-voices", &format!("{voice}{ENDING}"))?;
    Style::read(&bytes).map_err(|error| {
        tracing::warn!(%error, voice, "not the style of a voice");
        damaged(shelf, "kokoro-voices")
    })
}

/// Returns the style of a blend.
pub(super) fn blended(shelf: &Shelf, blend: &[BlendPart]) -> Result<Style> {
    let styles = blend.iter().map(|part| style(shelf, part.voice.as_str())).collect::<Result<Vec<_>>>()?;
    let parts: Vec<_> = styles.iter().zip(blend.iter().map(|part| part.weight)).collect();
    Ok(if let [(only, _)] = parts[..] { only.clone() } else { Style::blend(&parts) })
}

fn read_lexicon(shelf: &Shelf, accent: Accent) -> Result<Lexicon> {
    let british = accent == Accent::British;
    let (place, letters) = if british { ("gb", "oov_gb") } else { ("us", "oov") };
    let gold = file(shelf, ENGLISH, &format!("lexicon_{place}_gold.json.gz"))?;
    let silver = file(shelf, ENGLISH, &format!("lexicon_{place}_silver.json.gz"))?;
    let tagger = file(shelf, ENGLISH, "tagger.json.gz")?;
    let exceptions = file(shelf, ENGLISH, "tokenizer_exceptions.json")?;
    let normalize = file(shelf, ENGLISH, "normalize.json")?;
    let sources = Sources {
        gold: &gold,
        silver: &silver,
        tagger: &tagger,
        exceptions: &exceptions,
        normalize: &normalize,
    };
    let spoilt = |error: &dyn std::fmt::Display| {
        tracing::warn!(%error, "the English lexicon cannot be read");
        damaged(shelf, ENGLISH)
    };
    let alphabet = file(shelf, ENGLISH, &format!("{letters}.json"))?;
    Ok(Lexicon {
        english: English::new(sources, british).map_err(|error| spoilt(&error))?,
        alphabet: Alphabet::read(&alphabet).map_err(|error| spoilt(&error))?,
        speller: shelf.file(ENGLISH, &format!("{letters}.onnx"))?,
    })
}

fn file(shelf: &Shelf, entry: &str, name: &str) -> Result<Vec<u8>> {
    let path = shelf.file(entry, name)?;
    std::fs::read(&path).map_err(|source| Error::Unreadable { path: path.display().to_string(), source })
}

/// Returns the error of a file that is not what its entry promises; the hash says whose fault that is.
fn damaged(shelf: &Shelf, entry: &str) -> Error {
    match shelf.verify(&entry.into()) {
        Err(error) => error,
        Ok(()) => Error::Internal(format!("{entry} is whole and cannot be read")),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
