//! Saturation.
//!
//! The curve is `x / √(1 + x²)`. First-order antiderivative antialiasing (Parker et al., "Reducing the aliasing of
//! nonlinear waveshaping", DAFx 2016) of this curve has the closed form `(a + b) / (√(1+a²) + √(1+b²))`, without the
//! division by a small difference that makes the method fragile. It is applied to what the curve changes only, so that
//! quiet highs pass untouched.

use crate::envelope::CONTROL;

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
    /// Runs over a stretch at once; roots and divisions of different values do not wait for each other.
    pub fn run(&mut self, values: &mut [f32; CONTROL]) {
        let input = *values;
        let mut roots = [0.0; CONTROL];
        for n in 0..CONTROL {
            roots[n] = (1.0 + input[n] * input[n]).sqrt();
        }
        let (mut last, mut last_roots) = ([self.last; CONTROL], [self.last_root; CONTROL]);
        last[1..].copy_from_slice(&input[..CONTROL - 1]);
        last_roots[1..].copy_from_slice(&roots[..CONTROL - 1]);
        for n in 0..CONTROL {
            let sum = input[n] + last[n];
            values[n] = input[n] + sum / (roots[n] + last_roots[n]) - 0.5 * sum;
        }
        (self.last, self.last_root) = (input[CONTROL - 1], roots[CONTROL - 1]);
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

    /// Runs over frames in place; their number is a multiple of the control step.
    pub fn run(&mut self, frames: &mut [[f32; 2]]) {
        let (stretches, _) = frames.as_chunks_mut::<CONTROL>();
        for stretch in stretches {
            for (side, curve) in self.curves.iter_mut().enumerate() {
                let mut values = stretch.map(|frame| frame[side] * self.before);
                curve.run(&mut values);
                for (frame, value) in stretch.iter_mut().zip(values) {
                    frame[side] = value * self.after;
                }
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
        let quiet: [f32; CONTROL] = std::array::from_fn(|n| 1e-3 * (n as f32 * 1.3).sin());
        let mut values = quiet;
        curve.run(&mut values);
        assert!(values.iter().zip(quiet).all(|(y, x)| (y - x).abs() < 1e-6));
        let mut loud = [100.0; CONTROL];
        curve.run(&mut loud);
        assert!((loud[CONTROL - 1] - 1.0).abs() < 1e-3);
    }

    #[test]
    fn the_reference_level_keeps_its_level_at_every_amount() {
        for amount in [0.1, 0.5, 1.0] {
            let mut frames = [[REFERENCE; 2]; CONTROL];
            Drive::new(amount).run(&mut frames);
            assert!((frames[CONTROL - 1][0] - REFERENCE).abs() < 1e-3);
        }
    }
}
