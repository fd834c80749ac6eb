//! The same tree with everything in its musical place, and back.
//!
//! As stored, sections, clips and chords lie at absolute ticks, so that a section put in before them changes them all.
//! In its place, a section follows the one before it after a gap (mostly none), clips and chords lie inside their
//! section, the end of the piece follows the last section, and a strip belongs to its track. Two people can then put in
//! sections at two places, and one can move what another plays on.

use std::collections::HashMap;

use loro::LoroValue;

use crate::node::{Fields, Items, Node, int, keyed, number};
use crate::value::{entry, text};

/// Parts of the stored tree that make up the lanes.
pub(crate) const STORED: [&str; 5] = ["arrangement", "sections", "chords", "tracks", "mixer"];

/// Where a section lies.
struct Place {
    id: String,
    start: i64,
    length: i64,
}

/// The sections in their order.
struct Form(Vec<Place>);

impl Form {
    fn of(sections: &[(String, Node)]) -> Self {
        let place =
            |s: &Node| Place { id: s.text("id").to_owned(), start: s.int("start"), length: s.int("length") };
        Self(sections.iter().map(|(_, section)| place(section)).collect())
    }

    fn named(&self, id: &str) -> Option<&Place> {
        // A clip without a section says so with an empty id.
        self.0.iter().find(|place| !id.is_empty() && place.id == id)
    }

    /// Returns the section in which something that starts `at` lies.
    fn around(&self, at: i64) -> Option<&Place> {
        let inside = self.0.iter().find(|p| p.start <= at && at < p.start.saturating_add(p.length))?;
        self.named(&inside.id)
    }

    fn end(&self) -> i64 {
        self.0.last().map_or(0, |last| last.start.saturating_add(last.length))
    }
}

/// Puts a stored tree in its musical places: `name`, `lyrics`, `takes`, and `lanes` where a take is on them.
pub(crate) fn place(mut stored: Node) -> Node {
    let mut root = Fields::new();
    let Some(fields) = stored.fields_mut() else { return Node::Fields(root) };
    if let Some(name) = fields.get("meta").and_then(|meta| meta.field("name")) {
        root.insert("name".into(), name.clone());
    }
    for key in ["lyrics", "takes"] {
        root.extend(fields.remove(key).map(|node| (key.to_owned(), node)));
    }
    if fields.get("arrangement").is_some_and(|figures| !figures.text("take").is_empty()) {
        root.insert("lanes".into(), lanes(fields));
    }
    Node::Fields(root)
}

fn lanes(stored: &mut Fields) -> Node {
    let mut taken = |key: &str| match stored.remove(key) {
        Some(Node::Items(items)) => items,
        _ => Items::new(),
    };
    let (mut sections, chords, mut tracks) = (taken("sections"), taken("chords"), taken("tracks"));
    let form = Form::of(&sections);
    let mut end = 0;
    for (_, section) in &mut sections {
        let (start, length) = (section.int("start"), section.int("length"));
        swap(section, "start", "gap", start.saturating_sub(end));
        end = start.saturating_add(length);
    }
    let mut mixer = stored.remove("mixer");
    for (_, track) in &mut tracks {
        place_track(track, &form, mixer.as_mut());
    }
    let mut lanes = match stored.remove("arrangement") {
        Some(Node::Fields(figures)) => figures,
        _ => Fields::new(),
    };
    let chords = keyed(chords.into_iter().map(|(_, chord)| place_chord(chord, &form)));
    lanes.extend([
        ("sections".to_owned(), Node::Items(sections)),
        ("chords".to_owned(), Node::Items(chords)),
        ("tracks".to_owned(), Node::Items(tracks)),
    ]);
    let mut lanes = Node::Fields(lanes);
    open(&mut lanes, "mix");
    let length = lanes.int("length");
    swap(&mut lanes, "length", "tail", length.saturating_sub(form.end()));
    lanes
}

fn place_track(track: &mut Node, form: &Form, mixer: Option<&mut Node>) {
    let strip = mixer.and_then(Node::fields_mut).and_then(|strips| strips.remove(track.text("id")));
    open(track, "channel");
    for (_, clip) in track.items_mut("clips").into_iter().flatten() {
        if let Some(section) = form.named(clip.text("section")) {
            let (start, length) = (clip.int("start"), clip.int("length"));
            swap(clip, "start", "offset", start.saturating_sub(section.start));
            swap(clip, "length", "stretch", length.saturating_sub(section.length));
        }
    }
    if let (Some(fields), Some(strip)) = (track.fields_mut(), strip) {
        fields.insert("strip".into(), strip);
    }
}

fn place_chord(chord: Node, form: &Form) -> (String, Node) {
    let Node::Value(value) = chord else { return (String::new(), chord) };
    let start = int(entry(&value, "start"));
    match form.around(start) {
        Some(section) => {
            let offset = start.saturating_sub(section.start);
            let id = section.id.as_str().into();
            let placed = with(&value, [("start", offset.into()), ("section", id)]);
            (format!("{}+{offset}", section.id), Node::Value(placed))
        }
        None => (format!("+{start}"), Node::Value(value)),
    }
}

