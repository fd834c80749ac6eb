//! Sounds cleaned, taken apart and written down. The sound itself stays; what is made is a new one beside it.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::converter::Approach;
use crate::id::SoundId;
use crate::listening::HeardNote;
use crate::unit::{Bpm, Seconds};

/// Limits of what is asked for, shown to people and kept by the services.
pub mod limits {
    /// Most notes of a sheet: a day of one a second.
    pub const NOTES: usize = 100_000;
    pub const PITCH: std::ops::RangeInclusive<u8> = 0..=127;
    pub const VELOCITY: std::ops::RangeInclusive<u8> = 1..=127;
}

/// What is to be done to a sound, in the order of the fields.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Cleaning {
    /// Clicks and crackle.
    pub declick: bool,
    pub hum: Option<Hum>,
    /// Noise, with the model that hears speech and song in it; 0 to 1 of its work is kept.
    pub denoise: Option<f32>,
    /// Silence before the first and after the last sound.
    pub trim: bool,
    /// Lengths of the fades, from the edges that trimming leaves; together no longer than the sound.
    pub fade_in: Seconds,
    pub fade_out: Seconds,
}

/// The mains whose hum is taken out, with its harmonics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Hum {
    /// Whichever is there.
    Heard,
    Hz50,
    Hz60,
}

/// What was found in a sound and done to it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
pub struct CleaningReport {
    /// Clicks that were mended, one on several channels counted once; 0 when they were not looked for.
    pub clicks: u32,
    /// The mains that were heard and taken out, in Hz; `None` when none was heard, and nothing was filtered then.
    pub hum: Option<f32>,
    pub trimmed_start: Seconds,
    pub trimmed_end: Seconds,
}

/// New sounds that were made of one; sent as `Event::SoundsMade`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SoundsMade {
    pub source: SoundId,
    /// In the library: one for a cleaning; voice, then backing for a split.
    pub made: Vec<SoundId>,
    pub report: Option<CleaningReport>,
    /// Of a voice that was turned toward another.
    pub approach: Option<Approach>,
}

/// The notes heard in a sound, as its musician has mended them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct NoteSheet {
    pub sound: SoundId,
    pub notes: Vec<HeardNote>,
    /// `None` when no pulse is heard clearly.
    pub bpm: Option<Bpm>,
    pub duration: Seconds,
    /// Whether somebody has changed them since they were heard. Hearing them anew replaces them.
    pub edited: bool,
}
