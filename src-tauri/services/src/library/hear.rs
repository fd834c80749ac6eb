//! What is heard in a sound, a step at a time.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use serde::Serialize;
use son1k_audio::gate;
use son1k_domain::Problem;
use son1k_domain::library::FileTags;
use son1k_domain::loudness::Loudness;
use son1k_domain::music::Key;
use son1k_domain::sound::SoundFacts;
use son1k_domain::take::Tag;
use son1k_domain::unit::{Bpm, Dbfs, Dbtp, Lufs, Seconds};
use son1k_sound::{self as sound, Progress, SAMPLE_RATE, loudness, tags};

use super::{Library, look};
use crate::Result;

/// Everything that is heard in one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Analysed {
    pub path: String,
    pub facts: SoundFacts,
    pub tags: FileTags,
    pub loudness: Loudness,
    pub bpm: Option<Bpm>,
    pub key: Option<Key>,
    /// Best first; empty without the model.
    pub sounds_like: Vec<Tag>,
    /// Why it is not known what it sounds like.
    pub problem: Option<Problem>,
}

impl Library {
    /// Hears a file, in the library or not, now.
    ///
    /// # Errors
    /// Why the file is refused or cannot be decoded.
    pub fn analyse_file(&self, path: &Path) -> Result<Analysed> {
        let facts = look::check(path)?;
        let reading = |error| look::reading(path, error);
        let (tags, _) = tags::read_tags(path).map_err(reading)?;
        let samples = sound::decode(path).map_err(reading)?;
        let nobody_cancels = AtomicBool::new(false);
        let loudness = measure(&samples, &Progress { report: &|_| (), cancelled: &nobody_cancels })?;
        let (bpm, key) = gate::listen(&samples);
        let (sounds_like, problem) = match self.shelf.tags(&samples) {
            Ok(heard) => (heard, None),
            Err(error) => (Vec::new(), Some(error.describe(self.settings.language()))),
        };
        let path = path.display().to_string();
        Ok(Analysed { path, facts, tags, loudness, bpm, key, sounds_like, problem })
    }
}

/// Measures stereo interleaved samples at 44.1 kHz.
pub(super) fn measure(samples: &[f32], progress: &Progress<'_>) -> Result<Loudness> {
    let integrated = loudness::integrated(samples, progress)?;
    let true_peak = loudness::true_peak(samples, progress)?;
    let highest = samples.iter().fold(0.0f32, |most, sample| most.max(sample.abs()));
    let heard = highest > 0.0;
    Ok(Loudness {
        integrated: (integrated != loudness::SILENCE).then_some(Lufs(integrated.0)),
        range: None,
        max_momentary: None,
        max_short_term: None,
        sample_peak: heard.then(|| Dbfs(20.0 * highest.log10())),
        true_peak: heard.then_some(Dbtp(true_peak.0)),
        duration: Seconds(samples.len() as f64 / 2.0 / f64::from(SAMPLE_RATE)),
    })
}
