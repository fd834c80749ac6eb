//! Parts of a tree in its musical places: looked at, taken out, put in from another version.

use loro::LoroValue;

use crate::node::{Fields, Items, Node, find, find_mut};
use crate::value::{entry, text};

/// Whether something in a section is not as it was in `base`. A track that is gone altogether says nothing about it.
pub(crate) fn is_used(root: &Node, base: &Node, id: &str) -> bool {
    let mut before = in_section(base, id);
    let tracks = root.field("lanes").map_or(&[][..], |lanes| lanes.items("tracks"));
    before.clips.retain(|(track, _)| find(tracks, track).is_some());
    in_section(root, id) != before
}

/// Everything that lies in a section: itself, the clips of the tracks, the chords.
#[derive(PartialEq)]
struct InSection<'a> {
    section: Option<&'a Node>,
    clips: Vec<(&'a str, &'a Node)>,
    chords: Vec<&'a (String, Node)>,
}

/// Looks at everything in a section.
fn in_section<'a>(root: &'a Node, id: &str) -> InSection<'a> {
    let Some(lanes) = root.field("lanes") else {
        return InSection { section: None, clips: Vec::new(), chords: Vec::new() };
    };
    let clips = lanes.items("tracks").iter().flat_map(|(track, node)| {
        let inside = node.items("clips").iter().filter(|(_, clip)| clip.text("section") == id);
        inside.map(move |(_, clip)| (track.as_str(), clip))
    });
    InSection {
        section: find(lanes.items("sections"), id),
        clips: clips.collect(),
        chords: lanes.items("chords").iter().filter(|(_, chord)| section_of(chord) == id).collect(),
    }
}

fn section_of(chord: &Node) -> &str {
    match chord {
        Node::Value(value) => text(entry(value, "section")),
        _ => "",
    }
}

/// Takes a section with all that lies in it out of a tree.
pub(crate) fn remove_section(root: &mut Node, id: &str) {
    let Some(lanes) = root.fields_mut().and_then(|root| root.get_mut("lanes")) else { return };
    if let Some(sections) = lanes.items_mut("sections") {
        sections.retain(|(key, _)| key != id);
    }
    empty_section(lanes, id);
}

/// Puts a section with all that lies in it into a tree as it is in `from`, in the place of what is there. Tracks that
/// the tree does not have stay away.
pub(crate) fn put_section(root: &mut Node, from: &Node, id: &str) {
    let Some(source) = from.field("lanes") else { return };
    let Some(lanes) = root.fields_mut().and_then(|root| root.get_mut("lanes")) else { return };
    if let Some(sections) = lanes.items_mut("sections") {
        put_item(sections, source.items("sections"), id);
    }
    empty_section(lanes, id);
    for (track, node) in lanes.items_mut("tracks").into_iter().flatten() {
        let clips = find(source.items("tracks"), track).map_or(&[][..], |track| track.items("clips"));
        let inside: Vec<&str> =
            clips.iter().filter(|(_, clip)| clip.text("section") == id).map(|(k, _)| k.as_str()).collect();
        let into = node.items_mut("clips");
        if let Some(into) = into {
            inside.into_iter().for_each(|clip| put_item(into, clips, clip));
        }
    }
    let chords = source.items("chords");
    let inside = chords.iter().filter(|(_, chord)| section_of(chord) == id);
    if let Some(into) = lanes.items_mut("chords") {
        inside.for_each(|(key, _)| put_item(into, chords, key));
    }
}

fn empty_section(lanes: &mut Node, id: &str) {
    for (_, track) in lanes.items_mut("tracks").into_iter().flatten() {
        if let Some(clips) = track.items_mut("clips") {
            clips.retain(|(_, clip)| clip.text("section") != id);
        }
    }
    if let Some(chords) = lanes.items_mut("chords") {
        chords.retain(|(_, chord)| section_of(chord) != id);
    }
}

/// Puts one item of `from` into `items`: in the place of the one with its key, or else behind what it follows there.
pub(crate) fn put_item(items: &mut Items, from: &[(String, Node)], key: &str) {
    let Some(node) = find(from, key) else { return };
    if let Some(old) = find_mut(items, key) {
        *old = node.clone();
        return;
    }
    let before = from.iter().take_while(|(k, _)| k != key).map(|(k, _)| k.as_str());
    let follows = before.collect::<Vec<_>>().into_iter().rev();
    let behind = follows.filter_map(|k| items.iter().position(|(key, _)| key == k)).next();
    items.insert(behind.map_or(0, |at| at + 1), (key.to_owned(), node.clone()));
}

/// Brings a track that comes from another version into the sections of this one. A clip whose section is not there
/// keeps its place in time, outside of all sections.
pub(crate) fn settle_clips(lanes: &mut Node, track: &str, from: &Node) {
    let ids = |lanes: &Node| -> Vec<String> {
        lanes.items("sections").iter().map(|(_, section)| section.text("id").to_owned()).collect()
    };
    let here = ids(lanes);
    let Some(track) = lanes.items_mut("tracks").and_then(|tracks| find_mut(tracks, track)) else { return };
    for (_, clip) in track.items_mut("clips").into_iter().flatten() {
        let section = clip.text("section").to_owned();
        if section.is_empty() || here.contains(&section) {
            continue;
        }
        let start = start_of(from, &section).saturating_add(clip.int("offset")).max(0);
        let length = find(from.items("sections"), &section).map_or(0, |s| s.int("length"));
        let length = length.saturating_add(clip.int("stretch")).max(0);
        if let Some(fields) = clip.fields_mut() {
            loosen(fields, start, length);
        }
    }
}

fn loosen(clip: &mut Fields, start: i64, length: i64) {
    clip.remove("offset");
    clip.remove("stretch");
    clip.insert("section".into(), Node::Value(LoroValue::from("")));
    clip.insert("start".into(), crate::node::number(start));
    clip.insert("length".into(), crate::node::number(length));
}

/// Returns where a section starts, in ticks.
fn start_of(lanes: &Node, id: &str) -> i64 {
    let mut end = 0;
    for (_, section) in lanes.items("sections") {
        let start = section.int("gap").saturating_add(end);
        if section.text("id") == id {
            return start;
        }
        end = start.saturating_add(section.int("length"));
    }
    0
}
