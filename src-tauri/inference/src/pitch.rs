//! The pitch of a voice or of one instrument at a time: SwiftF0.
//!
//! L. Nieradzik, "SwiftF0: fast and accurate monophonic pitch detection", 2025; the windows and the rule for silence are
//! those of the package swift-f0 0.3.0 (`core.py`). Of several voices at once it follows none.

use std::ops::{Range, RangeInclusive};
use std::path::Path;

use ort::session::Session;
use ort::value::Tensor;
use son1k_domain::unit::Hertz;

use crate::{Progress, Result, Sessions};

/// Rate of the sound, in hertz.
pub const RATE: u32 = 16_000;
/// Samples between two frames: 16 ms.
pub const HOP: usize = 256;
/// From this confidence on somebody sings or speaks; the net is calibrated to it.
pub const VOICED: f32 = 0.5;

/// What the net can hear.
const LOWEST: f32 = 46.875;
const HIGHEST: f32 = 2_093.75;
/// Steps of its scale; a range must hold at least one.
const STEPS: f32 = 94.0;
/// Frames that a run gives: 30 s.
const RUN: usize = 1_875;
/// Frames that it hears before them and behind them: as far as the net reaches, so that seams change nothing.
const BEFORE: usize = 11;
const BEHIND: usize = 10;
/// Frames that peak below this are silent; the net, which never met digital silence, would answer at random.
const SILENCE: f32 = 1e-3;

/// The pitch over time. Frame `n` is centred on sample `n · hop`; there is one for each whole hop, and one for a shorter
/// sound.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pitch {
    /// Samples between two frames.
    pub hop: usize,
    /// Samples a second.
    pub rate: u32,
    /// The likeliest pitch of each frame, voiced or not.
    pub hertz: Vec<f32>,
    /// How sure it is that there is one, 0 to 1; from [`VOICED`] on there is.
    pub confidence: Vec<f32>,
}

/// Returns the pitch of a sound. `mono` is at [`RATE`]. Only pitches within `range` are looked for; the net hears those from
/// 46.9 to 2,094 Hz, and a range of less than a step of its scale (0.7 of a semitone) is widened to one.
///
/// Works through stretches of half a minute; besides the sound and the result it holds one of them.
///
/// # Errors
/// [`crate::Error::ModelMissing`], [`crate::Error::ModelUnusable`], [`crate::Error::Cancelled`].
pub fn pitch(
    sessions: &Sessions,
    model: &Path,
    mono: &[f32],
    range: RangeInclusive<Hertz>,
    progress: &Progress<'_>,
) -> Result<Pitch> {
    let range = audible(&range);
    let frames = if mono.is_empty() { 0 } else { (mono.len() / HOP).max(1) };
    let mut heard = Pitch { hop: HOP, rate: RATE, ..Pitch::default() };
    for start in (0..frames).step_by(RUN) {
        progress.at(start, frames)?;
        let end = (start + RUN).min(frames);
        let first = start.saturating_sub(BEFORE);
        let sound = stretch(mono, first * HOP, if end < frames { (end + BEHIND) * HOP } else { mono.len() });
        let (hertz, mut sure) =
            sessions.with(&"swift-f0".into(), model, |session| hear(session, sound.clone(), range))?;
        silence(&sound, &mut sure);
        let given = start - first..end - first;
        heard.hertz.extend(of(&hertz, &given));
        heard.confidence.extend(of(&sure, &given));
    }
    progress.at(1, 1)?;
    Ok(heard)
}

/// Returns the limits that the net is given.
fn audible(range: &RangeInclusive<Hertz>) -> (f32, f32) {
    let step = (HIGHEST / LOWEST).powf(1.0 / STEPS);
    // `max` and `min` let go of a limit that is no number.
    let lowest = range.start().0.max(LOWEST).min(HIGHEST / step);
    (lowest, range.end().0.min(HIGHEST).max(lowest * step))
}

/// Returns a stretch of the sound in which every sample is a number.
fn stretch(mono: &[f32], begin: usize, end: usize) -> Vec<f32> {
    let samples = &mono[begin..end.min(mono.len())];
    samples.iter().map(|sample| if sample.is_finite() { *sample } else { 0.0 }).collect()
}

fn hear(
    session: &mut Session,
    sound: Vec<f32>,
    (lowest, highest): (f32, f32),
) -> ort::Result<(Vec<f32>, Vec<f32>)> {
    let limit = |hertz| Tensor::from_array(((), vec![hertz]));
    let sound = Tensor::from_array(([1, sound.len()], sound))?;
    let inputs = ort::inputs!["audio" => sound, "fmin" => limit(lowest)?, "fmax" => limit(highest)?];
    let outputs = session.run(inputs)?;
    let hertz = outputs["pitch"].try_extract_tensor::<f64>()?.1.iter().map(|hertz| *hertz as f32).collect();
    Ok((hertz, outputs["confidence"].try_extract_tensor::<f32>()?.1.to_vec()))
}

/// Takes the confidence of frames in which nothing sounds.
fn silence(sound: &[f32], sure: &mut [f32]) {
    for (sure, hop) in sure.iter_mut().zip(sound.chunks(HOP)) {
        if hop.iter().all(|sample| sample.abs() < SILENCE) {
            *sure = 0.0;
        }
    }
}

/// Returns the values of these frames.
fn of<'a>(values: &'a [f32], frames: &Range<usize>) -> impl Iterator<Item = f32> + use<'a> {
    values.iter().copied().skip(frames.start).take(frames.len())
}

#[cfg(test)]
mod tests;
