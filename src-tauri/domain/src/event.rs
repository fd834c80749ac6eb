//! What changed. Every mutation answers with an id at most; the new state arrives as one of these.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::cleaning::{NoteSheet, SoundsMade};
use crate::converter::Converter;
use crate::history::{HistoryReport, MergeStatus, OutsideChange, StoreCopy, Timeline};
use crate::id::JobId;
use crate::job::Job;
use crate::library::{Collection, ImportReport, LibrarySound, LibraryStatus};
use crate::live::{Dictation, Live};
use crate::mastering::Mastering;
use crate::model::Shelf;
use crate::playback::Playback;
use crate::problem::Problem;
use crate::profile::Profile;
use crate::project::{MixerStatus, Project, ProjectInfo};
use crate::recording::{RecordedTake, Recorder};
use crate::setting::Settings;
use crate::voice::{SpeechMade, Transcript, Voice};

/// A fact about the past, with the new state of what it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum Event {
    /// A job was added or changed; sent at most 20 times a second for one job while it runs.
    JobChanged(Job),
    /// A job left the list (cleaned up).
    JobRemoved(JobId),
    /// Another project was opened, or the open one changed.
    ProjectChanged(Box<Project>),
    /// The mixer of the open project moved; sent instead of `ProjectChanged`, which carries every note.
    MixerChanged(MixerStatus),
    ProjectsListed(Vec<ProjectInfo>),
    PlaybackChanged(Playback),
    RecorderChanged(Recorder),
    /// A take came to its end; it is in the library, if it could be taken.
    TakeRecorded(RecordedTake),
    ShelfChanged(Shelf),
    SettingsChanged(Settings),
    /// Sounds came, went or were found: a page that is shown is no longer the truth. At most 10 times a second.
    LibraryChanged(LibraryStatus),
    /// One sound changed: its analysis, tags, rating or place.
    SoundChanged(Box<LibrarySound>),
    CollectionsListed(Vec<Collection>),
    /// An import ended, with what became of each file; `job` is absent for what came by a watched folder.
    ImportFinished {
        job: Option<JobId>,
        report: ImportReport,
    },
    /// A batch of the queue is done with another of its files.
    MasteringChanged(Mastering),
    /// New sounds were made of one, and are in the library.
    SoundsMade(SoundsMade),
    /// The notes of a sound were heard, or mended.
    NotesHeard(NoteSheet),
    /// A text was spoken, and is in the library.
    SpeechMade(SpeechMade),
    /// What is said in a sound was heard, or mended.
    SpeechHeard(Transcript),
    /// The live voice was switched on or off, or its conversion is another.
    LiveChanged(Live),
    /// A dictation began, ended, or another phrase of it was written down.
    DictationChanged(Dictation),
    /// Voices of ElevenLabs came or went: these are all voices that can speak now.
    VoicesListed(Vec<Voice>),
    /// A profile of a voice came, went or changed.
    ProfilesListed(Vec<Profile>),
    /// A converter of voices came or went.
    ConvertersListed(Vec<Converter>),
    /// A version, a branch or the place of the project among them changed; also sent when the project first differs from
    /// its version, and when it is the same again.
    TimelineChanged(Box<Timeline>),
    /// Branches were merged, a conflict was decided, or the merge was taken back (`None`).
    MergeChanged(Option<Box<MergeStatus>>),
    /// A check of the store of versions ended.
    HistoryChecked(HistoryReport),
    /// Copies of the store came, went or were brought up to date.
    CopiesListed(Vec<StoreCopy>),
    /// Another program changed files of the open project: they could be kept as a version.
    ProjectFilesChanged(OutsideChange),
    /// Something went wrong outside of any request.
    ProblemFound(Problem),
}
