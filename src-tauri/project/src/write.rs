//! Brings the document to the state of a tree, writing only what differs.

use std::collections::HashMap;
use std::ops::Range;

use loro::{
    Container, LoroDoc, LoroList, LoroMap, LoroMovableList, LoroText, UpdateOptions, ValueOrContainer,
};

use crate::node::{Fields, Node, find};
use crate::order::longest_rising;
use crate::{Error, Result};

/// How long the finest comparison of two texts may take before a coarser one does.
const COMPARING_MS: f64 = 30.0;

/// Changes the document from `current`, which is what it holds, to `target`; both as stored.
pub(crate) fn write(doc: &LoroDoc, current: &Node, target: &Node) -> Result<()> {
    let (Some(current), Some(target)) = (current.fields(), target.fields()) else { return Ok(()) };
    for (key, target) in target {
        let current = current.get(key);
        if current == Some(target) {
            continue;
        }
        match (key.as_str(), target) {
            ("lyrics", Node::Text(text)) => write_text(&doc.get_text("lyrics"), text)?,
            ("takes" | "tracks", Node::Items(items)) => {
                write_maps(&Rows::Movable(doc.get_movable_list(key.as_str())), listed(current), items)?;
            }
            ("chords", Node::Items(items)) => {
                write_values(&doc.get_list("chords"), listed(current), items)?;
            }
            (_, Node::Items(items)) => {
                write_maps(&Rows::Fixed(doc.get_list(key.as_str())), listed(current), items)?
            }
            (_, Node::Fields(fields)) => write_map(&doc.get_map(key.as_str()), current, fields)?,
            _ => {}
        }
    }
    Ok(())
}

fn listed(node: Option<&Node>) -> &[(String, Node)] {
    match node {
        Some(Node::Items(items)) => items,
        _ => &[],
    }
}

/// Replaces a text; only what differs is written.
pub(crate) fn write_text(text: &LoroText, new: &str) -> Result<()> {
    let options = || UpdateOptions { timeout_ms: Some(COMPARING_MS), ..Default::default() };
    if text.update(new, options()).is_err() && text.update_by_line(new, options()).is_err() {
        text.delete(0, text.len_unicode())?;
        text.insert(0, new)?;
    }
    Ok(())
}

fn write_map(map: &LoroMap, current: Option<&Node>, target: &Fields) -> Result<()> {
    let none = Fields::new();
    let current = current.and_then(Node::fields).unwrap_or(&none);
    for gone in current.keys().filter(|key| !target.contains_key(*key)) {
        map.delete(gone)?;
    }
    for (key, target) in target {
        let current = current.get(key);
        if current == Some(target) {
            continue;
        }
        match target {
            Node::Value(value) => map.insert(key, value.clone())?,
            Node::Fields(fields) => {
                let inner = match map.get(key) {
                    Some(ValueOrContainer::Container(Container::Map(inner))) => inner,
                    _ => map.insert_container(key, LoroMap::new())?,
                };
                write_map(&inner, current, fields)?;
            }
            Node::Items(items) if key == "notes" => {
                write_values(&inner_list(map, key)?, listed(current), items)?;
            }
            Node::Items(items) => {
                write_maps(&Rows::Fixed(inner_list(map, key)?), listed(current), items)?;
            }
            Node::Text(_) => return Err(Error::Library(format!("{key} is no place for a text"))),
        }
    }
    Ok(())
}

fn inner_list(map: &LoroMap, key: &str) -> Result<LoroList> {
    match map.get(key) {
        Some(ValueOrContainer::Container(Container::List(list))) => Ok(list),
        _ => Ok(map.insert_container(key, LoroList::new())?),
    }
}

/// A list of maps, in which they can be moved or not.
enum Rows {
    Fixed(LoroList),
    Movable(LoroMovableList),
}

impl Rows {
    fn delete(&self, at: usize) -> Result<()> {
        match self {
            Self::Fixed(list) => list.delete(at, 1)?,
            Self::Movable(list) => list.delete(at, 1)?,
        }
        Ok(())
    }

    fn insert(&self, at: usize) -> Result<LoroMap> {
        Ok(match self {
            Self::Fixed(list) => list.insert_container(at, LoroMap::new())?,
            Self::Movable(list) => list.insert_container(at, LoroMap::new())?,
        })
    }

