//! What is heard in a file now, in the library or not.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use serde::Serialize;
use son1k_audio::gate;
use son1k_domain::Problem;
use son1k_domain::library::FileTags;
use son1k_domain::listening::Pulse;
use son1k_domain::loudness::Loudness;
use son1k_domain::music::Key;
use son1k_domain::sound::{Damage, SoundFacts};
use son1k_domain::take::Tag;
use son1k_domain::unit::Bpm;
use son1k_sound::{self as sound, tags};

use super::{Library, look};
use crate::Result;
use crate::measuring::measure_file;

/// Everything that is heard in one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Analysed {
    pub path: String,
    pub facts: SoundFacts,
    pub tags: FileTags,
    pub loudness: Loudness,
    /// What could not be read of the file.
    pub damage: Damage,
    /// That of the beats, where they are heard.
    pub bpm: Option<Bpm>,
    pub key: Option<Key>,
    /// Tempo, bar and beats; none without the model, or when no beat is clear.
    pub pulse: Option<Pulse>,
    /// Best first; empty without the model.
    pub sounds_like: Vec<Tag>,
    /// Why tempo, key, beats or likeness are not known.
    pub problem: Option<Problem>,
}

impl Library {
    /// Hears a file, in the library or not, now.
    ///
    /// # Errors
    /// Why the file is refused or cannot be read.
    pub fn analyse_file(&self, path: &Path) -> Result<Analysed> {
        let facts = look::check(path)?;
        let reading = |error| look::reading(path, error);
        let (tags, _) = tags::read_tags(path).map_err(reading)?;
        let (measurement, damage) = measure_file(path, &AtomicBool::new(false))?;
        let mut heard = Analysed {
            path: path.display().to_string(),
            facts,
            tags,
            loudness: measurement.loudness,
            damage,
            bpm: None,
            key: None,
            pulse: None,
            sounds_like: Vec::new(),
            problem: None,
        };
        let listened = sound::decode(path).map_err(reading).and_then(|samples| {
            (heard.bpm, heard.key) = gate::listen(&samples);
            let progress = sound::Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
            let pulse = self.shelf.pulse(&samples, &progress).map(|pulse| {
                heard.bpm = pulse.as_ref().map(|pulse| pulse.bpm).or(heard.bpm);
                heard.pulse = pulse;
            });
            heard.sounds_like = self.shelf.tags(&samples)?;
            pulse
        });
        if let Err(error) = listened {
            heard.problem = Some(error.describe(self.settings.language()));
        }
        Ok(heard)
    }
}
