//! A voice made another: its pitch, its formants, its range, its breath. Samples in, samples out.
//!
//! The pitch is given: whoever calls knows a model for it. The sound flows pulse by pulse, one a period:
//!
//! ```text
//! pitch ─▶ pulses ─▶ melody ─▶ singers ─▶ mouth ─▶ tone ─▶ level ─▶ mix
//! sound ──────┴───────────────────┴────────── as it was ─────┴───────┘
//! ```
//!
//! A whole sound goes the same way as a live one: [`convert()`] runs a [`Stream`] over it.
//! Somebody who hears himself cannot wait for a model: [`Live`] follows the pitch on its own.

mod carrier;
mod cast;
mod convert;
mod envelope;
mod error;
mod filter;
mod follower;
mod frames;
mod history;
mod kernel;
mod level;
mod live;
mod melody;
mod mouth;
mod noise;
pub mod presets;
mod progress;
mod pulses;
mod singer;
mod stream;
mod tone;
pub mod traits;

pub use convert::{Track, convert};
pub use error::{Error, Result};
pub use live::Live;
pub use progress::Progress;
pub use stream::{Known, RATES, Stream};

#[cfg(test)]
mod tests;
