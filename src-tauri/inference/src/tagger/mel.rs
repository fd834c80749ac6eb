//! The spectrogram that the models listen to: power spectra of 32 ms, summed into 96 bands, compressed.
//!
//! It follows `librosa.feature.melspectrogram` with its defaults (Slaney's scale and normalisation: M. Slaney, "Auditory
//! Toolbox", 1998; frames centred on their time, silence around the song), as musicnn uses it.

use std::f32::consts::PI;
use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex};

/// Bands.
pub(super) const MELS: usize = 96;
/// Samples between two frames, at 16,000 Hz.
pub(super) const HOP: usize = 256;
const WINDOW: usize = 512;
/// Hertz.
pub(super) const RATE: usize = 16_000;
/// Compression: log10(1 + 10,000 x).
const GAIN: f32 = 10_000.0;

/// One band: the first bin it covers and the weights from there on.
struct Band {
    first: usize,
    weights: Vec<f32>,
}

/// Plans and tables for spectrograms.
pub(super) struct Mel {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    bands: Vec<Band>,
}

impl Mel {
    pub(super) fn new() -> Self {
        // A periodic Hann window.
        let hann = |n: usize| 0.5 - 0.5 * (2.0 * PI * n as f32 / WINDOW as f32).cos();
        Self {
            fft: RealFftPlanner::new().plan_fft_forward(WINDOW),
            window: (0..WINDOW).map(hann).collect(),
            bands: bands(),
        }
    }

    /// Returns `count` frames from frame `first` on, [`MELS`] values each. Frame `n` is centred on sample `n · HOP` of
    /// `sound`, which is at 16,000 Hz.
    pub(super) fn spectrogram(&self, sound: &[f32], first: usize, count: usize) -> Vec<f32> {
        let mut spectrum = self.fft.make_output_vec();
        let mut frame = self.fft.make_input_vec();
        let mut values = Vec::with_capacity(count * MELS);
        for number in first..first + count {
            for (n, (place, window)) in frame.iter_mut().zip(&self.window).enumerate() {
                let at = (number * HOP + n).checked_sub(WINDOW / 2);
                *place = at.and_then(|at| sound.get(at)).copied().unwrap_or(0.0) * window;
            }
            // The lengths are the plan's own, so this cannot fail; a frame of silence would be its mildest outcome.
            if self.fft.process(&mut frame, &mut spectrum).is_err() {
                spectrum.fill(realfft::num_complex::Complex::ZERO);
            }
            let power: Vec<f32> = spectrum.iter().map(realfft::num_complex::Complex::norm_sqr).collect();
            values.extend(self.bands.iter().map(|band| compress(band.sum(&power))));
        }
        values
    }
}

impl Band {
    fn sum(&self, power: &[f32]) -> f32 {
        self.weights.iter().zip(&power[self.first..]).map(|(weight, power)| weight * power).sum()
    }
}

fn compress(value: f32) -> f32 {
    (1.0 + GAIN * value).log10()
}

/// Triangles between neighbouring points of the scale, each of the same area.
fn bands() -> Vec<Band> {
    let top = mel(RATE as f64 / 2.0);
    let points: Vec<f64> = (0..MELS + 2).map(|n| hertz(top * n as f64 / (MELS + 1) as f64)).collect();
    points.windows(3).map(|points| triangle(points[0], points[1], points[2])).collect()
}

fn triangle(low: f64, centre: f64, high: f64) -> Band {
    let weight = |bin: usize| {
        let hz = bin as f64 * RATE as f64 / WINDOW as f64;
        let slope = ((hz - low) / (centre - low)).min((high - hz) / (high - centre));
        (slope.max(0.0) * 2.0 / (high - low)) as f32
    };
    let weights: Vec<f32> = (0..=WINDOW / 2).map(weight).collect();
    let first = weights.iter().position(|weight| *weight > 0.0).unwrap_or(0);
    let last = weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0);
    Band { first, weights: weights[first..=last].to_vec() }
}

/// Slaney's scale: linear to 1,000 Hz (15 mel), then logarithmic, 27 mel to a factor of 6.4.
const BREAK_HZ: f64 = 1_000.0;
const HZ_PER_MEL: f64 = 200.0 / 3.0;
const BREAK_MEL: f64 = BREAK_HZ / HZ_PER_MEL;

fn log_step() -> f64 {
    6.4_f64.ln() / 27.0
}

fn mel(hz: f64) -> f64 {
    if hz < BREAK_HZ { hz / HZ_PER_MEL } else { BREAK_MEL + (hz / BREAK_HZ).ln() / log_step() }
}

fn hertz(mel: f64) -> f64 {
    if mel < BREAK_MEL { mel * HZ_PER_MEL } else { BREAK_HZ * ((mel - BREAK_MEL) * log_step()).exp() }
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
    fn the_scale_meets_its_published_points() {
        assert!((mel(1_000.0) - 15.0).abs() < 1e-9);
        assert!((mel(6_400.0) - 42.0).abs() < 1e-9);
        for hz in [0.0, 60.0, 999.0, 1_001.0, 7_999.0] {
            assert!((hertz(mel(hz)) - hz).abs() < 1e-6, "{hz}");
        }
    }

    #[test]
    fn every_band_hears_something() {
        assert_eq!(bands().len(), MELS);
        assert!(bands().iter().all(|band| band.weights.iter().sum::<f32>() > 0.0));
    }

    #[test]
    fn two_tones_look_as_librosa_draws_them() {
        let mel = Mel::new();
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
