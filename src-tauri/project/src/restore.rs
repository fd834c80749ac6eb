//! Taking a part from another version of the project, as one step.

use son1k_domain::merge::Part;
use son1k_domain::project::Step;

use crate::node::{Node, find, find_mut};
use crate::part::{put_item, put_section, settle_clips};
use crate::{Document, Error, Result, lanes, past};

impl Document {
    /// Brings one part to what it is in `from`, with the assets it needs. Nothing else changes, and nothing happens where
    /// the part is the same. Fails with [`Error::NoTrack`], [`Error::NoSection`] or [`Error::NoTake`] where `from` does
    /// not have it, or this project has no arrangement to put it into.
    pub fn restore_part(&mut self, from: &Self, part: &Part) -> Result<()> {
        let theirs = past::now(&from.doc);
        self.adopt_assets(&theirs, &from.assets())?;
        let current = past::now(&self.doc);
        if *part == Part::Everything {
            return self.bring_to(Step::Restore, "", None, &current, &theirs);
        }
        let theirs = lanes::place(theirs);
        let mut ours = lanes::place(current.clone());
        let subject = put(&mut ours, &theirs, part)?;
        self.bring_to(Step::Restore, &subject, None, &current, &lanes::store(ours))
    }
}

/// Puts a part of `from` into `root` and returns the name of what it is about.
fn put(root: &mut Node, from: &Node, part: &Part) -> Result<String> {
    match part {
        Part::Everything => *root = from.clone(),
        Part::Lyrics => put_field(root, from, "lyrics"),
        Part::ProjectName => put_field(root, from, "name"),
        Part::Take { take } => return put_take(root, from, take.as_str()).ok_or(Error::NoTake(take.clone())),
        Part::Track { track } => {
            return put_track(root, from, track.as_str()).ok_or(Error::NoTrack(track.clone()));
        }
        Part::Strip { track } => {
            return put_strip(root, from, track.as_str()).ok_or(Error::NoTrack(track.clone()));
        }
        Part::Section { section } => {
            let missing = || Error::NoSection(section.clone());
            let theirs = from.field("lanes").ok_or_else(missing)?;
            find(theirs.items("sections"), section.as_str()).ok_or_else(missing)?;
            root.field("lanes").ok_or_else(missing)?;
            put_section(root, from, section.as_str());
        }
        Part::Tempo => put_figures(root, from, &["bpm"]),
        Part::Key => put_figures(root, from, &["key"]),
        Part::Meter => put_figures(root, from, &["meter"]),
        Part::Chords => put_figures(root, from, &["chords"]),
        Part::Mixer => put_mixer(root, from),
    }
    Ok(String::new())
}

fn put_field(root: &mut Node, from: &Node, key: &str) {
    let Some(fields) = root.fields_mut() else { return };
    match from.field(key) {
        Some(node) => fields.insert(key.to_owned(), node.clone()),
        None => fields.remove(key),
    };
}

/// Puts figures of the piece in; a version without an arrangement has none to give.
fn put_figures(root: &mut Node, from: &Node, keys: &[&str]) {
    if let (Some(lanes), Some(theirs)) = (lanes_mut(root), from.field("lanes")) {
        keys.iter().for_each(|key| put_field(lanes, theirs, key));
    }
}

fn lanes_mut(root: &mut Node) -> Option<&mut Node> {
    root.fields_mut()?.get_mut("lanes")
}

fn put_take(root: &mut Node, from: &Node, id: &str) -> Option<String> {
    let take = find(from.items("takes"), id)?;
    if take.value("deleted") == &true.into() {
        return None;
    }
    put_item(root.items_mut("takes")?, from.items("takes"), id);
    Some(take.text("title").to_owned())
}

fn put_track(root: &mut Node, from: &Node, id: &str) -> Option<String> {
    let theirs = from.field("lanes")?;
    let track = find(theirs.items("tracks"), id)?;
    let lanes = lanes_mut(root)?;
    put_item(lanes.items_mut("tracks")?, theirs.items("tracks"), id);
    settle_clips(lanes, id, theirs);
    Some(track.text("name").to_owned())
}

fn put_strip(root: &mut Node, from: &Node, id: &str) -> Option<String> {
    let theirs = find(from.field("lanes")?.items("tracks"), id)?;
    let track = find_mut(lanes_mut(root)?.items_mut("tracks")?, id)?;
    put_field(track, theirs, "strip");
    put_field(track, theirs, "channel");
    Some(track.text("name").to_owned())
}

fn put_mixer(root: &mut Node, from: &Node) {
    let Some(theirs) = from.field("lanes") else { return };
    for (id, _) in theirs.items("tracks") {
        // A track that is only in the other version has no place here.
        let _only_there = put_strip(root, from, id);
    }
    put_figures(root, from, &["mix"]);
}
