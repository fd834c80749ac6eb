//! What the encoder is shown of a window: power spectra of 25 ms, every 10 ms, in 80 bands, on a logarithmic scale.
//!
//! It follows `log_mel_spectrogram` of the whisper package's `audio.py`.

use crate::mel::Bands;
use crate::stft::{self, Bin, Stft};

/// Hertz.
pub(super) const RATE: usize = 16_000;
/// Samples between two frames.
pub(super) const HOP: usize = 160;
pub(super) const BANDS: usize = 80;
/// Frames of a window: 30 s.
pub(super) const FRAMES: usize = 3_000;
/// Samples of a frame.
const SIZE: usize = 400;
/// Power that counts as silence.
const FLOOR: f32 = 1e-10;
/// Decades below the loudest point of a window that are told apart.
const RANGE: f32 = 8.0;

/// Plans and tables for spectrograms.
pub(super) struct Spectrogram {
    stft: Stft,
    bands: Bands,
}

impl Spectrogram {
    pub(super) fn new() -> Self {
        Self { stft: Stft::new(stft::hann(SIZE)), bands: Bands::new(BANDS, SIZE, RATE) }
    }

    /// Returns a window's [`BANDS`] rows of [`FRAMES`] values; behind the sound there is silence, before it its own
    /// beginning in reverse.
    pub(super) fn of(&mut self, sound: &[f32]) -> Vec<f32> {
        let mirrored = sound.iter().skip(1).take(SIZE / 2);
        let missing = (SIZE / 2).saturating_sub(mirrored.len());
        let mut padded = vec![0.0; missing];
        padded.extend(mirrored.rev());
        padded.extend(sound);
        let mut values = vec![FLOOR.log10(); BANDS * FRAMES];
        let mut spectrum = vec![Bin::ZERO; self.stft.bins()];
        for frame in 0..padded.len().div_ceil(HOP).min(FRAMES) {
            self.stft.spectrum(&padded, (frame * HOP) as isize, &mut spectrum);
            let power: Vec<f32> = spectrum.iter().map(Bin::norm_sqr).collect();
            for (band, value) in self.bands.of(&power).enumerate() {
                values[band * FRAMES + frame] = value.max(FLOOR).log10();
            }
        }
        let loudest = values.iter().copied().fold(f32::MIN, f32::max);
        values.iter_mut().for_each(|value| *value = (value.max(loudest - RANGE) + 4.0) / 4.0);
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    include!("reference.rs");

    /// Two tones with noise between them in level, half a second.
    fn sound() -> Vec<f32> {
        let tone = |hz: f64, n: usize| (std::f64::consts::TAU * hz * n as f64 / RATE as f64).sin();
        let noise =
            |n: usize| f64::from((n as u32).wrapping_mul(2_654_435_761) >> 8) / f64::from(1 << 24) - 0.5;
        (0..8_000).map(|n| (0.4 * tone(220.0, n) + 0.1 * tone(2_750.0, n) + 0.02 * noise(n)) as f32).collect()
    }

    #[test]
    fn a_sound_looks_as_the_whisper_package_draws_it() {
        let values = Spectrogram::new().of(&sound());
        for (frame, expected) in [(0, &FRAME_0), (25, &FRAME_25), (50, &FRAME_50)] {
            for (band, expected) in expected.iter().enumerate() {
                let value = values[band * FRAMES + frame];
                assert!(
                    (value - expected).abs() < 1e-3,
                    "frame {frame}, band {band}: {value}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn silence_and_nothing_are_drawn_evenly() {
        for sound in [vec![], vec![0.0], vec![0.0; 16_000]] {
            let values = Spectrogram::new().of(&sound);
            assert_eq!(values.len(), BANDS * FRAMES);
            assert!(values.iter().all(|value| (value - values[0]).abs() < 1e-6));
        }
    }
}
