//! How a sound file is written.

use serde::{Deserialize, Serialize};
use specta::Type;

/// How samples are kept in files that lose nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// 16 bits with triangular dither.
    Int16,
    /// 24 bits with triangular dither.
    Int24,
    /// 32-bit floating point, as it is; levels over full scale are kept.
    Float32,
}

impl Depth {
    /// Returns the bits of one sample.
    pub fn bits(self) -> u16 {
        match self {
            Self::Int16 => 16,
            Self::Int24 => 24,
            Self::Float32 => 32,
        }
    }
}

/// A format with what it needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "format")]
pub enum Encoding {
    Wav {
        depth: Depth,
    },
    Aiff {
        depth: Depth,
    },
    /// No floating point.
    Flac {
        depth: Depth,
    },
    /// Constant bit rate, in kbit/s: 32 to 320. At most two channels.
    Mp3 {
        kbps: u16,
    },
    /// Quality 0 to 10 as Xiph.Org counts it; 7 is about 224 kbit/s in stereo.
    Vorbis {
        quality: u8,
    },
    /// Average bit rate, in kbit/s: 16 to 510. At most two channels; always 48 kHz inside.
    Opus {
        kbps: u16,
    },
}

impl Encoding {
    /// Returns the file extension, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Wav { .. } => "wav",
            Self::Aiff { .. } => "aiff",
            Self::Flac { .. } => "flac",
            Self::Mp3 { .. } => "mp3",
            Self::Vorbis { .. } => "ogg",
            Self::Opus { .. } => "opus",
        }
    }

    /// Returns whether what is decoded differs from what was encoded by more than dither.
    pub fn is_lossy(self) -> bool {
        matches!(self, Self::Mp3 { .. } | Self::Vorbis { .. } | Self::Opus { .. })
    }
}
