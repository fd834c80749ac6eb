//! Tones and noise to measure: stereo interleaved samples.

use std::f64::consts::TAU;

use son1k_domain::unit::{Db, Hertz, Seconds};

/// Samples a second of everything the studio makes.
pub const SAMPLE_RATE: u32 = 44_100;

/// Returns a sine of a peak level, the same on both sides.
pub fn sine(frequency: Hertz, level: Db, duration: Seconds) -> Vec<f32> {
    let step = TAU * f64::from(frequency.0) / f64::from(SAMPLE_RATE);
    both_sides(duration, |frame| (frame as f64 * step).sin() as f32 * level.amplitude())
}

/// Returns silence.
pub fn silence(duration: Seconds) -> Vec<f32> {
    both_sides(duration, |_| 0.0)
}

/// Returns white noise of a peak level, the same for the same seed (Marsaglia's xorshift, 32 bit).
pub fn noise(seed: u32, level: Db, duration: Seconds) -> Vec<f32> {
    let mut state = seed.max(1);
    both_sides(duration, |_| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (f64::from(state) / f64::from(u32::MAX) * 2.0 - 1.0) as f32 * level.amplitude()
    })
}

fn both_sides(duration: Seconds, mut sample: impl FnMut(usize) -> f32) -> Vec<f32> {
    let frames = (duration.0 * f64::from(SAMPLE_RATE)).round() as usize;
    (0..frames).flat_map(|frame| [sample(frame); 2]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_has_its_length_level_and_frequency() {
        let samples = sine(Hertz(441.0), Db(-6.0206), Seconds(1.0));
        assert_eq!(samples.len(), 88_200);
        let peak = samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        assert!((peak - 0.5).abs() < 1e-3);
        let left: Vec<f32> = samples.iter().step_by(2).copied().collect();
        let rises = left.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        assert!((440..=441).contains(&rises), "{rises}");
    }

    #[test]
    fn noise_repeats_for_a_seed_and_differs_between_seeds() {
        let make = |seed| noise(seed, Db(0.0), Seconds(0.1));
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
    }
}
