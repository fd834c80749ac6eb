//! Second-order filters of one channel.

use std::f64::consts::PI;

/// A biquad after R. Bristow-Johnson's Audio EQ Cookbook, in transposed direct form II. It counts in `f64`: in `f32`
/// low corners add noise.
#[derive(Debug, Clone)]
pub(crate) struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    z: [f64; 2],
}

/// What is below −300 dB is nothing.
const QUIET: f64 = 1e-15;

/// Quality factors of the four sections of a Butterworth filter of eighth order.
const BUTTERWORTH: [f64; 4] = [0.509_795_58, 0.601_344_89, 0.899_976_22, 2.562_915_45];

impl Biquad {
    fn new(b: [f64; 3], a: [f64; 3]) -> Self {
        Self { b: b.map(|b| b / a[0]), a: [a[1] / a[0], a[2] / a[0]], z: [0.0; 2] }
    }

    fn angles(rate: u32, hertz: f64, q: f64) -> (f64, f64) {
        let w = 2.0 * PI * hertz.min(0.49 * f64::from(rate)) / f64::from(rate);
        (w.cos(), w.sin() / (2.0 * q))
    }

    pub fn low_pass(rate: u32, hertz: f64, q: f64) -> Self {
        let (c, alpha) = Self::angles(rate, hertz, q);
        Self::new([(1.0 - c) / 2.0, 1.0 - c, (1.0 - c) / 2.0], [1.0 + alpha, -2.0 * c, 1.0 - alpha])
    }

    pub fn high_pass(rate: u32, hertz: f64, q: f64) -> Self {
        let (c, alpha) = Self::angles(rate, hertz, q);
        Self::new([(1.0 + c) / 2.0, -1.0 - c, (1.0 + c) / 2.0], [1.0 + alpha, -2.0 * c, 1.0 - alpha])
    }

    /// A bell of `gain` dB.
    pub fn peaking(rate: u32, hertz: f64, gain: f64, q: f64) -> Self {
        let (c, alpha) = Self::angles(rate, hertz, q);
        let a = 10f64.powf(gain / 40.0);
        Self::new([1.0 + alpha * a, -2.0 * c, 1.0 - alpha * a], [1.0 + alpha / a, -2.0 * c, 1.0 - alpha / a])
    }

    /// Returns the sections of a band-pass of 48 dB an octave on each side.
    pub fn band(rate: u32, from: f64, to: f64) -> Vec<Self> {
        let low = BUTTERWORTH.iter().map(|&q| Self::high_pass(rate, from, q));
        let high = BUTTERWORTH.iter().map(|&q| Self::low_pass(rate, to, q));
        low.chain(high).collect()
    }

    #[inline]
    pub fn tick(&mut self, x: f32) -> f32 {
        let x = f64::from(x);
        let mut y = self.b[0] * x + self.z[0];
        // Denormal numbers slow processors down a hundredfold.
        if y.abs() < QUIET {
            y = 0.0;
        }
        self.z[0] = self.b[1] * x - self.a[0] * y + self.z[1];
        self.z[1] = self.b[2] * x - self.a[1] * y;
        y as f32
    }

    /// Filters in place.
    pub fn run(&mut self, samples: &mut [f32]) {
        for x in samples {
            *x = self.tick(*x);
        }
    }
}
