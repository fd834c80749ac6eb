//! One sound at three rates: its own, a quarter and a sixteenth of it.
//!
//! A window of 1024 samples then lasts about 23, 93 and 372 ms: long enough to part the notes of a bass, short enough to
//! keep a drum's stroke sharp, each where it is needed.

use std::borrow::Cow;
use std::f64::consts::PI;

use crate::Passage;

/// Rates of a ladder, the fastest first.
pub(crate) const RUNGS: usize = 3;
/// Frames of a rung for one of the rung below.
pub(crate) const STEP: usize = 4;

/// Rates between these, in Hz, are taken as they are, so that windows last about equally long for every file; others are
/// halved or doubled.
const PLAIN: std::ops::RangeInclusive<u32> = 40_000..=80_000;

/// Length and edge (in cycles a sample) of the filter between two rungs. Of the lower rung no more than 2.4 kHz of 10 kHz
/// and more is looked at, so that what folds back from above the edge falls outside: it needs to be down at 0.19 only.
const RUNG_TAPS: usize = 55;
const RUNG_EDGE: f64 = 0.125;
/// The same for halving and doubling: flat to 20 kHz of 88.2 kHz.
const HALF_TAPS: usize = 161;
const HALF_EDGE: f64 = 0.25;
/// Shape of Kaiser's window for 110 dB, the depth of the picture (Kaiser, 1974: 0.1102 (A − 8.7)).
const BETA: f64 = 0.1102 * (110.0 - 8.7);

/// A sound at three rates, stereo interleaved.
pub(crate) struct Ladder<'a> {
    pub rungs: [Cow<'a, [f32]>; RUNGS],
    /// Frames a second of the first rung.
    pub rate: f64,
    /// The highest frequency that the file holds, in Hz.
    pub highest: f64,
}

impl<'a> Ladder<'a> {
    pub fn new(passage: Passage<'a>) -> Self {
        let half = lowpass(HALF_TAPS, HALF_EDGE);
        let mut rate = passage.rate.max(1);
        let mut first = Cow::Borrowed(passage.samples);
        while rate > *PLAIN.end() {
            first = Cow::Owned(thinned(&first, &half, 2));
            rate = rate.div_ceil(2);
        }
        while rate < *PLAIN.start() {
            first = Cow::Owned(doubled(&first, &half));
            rate *= 2;
        }
        let taps = lowpass(RUNG_TAPS, RUNG_EDGE);
        let second = thinned(&first, &taps, STEP);
        let third = thinned(&second, &taps, STEP);
        Self {
            rungs: [first, Cow::Owned(second), Cow::Owned(third)],
            rate: f64::from(rate),
            highest: f64::from(passage.rate) / 2.0,
        }
    }

    /// Returns the frames a second of a rung.
    pub fn rate_of(&self, rung: usize) -> f64 {
        self.rate / STEP.pow(rung as u32) as f64
    }
}

/// Returns a low-pass filter of unit gain: a sinc under Kaiser's window, of an odd number of taps.
fn lowpass(taps: usize, edge: f64) -> Vec<f32> {
    let middle = (taps / 2) as f64;
    let tap = |at: usize| {
        let x = at as f64 - middle;
        let sinc = if x == 0.0 { 2.0 * edge } else { (2.0 * PI * edge * x).sin() / (PI * x) };
        sinc * bessel(BETA * (1.0 - (x / (middle + 1.0)).powi(2)).max(0.0).sqrt())
    };
    let shape: Vec<f64> = (0..taps).map(tap).collect();
    let gain: f64 = shape.iter().sum();
    shape.into_iter().map(|tap| (tap / gain) as f32).collect()
}

/// The modified Bessel function of the first kind and order 0, by its series.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for n in 1..64 {
        term *= (x / 2.0 / f64::from(n)).powi(2);
        sum += term;
    }
    sum
}

