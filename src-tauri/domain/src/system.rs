//! What works on this machine, the cache's figures, and notices about start-up.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::problem::Problem;

/// The outcome of one check of `doctor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    Works,
    /// The studio works without it, with less.
    Limited,
    Fails,
}

/// One check of `doctor`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Check {
    /// `audio_output`, `sound_bank`, `onnx_runtime`, `database`, `disk` …
    pub id: String,
    pub state: CheckState,
    /// What was found.
    pub found: String,
    /// How to mend it; empty when it works.
    pub hint: String,
}

/// Figures of the result cache.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
pub struct CacheStats {
    pub entries: u32,
    pub bytes: f64,
    pub limit_bytes: f64,
    pub hits: u32,
    pub misses: u32,
}

/// Something found and dealt with while starting, to be told to the user once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Notice {
    pub problem: Problem,
    /// Where the damaged file was put.
    pub set_aside: Option<String>,
}

/// What the page needs before its first picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Welcome {
    pub version: String,
    /// The language in force: the setting, or the system's.
    pub language: crate::setting::Language,
    pub notices: Vec<Notice>,
    /// Folder with logs, for people.
    pub logs: String,
}

/// Whether a dropped file can be used here, and why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DropVerdict {
    pub path: String,
    pub name: String,
    /// What will be done with it; `None` when it is refused.
    pub accepted_as: Option<DropUse>,
    pub problem: Option<Problem>,
}

/// What a dropped file is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DropUse {
    /// A text file becomes the lyrics.
    Lyrics,
    /// A project folder or its document is opened.
    Project,
    /// A sound file, or a folder that may hold some, comes into the library.
    Sounds,
}