    fn get(&self, at: usize) -> Result<LoroMap> {
        let found = match self {
            Self::Fixed(list) => list.get(at),
            Self::Movable(list) => list.get(at),
        };
        match found {
            Some(ValueOrContainer::Container(Container::Map(map))) => Ok(map),
            _ => Err(Error::Library(format!("nothing to change at {at}"))),
        }
    }
}

/// Brings a list of maps to `target`. What stays keeps its container, and with it what others do to it meanwhile.
fn write_maps(rows: &Rows, current: &[(String, Node)], target: &[(String, Node)]) -> Result<()> {
    let stay = staying(current, target, |_, _| true);
    let moves = matches!(rows, Rows::Movable(_));
    let mut now: Vec<&str> = current.iter().map(|(key, _)| key.as_str()).collect();
    for (at, (key, _)) in current.iter().enumerate().rev() {
        let goes = if moves { find(target, key).is_none() } else { !stay.contains_key(key.as_str()) };
        if goes {
            rows.delete(at)?;
            now.remove(at);
        }
    }
    for (at, (key, node)) in target.iter().enumerate() {
        let none = Fields::new();
        let fields = node.fields().unwrap_or(&none);
        match now.iter().position(|k| k == key) {
            Some(from) => {
                if let (Rows::Movable(list), true) = (rows, from != at) {
                    list.mov(from, at)?;
                }
                let key = now.remove(from);
                now.insert(at, key);
                let old = find(current, key);
                if old != Some(node) {
                    write_map(&rows.get(at)?, old, fields)?;
                }
            }
            None => {
                write_map(&rows.insert(at)?, None, fields)?;
                now.insert(at, key);
            }
        }
    }
    Ok(())
}

/// Brings a list of plain values to `target`.
fn write_values(list: &LoroList, current: &[(String, Node)], target: &[(String, Node)]) -> Result<()> {
    // Most of a long list stays: only the middle that differs is looked at.
    let head = current.iter().zip(target).take_while(|(a, b)| a == b).count();
    let (current, target) = (current.get(head..).unwrap_or(&[]), target.get(head..).unwrap_or(&[]));
    let tail = current.iter().rev().zip(target.iter().rev()).take_while(|(a, b)| a == b).count();
    let current = current.get(..current.len() - tail).unwrap_or(&[]);
    let target = target.get(..target.len() - tail).unwrap_or(&[]);
    let stay = staying(current, target, |old, new| old == new);
    for gone in stretches(current, |key| !stay.contains_key(key)).into_iter().rev() {
        list.delete(head + gone.start, gone.len())?;
    }
    for (at, (key, node)) in target.iter().enumerate() {
        if let (false, Node::Value(value)) = (stay.contains_key(key.as_str()), node) {
            list.insert(head + at, value.clone())?;
        }
    }
    Ok(())
}

/// Returns the keys that can stay where they are, with their places in `current`.
fn staying<'a>(
    current: &'a [(String, Node)],
    target: &[(String, Node)],
    same: impl Fn(&Node, &Node) -> bool,
) -> HashMap<&'a str, usize> {
    let places: HashMap<&str, (usize, &Node)> =
        current.iter().enumerate().map(|(at, (key, node))| (key.as_str(), (at, node))).collect();
    let common = target.iter().filter_map(|(key, new)| {
        places.get(key.as_str()).and_then(|(at, old)| same(old, new).then_some(*at))
    });
    let common: Vec<usize> = common.collect();
    let rising = longest_rising(&common);
    let kept = common.into_iter().zip(rising).filter(|(_, stays)| *stays);
    kept.filter_map(|(at, _)| current.get(at).map(|(key, _)| (key.as_str(), at))).collect()
}

/// Returns the stretches of neighbours that are `wanted`, so that they go at once.
fn stretches(items: &[(String, Node)], wanted: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, (key, _)) in items.iter().enumerate() {
        match found.last_mut() {
            _ if !wanted(key) => {}
            Some(last) if last.end == at => last.end += 1,
            _ => found.push(at..at + 1),
        }
    }
    found
}
