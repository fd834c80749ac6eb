//! A project as the page sees it: the plain reading of the document.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::id::{ProjectId, TakeId, TrackId};
use crate::score::Score;
use crate::take::Take;
use crate::unit::{Db, Pan};

/// An entry of the list of projects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ProjectInfo {
    pub id: ProjectId,
    pub name: String,
    /// The project's folder.
    pub folder: String,
    /// Milliseconds since the Unix epoch.
    pub modified_ms: f64,
}

/// The open project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Project {
    pub id: ProjectId,
    pub name: String,
    pub folder: String,
    pub lyrics: String,
    /// Newest first; deleted takes are not in it.
    pub takes: Vec<Take>,
    /// The take whose arrangement is on the lanes.
    pub current: Option<TakeId>,
    /// The arrangement on the lanes: tracks, sections, chords, notes.
    pub arrangement: Option<Score>,
    /// One strip for each track of the arrangement, in its order.
    pub mixer: Vec<Strip>,
    /// Name of the step that undo would take back.
    pub undo: Option<StepName>,
    pub redo: Option<StepName>,
    /// Whether everything is on disk.
    pub saved: bool,
}

/// The mixer strip of a track, on top of the levels of the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Strip {
    pub track: TrackId,
    /// Added to the level of the score, −60 to +12 dB; −60 is off.
    pub level: Db,
    /// Added to the pan of the score.
    pub pan: Pan,
    pub mute: bool,
    pub solo: bool,
}

impl Strip {
    /// Returns the strip of a track that nobody has touched.
    pub fn neutral(track: TrackId) -> Self {
        Self { track, level: Db(0.0), pan: Pan(0.0), mute: false, solo: false }
    }
}

/// What changes in a project when a fader moves or the document is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct MixerStatus {
    pub mixer: Vec<Strip>,
    pub undo: Option<StepName>,
    pub redo: Option<StepName>,
    pub saved: bool,
}

/// One change of the mixer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum StripChange {
    Level(Db),
    Pan(Pan),
    Mute(bool),
    Solo(bool),
}

/// What a step of the project's history was, to be worded in the user's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StepName {
    pub step: Step,
    /// Name of the track or take it was about; may be empty.
    pub subject: String,
}

/// Kinds of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    AddTake,
    UseTake,
    StarTake,
    DeleteTake,
    RenameTake,
    Level,
    Pan,
    Mute,
    Solo,
    Lyrics,
    RenameProject,
    Tempo,
    Key,
    Meter,
    Notes,
    Chords,
    Sections,
    Tracks,
    /// A part of the song was composed anew.
    Regenerate,
    /// Another branch was brought in.
    Merge,
    /// Something was taken from another version.
    Restore,
}
