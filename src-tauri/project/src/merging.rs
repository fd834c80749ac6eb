//! Two trees that came from one, made into one: by stable ids, so that only what both changed is a conflict.
//!
//! Nothing here knows which side is the musician's own: merged the other way the result is the same. What one side
//! removed and the other changed is kept; where both changed a value, the side that was worked on last counts until the
//! musician chooses.

use std::collections::HashMap;

use crate::lines;
use crate::node::{Fields, Items, Node, find};
use crate::order::Orders;

/// One of two versions that are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Ours,
    Theirs,
}

impl Side {
    pub fn other(self) -> Self {
        match self {
            Self::Ours => Self::Theirs,
            Self::Theirs => Self::Ours,
        }
    }
}

/// Stable ids on the way from the root to a place in the tree.
pub(crate) type Path = Vec<String>;

/// Something that both sides changed, each in its own way.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clash {
    pub path: Path,
    pub base: Option<Node>,
    pub ours: Option<Node>,
    pub theirs: Option<Node>,
    /// What is in the merged tree.
    pub kept: Side,
}

/// Last step of the path of a place in an order, beside the ids.
pub(crate) const PLACE: &str = "@place";

/// A merge under way.
pub(crate) struct Merging<'a> {
    /// Counts where nobody has chosen.
    pub newer: Side,
    pub choices: &'a [(Path, Side)],
    pub clashes: Vec<Clash>,
    path: Path,
}

impl<'a> Merging<'a> {
    pub fn new(newer: Side, choices: &'a [(Path, Side)]) -> Self {
        Self { newer, choices, clashes: Vec::new(), path: Path::new() }
    }

    /// Returns what was chosen for a place, or for something that it lies in.
    pub fn chosen(&self, path: &[String]) -> Option<Side> {
        self.choices.iter().rev().find(|(at, _)| path.starts_with(at)).map(|(_, side)| *side)
    }

    /// Merges one place of the trees; `None` is a thing that is not there.
    pub fn three(&mut self, base: Option<&Node>, ours: Option<&Node>, theirs: Option<&Node>) -> Option<Node> {
        if ours == theirs || theirs == base {
            return ours.cloned();
        }
        if ours == base {
            return theirs.cloned();
        }
        Some(match (base, ours?, theirs?) {
            (_, Node::Fields(ours), Node::Fields(theirs)) => {
                Node::Fields(self.fields(base.and_then(Node::fields), ours, theirs))
            }
            (_, Node::Items(ours), Node::Items(theirs)) => {
                let base = match base {
                    Some(Node::Items(base)) => base.as_slice(),
                    _ => &[],
                };
                Node::Items(self.items(base, ours, theirs))
            }
            (Some(Node::Text(base)), Node::Text(ours), Node::Text(theirs)) => {
                Node::Text(self.text(base, ours, theirs))
            }
            (_, ours, theirs) => match self.clash(base, Some(ours), Some(theirs), self.newer) {
                Side::Ours => ours.clone(),
                Side::Theirs => theirs.clone(),
            },
        })
    }

    /// Like [`Merging::three`] for a thing with an id, which one side may have removed.
    fn thing(&mut self, base: Option<&Node>, ours: Option<&Node>, theirs: Option<&Node>) -> Option<Node> {
        let changed = match (base, ours, theirs) {
            (Some(base), None, Some(theirs)) if theirs != base => Side::Theirs,
            (Some(base), Some(ours), None) if ours != base => Side::Ours,
            _ => return self.three(base, ours, theirs),
        };
        match self.clash(base, ours, theirs, changed) {
            Side::Ours => ours.cloned(),
            Side::Theirs => theirs.cloned(),
        }
    }

    /// Notes a conflict at the place under way and returns whose version counts.
    fn clash(&mut self, base: Option<&Node>, ours: Option<&Node>, theirs: Option<&Node>, or: Side) -> Side {
        let kept = self.chosen(&self.path).unwrap_or(or);
        let (base, ours, theirs) = (base.cloned(), ours.cloned(), theirs.cloned());
        self.clashes.push(Clash { path: self.path.clone(), base, ours, theirs, kept });
        kept
    }

    /// The same for a place that is not under way.
    pub fn clash_at(&mut self, path: Path, versions: [Option<&Node>; 3], or: Side) -> Side {
        let before = std::mem::replace(&mut self.path, path);
        let [base, ours, theirs] = versions;
        let kept = self.clash(base, ours, theirs, or);
        self.path = before;
        kept
    }

