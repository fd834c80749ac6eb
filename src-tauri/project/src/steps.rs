//! The steps that can be taken back, each with its name, kept with the project.
//!
//! A step is two versions in the library's log, the one before it and the one after. Taking it back is an edit like any
//! other: what the step changed goes back to what it was, and what others changed since stays. So nothing is ever cut
//! off the log, and the steps hold no copy of what is in it already.

use std::collections::VecDeque;

use loro::{Frontiers, LoroDoc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use son1k_domain::project::{Step, StepName};

use crate::merging::{Path, Side};

/// Steps that are kept; older ones stay done.
pub(crate) const DEPTH: usize = 1_000;

/// Changes of one control that follow each other this fast are one step, in milliseconds: a wheel turned click by click,
/// lyrics typed.
const PAUSE_MS: f64 = 1_000.0;

/// One control that is being moved: all of its changes in one gesture are one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Control {
    pub step: Step,
    /// Id of the track or take it belongs to; may be empty.
    pub of: String,
    /// The gesture, from the mouse going down to it coming up.
    pub gesture: Option<u32>,
}

impl Control {
    /// Whether a change belongs to the step of the change before it.
    fn continues(&self, last: &Self, pause_ms: Option<f64>) -> bool {
        // A switch that is flipped twice is flipped twice, however fast.
        let turned = matches!(
            self.step,
            Step::Level | Step::Pan | Step::Tempo | Step::Lyrics | Step::RenameProject | Step::RenameTake
        );
        let soon = pause_ms.is_some_and(|pause| (0.0..=PAUSE_MS).contains(&pause));
        self == last && (self.gesture.is_some() || turned && soon)
    }
}

/// A step: what it is called and the versions before and after it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub name: StepName,
    /// When it was made, in milliseconds since the Unix epoch, where that is known.
    pub time_ms: Option<f64>,
    pub before: Frontiers,
    pub after: Frontiers,
    /// What is the latest merge once the step is taken back, or done again, where that changes with it: a merge, and a
    /// decision about one.
    pub turns_to: Option<Latest>,
}

/// The latest merge, if there is one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Latest(pub Option<Merged>);

/// A merge that was made, whose conflicts can be decided.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Merged {
    pub name: StepName,
    pub ours: Frontiers,
    pub theirs: Frontiers,
    /// Whose version counted where nobody has chosen.
    pub newer: Side,
    pub choices: Vec<(Path, Side)>,
}

/// The steps of a project, and what it remembers beside its content.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    undo: VecDeque<Entry>,
    redo: Vec<Entry>,
    /// The latest merge, until it is taken back.
    pub merged: Option<Merged>,
    /// When the project was edited last.
    pub edited_ms: Option<f64>,
    control: Option<Control>,
}

impl Steps {
    /// Adds a step that leads from `before` to `after`, or lets it continue the one before.
    pub fn push(&mut self, entry: Entry, control: Option<Control>) {
        let pause = entry.time_ms.zip(self.edited_ms).map(|(now, last)| now - last);
        let same = control.as_ref().zip(self.control.as_ref());
        let continues = same.is_some_and(|(control, last)| control.continues(last, pause));
        self.redo.clear();
        self.edited_ms = entry.time_ms.or(self.edited_ms);
        self.control = control;
        match self.undo.back_mut().filter(|_| continues) {
            Some(last) => {
                *last = Entry { before: last.before.clone(), turns_to: last.turns_to.take(), ..entry }
            }
            None => self.undo.push_back(entry),
        }
        if self.undo.len() > DEPTH {
            self.undo.pop_front();
        }
    }

    /// Joins an edit to the step before, whatever it was.
    pub fn join(&mut self, after: Frontiers) {
        self.redo.clear();
        if let Some(last) = self.undo.back_mut() {
            last.after = after;
        }
    }

    /// Notes that `control` was touched without anything changing.
    pub fn touch(&mut self, control: Option<&Control>) {
        if self.control.as_ref() != control {
            self.end_gesture();
        }
    }

    /// Ends the gesture under way; the next change is a step of its own.
    pub fn end_gesture(&mut self) {
        self.control = None;
    }

    pub fn next_undo(&self) -> Option<&Entry> {
        self.undo.back()
    }

    pub fn next_redo(&self) -> Option<&Entry> {
        self.redo.last()
    }

    /// Notes that the step that was just made is a merge, or a decision about the latest.
    pub fn note_merge(&mut self, merged: Merged) {
        let before = self.merged.replace(merged);
        if let Some(last) = self.undo.back_mut() {
            last.turns_to.get_or_insert(Latest(before));
        }
    }

    /// Whether the next step to take back is the latest merge itself.
    pub fn ends_with_merge(&self) -> bool {
        let before = self.undo.back().and_then(|last| last.turns_to.as_ref());
        let ours = |merged: &Option<Merged>| merged.as_ref().map(|merged| merged.ours.clone());
        before.is_some_and(|Latest(before)| self.merged.is_some() && ours(before) != ours(&self.merged))
    }

    /// Drops the next step to take back, and keeps how to do it again where it changed something.
    pub fn undone(&mut self, again: Option<Entry>) {
        self.end_gesture();
        let turns_to = self.undo.pop_back().and_then(|entry| self.turn(entry.turns_to));
        self.redo.extend(again.map(|again| Entry { turns_to, ..again }));
    }

    /// Drops the next step to do again, and keeps how to take it back where it changed something.
    pub fn redone(&mut self, back: Option<Entry>) {
        self.end_gesture();
        let turns_to = self.redo.pop().and_then(|entry| self.turn(entry.turns_to));
        self.undo.extend(back.map(|back| Entry { turns_to, ..back }));
    }

