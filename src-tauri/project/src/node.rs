//! A project laid open: the whole document as a tree of plain data, each thing under its stable id. What takes back,
//! merges, compares and restores works on such trees and never on the library's containers.

use std::collections::{BTreeMap, HashSet};

use loro::LoroValue;

use crate::value::{entry, items, text};

/// Names and what they hold.
pub(crate) type Fields = BTreeMap<String, Node>;
/// Things under their ids, in their order.
pub(crate) type Items = Vec<(String, Node)>;

/// One piece of the tree.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// Changes as a whole: a number, a note, the sound of a track.
    Value(LoroValue),
    /// Changes line by line.
    Text(String),
    Fields(Fields),
    Items(Items),
}

impl Node {
    pub fn fields(&self) -> Option<&Fields> {
        match self {
            Self::Fields(fields) => Some(fields),
            _ => None,
        }
    }

    pub fn fields_mut(&mut self) -> Option<&mut Fields> {
        match self {
            Self::Fields(fields) => Some(fields),
            _ => None,
        }
    }

    /// Returns the field `key`; what is no set of fields has none.
    pub fn field(&self, key: &str) -> Option<&Node> {
        self.fields()?.get(key)
    }

    /// Returns the items under the field `key`; an absent list is empty.
    pub fn items(&self, key: &str) -> &[(String, Node)] {
        match self.field(key) {
            Some(Self::Items(items)) => items,
            _ => &[],
        }
    }

    pub fn items_mut(&mut self, key: &str) -> Option<&mut Items> {
        match self.fields_mut()?.get_mut(key)? {
            Self::Items(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the plain value of the field `key`; anything else is null.
    pub fn value(&self, key: &str) -> &LoroValue {
        static NULL: LoroValue = LoroValue::Null;
        match self.field(key) {
            Some(Self::Value(value)) => value,
            _ => &NULL,
        }
    }

    /// Returns the text of the field `key`, be it a value or edited line by line; anything else is empty.
    pub fn text(&self, key: &str) -> &str {
        match self.field(key) {
            Some(Self::Text(text)) => text,
            Some(Self::Value(value)) => text(value),
            _ => "",
        }
    }

    /// Returns the whole number under the field `key`; anything else is 0.
    pub fn int(&self, key: &str) -> i64 {
        int(self.value(key))
    }
}

/// Finds an item by its id.
pub(crate) fn find<'a>(items: &'a [(String, Node)], key: &str) -> Option<&'a Node> {
    items.iter().find_map(|(k, node)| (k == key).then_some(node))
}

/// Finds an item by its id, to change it.
pub(crate) fn find_mut<'a>(items: &'a mut [(String, Node)], key: &str) -> Option<&'a mut Node> {
    items.iter_mut().find_map(|(k, node)| (k == key).then_some(node))
}

/// Returns a whole number; anything else is 0.
pub(crate) fn int(value: &LoroValue) -> i64 {
    match value {
        LoroValue::I64(number) => *number,
        _ => 0,
    }
}

/// Puts a whole number into the tree.
pub(crate) fn number(number: i64) -> Node {
    Node::Value(LoroValue::I64(number))
}

/// Gives each thing a key that no other of its list has: its id, or the id and a count where a document (a raw mixture
/// of two branches, a forged one) has it twice.
pub(crate) fn keyed<T>(things: impl IntoIterator<Item = (String, T)>) -> Vec<(String, T)> {
    let mut seen: HashSet<String> = HashSet::new();
    let mut unique = |id: String| {
        let mut key = id.clone();
        let mut count = 1;
        while !seen.insert(key.clone()) {
            count += 1;
            key = format!("{id}#{count}");
        }
        key
    };
    things.into_iter().map(|(id, thing)| (unique(id), thing)).collect()
}

/// Reads the parts of a document that can be edited out of its deep value, as they are stored.
pub(crate) fn read(root: &LoroValue) -> Node {
    let name = map_value(entry(root, "meta")).filter(|(key, _)| *key == "name");
    let mixer = map_value(entry(root, "mixer")).map(|(track, strip)| (track.clone(), values(strip)));
    fields([
        ("meta", Node::Fields(name.map(|(key, value)| (key.clone(), Node::Value(value.clone()))).collect())),
        ("lyrics", Node::Text(text(entry(root, "lyrics")).to_owned())),
        ("takes", list(entry(root, "takes"), values)),
        ("arrangement", values(entry(root, "arrangement"))),
        ("sections", list(entry(root, "sections"), values)),
        ("chords", chords(entry(root, "chords"))),
        ("tracks", list(entry(root, "tracks"), |track| nested(track, "clips", |clips| list(clips, clip)))),
        ("mixer", Node::Fields(mixer.collect())),
    ])
}

/// Makes a set of fields.
pub(crate) fn fields<const N: usize>(entries: [(&str, Node); N]) -> Node {
    Node::Fields(entries.into_iter().map(|(key, node)| (key.to_owned(), node)).collect())
}

fn map_value(map: &LoroValue) -> impl Iterator<Item = (&String, &LoroValue)> {
    let entries = match map {
        LoroValue::Map(map) => Some(map.iter()),
        _ => None,
    };
    entries.into_iter().flatten()
}

/// Reads a map whose entries are plain values.
pub(crate) fn values(map: &LoroValue) -> Node {
    Node::Fields(map_value(map).map(|(key, value)| (key.clone(), Node::Value(value.clone()))).collect())
}

/// Reads a map of plain values in which one entry is a list.
fn nested(map: &LoroValue, key: &str, read: impl Fn(&LoroValue) -> Node) -> Node {
    let mut node = values(map);
    if let Some(fields) = node.fields_mut() {
        fields.insert(key.to_owned(), read(entry(map, key)));
    }
    node
}

fn list(list: &LoroValue, read: impl Fn(&LoroValue) -> Node) -> Node {
    let id = |thing: &LoroValue| text(entry(thing, "id")).to_owned();
    Node::Items(keyed(items(list).iter().map(|thing| (id(thing), read(thing)))))
}

fn clip(clip: &LoroValue) -> Node {
    nested(clip, "notes", notes)
}

fn notes(list: &LoroValue) -> Node {
    let id = |note: &LoroValue| items(note).first().map(int).unwrap_or_default();
    let notes = items(list);
    let named = notes.iter().map(|note| (id(note).to_string(), Node::Value(note.clone())));
    // Notes that nobody touched lie in the order of their ids: nothing to look up then, and they are thousands.
    let rising = notes.iter().zip(notes.iter().skip(1)).all(|(note, next)| id(note) < id(next));
    Node::Items(if rising { named.collect() } else { keyed(named) })
}

/// Chords have no ids: where one starts says which it is.
pub(crate) fn chords(list: &LoroValue) -> Node {
    let start = |chord: &LoroValue| int(entry(chord, "start")).to_string();
    Node::Items(keyed(items(list).iter().map(|chord| (start(chord), Node::Value(chord.clone())))))
}
