//! Beats and downbeats: the net of BeatNet tells where one may be, a bar of steady beats decides.
//!
//! M. Heydari, F. Cwitkowitz and Z. Duan, "BeatNet: CRNN and particle filtering for online joint beat, downbeat and meter
//! tracking", ISMIR 2021. Bars have three or four beats and one tempo of 55 to 215 BPM that may drift; a change of meter
//! within a song is not followed, and music without drums or clear attacks often has a tempo of half or double.

mod accents;
mod bars;
mod features;

use std::path::Path;

use ort::session::Session;
use ort::value::{Tensor, TensorRef};
use son1k_domain::listening::{Beat, Pulse};
use son1k_domain::unit::{Bpm, Seconds};

use crate::resample::Resampler;
use crate::{Progress, Result, Sessions, stft};
use features::{FEATURES, Features, HOP, NET_RATE};

/// Rate of the sound.
const RATE: usize = 44_100;
/// Frames in a second.
const FRAME_RATE: f64 = (NET_RATE / HOP) as f64;
/// Frames that a run of the net hears: 20 s.
const RUN: usize = 1_000;
/// Layers and cells of the net's memory.
const MEMORY: [usize; 3] = [2, 1, 150];
/// A sound whose loudest sample lies below this (−60 dBFS) is silence.
const SILENCE: f32 = 0.001;
/// Songs are brought to this peak, at which the net was trained.
const PEAK: f32 = 0.9;
/// How much surer the net must be on the beats than on the mean. Where nothing is struck (noise, a held chord) it is as
/// unsure everywhere.
const CLEAR: f32 = 0.3;
/// Before the first beat and behind the last one of which the net is as sure as this, there is none.
const FAINT: f32 = 0.2;
/// How far an accent speaks for a downbeat: where the net hears no difference, as on a metronome, and hardly elsewhere.
const ACCENT: f32 = 0.5;
/// The net answers in the frame whose window first sees the attack: half a frame before it on the mean.
const EARLY: f64 = 0.5;

/// How likely a frame is the first beat of a bar, or another beat.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Activation {
    beat: f32,
    downbeat: f32,
}

impl Activation {
    fn either(self) -> f32 {
        self.beat + self.downbeat
    }
}

/// Returns the pulse of a sound, `None` when no beat is clear. `stereo` is interleaved at 44,100 Hz.
///
/// Works through stretches of 20 s; besides the sound it holds its mono mix and 1.3 kB for each 20 ms.
///
/// # Errors
/// [`crate::Error::ModelMissing`], [`crate::Error::ModelUnusable`], [`crate::Error::Cancelled`].
pub fn pulse(
    sessions: &Sessions,
    model: &Path,
    stereo: &[f32],
    progress: &Progress<'_>,
) -> Result<Option<Pulse>> {
    let mut mono = stft::mono(stereo);
    let peak = mono.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    if peak < SILENCE {
        return Ok(None);
    }
    mono.iter_mut().for_each(|sample| *sample *= PEAK / peak);
    let activations = activations(&mono, progress, |features, memory| {
        sessions.with(&"beatnet".into(), model, |session| listen(session, features, memory))
    })?;
    progress.at(1, 1)?;
    Ok(bars::beats(&activations).and_then(|(beats_a_bar, beats)| settle(&activations, beats_a_bar, &beats)))
}

/// The two states of the net.
struct Memory {
    hidden: Vec<f32>,
    cell: Vec<f32>,
}

/// Returns how likely each frame is a beat; accents are weighed in.
fn activations(
    mono: &[f32],
    progress: &Progress<'_>,
    mut ask: impl FnMut(Vec<f32>, Memory) -> Result<(Vec<Activation>, Memory)>,
) -> Result<Vec<Activation>> {
    let resampler = Resampler::new(RATE, NET_RATE);
    let frames = resampler.length(mono.len()).div_ceil(HOP);
    let mut features = Features::new();
    let empty = vec![0.0; MEMORY.iter().product()];
    let mut memory = Memory { hidden: empty.clone(), cell: empty };
    let (mut all, mut attacks) = (Vec::with_capacity(frames), Vec::with_capacity(frames));
    for start in (0..frames).step_by(RUN) {
        progress.at(start, frames)?;
        let rows = features.rows(&resampler, mono, start..(start + RUN).min(frames));
        attacks.extend(rows.chunks_exact(FEATURES).map(features::attack));
        let (activations, after) = ask(rows, memory)?;
        all.extend(activations);
        memory = after;
    }
    accents::weigh(&mut all, &attacks);
    Ok(all)
}

