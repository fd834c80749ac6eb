//! The past of a project: its versions, branches, copies, and what may be let go.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::comparison::{Change, Comparison};
use crate::id::{CopyId, ProjectId, VersionId};
use crate::merge::Conflict;
use crate::problem::Problem;
use crate::take::Peaks;
use crate::unit::{Dbtp, Lufs, Seconds};

/// All versions of the open project, as the timeline shows them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Timeline {
    pub project: ProjectId,
    /// Newest first.
    pub versions: Vec<Version>,
    /// The one that is worked on first, then the latest worked on.
    pub branches: Vec<Branch>,
    /// The branch that is worked on.
    pub branch: String,
    /// The version that the project in the window comes from; `None` before the first.
    pub head: Option<VersionId>,
    /// Whether the project is not as it is in that version.
    pub changed: bool,
    /// What all projects take in the store, in bytes.
    pub store_bytes: f64,
    /// Where the store is.
    pub store: String,
    /// The store cannot be used; versions are not kept until it can.
    pub problem: Option<Problem>,
}

/// A version of a project: its document and every file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Version {
    pub id: VersionId,
    /// In the musician's words; empty where nobody wrote any.
    pub message: String,
    pub occasion: Occasion,
    pub branch: String,
    /// May be empty.
    pub author: String,
    /// Milliseconds since the Unix epoch.
    pub time_ms: f64,
    /// None for the first, two for a merge, the branch's own first.
    pub parents: Vec<VersionId>,
    pub starred: bool,
    pub files: u32,
    /// What its files take in a folder, in bytes.
    pub bytes: f64,
    /// What it added to the store, in bytes.
    pub added_bytes: f64,
    /// How many changes there are to the version before; `None` where they have not been looked at.
    pub changes: Option<u32>,
    /// The foremost of them, at most three.
    pub foremost: Vec<Change>,
}

/// Why a version was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// The musician asked for it and may have given it a name.
    Named,
    /// Work paused.
    Pause,
    /// Before something that changes much: another branch, a merge, a restore.
    Before,
    /// The project was closed.
    Close,
    /// A branch began here.
    Branch,
    /// Two branches were brought together.
    Merge,
    /// Files were changed by another program.
    Outside,
}

/// A line of work.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Branch {
    /// `main` is the first of each project.
    pub name: String,
    /// Its latest version.
    pub tip: VersionId,
    /// Milliseconds since the Unix epoch.
    pub time_ms: f64,
}

/// What differs between two versions, in words and in figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct VersionComparison {
    pub before: VersionId,
    /// `None` is the project as it is in the window.
    pub after: Option<VersionId>,
    /// Of the documents; empty for a folder without one.
    pub comparison: Comparison,
    /// Other files of the folder, by path.
    pub files: Vec<FileChange>,
}

/// A file of the project that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct FileChange {
    /// Inside the project, with `/`.
    pub path: String,
    /// In bytes; `None` where it is not in the earlier version.
    pub before: Option<f64>,
    /// In bytes; `None` where it is not in the later version.
    pub after: Option<f64>,
}

/// What two versions sound like, measured on what one hears.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct SoundComparison {
    pub before: Heard,
    pub after: Heard,
}

/// A version as it sounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Heard {
    pub duration: Seconds,
    /// Integrated; `None` for silence.
    pub loudness: Option<Lufs>,
    pub true_peak: Option<Dbtp>,
    pub wave: Peaks,
    /// Mean level of 48 bands on a logarithmic scale from 20 Hz to 20 kHz, in dB; a sine at full scale is 0.
    pub spectrum: Vec<f32>,
}

/// The branches that were brought together, and what is left to decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct MergeStatus {
    /// The branch that was merged into the open project.
    pub branch: String,
    pub conflicts: Vec<Conflict>,
    /// Files that both branches changed; both are kept, theirs under these names.
    pub kept_beside: Vec<String>,
    /// Whether one undo takes back the whole merge; later edits, and what was decided after them, come first.
    pub last: bool,
}

/// Which automatic versions are let go. Named and starred ones, the tips of branches, where branches part and meet, and
/// the last day's are always kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PruneRules {
    /// Of older ones one an hour is kept for so many days …
    pub hourly_days: u32,
    /// … then one a day for so many days …
    pub daily_days: u32,
    /// … then one a week for so many weeks; what is older goes.
    pub weekly_weeks: u32,
}

impl Default for PruneRules {
    fn default() -> Self {
        Self { hourly_days: 7, daily_days: 60, weekly_weeks: 104 }
    }
}

/// What rules would let go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PrunePlan {
    pub rules: PruneRules,
    /// The versions that would go, oldest first.
    pub versions: Vec<PrunedVersion>,
    /// What all of them together would free, in bytes.
    pub freed: f64,
}

/// A version that would go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PrunedVersion {
    pub version: VersionId,
    /// What it alone would free, in bytes.
    pub freed: f64,
}

/// What a check of the store found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct HistoryReport {
    pub versions: u32,
    pub packs: u32,
    /// Bytes read and compared.
    pub read: f64,
    pub damage: Vec<HistoryDamage>,
}

/// A damaged or missing file of the store, and what suffers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct HistoryDamage {
    /// Inside the store.
    pub file: String,
    pub missing: bool,
    /// Versions that need it, with the paths of the files in question; none where nothing is lost.
    pub touched: Vec<TouchedFile>,
}

/// A file of a version that cannot be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct TouchedFile {
    pub version: VersionId,
    /// `None` for the whole version.
    pub path: Option<String>,
}

/// A copy of the store somewhere else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct StoreCopy {
    pub id: CopyId,
    pub place: CopyPlace,
    /// When it was last brought up to date, in milliseconds since the Unix epoch.
    pub synced_ms: Option<f64>,
    /// Why it could not be brought up to date last time.
    pub problem: Option<Problem>,
}

/// Where a copy is. Its passphrase, and the secret key of S3, are in the keychain of the system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum CopyPlace {
    /// A folder, on an external disk or a drive of the network.
    Folder { path: String },
    /// A bucket of S3 or of what speaks its language.
    S3 {
        /// With scheme; empty for Amazon's own.
        endpoint: String,
        region: String,
        bucket: String,
        /// The folder inside the bucket; may be empty.
        prefix: String,
        access_key: String,
    },
}

/// Files of the open project that another program changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct OutsideChange {
    /// Inside the project, with `/`.
    pub paths: Vec<String>,
}
