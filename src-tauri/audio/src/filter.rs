//! The state-variable filter of the synthesiser.

use std::f32::consts::PI;

use son1k_sound::biquad::fused;

use crate::SAMPLE_RATE;

const RATE: f32 = SAMPLE_RATE as f32;

/// States below this are set to zero: denormal numbers slow processors down a hundredfold.
const QUIET: f32 = 1e-20;

/// A stereo state-variable filter in trapezoidal form (Zavalishin, The Art of VA Filter Design, chapter 4): its
/// cutoff can move fast without trouble.
#[derive(Debug, Clone, Default)]
pub(crate) struct Svf {
    s1: [f32; 2],
    s2: [f32; 2],
    g: f32,
    k: f32,
    d: f32,
}

impl Svf {
    /// Sets cutoff (Hz) and resonance (0 to 1; 1 is close to ringing).
    #[inline]
    pub fn set(&mut self, cutoff: f32, resonance: f32) {
        let x = PI * (cutoff / RATE).clamp(0.0002, 0.45);
        // Padé approximation of the tangent, within 0.3 % below 0.4 of the rate.
        let x2 = x * x;
        self.g = x * (15.0 - x2) / (15.0 - 6.0 * x2);
        self.k = 2.0 - 1.9 * resonance.clamp(0.0, 1.0);
        self.d = 1.0 / (1.0 + self.g * (self.g + self.k));
    }

    /// Returns the low-pass and the band-pass output of one channel.
    #[inline]
    pub fn tick(&mut self, side: usize, x: f32) -> (f32, f32) {
        let high = (x - (self.g + self.k) * self.s1[side] - self.s2[side]) * self.d;
        let v1 = self.g * high;
        let band = v1 + self.s1[side];
        self.s1[side] = band + v1;
        let v2 = self.g * band;
        let low = v2 + self.s2[side];
        self.s2[side] = low + v2;
        (low, band)
    }

    /// Sets states that no one can hear to zero.
    #[inline]
    pub fn settle(&mut self) {
        for z in self.s1.iter_mut().chain(&mut self.s2) {
            if z.abs() < QUIET {
                *z = 0.0;
            }
        }
    }
}

/// The low-pass outputs of `N` state-variable filters side by side.
#[derive(Debug)]
pub(crate) struct SvfLanes<const N: usize> {
    s1: [f32; N],
    s2: [f32; N],
    g: [f32; N],
    gk: [f32; N],
    d: [f32; N],
}

impl<const N: usize> Default for SvfLanes<N> {
    fn default() -> Self {
        Self { s1: [0.0; N], s2: [0.0; N], g: [0.0; N], gk: [0.0; N], d: [0.0; N] }
    }
}

impl<const N: usize> SvfLanes<N> {
    /// Takes the two sides of a filter into the lanes from `lane` on.
    #[inline]
    pub fn load(&mut self, lane: usize, filter: &Svf) {
        for side in 0..2 {
            let at = lane + side;
            (self.s1[at], self.s2[at]) = (filter.s1[side], filter.s2[side]);
            (self.g[at], self.gk[at], self.d[at]) = (filter.g, filter.g + filter.k, filter.d);
        }
    }

    /// Gives the states back.
    #[inline]
    pub fn store(&self, lane: usize, filter: &mut Svf) {
        filter.s1.copy_from_slice(&self.s1[lane..lane + 2]);
        filter.s2.copy_from_slice(&self.s2[lane..lane + 2]);
        filter.settle();
    }

    /// Returns the low-pass output of every lane.
    #[inline]
    pub fn low(&mut self, x: [f32; N]) -> [f32; N] {
        let mut out = [0.0; N];
        for n in 0..N {
            let high = fused(-self.gk[n], self.s1[n], x[n] - self.s2[n]) * self.d[n];
            let band = fused(self.g[n], high, self.s1[n]);
            self.s1[n] = fused(self.g[n], high, band);
            let low = fused(self.g[n], band, self.s2[n]);
            self.s2[n] = fused(self.g[n], band, low);
            out[n] = low;
        }
        out
    }
}
