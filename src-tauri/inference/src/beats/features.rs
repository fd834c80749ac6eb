//! What BeatNet is shown of a frame: the logarithm of its spectrum in bands of a quarter tone, and how far each has grown
//! since the frame before (BeatNet 1.1.3, `log_spect.py`, and the filter bank of madmom that it asks for: S. Böck et al.,
//! "madmom: a new Python audio and music signal processing library", 2016).

use std::ops::Range;

use crate::resample::Resampler;
use crate::stft::{Bin, Stft};

pub(super) const NET_RATE: usize = 22_050;
/// Samples between two frames: 20 ms.
pub(super) const HOP: usize = 441;
/// 64 ms.
const WINDOW: usize = 1_411;
/// The last bin is left out, as there.
const BINS: usize = WINDOW / 2;
const BANDS: usize = 136;
pub(super) const FEATURES: usize = 2 * BANDS;
/// Bands of the filter bank: 24 an octave, tuned to 440 Hz, from 30 Hz up to the last bin.
const BANDS_AN_OCTAVE: i32 = 24;
const TUNING_HZ: f64 = 440.0;
const LOWEST_HZ: f64 = 30.0;
const HIGHEST_HZ: f64 = 17_000.0;

/// Plans, tables and the levels of the frame before.
pub(super) struct Features {
    stft: Stft,
    bands: Vec<Band>,
    before: Option<Vec<f32>>,
}

/// One band: the first bin it covers and the weights from there on.
struct Band {
    first: usize,
    weights: Vec<f32>,
}

impl Features {
    pub(super) fn new() -> Self {
        Self { stft: Stft::new(window()), bands: bands(), before: None }
    }

    /// Returns [`FEATURES`] values for each of these frames, which follow those of the call before. Frame `n` is centred
    /// on sample `n · HOP` at the net's rate.
    pub(super) fn rows(&mut self, resampler: &Resampler, mono: &[f32], frames: Range<usize>) -> Vec<f32> {
        let begin = (frames.start * HOP).saturating_sub(WINDOW);
        let sound = resampler.stretch(mono, begin..frames.end * HOP + WINDOW);
        let mut spectrum = vec![Bin::ZERO; self.stft.bins()];
        let mut rows = Vec::with_capacity(frames.len() * FEATURES);
        for frame in frames {
            let at = (frame * HOP) as isize - (WINDOW / 2) as isize - begin as isize;
            self.stft.spectrum(&sound, at, &mut spectrum);
            let sizes: Vec<f32> = spectrum[..BINS].iter().map(|bin| bin.norm()).collect();
            let levels: Vec<f32> = self.bands.iter().map(|band| (1.0 + band.sum(&sizes)).log10()).collect();
            rows.extend_from_slice(&levels);
            let before = self.before.as_ref().unwrap_or(&levels);
            rows.extend(levels.iter().zip(before).map(|(now, before)| (now - before).max(0.0)));
            self.before = Some(levels);
        }
        rows
    }
}

/// Returns how much a row grew in all.
pub(super) fn attack(row: &[f32]) -> f32 {
    row[BANDS..].iter().sum()
}

impl Band {
    fn sum(&self, sizes: &[f32]) -> f32 {
        self.weights.iter().zip(&sizes[self.first..]).map(|(weight, size)| weight * size).sum()
    }
}

/// A symmetric Hann window.
fn window() -> Vec<f32> {
    let turn = std::f64::consts::TAU / (WINDOW - 1) as f64;
    (0..WINDOW).map(|n| (0.5 - 0.5 * (turn * n as f64).cos()) as f32).collect()
}

/// Triangles over three neighbouring points each, of the same sum.
fn bands() -> Vec<Band> {
    let octaves = |hz: f64| f64::from(BANDS_AN_OCTAVE) * (hz / TUNING_HZ).log2();
    let steps = octaves(LOWEST_HZ).ceil() as i32..octaves(HIGHEST_HZ).ceil() as i32;
    let mut points: Vec<usize> = steps
        .map(|step| nearest_bin(TUNING_HZ * 2_f64.powf(f64::from(step) / f64::from(BANDS_AN_OCTAVE))))
        .collect();
    points.dedup();
    points.windows(3).map(|points| triangle(points[0], points[1], points[2])).collect()
}

fn nearest_bin(hz: f64) -> usize {
    let bin = hz * (2 * BINS) as f64 / NET_RATE as f64;
    // Half-way between two bins the upper one is meant.
    ((bin + 0.5).floor() as usize).min(BINS - 1)
}

/// Rises from nothing at `low` to its peak at `centre` and falls to nothing at `high`.
fn triangle(low: usize, centre: usize, high: usize) -> Band {
    // Points side by side leave room for one bin only.
    let (centre, high) = if high - low < 2 { (low, low + 1) } else { (centre, high) };
    let rise = (low..centre).map(|bin| (bin - low) as f32 / (centre - low) as f32);
    let fall = (centre..high).map(|bin| (high - bin) as f32 / (high - centre) as f32);
    let weights: Vec<f32> = rise.chain(fall).collect();
    let sum: f32 = weights.iter().sum();
    Band { first: low, weights: weights.into_iter().map(|weight| weight / sum).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_are_as_many_as_the_net_expects() {
        let bands = bands();
        assert_eq!(bands.len(), BANDS);
        assert_eq!(bands[0].first, 2);
        assert!(bands.iter().all(|band| (band.weights.iter().sum::<f32>() - 1.0).abs() < 1e-5));
        assert!(bands.iter().all(|band| band.first + band.weights.len() <= BINS));
    }

    #[test]
    fn rows_in_two_calls_are_those_of_one() {
        let resampler = Resampler::new(44_100, NET_RATE);
        let sound: Vec<f32> =
            (0..44_100).map(|n| (n as f32 * 0.05).sin() * (n as f32 / 4_000.0).sin()).collect();
        let whole = Features::new().rows(&resampler, &sound, 0..50);
        let mut parts = Features::new();
        let mut rows = parts.rows(&resampler, &sound, 0..20);
        rows.extend(parts.rows(&resampler, &sound, 20..50));
        assert_eq!(rows.len(), 50 * FEATURES);
        assert!(whole.iter().zip(&rows).all(|(a, b)| (a - b).abs() < 1e-5));
    }
}