fn listen(
    session: &mut Session,
    features: Vec<f32>,
    memory: Memory,
) -> ort::Result<(Vec<Activation>, Memory)> {
    let features = Tensor::from_array(([features.len() / FEATURES, FEATURES], features))?;
    let hidden = TensorRef::from_array_view((MEMORY, memory.hidden.as_slice()))?;
    let cell = TensorRef::from_array_view((MEMORY, memory.cell.as_slice()))?;
    let inputs = ort::inputs!["features" => features, "hidden" => hidden, "cell" => cell];
    let outputs = session.run(inputs)?;
    let values = |name: &str| Ok::<_, ort::Error>(outputs[name].try_extract_tensor::<f32>()?.1.to_vec());
    let scores = values("activations")?;
    let activation = |[beat, downbeat, _]: &[f32; 3]| Activation { beat: *beat, downbeat: *downbeat };
    let activations = scores.as_chunks::<3>().0.iter().map(activation).collect();
    Ok((activations, Memory { hidden: values("hidden_after")?, cell: values("cell_after")? }))
}

/// Puts each beat to where the net is surest nearby, leaves out those before the first and behind the last sure one, and
/// measures the tempo over all.
fn settle(activations: &[Activation], beats_a_bar: u8, beats: &[bars::Place]) -> Option<Pulse> {
    let sure = |place: &bars::Place| surest(activations, place.step / bars::STEPS).1;
    let first = beats.iter().position(|place| sure(place) >= FAINT)?;
    let last = beats.iter().rposition(|place| sure(place) >= FAINT)?;
    let beats = &beats[first..=last];
    let mean = beats.iter().map(sure).sum::<f32>() / beats.len() as f32;
    let anywhere = activations.iter().map(|a| a.either()).sum::<f32>() / activations.len() as f32;
    if beats.len() < 2 * usize::from(beats_a_bar) || mean - anywhere < CLEAR {
        return None;
    }
    let beat = |place: &bars::Place| {
        let at = (surest(activations, place.step / bars::STEPS).0 + EARLY) / FRAME_RATE;
        Beat { at: Seconds(at), downbeat: place.beat == 0 }
    };
    let beats: Vec<Beat> = beats.iter().map(beat).collect();
    Some(Pulse { bpm: tempo(&beats), beats_a_bar, beats })
}

/// Returns where between this frame and its neighbours the activation is highest, and how high.
fn surest(activations: &[Activation], frame: usize) -> (f64, f32) {
    let value = |frame: usize| activations.get(frame).map_or(0.0, |activation| activation.either());
    let around = frame.saturating_sub(2)..frame + 3;
    let best = around.max_by(|a, b| value(*a).total_cmp(&value(*b))).unwrap_or(frame);
    let (before, at, after) = (value(best.wrapping_sub(1)), value(best), value(best + 1));
    // The vertex of the parabola through the three.
    let bend = before - 2.0 * at + after;
    let shift = if bend < 0.0 { (0.5 * (before - after) / bend).clamp(-0.5, 0.5) } else { 0.0 };
    (best as f64 + f64::from(shift), at)
}

/// The slope of the line through the beats (least squares).
fn tempo(beats: &[Beat]) -> Bpm {
    let count = beats.len() as f64;
    let middle = (count - 1.0) / 2.0;
    let mean = beats.iter().map(|beat| beat.at.0).sum::<f64>() / count;
    let (mut covariance, mut variance) = (0.0, 0.0);
    for (number, beat) in beats.iter().enumerate() {
        let away = number as f64 - middle;
        covariance += away * (beat.at.0 - mean);
        variance += away * away;
    }
    Bpm((60.0 * variance / covariance) as f32)
}

#[cfg(test)]
mod tests;
