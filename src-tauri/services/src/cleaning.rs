//! What is taken out of a sound file: its noise, its voice, its notes. File in, files out; the input is never changed.

mod chain;
mod denoising;
mod notes;
mod parts;
mod queue;

use std::path::Path;

use son1k_domain::cleaning::Cleaning;
use son1k_domain::encoding::Encoding;
use son1k_domain::listening::{HeardNote, Pulse};
use son1k_domain::unit::{Db, Seconds};
use son1k_inference::transcriber::Settings;
use son1k_inference::{beats, denoiser, transcriber};
use son1k_sound::{self as sound, Progress, SAMPLE_RATE};

use crate::export::write_whole;
use crate::shelf::Shelf;
use crate::{Error, Result, Services};

pub use chain::Cleaned;
pub use parts::Parts;

/// Of the whole, what reading and what the models take.
const READ: f32 = 0.05;
const HEARD: f32 = 0.9;
/// Of what the models take, what the notes take; the rest is for the beats.
const NOTES: f32 = 0.8;

/// Strengths that can be asked for, in decibels.
pub const STRENGTHS: std::ops::RangeInclusive<f32> = 0.0..=denoiser::ALL.0;

/// What was heard in a sound.
#[derive(Debug)]
pub struct Transcript {
    /// In the order of their starts.
    pub notes: Vec<HeardNote>,
    /// `None` when no beat is clear, or when it could not be listened for.
    pub pulse: Option<Pulse>,
    /// Why nobody listened for the pulse: its model is not there.
    pub deaf: Option<Error>,
    pub duration: Seconds,
}

impl Services {
    /// Writes the sound without its noise, which is turned down by at most `strength` ([`STRENGTHS`]), and returns its
    /// length; see [`Services::clean_file`].
    ///
    /// # Errors
    /// [`Error::InvalidField`], [`Error::NotFound`], [`Error::Unreadable`], [`Error::SoundRefused`], [`Error::SameFile`], [`Error::ModelMissing`],
    /// [`Error::ModelCorrupt`], [`Error::Runtime`], [`Error::Unwritable`], [`Error::DiskFull`], [`Error::Cancelled`].
    pub fn denoise(
        &self,
        input: &Path,
        out: &Path,
        encoding: Encoding,
        strength: Db,
        progress: &Progress<'_>,
    ) -> Result<Seconds> {
        if !STRENGTHS.contains(&strength.0) {
            return Err(invalid("strength", strength.0));
        }
        // What is left of the noise is what the model does not get to keep.
        let kept = if strength.0 >= denoiser::ALL.0 { 1.0 } else { 1.0 - Db(-strength.0).amplitude() };
        let cleaning = Cleaning { denoise: Some(kept), ..Cleaning::default() };
        Ok(self.clean_file(input, out, Some(encoding), &cleaning, progress)?.duration)
    }

    /// Writes the notes of a sound as a MIDI file and returns them. Its time is the sound's; its tempo is the one heard,
    /// else 120 BPM. Blocks; the file appears whole or not at all.
    ///
    /// # Errors
    /// As [`Services::denoise`], and [`Error::SoundRefused`] for more than half an hour. Without the model that hears beats there is no pulse, and [`Transcript::deaf`] says why.
    pub fn transcribe(
        &self,
        input: &Path,
        out: &Path,
        settings: Settings,
        progress: &Progress<'_>,
    ) -> Result<Transcript> {
        check(settings)?;
        different(input, out)?;
        let transcript = self.listen(input, settings, progress)?;
        let score = son1k_composer::transcript(&title(input), &transcript.notes, transcript.pulse.as_ref());
        write_whole(out, &son1k_composer::midi(&score))?;
        Ok(transcript)
    }

    /// Returns the notes of a sound, half an hour at most.
    fn listen(&self, input: &Path, settings: Settings, progress: &Progress<'_>) -> Result<Transcript> {
        self.shelf.require("basic-pitch")?;
        let stereo = read(input, progress)?;
        let after_notes = READ + (HEARD - READ) * NOTES;
        let notes = self.shelf.hear("basic-pitch", |sessions, model| {
            listening(progress, READ, after_notes, |part| {
                transcriber::notes(sessions, model, &stereo, settings, part)
            })
        })?;
        let pulse = progress.part(after_notes, HEARD, |part| self.shelf.pulse(&stereo, part));
        let (pulse, deaf) = match pulse {
            Ok(pulse) => (pulse, None),
            Err(error @ (Error::ModelMissing { .. } | Error::ModelCorrupt { .. })) => (None, Some(error)),
            Err(error) => return Err(error),
        };
        progress.at(1.0)?;
        Ok(Transcript { notes, pulse, deaf, duration: duration(&stereo) })
    }
}

impl Shelf {
    /// Returns the beats of a sound, `None` when none is clear. `stereo` is interleaved at 44,100 Hz. Blocks.
    ///
    /// # Errors
    /// [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`], [`Error::Cancelled`].
    pub fn pulse(&self, stereo: &[f32], progress: &Progress<'_>) -> Result<Option<Pulse>> {
        self.hear("beatnet", |sessions, model| {
            listening(progress, 0.0, 1.0, |part| beats::pulse(sessions, model, stereo, part))
        })
    }
}

/// Lets a model work with its own 0…1 mapped to `from`…`to` of the whole.
fn listening<T>(
    progress: &Progress<'_>,
    from: f32,
    to: f32,
    work: impl FnOnce(&son1k_inference::Progress<'_>) -> son1k_inference::Result<T>,
) -> son1k_inference::Result<T> {
    let report = |done: f32| (progress.report)(from + (to - from) * done);
    work(&son1k_inference::Progress { report: &report, cancelled: progress.cancelled })
}

fn read(input: &Path, progress: &Progress<'_>) -> Result<Vec<f32>> {
    progress.at(0.0)?;
    let samples = sound::decode(input).map_err(|error| Error::of_reading(input, error))?;
    progress.at(READ)?;
    Ok(samples)
}

/// Checks that what is written is not what is read.
pub(crate) fn different(input: &Path, out: &Path) -> Result<()> {
    match (input.canonicalize(), out.canonicalize()) {
        (Ok(one), Ok(other)) if one == other => Err(Error::SameFile(out.display().to_string())),
        _ => Ok(()),
    }
}

fn check(settings: Settings) -> Result<()> {
    let share = |field, value: f32| {
        if (0.0..=1.0).contains(&value) { Ok(()) } else { Err(invalid(field, value)) }
    };
    share("onset", settings.onset)?;
    share("frame", settings.frame)?;
    match settings.shortest.0 {
        seconds if (0.0..=10.0).contains(&seconds) => Ok(()),
        seconds => Err(invalid("shortest", seconds)),
    }
}

fn invalid(field: &str, value: impl ToString) -> Error {
    Error::InvalidField { field: field.to_owned(), value: value.to_string() }
}

fn title(input: &Path) -> String {
    input.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn duration(stereo: &[f32]) -> Seconds {
    Seconds((stereo.len() / 2) as f64 / f64::from(SAMPLE_RATE))
}

#[cfg(test)]
mod tests;
