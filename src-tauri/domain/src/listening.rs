//! What is heard in a sound: its beats and its notes.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::unit::{Bpm, Seconds};

/// One beat.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct Beat {
    pub at: Seconds,
    /// Whether it is the first one of its bar.
    pub downbeat: bool,
}

/// The pulse of a sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Pulse {
    /// Mean tempo over all beats.
    pub bpm: Bpm,
    pub beats_a_bar: u8,
    /// In the order of time.
    pub beats: Vec<Beat>,
}

/// A note heard in a sound.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct HeardNote {
    pub start: Seconds,
    pub length: Seconds,
    /// MIDI key, 21 (A0) to 108 (C8).
    pub pitch: u8,
    /// 1 to 127.
    pub velocity: u8,
}
