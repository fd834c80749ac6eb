//! Whether somebody speaks: Silero VAD v6.
//!
//! Silero Team, "Silero VAD: pre-trained enterprise-grade voice activity detector", 2024. How stretches are made of its
//! probabilities is that of the package silero-vad 6.2.3 (`utils_vad.py`, `get_speech_timestamps`) with its own defaults.

use std::ops::Range;
use std::path::Path;

use ort::session::Session;
use ort::value::Tensor;

use crate::{Progress, Result, Sessions};

/// Rate of the sound, in hertz.
pub const RATE: u32 = 16_000;

/// Samples that each probability is for: 32 ms.
const WINDOW: usize = 512;
/// Samples before them that the net hears again.
const CONTEXT: usize = 64;
/// What it remembers: two layers of 128 cells.
const MEMORY: [usize; 3] = [2, 1, 128];
/// Windows between two looks at the clock: 8 s.
const RUN: usize = 250;

/// Speech begins at this probability, and ends below the other.
const BEGINS: f32 = 0.5;
const ENDS: f32 = 0.35;
/// Shorter speech is none: 250 ms.
const SHORTEST: usize = 4_000;
/// Speech goes on over shorter silence: 100 ms.
const SILENCE: usize = 1_600;
/// Speech is given with so much around it: 30 ms.
const AROUND: usize = 480;

/// Returns the stretches in which somebody speaks, in samples, in their order. `mono` is at [`RATE`]. Singing counts as
/// speech when it is heard clearly; music and noise do not.
///
/// Works window by window; besides the sound it holds four bytes for each 32 ms.
///
/// # Errors
/// [`crate::Error::ModelMissing`], [`crate::Error::ModelUnusable`], [`crate::Error::Cancelled`].
pub fn speech(
    sessions: &Sessions,
    model: &Path,
    mono: &[f32],
    progress: &Progress<'_>,
) -> Result<Vec<Range<usize>>> {
    let windows = mono.len().div_ceil(WINDOW);
    let mut listening = Listening::default();
    let mut probabilities = Vec::with_capacity(windows);
    for run in mono.chunks(RUN * WINDOW) {
        progress.at(probabilities.len(), windows)?;
        probabilities.extend(sessions.with(&"silero-vad".into(), model, |session| {
            run.chunks(WINDOW).map(|window| listening.hear(session, window)).collect::<ort::Result<Vec<_>>>()
        })?);
    }
    progress.at(1, 1)?;
    Ok(stretches(&probabilities, mono.len()))
}

/// The net on its way through a sound.
struct Listening {
    memory: Vec<f32>,
    /// The context, then a window.
    heard: [f32; CONTEXT + WINDOW],
}

impl Default for Listening {
    fn default() -> Self {
        Self { memory: vec![0.0; MEMORY.iter().product()], heard: [0.0; CONTEXT + WINDOW] }
    }
}

impl Listening {
    /// Returns how likely there is speech in the next window; behind the sound is silence.
    fn hear(&mut self, session: &mut Session, window: &[f32]) -> ort::Result<f32> {
        self.heard.copy_within(WINDOW.., 0);
        self.heard[CONTEXT..].fill(0.0);
        for (place, sample) in self.heard[CONTEXT..].iter_mut().zip(window) {
            *place = if sample.is_finite() { *sample } else { 0.0 };
        }
        let input = Tensor::from_array(([1, self.heard.len()], self.heard.to_vec()))?;
        let state = Tensor::from_array((MEMORY, std::mem::take(&mut self.memory)))?;
        let rate = Tensor::from_array(((), vec![i64::from(RATE)]))?;
        let outputs = session.run(ort::inputs!["input" => input, "state" => state, "sr" => rate])?;
        self.memory = outputs["stateN"].try_extract_tensor::<f32>()?.1.to_vec();
        Ok(outputs["output"].try_extract_tensor::<f32>()?.1.first().copied().unwrap_or_default())
    }
}

/// Returns the stretches of speech in a sound of so many samples.
fn stretches(probabilities: &[f32], length: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut begun: Option<usize> = None;
    let mut quiet: Option<usize> = None;
    for (window, probability) in probabilities.iter().enumerate() {
        let now = window * WINDOW;
        if *probability >= BEGINS {
            quiet = None;
            begun.get_or_insert(now);
        } else if let Some(start) = begun.filter(|_| *probability < ENDS) {
            let end = *quiet.get_or_insert(now);
            if now - end >= SILENCE {
                found.push(start..end);
                (begun, quiet) = (None, None);
            }
        }
    }
    found.extend(begun.map(|start| start..length));
    found.retain(|speech| speech.len() > SHORTEST);
    widen(&mut found, length);
    found
}

/// Gives every stretch its surroundings; two that are near share what is between them.
fn widen(found: &mut [Range<usize>], length: usize) {
    if let Some(first) = found.first_mut() {
        first.start = first.start.saturating_sub(AROUND);
    }
    if let Some(last) = found.last_mut() {
        last.end = (last.end + AROUND).min(length);
    }
    for next in 1..found.len() {
        let between = found[next].start - found[next - 1].end;
        let around = if between < 2 * AROUND { between / 2 } else { AROUND };
        found[next - 1].end += around;
        found[next].start -= around;
    }
}

#[cfg(test)]
mod tests;
