//! The composer: a prompt becomes a brief, a brief and a seed become a score, a score becomes a MIDI file.
//! Notes heard in a sound become a score too.
//!
//! Everything here is pure and deterministic: no sound, no I/O, no clock, no randomness but the seed's. It knows theory,
//! styles and arrangement; how a note sounds is the audio engine's business.

mod accompany;
mod bass;
mod cast;
pub mod compose;
mod counter;
mod drums;
mod ending;
pub mod error;
mod form;
mod grid;
mod harmony;
pub mod instrument;
mod melody;
pub mod midi;
pub mod mood;
mod perform;
mod plan;
mod random;
pub mod style;
pub mod theory;
pub mod transcript;
pub mod understand;

pub use compose::compose;
pub use error::{Error, Result};
pub use midi::midi;
pub use transcript::transcript;
pub use understand::{palette, parse_key, understand};

/// Changes whenever the same brief and seed would give another score.
pub const VERSION: &str = "1";
