//! Recording from an input: where from, how, and what became of it.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::id::SoundId;
use crate::problem::Problem;
use crate::unit::{Bpm, Db, Seconds};

/// Limits of a recording, shown to people and kept by the services.
pub mod limits {
    /// Most beats that are counted in.
    pub const COUNT_IN_BEATS: u8 = 16;
    pub const BPM: std::ops::RangeInclusive<f32> = 30.0..=300.0;
    /// Most channels of one take.
    pub const CHANNELS: u16 = 8;
}

/// An input of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct InputDevice {
    pub name: String,
    pub channels: u16,
}

/// How it is recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct InputSettings {
    /// `None` is the system's default.
    pub device: Option<String>,
    /// The first channel that is recorded, from 0.
    pub first_channel: u16,
    /// How many from there: 1 is mono, 2 is stereo.
    pub channels: u16,
    /// Whether the input is heard while it is open.
    pub monitor: bool,
    /// Beats that are counted before the take; 0 begins at once.
    pub count_in_beats: u8,
    pub bpm: Bpm,
}

impl Default for InputSettings {
    fn default() -> Self {
        Self {
            device: None,
            first_channel: 0,
            channels: 1,
            monitor: false,
            count_in_beats: 0,
            bpm: Bpm(120.0),
        }
    }
}

/// What the recorder does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum RecorderState {
    /// No input is open.
    #[default]
    Closed,
    /// The input is open and its level is shown.
    Ready,
    CountingIn,
    Recording,
}

/// The recorder as a whole; changes come as `Event::RecorderChanged`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
pub struct Recorder {
    pub state: RecorderState,
    pub settings: InputSettings,
    /// The input in use; `None` when none is open.
    pub device: Option<InputDevice>,
    /// Frames a second of the input.
    pub rate: u32,
    /// The file that is being recorded.
    pub path: Option<String>,
    /// Why nothing can be, or is no longer, recorded.
    pub problem: Option<Problem>,
}

/// A take that came to its end, or was cut short by what went wrong; sent as `Event::TakeRecorded`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct RecordedTake {
    pub path: String,
    pub duration: Seconds,
    /// Its place in the library; `None` when it could not be taken.
    pub sound: Option<SoundId>,
    /// Whether it was found after the studio had ended in the middle of it.
    pub recovered: bool,
    /// What cut it short: no space, the input gone.
    pub problem: Option<Problem>,
}

/// One frame of the 30 Hz stream that drives the level check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct InputFrame {
    /// Peak of each recorded channel since the last frame.
    pub peak: Vec<Db>,
    /// RMS over the last 300 ms of each.
    pub rms: Vec<Db>,
    /// Samples at full scale since the input was opened or the take began.
    pub clipped: u32,
    /// Of the take so far.
    pub recorded: Seconds,
    /// Beats still to come while it is counted in.
    pub beats_left: Option<u8>,
}
