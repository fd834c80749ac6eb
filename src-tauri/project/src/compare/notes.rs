//! Clips, notes and chords compared.

use std::collections::HashMap;

use loro::LoroValue;
use son1k_domain::comparison::Change;
use son1k_domain::id::{SectionId, TrackId};

use super::Lanes;
use super::arrangement::kind;
use crate::node::{Node, find, int};
use crate::value::{entry, text};
use crate::words::without_id;

/// Compares what is played. With `replaced` another take is on the lanes: ids of notes mean nothing then.
pub(super) fn compare(old: &Lanes, new: &Lanes, replaced: bool, changes: &mut Vec<Change>) {
    for (key, track) in new.node.items("tracks") {
        let Some(was) = old.track(key).filter(|was| *was != track) else { continue };
        let mut tally = Tally::default();
        let gone = was.items("clips").iter().filter(|(key, _)| find(track.items("clips"), key).is_none());
        let clips =
            track.items("clips").iter().map(|(key, clip)| (find(was.items("clips"), key), Some(clip)));
        for (before, after) in clips.chain(gone.map(|(_, clip)| (Some(clip), None))) {
            if before != after {
                clip((track, before, after), (old, new), replaced, &mut tally, changes);
            }
        }
        let track = (TrackId(track.text("id").to_owned()), track.text("name").to_owned());
        changes.extend(tally.of_notes(track, old, new));
    }
    chords(old, new, changes);
}

/// A track with one of its clips as it was and as it is.
type Clips<'a> = (&'a Node, Option<&'a Node>, Option<&'a Node>);

fn clip(
    (track, before, after): Clips,
    (old, new): (&Lanes, &Lanes),
    replaced: bool,
    tally: &mut Tally,
    changes: &mut Vec<Change>,
) {
    let notes = |clip: Option<&Node>| clip.map_or(0, |clip| clip.items("notes").len());
    let (had, has) = (notes(before), notes(after));
    let id = before.or(after).map_or("", |clip| clip.text("section"));
    let count = |notes: usize| u32::try_from(notes).unwrap_or(u32::MAX);
    if let (false, true, Some(section)) = (id.is_empty(), had == 0 || has == 0, new.section(id)) {
        if had == has || old.section(id).is_none() {
            return;
        }
        let (name, section_kind) = (track.text("name").to_owned(), kind(section));
        let (track, section) = (TrackId(track.text("id").to_owned()), SectionId::from(id));
        changes.push(if had == 0 {
            Change::ClipAdded { track, name, section, section_kind, notes: count(has) }
        } else {
            Change::ClipRemoved { track, name, section, section_kind, notes: count(had) }
        });
    } else if id.is_empty() || old.section(id).is_some() && new.section(id).is_some() {
        // What lies in a section that is only in one of them came or went with it.
        let starts = (start(old, before), start(new, after));
        tally.add(before, after, starts, replaced);
    }
}

/// Returns where a clip starts, in ticks.
fn start(lanes: &Lanes, clip: Option<&Node>) -> i64 {
    let Some(clip) = clip else { return 0 };
    match clip.field("offset") {
        Some(_) => lanes.start(clip.text("section")).saturating_add(clip.int("offset")),
        None => clip.int("start"),
    }
}

/// What changed, and where, in ticks.
#[derive(Default)]
struct Tally {
    added: u32,
    removed: u32,
    changed: u32,
    before: Vec<i64>,
    after: Vec<i64>,
}

impl Tally {
    fn add(&mut self, before: Option<&Node>, after: Option<&Node>, starts: (i64, i64), replaced: bool) {
        let old = before.map_or(&[][..], |clip| clip.items("notes"));
        let new = after.map_or(&[][..], |clip| clip.items("notes"));
        let known: HashMap<&str, &Node> = match replaced {
            true => HashMap::new(),
            false => old.iter().map(|(key, note)| (key.as_str(), note)).collect(),
        };
        let mut gone: HashMap<&str, &Node> = known.clone();
        let mut came = Vec::new();
        for (key, note) in new {
            match known.get(key.as_str()) {
                Some(was) => {
                    gone.remove(key.as_str());
                    if *was != note {
                        self.changed += 1;
                        self.before.push(starts.0.saturating_add(note_start(was)));
                        self.after.push(starts.1.saturating_add(note_start(note)));
                    }
                }
                None => came.push(note),
            }
        }
        let gone = if replaced {
            old.iter().map(|(_, note)| note).collect()
        } else {
            old.iter().filter(|(key, _)| gone.contains_key(key.as_str())).map(|(_, note)| note).collect()
        };
        self.come_and_gone(gone, came, starts);
    }

