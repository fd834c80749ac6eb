//! Loudness and true peak of finished sound, after ITU-R BS.1770-4 and EBU R 128.
//!
//! Sound is measured in segments that are worked on in parallel. Each begins with what comes before it, so that the
//! filters have run in: the result is that of one pass, on any number of threads.

use std::ops::Range;

use ebur128::{EbuR128, Mode};
use rayon::prelude::*;
use son1k_domain::unit::{Dbtp, Lufs};

use crate::SAMPLE_RATE;
use crate::biquad::{Biquad, Coefficients};
use crate::error::{Error, Result};
use crate::progress::Progress;

/// What counts as silence when there is nothing to measure.
pub const SILENCE: Lufs = Lufs(-120.0);

/// Frames of a step: 100 ms, the distance of two gating blocks.
pub const STEP: usize = SAMPLE_RATE as usize / 10;

/// Steps of a gating block of 400 ms.
const BLOCK: usize = 4;

/// Frames measured in one piece: 10 s.
pub const SEGMENT: usize = 100 * STEP;

/// Frames in which the weighting runs in: its slowest pole has fallen by 100 dB long before.
pub const RUN_IN: usize = 5 * STEP;

/// Frames before a segment that its interpolated peaks depend on, and more.
const PEAK_RUN_IN: usize = 64;

const ABSOLUTE_GATE: f64 = -70.0;
const RELATIVE_GATE: f64 = -10.0;

/// The K-weighting of BS.1770-4 for 44.1 kHz, from the analogue prototype as libebur128 has it.
pub fn k_weighting() -> [Biquad; 2] {
    let rate = f64::from(SAMPLE_RATE);
    let (f, gain, q) = (1_681.974_450_955_533, 3.999_843_853_973_347, 0.707_175_236_955_419_6);
    let k = (std::f64::consts::PI * f / rate).tan();
    let vh = 10f64.powf(gain / 20.0);
    let vb = vh.powf(0.499_666_774_154_541_6);
    let a0 = 1.0 + k / q + k * k;
    let shelf = Coefficients::raw([
        (vh + vb * k / q + k * k) / a0,
        2.0 * (k * k - vh) / a0,
        (vh - vb * k / q + k * k) / a0,
        2.0 * (k * k - 1.0) / a0,
        (1.0 - k / q + k * k) / a0,
    ]);
    let (f, q) = (38.135_470_876_024_44, 0.500_327_037_323_877_3);
    let k = (std::f64::consts::PI * f / rate).tan();
    let a0 = 1.0 + k / q + k * k;
    let high_pass = Coefficients::raw([1.0, -2.0, 1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0]);
    [Biquad::new(shelf), Biquad::new(high_pass)]
}

/// Sums the weighted energy of each whole step of `frames`; `before` is what comes just before them.
pub fn steps(before: &[[f32; 2]], frames: &[[f32; 2]]) -> Vec<f64> {
    let mut weighting = k_weighting();
    let mut weighted = Vec::with_capacity(STEP);
    let mut run = |frames: &[[f32; 2]]| {
        weighted.clear();
        weighted.extend_from_slice(frames);
        Biquad::run_all(&mut weighting, &mut weighted);
        energy(&weighted)
    };
    run(&before[before.len().saturating_sub(RUN_IN)..]);
    frames.chunks_exact(STEP).map(run).collect()
}

/// Sums squares, eight at a time; what is too quiet for any gate does not matter.
fn energy(frames: &[[f32; 2]]) -> f64 {
    let (eights, rest) = frames.as_flattened().as_chunks::<8>();
    let mut lanes = [0.0f64; 8];
    for eight in eights {
        for (lane, value) in lanes.iter_mut().zip(eight) {
            *lane += f64::from(*value) * f64::from(*value);
        }
    }
    lanes.into_iter().chain(rest.iter().map(|value| f64::from(*value) * f64::from(*value))).sum()
}

/// Returns the integrated loudness of the energies of [`steps`]: gated at −70 LUFS, then 10 LU below what is left.
pub fn gated(steps: &[f64]) -> Lufs {
    let blocks: Vec<f64> =
        steps.windows(BLOCK).map(|block| block.iter().sum::<f64>() / (BLOCK * STEP) as f64).collect();
    let above = |gate: f64| {
        let (sum, count) = blocks
            .iter()
            .filter(|energy| level(**energy) > gate)
            .fold((0.0, 0u32), |(sum, count), energy| (sum + energy, count + 1));
        (count > 0).then(|| level(sum / f64::from(count)))
    };
    let loudness =
        above(ABSOLUTE_GATE).and_then(|ungated| above((ungated + RELATIVE_GATE).max(ABSOLUTE_GATE)));
    loudness.map_or(SILENCE, |loudness| Lufs(loudness as f32))
}

fn level(energy: f64) -> f64 {
    -0.691 + 10.0 * energy.log10()
}

/// Cuts `frames` into segments and gives `work` each one's range.
pub fn in_segments<T: Send>(
    frames: usize,
    work: impl Fn(Range<usize>) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    (0..frames.div_ceil(SEGMENT))
        .into_par_iter()
        .map(|index| work(index * SEGMENT..((index + 1) * SEGMENT).min(frames)))
        .collect()
}

/// Returns the integrated loudness of interleaved stereo; [`SILENCE`] for what is too quiet or short to measure.
///
/// # Errors
/// [`Error::Measure`] when the samples hold what is no number; [`Error::Cancelled`].
pub fn integrated(samples: &[f32], progress: &Progress) -> Result<Lufs> {
    let (frames, _) = samples.as_chunks::<2>();
    let steps = in_segments(frames.len(), |segment| {
        progress.check()?;
        Ok(steps(&frames[..segment.start], &frames[segment]))
    })?;
    let steps = steps.concat();
    if steps.iter().any(|energy| !energy.is_finite()) {
        return Err(Error::Measure("the samples hold what is no number".into()));
    }
    Ok(gated(&steps))
}

/// Returns the higher true peak of both sides of interleaved stereo.
///
/// # Errors
/// [`Error::Measure`] when it cannot be measured; [`Error::Cancelled`].
pub fn true_peak(samples: &[f32], progress: &Progress) -> Result<Dbtp> {
    let failed = |e: ebur128::Error| Error::Measure(e.to_string());
    let peaks = in_segments(samples.len() / 2, |segment| {
        progress.check()?;
        let before = segment.start.saturating_sub(PEAK_RUN_IN);
        let mut meter = EbuR128::new(2, SAMPLE_RATE, Mode::TRUE_PEAK).map_err(failed)?;
        meter.add_frames_f32(&samples[before * 2..segment.start * 2]).map_err(failed)?;
        meter.add_frames_f32(&samples[segment.start * 2..segment.end * 2]).map_err(failed)?;
        // Of the last call only: a segment that begins in the middle of a wave seems to jump.
        Ok(meter.prev_true_peak(0).map_err(failed)?.max(meter.prev_true_peak(1).map_err(failed)?))
    })?;
    let peak = peaks.into_iter().fold(1e-6, f64::max);
    Ok(Dbtp(20.0 * peak.log10() as f32))
}

#[cfg(test)]
mod tests;
