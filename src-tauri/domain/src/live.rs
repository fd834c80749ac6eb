//! What is done with a voice while it speaks: it is changed and heard, or written down.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::conversion::ConversionPreset;
use crate::id::SoundId;
use crate::problem::Problem;
use crate::recording::InputDevice;
use crate::setting::Language;
use crate::unit::{Db, Seconds};
use crate::voice::HeardLine;

/// From the microphone to the ear; beyond this, speaking with oneself in the ear begins to disturb.
pub const PROMPT: Seconds = Seconds(0.06);

/// The live voice; changes come as `Event::LiveChanged`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
pub struct Live {
    pub on: bool,
    /// The input in use; `None` when it is off.
    pub device: Option<InputDevice>,
    /// What the conversion alone takes.
    pub delay: Seconds,
    /// Why it is off, when nobody switched it off.
    pub problem: Option<Problem>,
}

/// One frame of the 30 Hz stream that drives the meter of the live voice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct LiveFrame {
    /// Peaks since the last frame: of the microphone, and of what is heard.
    pub input: Db,
    pub output: Db,
    /// From the microphone to the ear, as both devices tell; `None` until it is known.
    pub latency: Option<Seconds>,
}

/// What a preset takes live.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct LiveDelay {
    pub preset: ConversionPreset,
    pub delay: Seconds,
}

/// How far a dictation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DictationState {
    #[default]
    Off,
    /// What is said is recorded, and written down phrase by phrase.
    Listening,
    /// Nothing is recorded any more; the last phrases are written down.
    Finishing,
}

/// A dictation; changes come as `Event::DictationChanged`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
pub struct Dictation {
    pub state: DictationState,
    /// What was said so far.
    pub lines: Vec<HeardLine>,
    /// That of the latest phrase; `None` before the first.
    pub language: Option<Language>,
    /// The recording of it, once it is over; what was said is its transcript.
    pub sound: Option<SoundId>,
    /// What went wrong.
    pub problem: Option<Problem>,
}
