//! Who speaks: Resemblyzer, a vector for each voice.
//!
//! L. Wan, Q. Wang, A. Papir and I. Lopez Moreno, "Generalized end-to-end loss for speaker verification", ICASSP 2018. What is
//! done before the net and with its vectors is that of the package Resemblyzer 0.1.4 (`audio.py`, `voice_encoder.py`), but for
//! its voice activity detector: whoever calls has a better one.

use std::path::Path;

use ort::session::Session;
use ort::value::Tensor;

use crate::mel::Bands;
use crate::stft::{Bin, Stft, hann};
use crate::{Progress, Result, Sessions};

/// Rate of the sound, in hertz.
pub const RATE: u32 = 16_000;
/// Numbers of a vector.
pub const WIDTH: usize = 256;
/// From this likeness on two recordings are most probably of one voice: the same person gives 0.85 to 0.99, two people of the
/// same sex 0.5 to 0.8.
pub const SAME: f32 = 0.85;

const FRAME: usize = 400;
const HOP: usize = 160;
const BANDS: usize = 40;
/// Frames that the net hears at once: 1.6 s.
const WINDOW: usize = 160;
/// Frames between two windows: 0.77 s, which is 1.3 windows a second.
const STEP: usize = 77;
/// The last window is heard when so much of it is sound.
const COVERED: f32 = 0.75;
/// Level of speech that the net was trained with, as an amplitude; quieter speech is brought up to it: −30 dBFS.
const LEVEL: f32 = 0.031_622_776;
/// Windows of one run: 12 s.
const RUN: usize = 16;

/// A voice as a direction: none of its numbers is negative, and its length is 1.
#[derive(Debug, Clone, PartialEq)]
pub struct VoicePrint(Vec<f32>);

impl VoicePrint {
    /// Returns what several have in common; `None` without any.
    pub fn mean<'a>(prints: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let mut sum = vec![0.0; WIDTH];
        for print in prints {
            sum.iter_mut().zip(&print.0).for_each(|(sum, value)| *sum += value);
        }
        Self::towards(sum)
    }

    /// Returns how alike two voices are: the cosine between them, 0 to 1. See [`SAME`].
    pub fn likeness(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum::<f32>().min(1.0)
    }

    /// Returns the voice between others, each with its weight; `None` when nothing is left.
    pub fn blend<'a>(parts: impl IntoIterator<Item = (&'a Self, f32)>) -> Option<Self> {
        let mut sum = vec![0.0; WIDTH];
        for (print, weight) in parts {
            sum.iter_mut().zip(&print.0).for_each(|(sum, value)| *sum += weight * value);
        }
        Self::towards(sum)
    }

    /// Returns its numbers, [`WIDTH`] of them.
    pub fn values(&self) -> &[f32] {
        &self.0
    }

    /// Returns the direction of [`WIDTH`] numbers; `None` when they have none.
    pub fn towards(mut values: Vec<f32>) -> Option<Self> {
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        let points = values.len() == WIDTH && length.is_finite() && length > 1e-6;
        values.iter_mut().for_each(|value| *value /= length);
        points.then_some(Self(values))
    }
}

/// Returns the voice of each window of 1.6 s, one every 0.77 s. `mono` is at [`RATE`] and should be speech without long
/// pauses; a sound that is shorter than a window gives one. Silence gives none.
///
/// Besides the sound it holds 160 bytes for each 10 ms.
///
/// # Errors
/// [`crate::Error::ModelMissing`], [`crate::Error::ModelUnusable`], [`crate::Error::Cancelled`].
pub fn prints(
    sessions: &Sessions,
    model: &Path,
    mono: &[f32],
    progress: &Progress<'_>,
) -> Result<Vec<VoicePrint>> {
    let sound = brought_up(mono);
    if sound.iter().all(|sample| *sample == 0.0) {
        return Ok(Vec::new());
    }
    let (mels, starts) = (spectrogram(&sound), windows(sound.len()));
    let mut found = Vec::with_capacity(starts.len());
    for run in starts.chunks(RUN) {
        progress.at(found.len(), starts.len())?;
        let vectors = sessions.with(&"resemblyzer".into(), model, |session| hear(session, &mels, run))?;
        found.extend(vectors.chunks(WIDTH).filter_map(|vector| VoicePrint::towards(vector.to_vec())));
    }
    progress.at(1, 1)?;
    Ok(found)
}

/// Returns the voice of a whole sound, `None` when nothing sounds in it; see [`prints`].
///
/// # Errors
/// As [`prints`].
pub fn print(
    sessions: &Sessions,
    model: &Path,
    mono: &[f32],
    progress: &Progress<'_>,
) -> Result<Option<VoicePrint>> {
    Ok(VoicePrint::mean(&prints(sessions, model, mono, progress)?))
}

/// Returns the sound at the level of the training, unless it is louder.
fn brought_up(mono: &[f32]) -> Vec<f32> {
    let whole = |sample: &f32| if sample.is_finite() { *sample } else { 0.0 };
    let power: f64 = mono.iter().map(|sample| f64::from(whole(sample)).powi(2)).sum();
    let level = (power / mono.len().max(1) as f64).sqrt() as f32;
    let gain = if level > 0.0 { (LEVEL / level).max(1.0) } else { 0.0 };
    mono.iter().map(|sample| whole(sample) * gain).collect()
}

/// Returns the power in each band of each frame, [`BANDS`] a frame; frames are centred on every [`HOP`]th sample.
fn spectrogram(sound: &[f32]) -> Vec<f32> {
    let bands = Bands::new(BANDS, FRAME, RATE as usize);
    let mut stft = Stft::new(hann(FRAME));
    let mut spectrum = vec![Bin::ZERO; stft.bins()];
    let mut mels = Vec::with_capacity((sound.len() / HOP + 1) * BANDS);
    for frame in 0..=(sound.len() + FRAME / 2) / HOP {
        stft.spectrum(sound, (frame * HOP) as isize - (FRAME / 2) as isize, &mut spectrum);
        let power: Vec<f32> = spectrum.iter().map(|bin| bin.norm_sqr()).collect();
        mels.extend(bands.of(&power));
    }
    mels
}

/// Returns the frames at which windows begin (`compute_partial_slices`).
fn windows(samples: usize) -> Vec<usize> {
    let frames = (samples + 1).div_ceil(HOP);
    let mut starts: Vec<usize> =
        (0..(frames + STEP + 1).saturating_sub(WINDOW).max(1)).step_by(STEP).collect();
    let covered = |start: usize| samples.saturating_sub(start * HOP) as f32 / (WINDOW * HOP) as f32;
    if starts.len() > 1 && starts.last().is_some_and(|last| covered(*last) < COVERED) {
        starts.pop();
    }
    starts
}

fn hear(session: &mut Session, mels: &[f32], starts: &[usize]) -> ort::Result<Vec<f32>> {
    let size = WINDOW * BANDS;
    let mut heard = vec![0.0; starts.len() * size];
    for (window, start) in heard.chunks_mut(size).zip(starts) {
        // Behind the sound is silence.
        let there = mels.get(start * BANDS..).unwrap_or_default();
        window.iter_mut().zip(there).for_each(|(place, mel)| *place = *mel);
    }
    let heard = Tensor::from_array(([starts.len(), WINDOW, BANDS], heard))?;
    let outputs = session.run(ort::inputs!["mels" => heard])?;
    Ok(outputs["vectors"].try_extract_tensor::<f32>()?.1.to_vec())
}

#[cfg(test)]
mod tests;
