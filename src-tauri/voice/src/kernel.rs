//! Samples between the samples.

use std::f64::consts::PI;

/// Taps on each side of an interpolation that does not compress.
const SIDE: usize = 12;
/// Places between two samples for which taps are kept; between them they are interpolated.
const PHASES: usize = 128;
/// Shape of the Kaiser window: side lobes below −80 dB.
const BETA: f64 = 8.0;

/// Windowed-sinc interpolation (J. O. Smith, "Digital Audio Resampling Home Page", CCRMA).
#[derive(Debug)]
pub(crate) struct Kernel {
    side: usize,
    /// `PHASES + 1` rows of `2 · side` taps.
    rows: Vec<f32>,
}

impl Kernel {
    /// Makes an interpolation for reading `step` samples apart: over 1, what would be over half of the new rate is
    /// taken out.
    pub fn new(step: f64) -> Self {
        let cutoff = 1.0 / step.max(1.0);
        let side = (SIDE as f64 / cutoff).ceil() as usize;
        let mut rows = Vec::with_capacity((PHASES + 1) * 2 * side);
        for phase in 0..=PHASES {
            let offset = phase as f64 / PHASES as f64;
            let tap = |n: usize| {
                let x = n as f64 - (side as f64 - 1.0) - offset;
                cutoff * sinc(cutoff * x) * kaiser(x / side as f64)
            };
            rows.extend((0..2 * side).map(|n| tap(n) as f32));
        }
        Self { side, rows }
    }

    /// Returns how many samples are needed before and behind a place.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Reads the place `at` of samples, which must have [`Kernel::side`] samples on both sides, else it is silence.
    #[inline]
    pub fn read(&self, samples: &[f32], at: f64) -> f32 {
        let whole = at.floor();
        let place = (at - whole) * PHASES as f64;
        let (row, mix) = (place as usize, (place - place.floor()) as f32);
        let width = 2 * self.side;
        let Some(from) = (whole as usize + 1).checked_sub(self.side) else { return 0.0 };
        let both = (self.rows.get(row * width..(row + 2) * width), samples.get(from..from + width));
        let (Some(taps), Some(samples)) = both else { return 0.0 };
        let (here, next) = taps.split_at(width);
        dot(samples, here) * (1.0 - mix) + dot(samples, next) * mix
    }

    /// Fills `taps` with those of one place between two samples, 0 to 1, for many readings with [`dot`].
    pub fn taps(&self, between: f64, taps: &mut Vec<f32>) {
        let place = between * PHASES as f64;
        let (row, mix) = ((place as usize).min(PHASES - 1), (place - place.floor()) as f32);
        let width = 2 * self.side;
        taps.clear();
        if let Some(rows) = self.rows.get(row * width..(row + 2) * width) {
            let (here, next) = rows.split_at(width);
            taps.extend(here.iter().zip(next).map(|(a, b)| a + (b - a) * mix));
        }
    }
}

/// Returns the inner product, in lanes that a processor adds at once.
#[inline]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    let mut lanes = [0f32; 8];
    for (a, b) in a8.iter().zip(b8) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-12 {
        return 1.0;
    }
    // Exactly zero on whole numbers, so that a place on a sample is that sample.
    if x == x.round() { 0.0 } else { (PI * x).sin() / (PI * x) }
}

fn kaiser(x: f64) -> f64 {
    if x.abs() >= 1.0 { 0.0 } else { bessel(BETA * (1.0 - x * x).sqrt()) / bessel(BETA) }
}

/// Returns I₀, the modified Bessel function, by its series.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..40 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_on_a_sample_is_that_sample() {
        let sound: Vec<f32> = (0..100).map(|n| (n as f32 * 1.7).sin()).collect();
        let kernel = Kernel::new(1.0);
        assert_eq!(kernel.read(&sound, 50.0), sound[50]);
        assert_eq!(kernel.read(&sound, 2.0), 0.0);
        assert_eq!(kernel.read(&sound, 1e9), 0.0);
    }

    #[test]
    fn a_sine_is_read_between_its_samples() {
        let sound: Vec<f32> = (0..200).map(|n| (f64::from(n) * 1.9).sin() as f32).collect();
        let (kernel, mut taps) = (Kernel::new(1.0), Vec::new());
        for n in 0..1000 {
            let at = 50.0 + f64::from(n) * 0.0837;
            let (whole, between) = (at.floor(), at - at.floor());
            assert!((f64::from(kernel.read(&sound, at)) - (at * 1.9).sin()).abs() < 1e-3);
            kernel.taps(between, &mut taps);
            let from = whole as usize + 1 - kernel.side();
            assert!((dot(&sound[from..from + taps.len()], &taps) - kernel.read(&sound, at)).abs() < 1e-6);
        }
    }

    #[test]
    fn reading_in_wide_steps_takes_out_what_would_fold() {
        let high: Vec<f32> = (0..400).map(|n| (f64::from(n) * 0.8 * PI).sin() as f32).collect();
        let kernel = Kernel::new(1.5);
        let most = (0..100).map(|n| kernel.read(&high, 100.0 + 1.5 * f64::from(n)).abs()).fold(0.0, f32::max);
        assert!(most < 0.01, "{most}");
    }
}
