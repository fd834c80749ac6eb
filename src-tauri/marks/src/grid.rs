//! The grid that a mark lies on: frames of time and bands of pitch, in seconds and hertz, so that it is the same at every
//! rate.

use std::ops::Range;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Frames that begin in one second.
pub(crate) const FRAMES: u32 = 200;
/// Frames that lie on each sample: a frame is 20 ms, and the bins of its spectrum are 50 Hz apart.
const OVERLAP: u32 = 4;

/// Bins of a band, the first bin of the lowest, and how many bands there are: from 300 to 6,900 Hz, which every codec and
/// every rate from 16 kHz on lets through.
const WIDTH: usize = 2;
const LOWEST: usize = 6;
pub(crate) const BANDS: usize = 66;
/// The band that begins at 1 kHz.
pub(crate) const FIRST_HIGH: usize = 7;

/// Returns the bins of a band.
fn bins(band: usize) -> Range<usize> {
    let first = LOWEST + WIDTH * band;
    first..first + WIDTH
}

/// Spectra of frames at one rate, and sounds of spectra.
pub(crate) struct Grid {
    rate: u32,
    size: usize,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    window: Vec<f32>,
    time: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
}

impl Grid {
    pub fn new(rate: u32) -> Self {
        let size = (rate * OVERLAP / FRAMES) as usize;
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
        let turn = std::f32::consts::TAU / size as f32;
        // The root of a Hann window: in front of the transform and behind it, it makes one of Hann.
        let window = (0..size).map(|n| (0.5 * turn * n as f32).sin()).collect();
        let (time, spectrum) = (forward.make_input_vec(), forward.make_output_vec());
        Self { rate, size, forward, inverse, window, time, spectrum }
    }

    /// Returns the first sample of a frame.
    pub fn start(&self, frame: usize) -> usize {
        (frame as u64 * u64::from(self.rate) / u64::from(FRAMES)) as usize
    }

    /// Returns how many whole frames are in a sound.
    pub fn frames(&self, samples: usize) -> usize {
        let last = samples.checked_sub(self.size);
        last.map_or(0, |last| (last as u64 * u64::from(FRAMES) / u64::from(self.rate)) as usize + 1)
    }

    /// Returns the power of a sound in each band of each frame.
    pub fn powers(&mut self, mono: &[f32]) -> Vec<[f32; BANDS]> {
        (0..self.frames(mono.len())).map(|frame| self.power(mono, frame)).collect()
    }

    fn power(&mut self, mono: &[f32], frame: usize) -> [f32; BANDS] {
        self.analyse(mono, frame);
        let scale = 1.0 / (self.size * self.size) as f32;
        let mut powers = [0.0; BANDS];
        for (band, power) in powers.iter_mut().enumerate() {
            *power = scale * self.spectrum[bins(band)].iter().map(Complex::norm_sqr).sum::<f32>();
        }
        powers
    }

    fn analyse(&mut self, sound: &[f32], frame: usize) {
        let start = self.start(frame);
        for (time, (sample, window)) in self.time.iter_mut().zip(sound[start..].iter().zip(&self.window)) {
            *time = sample * window;
        }
        // Fails only for buffers of a wrong length, and these were made by the transform itself.
        let turned = self.forward.process(&mut self.time, &mut self.spectrum);
        debug_assert!(turned.is_ok());
    }

    /// Adds to `changed` what a sound becomes more, or less, when the bands of a frame are multiplied by `factors`.
    pub fn add_change(&mut self, sound: &[f32], frame: usize, factors: &[f32; BANDS], changed: &mut [f32]) {
        if factors.iter().all(|factor| *factor == 1.0) {
            // What is silent stays so, to the last bit.
            return;
        }
        self.analyse(sound, frame);
        let (below, above) = (bins(0).start, bins(BANDS - 1).end);
        self.spectrum[..below].fill(Complex::default());
        self.spectrum[above..].fill(Complex::default());
        for (band, factor) in factors.iter().enumerate() {
            self.spectrum[bins(band)].iter_mut().for_each(|bin| *bin *= factor - 1.0);
        }
        let turned = self.inverse.process(&mut self.spectrum, &mut self.time);
        debug_assert!(turned.is_ok());
        // Windows of Hann that overlap fourfold add up to 2.
        let scale = 2.0 / OVERLAP as f32 / self.size as f32;
        let start = self.start(frame);
        for (changed, (time, window)) in changed[start..].iter_mut().zip(self.time.iter().zip(&self.window)) {
            *changed += time * window * scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_have_their_place_at_every_rate() {
        for rate in [16_000, 22_050, 24_000, 44_100, 48_000, 96_000] {
            let mut grid = Grid::new(rate);
            let tone = |n: usize| (std::f32::consts::TAU * 3_050.0 * n as f32 / rate as f32).sin();
            let sound: Vec<f32> = (0..rate as usize).map(tone).collect();
            let powers = grid.powers(&sound);
            assert!((196..=197).contains(&powers.len()), "{rate}: {}", powers.len());
            for power in powers {
                let loudest = (0..BANDS).max_by(|one, other| power[*one].total_cmp(&power[*other]));
                assert_eq!(loudest, Some(27), "{rate}");
            }
        }
    }

    #[test]
    fn bands_that_are_doubled_add_what_was_there() {
        let mut grid = Grid::new(24_000);
        let sound: Vec<f32> = (0..24_000).map(|n| (n as f32 * 0.4).sin()).collect();
        let mut changed = vec![0.0; sound.len()];
        for frame in 0..grid.frames(sound.len()) {
            grid.add_change(&sound, frame, &[2.0; BANDS], &mut changed);
        }
        let middle = 1_000..23_000;
        let worst = middle.map(|n| (changed[n] - sound[n]).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-2, "{worst}");
    }

    #[test]
    fn what_is_shorter_than_a_frame_has_none() {
        let grid = Grid::new(16_000);
        assert_eq!([0, 319, 320, 400].map(|samples| grid.frames(samples)), [0, 0, 1, 2]);
    }
}
