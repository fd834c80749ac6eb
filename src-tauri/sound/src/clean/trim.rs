//! The silence before and behind a sound.
//!
//! Silence is what lies near the noise floor of the recording: the quietest fifth of a second in it, as in minimum
//! statistics (R. Martin, "Noise power spectral density estimation based on optimal smoothing and minimum statistics",
//! IEEE Trans. SAP 9(5), 2001). What is less than 36 dB below the loudest moments is music, however quiet the rest is.

use crate::encode::Spec;
use crate::error::{Error, Result};

/// Levels are taken this often, in seconds.
const STEP: f64 = 0.01;
/// The noise floor is the loudest level of the quietest so many steps.
const QUIET: usize = 20;
/// Sound begins so far above the noise floor, in dB.
const ABOVE: f32 = 6.0;
/// What counts as loud is reached in so many steps; silence lies at least this far below it, in dB.
const LOUD: usize = 5;
const BELOW: f32 = 36.0;
/// Silence is never looked for above or below this, in dBFS. The lowest is the noise of 16 bits.
const LOWEST: f32 = -84.0;
/// What is kept of the silence on both sides, in seconds: no attack and no breath is cut.
const GUARD: (f64, f64) = (0.02, 0.05);
/// Fades in what is kept, in seconds, so that the cut is not heard where the silence is not quite silent.
const SOFT: (f64, f64) = (0.005, 0.02);

/// The part of a sound that is no silence, in frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edges {
    pub start: u64,
    /// Behind the last frame.
    pub end: u64,
    /// Fades at the cuts; 0 where nothing is cut.
    pub fade_in: u64,
    pub fade_out: u64,
}

/// Listens to levels while sound goes by.
pub struct Levels {
    rate: f64,
    channels: usize,
    step: u64,
    /// Of the step under way: the energy of each channel, and its frames.
    energy: Vec<f64>,
    filled: u64,
    frames: u64,
    /// In dBFS, the loudest channel of each step.
    levels: Vec<f32>,
}

impl Levels {
    /// Prepares for sound of this rate and these channels.
    pub fn new(spec: Spec) -> Self {
        let rate = f64::from(spec.rate);
        Self {
            rate,
            channels: usize::from(spec.channels).max(1),
            step: (rate * STEP).round().max(1.0) as u64,
            energy: vec![0.0; usize::from(spec.channels).max(1)],
            filled: 0,
            frames: 0,
            levels: Vec::new(),
        }
    }

    /// Takes whole frames.
    pub fn push(&mut self, samples: &[f32]) {
        for frame in samples.chunks_exact(self.channels) {
            for (energy, sample) in self.energy.iter_mut().zip(frame) {
                *energy += f64::from(*sample) * f64::from(*sample);
            }
            self.frames += 1;
            self.filled += 1;
            if self.filled == self.step {
                self.note();
            }
        }
    }

    fn note(&mut self) {
        let loudest = self.energy.iter().copied().fold(0.0, f64::max) / self.filled.max(1) as f64;
        self.levels.push((10.0 * loudest.max(1e-20).log10()) as f32);
        self.energy.fill(0.0);
        self.filled = 0;
    }

    /// Returns what is to be kept of all that went by.
    ///
    /// # Errors
    /// [`Error::Silent`] when there is nothing but silence.
    pub fn edges(mut self) -> Result<Edges> {
        if self.filled > 0 {
            self.note();
        }
        let threshold = self.threshold();
        let is_sound = |level: &f32| *level > threshold;
        let first = self.levels.iter().position(is_sound).ok_or(Error::Silent)? as u64;
        let last = self.levels.iter().rposition(is_sound).ok_or(Error::Silent)? as u64;
        let frames = |seconds: f64| (seconds * self.rate).round() as u64;
        let start = (first * self.step).saturating_sub(frames(GUARD.0));
        let end = ((last + 1) * self.step + frames(GUARD.1)).min(self.frames);
        let soft = |cut: bool, seconds: f64| if cut { frames(seconds) } else { 0 };
        Ok(Edges {
            start,
            end,
            fade_in: soft(start > 0, SOFT.0).min((end - start) / 4),
            fade_out: soft(end < self.frames, SOFT.1).min((end - start) / 4),
        })
    }

    /// Returns the level above which there is sound.
    fn threshold(&self) -> f32 {
        let mut levels = self.levels.clone();
        let place = levels.len().saturating_sub(LOUD);
        let Some(_) = levels.get(place) else { return LOWEST };
        let loud = *levels.select_nth_unstable_by(place, f32::total_cmp).1;
        let loudest = |levels: &[f32]| levels.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let floor = self.levels.windows(QUIET.min(self.levels.len())).map(loudest);
        let floor = floor.fold(f32::INFINITY, f32::min);
        (floor + ABOVE).min(loud - BELOW).max(LOWEST)
    }
}
