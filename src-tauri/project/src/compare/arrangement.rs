//! Figures of the piece, sections and tracks compared.

use son1k_domain::comparison::Change;
use son1k_domain::id::{SectionId, TrackId};
use son1k_domain::score::{Role, SectionKind};

use super::Lanes;
use crate::node::Node;
use crate::order::moved;
use crate::words::{note_count, typed};

pub(super) fn compare(old: &Lanes, new: &Lanes, changes: &mut Vec<Change>) {
    figures(old, new, changes);
    sections(old, new, changes);
    tracks(old, new, changes);
}

fn figures(old: &Lanes, new: &Lanes, changes: &mut Vec<Change>) {
    let both = |key: &str| (old.node.field(key), new.node.field(key));
    let ((bpm, new_bpm), (key, new_key), (meter, new_meter)) = (both("bpm"), both("key"), both("meter"));
    let tempo = typed(bpm).zip(typed(new_bpm)).filter(|(before, after)| before != after);
    changes.extend(tempo.map(|(before, after)| Change::Tempo { before, after }));
    let key = typed(key).zip(typed(new_key)).filter(|(before, after)| before != after);
    changes.extend(key.map(|(before, after)| Change::Key { before, after }));
    let meter = typed(meter).zip(typed(new_meter)).filter(|(before, after)| before != after);
    changes.extend(meter.map(|(before, after)| Change::Meter { before, after }));
}

pub(super) fn kind(section: &Node) -> SectionKind {
    typed(section.field("kind")).unwrap_or(SectionKind::Verse)
}

fn sections(old: &Lanes, new: &Lanes, changes: &mut Vec<Change>) {
    for (key, section) in new.node.items("sections") {
        let (id, section_kind, bars) =
            (SectionId(section.text("id").to_owned()), kind(section), new.bars(key));
        match old.section(key) {
            Some(was) => shape(&id, was, section, (old, new), changes),
            None => changes.push(Change::SectionAdded { section: id, section_kind, bars }),
        }
    }
    for (key, section) in old.node.items("sections").iter().filter(|(key, _)| new.section(key).is_none()) {
        let (section_kind, bars) = (kind(section), old.bars(key));
        let section = SectionId(section.text("id").to_owned());
        changes.push(Change::SectionRemoved { section, section_kind, bars });
    }
    for key in moved_items(old.node.items("sections"), new.node.items("sections")) {
        let section_kind = new.section(key).map_or(SectionKind::Verse, kind);
        let (before, after) = (old.bars(key), new.bars(key));
        changes.push(Change::SectionMoved { section: SectionId::from(key), section_kind, before, after });
    }
}

fn shape(id: &SectionId, was: &Node, is: &Node, (old, new): (&Lanes, &Lanes), changes: &mut Vec<Change>) {
    let section_kind = kind(is);
    if kind(was) != section_kind {
        changes.push(Change::SectionRenamed { section: id.clone(), before: kind(was), after: section_kind });
    }
    if was.int("length") != is.int("length") {
        let (before, after) = (old.bars(id.as_str()), new.bars(id.as_str()));
        changes.push(Change::SectionResized { section: id.clone(), section_kind, before, after });
    }
    let energy = typed::<f32>(was.field("energy")).zip(typed::<f32>(is.field("energy")));
    if let Some((before, after)) = energy.filter(|(before, after)| before != after) {
        changes.push(Change::SectionEnergy { section: id.clone(), section_kind, before, after });
    }
}

fn tracks(old: &Lanes, new: &Lanes, changes: &mut Vec<Change>) {
    for (key, track) in new.node.items("tracks") {
        let (id, name) = (TrackId(track.text("id").to_owned()), track.text("name").to_owned());
        let Some(was) = old.track(key) else {
            let (role, notes) = (role(track), note_count(track));
            changes.push(Change::TrackAdded { track: id, name, role, notes });
            continue;
        };
        let sounds = typed(was.field("sound")).zip(typed(track.field("sound")));
        if let Some((before, after)) = sounds.filter(|(before, after)| before != after) {
            changes.push(Change::TrackSound { track: id.clone(), name: name.clone(), before, after });
        }
        if was.text("name") != name {
            changes.push(Change::TrackRenamed {
                track: id,
                before: was.text("name").to_owned(),
                after: name,
            });
        }
    }
    for (_, track) in old.node.items("tracks").iter().filter(|(key, _)| new.track(key).is_none()) {
        let (id, name) = (TrackId(track.text("id").to_owned()), track.text("name").to_owned());
        changes.push(Change::TrackRemoved { track: id, name, role: role(track), notes: note_count(track) });
    }
    for key in moved_items(old.node.items("tracks"), new.node.items("tracks")) {
        let name = new.track(key).map_or("", |track| track.text("name")).to_owned();
        let (before, after) = (place(old.node.items("tracks"), key), place(new.node.items("tracks"), key));
        changes.push(Change::TrackMoved { track: TrackId::from(key), name, before, after });
    }
}

fn role(track: &Node) -> Role {
    typed(track.field("role")).unwrap_or(Role::Texture)
}

fn place(items: &[(String, Node)], key: &str) -> u32 {
    let at = items.iter().position(|(k, _)| k == key).unwrap_or_default();
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

/// Returns what stands elsewhere among the others, sorted.
fn moved_items<'a>(old: &'a [(String, Node)], new: &'a [(String, Node)]) -> Vec<&'a str> {
    let keys = |items: &'a [(String, Node)]| items.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>();
    let (old, new) = (keys(old), keys(new));
    // Always looked at from one side: which of two swapped things moved is a matter of taste.
    let moved = if old <= new { moved(&old, &new) } else { moved(&new, &old) };
    let mut moved: Vec<&str> = moved.into_iter().collect();
    moved.sort_unstable();
    moved
}
