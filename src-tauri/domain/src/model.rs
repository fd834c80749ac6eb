//! The model shelf: models, sound banks and runtime libraries the studio can use.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::id::ModelId;

/// What an entry of the catalogue is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ModelTask {
    /// The ONNX Runtime library itself.
    Runtime,
    SoundBank,
    OneShots,
    Tagging,
    /// Takes noise out of a voice.
    Denoising,
    /// Parts a song into voice and backing.
    Splitting,
    /// Hears the notes of a sound.
    Transcription,
    /// Hears beats and bars.
    BeatTracking,
    /// Says phonemes aloud, or is a voice that it is done with.
    Speaking,
    /// Knows how what is written is said.
    Reading,
    /// Hears words.
    Listening,
    /// Hears whether somebody speaks.
    VoiceActivity,
    /// Hears the pitch of a voice.
    PitchTracking,
    /// Hears who speaks.
    SpeakerRecognition,
}

/// Where an entry stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ModelState {
    Missing,
    Fetching {
        progress: f32,
    },
    /// On disk and verified.
    Ready,
    /// In memory.
    Loaded {
        bytes: f64,
    },
    /// On disk, but not what the catalogue says.
    Corrupt,
}

/// A row of the shelf.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Model {
    pub id: ModelId,
    pub name: String,
    pub task: ModelTask,
    pub licence: String,
    /// Who made it; some licences ask that this is shown.
    pub credit: String,
    /// Package or address it comes from, for people.
    pub source: String,
    /// Size on disk.
    pub bytes: f64,
    /// Whether the studio's first song needs it.
    pub required: bool,
    pub state: ModelState,
}

/// The shelf as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Shelf {
    pub models: Vec<Model>,
    /// `CPU`, `CUDA`, `WebGPU` …: the execution provider chosen at start; `None` without a runtime library.
    pub provider: Option<String>,
    /// Memory that loaded models may use together, and what they use now.
    pub budget_bytes: f64,
    pub used_bytes: f64,
}