    /// Counts notes without a counterpart; one that came exactly where another went is the same to the ear.
    fn come_and_gone(&mut self, gone: Vec<&Node>, came: Vec<&Node>, starts: (i64, i64)) {
        let mut balance: HashMap<Vec<i64>, (i64, u32, u32)> = HashMap::new();
        for note in gone {
            balance.entry(figures(note)).or_insert((note_start(note), 0, 0)).1 += 1;
        }
        for note in came {
            balance.entry(figures(note)).or_insert((note_start(note), 0, 0)).2 += 1;
        }
        for (at, gone, came) in balance.into_values() {
            if came > gone {
                self.added += came - gone;
                self.after.push(starts.1.saturating_add(at));
            } else if gone > came {
                self.removed += gone - came;
                self.before.push(starts.0.saturating_add(at));
            }
        }
    }

    fn of_notes(self, (track, name): (TrackId, String), old: &Lanes, new: &Lanes) -> Option<Change> {
        let (added, removed, changed) = (self.added, self.removed, self.changed);
        let any = added + removed + changed > 0;
        let (before, after) = (old.stretches(self.before), new.stretches(self.after));
        any.then_some(Change::Notes { track, name, added, removed, changed, before, after })
    }
}

fn figures(note: &Node) -> Vec<i64> {
    match note {
        Node::Value(value) => without_id(value).iter().map(int).collect(),
        _ => Vec::new(),
    }
}

fn note_start(note: &Node) -> i64 {
    match note {
        Node::Value(value) => without_id(value).first().map(int).unwrap_or_default(),
        _ => 0,
    }
}

fn chords(old: &Lanes, new: &Lanes, changes: &mut Vec<Change>) {
    let (was, is) = (old.node.items("chords"), new.node.items("chords"));
    if was == is {
        return;
    }
    // Chords of a section that is only in one of them came or went with it.
    let told = |chord: &Node| {
        let section = chord_section(chord);
        section.is_empty() || old.section(section).is_some() && new.section(section).is_some()
    };
    let index = |chords: &'_ [(String, Node)]| -> HashMap<String, Node> {
        chords.iter().filter(|(_, chord)| told(chord)).cloned().collect()
    };
    let (was, is) = (index(was), index(is));
    let mut tally = Tally::default();
    for (key, chord) in &is {
        match was.get(key) {
            Some(before) if before == chord => {}
            Some(before) => {
                tally.changed += 1;
                tally.before.push(chord_start(old, before));
                tally.after.push(chord_start(new, chord));
            }
            None => {
                tally.added += 1;
                tally.after.push(chord_start(new, chord));
            }
        }
    }
    for (_, chord) in was.iter().filter(|(key, _)| !is.contains_key(*key)) {
        tally.removed += 1;
        tally.before.push(chord_start(old, chord));
    }
    let (added, removed, changed) = (tally.added, tally.removed, tally.changed);
    if added + removed + changed > 0 {
        let (before, after) = (old.stretches(tally.before), new.stretches(tally.after));
        changes.push(Change::Chords { added, removed, changed, before, after });
    }
}

fn chord_value(chord: &Node) -> &LoroValue {
    match chord {
        Node::Value(value) => value,
        _ => &LoroValue::Null,
    }
}

fn chord_section(chord: &Node) -> &str {
    text(entry(chord_value(chord), "section"))
}

fn chord_start(lanes: &Lanes, chord: &Node) -> i64 {
    let start = int(entry(chord_value(chord), "start"));
    lanes.start(chord_section(chord)).saturating_add(start)
}
