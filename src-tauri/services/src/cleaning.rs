//! What is taken out of a sound file: its noise, its voice, its notes. File in, files out; the input is never changed.

use std::path::{Path, PathBuf};

use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::listening::{HeardNote, Pulse};
use son1k_domain::unit::{Db, Seconds};
use son1k_inference::transcriber::Settings;
use son1k_inference::{beats, denoiser, splitter, transcriber};
use son1k_sound::{self as sound, Progress, SAMPLE_RATE, SongTags};

use crate::export::write_whole;
use crate::{Error, Result, Services};

/// Of the whole, what reading and what the models take.
const READ: f32 = 0.05;
const HEARD: f32 = 0.9;
/// Of what the models take, what the notes take; the rest is for the beats.
const NOTES: f32 = 0.8;

/// How voice and backing are written.
const PARTS: Encoding = Encoding::Wav { depth: Depth::Int24 };

/// Strengths that can be asked for, in decibels.
pub const STRENGTHS: std::ops::RangeInclusive<f32> = 0.0..=denoiser::ALL.0;

/// The files that a song was split into.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    pub vocals: PathBuf,
    pub backing: PathBuf,
    /// Length of each.
    pub duration: Seconds,
}

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
    /// length. Blocks; the file appears whole or not at all.
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
        different(input, out)?;
        self.shelf.require("deepfilternet3")?;
        let stereo = read(input, progress)?;
        let cleaned = self.shelf.hear("deepfilternet3", |sessions, model| {
            listening(progress, READ, HEARD, |part| {
                denoiser::denoise(sessions, model, &stereo, strength, part)
            })
        })?;
        write(&cleaned, out, encoding, &title(input), progress, HEARD)?;
        Ok(duration(&cleaned))
    }

    /// Writes `vocals.wav` and `backing.wav` into a folder, which is made when it is not there. They sum to the song.
    /// Blocks; each file appears whole or not at all.
    ///
    /// # Errors
    /// As [`Services::denoise`].
    pub fn split(&self, input: &Path, folder: &Path, progress: &Progress<'_>) -> Result<Parts> {
        let (vocals, backing) = (folder.join("vocals.wav"), folder.join("backing.wav"));
        different(input, &vocals)?;
        different(input, &backing)?;
        self.shelf.require("spleeter-2stems")?;
        let stereo = read(input, progress)?;
        let stems = self.shelf.hear("spleeter-2stems", |sessions, model| {
            listening(progress, READ, HEARD, |part| splitter::split(sessions, model, stereo, part))
        })?;
        std::fs::create_dir_all(folder).map_err(|error| Error::writing(folder, error))?;
        let (title, half) = (title(input), (HEARD + 1.0) / 2.0);
        let first =
            Progress { report: &|done| (progress.report)(done.min(half)), cancelled: progress.cancelled };
        write(&stems.vocals, &vocals, PARTS, &title, &first, HEARD)?;
        write(&stems.backing, &backing, PARTS, &title, progress, half)?;
        Ok(Parts { vocals, backing, duration: duration(&stems.backing) })
    }

    /// Writes the notes of a sound as a MIDI file and returns them. Its time is the sound's; its tempo is the one heard,
    /// else 120 BPM. Blocks; the file appears whole or not at all.
    ///
    /// # Errors
    /// As [`Services::denoise`]. Without the model that hears beats there is no pulse, and [`Transcript::deaf`] says why.
    pub fn transcribe(
        &self,
        input: &Path,
        out: &Path,
        settings: Settings,
        progress: &Progress<'_>,
    ) -> Result<Transcript> {
        check(settings)?;
        different(input, out)?;
        self.shelf.require("basic-pitch")?;
        let stereo = read(input, progress)?;
        let after_notes = READ + (HEARD - READ) * NOTES;
        let notes = self.shelf.hear("basic-pitch", |sessions, model| {
            listening(progress, READ, after_notes, |part| {
                transcriber::notes(sessions, model, &stereo, settings, part)
            })
        })?;
        let part = Progress {
            report: &|done| (progress.report)(after_notes + (HEARD - after_notes) * done),
            cancelled: progress.cancelled,
        };
        let (pulse, deaf) = match self.pulse_of(&stereo, &part) {
            Ok(pulse) => (pulse, None),
            Err(error @ (Error::ModelMissing { .. } | Error::ModelCorrupt { .. })) => (None, Some(error)),
            Err(error) => return Err(error),
        };
        let score = son1k_composer::transcript(&title(input), &notes, pulse.as_ref());
        write_whole(out, &son1k_composer::midi(&score))?;
        (progress.report)(1.0);
        Ok(Transcript { notes, pulse, deaf, duration: duration(&stereo) })
    }

    /// Returns the beats of a sound, `None` when none is clear. `stereo` is interleaved at 44,100 Hz. Blocks.
    ///
    /// # Errors
    /// [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`], [`Error::Cancelled`].
    pub fn pulse_of(&self, stereo: &[f32], progress: &Progress<'_>) -> Result<Option<Pulse>> {
        self.shelf.hear("beatnet", |sessions, model| {
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

fn write(
    samples: &[f32],
    out: &Path,
    encoding: Encoding,
    title: &str,
    progress: &Progress<'_>,
    from: f32,
) -> Result<()> {
    let report = |done: f32| (progress.report)(from + (1.0 - from) * done);
    let progress = Progress { report: &report, cancelled: progress.cancelled };
    let tags = SongTags { title: title.to_owned(), comment: "Son1k Studio".into(), ..SongTags::default() };
    sound::encode(samples, encoding, out, &tags, &progress).map_err(|error| Error::of_writing(out, error))
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