    fn fields(&mut self, base: Option<&Fields>, ours: &Fields, theirs: &Fields) -> Fields {
        let mut merged = Fields::new();
        let theirs_only = theirs.keys().filter(|key| !ours.contains_key(*key));
        for key in ours.keys().chain(theirs_only) {
            let base = base.and_then(|base| base.get(key));
            self.path.push(key.clone());
            let node = self.thing(base, ours.get(key), theirs.get(key));
            self.path.pop();
            merged.extend(node.map(|node| (key.clone(), node)));
        }
        merged
    }

    fn items(
        &mut self,
        base: &[(String, Node)],
        ours: &[(String, Node)],
        theirs: &[(String, Node)],
    ) -> Items {
        let [in_base, in_ours, in_theirs] = [base, ours, theirs].map(index);
        let mut merged: HashMap<&str, Node> = HashMap::new();
        let theirs_only = theirs.iter().filter(|(key, _)| !in_ours.contains_key(key.as_str()));
        for (key, _) in ours.iter().chain(theirs_only) {
            let key = key.as_str();
            self.path.push(key.to_owned());
            let [base, ours, theirs] = [&in_base, &in_ours, &in_theirs].map(|index| index.get(key).copied());
            let node = self.thing(base, ours, theirs);
            self.path.pop();
            merged.extend(node.map(|node| (key, node)));
        }
        let kept = |items: &'_ [(String, Node)]| -> Vec<String> {
            items
                .iter()
                .filter(|(key, _)| merged.contains_key(key.as_str()))
                .map(|(k, _)| k.clone())
                .collect()
        };
        let (base, ours, theirs) = (kept(base), kept(ours), kept(theirs));
        let orders = Orders { base: borrowed(&base), ours: borrowed(&ours), theirs: borrowed(&theirs) };
        let order = self.order(&orders);
        let order: Vec<String> = order.into_iter().map(str::to_owned).collect();
        order.into_iter().filter_map(|key| merged.remove(key.as_str()).map(|node| (key, node))).collect()
    }

    /// Merges an order. For notes and chords it says nothing, so that only sections and tracks can be in conflict.
    fn order<'k>(&mut self, orders: &Orders<'k>) -> Vec<&'k str> {
        let told = matches!(self.path.last().map(String::as_str), Some("sections" | "tracks"));
        let both = if told { orders.both_moved() } else { Vec::new() };
        let mut places: HashMap<&str, Side> = HashMap::new();
        for key in both {
            let place = |order: &[&str]| {
                let at = order.iter().position(|k| *k == key)?;
                i64::try_from(at).ok().map(crate::node::number)
            };
            let versions = [place(&orders.base), place(&orders.ours), place(&orders.theirs)];
            let mut path = self.path.clone();
            path.extend([key.to_owned(), PLACE.to_owned()]);
            let [base, ours, theirs] = &versions;
            let side = self.clash_at(path, [base.as_ref(), ours.as_ref(), theirs.as_ref()], self.newer);
            places.insert(key, side);
        }
        orders.merge(|key| places.get(key).copied().unwrap_or(self.newer))
    }

    fn text(&mut self, base: &str, ours: &str, theirs: &str) -> String {
        lines::merge(base, ours, theirs, |differing| {
            let mut path = self.path.clone();
            path.push(differing.line.to_string());
            let [base, ours, theirs] =
                [&differing.base, &differing.ours, &differing.theirs].map(|text| Node::Text(text.clone()));
            self.clash_at(path, [Some(&base), Some(&ours), Some(&theirs)], self.newer) == Side::Ours
        })
    }
}

fn index(items: &[(String, Node)]) -> HashMap<&str, &Node> {
    items.iter().map(|(key, node)| (key.as_str(), node)).collect()
}

fn borrowed(keys: &[String]) -> Vec<&str> {
    keys.iter().map(String::as_str).collect()
}

/// Returns the node at a path below `root`, if it is there.
pub(crate) fn at<'a>(root: &'a Node, path: &[String]) -> Option<&'a Node> {
    path.iter().try_fold(root, |node, key| match node {
        Node::Fields(fields) => fields.get(key),
        Node::Items(items) => find(items, key),
        _ => None,
    })
}
