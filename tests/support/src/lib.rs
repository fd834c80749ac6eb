//! For tests only: tones, places without room, where things are in this clone, and judges that are not ours (ffmpeg,
//! aubio, librosa).
//!
//! Depends on nothing of ours but `domain`. A judge that cannot be asked is a failure that names what to install, never
//! a test that passes without looking.

pub mod bucket;
pub mod clone;
pub mod elevenlabs;
mod http;
pub mod judge;
pub mod loudness;
#[cfg(unix)]
pub mod room;
pub mod tone;
pub mod voice;

/// A judge that could not be asked, in words for the person who runs the tests.
pub type Asked<T> = Result<T, String>;
