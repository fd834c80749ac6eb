//! Saturation.
//!
//! The curve is `x / √(1 + x²)`. First-order antiderivative antialiasing (Parker et al., "Reducing the aliasing of
//! nonlinear waveshaping", DAFx 2016) of this curve has the closed form `(a + b) / (√(1+a²) + √(1+b²))`, without the
//! division by a small difference that makes the method fragile. It is applied to what the curve changes only, so that
//! quiet highs pass untouched.

/// The curve with its memory of one value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Curve {
    last: f32,
    last_root: f32,
}

impl Default for Curve {
    fn default() -> Self {
        Self { last: 0.0, last_root: 1.0 }
    }
}

impl Curve {
    #[inline]
    pub fn tick(&mut self, x: f32) -> f32 {
        let root = (1.0 + x * x).sqrt();
        let sum = x + self.last;
        let y = x + sum / (root + self.last_root) - 0.5 * sum;
        (self.last, self.last_root) = (x, root);
        y
    }
}

/// Level at which the gain of the drive is unity, −12 dBFS: what a channel's peaks are near.
const REFERENCE: f32 = 0.25;

/// Most gain into the curve, in dB.
const MOST: f32 = 20.0;

/// The saturation insert of a channel.
#[derive(Debug, Clone)]
pub(crate) struct Drive {
    before: f32,
    after: f32,
    curves: [Curve; 2],
}

impl Drive {
    /// `amount` is 0 to 1.
    pub fn new(amount: f32) -> Self {
        let before = 10f32.powf(amount.clamp(0.0, 1.0) * MOST / 20.0);
        let driven = before * REFERENCE;
        let after = REFERENCE / (driven / (1.0 + driven * driven).sqrt());
        Self { before, after, curves: [Curve::default(); 2] }
    }

    pub fn run(&mut self, frames: &mut [[f32; 2]]) {
        for frame in frames {
            for (value, curve) in frame.iter_mut().zip(&mut self.curves) {
                *value = curve.tick(*value * self.before) * self.after;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_sound_passes_unchanged_and_loud_sound_is_bounded() {
        let mut curve = Curve::default();
        for n in 0..1000 {
            let x = 1e-3 * (n as f32 * 1.3).sin();
            assert!((curve.tick(x) - x).abs() < 1e-6);
        }
        let mut curve = Curve::default();
        let settled = (0..10).map(|_| curve.tick(100.0)).last().unwrap();
        assert!((settled - 1.0).abs() < 1e-3);
    }

    #[test]
    fn the_reference_level_keeps_its_level_at_every_amount() {
        for amount in [0.1, 0.5, 1.0] {
            let mut frames = [[REFERENCE; 2]; 8];
            Drive::new(amount).run(&mut frames);
            assert!((frames[7][0] - REFERENCE).abs() < 1e-3);
        }
    }
}
