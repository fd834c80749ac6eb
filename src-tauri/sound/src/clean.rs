//! What is taken out of a recording without a model: clicks, hum, and the silence around it; and its ends faded.
//!
//! Sound flows through in blocks of interleaved samples, whole frames of any number of channels at the file's own rate,
//! and nothing here holds more of it than a few seconds. The order that makes sense is the order of the modules: clicks
//! would ring in the narrow filters against hum, and both would count as sound when silence is looked for.

pub mod declick;
pub mod fade;
pub mod hum;
pub mod reel;
pub mod trim;

pub use declick::Declick;
pub use fade::Fades;
pub use hum::{HumFilter, HumSearch, Mains};
pub use reel::Reel;
pub use trim::{Edges, Levels};

#[cfg(test)]
mod tests;
