//! Oscillators: a bank of band-limited saws, a sine and noise.
//!
//! They are our own and not a graph of a synthesis library: eight saws advance in one vectorised loop, and a voice
//! costs a few nanoseconds a frame, which graphs of dynamically called nodes do not reach.

use crate::SAMPLE_RATE;
use crate::envelope::CONTROL;

/// Most saws in a bank.
const MOST_SAWS: usize = 8;

/// Returns `sin(2π·phase)` for a phase of 0 to 1, within 5·10⁻⁶ (Taylor series of the folded quarter).
#[inline]
pub(crate) fn sine(phase: f32) -> f32 {
    let x = 0.5 - phase;
    let y = if x > 0.25 {
        0.5 - x
    } else if x < -0.25 {
        -0.5 - x
    } else {
        x
    };
    let z = y * y;
    y * (6.283_185_5 + z * (-41.341_7 + z * (81.605_25 + z * (-76.705_86 + z * 42.058_69))))
}

/// Returns the fraction of a phase, also of a negative one.
#[inline]
pub(crate) fn wrap(phase: f32) -> f32 {
    phase - phase.floor()
}

/// Noise, repeatable: Marsaglia's xorshift32.
#[derive(Debug, Clone)]
pub(crate) struct Noise(u32);

impl Noise {
    pub fn new(seed: u32) -> Self {
        // Neighbouring seeds start far apart (Knuth's multiplicative hash); zero would stay zero.
        Self(seed.wrapping_mul(2_654_435_761).rotate_left(13) | 1)
    }

    #[inline]
    pub fn bits(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    /// Returns the next value, −1 to 1.
    #[inline]
    pub fn tick(&mut self) -> f32 {
        (self.bits() as i32) as f32 * (1.0 / 2_147_483_648.0)
    }

    /// Returns the next value, 0 to 1.
    pub fn unit(&mut self) -> f32 {
        self.bits() as f32 * (1.0 / 4_294_967_296.0)
    }
}

/// A bank of detuned saws or pulses, spread over the stereo field.
///
/// Steps are smoothed with a two-point polynomial (polyBLEP; Välimäki et al., "Antialiasing oscillators in subtractive
/// synthesis", 2007). A pulse is the difference of two saws.
#[derive(Debug, Clone)]
pub(crate) struct SawBank {
    saws: usize,
    phase: [f32; MOST_SAWS],
    ratio: [f32; MOST_SAWS],
    left: [f32; MOST_SAWS],
    right: [f32; MOST_SAWS],
    /// How much of the second, shifted saw is taken away: 0 is a saw, 1 a pulse.
    pub pulse: f32,
    /// Shift of the second saw, which is the width of the pulse.
    pub width: f32,
}

impl SawBank {
    /// Builds a bank of `saws` (1 to 8) that lie within ±`detune` cents and ±`spread` of the stereo field (0 to 1).
    /// Phases start at random, as free-running oscillators do, unless `aligned`.
    pub fn new(saws: usize, detune: f32, spread: f32, aligned: bool, noise: &mut Noise) -> Self {
        let saws = saws.clamp(1, MOST_SAWS);
        let mut bank = Self {
            saws,
            phase: [0.0; MOST_SAWS],
            ratio: [1.0; MOST_SAWS],
            left: [0.0; MOST_SAWS],
            right: [0.0; MOST_SAWS],
            pulse: 0.0,
            width: 0.5,
        };
        let level = 1.0 / (saws as f32).sqrt();
        for saw in 0..saws {
            let place = if saws == 1 { 0.0 } else { 2.0 * saw as f32 / (saws - 1) as f32 - 1.0 };
            // Outer voices lie a little closer than evenly spaced: beating stays irregular.
            let cents = detune * place * (0.85 + 0.15 * place.abs());
            // Left and right alternate, so that no side is the sharp one.
            let pan = spread * place.abs() * if saw % 2 == 0 { 1.0 } else { -1.0 };
            let angle = (pan + 1.0) * std::f32::consts::FRAC_PI_4;
            bank.phase[saw] = if aligned { 0.0 } else { noise.unit() };
            bank.ratio[saw] = (cents / 1200.0).exp2();
            bank.left[saw] = level * angle.cos() * std::f32::consts::SQRT_2;
            bank.right[saw] = level * angle.sin() * std::f32::consts::SQRT_2;
        }
        bank
    }

    /// Adds frames at a fundamental of `frequency` Hz. Phases are counted from the start of the call, so that frames do
    /// not wait for each other.
    pub fn add(&mut self, frequency: f32, left: &mut [f32; CONTROL], right: &mut [f32; CONTROL]) {
        let step = (frequency / SAMPLE_RATE as f32).clamp(1e-5, 0.45);
        for saw in 0..self.saws {
            let step = step * self.ratio[saw];
            let inverse = 1.0 / step;
            let start = self.phase[saw];
            let mut values = [0.0; CONTROL];
            for (n, value) in values.iter_mut().enumerate() {
                *value = smooth_saw(wrap(start + step * (n + 1) as f32), inverse);
            }
            if self.pulse > 0.0 {
                for (n, value) in values.iter_mut().enumerate() {
                    let shifted = wrap(start + self.width + step * (n + 1) as f32);
                    *value -= self.pulse * smooth_saw(shifted, inverse);
                }
            }
            self.phase[saw] = wrap(start + step * CONTROL as f32);
            for n in 0..CONTROL {
                left[n] += values[n] * self.left[saw];
                right[n] += values[n] * self.right[saw];
            }
        }
    }
}

/// One saw value; `inverse` is one over the phase step.
#[inline]
fn smooth_saw(phase: f32, inverse: f32) -> f32 {
    let after = (1.0 - phase * inverse).max(0.0);
    let before = (1.0 - (1.0 - phase) * inverse).max(0.0);
    2.0 * phase - 1.0 + after * after - before * before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sine_is_a_sine() {
        for n in 0..1000 {
            let p = n as f32 / 1000.0;
            assert!((sine(p) - (p * std::f32::consts::TAU).sin()).abs() < 1e-5, "{p}");
        }
    }

    #[test]
    fn a_saw_has_no_offset_and_no_overshoot() {
        let mut bank = SawBank::new(1, 0.0, 0.0, true, &mut Noise::new(1));
        let (mut l, mut r) = (Vec::new(), Vec::new());
        for _ in 0..44_100 / CONTROL {
            let (mut left, mut right) = ([0.0; CONTROL], [0.0; CONTROL]);
            bank.add(440.0, &mut left, &mut right);
            l.extend(left);
            r.extend(right);
        }
        let mean = l.iter().sum::<f32>() / l.len() as f32;
        assert!(mean.abs() < 1e-3, "{mean}");
        assert!(l.iter().all(|v| v.abs() <= 1.05));
        assert_eq!(l, r);
    }

    #[test]
    fn noise_repeats_with_its_seed_and_is_centred() {
        let run = |seed| {
            let mut n = Noise::new(seed);
            (0..10_000).map(|_| n.tick()).collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        assert!((run(7).iter().sum::<f32>() / 10_000.0).abs() < 0.02);
    }
}
