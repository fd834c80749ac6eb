//! Sounds that are known to the sample, damaged and cleaned.

mod clicks;
mod ends;
mod humming;

use std::f64::consts::TAU;

use crate::encode::Spec;

const RATE: u32 = 44_100;
const MONO: Spec = Spec { rate: RATE, channels: 1 };
const STEREO: Spec = Spec { rate: RATE, channels: 2 };

/// D. H. Lehmer's generator with Park and Miller's numbers, the same for the same seed.
struct Dice(u64);

impl Dice {
    /// From 0 to 1.
    fn roll(&mut self) -> f64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 as f64 / 2_147_483_647.0
    }

    /// From −1 to 1.
    fn either(&mut self) -> f64 {
        2.0 * self.roll() - 1.0
    }

    /// Normally distributed, nearly (twelve uniform ones, as Knuth sums them).
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.roll()).sum::<f64>() - 6.0
    }
}

/// Struck strings: partials a little out of tune that fade, a note every 1.5 s over those before, and the noise floor of
/// a good recording.
fn piano(seconds: f64, rate: u32) -> Vec<f32> {
    let frames = (seconds * f64::from(rate)) as usize;
    let mut dice = Dice(7);
    let mut sound: Vec<f64> = (0..frames).map(|_| 1e-4 * dice.normal()).collect();
    let pitches = [220.0, 277.18, 329.63, 440.0, 164.81, 246.94];
    for (number, pitch) in pitches.iter().cycle().enumerate() {
        let start = (number as f64 * 1.5 * f64::from(rate)) as usize;
        if start >= frames {
            break;
        }
        for partial in 1..=12 {
            let partial = f64::from(partial);
            let hertz = pitch * partial * (1.0 + 4e-4 * partial * partial).sqrt();
            let (level, phase) = (0.12 / partial.powf(1.3), TAU * dice.roll());
            for (n, sample) in sound[start..].iter_mut().enumerate() {
                let t = n as f64 / f64::from(rate);
                let strike = (t / 0.004).min(1.0) * (-t * (1.0 + 0.4 * partial)).exp();
                *sample += level * strike * (TAU * hertz * t + phase).sin();
            }
        }
    }
    sound.into_iter().map(|sample| sample as f32).collect()
}

fn noise(seconds: f64, level: f64) -> Vec<f32> {
    let mut dice = Dice(11);
    (0..(seconds * f64::from(RATE)) as usize).map(|_| (level * dice.normal()) as f32).collect()
}

/// A naive sawtooth, edges and all.
fn sawtooth(hertz: f64, seconds: f64) -> Vec<f32> {
    let frames = (seconds * f64::from(RATE)) as usize;
    (0..frames).map(|n| (0.3 * (2.0 * (n as f64 * hertz / f64::from(RATE)).fract() - 1.0)) as f32).collect()
}

fn decibels(ratio: f64) -> f64 {
    20.0 * ratio.max(1e-12).log10()
}

fn level(samples: &[f32]) -> f64 {
    let energy: f64 = samples.iter().map(|sample| f64::from(*sample) * f64::from(*sample)).sum();
    (energy / samples.len().max(1) as f64).sqrt()
}

fn difference(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}
