//! Loudness and peaks after ITU-R BS.1770-4, EBU R 128, Tech 3341 and Tech 3342: one meter for songs, files and streams,
//! at any rate and with any channels.
//!
//! A [`Gauge`] measures sound that is there, on all processors; a [`Meter`] measures it as it comes, a [`LiveMeter`] for
//! as long as one listens. All weight and sum with the same kernel and find the same values. How they do on the signals of the standards is in `docs/loudness.md`.
//!
//! Silence, and what is shorter than the window it is measured in, has no loudness (`None`); samples that are no number
//! are an error.

use std::ops::RangeInclusive;

use son1k_domain::loudness::{ChannelPeak, Loudness, Measurement};
use son1k_domain::unit::{Dbfs, Dbtp, Seconds};

mod file;
mod gauge;
mod layout;
mod live;
mod meter;
mod peak;
mod weighting;
mod windows;

pub use file::measure_file;
pub use gauge::Gauge;
pub use layout::MOST_CHANNELS;
pub use live::LiveMeter;
pub use meter::Meter;
pub use weighting::Weighting;
pub use windows::together;

use crate::error::Result;
use gauge::{Part, STEPS_A_SECOND, finite};
use peak::PeakMeter;
use windows::{TENTH, Windows, loudest};

/// Rates that are measured, in hertz: below, the head of the K-weighting would lie beyond half the rate.
pub const RATES: RangeInclusive<u32> = 8_000..=768_000;

/// Concludes from the energies and peaks of all segments.
fn measurement(gauge: &Gauge, part: Part, frames: u64) -> Result<Measurement> {
    finite(
        part.peaks.iter().all(PeakMeter::is_finite) && part.energies.iter().all(|energy| energy.is_finite()),
    )?;
    let channels: Vec<ChannelPeak> = part.peaks.iter().map(PeakMeter::levels).collect();
    let windows = Windows::of(&part.energies);
    let highest = |level: fn(&ChannelPeak) -> Option<f32>| channels.iter().filter_map(level).reduce(f32::max);
    let loudness = Loudness {
        integrated: windows.integrated(),
        range: windows.range(),
        max_momentary: loudest(&windows.momentary),
        max_short_term: loudest(&windows.short_term),
        sample_peak: highest(|peak| peak.sample_peak.map(|level| level.0)).map(Dbfs),
        true_peak: highest(|peak| peak.true_peak.map(|level| level.0)).map(Dbtp),
        duration: Seconds(frames as f64 / f64::from(gauge.rate)),
    };
    let spacing = Seconds(TENTH as f64 / STEPS_A_SECOND as f64);
    Ok(Measurement { loudness, channels, curve: windows.curve(spacing) })
}

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod tests;