/// Filters and keeps one frame of `step`: the first stays the first.
fn thinned(samples: &[f32], taps: &[f32], step: usize) -> Vec<f32> {
    let frames = samples.len() / 2;
    let (taps, padded) = (in_pairs(taps), padded(samples, taps.len()));
    (0..frames.div_ceil(step)).flat_map(|at| filtered(&padded[2 * at * step..], &taps)).collect()
}

/// Puts a frame between every two, without frequencies that were not there.
fn doubled(samples: &[f32], taps: &[f32]) -> Vec<f32> {
    // The frames between are silence before the filter, which takes half of the level.
    let spread: Vec<f32> =
        samples.chunks_exact(2).flat_map(|frame| [2.0 * frame[0], 2.0 * frame[1], 0.0, 0.0]).collect();
    thinned(&spread, taps, 1)
}

/// Each tap twice, for both sides of a frame, up to a whole number of eights.
fn in_pairs(taps: &[f32]) -> Vec<f32> {
    let mut pairs: Vec<f32> = taps.iter().flat_map(|tap| [*tap; 2]).collect();
    pairs.resize(pairs.len().next_multiple_of(8), 0.0);
    pairs
}

/// Silence of half a filter before the samples, and of more than one behind them.
fn padded(samples: &[f32], taps: usize) -> Vec<f32> {
    let mut padded = vec![0.0; 2 * (taps / 2)];
    padded.extend_from_slice(samples);
    padded.resize(padded.len() + 2 * taps + 8, 0.0);
    padded
}

fn filtered(samples: &[f32], taps: &[f32]) -> [f32; 2] {
    // Eight sums at once are what the processor's wide registers hold.
    let mut sums = [0.0; 8];
    for (samples, taps) in samples.as_chunks::<8>().0.iter().zip(taps.as_chunks::<8>().0) {
        sums.iter_mut().zip(samples.iter().zip(taps)).for_each(|(sum, (sample, tap))| *sum += sample * tap);
    }
    let side = |side: usize| (sums[side] + sums[side + 2]) + (sums[side + 4] + sums[side + 6]);
    [side(0), side(1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(rate: u32, hertz: f64, frames: usize) -> Vec<f32> {
        let at = |frame: usize| (2.0 * PI * hertz * frame as f64 / f64::from(rate)).sin() as f32;
        (0..frames).flat_map(|frame| [at(frame), -at(frame)]).collect()
    }

    #[test]
    fn a_low_tone_keeps_its_place_and_level_on_every_rung() {
        for rate in [8_000, 22_050, 44_100, 48_000, 96_000, 192_000] {
            let samples = sine(rate, 100.0, rate as usize);
            let ladder = Ladder::new(Passage { samples: &samples, rate });
            assert!(PLAIN.contains(&(ladder.rate as u32)), "{rate}");
            for rung in 0..RUNGS {
                let rung_rate = ladder.rate_of(rung);
                let frames = ladder.rungs[rung].as_chunks::<2>().0;
                let settled = frames.iter().enumerate().take(frames.len() / 2).skip(frames.len() / 4);
                for (at, [left, right]) in settled {
                    let wanted = (2.0 * PI * 100.0 * at as f64 / rung_rate).sin() as f32;
                    assert!(
                        (left - wanted).abs() < 2e-3 && (right + wanted).abs() < 2e-3,
                        "{rate} {rung} {at}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_would_fold_back_into_a_rung_is_110_db_down() {
        // 9 kHz at a quarter of 44.1 kHz would fold to 2,025 Hz.
        let samples = sine(44_100, 9_000.0, 44_100);
        let ladder = Ladder::new(Passage { samples: &samples, rate: 44_100 });
        let inner = &ladder.rungs[1][400..20_000];
        let loudest = inner.iter().fold(0.0f32, |loudest, sample| loudest.max(sample.abs()));
        assert!(20.0 * loudest.log10() < -108.0, "{loudest}");
    }
}
