//! Windowed spectra of overlapping frames, and sound out of them again.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// One complex value a bin.
pub(crate) type Bin = Complex<f32>;

/// A plan for frames of one length.
pub(crate) struct Stft {
    window: Vec<f32>,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    frame: Vec<f32>,
}

impl Stft {
    /// Returns a plan whose frames are weighted by `window` on the way there and on the way back.
    pub(crate) fn new(window: Vec<f32>) -> Self {
        let mut planner = RealFftPlanner::new();
        let size = window.len();
        Self {
            forward: planner.plan_fft_forward(size),
            inverse: planner.plan_fft_inverse(size),
            frame: vec![0.0; size],
            window,
        }
    }

    /// Returns the number of bins.
    pub(crate) fn bins(&self) -> usize {
        self.window.len() / 2 + 1
    }

    /// Writes the spectrum of the frame that begins at sample `at`, which may lie before the beginning; around the sound
    /// there is silence. Nothing is normalised.
    pub(crate) fn spectrum(&mut self, sound: &[f32], at: isize, spectrum: &mut [Bin]) {
        for (n, (place, window)) in self.frame.iter_mut().zip(&self.window).enumerate() {
            let sample = at.checked_add_unsigned(n).and_then(|at| usize::try_from(at).ok());
            *place = sample.and_then(|at| sound.get(at)).copied().unwrap_or(0.0) * window;
        }
        // The lengths are the plan's own, so this cannot fail; a frame of silence would be its mildest outcome.
        if self.forward.process(&mut self.frame, spectrum).is_err() {
            spectrum.fill(Bin::ZERO);
        }
    }

    /// Turns a spectrum back into its frame and adds it, weighted by the window and by `gain`, from sample `at` on. The
    /// spectrum is used up.
    pub(crate) fn add(&mut self, spectrum: &mut [Bin], gain: f32, sound: &mut [f32], at: isize) {
        let last = spectrum.len() - 1;
        spectrum[0].im = 0.0;
        if self.window.len().is_multiple_of(2) {
            spectrum[last].im = 0.0;
        }
        if self.inverse.process(spectrum, &mut self.frame).is_err() {
            return;
        }
        let gain = gain / self.window.len() as f32;
        for (n, (value, window)) in self.frame.iter().zip(&self.window).enumerate() {
            let sample = at.checked_add_unsigned(n).and_then(|at| usize::try_from(at).ok());
            if let Some(place) = sample.and_then(|at| sound.get_mut(at)) {
                *place += value * window * gain;
            }
        }
    }
}

/// Returns one side of stereo interleaved samples; what is no number becomes silence.
pub(crate) fn side(stereo: &[f32], side: usize) -> Vec<f32> {
    let samples = stereo.as_chunks::<2>().0.iter();
    samples.map(|frame| if frame[side].is_finite() { frame[side] } else { 0.0 }).collect()
}

/// Returns the mean of both sides; what is no number becomes silence.
pub(crate) fn mono(stereo: &[f32]) -> Vec<f32> {
    let samples = stereo.as_chunks::<2>().0.iter().map(|[left, right]| (left + right) / 2.0);
    samples.map(|sample| if sample.is_finite() { sample } else { 0.0 }).collect()
}

/// Returns a Hann window; a periodic one, as spectra that are put together again need.
pub(crate) fn hann(size: usize) -> Vec<f32> {
    let turn = std::f64::consts::TAU / size as f64;
    (0..size).map(|n| (0.5 - 0.5 * (turn * n as f64).cos()) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spectra_that_nobody_touched_give_the_sound_back() {
        let sound: Vec<f32> = (0..5_000).map(|n| (n as f32 * 0.1).sin() * 0.5).collect();
        let mut stft = Stft::new(hann(512));
        let mut spectrum = vec![Bin::ZERO; stft.bins()];
        let mut back = vec![0.0; sound.len()];
        for frame in 0..sound.len() / 128 + 4 {
            let at = (frame * 128) as isize - 384;
            stft.spectrum(&sound, at, &mut spectrum);
            // Four overlapping squared Hann windows sum to 1.5.
            stft.add(&mut spectrum, 1.0 / 1.5, &mut back, at);
        }
        assert!(sound.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-5));
    }

    #[test]
    fn what_is_no_number_is_silence() {
        let stereo = [0.5, f32::NAN, f32::INFINITY, 0.25];
        assert_eq!(side(&stereo, 0), [0.5, 0.0]);
        assert_eq!(side(&stereo, 1), [0.0, 0.25]);
        assert_eq!(mono(&stereo), [0.0, 0.0]);
    }
}
