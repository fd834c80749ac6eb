//! Two versions of a project compared, in the words of music.

mod arrangement;
mod mixer;
mod notes;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use loro::LoroValue;
use son1k_domain::comparison::{Bars, Change, Comparison, Found};
use son1k_domain::id::TakeId;
use son1k_domain::music::Meter;

use crate::node::{Node, find};
use crate::words::typed;
use crate::{Document, lanes, lyrics, past};

impl Document {
    /// Compares this version with a later one. Both must be of one project for their ids to mean the same.
    pub fn compare(&self, later: &Self) -> Comparison {
        let (before, after) = (past::now(&self.doc), past::now(&later.doc));
        if before == after {
            return Comparison { changes: Vec::new(), lyrics: Vec::new() };
        }
        compare(&lanes::place(before), &lanes::place(after))
    }
}

/// Compares two trees in their musical places.
fn compare(before: &Node, after: &Node) -> Comparison {
    let mut changes = Vec::new();
    let (name, new_name) = (before.text("name"), after.text("name"));
    if name != new_name {
        changes.push(Change::ProjectRenamed { before: name.to_owned(), after: new_name.to_owned() });
    }
    compare_takes(before, after, &mut changes);
    let lyrics = lyrics::compare(before.text("lyrics"), after.text("lyrics"));
    if !lyrics.is_empty() {
        let (added, removed) = (lyrics::count(&lyrics, Found::After), lyrics::count(&lyrics, Found::Before));
        changes.push(Change::Lyrics { added, removed });
    }
    compare_lanes(before, after, &mut changes);
    changes.sort_by_key(|change| (rank(change), Reverse(size(change))));
    Comparison { changes, lyrics }
}

fn compare_takes(before: &Node, after: &Node, changes: &mut Vec<Change>) {
    let (old, new) = (shown_takes(before), shown_takes(after));
    for (id, take) in &new {
        let (id, title) = (TakeId::from(*id), take.text("title").to_owned());
        let Some(was) = old.get(id.as_str()) else {
            changes.push(Change::TakeAdded { take: id, title });
            continue;
        };
        let starred = |take: &Node| take.value("starred") == &LoroValue::Bool(true);
        if starred(was) != starred(take) {
            let (before, after) = (starred(was), starred(take));
            changes.push(Change::TakeStarred { take: id.clone(), title: title.clone(), before, after });
        }
        if was.text("title") != title {
            changes.push(Change::TakeRenamed {
                take: id,
                before: was.text("title").to_owned(),
                after: title,
            });
        }
    }
    for (id, take) in old.iter().filter(|(id, _)| !new.contains_key(*id)) {
        changes.push(Change::TakeRemoved { take: TakeId::from(*id), title: take.text("title").to_owned() });
    }
}

fn shown_takes(root: &Node) -> BTreeMap<&str, &Node> {
    let shown =
        root.items("takes").iter().filter(|(_, take)| take.value("deleted") != &LoroValue::Bool(true));
    shown.map(|(_, take)| (take.text("id"), take)).collect()
}

fn compare_lanes(before: &Node, after: &Node, changes: &mut Vec<Change>) {
    let (old, new) = (Lanes::of(before), Lanes::of(after));
    let take = |lanes: &Option<Lanes>| lanes.as_ref().map(|lanes| TakeId::from(lanes.node.text("take")));
    let (was, is) = (take(&old), take(&new));
    let replaced = was != is;
    if replaced {
        let title = new.as_ref().or(old.as_ref()).map_or("", |lanes| lanes.title).to_owned();
        changes.push(Change::LanesReplaced { before: was, after: is, title });
    }
    let (Some(old), Some(new)) = (old, new) else { return };
    arrangement::compare(&old, &new, changes);
    notes::compare(&old, &new, replaced, changes);
    mixer::compare(&old, &new, changes);
}

/// The arrangement of one version, with what is needed to say where in it something is.
struct Lanes<'a> {
    node: &'a Node,
    /// Title of the take.
    title: &'a str,
    /// Start and length of the sections by their ids, in ticks.
    places: BTreeMap<&'a str, (i64, i64)>,
    /// Length of a bar in ticks.
    bar: i64,
}

