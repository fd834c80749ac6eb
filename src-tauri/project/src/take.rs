//! The takes: the movable list `takes`, oldest first. What was made never changes and is one value; what a musician
//! changes (title, star, whether it is deleted) is a field beside it, so that edits of two people merge.

use loro::{Container, LoroDoc, LoroMap, LoroValue, ValueOrContainer};
use son1k_domain::id::TakeId;
use son1k_domain::take::Take;

use crate::value::{entry, field, items, plain, text};
use crate::{Error, Result};

/// Adds a take at the end.
pub(crate) fn push(doc: &LoroDoc, take: &Take) -> Result<()> {
    let record = plain("a take", take)?;
    let map = doc.get_movable_list("takes").push_container(LoroMap::new())?;
    map.insert("id", take.id.as_str())?;
    map.insert("record", record)?;
    map.insert("title", take.title.as_str())?;
    map.insert("starred", take.starred)?;
    map.insert("deleted", false)?;
    Ok(())
}

/// Returns the map of a take that is not deleted.
pub(crate) fn find(doc: &LoroDoc, id: &TakeId) -> Result<LoroMap> {
    position(doc, id).filter(|map| !flag(map, "deleted")).ok_or_else(|| Error::NoTake(id.clone()))
}

/// Whether a take has this id, deleted or not.
pub(crate) fn is_known(doc: &LoroDoc, id: &TakeId) -> bool {
    position(doc, id).is_some()
}

/// Returns the map of a take, deleted or not.
pub(crate) fn position(doc: &LoroDoc, id: &TakeId) -> Option<LoroMap> {
    let takes = doc.get_movable_list("takes");
    (0..takes.len()).rev().find_map(|i| match takes.get(i) {
        Some(ValueOrContainer::Container(Container::Map(map))) => {
            let same =
                matches!(map.get("id"), Some(ValueOrContainer::Value(LoroValue::String(s))) if *s == id.0);
            same.then_some(map)
        }
        _ => None,
    })
}

fn flag(map: &LoroMap, key: &str) -> bool {
    matches!(map.get(key), Some(ValueOrContainer::Value(LoroValue::Bool(true))))
}

/// Returns the title a take has now.
pub(crate) fn title(map: &LoroMap) -> String {
    map.get("title").map(|t| text(&t.get_deep_value()).to_owned()).unwrap_or_default()
}

/// Reads one take out of its map.
pub(crate) fn read(map: &LoroMap) -> Result<Take> {
    read_value(&map.get_deep_value()).map_err(|why| Error::Unkeepable { what: "a take", why })
}

/// Reads the takes that are not deleted, newest first.
pub(crate) fn read_all(root: &LoroValue) -> std::result::Result<Vec<Take>, String> {
    let shown =
        items(entry(root, "takes")).iter().rev().filter(|t| entry(t, "deleted") != &LoroValue::Bool(true));
    shown.map(read_value).collect()
}

fn read_value(value: &LoroValue) -> std::result::Result<Take, String> {
    let record: Take = field(value, "record")?;
    Ok(Take { title: field(value, "title")?, starred: field(value, "starred")?, ..record })
}
