//! Loudness and true peak of finished sound, after ITU-R BS.1770-4 and EBU R 128.

use ebur128::{EbuR128, Mode};
use son1k_domain::unit::{Dbtp, Lufs};

use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use crate::progress::Progress;

/// What counts as silence when there is nothing to measure.
pub const SILENCE: Lufs = Lufs(-120.0);

fn failed(e: ebur128::Error) -> Error {
    Error::Measure(e.to_string())
}

/// Returns the integrated loudness of interleaved stereo; [`SILENCE`] for what is too quiet or short to measure.
///
/// # Errors
/// [`Error::Measure`] when the samples hold what is no number; [`Error::Cancelled`].
pub fn integrated(samples: &[f32], progress: &Progress) -> Result<Lufs> {
    let mut meter = EbuR128::new(2, SAMPLE_RATE, Mode::I).map_err(failed)?;
    for second in samples.chunks(SAMPLE_RATE as usize * 2) {
        progress.check()?;
        meter.add_frames_f32(second).map_err(failed)?;
    }
    let value = meter.loudness_global().map_err(failed)?;
    Ok(if value.is_finite() { Lufs(value as f32) } else { SILENCE })
}

/// Returns the higher true peak of both sides of interleaved stereo.
///
/// # Errors
/// [`Error::Measure`] when it cannot be measured.
pub fn true_peak(samples: &[f32]) -> Result<Dbtp> {
    let mut meter = EbuR128::new(2, SAMPLE_RATE, Mode::TRUE_PEAK).map_err(failed)?;
    for second in samples.chunks(SAMPLE_RATE as usize * 2) {
        meter.add_frames_f32(second).map_err(failed)?;
    }
    let peak = meter.true_peak(0).map_err(failed)?.max(meter.true_peak(1).map_err(failed)?);
    Ok(Dbtp(20.0 * peak.max(1e-6).log10() as f32))
}
