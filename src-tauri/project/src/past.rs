//! Reading a document as it was, and going back to it by an edit.

use loro::{Frontiers, LoroDoc};
use son1k_domain::id::TakeId;
use son1k_domain::project::StepName;

use crate::merge::merge;
use crate::merging::{Merging, Side};
use crate::node::{self, Node};
use crate::steps::Entry;
use crate::write::write;
use crate::{Document, Error, Result, arrangement, lanes, take};

/// Reads a document as it is now, as stored.
pub(crate) fn now(doc: &LoroDoc) -> Node {
    node::read(&doc.get_deep_value())
}

/// Reads a document as it was at a version of its history, as stored.
pub(crate) fn at(doc: &LoroDoc, version: &Frontiers) -> Result<Node> {
    if doc.state_frontiers() == *version {
        return Ok(now(doc));
    }
    let arrived = doc.checkout(version);
    let tree = arrived.map(|()| now(doc));
    doc.checkout_to_latest();
    Ok(tree?)
}

/// Reads what two versions have in common, in its musical places.
pub(crate) fn ancestor(doc: &LoroDoc, one: &Frontiers, other: &Frontiers) -> Result<Node> {
    let known = |version| doc.frontiers_to_vv(version).ok_or_else(|| Error::NoVersion(String::new()));
    let common = known(one)?.intersection(&known(other)?);
    united(doc, &doc.vv_to_frontiers(&common))
}

/// Reads a version that may have several tips: two branches that were each merged into the other have in common what no
/// document ever was. Its tips are merged, as they were then.
fn united(doc: &LoroDoc, version: &Frontiers) -> Result<Node> {
    let mut tips = version.to_vec();
    tips.sort();
    let mut tips = tips.into_iter().map(Frontiers::from_id);
    let Some(mut done) = tips.next() else { return Ok(lanes::place(at(doc, version)?)) };
    let mut tree = lanes::place(at(doc, &done)?);
    for tip in tips {
        let base = ancestor(doc, &done, &tip)?;
        let theirs = lanes::place(at(doc, &tip)?);
        tree = merge(&mut Merging::new(Side::Theirs, &[]), &base, &tree, &theirs, &|_| None);
        done = done.iter().chain(tip.iter()).collect::<Vec<_>>().into();
    }
    Ok(tree)
}

impl Document {
    /// Takes the last step back and returns its name; `None` when there is none.
    pub fn undo(&mut self) -> Result<Option<StepName>> {
        // A step whose effect is nil (a fader dragged back to where it was) is passed over.
        while let Some(entry) = self.steps.next_undo().cloned() {
            let again = self.take_back(&entry)?;
            let went = again.is_some();
            self.steps.undone(again);
            if went {
                return Ok(Some(entry.name));
            }
        }
        Ok(None)
    }

    /// Does the step again that was taken back last, and returns its name.
    pub fn redo(&mut self) -> Result<Option<StepName>> {
        while let Some(entry) = self.steps.next_redo().cloned() {
            // What is done again is the taking back, taken back.
            let back = self.take_back(&entry)?;
            let went = back.is_some();
            self.steps.redone(back);
            if went {
                return Ok(Some(entry.name));
            }
        }
        Ok(None)
    }

    /// Returns the name of the step that undo would take back.
    pub fn next_undo(&self) -> Option<StepName> {
        self.steps.next_undo().map(|entry| entry.name.clone())
    }

    /// Returns the name of the step that redo would do again.
    pub fn next_redo(&self) -> Option<StepName> {
        self.steps.next_redo().map(|entry| entry.name.clone())
    }

    /// Takes back what a step changed and leaves what was changed since. Returns how to take that back in turn; `None`
    /// when nothing changed. A merge is a step also where it changed files alone.
    fn take_back(&self, entry: &Entry) -> Result<Option<Entry>> {
        let before = self.doc.state_frontiers();
        let current = now(&self.doc);
        let then = at(&self.doc, &entry.before)?;
        let target = if entry.after == before {
            then
        } else {
            self.without(&current, at(&self.doc, &entry.after)?, then)
        };
        if target == current && entry.turns_to.is_none() {
            return Ok(None);
        }
        write(&self.doc, &current, &target)?;
        self.commit(&self.doc);
        let after = self.doc.state_frontiers();
        Ok(Some(Entry { before, after, ..entry.clone() }))
    }

    /// Returns `current` without the way from `before` to `after`.
    fn without(&self, current: &Node, after: Node, before: Node) -> Node {
        if *current == after {
            return before;
        }
        let (base, ours) = (lanes::place(after), lanes::place(current.clone()));
        let mut merging = Merging::new(Side::Ours, &[]);
        lanes::store(merge(&mut merging, &base, &ours, &lanes::place(before), &|take| self.as_made(take)))
    }

    /// Returns the lanes of a take as it was made, in their musical places.
    pub(crate) fn as_made(&self, take: &str) -> Option<Node> {
        let take = TakeId::from(take);
        // A deleted take still says how it was made.
        let record = take::read(&take::position(&self.doc, &take)?).ok()?;
        let score = arrangement::parse(&self.assets().get(&record.score).ok()?).ok()?;
        let mut stored = arrangement::lay_out(&take, &score).ok()?;
        stored.insert("meta".into(), Node::Fields(node::Fields::new()));
        lanes::place(Node::Fields(stored)).field("lanes").cloned()
    }
}
