//! What makes a voice of Kokoro: a table of vectors, one for each number of phonemes that are said at once.

use crate::{Error, Result};

/// The entry of the shelf that voices are in.
const ENTRY: &str = "kokoro-voices";
/// One row for each number of phonemes, from none on.
const ROWS: usize = 510;
/// A row: first how the voice sounds, then how it moves. StyleTTS 2 keeps the two apart (Y. A. Li et al., NeurIPS 2023: the
/// acoustic and the prosodic style).
pub(super) const WIDTH: usize = 256;
pub(super) const TIMBRE: usize = 128;

/// A voice, or a blend of some.
#[derive(Debug, Clone, PartialEq)]
pub struct Style(Vec<f32>);

impl Style {
    /// Reads a voice: 510 rows of 256 values, 32-bit floats in little-endian order.
    ///
    /// # Errors
    /// [`Error::ModelUnusable`] for bytes of another size, or that are no numbers.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let (words, rest) = bytes.as_chunks::<4>();
        let values: Vec<f32> = words.iter().map(|word| f32::from_le_bytes(*word)).collect();
        let whole = rest.is_empty() && values.len() == ROWS * WIDTH;
        if whole && values.iter().all(|value| value.is_finite()) {
            return Ok(Self(values));
        }
        let reason = format!("{} bytes are not a voice", bytes.len());
        Err(Error::ModelUnusable { model: ENTRY.into(), reason })
    }

    /// Returns a voice between others, each with its weight; only their ratios count, and weights below zero are zero. Without
    /// any weight all count the same.
    pub fn blend(voices: &[(&Self, f32)]) -> Self {
        let weight = |given: f32| if given.is_finite() { given.max(0.0) } else { 0.0 };
        let sum: f32 = voices.iter().map(|(_, given)| weight(*given)).sum();
        let mut blended = vec![0.0; ROWS * WIDTH];
        for (voice, given) in voices {
            let share = if sum > 0.0 { weight(*given) / sum } else { 1.0 / voices.len() as f32 };
            for (value, its) in blended.iter_mut().zip(&voice.0) {
                *value += share * its;
            }
        }
        Self(blended)
    }

    /// Returns the voice in the middle of others.
    pub fn mean(voices: &[Self]) -> Self {
        let alike: Vec<_> = voices.iter().map(|voice| (voice, 1.0)).collect();
        Self::blend(&alike)
    }

    /// Returns the row for so many phonemes.
    pub(super) fn row(&self, phonemes: usize) -> &[f32] {
        let row = phonemes.min(ROWS - 1);
        &self.0[row * WIDTH..(row + 1) * WIDTH]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(value: f32) -> Style {
        let bytes: Vec<u8> =
            (0..ROWS * WIDTH).flat_map(|n| (value + (n / WIDTH) as f32).to_le_bytes()).collect();
        Style::read(&bytes).unwrap()
    }

    #[test]
    fn a_voice_has_a_row_for_each_number_of_phonemes() {
        let voice = voice(0.5);
        assert_eq!(voice.row(0), [0.5; WIDTH]);
        assert_eq!(voice.row(509), [509.5; WIDTH]);
        assert_eq!(voice.row(510), voice.row(509), "the longest phrase has one more");
    }

    #[test]
    fn a_blend_lies_where_the_weights_put_it() {
        let (low, high) = (voice(1.0), voice(3.0));
        assert_eq!(Style::blend(&[(&low, 1.0), (&high, 3.0)]).row(0), [2.5; WIDTH]);
        assert_eq!(Style::blend(&[(&low, 0.0), (&high, 0.2)]), high);
        assert_eq!(Style::blend(&[(&low, -1.0), (&high, f32::NAN)]).row(0), [2.0; WIDTH]);
        assert_eq!(Style::mean(&[low, high]).row(1), [3.0; WIDTH]);
    }

    #[test]
    fn what_is_no_voice_is_refused() {
        for bytes in
            [vec![], vec![0; 4], vec![0; ROWS * WIDTH * 4 - 1], [0, 0, 192, 127].repeat(ROWS * WIDTH)]
        {
            assert!(matches!(Style::read(&bytes), Err(Error::ModelUnusable { .. })));
        }
    }
}
