//! The notes of a sound: Basic Pitch, for any instrument or voice, several notes at once.
//!
//! R. M. Bittner, J. J. Bosch, D. Rubinstein, G. Meseguer-Brocal and S. Ewert, "A lightweight instrument-agnostic model
//! for polyphonic note transcription and multipitch estimation", ICASSP 2022. It hears pitches, not drums; many voices at
//! once, reverb and vibrato blur them. Bends within a note are not told.

mod notes;

use std::path::Path;

use ort::session::Session;
use ort::value::Tensor;
use son1k_domain::listening::HeardNote;
use son1k_domain::unit::Seconds;

use crate::resample::Resampler;
use crate::{Progress, Result, Sessions, stft};
use notes::Roll;

/// Rate of the sound, and of the net.
const RATE: usize = 44_100;
const NET_RATE: usize = 22_050;
/// Samples between two frames: 11.6 ms.
const HOP: usize = 256;
/// What the net hears at once: 2 s less a frame, which gives 172 frames.
const HEARD: usize = 43_844;
const FRAMES: usize = 172;
/// Frames at both edges that do not count: there the net knows one side only.
const MARGIN: usize = 15;
const RUN: usize = FRAMES - 2 * MARGIN;
const KEYS: usize = 88;
/// Outputs of the net (Basic Pitch 0.4.0, `inference.py`); 0 is a finer pitch contour.
const NOTES: &str = "StatefulPartitionedCall:1";
const ONSETS: &str = "StatefulPartitionedCall:2";

/// What counts as a note.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// How sure the beginning of a note must be, 0 to 1: higher gives fewer, surer notes.
    pub onset: f32,
    /// How sure a note must be to last, 0 to 1: lower gives longer notes.
    pub frame: f32,
    /// Shorter notes are left out.
    pub shortest: Seconds,
}

impl Default for Settings {
    /// Those of Basic Pitch.
    fn default() -> Self {
        Self { onset: 0.5, frame: 0.3, shortest: Seconds(0.128) }
    }
}

/// Returns the notes in the order of their starts, then of their keys. `stereo` is interleaved at 44,100 Hz.
///
/// Works through stretches of 1.6 s; besides the sound it holds its mono mix and 704 bytes for each 11.6 ms.
///
/// # Errors
/// [`crate::Error::ModelMissing`], [`crate::Error::ModelUnusable`], [`crate::Error::Cancelled`].
pub fn notes(
    sessions: &Sessions,
    model: &Path,
    stereo: &[f32],
    settings: Settings,
    progress: &Progress<'_>,
) -> Result<Vec<HeardNote>> {
    let mono = stft::mono(stereo);
    let resampler = Resampler::new(RATE, NET_RATE);
    let frames = resampler.length(mono.len()).div_ceil(HOP);
    let (mut sounding, mut struck) = (Roll::default(), Roll::default());
    for start in (0..frames).step_by(RUN) {
        progress.at(start, frames)?;
        let sound = stretch(&resampler, &mono, start);
        let heard = sessions.with(&"basic-pitch".into(), model, |session| hear(session, sound))?;
        let rows = MARGIN * KEYS..(MARGIN + RUN.min(frames - start)) * KEYS;
        sounding.extend(&heard.notes[rows.clone()]);
        struck.extend(&heard.onsets[rows]);
    }
    let notes = notes::find(&sounding, struck, settings);
    progress.at(1, 1)?;
    Ok(notes)
}

/// Returns what the net hears for the frames from `start` on, with the margin before them; around the sound is silence.
fn stretch(resampler: &Resampler, mono: &[f32], start: usize) -> Vec<f32> {
    let before = MARGIN.saturating_sub(start) * HOP;
    let begin = start.saturating_sub(MARGIN) * HOP;
    let mut sound = vec![0.0; before];
    sound.extend(resampler.stretch(mono, begin..begin + HEARD - before));
    sound.resize(HEARD, 0.0);
    sound
}

/// Probabilities, [`KEYS`] for each of [`FRAMES`].
struct Heard {
    notes: Vec<f32>,
    onsets: Vec<f32>,
}

fn hear(session: &mut Session, sound: Vec<f32>) -> ort::Result<Heard> {
    let sound = Tensor::from_array(([1, HEARD, 1], sound))?;
    let outputs = session.run(ort::inputs!["serving_default_input_2:0" => sound])?;
    let (_, notes) = outputs[NOTES].try_extract_tensor::<f32>()?;
    let (_, onsets) = outputs[ONSETS].try_extract_tensor::<f32>()?;
    Ok(Heard { notes: notes.to_vec(), onsets: onsets.to_vec() })
}

#[cfg(test)]
mod tests;
