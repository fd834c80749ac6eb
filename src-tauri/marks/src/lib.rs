//! A mark in a sound that nobody hears and that lasts: 32 bits, found again after MP3, resampling, noise and scissors.
//!
//! The sound is laid out in tiles of 100 Hz and 70 ms. Each tile carries a sign of one bit of the message: its first half is
//! turned up a little and its second half down, or the other way round. Which tile carries what is strewn by a key over
//! blocks of two seconds, which repeat. Tiles in which the voice begins or ends say nothing, and are left as they are; so is
//! silence. Everything is laid out in seconds and hertz, so that the mark is the same at every rate.
//!
//! Patchwork (W. Bender et al., "Techniques for data hiding", 1996) with the host known to the marker (H. Malvar &
//! D. Florêncio, "Improved spread spectrum", 2003).

mod code;
mod contrast;
mod detector;
mod error;
mod grid;
mod marker;

pub use detector::{Detector, Reading};
pub use error::{Error, Result};
pub use marker::Marker;

/// Rates of sounds that can be marked, in Hz.
pub const RATES: std::ops::RangeInclusive<u32> = 16_000..=192_000;

#[cfg(test)]
mod tests;
