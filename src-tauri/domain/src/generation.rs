//! What a musician asks for and what the studio understood of it.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::music::{Key, Meter};
use crate::unit::{Bpm, Seconds};

/// A request for a song. Every explicit field wins over what the prompt says.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Request {
    /// Free text, Spanish or English.
    pub prompt: String,
    /// Kept with the song.
    pub lyrics: String,
    /// Id of a style.
    pub style: Option<String>,
    pub bpm: Option<Bpm>,
    pub key: Option<Key>,
    pub meter: Option<Meter>,
    pub duration: Option<Seconds>,
    /// The same request with the same seed gives the same file. `None` lets the studio choose one.
    pub seed: Option<u32>,
    /// How many takes to make, 1 to 8; each uses the next seed.
    pub variations: u8,
    /// Instruments wanted, by id (`piano`, `guitar` …).
    pub instruments: Vec<String>,
    /// Instruments refused, by id.
    pub without: Vec<String>,
    /// Moods, by id (`happy`, `dark` …).
    pub moods: Vec<String>,
}

/// Limits of a request, shown in the form and kept by the services.
pub mod limits {
    /// Longest prompt in bytes.
    pub const PROMPT_BYTES: usize = 10_000;
    pub const LYRICS_BYTES: usize = 50_000;
    pub const BPM: std::ops::RangeInclusive<f32> = 40.0..=240.0;
    pub const DURATION_S: std::ops::RangeInclusive<f64> = 10.0..=600.0;
    pub const VARIATIONS: std::ops::RangeInclusive<u8> = 1..=8;
}

/// What a chip is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ChipKind {
    Style,
    Tempo,
    Key,
    Meter,
    Length,
    Mood,
    Instrument,
    Without,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ChipSource {
    /// An explicit field of the request.
    Field,
    /// Words of the prompt.
    Prompt,
    /// Chosen by the studio, from style, mood and seed.
    Chosen,
}

/// One understood fact, shown as an editable chip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Chip {
    pub kind: ChipKind,
    /// Canonical value: a style, mood or instrument id; `96`; `A minor`; `6/8`; `180` (seconds).
    pub value: String,
    pub source: ChipSource,
    /// The words of the prompt that said so, as written; empty otherwise.
    pub words: String,
}

/// Everything that was read out of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Understanding {
    pub chips: Vec<Chip>,
    /// Words of the prompt that meant nothing to the studio (small words left out).
    pub not_understood: Vec<String>,
    pub brief: Brief,
}

/// The complete order for the composer: nothing is left open but the seed's choices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Brief {
    pub title: String,
    pub style: String,
    pub bpm: Bpm,
    pub key: Key,
    pub meter: Meter,
    pub duration: Seconds,
    pub moods: Vec<String>,
    pub instruments: Vec<String>,
    pub without: Vec<String>,
}

/// A style as the form shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct StyleInfo {
    pub id: String,
    /// English and Spanish names.
    pub name_en: String,
    pub name_es: String,
    pub bpm_min: Bpm,
    pub bpm_max: Bpm,
    pub bpm_typical: Bpm,
    pub duration_typical: Seconds,
}

/// What the form can offer: styles, moods and instruments by id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Palette {
    pub styles: Vec<StyleInfo>,
    pub moods: Vec<String>,
    pub instruments: Vec<String>,
}
