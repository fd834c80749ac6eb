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
pub mod export;
pub mod gate;
pub mod loudness;
pub mod master;
pub mod meters;
pub mod mixer;
pub mod peaks;
pub mod player;
pub mod progress;
pub mod render;
pub mod sf3;
pub mod sounds;
pub mod stems;

mod chain;
mod channel;
mod chorus;
mod delay;
mod drive;
mod drums;
mod dynamics;
mod envelope;
mod filter;
mod instrument;
mod kits;
mod level;
mod limiter;
mod oscillator;
mod reverb;
mod samples;
mod soundfont;
mod synth;

pub use decode::decode;
pub use encode::{SongTags, encode};
pub use error::{Error, Result};
pub use export::export_stems;
pub use master::{Master, Target, master};
pub use meters::Meters;
pub use mixer::Mixer;
pub use peaks::peaks;
pub use player::{Player, PlayerEvent, Song};
pub use progress::Progress;
pub use render::render;
pub use sf3::sf3_to_sf2;
pub use sounds::Sounds;
pub use stems::{StemReader, StemSet};

/// Frames in one second of all audio of this crate.
pub const SAMPLE_RATE: u32 = 44_100;