    /// Who goes back before a merge has nothing to decide of it any more, until it is done again.
    fn turn(&mut self, to: Option<Latest>) -> Option<Latest> {
        let Latest(to) = to?;
        Some(Latest(std::mem::replace(&mut self.merged, to)))
    }

    /// Returns the steps that lie within a version of the document; what came after it is not in them.
    pub fn until(&self, within: impl Fn(&Frontiers) -> bool) -> Self {
        let undo = self.undo.iter().filter(|entry| within(&entry.before) && within(&entry.after));
        let undo: VecDeque<Entry> = undo.cloned().collect();
        let merged = self.merged.clone().filter(|merged| within(&merged.ours) && within(&merged.theirs));
        Self { undo, merged, ..Self::default() }
    }

    /// Writes the steps for the document file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let kept = Kept {
            undo: self.undo.iter().filter_map(KeptEntry::of).collect(),
            redo: self.redo.iter().filter_map(KeptEntry::of).collect(),
            merged: self.merged.as_ref().map(KeptMerge::of),
            edited_ms: self.edited_ms,
        };
        serde_json::to_vec(&kept).unwrap_or_default()
    }

    /// Reads the steps of `doc` back. What cannot be read, or is about a version that the document does not have, is
    /// left out: a song without its steps is still the song.
    pub fn read(bytes: &[u8], doc: &LoroDoc) -> Self {
        if bytes.is_empty() {
            return Self::default();
        }
        let kept = serde_json::from_slice(bytes).unwrap_or_else(|error| {
            tracing::warn!(%error, "the steps of a project could not be read");
            Kept::default()
        });
        let known = |version: &Frontiers| doc.frontiers_to_vv(version).is_some();
        let read = |entries: Vec<Value>| {
            let entries = entries.into_iter().filter_map(|value| KeptEntry::read(value)?.open());
            entries.filter(|entry| known(&entry.before) && known(&entry.after)).collect::<Vec<_>>()
        };
        let merged = kept.merged.and_then(KeptMerge::open);
        let merged = merged.filter(|m| known(&m.ours) && known(&m.theirs));
        let mut undo = read(kept.undo);
        // An older studio did not say which step the merge is.
        let is_it = |entry: &&mut Entry| merged.as_ref().is_some_and(|merged| merged.ours == entry.before);
        if let Some(merge) = undo.iter_mut().find(is_it) {
            merge.turns_to.get_or_insert(Latest(None));
        }
        Self { undo: undo.into(), redo: read(kept.redo), merged, edited_ms: kept.edited_ms, control: None }
    }
}

/// The steps as they are kept. Each is read by itself, so that one of a newer studio does not take the others with it.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    undo: Vec<Value>,
    redo: Vec<Value>,
    merged: Option<KeptMerge>,
    edited_ms: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct KeptEntry {
    name: StepName,
    time_ms: Option<f64>,
    before: String,
    after: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    turns_to: Option<KeptLatest>,
}

#[derive(Serialize, Deserialize)]
struct KeptLatest {
    merged: Option<KeptMerge>,
}

impl KeptLatest {
    fn of(Latest(merged): &Latest) -> Self {
        Self { merged: merged.as_ref().map(KeptMerge::of) }
    }
}

impl KeptEntry {
    fn of(entry: &Entry) -> Option<Value> {
        let (before, after) = (to_hex(&entry.before), to_hex(&entry.after));
        let (name, time_ms) = (entry.name.clone(), entry.time_ms);
        let turns_to = entry.turns_to.as_ref().map(KeptLatest::of);
        serde_json::to_value(Self { name, time_ms, before, after, turns_to }).ok()
    }

    fn read(value: Value) -> Option<Self> {
        serde_json::from_value(value).ok()
    }

    fn open(self) -> Option<Entry> {
        let (before, after) = (from_hex(&self.before)?, from_hex(&self.after)?);
        let turns_to = self.turns_to.map(|latest| Latest(latest.merged.and_then(KeptMerge::open)));
        Some(Entry { name: self.name, time_ms: self.time_ms, before, after, turns_to })
    }
}

#[derive(Serialize, Deserialize)]
struct KeptMerge {
    name: StepName,
    ours: String,
    theirs: String,
    newer_is_ours: bool,
    /// Paths of what was decided, and whether for our side.
    choices: Vec<(Path, bool)>,
}

impl KeptMerge {
    fn of(merged: &Merged) -> Self {
        Self {
            name: merged.name.clone(),
            ours: to_hex(&merged.ours),
            theirs: to_hex(&merged.theirs),
            newer_is_ours: merged.newer == Side::Ours,
            choices: merged.choices.iter().map(|(path, side)| (path.clone(), *side == Side::Ours)).collect(),
        }
    }

    fn open(self) -> Option<Merged> {
        let side = |ours| if ours { Side::Ours } else { Side::Theirs };
        Some(Merged {
            name: self.name,
            ours: from_hex(&self.ours)?,
            theirs: from_hex(&self.theirs)?,
            newer: side(self.newer_is_ours),
            choices: self.choices.into_iter().map(|(path, ours)| (path, side(ours))).collect(),
        })
    }
}

/// Writes a version as text.
pub(crate) fn to_hex(version: &Frontiers) -> String {
    version.encode().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a version back; `None` when the text is none.
pub(crate) fn from_hex(text: &str) -> Option<Frontiers> {
    let digits = text.as_bytes().chunks(2);
    let bytes = digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    Frontiers::decode(&bytes.collect::<Option<Vec<u8>>>()?).ok()
}
