//! Two branches of a project brought together: what both changed, and what can be taken from a version.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::comparison::{Control, Figure};
use crate::id::{SectionId, TakeId, TrackId};
use crate::music::{Key, Meter};
use crate::score::{Note, SectionKind};
use crate::unit::Bpm;

/// Both branches changed the same thing, each in its own way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Conflict {
    pub what: Contested,
    /// The stable ids that lead to it; with these a choice is made.
    pub path: Vec<String>,
    /// Name of the track or title of the take it is about; may be empty.
    pub subject: String,
    /// How it was before the branches parted.
    pub base: Held,
    pub ours: Held,
    pub theirs: Held,
    /// What is in the merged project: the branch that was worked on last, and never a removal, until somebody chooses.
    pub kept: Choice,
}

/// One side of a conflict: ours is the project that was open, theirs what was merged into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Ours,
    Theirs,
}

/// What a conflict is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Contested {
    ProjectName,
    /// Neighbouring lines of the lyrics; the first of them, from 1, as they were before the branches parted.
    Lyrics {
        line: u32,
    },
    /// A take that one side deleted and the other worked with.
    Take {
        take: TakeId,
    },
    TakeTitle {
        take: TakeId,
    },
    /// The whole arrangement: the sides have different takes on the lanes.
    Lanes,
    Tempo,
    Key,
    Meter,
    Chord,
    /// A section that one side removed and the other changed.
    Section {
        section: SectionId,
    },
    SectionPlace {
        section: SectionId,
    },
    /// Its kind, length or energy.
    SectionShape {
        section: SectionId,
    },
    /// A track that one side removed and the other changed.
    Track {
        track: TrackId,
    },
    TrackPlace {
        track: TrackId,
    },
    TrackName {
        track: TrackId,
    },
    TrackSound {
        track: TrackId,
    },
    /// Notes of one track in one section.
    Notes {
        track: TrackId,
        section: SectionId,
    },
    Mixer {
        track: Option<TrackId>,
        control: Control,
    },
    /// Something without a name of its own.
    Setting,
}

/// What one side has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Held {
    /// It is not there.
    Nothing,
    Text {
        text: String,
    },
    Figure {
        figure: Figure,
    },
    Tempo {
        bpm: Bpm,
    },
    Key {
        key: Key,
    },
    Meter {
        meter: Meter,
    },
    /// Place among the others, from 1.
    Place {
        place: u32,
    },
    /// The notes in question; their starts count from the start of the section.
    Notes {
        notes: Vec<Note>,
    },
    Chord {
        symbol: String,
    },
    Section {
        section_kind: SectionKind,
    },
    Track {
        name: String,
        notes: u32,
    },
    Take {
        title: String,
    },
    /// Something without a name of its own, as JSON.
    Other {
        json: String,
    },
}

/// What can be taken from another version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Part {
    /// The whole project, as one edit.
    Everything,
    /// A track with its notes, its sound and its strip.
    Track {
        track: TrackId,
    },
    /// A section with everything that plays in it.
    Section {
        section: SectionId,
    },
    Take {
        take: TakeId,
    },
    Lyrics,
    Tempo,
    Key,
    Meter,
    Chords,
    ProjectName,
    /// The strip and the channel of one track.
    Strip {
        track: TrackId,
    },
    /// All strips and channels of tracks that are in both, and the buses.
    Mixer,
}
