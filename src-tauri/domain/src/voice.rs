//! Voices: who speaks, how, and what was heard of people who speak.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::id::{JobId, SoundId, VoiceId};
use crate::setting::Language;
use crate::unit::{Lufs, Seconds};

/// Limits of what can be asked for, shown to people and kept by the services.
pub mod limits {
    /// Longest text that is spoken at once, in characters.
    pub const CHARACTERS: usize = 50_000;
    pub const SPEED: std::ops::RangeInclusive<f32> = 0.5..=2.0;
    /// The same for voices of ElevenLabs, which read no faster and no slower.
    pub const REMOTE_SPEED: std::ops::RangeInclusive<f32> = 0.7..=1.2;
    /// Factor on the silences between phrases.
    pub const PAUSES: std::ops::RangeInclusive<f32> = 0.0..=3.0;
    /// Each of the settings of a voice, in steps of 0.05.
    pub const SETTING: std::ops::RangeInclusive<f32> = 0.0..=1.0;
    pub const LOUDNESS: std::ops::RangeInclusive<f32> = -36.0..=-9.0;
}

/// What the id of a voice of ElevenLabs begins with; behind it is the id that it has there.
const REMOTE: &str = "elevenlabs:";

impl VoiceId {
    /// Returns the id of a voice of ElevenLabs.
    pub fn of_remote(id: &str) -> Self {
        Self(format!("{REMOTE}{id}"))
    }

    /// Returns the id that a voice of ElevenLabs has there; `None` for the voices of this machine.
    pub fn remote(&self) -> Option<&str> {
        self.0.strip_prefix(REMOTE)
    }
}

/// How a voice sounds: a woman's or a man's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    Female,
    Male,
    /// Neither, or nobody says.
    Neutral,
}

/// Where its speech is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Accent {
    American,
    British,
    /// Spanish with *seseo*, as most of its speakers have it.
    Spanish,
    /// Any other, or nobody says.
    Other,
}

impl Accent {
    /// Returns the language that is spoken with it.
    pub fn language(self) -> Option<Language> {
        match self {
            Self::American | Self::British => Some(Language::En),
            Self::Spanish => Some(Language::Es),
            Self::Other => None,
        }
    }
}

/// A voice that can speak here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Voice {
    /// `af_heart`, `em_alex`, `elevenlabs:…` …
    pub id: VoiceId,
    /// A given name: "Heart", "Alex".
    pub name: String,
    pub gender: Gender,
    pub accent: Accent,
    /// A voice of ElevenLabs speaks every language; this is its own.
    pub language: Language,
    /// Whether everything that it needs is on the shelf.
    pub ready: bool,
}

/// An account at ElevenLabs. A key that may speak but not look at its account leaves both fields open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RemoteAccount {
    /// Characters that can be spoken until the account is filled up again.
    pub left: Option<u32>,
    /// Characters of the plan.
    pub limit: Option<u32>,
}

/// What speaking a text costs. Only voices of ElevenLabs cost anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SpeechCost {
    /// Characters that will be billed: those of pieces that were not spoken before.
    pub characters: u32,
    /// Characters left on the account; `None` when nothing is billed, or when the key may not look.
    pub left: Option<u32>,
}

/// The four settings of a voice, 0 to 1 each, in steps of 0.05.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct VoiceSettings {
    /// How far its melody is stretched beyond the plain reading.
    pub style: f32,
    /// How evenly it reads: 1 is the same every time, below that pace and melody vary from phrase to phrase.
    pub stability: f32,
    /// How much of its own timbre it has: 0 is the mean of the voices of its language, 0.5 is the voice itself, 1 is beyond.
    pub similarity_boost: f32,
    /// Whether it is brought forward as an engineer does it: presence lifted, rumble cut.
    pub use_speaker_boost: bool,
}

impl Default for VoiceSettings {
    fn default() -> Self {
        Self { style: 0.15, stability: 1.0, similarity_boost: 0.5, use_speaker_boost: true }
    }
}

/// How a word is to be said: it is read as if `says` stood in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Pronunciation {
    /// As it is written in the text; upper and lower case are the same.
    pub word: String,
    /// Respelled in the voice's own language.
    pub says: String,
}

/// A wish for speech.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SpeechRequest {
    /// At most [`limits::CHARACTERS`]. `*word*` is emphasised; an empty line is a long pause.
    pub text: String,
    pub voice: VoiceId,
    #[serde(default)]
    pub settings: VoiceSettings,
    /// 1 is the voice's own pace.
    pub speed: f32,
    /// 1 is natural; 0 leaves no silence but that within phrases.
    pub pauses: f32,
    /// Brought to this loudness; `None` leaves it as the model gives it.
    pub loudness: Option<Lufs>,
    #[serde(default)]
    pub dictionary: Vec<Pronunciation>,
}

/// Where a phrase of a text is in its sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SpokenPhrase {
    pub text: String,
    pub start: Seconds,
    pub end: Seconds,
}

/// A text that was spoken; sent as `Event::SpeechMade`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SpeechMade {
    pub job: JobId,
    /// In the library.
    pub sound: SoundId,
    /// In the order of the text.
    pub phrases: Vec<SpokenPhrase>,
}

/// A word that was heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct HeardWord {
    /// With its punctuation, without spaces.
    pub text: String,
    pub start: Seconds,
    pub end: Seconds,
    /// 0 to 1.
    pub confidence: f32,
}

/// Words that belong together, as a subtitle shows them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct HeardLine {
    pub text: String,
    pub start: Seconds,
    pub end: Seconds,
    pub words: Vec<HeardWord>,
}

/// What somebody says in a sound, as its musician has mended it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Transcript {
    pub sound: SoundId,
    /// In the order of their starts; empty when nobody speaks.
    pub lines: Vec<HeardLine>,
    /// `None` when nobody speaks.
    pub language: Option<Language>,
    pub duration: Seconds,
    /// Whether somebody has changed it since it was heard. Hearing it anew replaces that.
    pub edited: bool,
}

/// Files that a transcript is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TranscriptFormat {
    Txt,
    Srt,
    Vtt,
}
