//! The library: the musician's own sound files, what is known of them, and how they are found again.
//!
//! The files stay where they are; the library remembers where that is, what is in them and what was heard in them.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::id::{CollectionId, SoundId};
use crate::loudness::Loudness;
use crate::music::Key;
use crate::problem::Problem;
use crate::sound::SoundFacts;
use crate::take::Tag;
use crate::unit::{Bpm, Lufs};

/// Limits of what the library takes, shown to people and kept by the services.
pub mod limits {
    /// Largest file in bytes: the sizes of RIFF chunks are 32-bit numbers, and nothing longer can be worked on here.
    pub const FILE_BYTES: u64 = 4 << 30;
    /// Longest sound in seconds: a day.
    pub const DURATION_S: f64 = 86_400.0;
    pub const RATING: std::ops::RangeInclusive<u8> = 0..=5;
    /// Longest name of a collection, in characters.
    pub const NAME_CHARS: usize = 120;
    /// Longest value of a tag, in characters.
    pub const TAG_CHARS: usize = 1_000;
    /// Largest picture of a cover in bytes.
    pub const COVER_BYTES: u64 = 16 << 20;
    /// Most rows of one page.
    pub const PAGE_ROWS: u32 = 1_000;
}

/// A sound file of the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct LibrarySound {
    pub id: SoundId,
    pub path: String,
    /// The file's name, with its extension.
    pub name: String,
    pub state: SoundState,
    pub facts: SoundFacts,
    pub tags: FileTags,
    pub has_cover: bool,
    /// 0 to 5 stars; 0 is not rated.
    pub rating: u8,
    /// Milliseconds since the Unix epoch.
    pub added_ms: f64,
    pub analysis: Analysis,
}

/// Whether the file is where it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SoundState {
    #[default]
    Present,
    /// Not found at its path; it can be linked again.
    Missing,
}

/// The tags that a musician reads and writes; an empty text is no tag.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct FileTags {
    pub title: String,
    pub artist: String,
    pub album: String,
    pub genre: String,
    pub year: Option<u16>,
    pub comment: String,
}

/// A change of tags: `None` leaves a tag as it is, an empty text removes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct TagChange {
    pub title: Option<String>,
    pub artist: Option<String>,
    pub album: Option<String>,
    pub genre: Option<String>,
    /// 0 removes it.
    pub year: Option<u16>,
    pub comment: Option<String>,
}

/// What was heard in a sound.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
pub struct Analysis {
    pub loudness: Option<Loudness>,
    /// `None` when no tempo is heard clearly, as with the key.
    pub bpm: Option<Bpm>,
    pub key: Option<Key>,
    /// What it sounds like, best first.
    pub sounds_like: Vec<Tag>,
    pub steps: AnalysisSteps,
    /// Why the last step that failed did so.
    pub problem: Option<Problem>,
}

/// Where each step of the analysis stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
pub struct AnalysisSteps {
    pub loudness: StepState,
    pub rhythm: StepState,
    pub sounds_like: StepState,
    pub peaks: StepState,
    pub beats: StepState,
}

/// A step of the analysis, each of which is done, cancelled and taken up again for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AnalysisStep {
    /// The picture of the waveform; first, because it is seen first.
    Peaks,
    Loudness,
    /// Tempo and key.
    Rhythm,
    /// Each beat, with the model that hears them; the tempo is theirs from then on.
    Beats,
    SoundsLike,
}

impl AnalysisStep {
    /// Every step, in the order in which they are done.
    pub const ALL: [AnalysisStep; 5] = [
        AnalysisStep::Peaks,
        AnalysisStep::Loudness,
        AnalysisStep::Rhythm,
        AnalysisStep::Beats,
        AnalysisStep::SoundsLike,
    ];
}

impl AnalysisSteps {
    /// Returns where a step stands.
    pub fn get(&self, step: AnalysisStep) -> StepState {
        match step {
            AnalysisStep::Peaks => self.peaks,
            AnalysisStep::Loudness => self.loudness,
            AnalysisStep::Rhythm => self.rhythm,
            AnalysisStep::Beats => self.beats,
            AnalysisStep::SoundsLike => self.sounds_like,
        }
    }

