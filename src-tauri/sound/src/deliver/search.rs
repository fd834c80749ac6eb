//! Finds the gain before a limiter that gives a loudness after it.

use son1k_domain::unit::{Db, Lufs};

/// The secant method, begun with what would be right without a limiter.
#[derive(Debug, Clone)]
pub struct GainSearch {
    gain: f32,
    target: f32,
    most: f32,
    last: Option<(f32, f32)>,
}

impl GainSearch {
    /// Most gain, in dB, of a sound that is a song: more only lifts noise.
    pub const MOST_OF_A_SONG: f32 = 48.0;

    /// Begins for a song of this loudness; none is silence.
    pub fn of_song(loudness: Option<Lufs>, target: Lufs) -> Self {
        let gain = loudness.map_or(0.0, |loudness| target.0 - loudness.0);
        let most = Self::MOST_OF_A_SONG;
        Self { gain: gain.clamp(-60.0, most), target: target.0, most, last: None }
    }

    /// Begins with a gain.
    pub fn from_gain(gain: Db, target: Lufs) -> Self {
        Self { gain: gain.0, target: target.0, most: 90.0, last: None }
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
        self.gain = (self.gain + (self.target - now.1) / slope).clamp(-90.0, self.most);
        self.gain()
    }
}
