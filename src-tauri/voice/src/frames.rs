//! Sound taken apart into overlapping spectra and put together again.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Frames that lie on each sample.
const OVERLAP: usize = 4;

/// Part of a frame that a prompt one puts together again: 8 ms at 48 kHz.
const PROMPT: (usize, usize) = (3, 8);

/// A short-time Fourier transform and its inverse, both with the root of a Hann window, so that what is left as it is
/// comes out as it was (D. Griffin & J. Lim, 1984). Prompt ones look as far back, but fall off quickly at the end, and put
/// only that end together again (D. Mauler & R. Martin, "A low delay, variable resolution, perfect reconstruction spectral
/// analysis-synthesis system for speech enhancement", EUSIPCO 2007).
pub(crate) struct Frames {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    size: usize,
    hop: usize,
    /// Of the analysis, as long as a frame, and of the synthesis, as long as what it puts together.
    window: Vec<f32>,
    back: Vec<f32>,
    /// The end of the input, from the start of the next frame on.
    input: Vec<f32>,
    /// What the frames so far add to the places from that on which the next frame puts together first.
    sum: Vec<f32>,
    /// Place of the start of the next frame.
    next: i64,
    time: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
}

impl Frames {
    /// Makes frames of 17 to 33 ms, 21 ms at 48 kHz: two periods of most voices.
    pub fn new(rate: u32, prompt: bool, planner: &mut RealFftPlanner<f32>) -> Self {
        let size = Self::size(rate);
        let (forward, inverse) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
        let reach = if prompt { size / PROMPT.1 * PROMPT.0 } else { size };
        let hop = reach / OVERLAP;
        let (window, back) = windows(size, reach);
        let (time, spectrum) = (forward.make_input_vec(), forward.make_output_vec());
        let before = size - hop;
        Self {
            forward,
            inverse,
            size,
            hop,
            window,
            // The first samples get as many frames as all others: some begin before the sound.
            input: vec![0.0; before],
            sum: vec![0.0; reach],
            back,
            next: -(before as i64),
            time,
            spectrum,
        }
    }

    /// Returns the samples of a frame at a rate.
    pub fn size(rate: u32) -> usize {
        (rate as usize * 17 / 1_000).next_power_of_two()
    }

    /// Returns the samples between frames.
    pub fn hop(&self) -> usize {
        self.hop
    }

    /// Returns how far the output is behind, in samples.
    pub fn latency(&self) -> usize {
        self.back.len() + self.hop
    }

    /// Returns the window of the analysis.
    pub fn window(&self) -> &[f32] {
        &self.window
    }

    /// Takes sound and appends what is finished to `out`. `shape` changes the spectrum of a frame, given the middle of what
    /// is put together again and the end of the frame.
    pub fn push(
        &mut self,
        sound: &[f32],
        out: &mut Vec<f32>,
        mut shape: impl FnMut(i64, i64, &mut [Complex<f32>]),
    ) {
        let (hop, reach) = (self.hop, self.back.len());
        self.input.extend_from_slice(sound);
        let mut start = 0;
        while self.input.len() - start >= self.size {
            self.analyse(start);
            let end = self.next + self.size as i64;
            shape(end - reach as i64 / 2, end, &mut self.spectrum);
            self.resynthesise();
            // What lies before the sound is nobody's.
            let skipped = (reach as i64 - end).clamp(0, hop as i64) as usize;
            out.extend_from_slice(&self.sum[skipped..hop]);
            self.sum.copy_within(hop.., 0);
            self.sum[reach - hop..].fill(0.0);
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
        let end = &self.time[self.size - self.back.len()..];
        for ((sum, time), window) in self.sum.iter_mut().zip(end).zip(&self.back) {
            *sum += time * window * scale;
        }
    }
}

/// Returns the window of the analysis, and that of the last `reach` samples of the synthesis: their product is a Hann
/// window. Where `reach` is the whole frame, both are its root.
fn windows(size: usize, reach: usize) -> (Vec<f32>, Vec<f32>) {
    let half = reach / 2;
    let sine = |n: usize, of: usize| (std::f32::consts::PI * n as f32 / of as f32).sin();
    let rise = 2 * (size - half);
    let fall = |n: usize| sine(n + reach - size, reach);
    let window: Vec<f32> = (0..size).map(|n| if n < size - half { sine(n, rise) } else { fall(n) }).collect();
    let back =
        |n: usize| if n < half { sine(n, reach).powi(2) / window[n + size - reach] } else { sine(n, reach) };
    let back = (0..reach).map(|n| if n == 0 { 0.0 } else { back(n) }).collect();
    (window, back)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_as_it_is_comes_out_as_it_was() {
        let sound: Vec<f32> = (0..9_000).map(|n| (n as f32 * 0.37).sin()).collect();
        let rates = [16_000, 24_000, 44_100, 48_000, 96_000];
        for (rate, prompt) in rates.into_iter().flat_map(|rate| [(rate, false), (rate, true)]) {
            let mut frames = Frames::new(rate, prompt, &mut RealFftPlanner::new());
            let mut out = Vec::new();
            for part in sound.chunks(700) {
                frames.push(part, &mut out, |_, _, _| ());
            }
            assert!(out.len() + frames.latency() > sound.len());
            let worst = out.iter().zip(&sound).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-5, "{rate}: {worst}");
        }
    }
}
