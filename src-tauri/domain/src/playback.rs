//! Transport and meters.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::id::{SoundId, TakeId, TrackId, VersionId};
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
    /// Something is heard, or what comes next is just being made.
    Playing,
}

/// The transport as a whole; changes come as `Event::PlaybackChanged`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Playback {
    pub state: PlaybackState,
    /// None while sounds or nothing is under the playhead.
    pub take: Option<TakeId>,
    /// None while a take or nothing is under the playhead.
    pub queue: Option<Queue>,
    /// Of the take, or of the sound that is heard.
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
    /// Momentary loudness (400 ms) in LUFS; −120 is silence.
    pub momentary: f32,
    /// Short-term loudness (3 s) in LUFS; −120 is silence.
    pub short_term: f32,
    /// Integrated loudness in LUFS since the meters began anew.
    pub integrated: Option<f32>,
    /// Loudness range in LU since the meters began anew.
    pub range: Option<f32>,
    /// Highest true peak in dBTP since the meters began anew.
    pub true_peak: Db,
    /// Of left and right over the last 300 ms: 1 is mono, −1 out of phase, 0 wide or silent.
    pub correlation: f32,
    /// 48 bands of equal width on a logarithmic scale from 20 Hz to 20 kHz, in dB; a sine at full scale is 0.
    pub spectrum: Vec<f32>,
    /// Peak of each track after its fader.
    pub tracks: Vec<TrackLevel>,
}

/// The level of one track.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TrackLevel {
    pub track: TrackId,
    pub peak: Db,
}

/// Sounds of the library under the playhead, one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Queue {
    pub entries: Vec<QueueEntry>,
    /// The one that is heard.
    pub current: u32,
    /// How long one sound goes over into the next; 0 is gapless, to the sample.
    pub crossfade: Seconds,
    /// Whether it begins again after the last.
    pub repeat: bool,
    /// 0.25 to 4, without a change of pitch.
    pub speed: f32,
    /// The part of the current sound that is played again and again.
    pub selection: Option<Span>,
    /// Two sounds at the same place and the same loudness, one of them heard; the queue is then these two.
    pub compared: Option<Compared>,
}

/// A sound of the queue: of the library, or a version of the project as it sounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct QueueEntry {
    /// None where it is not of the library.
    pub sound: Option<SoundId>,
    /// The version that is heard; none for a sound of the library, and for the project as it is in the window.
    pub version: Option<VersionId>,
    /// Its title, the name of its file, or what the version is called.
    pub name: String,
    pub duration: Seconds,
}

/// A stretch of a sound.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct Span {
    pub from: Seconds,
    pub to: Seconds,
}

/// Two sounds that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct Compared {
    /// Which of the two is heard.
    pub side: Side,
    /// The gain of each, which brings both to the loudness of the quieter one.
    pub gains: [Db; 2],
}

/// One of two sounds that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    A,
    B,
}
