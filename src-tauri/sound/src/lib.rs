//! Sound files: into samples and out again, how loud they are, and what brings them to a loudness.
//!
//! Below the audio engine, which plays and mixes. Nothing here knows a score, a project, a device or a user interface.

pub mod biquad;
pub mod clean;
pub mod decode;
pub mod deliver;
pub mod encode;
pub mod error;
mod interpolator;
pub mod limiter;
pub mod loudness;
pub mod probe;
pub mod progress;
pub mod resample;
mod stream;
pub mod tags;

pub use decode::{Downmix, Reader, decode};
pub use encode::{SongTags, encode};
pub use error::{Error, Result};
pub use probe::probe;
pub use progress::Progress;
pub use resample::Resampler;

/// Frames in one second of every song that the studio makes.
pub const SAMPLE_RATE: u32 = 44_100;
