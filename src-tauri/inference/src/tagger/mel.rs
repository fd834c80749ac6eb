//! The spectrogram that the models listen to: power spectra of 32 ms, summed into 96 bands, compressed.
//!
//! It follows `librosa.feature.melspectrogram` with its defaults (frames centred on their time, silence around the song), as
//! musicnn uses it.

use crate::mel::Bands;
use crate::stft::{self, Bin, Stft};

/// Bands.
pub(super) const MELS: usize = 96;
/// Samples between two frames, at 16,000 Hz.
pub(super) const HOP: usize = 256;
const WINDOW: usize = 512;
/// Hertz.
pub(super) const RATE: usize = 16_000;
/// Compression: log10(1 + 10,000 x).
const GAIN: f32 = 10_000.0;

/// Plans and tables for spectrograms.
pub(super) struct Mel {
    stft: Stft,
    bands: Bands,
}

impl Mel {
    pub(super) fn new() -> Self {
        Self { stft: Stft::new(stft::hann(WINDOW)), bands: Bands::new(MELS, WINDOW, RATE) }
    }

    /// Returns `count` frames from frame `first` on, [`MELS`] values each. Frame `n` is centred on sample `n · HOP` of
    /// `sound`, which is at 16,000 Hz.
    pub(super) fn spectrogram(&mut self, sound: &[f32], first: usize, count: usize) -> Vec<f32> {
        let mut spectrum = vec![Bin::ZERO; self.stft.bins()];
        let mut values = Vec::with_capacity(count * MELS);
        for number in first..first + count {
            self.stft.spectrum(sound, (number * HOP) as isize - (WINDOW / 2) as isize, &mut spectrum);
            let power: Vec<f32> = spectrum.iter().map(Bin::norm_sqr).collect();
            values.extend(self.bands.of(&power).map(compress));
        }
        values
    }
}

fn compress(value: f32) -> f32 {
    (1.0 + GAIN * value).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone of 1,000 Hz and a softer one of 3,333 Hz, one second.
    fn sound() -> Vec<f32> {
        let tone = |hz: f64, n: usize| (std::f64::consts::TAU * hz * n as f64 / RATE as f64).sin();
        (0..16_000).map(|n| (0.5 * tone(1_000.0, n) + 0.1 * tone(3_333.0, n)) as f32).collect()
    }

    include!("reference.rs");

    #[test]
    fn two_tones_look_as_librosa_draws_them() {
        let mut mel = Mel::new();
        for (frame, expected) in [(0, &FRAME_0), (30, &FRAME_30)] {
            let values = mel.spectrogram(&sound(), frame, 1);
            for (band, (value, expected)) in values.iter().zip(expected.iter()).enumerate() {
                assert!(
                    (value - expected).abs() < 2e-3,
                    "frame {frame}, band {band}: {value}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn behind_the_end_there_is_silence() {
        assert!(Mel::new().spectrogram(&sound(), 100, 2).iter().all(|value| *value == 0.0));
    }
}
