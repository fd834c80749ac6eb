//! The audio engine: it plays a score, mixes and masters it, judges the result, and drives the output device.
//!
//! All audio is stereo, interleaved `f32` at [`SAMPLE_RATE`]. Nothing here writes a score, reads a project, keeps
//! settings or knows a user interface; other engines are never named. Code that runs on the device's thread takes no
//! locks, allocates nothing and logs nothing.

pub mod device;
pub mod error;
pub mod export;
pub mod gate;
pub mod master;
pub mod meters;
pub mod mixer;
pub mod peaks;
pub mod player;
pub mod recorder;
pub mod recording;
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
mod oscillator;
mod reverb;
mod samples;
mod soundfont;
mod synth;

pub use error::{Error, Result};
pub use export::{export_stems, heard};
pub use master::{Master, master};
pub use meters::Meters;
pub use mixer::Mixer;
pub use peaks::peaks;
pub use player::{Player, PlayerEvent, Song};
pub use recorder::Recorder;
pub use recording::Recordings;
pub use render::render;
pub use sf3::sf3_to_sf2;
pub use sounds::Sounds;
pub use stems::{StemReader, StemSet};

pub use son1k_sound::SAMPLE_RATE;
