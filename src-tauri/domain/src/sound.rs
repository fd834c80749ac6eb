//! A sound file: what it says about itself, what was lost of it, and why it is refused.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::unit::Seconds;

/// What a sound file is, by its content; its name is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct SoundFacts {
    pub container: Container,
    pub codec: Codec,
    /// Frames in a second.
    pub rate: u32,
    pub channels: u16,
    /// Bits of a sample; lossy codecs have none.
    pub bits: Option<u16>,
    /// Without what encoders pad. Unknown for streams that do not say; an estimate for MP3 and ADTS without a header.
    pub duration: Option<Seconds>,
    /// Size of the file.
    pub bytes: f64,
}

/// The kind of file that the sound lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// RIFF WAVE.
    Wave,
    /// RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088): WAVE with 64-bit sizes.
    Rf64,
    /// Sony Wave64.
    Wave64,
    /// AIFF and AIFF-C.
    Aiff,
    /// Core Audio Format.
    Caf,
    Flac,
    /// A bare MPEG audio stream, layers I to III.
    Mpeg,
    /// A bare AAC stream.
    Adts,
    /// MP4, M4A, MOV.
    Mp4,
    Ogg,
    /// Matroska and WebM.
    Matroska,
}

/// How the sound is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Codec {
    /// Whole numbers.
    Pcm,
    /// Floating-point numbers.
    Float,
    ALaw,
    MuLaw,
    Adpcm,
    Flac,
    Alac,
    Mp1,
    Mp2,
    Mp3,
    Aac,
    Vorbis,
    Opus,
}

impl Codec {
    /// Returns whether what comes out is what went in.
    pub fn is_lossless(self) -> bool {
        matches!(self, Self::Pcm | Self::Float | Self::Flac | Self::Alac)
    }
}

/// What was damaged in a sound file, as far as it was read.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, Type)]
pub struct Damage {
    /// Packets that could not be decoded; silence of their length stands in for them where the length is known.
    pub packets: u32,
    /// Samples that were not a number or beyond all measure; silence stands in for them.
    pub samples: u32,
    /// Where the sound broke off, if it did.
    pub lost: Option<Lost>,
}

impl Damage {
    /// Returns whether nothing was damaged.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The end of what could be saved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct Lost {
    /// All before this was read.
    pub after: Seconds,
    pub why: Loss,
}

/// Why the rest of a sound is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// The file ends before its sound does.
    Truncated,
    /// What follows cannot be understood.
    Damaged,
    /// The sound goes on at another rate or with other channels.
    Changed,
    /// Whole megabytes held no sound.
    Endless,
}

/// Why a file is not taken as sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Refusal {
    /// A folder, a device, a pipe.
    NotAFile,
    /// No bytes.
    Empty,
    /// Not a sound file at all; what it looks like, where that is known (`PNG image`).
    NotSound(Option<String>),
    /// A sound file of a kind that is not read (`WMA`, `WavPack`).
    UnknownKind(String),
    /// Video or an empty film: no sound in it.
    NoAudioTrack,
    /// Bought music that only its shop's player may play.
    Protected,
    /// Not a single frame of sound.
    TooShort,
    /// More than fits in one song.
    TooLong(Seconds),
    /// Frames in a second that are no recording.
    Rate(u32),
    Channels(u32),
    /// Nothing in it could be decoded.
    Damaged,
}
