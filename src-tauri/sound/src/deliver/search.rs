//! Finds the gain before a limiter that gives a loudness after it.

use std::ops::RangeInclusive;

use son1k_domain::unit::{Db, Lufs};

/// The secant method, begun with what would be right without a limiter.
#[derive(Debug, Clone)]
pub struct GainSearch {
    gain: f32,
    target: f32,
    allowed: RangeInclusive<f32>,
    last: Option<(f32, f32)>,
}

impl GainSearch {
    /// Begins for a sound of this loudness, none is silence, with the gains that may be found, in dB.
    pub fn new(loudness: Option<Lufs>, target: Lufs, allowed: RangeInclusive<f32>) -> Self {
        let gain = loudness.map_or(0.0, |loudness| target.0 - loudness.0);
        Self::begun(Db(gain), target, allowed)
    }

    /// Begins with a gain.
    pub fn begun(gain: Db, target: Lufs, allowed: RangeInclusive<f32>) -> Self {
        let gain = gain.0.clamp(*allowed.start(), *allowed.end());
        Self { gain, target: target.0, allowed, last: None }
    }

    pub fn gain(&self) -> Db {
        Db(self.gain)
    }

    /// Takes what the gain came to, and returns the next one.
    pub fn learn(&mut self, loudness: Lufs) -> Db {
        let now = (self.gain, loudness.0);
        // Loudness never rises faster than gain; where the limiter works it rises more slowly.
        let slope = self.last.map_or(0.9, |last| (now.1 - last.1) / (now.0 - last.0));
        let slope = if slope.is_finite() { slope.clamp(0.12, 1.0) } else { 0.9 };
        self.last = Some(now);
        let next = self.gain + (self.target - now.1) / slope;
        self.gain = next.clamp(*self.allowed.start(), *self.allowed.end());
        self.gain()
    }
}
