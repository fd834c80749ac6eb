//! A profile as the voice that another is turned toward.

use std::path::{Path, PathBuf};

use son1k_domain::certificate::ConsentReceipt;
use son1k_domain::id::ProfileId;
use son1k_domain::profile::{Profile, Sample};
use son1k_sound::{Progress, Reader, Resampler};

use super::closest::usable;
use super::recording::{RATE, Recording};
use super::samples;
use crate::shelf::Shelf;
use crate::voice::converting::Goal;
use crate::voice::modulating;
use crate::{Error, Result, Services};

/// Seconds of the samples that a converter is given; more does not help those that are known.
const REFERENCE: f64 = 20.0;
/// What voices of profiles begin with, where one is named as a voice.
const PREFIX: &str = "profile:";

/// Whose voice another is turned toward.
pub(in crate::voice) struct Target {
    pub(in crate::voice) name: String,
    pub(in crate::voice) goal: Goal,
    /// Who has consented to it; empty for the musician's own voice.
    pub(in crate::voice) consent: Vec<ConsentReceipt>,
    /// Files of the samples that can be used.
    files: Vec<PathBuf>,
}

impl Services {
    /// Returns the profile of an id or a name, whether large or small letters are used.
    ///
    /// # Errors
    /// [`Error::NotFound`] without one, or when several have the name.
    pub fn find_profile(&self, text: &str) -> Result<ProfileId> {
        let id = text.strip_prefix(PREFIX).unwrap_or(text);
        let all = self.profiles.list();
        if let Some(profile) = all.iter().find(|profile| profile.id.as_str() == id) {
            return Ok(profile.id.clone());
        }
        let called: Vec<&Profile> =
            all.iter().filter(|profile| profile.name.to_lowercase() == text.trim().to_lowercase()).collect();
        match called[..] {
            [only] => Ok(only.id.clone()),
            _ => Err(Error::NotFound { what: text.to_owned() }),
        }
    }

    /// Checks that a voice may be turned toward that of a profile, and that what it takes is on the shelf.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Trouble::NoConsent`](super::Trouble::NoConsent),
    /// [`Trouble::NoSamples`](super::Trouble::NoSamples), [`Error::ModelMissing`], [`Error::ModelCorrupt`].
    pub(in crate::voice) fn check_target(&self, id: &ProfileId) -> Result<()> {
        usable(&self.profiles.get(id)?)?;
        self.shelf.require_all(&samples::NEEDS)?;
        self.shelf.require_all(&modulating::NEEDS)
    }

    /// Listens to the samples of a profile.
    ///
    /// # Errors
    /// As [`Services::check_target`], and those of reading a sample.
    pub(in crate::voice) fn target(&self, id: &ProfileId, progress: &Progress<'_>) -> Result<Target> {
        self.check_target(id)?;
        let profile = self.profiles.get(id)?;
        let samples = usable(&profile)?;
        let goal = self.goal(&profile, &samples, progress)?;
        let file = |sample: &&Sample| self.profiles.file(&profile.id, sample);
        let files = samples.iter().map(file).collect();
        let consent = if profile.own { Vec::new() } else { profile.consent.clone() };
        Ok(Target { name: profile.name, goal, consent, files })
    }
}

impl Target {
    /// Returns some seconds of what is said in the samples, mono at `rate`.
    ///
    /// # Errors
    /// Those of reading a sample, [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`],
    /// [`Error::Cancelled`].
    pub(in crate::voice) fn reference(
        &self,
        shelf: &Shelf,
        rate: u32,
        progress: &Progress<'_>,
    ) -> Result<Vec<f32>> {
        let (mut reference, most) = (Vec::new(), (REFERENCE * f64::from(rate)) as usize);
        for file in &self.files {
            progress.check()?;
            if reference.len() >= most {
                break;
            }
            let quiet = Progress { report: &|_| (), cancelled: progress.cancelled };
            let seconds = (most - reference.len()) as f64 / f64::from(rate);
            reference.extend(spoken(file, &Recording::read(file, shelf, &quiet)?, seconds, rate)?);
        }
        reference.truncate(most);
        Ok(reference)
    }
}

/// Returns what is said in a sample, with all that its file has of it: the recording is only at 16 kHz.
fn spoken(file: &Path, recording: &Recording, seconds: f64, rate: u32) -> Result<Vec<f32>> {
    let reading = |error| Error::of_reading(file, error);
    let mut reader = Reader::open(file).map_err(reading)?;
    let (from, downmix) = (reader.spec().rate, reader.downmix());
    let place = |sample: usize| (sample as f64 * f64::from(from) / f64::from(RATE)) as usize;
    let most = (seconds * f64::from(from)) as usize;
    let (mut mono, mut speech, mut block, mut stereo) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for stretch in &recording.speech {
        let (start, end) = (place(stretch.start), place(stretch.end));
        while mono.len() < end && reader.read(&mut block).map_err(reading)? > 0 {
            stereo.clear();
            downmix.append(&block, &mut stereo);
            mono.extend(stereo.as_chunks().0.iter().map(|[left, right]: &[f32; 2]| 0.5 * (left + right)));
        }
        speech.extend_from_slice(&mono[start.min(mono.len())..end.min(mono.len())]);
        if speech.len() >= most {
            speech.truncate(most);
            break;
        }
    }
    Ok(Resampler::new(from, rate, 1)?.whole(&speech)?)
}