impl<'a> Lanes<'a> {
    /// Returns the lanes that are shown: those of a deleted take are not.
    fn of(root: &'a Node) -> Option<Self> {
        let node = root.field("lanes")?;
        let take = *shown_takes(root).get(node.text("take"))?;
        let meter: Meter = typed(node.field("meter")).unwrap_or(Meter::FOUR_FOUR);
        let mut places = BTreeMap::new();
        let mut end = 0;
        for (_, section) in node.items("sections") {
            let start = section.int("gap").saturating_add(end);
            end = start.saturating_add(section.int("length"));
            places.entry(section.text("id")).or_insert((start, section.int("length")));
        }
        Some(Self { node, title: take.text("title"), places, bar: i64::from(meter.bar().0).max(1) })
    }

    fn track(&self, id: &str) -> Option<&'a Node> {
        find(self.node.items("tracks"), id)
    }

    fn section(&self, id: &str) -> Option<&'a Node> {
        find(self.node.items("sections"), id)
    }

    /// Returns where a section starts; what is in none counts from the beginning.
    fn start(&self, section: &str) -> i64 {
        self.places.get(section).map_or(0, |(start, _)| *start)
    }

    /// Returns the bars of a section.
    fn bars(&self, section: &str) -> Bars {
        let (start, length) = self.places.get(section).copied().unwrap_or_default();
        Bars { first: self.bar_at(start), last: self.bar_at(start.saturating_add(length.max(1) - 1)) }
    }

    /// Returns the bar, from 1, at a position.
    fn bar_at(&self, tick: i64) -> u32 {
        u32::try_from(tick.max(0) / self.bar + 1).unwrap_or(u32::MAX)
    }

    /// Makes stretches of neighbouring bars out of positions.
    fn stretches(&self, mut at: Vec<i64>) -> Vec<Bars> {
        at.sort_unstable();
        let mut found: Vec<Bars> = Vec::new();
        for bar in at.into_iter().map(|tick| self.bar_at(tick)) {
            match found.last_mut() {
                Some(last) if last.last.saturating_add(1) >= bar => last.last = bar,
                _ => found.push(Bars { first: bar, last: bar }),
            }
        }
        found
    }
}

/// Says how much a change matters for what a version is about; lower comes first.
fn rank(change: &Change) -> u8 {
    match change {
        Change::LanesReplaced { .. } => 0,
        Change::TakeAdded { .. } => 1,
        Change::TakeRemoved { .. } => 2,
        Change::Tempo { .. } => 3,
        Change::Key { .. } => 4,
        Change::Meter { .. } => 5,
        Change::SectionAdded { .. } => 6,
        Change::SectionRemoved { .. } => 7,
        Change::SectionMoved { .. } => 8,
        Change::TrackAdded { .. } => 9,
        Change::TrackRemoved { .. } => 10,
        Change::SectionResized { .. } | Change::SectionRenamed { .. } => 11,
        Change::TrackSound { .. } => 12,
        Change::ClipAdded { .. } => 13,
        Change::ClipRemoved { .. } => 14,
        Change::Notes { .. } => 15,
        Change::Chords { .. } => 16,
        Change::Lyrics { .. } => 17,
        Change::Mixer { .. } => 18,
        Change::SectionEnergy { .. } => 19,
        Change::TrackMoved { .. } => 20,
        Change::TrackRenamed { .. } => 21,
        Change::ProjectRenamed { .. } => 22,
        Change::TakeRenamed { .. } => 23,
        Change::TakeStarred { .. } => 24,
    }
}

/// Among changes of one kind the one that touches more comes first.
fn size(change: &Change) -> u32 {
    match change {
        Change::Notes { added, removed, changed, .. } => {
            added.saturating_add(*removed).saturating_add(*changed)
        }
        Change::TrackAdded { notes, .. }
        | Change::TrackRemoved { notes, .. }
        | Change::ClipAdded { notes, .. }
        | Change::ClipRemoved { notes, .. } => *notes,
        _ => 0,
    }
}
