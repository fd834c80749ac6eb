//! The nouns of Son1k Studio: plain data that every layer shares, and the [`Event`] that says what changed.
//!
//! Nothing here does I/O, is async, reads the clock or names another crate of ours. Each type is written once and
//! generated into TypeScript; field names cross every wire in `snake_case`.

pub mod certificate;
pub mod cleaning;
pub mod comparison;
pub mod conversion;
pub mod converter;
pub mod encoding;
pub mod event;
pub mod generation;
pub mod history;
pub mod id;
pub mod job;
pub mod library;
pub mod listening;
pub mod live;
pub mod loudness;
pub mod mastering;
pub mod merge;
pub mod model;
pub mod music;
pub mod playback;
pub mod problem;
pub mod profile;
pub mod project;
pub mod recording;
pub mod score;
pub mod setting;
pub mod sound;
pub mod spectrogram;
pub mod system;
pub mod take;
pub mod unit;
pub mod voice;

pub use event::Event;
pub use problem::{ErrorCode, Problem};
