//! Sound taken apart into overlapping spectra and put together again.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Frames that lie on each sample.
const OVERLAP: usize = 4;

/// A short-time Fourier transform and its inverse, both with the root of a Hann window, so that what is left as it is
/// comes out as it was (D. Griffin & J. Lim, 1984).
pub(crate) struct Frames {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    size: usize,
    window: Vec<f32>,
    /// The end of the input, from the start of the next frame on.
    input: Vec<f32>,
    /// What the frames so far add to the places from the start of the next frame on.
    sum: Vec<f32>,
    /// Place of the start of the next frame.
    next: i64,
    time: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
}

impl Frames {
    /// Makes frames of 17 to 33 ms, 21 ms at 48 kHz: two periods of most voices.
    pub fn new(rate: u32, planner: &mut RealFftPlanner<f32>) -> Self {
        let size = Self::size(rate);
        let (forward, inverse) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
        let turn = 2.0 * std::f32::consts::PI / size as f32;
        let window = (0..size).map(|n| (0.5 - 0.5 * (turn * n as f32).cos()).sqrt()).collect();
        let (time, spectrum) = (forward.make_input_vec(), forward.make_output_vec());
        let before = size - size / OVERLAP;
        Self {
            forward,
            inverse,
            size,
            window,
            // The first samples get as many frames as all others: some begin before the sound.
            input: vec![0.0; before],
            sum: vec![0.0; size],
            next: -(before as i64),
            time,
            spectrum,
        }
    }

    /// Returns the samples of a frame at a rate; also how far the output is behind.
    pub fn size(rate: u32) -> usize {
        (rate as usize * 17 / 1_000).next_power_of_two()
    }

    /// Returns the samples between frames.
    pub fn hop(rate: u32) -> usize {
        Self::size(rate) / OVERLAP
    }

    /// Returns the window of a frame.
    pub fn window(&self) -> &[f32] {
        &self.window
    }

    /// Takes sound and appends what is finished to `out`. `shape` changes the spectrum of a frame, given the place of its
    /// middle.
    pub fn push(
        &mut self,
        sound: &[f32],
        out: &mut Vec<f32>,
        mut shape: impl FnMut(i64, &mut [Complex<f32>]),
    ) {
        let hop = self.size / OVERLAP;
        self.input.extend_from_slice(sound);
        let mut start = 0;
        while self.input.len() - start >= self.size {
            self.analyse(start);
            shape(self.next + self.size as i64 / 2, &mut self.spectrum);
            self.resynthesise();
            // What lies before the sound is nobody's.
            let skipped = (-self.next).clamp(0, hop as i64) as usize;
            out.extend_from_slice(&self.sum[skipped..hop]);
            self.sum.copy_within(hop.., 0);
            self.sum[self.size - hop..].fill(0.0);
            self.next += hop as i64;
            start += hop;
        }
        self.input.drain(..start);
    }

    fn analyse(&mut self, start: usize) {
        let input = self.input[start..].iter().zip(&self.window);
        for (time, (sample, window)) in self.time.iter_mut().zip(input) {
            *time = sample * window;
        }
        // Fails only for buffers of a wrong length, and these were made by the transform itself.
        let turned = self.forward.process(&mut self.time, &mut self.spectrum);
        debug_assert!(turned.is_ok());
    }

    fn resynthesise(&mut self) {
        // The inverse takes real ends only; whoever shaped the spectrum need not know.
        if let [first, .., last] = &mut self.spectrum[..] {
            (first.im, last.im) = (0.0, 0.0);
        }
        let turned = self.inverse.process(&mut self.spectrum, &mut self.time);
        debug_assert!(turned.is_ok());
        let scale = 2.0 / (OVERLAP * self.size) as f32;
        for ((sum, time), window) in self.sum.iter_mut().zip(&self.time).zip(&self.window) {
            *sum += time * window * scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_as_it_is_comes_out_as_it_was() {
        let sound: Vec<f32> = (0..9_000).map(|n| (n as f32 * 0.37).sin()).collect();
        for rate in [16_000, 24_000, 44_100, 48_000, 96_000] {
            let mut frames = Frames::new(rate, &mut RealFftPlanner::new());
            let mut out = Vec::new();
            for part in sound.chunks(700) {
                frames.push(part, &mut out, |_, _| ());
            }
            assert!(out.len() + Frames::size(rate) > sound.len());
            let worst = out.iter().zip(&sound).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-5, "{rate}: {worst}");
        }
    }
}
