//! The composer: a prompt becomes a brief, a brief and a seed become a score, a score becomes a MIDI file.
//!
//! Everything here is pure and deterministic: no sound, no I/O, no clock, no randomness but the seed's. It knows theory,
//! styles and arrangement; how a note sounds is the audio engine's business.

pub mod compose;
pub mod error;
pub mod instrument;
pub mod midi;
pub mod mood;
pub mod style;
pub mod theory;
pub mod understand;

pub use compose::compose;
pub use error::{Error, Result};
pub use midi::midi;
pub use understand::{palette, parse_key, understand};

/// Changes whenever the same brief and seed would give another score.
pub const VERSION: &str = "1";
