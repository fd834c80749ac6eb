//! Second-order filters, and the arithmetic that makes them fast.

/// States below this are set to zero: denormal numbers slow processors down a hundredfold.
const QUIET: f32 = 1e-20;

/// The coefficients of a biquad, normalised, after R. Bristow-Johnson's Audio EQ Cookbook.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficients {
    b0: f64,
    b1: f64,
    b2: f64,
    a1: f64,
    a2: f64,
}

impl Coefficients {
    fn normalised(b: [f64; 3], a: [f64; 3]) -> Self {
        let n = |v: f64| v / a[0];
        Self { b0: n(b[0]), b1: n(b[1]), b2: n(b[2]), a1: n(a[1]), a2: n(a[2]) }
    }

    /// Returns cosine and alpha of the cookbook.
    fn angles(rate: u32, frequency: f32, q: f32) -> (f64, f64) {
        let frequency = f64::from(frequency.clamp(5.0, rate as f32 * 0.49));
        let w = 2.0 * std::f64::consts::PI * frequency / f64::from(rate);
        (w.cos(), w.sin() / (2.0 * f64::from(q.max(0.05))))
    }

    /// A low-pass of 12 dB an octave.
    pub fn low_pass(rate: u32, frequency: f32, q: f32) -> Self {
        let (c, al) = Self::angles(rate, frequency, q);
        Self::normalised([(1.0 - c) / 2.0, 1.0 - c, (1.0 - c) / 2.0], [1.0 + al, -2.0 * c, 1.0 - al])
    }

    /// A high-pass of 12 dB an octave.
    pub fn high_pass(rate: u32, frequency: f32, q: f32) -> Self {
        let (c, al) = Self::angles(rate, frequency, q);
        Self::normalised([(1.0 + c) / 2.0, -1.0 - c, (1.0 + c) / 2.0], [1.0 + al, -2.0 * c, 1.0 - al])
    }

    /// A band-pass with a peak gain of 0 dB.
    pub fn band_pass(rate: u32, frequency: f32, q: f32) -> Self {
        let (c, al) = Self::angles(rate, frequency, q);
        Self::normalised([al, 0.0, -al], [1.0 + al, -2.0 * c, 1.0 - al])
    }

    /// A notch, silent at its centre; `q` is the centre over the width at −3 dB.
    pub fn notch(rate: u32, frequency: f32, q: f32) -> Self {
        let (c, al) = Self::angles(rate, frequency, q);
        Self::normalised([1.0, -2.0 * c, 1.0], [1.0 + al, -2.0 * c, 1.0 - al])
    }

    /// A bell of `gain` dB.
    pub fn peaking(rate: u32, frequency: f32, gain: f32, q: f32) -> Self {
        let (c, al) = Self::angles(rate, frequency, q);
        let a = 10f64.powf(f64::from(gain) / 40.0);
        Self::normalised([1.0 + al * a, -2.0 * c, 1.0 - al * a], [1.0 + al / a, -2.0 * c, 1.0 - al / a])
    }

    /// A low shelf of `gain` dB, slope one.
    pub fn low_shelf(rate: u32, frequency: f32, gain: f32) -> Self {
        Self::shelf(rate, frequency, gain, -1.0)
    }

    /// A high shelf of `gain` dB, slope one.
    pub fn high_shelf(rate: u32, frequency: f32, gain: f32) -> Self {
        Self::shelf(rate, frequency, gain, 1.0)
    }

    /// The two shelves are mirror images: `side` is 1 for high, −1 for low.
    fn shelf(rate: u32, frequency: f32, gain: f32, side: f64) -> Self {
        let (c, al) = Self::angles(rate, frequency, std::f32::consts::FRAC_1_SQRT_2);
        let a = 10f64.powf(f64::from(gain) / 40.0);
        let (c, root) = (c * side, 2.0 * a.sqrt() * al);
        let (up, down) = (a + 1.0, a - 1.0);
        Self::normalised(
            [a * (up + down * c + root), -2.0 * side * a * (down + up * c), a * (up + down * c - root)],
            [up - down * c + root, 2.0 * side * (down - up * c), up - down * c - root],
        )
    }
}

/// A stereo biquad in transposed direct form II. It counts in `f64`: in `f32` a high-pass at 24 Hz adds noise at
/// −75 dB.
#[derive(Debug, Clone)]
pub struct Biquad {
    c: Coefficients,
    z1: [f64; 2],
    z2: [f64; 2],
}

impl Biquad {
    pub fn new(c: Coefficients) -> Self {
        Self { c, z1: [0.0; 2], z2: [0.0; 2] }
    }

    /// Filters one frame.
    #[inline]
    pub fn tick(&mut self, frame: [f32; 2]) -> [f32; 2] {
        let mut out = [0.0; 2];
        for side in 0..2 {
            let x = f64::from(frame[side]);
            let y = fused(self.c.b0, x, self.z1[side]);
            self.z1[side] = fused(-self.c.a1, y, fused(self.c.b1, x, self.z2[side]));
            self.z2[side] = fused(-self.c.a2, y, self.c.b2 * x);
            out[side] = y as f32;
        }
        out
    }

