//! The converted voice as loud as the voice was.

/// Gains beyond these would bring up what is only the rest of a filter.
const LEAST: f32 = 0.125;
const MOST: f32 = 8.0;
/// Mean square of −90 dBFS: below it, levels are as they come.
const QUIET: f32 = 1e-9;

/// Follows the levels of two sounds and brings the second to the first.
#[derive(Debug)]
pub(crate) struct Leveller {
    dry: f32,
    wet: f32,
    /// Part of a new square in the mean.
    part: f32,
}

impl Leveller {
    /// Levels are means over about `seconds`: longer than any period of a voice, or its gain would hum.
    pub fn new(rate: u32, seconds: f32) -> Self {
        Self { dry: QUIET, wet: QUIET, part: 1.0 - (-1.0 / (seconds * rate as f32)).exp() }
    }

    /// Brings a converted sample to the level of the sample as it was.
    #[inline]
    pub fn tick(&mut self, dry: f32, wet: f32) -> f32 {
        // With the floor in the means, they never sink to where numbers are slow.
        self.dry += self.part * (dry * dry + QUIET - self.dry);
        self.wet += self.part * (wet * wet + QUIET - self.wet);
        let gain = (self.dry / self.wet).sqrt();
        wet * gain.clamp(LEAST, MOST)
    }
}
