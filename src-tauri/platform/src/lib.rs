//! The world around the studio: folders, downloads and questions over HTTP, files out of packages, Python scripts, facts
//! about the machine.
//!
//! It must not know what a file is for: models, songs and settings are words of the crates above. It keeps no state and
//! depends on nothing of ours but `son1k-domain`.

mod child;
pub mod error;
pub mod fetch;
pub mod hash;
pub mod machine;
pub mod packages;
pub mod paths;
pub mod python;
pub mod web;

pub use error::{Error, Result};
pub use machine::system_language;
pub use paths::Paths;

/// Told how far a long task has come, 0 to 1.
pub type Report<'a> = &'a (dyn Fn(f32) + Send + Sync);