    /// Filters frames in place.
    pub fn run(&mut self, frames: &mut [[f32; 2]]) {
        for frame in frames.iter_mut() {
            *frame = self.tick(*frame);
        }
        self.settle();
    }

    /// Runs filters one after the other, up to four in one pass: each waits for its own last value, and others fit into
    /// the wait.
    pub fn run_all(filters: &mut [Biquad], frames: &mut [[f32; 2]]) {
        let (fours, rest) = filters.as_chunks_mut::<4>();
        fours.iter_mut().for_each(|four| Self::run_together(four.each_mut(), frames));
        match rest {
            [a] => a.run(frames),
            [a, b] => Self::run_together([a, b], frames),
            [a, b, c] => Self::run_together([a, b, c], frames),
            _ => (),
        }
    }

    fn run_together<const N: usize>(filters: [&mut Biquad; N], frames: &mut [[f32; 2]]) {
        // On copies, so that coefficients and states stay in registers.
        let mut local: [Biquad; N] = std::array::from_fn(|n| filters[n].clone());
        for frame in frames.iter_mut() {
            *frame = local.iter_mut().fold(*frame, |frame, filter| filter.tick(frame));
        }
        for (filter, mut local) in filters.into_iter().zip(local) {
            local.settle();
            *filter = local;
        }
    }

    /// Sets states that no one can hear to zero.
    pub fn settle(&mut self) {
        for z in self.z1.iter_mut().chain(&mut self.z2) {
            if z.abs() < f64::from(QUIET) {
                *z = 0.0;
            }
        }
    }

    pub fn reset(&mut self) {
        (self.z1, self.z2) = ([0.0; 2], [0.0; 2]);
    }
}

/// Returns `a·b + c`, rounded once where the processor can.
#[inline]
pub fn fused<T: Fused>(a: T, b: T, c: T) -> T {
    a.fused(b, c)
}

/// Numbers that [`fused`] takes.
pub trait Fused {
    fn fused(self, b: Self, c: Self) -> Self;
}

/// Without the instruction, `mul_add` is a slow library call.
const HAS_FMA: bool = cfg!(any(target_feature = "fma", target_arch = "aarch64"));

impl Fused for f32 {
    #[inline]
    fn fused(self, b: Self, c: Self) -> Self {
        if HAS_FMA { self.mul_add(b, c) } else { self * b + c }
    }
}

impl Fused for f64 {
    #[inline]
    fn fused(self, b: Self, c: Self) -> Self {
        if HAS_FMA { self.mul_add(b, c) } else { self * b + c }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::PI;

    const RATE: u32 = 44_100;

    /// Gain of a filter at a frequency, by running a sine through it.
    fn gain_at(c: Coefficients, frequency: f32) -> f32 {
        let mut filter = Biquad::new(c);
        let mut peak = 0f32;
        for n in 0..44_100 {
            let x = (2.0 * PI * frequency * n as f32 / RATE as f32).sin();
            let y = filter.tick([x, x])[0];
            if n > 22_050 {
                peak = peak.max(y.abs());
            }
        }
        20.0 * peak.log10()
    }

    #[test]
    fn shelves_and_bells_reach_their_gain() {
        assert!((gain_at(Coefficients::low_shelf(RATE, 90.0, 4.0), 20.0) - 4.0).abs() < 0.3);
        assert!(gain_at(Coefficients::low_shelf(RATE, 90.0, 4.0), 2_000.0).abs() < 0.1);
        assert!((gain_at(Coefficients::high_shelf(RATE, 9_000.0, -3.0), 20_000.0) + 3.0).abs() < 0.3);
        assert!((gain_at(Coefficients::peaking(RATE, 1_000.0, 5.0, 1.0), 1_000.0) - 5.0).abs() < 0.1);
    }

    #[test]
    fn passes_are_three_decibels_down_at_their_corner() {
        let q = std::f32::consts::FRAC_1_SQRT_2;
        assert!((gain_at(Coefficients::low_pass(RATE, 1_000.0, q), 1_000.0) + 3.0).abs() < 0.1);
        assert!((gain_at(Coefficients::high_pass(RATE, 1_000.0, q), 1_000.0) + 3.0).abs() < 0.1);
        assert!(gain_at(Coefficients::high_pass(RATE, 1_000.0, q), 100.0) < -39.0);
        assert!(gain_at(Coefficients::band_pass(RATE, 1_000.0, 2.0), 1_000.0).abs() < 0.1);
    }

    #[test]
    fn a_notch_is_silent_at_its_centre_and_three_decibels_down_at_its_width() {
        let notch = Coefficients::notch(RATE, 1_000.0, 10.0);
        assert!(gain_at(notch, 1_000.0) < -60.0);
        assert!((gain_at(notch, 951.25) + 3.0).abs() < 0.1 && gain_at(notch, 500.0).abs() < 0.05);
    }
}
