//! The K-weighting of ITU-R BS.1770-4, and the energy behind it, of several signals at once.
//!
//! A recursive filter waits for its own last value, so one signal alone leaves most of the processor idle. The lanes are
//! independent signals, other channels or other stretches of time, that are filtered in the same instructions.

use crate::biquad::fused;

/// Signals that are measured together: two registers of four numbers, which hides the wait.
pub(super) const LANES: usize = 8;

/// What no one can hear is set to zero: denormal numbers slow processors down a hundredfold.
const QUIET: f64 = 1e-20;

/// The weighting of `N` signals: a high shelf for the head, then a high-pass. It counts in `f64`, so that 38 Hz stay
/// exact at 384 kHz.
#[derive(Debug, Clone)]
pub struct Weighting<const N: usize> {
    /// `b0, b1, b2, a1, a2`.
    shelf: [f64; 5],
    /// `a1, a2`; its numerator is 1, −2, 1.
    high_pass: [f64; 2],
    states: [[f64; N]; 4],
}

impl<const N: usize> Weighting<N> {
    /// Designs the filters for a rate in hertz from the analogue prototypes, as libebur128 has them: at 48 kHz they have
    /// the coefficients of BS.1770-4, tables 1 and 2.
    pub fn new(rate: u32) -> Self {
        let rate = f64::from(rate);
        let (f, gain, q) = (1_681.974_450_955_533, 3.999_843_853_973_347, 0.707_175_236_955_419_6);
        let k = (std::f64::consts::PI * f / rate).tan();
        let vh = 10f64.powf(gain / 20.0);
        let vb = vh.powf(0.499_666_774_154_541_6);
        let a0 = 1.0 + k / q + k * k;
        let shelf = [
            (vh + vb * k / q + k * k) / a0,
            2.0 * (k * k - vh) / a0,
            (vh - vb * k / q + k * k) / a0,
            2.0 * (k * k - 1.0) / a0,
            (1.0 - k / q + k * k) / a0,
        ];
        let (f, q) = (38.135_470_876_024_44, 0.500_327_037_323_877_3);
        let k = (std::f64::consts::PI * f / rate).tan();
        let a0 = 1.0 + k / q + k * k;
        let high_pass = [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0];
        Self { shelf, high_pass, states: [[0.0; N]; 4] }
    }

    /// Weights one sample of each signal.
    #[inline(always)]
    pub fn tick(&mut self, samples: [f32; N]) -> [f64; N] {
        let [b0, b1, b2, a1, a2] = self.shelf;
        let [c1, c2] = self.high_pass;
        let [z1, z2, z3, z4] = &mut self.states;
        let x = samples.map(f64::from);
        let (mut y, mut out) = ([0.0; N], [0.0; N]);
        for lane in 0..N {
            y[lane] = fused(b0, x[lane], z1[lane]);
        }
        for lane in 0..N {
            z1[lane] = fused(-a1, y[lane], fused(b1, x[lane], z2[lane]));
            z2[lane] = fused(-a2, y[lane], b2 * x[lane]);
        }
        for lane in 0..N {
            out[lane] = y[lane] + z3[lane];
        }
        for lane in 0..N {
            z3[lane] = fused(-c1, out[lane], fused(-2.0, y[lane], z4[lane]));
            z4[lane] = fused(-c2, out[lane], y[lane]);
        }
        out
    }

    /// Adds the energy of some samples of each signal to `sums`.
    pub fn energy(&mut self, frames: &[[f32; N]], sums: &mut [f64; N]) {
        // On copies, so that coefficients, states and sums stay in registers.
        let (mut local, mut energy) = (self.clone(), *sums);
        for frame in frames {
            let weighted = local.tick(*frame);
            for lane in 0..N {
                energy[lane] = fused(weighted[lane], weighted[lane], energy[lane]);
            }
        }
        (*self, *sums) = (local, energy);
    }

    /// Sets states that no one can hear to zero.
    pub fn settle(&mut self) {
        for state in self.states.as_flattened_mut() {
            if state.abs() < QUIET {
                *state = 0.0;
            }
        }
    }

    pub fn reset(&mut self) {
        self.states = [[0.0; N]; 4];
    }
}
