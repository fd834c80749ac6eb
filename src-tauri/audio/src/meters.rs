//! Meters that run with the sound: peaks, RMS and momentary loudness, without allocation.

use son1k_domain::unit::{Db, Lufs};

use crate::SAMPLE_RATE;
use son1k_sound::loudness::Weighting;

/// Frames of one measuring step: 10 ms.
const STEP: usize = SAMPLE_RATE as usize / 100;
/// Steps of the RMS (300 ms) and of the momentary loudness (400 ms, ITU-R BS.1770-4).
const RMS_STEPS: usize = 30;
const MOMENTARY_STEPS: usize = 40;

/// The meters of a mix.
#[derive(Debug)]
pub struct Meters {
    tracks: Vec<f32>,
    peak: [f32; 2],
    weighting: Weighting<2>,
    /// Mean squares of the last steps: left, right, and weighted.
    steps: [[f32; 3]; MOMENTARY_STEPS],
    at: usize,
    sums: [f32; 3],
    frames: usize,
}

impl Meters {
    pub(crate) fn new(tracks: usize) -> Self {
        Self {
            tracks: vec![0.0; tracks],
            peak: [0.0; 2],
            weighting: Weighting::new(SAMPLE_RATE),
            steps: [[0.0; 3]; MOMENTARY_STEPS],
            at: 0,
            sums: [0.0; 3],
            frames: 0,
        }
    }

    /// Returns the peak of the track at `index` after its fader, linear, since the last [`Meters::restart`].
    pub fn track_peak(&self, index: usize) -> f32 {
        self.tracks.get(index).copied().unwrap_or(0.0)
    }

    /// Returns the peaks of left and right since the last [`Meters::restart`].
    pub fn peak(&self) -> [Db; 2] {
        self.peak.map(Db::from_amplitude)
    }

    /// Returns the RMS of left and right over the last 300 ms.
    pub fn rms(&self) -> [Db; 2] {
        [0, 1].map(|side: usize| Db::from_amplitude((self.mean(RMS_STEPS, side)).sqrt()))
    }

    /// Returns the momentary loudness; −120 LUFS is silence.
    pub fn momentary(&self) -> Lufs {
        let energy = self.mean(MOMENTARY_STEPS, 2);
        Lufs(if energy > 1e-12 { -0.691 + 10.0 * energy.log10() } else { -120.0 })
    }

    fn mean(&self, count: usize, kind: usize) -> f32 {
        let sum: f32 =
            (1..=count).map(|n| self.steps[(self.at + MOMENTARY_STEPS - n) % MOMENTARY_STEPS][kind]).sum();
        sum / count as f32
    }

    /// Begins a new stretch of peaks.
    pub fn restart(&mut self) {
        self.tracks.fill(0.0);
        self.peak = [0.0; 2];
    }

    pub(crate) fn track(&mut self, index: usize, peak: f32) {
        if let Some(highest) = self.tracks.get_mut(index) {
            *highest = highest.max(peak);
        }
    }

    pub(crate) fn master(&mut self, frames: &[[f32; 2]]) {
        for frame in frames {
            let weighted = self.weighting.tick(*frame);
            for ((peak, sum), value) in self.peak.iter_mut().zip(&mut self.sums).zip(frame) {
                *peak = peak.max(value.abs());
                *sum += value * value;
            }
            self.sums[2] += (weighted[0] * weighted[0] + weighted[1] * weighted[1]) as f32;
            self.frames += 1;
            if self.frames == STEP {
                self.steps[self.at] = self.sums.map(|sum| sum / STEP as f32);
                self.at = (self.at + 1) % MOMENTARY_STEPS;
                (self.sums, self.frames) = ([0.0; 3], 0);
            }
        }
        self.weighting.settle();
    }

    pub(crate) fn reset(&mut self) {
        self.restart();
        self.steps = [[0.0; 3]; MOMENTARY_STEPS];
        (self.sums, self.frames) = ([0.0; 3], 0);
        self.weighting.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_scale_sine_at_one_kilohertz_measures_as_the_standard_says() {
        // BS.1770-4: a 997 Hz sine at 0 dBFS on one side reads −3.01 LUFS, on both sides 0 LUFS.
        let frames: Vec<[f32; 2]> =
            (0..44_100).map(|n| [(std::f32::consts::TAU * 997.0 * n as f32 / 44_100.0).sin(); 2]).collect();
        let mut meters = Meters::new(1);
        meters.master(&frames);
        assert!(meters.momentary().0.abs() < 0.1, "{:?}", meters.momentary());
        assert!((meters.rms()[0].0 + 3.01).abs() < 0.05);
        assert!(meters.peak()[1].0.abs() < 0.01);
        meters.restart();
        assert!(meters.peak()[0].0 < -100.0);
    }
}
