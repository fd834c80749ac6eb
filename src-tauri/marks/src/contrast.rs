//! How much louder the first half of a tile is than the second: what a mark changes, and what it is heard by.

use crate::code::HALF;
use crate::grid::BANDS;

/// A contrast of this says most of a mark, in dB.
pub(crate) const CLEAR: f32 = 2.0;
/// Beyond this it is the voice that begins or ends, in dB, and says nothing of a mark.
pub(crate) const VOICE: f32 = 6.0;
/// What lies so far below the loudest is no part of the voice, in dB.
const RANGE: f32 = 50.0;
/// What is quieter is silence, in dB of the power of a band.
const SILENCE: f32 = -95.0;
/// The part of the time in which a band has nothing but its noise.
const NOISE_SHARE: f32 = 0.1;
/// Over this distance from its noise a band becomes worth listening to, in dB.
const RISE: f32 = 10.0;

/// The contrast of tiles that begin at any frame.
pub(crate) struct Contrasts {
    /// Of each frame: the level of half a tile from there on, in dB.
    levels: Vec<[f32; BANDS]>,
    /// Of each band: what is not over it says nothing.
    floors: [f32; BANDS],
}

impl Contrasts {
    pub fn new(powers: &[[f32; BANDS]]) -> Self {
        let levels: Vec<[f32; BANDS]> = powers.windows(HALF).map(level).collect();
        let floors = floors(&levels);
        Self { levels, floors }
    }

    /// Returns how many frames begin a tile that is whole.
    pub fn count(&self) -> usize {
        self.levels.len().saturating_sub(HALF)
    }

    /// Returns the contrast of a tile, in dB.
    pub fn at(&self, frame: usize, band: usize) -> f32 {
        self.levels[frame][band] - self.levels[frame + HALF][band]
    }

    /// Returns what a tile is worth, 0 to 1.
    pub fn weight(&self, frame: usize, band: usize) -> f32 {
        let level = self.levels[frame][band].max(self.levels[frame + HALF][band]);
        ((level - self.floors[band]) / RISE).clamp(0.0, 1.0)
    }
}

/// Returns what a contrast says of a mark: more than is heard of a mark is the voice's, and must not drown others (a
/// redescending function, P. Huber, "Robust Statistics", 1981, ch. 4.8).
pub(crate) fn says(contrast: f32) -> f32 {
    let falling = CLEAR * (VOICE - contrast.abs()) / (VOICE - CLEAR);
    contrast.abs().min(falling.max(0.0)).copysign(contrast)
}

fn level(powers: &[[f32; BANDS]]) -> [f32; BANDS] {
    let mut levels = [0.0; BANDS];
    for (band, level) in levels.iter_mut().enumerate() {
        let power: f32 = powers.iter().map(|frame| frame[band]).sum();
        *level = 10.0 * (power / HALF as f32).max(1e-20).log10();
    }
    levels
}

fn floors(levels: &[[f32; BANDS]]) -> [f32; BANDS] {
    let loudest = levels.iter().flatten().fold(SILENCE, |loudest, level| loudest.max(*level));
    let silence = (loudest - RANGE).max(SILENCE);
    let mut floors = [silence; BANDS];
    for (band, floor) in floors.iter_mut().enumerate().filter(|_| !levels.is_empty()) {
        let mut of_band: Vec<f32> = levels.iter().map(|levels| levels[band]).collect();
        let at = (of_band.len() as f32 * NOISE_SHARE) as usize;
        let (_, quiet, _) = of_band.select_nth_unstable_by(at, f32::total_cmp);
        *floor = quiet.max(silence);
    }
    floors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clear_contrast_says_most_and_the_voice_itself_nothing() {
        for (contrast, said) in [(0.0, 0.0), (1.0, 1.0), (-2.0, -2.0), (4.0, 1.0), (-6.0, 0.0), (90.0, 0.0)] {
            assert_eq!(says(contrast), said, "{contrast}");
        }
    }

    #[test]
    fn silence_is_worth_nothing() {
        let contrasts = Contrasts::new(&[[1e-14; BANDS]; 40]);
        assert_eq!((contrasts.count(), contrasts.weight(3, 3)), (27, 0.0));
        assert_eq!(Contrasts::new(&[]).count(), 0);
    }
}
