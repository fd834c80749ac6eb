//! The audio engine: it plays a score, mixes and masters it, measures, encodes and decodes sound, and drives the
//! output device.
//!
//! All audio is stereo, interleaved `f32` at [`SAMPLE_RATE`]. Nothing here writes a score, reads a project, keeps
//! settings or knows a user interface; other engines are never named. Code that runs on the device's thread takes no
//! locks, allocates nothing and logs nothing.

pub mod decode;
pub mod device;
pub mod encode;
pub mod error;
pub mod gate;
pub mod peaks;
pub mod player;
pub mod progress;

pub use error::{Error, Result};
pub use progress::Progress;

/// Frames in one second of all audio of this crate.
pub const SAMPLE_RATE: u32 = 44_100;
