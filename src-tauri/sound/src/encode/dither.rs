//! Dither for the step from floating point to integer samples, and their bytes.

use son1k_domain::encoding::Depth;

/// Reduces samples to signed integers with triangular dither of ±1 step, so that the rounding error is noise without
/// relation to the music (Lipshitz, Wannamaker & Vanderkooy, "Quantization and dither", JAES 40(5), 1992).
///
/// The noise is the same on every run: the same samples must give the same file.
pub(super) struct Dither {
    state: u64,
    full_scale: f32,
}

impl Dither {
    /// Prepares the reduction to `bits` (2 to 24).
    pub(super) fn new(bits: u32) -> Self {
        Self { state: 0x9E37_79B9_7F4A_7C15, full_scale: (1u32 << (bits - 1)) as f32 }
    }

    /// Returns the sample as an integer; digital silence stays digital silence, and what is no number becomes it.
    pub(super) fn reduce(&mut self, sample: f32) -> i32 {
        if sample == 0.0 || sample.is_nan() {
            return 0;
        }
        let dithered = f64::from(sample) * f64::from(self.full_scale) + self.uniform() - self.uniform();
        dithered.round().clamp(-f64::from(self.full_scale), f64::from(self.full_scale) - 1.0) as i32
    }

    /// Returns the next number of 0 to 1 (splitmix64: Steele, Lea & Flood, OOPSLA 2014).
    fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Samples as the bytes of one depth.
pub(super) struct Pcm {
    depth: Depth,
    dither: Dither,
}

impl Pcm {
    pub(super) fn new(depth: Depth) -> Self {
        Self { depth, dither: Dither::new(u32::from(depth.bits()).min(24)) }
    }

    /// Appends the samples, lowest byte first.
    pub(super) fn little_endian(&mut self, samples: &[f32], bytes: &mut Vec<u8>) {
        for &sample in samples {
            match self.depth {
                Depth::Float32 => bytes.extend_from_slice(&sample.to_le_bytes()),
                Depth::Int24 => bytes.extend_from_slice(&self.dither.reduce(sample).to_le_bytes()[..3]),
                Depth::Int16 => bytes.extend_from_slice(&self.dither.reduce(sample).to_le_bytes()[..2]),
            }
        }
    }

    /// Appends the samples, highest byte first.
    pub(super) fn big_endian(&mut self, samples: &[f32], bytes: &mut Vec<u8>) {
        for &sample in samples {
            match self.depth {
                Depth::Float32 => bytes.extend_from_slice(&sample.to_be_bytes()),
                Depth::Int24 => bytes.extend_from_slice(&self.dither.reduce(sample).to_be_bytes()[1..]),
                Depth::Int16 => bytes.extend_from_slice(&self.dither.reduce(sample).to_be_bytes()[2..]),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_between_two_steps_survives_as_the_mean() {
        let mut dither = Dither::new(24);
        let step = 1.0 / 8_388_608.0;
        let sum: i64 = (0..200_000).map(|_| i64::from(dither.reduce(0.3 * step))).sum();
        let mean = sum as f64 / 200_000.0;
        assert!((mean - 0.3).abs() < 0.01, "{mean}");
    }

    #[test]
    fn samples_over_full_scale_are_clamped() {
        let mut dither = Dither::new(24);
        assert_eq!(dither.reduce(4.0), 8_388_607);
        assert_eq!(dither.reduce(-4.0), -8_388_608);
        assert_eq!(dither.reduce(f32::NAN), 0);
    }
}
