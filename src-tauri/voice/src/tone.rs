//! Small loudspeakers and old throats.

use son1k_domain::conversion::Character;

use crate::filter::Biquad;

/// Seconds over which the level is felt that a loudspeaker is driven by.
const FELT: f32 = 0.2;
/// Mean square of −80 dBFS: what is more silent is not turned up.
const QUIET: f32 = 1e-8;

/// Filters and a gentle overdrive. What it drives does not depend on the level of the sound, so that a quiet take sounds
/// like a loud one, and no noise is added.
#[derive(Debug)]
pub(crate) struct Tone {
    before: Vec<Biquad>,
    /// How far the root mean square is up the curve.
    drive: f32,
    after: Vec<Biquad>,
    power: f32,
    part: f32,
}

impl Tone {
    /// Returns what a character needs, if it needs any.
    pub fn of(character: Character, rate: u32) -> Option<Self> {
        let (before, drive, after) = match character {
            Character::Telephone => {
                // The passband of ITU-T G.712; what the overdrive adds beyond is taken out again.
                let band = Biquad::band(rate, 300.0, 3_400.0);
                (band.clone(), 0.5, band)
            }
            Character::Radio => {
                let mut first = Biquad::band(rate, 250.0, 5_000.0);
                first.push(Biquad::peaking(rate, 2_200.0, 7.0, 1.0));
                (first, 1.4, Biquad::band(rate, 200.0, 5_500.0))
            }
            Character::Monster => (Vec::new(), 0.6, vec![Biquad::low_pass(rate, 7_000.0, 0.7)]),
            Character::Old => (Vec::new(), 0.0, vec![Biquad::low_pass(rate, 4_500.0, 0.6)]),
            Character::Natural | Character::Whisper | Character::Robot => return None,
        };
        let part = 1.0 - (-1.0 / (FELT * rate as f32)).exp();
        Some(Self { before, drive, after, power: QUIET, part })
    }

    /// Changes sound in place.
    pub fn run(&mut self, sound: &mut [f32]) {
        self.before.iter_mut().for_each(|filter| filter.run(sound));
        if self.drive > 0.0 {
            self.overdrive(sound);
        }
        self.after.iter_mut().for_each(|filter| filter.run(sound));
    }

    fn overdrive(&mut self, sound: &mut [f32]) {
        for x in sound {
            self.power += self.part * (*x * *x + QUIET - self.power);
            let gain = self.drive / self.power.sqrt();
            *x = (gain * *x).tanh() / gain;
        }
    }
}
