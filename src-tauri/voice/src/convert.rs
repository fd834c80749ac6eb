//! A whole sound converted at once.

use son1k_domain::conversion::Conversion;
use son1k_domain::unit::{Hertz, Seconds};

use crate::{Known, Progress, Result, Stream};

/// Samples between the values of the pitch that the stream is given.
const HOP: usize = 128;
/// Samples that go in at once.
const BLOCK: usize = 32 * HOP;
/// The lowest voice: a basso profondo's lowest C is 65 Hz, creaks go down to 50.
const LOWEST: Hertz = Hertz(45.0);
/// No voice sings higher.
const HIGHEST: f32 = 2_100.0;

/// The pitch of a sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Track {
    /// Time between values; the first is at 0.
    pub hop: Seconds,
    /// In Hz, 0 where there is no pitch. Behind its end there is none.
    pub hertz: Vec<f32>,
}

impl Track {
    /// Returns the pitch at a time: between two values it glides, and each reaches half way to one without pitch.
    fn at(&self, seconds: f64) -> f32 {
        let place = seconds / self.hop.0;
        if !place.is_finite() || place < 0.0 {
            return 0.0;
        }
        let value = |index: usize| self.hertz.get(index).copied().filter(|&hertz| is_pitch(hertz));
        let part = place.fract() as f32;
        match (value(place as usize), value((place as usize).saturating_add(1))) {
            (Some(here), Some(next)) => here * (next / here).powf(part),
            (Some(here), None) if part <= 0.5 => here,
            (None, Some(next)) if part > 0.5 => next,
            _ => 0.0,
        }
    }

    /// Returns the middle of the melody: the median of the pitch. None for a sound without.
    fn middle(&self) -> Option<Hertz> {
        let mut voiced: Vec<f32> = self.hertz.iter().copied().filter(|&hertz| is_pitch(hertz)).collect();
        let half = voiced.len() / 2;
        (!voiced.is_empty()).then(|| Hertz(*voiced.select_nth_unstable_by(half, f32::total_cmp).1))
    }
}

fn is_pitch(hertz: f32) -> bool {
    (LOWEST.0..=HIGHEST).contains(&hertz)
}

/// Converts a voice of one channel with its pitch. The result is as long as the sound, or `speed` times shorter, as loud
/// in each of its parts, and may have peaks over full scale: whoever writes it brings them under a ceiling. A sample that is
/// no number counts as silence. Memory beside the result does not grow with the sound.
///
/// # Errors
///
/// [`crate::Error::Rate`] if the rate is out of [`crate::RATES`], [`crate::Error::Cancelled`].
pub fn convert(
    sound: &[f32],
    rate: u32,
    track: &Track,
    conversion: &Conversion,
    progress: &Progress,
) -> Result<Vec<f32>> {
    let known = Known { lowest: LOWEST, middle: track.middle(), prompt: false };
    let mut stream = Stream::new(rate, HOP, conversion, known)?;
    let mut out =
        Vec::with_capacity((sound.len() as f64 / f64::from(conversion.speed.max(0.5))) as usize + 1);
    let mut pitch = Vec::with_capacity(BLOCK / HOP);
    for (n, block) in sound.chunks(BLOCK).enumerate() {
        progress.at(n * BLOCK, sound.len())?;
        let middle = |k: usize| (n * BLOCK + k * HOP + HOP / 2) as f64 / f64::from(rate);
        pitch.clear();
        pitch.extend((0..block.len().div_ceil(HOP)).map(|k| track.at(middle(k))));
        stream.push(block, &pitch, &mut out);
    }
    stream.finish(&mut out);
    progress.at(1, 1)?;
    Ok(out)
}
