//! A true converter: a model that keeps to the contract of `docs/converters.md`.

use std::path::{Path, PathBuf};

use son1k_domain::converter::{ConverterGuide, limits};
use son1k_domain::id::ModelId;
use son1k_inference::Error as E;
use son1k_inference::converter::{self, Contract, Guide};
use son1k_sound::{Progress, Resampler};

use super::{Goal, Trouble};
use crate::birth;
use crate::shelf::Shelf;
use crate::voice::hearing;
use crate::voice::modulating::Original;
use crate::voice::profiles::Target;
use crate::{Error, Result};

/// Of the whole, what the samples and the rate take.
const READY: f32 = 0.1;
const SAID: f32 = 0.95;
/// As many digits of its hash as tell a model from the others in memory.
const DIGITS: usize = 16;

/// A converter that can be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(in crate::voice) contract: Contract,
    pub(in crate::voice) sha256: String,
    pub(in crate::voice) bytes: u64,
    file: PathBuf,
}

impl Model {
    /// Opens a file and looks whether it keeps to the contract.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Unreadable`], [`Error::TooLarge`], [`Trouble::Breach`], [`Error::ModelMissing`] without
    /// the runtime library, [`Error::Runtime`].
    pub(in crate::voice) fn open(shelf: &Shelf, file: &Path) -> Result<Self> {
        let meta = std::fs::metadata(file).map_err(|source| unreadable(file, source))?;
        let (bytes, limit) = (meta.len(), limits::BYTES);
        if bytes > limit {
            return Err(Error::TooLarge { bytes, limit });
        }
        if !meta.is_file() {
            return Err(Error::UnsupportedFile(called(file)));
        }
        Self::of_hash(shelf, file, birth::of_file(file)?, bytes)
    }

    /// Opens a file whose hash is known.
    ///
    /// # Errors
    /// [`Trouble::Breach`], [`Error::ModelMissing`] without the runtime library, [`Error::Runtime`].
    pub(in crate::voice) fn of_hash(shelf: &Shelf, file: &Path, sha256: String, bytes: u64) -> Result<Self> {
        let contract = converter::contract(&*shelf.sessions()?, &in_memory(&sha256), file);
        let contract = contract.map_err(|error| blamed(&called(file), error))?;
        Ok(Self { contract, sha256, bytes, file: file.to_owned() })
    }

    pub(super) fn name(&self) -> String {
        format!("{}, converter {}", self.contract.name, self.sha256)
    }

    pub(in crate::voice) fn guide(&self) -> ConverterGuide {
        match (self.contract.target, self.contract.reference.is_some()) {
            (true, true) => ConverterGuide::Both,
            (false, true) => ConverterGuide::Reference,
            _ => ConverterGuide::Speaker,
        }
    }

    pub(super) fn turn(
        &self,
        shelf: &Shelf,
        original: &Original,
        target: &Target,
        progress: &Progress<'_>,
    ) -> Result<Vec<f32>> {
        let Contract { rate, hop, .. } = self.contract;
        progress.at(0.0)?;
        let source = Resampler::new(original.rate, rate, 1)?.whole(&original.mono)?;
        let reference = match self.contract.reference {
            Some(_) => progress.part(0.0, READY, |progress| target.reference(shelf, rate, progress))?,
            None => Vec::new(),
        };
        let pitch = if self.contract.pitch { melody(original, &target.goal, rate, hop) } else { Vec::new() };
        let guide = Guide { print: &target.goal.print, reference: &reference, pitch: &pitch };
        let sessions = shelf.sessions()?;
        let said = progress.part(READY, SAID, |progress| {
            hearing(progress, |progress| {
                let id = in_memory(&self.sha256);
                converter::convert(&sessions, &id, &self.file, &self.contract, &source, &guide, progress)
            })
        });
        let said = said.map_err(|error| blamed(&self.contract.name, error))?;
        let mut turned = Resampler::new(rate, original.rate, 1)?.whole(&said)?;
        turned.resize(original.mono.len(), 0.0);
        Ok(turned)
    }
}

/// Returns the melody of a voice where the other one has its own, one value every `hop` samples at `rate`.
fn melody(original: &Original, goal: &Goal, rate: u32, hop: usize) -> Vec<f32> {
    let hertz = &original.track.hertz;
    let mut sung: Vec<f32> = hertz.iter().copied().filter(|hertz| *hertz > 0.0).collect();
    sung.sort_by(f32::total_cmp);
    let factor = match (sung.get(sung.len() / 2), &goal.traits) {
        (Some(middle), Some(traits)) => traits.middle.0 / middle,
        _ => 1.0,
    };
    let seconds = original.mono.len() as f64 / f64::from(original.rate);
    let frame = hop as f64 / f64::from(rate);
    let at = |number: usize| (number as f64 * frame / original.track.hop.0.max(1e-6)).round() as usize;
    let frames = (seconds / frame).ceil() as usize;
    (0..frames).map(|number| factor * hertz.get(at(number)).copied().unwrap_or(0.0)).collect()
}

/// Lets go of the memory of a model; its file may then be moved or removed.
pub(in crate::voice) fn unload(shelf: &Shelf, sha256: &str) {
    // Without the library nothing is in memory.
    if let Ok(sessions) = shelf.sessions() {
        sessions.unload(&in_memory(sha256));
    }
}

fn in_memory(sha256: &str) -> ModelId {
    ModelId(format!("converter {}", sha256.get(..DIGITS).unwrap_or(sha256)))
}

/// Returns what a file is called for people.
pub(super) fn called(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}

fn unreadable(file: &Path, source: std::io::Error) -> Error {
    let path = file.display().to_string();
    match source.kind() {
        std::io::ErrorKind::NotFound => Error::NotFound { what: path },
        _ => Error::Unreadable { path, source },
    }
}

/// Says which converter it was.
fn blamed(name: &str, error: E) -> Error {
    match error {
        E::Contract { breach, .. } => Trouble::Breach { name: name.to_owned(), breach }.into(),
        E::ModelMissing(_) => Trouble::Damaged(name.to_owned()).into(),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use son1k_domain::unit::Seconds;
    use son1k_inference::likeness::{VoicePrint, WIDTH};
    use son1k_voice::Track;

    use super::*;

    #[test]
    fn the_melody_keeps_its_times_at_another_hop() {
        let track = Track { hop: Seconds(0.016), hertz: vec![0.0, 200.0, 200.0, 0.0] };
        let original = Original { mono: vec![0.0; 1_024], rate: 16_000, track };
        let goal = Goal { print: VoicePrint::towards(vec![1.0; WIDTH]).unwrap(), traits: None };
        // Frames of 8 ms: two for each of the track.
        assert_eq!(melody(&original, &goal, 16_000, 128), [0.0, 200.0, 200.0, 200.0, 200.0, 0.0, 0.0, 0.0]);
        let silent = Original { track: Track { hop: Seconds(0.016), hertz: vec![] }, ..original };
        assert_eq!(melody(&silent, &goal, 16_000, 512), [0.0, 0.0]);
    }
}
