//! A take: one finished result with what was measured on its sound.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::encoding::{Depth, Encoding};
use crate::generation::{Request, Understanding};
use crate::id::{AssetId, TakeId};
use crate::music::Key;
use crate::unit::{Bpm, Db, Dbtp, Lufs, Seconds};

/// One generated result. The score and the master are assets of the project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Take {
    pub id: TakeId,
    pub title: String,
    pub request: Request,
    pub understanding: Understanding,
    /// The seed that was really used.
    pub seed: u32,
    /// `composer` plus its version.
    pub engine: String,
    /// JSON of a [`crate::score::Score`].
    pub score: AssetId,
    /// The master as FLAC, 24 bit.
    pub audio: AssetId,
    pub measured: Measured,
    /// Gain of the master before its limiter, found for the untouched mixer; playback uses it.
    pub master_gain: Db,
    /// Takes that the output gate refused before this one, with the reason.
    pub refused: Vec<Refused>,
    /// Style tags heard by the tagging model, best first; empty when no model was there.
    pub tags: Vec<Tag>,
    pub starred: bool,
    /// Milliseconds since the Unix epoch.
    pub created_ms: f64,
    pub elapsed: Seconds,
}

/// What the output gate measured on the finished audio.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Measured {
    pub duration: Seconds,
    pub loudness: Lufs,
    pub true_peak: Dbtp,
    /// Mean of the samples relative to full scale, in dB.
    pub dc_offset: Db,
    /// Samples at or over full scale.
    pub clipped_samples: u32,
    /// Longest stretch below −60 dBFS between the first and the last sound.
    pub longest_silence: Seconds,
    /// Tempo heard in the audio, and whether it matches the score (a factor of two counts as a match).
    pub bpm: Option<Bpm>,
    pub bpm_matches: bool,
    /// Key heard in the audio.
    pub key: Option<Key>,
    pub key_matches: bool,
}

/// A take that the output gate refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Refused {
    pub seed: u32,
    pub reason: GateReason,
    /// The measured value and the limit, for people: `1.9 s, at most 1.5 s`.
    pub detail: String,
}

/// Why the output gate refuses a take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum GateReason {
    Silent,
    InnerSilence,
    Clipping,
    DcOffset,
    Length,
    Loudness,
    TruePeak,
    Tempo,
    Key,
    NotANumber,
}

/// A label heard by a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Tag {
    pub name: String,
    /// 0 to 1.
    pub score: f32,
}

/// File formats of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    Wav,
    Flac,
    Mp3192,
    Mp3320,
    Ogg,
    /// One 24-bit WAV a track, in a folder.
    Stems,
    Midi,
}

impl ExportFormat {
    /// Returns how the sound is written; `None` for MIDI, which holds notes.
    pub fn encoding(self) -> Option<Encoding> {
        match self {
            Self::Wav | Self::Stems => Some(Encoding::Wav { depth: Depth::Int24 }),
            Self::Flac => Some(Encoding::Flac { depth: Depth::Int24 }),
            Self::Mp3192 => Some(Encoding::Mp3 { kbps: 192 }),
            Self::Mp3320 => Some(Encoding::Mp3 { kbps: 320 }),
            Self::Ogg => Some(Encoding::Vorbis { quality: 7 }),
            Self::Midi => None,
        }
    }

    /// Returns the file extension, without a dot; stems are WAV files in a folder.
    pub fn extension(self) -> &'static str {
        self.encoding().map_or("mid", Encoding::extension)
    }
}

/// Peaks of a take for drawing: `min` and `max` per bucket, −1 to 1, equally spaced over `duration`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Peaks {
    pub duration: Seconds,
    pub min: Vec<f32>,
    pub max: Vec<f32>,
}
