//! What differs between two versions of a project, in the words of music.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::id::{SectionId, TakeId, TrackId};
use crate::music::{Key, Meter};
use crate::score::{Role, SectionKind, Sound};
use crate::unit::{Bpm, Db, Hertz, Pan, Seconds};

/// The way from one version of a project to another. Two versions that sound and read the same have no changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Comparison {
    /// What changed, the most important first: its first entries say what a version is about.
    pub changes: Vec<Change>,
    /// The words of both lyrics in reading order; empty when the lyrics are the same.
    pub lyrics: Vec<WordSpan>,
}

/// One change of a project. Names are those of the later version, where it has the thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Change {
    /// Another take is on the lanes, or one where none was. `title` is of the later one.
    LanesReplaced {
        before: Option<TakeId>,
        after: Option<TakeId>,
        title: String,
    },
    TakeAdded {
        take: TakeId,
        title: String,
    },
    TakeRemoved {
        take: TakeId,
        title: String,
    },
    Tempo {
        before: Bpm,
        after: Bpm,
    },
    Key {
        before: Key,
        after: Key,
    },
    Meter {
        before: Meter,
        after: Meter,
    },
    SectionAdded {
        section: SectionId,
        section_kind: SectionKind,
        bars: Bars,
    },
    SectionRemoved {
        section: SectionId,
        section_kind: SectionKind,
        bars: Bars,
    },
    /// It stands elsewhere among the others; sections that were only pushed along are not told.
    SectionMoved {
        section: SectionId,
        section_kind: SectionKind,
        before: Bars,
        after: Bars,
    },
    SectionResized {
        section: SectionId,
        section_kind: SectionKind,
        before: Bars,
        after: Bars,
    },
    SectionRenamed {
        section: SectionId,
        before: SectionKind,
        after: SectionKind,
    },
    /// How full its arrangement is, 0 to 1.
    SectionEnergy {
        section: SectionId,
        section_kind: SectionKind,
        before: f32,
        after: f32,
    },
    TrackAdded {
        track: TrackId,
        name: String,
        role: Role,
        notes: u32,
    },
    TrackRemoved {
        track: TrackId,
        name: String,
        role: Role,
        notes: u32,
    },
    /// Its place from above, from 1.
    TrackMoved {
        track: TrackId,
        name: String,
        before: u32,
        after: u32,
    },
    TrackRenamed {
        track: TrackId,
        before: String,
        after: String,
    },
    /// It plays with another instrument.
    TrackSound {
        track: TrackId,
        name: String,
        before: Sound,
        after: Sound,
    },
    /// It now plays in a section in which it was silent.
    ClipAdded {
        track: TrackId,
        name: String,
        section: SectionId,
        section_kind: SectionKind,
        notes: u32,
    },
    /// It is silent now in a section in which it played.
    ClipRemoved {
        track: TrackId,
        name: String,
        section: SectionId,
        section_kind: SectionKind,
        notes: u32,
    },
    /// Notes of a track that plays in both; those of clips added or removed are counted there.
    Notes {
        track: TrackId,
        name: String,
        added: u32,
        removed: u32,
        changed: u32,
        before: Vec<Bars>,
        after: Vec<Bars>,
    },
    Chords {
        added: u32,
        removed: u32,
        changed: u32,
        before: Vec<Bars>,
        after: Vec<Bars>,
    },
    /// Words of the lyrics.
    Lyrics {
        added: u32,
        removed: u32,
    },
    /// A control of the mixer; `track` is absent for the buses and the master.
    Mixer {
        track: Option<TrackId>,
        name: String,
        control: Control,
        before: Figure,
        after: Figure,
    },
    ProjectRenamed {
        before: String,
        after: String,
    },
    TakeRenamed {
        take: TakeId,
        before: String,
        after: String,
    },
    TakeStarred {
        take: TakeId,
        title: String,
        before: bool,
        after: bool,
    },
}

/// A stretch of bars, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
pub struct Bars {
    pub first: u32,
    /// The last bar that belongs to it.
    pub last: u32,
}

/// What can be set on a track, a bus or the master.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// The musician's fader, on top of the level of the score.
    Fader,
    Pan,
    Mute,
    Solo,
    /// The level of the score.
    Level,
    /// The position of the score.
    Balance,
    Width,
    HighPass,
    LowPass,
    Equaliser,
    Compressor,
    Drive,
    Reverb,
    Delay,
    Ducking,
    ReverbTime,
    /// As a fraction of a quarter note.
    DelayTime,
    DelayFeedback,
    LowShelf,
    HighShelf,
}

/// A setting with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "unit", content = "value")]
pub enum Figure {
    Db(Db),
    Pan(Pan),
    Hertz(Hertz),
    Seconds(Seconds),
    /// A part of a whole, 0 to 1 or a little above.
    Amount(f32),
    Switch(bool),
    Off,
    /// Several values at once, such as the bands of an equaliser: how many.
    Several(u32),
}

/// Neighbouring words that are in both lyrics, or in one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WordSpan {
    pub found: Found,
    pub text: String,
}

/// In which of two versions something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    InBoth,
    /// Removed since.
    Before,
    /// Added since.
    After,
}
