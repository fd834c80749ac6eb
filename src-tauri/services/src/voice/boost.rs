//! A voice brought forward: what rumbles is cut, what makes words clear is lifted.

use son1k_sound::biquad::{Biquad, Coefficients};

/// Below the deepest voice; breath and table knocks are there.
const RUMBLE: f32 = 75.0;
const BUTTERWORTH: f32 = std::f32::consts::FRAC_1_SQRT_2;
/// Presence: consonants, and the third and fourth formants. Centre, decibels, width.
const PRESENCE: (f32, f32, f32) = (3_200.0, 3.0, 0.9);
/// Air above it, in hertz and decibels.
const AIR: (f32, f32) = (7_000.0, 1.5);
/// What the lifts may add to a peak is taken off before them: a boost is not louder, but clearer.
const ROOM: f32 = 0.707_945_8;

/// Brings one voice forward, sample after sample.
pub(super) struct Boost([Biquad; 3]);

impl Boost {
    /// Prepares for a rate in hertz.
    pub(super) fn new(rate: u32) -> Self {
        let (centre, lift, width) = PRESENCE;
        Self([
            Biquad::new(Coefficients::high_pass(rate, RUMBLE, BUTTERWORTH)),
            Biquad::new(Coefficients::peaking(rate, centre, lift, width)),
            Biquad::new(Coefficients::high_shelf(rate, AIR.0, AIR.1)),
        ])
    }

    /// Filters what is next of the voice, in place.
    pub(super) fn run(&mut self, mono: &mut [f32]) {
        for sample in mono {
            let frame = [*sample * ROOM; 2];
            *sample = self.0.iter_mut().fold(frame, |frame, filter| filter.tick(frame))[0];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 24_000;

    /// Returns by how many decibels a tone is changed.
    fn gain(hertz: f32) -> f32 {
        let tone = |n: usize| (n as f32 * hertz / RATE as f32 * std::f32::consts::TAU).sin();
        let mut sound: Vec<f32> = (0..RATE as usize).map(tone).collect();
        Boost::new(RATE).run(&mut sound);
        let late = &sound[RATE as usize / 2..];
        let power = late.iter().map(|sample| sample * sample).sum::<f32>() / late.len() as f32;
        10.0 * (2.0 * power).log10()
    }

    #[test]
    fn rumble_goes_presence_comes_and_nothing_gets_louder_than_it_was() {
        assert!(gain(30.0) < -15.0, "{}", gain(30.0));
        let body = gain(300.0);
        assert!((gain(3_200.0) - body - 3.0).abs() < 0.5, "{} {body}", gain(3_200.0));
        for hertz in [100.0, 1_000.0, 3_200.0, 5_000.0, 9_000.0] {
            assert!(gain(hertz) < 0.6, "{hertz} Hz: {}", gain(hertz));
        }
    }
}
