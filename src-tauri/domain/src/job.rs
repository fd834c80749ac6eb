//! Background jobs as everyone sees them.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::cleaning::Cleaning;
use crate::conversion::Conversion;
use crate::converter::Toward;
use crate::generation::Request;
use crate::history::PruneRules;
use crate::id::{CollectionId, CopyId, JobId, ModelId, ProfileId, ProjectId, SoundId, TakeId};
use crate::mastering::MasterRequest;
use crate::problem::Problem;
use crate::setting::Language;
use crate::take::ExportFormat;
use crate::unit::Seconds;
use crate::voice::SpeechRequest;

/// What a job does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    Generate {
        project: ProjectId,
        request: Request,
    },
    Export {
        project: ProjectId,
        take: TakeId,
        format: ExportFormat,
        path: String,
    },
    FetchModel {
        model: ModelId,
    },
    /// Takes files and whole folders into the library, and into a collection when there is one.
    ImportSounds {
        paths: Vec<String>,
        collection: Option<CollectionId>,
    },
    /// Does the steps of the analysis that sounds of the library wait for.
    AnalyseSounds,
    /// Looks in a folder for the files of missing sounds, by content.
    RelinkSounds {
        folder: String,
    },
    /// Brings files to a loudness, one after the other.
    Master {
        request: MasterRequest,
    },
    /// Makes a clean sound of one of the library.
    Clean {
        sound: SoundId,
        cleaning: Cleaning,
    },
    /// Makes two sounds of a song of the library: its voice and its backing.
    Split {
        sound: SoundId,
    },
    /// Writes the notes of a sound of the library down.
    HearNotes {
        sound: SoundId,
    },
    /// Speaks a text; what is said becomes a sound of the library.
    Speak {
        request: SpeechRequest,
    },
    /// Writes down what is said in a sound of the library; without a language, the one that is heard.
    HearSpeech {
        sound: SoundId,
        language: Option<Language>,
    },
    /// Makes a sound of the library anew with its voice changed.
    Modulate {
        sound: SoundId,
        conversion: Conversion,
    },
    /// Makes a sound of the library anew with its voice turned toward that of a profile.
    ModulateToward {
        sound: SoundId,
        toward: Toward,
    },
    /// Looks for the voice of the studio that comes closest to that of a profile.
    FindClosest {
        profile: ProfileId,
    },
    /// Puts a sound of the library on a track of its own of a take; what comes of it is a take beside that one.
    PutOnTrack {
        project: ProjectId,
        take: TakeId,
        sound: SoundId,
        /// Where it starts in the song.
        at: Seconds,
    },
    /// Lets go of the automatic versions of a project that rules do not keep, and frees their space.
    PruneHistory {
        project: ProjectId,
        rules: PruneRules,
    },
    /// Looks at every file of the store of versions; with `read_data` at every byte.
    CheckHistory {
        read_data: bool,
    },
    /// Sets aside what is damaged in the store and keeps what can still be read of it.
    MendHistory,
    /// Brings a copy of the store up to date and makes sure of what was written.
    SyncCopy {
        copy: CopyId,
    },
}

/// Priorities, lower runs first (`product.md`: enterprise 1, premium 5, pro 10, free 20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Enterprise,
    Premium,
    #[default]
    Pro,
    Free,
}

impl Priority {
    /// Returns the rank; lower runs first.
    pub fn rank(self) -> u8 {
        match self {
            Self::Enterprise => 1,
            Self::Premium => 5,
            Self::Pro => 10,
            Self::Free => 20,
        }
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Queued,
    Running,
    /// Waits before another attempt.
    Retrying,
    /// Waits until somebody resumes it, with all that it has done.
    Paused,
    Done,
    Failed,
    Cancelled,
}

impl JobState {
    /// Returns whether nothing more will happen.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// The step a running job is at, to be worded in the user's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Waiting,
    Understanding,
    Composing,
    Rendering,
    Mastering,
    Checking,
    Saving,
    Downloading,
    Converting,
    Encoding,
    Importing,
    Analysing,
    Searching,
    /// Noise, clicks, hum and silence are taken out, or a voice.
    Cleaning,
    /// A text is spoken.
    Speaking,
    /// What is said is listened for.
    Listening,
    /// A voice is changed.
    Modulating,
    /// The closest voice is looked for.
    Matching,
    /// Versions go to a copy of their store.
    Copying,
    /// Versions are let go.
    Pruning,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Job {
    pub id: JobId,
    pub work: Work,
    pub priority: Priority,
    pub state: JobState,
    pub stage: Stage,
    /// 0 to 1, measured.
    pub progress: f32,
    /// The attempt under way, from 1.
    pub attempt: u8,
    pub problem: Option<Problem>,
    /// Milliseconds since the Unix epoch.
    pub created_ms: f64,
    pub started_ms: Option<f64>,
    pub finished_ms: Option<f64>,
}