    /// Notes where a step stands.
    pub fn set(&mut self, step: AnalysisStep, state: StepState) {
        match step {
            AnalysisStep::Peaks => self.peaks = state,
            AnalysisStep::Loudness => self.loudness = state,
            AnalysisStep::Rhythm => self.rhythm = state,
            AnalysisStep::Beats => self.beats = state,
            AnalysisStep::SoundsLike => self.sounds_like = state,
        }
    }
}

/// Where a step of the analysis stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    #[default]
    Waiting,
    Running,
    Done,
    Failed,
    /// Not done until it is asked for again.
    Cancelled,
    /// Waits for a model that is not on this machine.
    NeedsModel,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct LibraryQuery {
    /// Beginnings of words that must all occur in title, artist, album, genre, comment, file name, tempo, key, loudness
    /// or what it sounds like; empty finds everything.
    pub text: String,
    pub sort: LibrarySort,
    pub descending: bool,
    pub filter: LibraryFilter,
    pub offset: u32,
    /// At most [`limits::PAGE_ROWS`].
    pub limit: u32,
}

/// What the sounds that are looked for have in common; every field narrows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct LibraryFilter {
    pub bpm_min: Option<Bpm>,
    pub bpm_max: Option<Bpm>,
    pub key: Option<Key>,
    pub loudness_min: Option<Lufs>,
    pub loudness_max: Option<Lufs>,
    /// At least so many stars.
    pub rating_min: u8,
    pub collection: Option<CollectionId>,
    pub missing_only: bool,
}

/// In which order sounds are listed. What has no value comes last, whichever way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LibrarySort {
    #[default]
    Added,
    Title,
    Artist,
    Album,
    Genre,
    Name,
    Duration,
    Bpm,
    Key,
    Loudness,
    Rating,
}

/// A page of what was found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
pub struct LibraryPage {
    /// All sounds found, on every page together.
    pub total: u32,
    pub offset: u32,
    pub rows: Vec<LibrarySound>,
}

/// The library as a whole; sent when rows came, went or moved: whoever shows a page then asks for it again.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
pub struct LibraryStatus {
    pub sounds: u32,
    pub missing: u32,
    /// Sounds whose analysis is not finished.
    pub unanalysed: u32,
    /// Files in watched folders that are still being written, or wait for their turn.
    pub arriving: Vec<String>,
}

/// A list of sounds that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Collection {
    pub id: CollectionId,
    pub name: String,
    pub sounds: u32,
}

/// What became of an import.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
pub struct ImportReport {
    /// Sounds that are new in the library.
    pub added: Vec<SoundId>,
    /// Files whose content was in the library before, or twice among the files.
    pub duplicates: Vec<Duplicate>,
    /// Files that were linked again to sounds that had been missing.
    pub relinked: Vec<SoundId>,
    pub refused: Vec<RefusedFile>,
    /// Whether it was stopped before its end; what was added stays.
    pub cancelled: bool,
}

/// A file with the content of a sound that is in the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Duplicate {
    pub path: String,
    pub of: SoundId,
    /// Where the library has it.
    pub of_path: String,
}

/// A file that was not taken, and why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RefusedFile {
    pub path: String,
    pub problem: Problem,
}

/// What an import of these paths would do, found out from the first bytes of each file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
pub struct ImportPreview {
    /// Files that can be taken.
    pub sounds: u32,
    /// Their size together.
    pub bytes: f64,
    /// The first of them, for the picture while dragging.
    pub first: Vec<PreviewedSound>,
    /// The first of the files that cannot be taken.
    pub refused: Vec<RefusedFile>,
    pub refused_total: u32,
    /// Whether there is more than was looked at: the numbers are then lower bounds.
    pub more: bool,
}

/// A file that can be taken, before it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PreviewedSound {
    pub path: String,
    pub name: String,
    pub facts: SoundFacts,
}
