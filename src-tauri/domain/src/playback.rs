//! Transport and meters.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::id::{TakeId, TrackId};
use crate::problem::Problem;
use crate::unit::{Db, Seconds};

/// What the transport does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum PlaybackState {
    /// Nothing is loaded.
    Empty,
    /// Stems are being prepared.
    Loading,
    Stopped,
    Playing,
}

/// The transport as a whole; changes come as `Event::PlaybackChanged`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Playback {
    pub state: PlaybackState,
    pub take: Option<TakeId>,
    pub duration: Seconds,
    /// The output in use; `None` when none could be opened.
    pub device: Option<String>,
    /// Why there is no sound, if there is none.
    pub problem: Option<Problem>,
    /// 0 to 1.
    pub volume: f32,
}

/// One frame of the 30 Hz stream that drives playhead and meters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct MeterFrame {
    pub position: Seconds,
    pub playing: bool,
    /// Peak of the left and the right channel since the last frame.
    pub peak: [Db; 2],
    /// RMS over the last 300 ms, left and right.
    pub rms: [Db; 2],
    /// Momentary loudness (400 ms) in LUFS.
    pub momentary: f32,
    /// Peak of each track after its fader.
    pub tracks: Vec<TrackLevel>,
}

/// The level of one track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TrackLevel {
    pub track: TrackId,
    pub peak: Db,
}
