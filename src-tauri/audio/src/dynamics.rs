//! Compressor and duck.

use son1k_domain::score::{Compressor, Duck};

use crate::SAMPLE_RATE;
use crate::envelope::CONTROL;
use crate::level::{peak, ramp};

const RATE: f32 = SAMPLE_RATE as f32;

/// Width of the soft knee in dB.
const KNEE: f32 = 6.0;

/// A feed-forward compressor with a soft knee that treats both sides alike.
///
/// Gain computer and decoupled smoothing in decibels after Giannoulis, Massberg and Reiss, "Digital dynamic range
/// compressor design", JAES 60 (2012). Gain moves once every [`CONTROL`] frames, in a straight line between.
#[derive(Debug)]
pub(crate) struct Linked {
    threshold: f32,
    slope: f32,
    attack: f32,
    release: f32,
    makeup: f32,
    /// Reduction in dB, smoothed.
    reduction: f32,
    gain: f32,
}

impl Linked {
    pub fn new(c: Compressor) -> Self {
        let smooth = |ms: f32| (-(CONTROL as f32) / (ms.clamp(0.1, 5_000.0) * 0.001 * RATE)).exp();
        let makeup = c.makeup.0.clamp(-24.0, 24.0);
        Self {
            threshold: c.threshold.0,
            slope: 1.0 - 1.0 / c.ratio.max(1.0),
            attack: smooth(c.attack_ms),
            release: smooth(c.release_ms),
            makeup,
            reduction: 0.0,
            gain: 10f32.powf(makeup / 20.0),
        }
    }

    /// Returns the reduction wanted at a level, both in dB.
    fn wanted(&self, level: f32) -> f32 {
        let over = level - self.threshold;
        if over <= -KNEE / 2.0 {
            0.0
        } else if over >= KNEE / 2.0 {
            self.slope * over
        } else {
            self.slope * (over + KNEE / 2.0).powi(2) / (2.0 * KNEE)
        }
    }

    pub fn run(&mut self, frames: &mut [[f32; 2]]) {
        for chunk in frames.chunks_mut(CONTROL) {
            let wanted = self.wanted(20.0 * peak(chunk).max(1e-6).log10());
            let smooth = if wanted > self.reduction { self.attack } else { self.release };
            self.reduction = wanted + (self.reduction - wanted) * smooth;
            let target = 10f32.powf((self.makeup - self.reduction) / 20.0);
            ramp(chunk, self.gain, target);
            self.gain = target;
        }
    }

    pub fn rest(&mut self) {
        self.reduction = 0.0;
        self.gain = 10f32.powf(self.makeup / 20.0);
    }
}

/// Seconds before the trigger in which the dip begins: notes are known ahead, so it needs no edge.
const FALL: f32 = 0.004;

/// The dip of a side-chain, drawn from the notes that trigger it.
#[derive(Debug)]
pub(crate) struct Ducker {
    triggers: Vec<u64>,
    next: usize,
    depth: f32,
    release: f32,
    gain: f32,
}

impl Ducker {
    pub fn new(duck: &Duck, triggers: Vec<u64>) -> Self {
        let release = duck.release_ms.clamp(10.0, 4_000.0) * 0.001 * RATE;
        Self { triggers, next: 0, depth: duck.depth.0.abs().min(60.0), release, gain: 1.0 }
    }

    /// Returns the gain at a frame: a short raised cosine down before the trigger, a long one up after it.
    fn gain_at(&mut self, frame: u64) -> f32 {
        while self.triggers.get(self.next).is_some_and(|t| *t <= frame) {
            self.next += 1;
        }
        let bell = |x: f32| 0.5 + 0.5 * (std::f32::consts::PI * x.clamp(0.0, 1.0)).cos();
        let before = self.next.checked_sub(1).and_then(|last| self.triggers.get(last));
        let rising = before.map_or(0.0, |t| bell((frame - t) as f32 / self.release));
        let coming = self.triggers.get(self.next).map_or(0.0, |t| bell((t - frame) as f32 / (FALL * RATE)));
        10f32.powf(-self.depth * rising.max(coming) / 20.0)
    }

    pub fn run(&mut self, at: u64, frames: &mut [[f32; 2]]) {
        for (index, chunk) in frames.chunks_mut(CONTROL).enumerate() {
            let target = self.gain_at(at + ((index + 1) * CONTROL) as u64);
            ramp(chunk, self.gain, target);
            self.gain = target;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_domain::unit::Db;

    fn tone(level: f32, frames: usize) -> Vec<[f32; 2]> {
        (0..frames).map(|n| [level * (n as f32 * 0.2).sin(), 0.5 * level * (n as f32 * 0.2).sin()]).collect()
    }

    fn peak(frames: &[[f32; 2]]) -> f32 {
        frames.iter().fold(0.0, |p: f32, f| p.max(f[0].abs()))
    }

    #[test]
    fn ten_decibels_over_the_threshold_come_out_at_a_quarter_with_ratio_four() {
        let settings = Compressor {
            threshold: Db(-20.0),
            ratio: 4.0,
            attack_ms: 5.0,
            release_ms: 200.0,
            makeup: Db(0.0),
        };
        let mut frames = tone(10f32.powf(-10.0 / 20.0), 44_100);
        Linked::new(settings).run(&mut frames);
        let level = 20.0 * peak(&frames[30_000..]).log10();
        assert!((level + 17.5).abs() < 0.4, "{level}");
        let last = frames[30_000..].iter().find(|f| f[0].abs() > 0.1).unwrap();
        assert!((last[1] / last[0] - 0.5).abs() < 1e-3, "both sides get the same gain");
    }

    #[test]
    fn below_the_threshold_nothing_changes() {
        let settings = Compressor {
            threshold: Db(-10.0),
            ratio: 8.0,
            attack_ms: 1.0,
            release_ms: 50.0,
            makeup: Db(0.0),
        };
        let before = tone(0.05, 4_096);
        let mut after = before.clone();
        Linked::new(settings).run(&mut after);
        assert!(before.iter().zip(&after).all(|(a, b)| (a[0] - b[0]).abs() < 1e-6));
    }

    #[test]
    fn a_duck_dips_to_its_depth_at_the_trigger_and_comes_back_without_steps() {
        let duck = Duck { from: "drums".into(), keys: vec![], depth: Db(9.0), release_ms: 150.0 };
        let mut frames = vec![[1.0f32; 2]; 22_048];
        Ducker::new(&duck, vec![8_000]).run(0, &mut frames);
        let gains: Vec<f32> = frames.iter().map(|f| f[0]).collect();
        let lowest = gains.iter().cloned().fold(1.0, f32::min);
        assert!((20.0 * lowest.log10() + 9.0).abs() < 0.1, "{lowest}");
        assert!((20.0 * gains[8_010].log10() + 9.0).abs() < 0.2);
        assert!(gains[7_000] > 0.999 && gains[8_000 + 6_700] > 0.999);
        let steepest = gains.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
        assert!(steepest < 0.01, "{steepest}");
    }
}