/// Brings a tree in its musical places back to the form that is stored.
pub(crate) fn store(placed: Node) -> Node {
    let mut root = Fields::new();
    let Node::Fields(mut fields) = placed else { return Node::Fields(root) };
    let name = fields.remove("name").map(|name| ("name".to_owned(), name));
    root.insert("meta".into(), Node::Fields(name.into_iter().collect()));
    let lanes = fields.remove("lanes");
    root.extend(fields);
    for key in STORED {
        let empty = matches!(key, "arrangement" | "mixer");
        let empty = if empty { Node::Fields(Fields::new()) } else { Node::Items(Items::new()) };
        root.insert(key.to_owned(), empty);
    }
    if let Some(lanes) = lanes {
        store_lanes(lanes, &mut root);
    }
    Node::Fields(root)
}

fn store_lanes(mut lanes: Node, root: &mut Fields) {
    let mut end = 0;
    for (_, section) in lanes.items_mut("sections").into_iter().flatten() {
        let start = tick(section.int("gap").saturating_add(end));
        swap(section, "gap", "start", start);
        end = start.saturating_add(section.int("length"));
    }
    let form = Form::of(lanes.items("sections"));
    let mut mixer = Fields::new();
    for (_, track) in lanes.items_mut("tracks").into_iter().flatten() {
        store_track(track, &form, &mut mixer);
    }
    close(&mut lanes, "mix");
    let length = tick(lanes.int("tail").saturating_add(form.end()));
    swap(&mut lanes, "tail", "length", length);
    let Node::Fields(mut figures) = lanes else { return };
    for key in ["sections", "tracks"] {
        root.extend(figures.remove(key).map(|items| (key.to_owned(), items)));
    }
    if let Some(Node::Items(chords)) = figures.remove("chords") {
        let chords = keyed(chords.into_iter().map(|(_, chord)| store_chord(chord, &form)));
        root.insert("chords".into(), Node::Items(chords));
    }
    root.insert("mixer".into(), Node::Fields(mixer));
    root.insert("arrangement".into(), Node::Fields(figures));
}

fn store_track(track: &mut Node, form: &Form, mixer: &mut Fields) {
    close(track, "channel");
    let id = track.text("id").to_owned();
    if let Some(strip) = track.fields_mut().and_then(|fields| fields.remove("strip")) {
        mixer.entry(id).or_insert(strip);
    }
    for (_, clip) in track.items_mut("clips").into_iter().flatten() {
        if clip.field("offset").is_none() {
            continue;
        }
        let (offset, stretch) = (clip.int("offset"), clip.int("stretch"));
        let section = form.named(clip.text("section"));
        let (start, length) = section.map_or((0, 0), |s| (s.start, s.length));
        swap(clip, "offset", "start", tick(start.saturating_add(offset)));
        swap(clip, "stretch", "length", tick(length.saturating_add(stretch)));
    }
}

fn store_chord(chord: Node, form: &Form) -> (String, Node) {
    let Node::Value(value) = chord else { return (String::new(), chord) };
    let start = int(entry(&value, "start"));
    let section = text(entry(&value, "section"));
    if section.is_empty() {
        return (start.to_string(), Node::Value(value));
    }
    let start = tick(form.named(section).map_or(0, |s| s.start).saturating_add(start));
    let stored = with(&value, [("start", start.into()), ("section", LoroValue::Null)]);
    (start.to_string(), Node::Value(stored))
}

/// Keeps a position inside what a score can hold.
fn tick(at: i64) -> i64 {
    at.clamp(0, u32::MAX.into())
}

/// Replaces the field `old` by the number `value` under `new`.
fn swap(node: &mut Node, old: &str, new: &str, value: i64) {
    if let Some(fields) = node.fields_mut() {
        fields.remove(old);
        fields.insert(new.to_owned(), number(value));
    }
}

/// Opens a value that is a record, so that its entries change one by one.
fn open(node: &mut Node, key: &str) {
    if let Some(Node::Value(record)) = node.field(key) {
        let record = crate::node::values(record);
        node.fields_mut().map(|fields| fields.insert(key.to_owned(), record));
    }
}

/// Closes a record into one value.
fn close(node: &mut Node, key: &str) {
    if let Some(Node::Fields(record)) = node.field(key) {
        let value = |node: &Node| match node {
            Node::Value(value) => value.clone(),
            _ => LoroValue::Null,
        };
        let record: HashMap<String, LoroValue> = record.iter().map(|(k, n)| (k.clone(), value(n))).collect();
        let record = Node::Value(LoroValue::Map(record.into()));
        node.fields_mut().map(|fields| fields.insert(key.to_owned(), record));
    }
}

/// Returns a map value with some entries replaced; null removes one.
pub(crate) fn with<const N: usize>(map: &LoroValue, entries: [(&str, LoroValue); N]) -> LoroValue {
    let mut changed: HashMap<String, LoroValue> = match map {
        LoroValue::Map(map) => map.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
        _ => HashMap::new(),
    };
    for (key, value) in entries {
        if matches!(value, LoroValue::Null) {
            changed.remove(key);
        } else {
            changed.insert(key.to_owned(), value);
        }
    }
    LoroValue::Map(changed.into())
}
