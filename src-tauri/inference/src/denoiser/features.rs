//! What DeepFilterNet3 is shown of a frame, and its bands (`libDF` of DeepFilterNet 0.5: `erb_fb`, `band_mean_norm_erb`,
//! `band_unit_norm`).

use std::f64::consts::FRAC_PI_2;
use std::ops::Range;

use super::{FRAME, NET_RATE, Question};
use crate::stft::Bin;

/// Bands as wide as those of the ear (equivalent rectangular bandwidth).
pub(super) const BANDS: usize = 32;
pub(super) const BINS: usize = FRAME / 2 + 1;
/// Bins that are filtered instead of weighted.
pub(super) const FILTERED: usize = 96;
/// Spectra are scaled so that the levels are those of the training: 1 / frame length, for a hop of half a frame.
pub(super) const SCALE: f32 = 1.0 / FRAME as f32;

/// A band has at least so many bins.
const NARROWEST: isize = 2;
/// Share of the past in the running means: exp(−hop / 1 s), as it was rounded for the training.
const PAST: f32 = 0.99;
/// The running means begin with what falls linearly over the bands (dB) and over the bins.
const FIRST_LEVELS: [f32; 2] = [-60.0, -90.0];
const FIRST_SIZES: [f32; 2] = [0.001, 0.000_1];
/// Levels are shown in units of so many decibels.
const LEVEL_UNIT: f32 = 40.0;

/// Features of the frames that were heard and are still needed.
pub(super) struct Features {
    /// Bins of each band.
    widths: Vec<usize>,
    mean_levels: Vec<f32>,
    mean_sizes: Vec<f32>,
    bands: Vec<f32>,
    bins: Vec<Bin>,
    /// Number of the first frame that is kept.
    first: usize,
}

impl Features {
    pub(super) fn new() -> Self {
        Self {
            widths: widths(),
            mean_levels: falling(FIRST_LEVELS, BANDS),
            mean_sizes: falling(FIRST_SIZES, FILTERED),
            bands: Vec::new(),
            bins: Vec::new(),
            first: 0,
        }
    }

    /// Adds the frame after the last one.
    pub(super) fn hear(&mut self, spectrum: &[Bin]) {
        let mut rest = spectrum;
        for (width, mean) in self.widths.iter().zip(&mut self.mean_levels) {
            let (band, others) = rest.split_at(*width);
            rest = others;
            let power = band.iter().map(Bin::norm_sqr).sum::<f32>() / *width as f32;
            let level = 10.0 * (power + 1e-10).log10();
            *mean = level * (1.0 - PAST) + *mean * PAST;
            self.bands.push((level - *mean) / LEVEL_UNIT);
        }
        for (bin, mean) in spectrum.iter().zip(&mut self.mean_sizes) {
            *mean = bin.norm() * (1.0 - PAST) + *mean * PAST;
            self.bins.push(bin / mean.sqrt());
        }
    }

    /// Returns what the net is asked about these frames.
    pub(super) fn question(&self, frames: Range<usize>, memory: Vec<f32>) -> Question {
        let kept = frames.start - self.first..frames.end - self.first;
        let bins = &self.bins[kept.start * FILTERED..kept.end * FILTERED];
        Question {
            bands: self.bands[kept.start * BANDS..kept.end * BANDS].to_vec(),
            bins: bins.iter().map(|bin| bin.re).chain(bins.iter().map(|bin| bin.im)).collect(),
            memory,
        }
    }

    /// Lets go of the frames before this one.
    pub(super) fn forget(&mut self, first: usize) {
        let frames = first - self.first;
        self.bands.drain(..frames * BANDS);
        self.bins.drain(..frames * FILTERED);
        self.first = first;
    }

    /// Weights each band.
    pub(super) fn apply_gains(&self, spectrum: &mut [Bin], gains: &[f32]) {
        let mut rest = spectrum;
        for (width, gain) in self.widths.iter().zip(gains) {
            let (band, others) = rest.split_at_mut(*width);
            band.iter_mut().for_each(|bin| *bin *= *gain);
            rest = others;
        }
    }
}

/// Returns the window of Vorbis (Vorbis I specification, 4.3.1), whose squares sum to one at a hop of half of it.
pub(super) fn window(size: usize) -> Vec<f32> {
    let half = |n: usize| (FRAC_PI_2 * 2.0 * (n as f64 + 0.5) / size as f64).sin();
    (0..size).map(|n| (FRAC_PI_2 * half(n) * half(n)).sin() as f32).collect()
}

fn falling([from, to]: [f32; 2], count: usize) -> Vec<f32> {
    (0..count).map(|n| from + (to - from) * n as f32 / (count - 1) as f32).collect()
}

/// Equally wide on the scale of Glasberg & Moore (1990), rounded to whole bins.
fn widths() -> Vec<usize> {
    const QUALITY: f64 = 9.265;
    const NARROW_HZ: f64 = 24.7;
    let scale = |hz: f64| QUALITY * (hz / (NARROW_HZ * QUALITY)).ln_1p();
    let hertz = |scale: f64| NARROW_HZ * QUALITY * (scale / QUALITY).exp_m1();
    let step = scale(NET_RATE as f64 / 2.0) / BANDS as f64;
    let bin_hz = NET_RATE as f64 / FRAME as f64;
    let (mut before, mut borrowed) = (0_isize, 0);
    let mut widths: Vec<usize> = (1..=BANDS)
        .map(|band| {
            let end = (hertz(band as f64 * step) / bin_hz).round() as isize;
            let left = end - before - borrowed;
            before = end;
            // A band that is too narrow borrows from the next one.
            borrowed = (NARROWEST - left).max(0);
            left.max(NARROWEST) as usize
        })
        .collect();
    let others: usize = widths[..BANDS - 1].iter().sum();
    widths[BANDS - 1] = BINS - others;
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_are_those_of_the_training() {
        let widths = widths();
        assert_eq!(widths.iter().sum::<usize>(), BINS);
        let expected = [
            2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 5, 5, 7, 7, 8, 10, 12, 13, 15, 18, 20, 24, 28, 31, 37, 42,
            50, 56, 67,
        ];
        assert_eq!(widths, expected);
    }

    #[test]
    fn the_squares_of_the_window_sum_to_one() {
        let window = window(FRAME);
        let (first, second) = window.split_at(FRAME / 2);
        assert!(first.iter().zip(second).all(|(a, b)| (a * a + b * b - 1.0).abs() < 1e-5));
    }
}
