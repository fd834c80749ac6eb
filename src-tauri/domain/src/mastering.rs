//! Sound files brought to a loudness: where to, how, and what came of it.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::encoding::Encoding;
use crate::id::JobId;
use crate::loudness::Loudness;
use crate::problem::Problem;
use crate::unit::{Db, Dbtp, Lufs};

/// What a file is to reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct LoudnessTarget {
    pub loudness: Lufs,
    /// Never passed, not even by what a lossy format makes of the sound.
    pub ceiling: Dbtp,
}

/// Targets that somebody has published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Television and radio in Europe.
    EbuR128,
    /// Spoken word.
    Podcast,
    /// Music on streaming services.
    Streaming,
    /// Music and podcasts at Apple.
    Apple,
    /// Messages and jingles that play between others.
    Announcement,
}

impl Preset {
    pub const ALL: [Self; 5] =
        [Self::EbuR128, Self::Podcast, Self::Streaming, Self::Apple, Self::Announcement];

    pub fn target(self) -> LoudnessTarget {
        let loudness = match self {
            Self::EbuR128 => -23.0,
            Self::Podcast | Self::Apple | Self::Announcement => -16.0,
            Self::Streaming => -14.0,
        };
        LoudnessTarget { loudness: Lufs(loudness), ceiling: Dbtp(-1.0) }
    }

    /// Returns who asks for it.
    pub fn source(self) -> &'static str {
        match self {
            Self::EbuR128 => "EBU R 128 (2023)",
            Self::Podcast => "AES TD1008 (2021); Apple, Podcasts audio requirements",
            Self::Streaming => "Spotify, Loudness normalization; AES TD1008 (2021)",
            Self::Apple => "Apple Music, Sound Check; AES TD1008 (2021)",
            Self::Announcement => "AES TD1008 (2021), speech",
        }
    }
}

/// Files to bring to a loudness.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct MasterRequest {
    pub files: Vec<String>,
    pub target: LoudnessTarget,
    pub encoding: Encoding,
    /// One gain for all, so that they keep their distances.
    pub album: bool,
    /// The folder for the results, which keep the names of their sources. A name that is taken gets a number.
    pub folder: String,
    /// Whether the results are taken into the library.
    #[serde(default)]
    pub into_library: bool,
}

/// What was done to a sound, or could not be, that its musician should know.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum Remark {
    /// Nothing in it is loud enough to be measured: it is as it was.
    Silent,
    /// Shorter than the 400 ms of a gating block: measured as if it were repeated.
    Short,
    /// The loudness wants more room than the ceiling leaves: the most that the limiter took.
    Limited(Db),
    /// The format lifts peaks: the limiter worked so many dB below the ceiling.
    FormatPeaks(Db),
    /// The format has no place for the rate of the source: the new one.
    Resampled(u32),
    /// The format has no place for the channels of the source: mixed to stereo (ITU-R BS.775).
    MixedDown,
    /// Part of the source could not be read.
    Damaged,
    /// The file has no place for the tags of its source.
    TagsLost,
}

/// A file that was brought to its loudness, and measured again as it is now on the disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Mastered {
    pub path: String,
    pub before: Loudness,
    pub after: Loudness,
    /// The one gain of the whole file.
    pub gain: Db,
    pub remarks: Vec<Remark>,
}

/// What came of one of the files of a request. Both: it was brought to its loudness, but not taken into the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct MasterResult {
    pub source: String,
    pub mastered: Option<Mastered>,
    pub problem: Option<Problem>,
}

/// How far a batch of the queue is; sent as `Event::MasteringChanged` after each file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Mastering {
    pub job: JobId,
    pub request: MasterRequest,
    /// In the order of the files, those done so far.
    pub results: Vec<MasterResult>,
}

/// A target that somebody has published, with who asks for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PresetTarget {
    pub preset: Preset,
    pub target: LoudnessTarget,
    pub source: String,
}
