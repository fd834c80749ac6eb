//! The rules by which two versions of a whole project become one, before ids decide: what belongs together (a section
//! with its clips and chords, a take with the lanes it is on) is in conflict as a whole.

use loro::LoroValue;

use crate::merging::{Merging, Side};
use crate::node::{Node, find, find_mut};
use crate::part;

/// Lays a take out as it was made; `None` when its score cannot be read.
pub(crate) type LaidOut<'a> = &'a dyn Fn(&str) -> Option<Node>;

/// Merges two trees in their musical places that came from `base`.
pub(crate) fn merge(
    merging: &mut Merging,
    base: &Node,
    ours: &Node,
    theirs: &Node,
    laid_out: LaidOut,
) -> Node {
    if ours == theirs || theirs == base {
        return ours.clone();
    }
    if ours == base {
        return theirs.clone();
    }
    let mut base = base.clone();
    let mut both = Both { ours: ours.clone(), theirs: theirs.clone() };
    keep_used_takes(merging, &base, &mut both);
    settle_lanes(merging, &mut base, &mut both, laid_out);
    settle_sections(merging, &mut base, &mut both);
    let merged = merging.three(Some(&base), Some(&both.ours), Some(&both.theirs));
    merging.clashes.sort_by(|a, b| a.path.cmp(&b.path));
    merged.unwrap_or(both.ours)
}

/// The two trees while what belongs together is settled in them.
struct Both {
    ours: Node,
    theirs: Node,
}

impl Both {
    fn of(&self, side: Side) -> &Node {
        match side {
            Side::Ours => &self.ours,
            Side::Theirs => &self.theirs,
        }
    }

    fn of_mut(&mut self, side: Side) -> &mut Node {
        match side {
            Side::Ours => &mut self.ours,
            Side::Theirs => &mut self.theirs,
        }
    }

    /// Returns who kept a thing that only the other removed.
    fn keeper(&self, removed: impl Fn(&Node) -> bool) -> Option<Side> {
        match (removed(&self.ours), removed(&self.theirs)) {
            (true, false) => Some(Side::Theirs),
            (false, true) => Some(Side::Ours),
            _ => None,
        }
    }
}

fn lanes(root: &Node) -> Option<&Node> {
    root.field("lanes")
}

fn take_of(root: &Node) -> &str {
    lanes(root).map_or("", |lanes| lanes.text("take"))
}

/// Returns the sections of a tree.
fn sections(root: &Node) -> &[(String, Node)] {
    lanes(root).map_or(&[], |lanes| lanes.items("sections"))
}

/// A take that one side deleted and the other renamed, starred or worked with stays, until somebody chooses.
fn keep_used_takes(merging: &mut Merging, base: &Node, both: &mut Both) {
    let deleted = |take: &Node| take.value("deleted") == &LoroValue::Bool(true);
    for (id, before) in base.items("takes").iter().filter(|(_, take)| !deleted(take)) {
        let Some(keeper) = both.keeper(|root| find(root.items("takes"), id).is_some_and(deleted)) else {
            continue;
        };
        let used = both.of(keeper);
        let worked_with = take_of(used) == id && lanes(used) != lanes(base);
        if find(used.items("takes"), id) == Some(before) && !worked_with {
            continue;
        }
        let [ours, theirs] = [&both.ours, &both.theirs].map(|root| find(root.items("takes"), id));
        let path = ["takes", id].map(str::to_owned).to_vec();
        let kept = merging.clash_at(path, [Some(before), ours, theirs], keeper);
        // The side that is not followed is made to agree with the other.
        let takes = both.of_mut(kept.other()).items_mut("takes");
        if let Some(fields) = takes.and_then(|takes| find_mut(takes, id)).and_then(Node::fields_mut) {
            fields.insert("deleted".into(), Node::Value((kept != keeper).into()));
        }
    }
}

/// Edits of the lanes merge only where both sides have the same take on them: ids mean nothing on another take.
fn settle_lanes(merging: &mut Merging, base: &mut Node, both: &mut Both, laid_out: LaidOut) {
    let (before, ours, theirs) = (take_of(base), take_of(&both.ours), take_of(&both.theirs));
    if ours == theirs {
        if ours != before {
            // Both put the same take on: what each did to it since is seen against the take as it was made.
            let made = laid_out(ours);
            put_lanes(base, made);
        }
        return;
    }
    let versions = [lanes(base), lanes(&both.ours), lanes(&both.theirs)];
    let [base_lanes, ours, theirs] = versions;
    let kept = if ours == base_lanes {
        Side::Theirs
    } else if theirs == base_lanes {
        Side::Ours
    } else {
        merging.clash_at(vec!["lanes".to_owned()], versions, merging.newer)
    };
    let lanes = both.of(kept).field("lanes").cloned();
    put_lanes(both.of_mut(kept.other()), lanes);
}

fn put_lanes(root: &mut Node, lanes: Option<Node>) {
    let Some(fields) = root.fields_mut() else { return };
    match lanes {
        Some(lanes) => fields.insert("lanes".to_owned(), lanes),
        None => fields.remove("lanes"),
    };
}

/// A section that one side removed while the other changed something in it stays with all that is in it.
fn settle_sections(merging: &mut Merging, base: &mut Node, both: &mut Both) {
    let mut removed: Vec<String> = Vec::new();
    if take_of(base) != take_of(&both.ours) || take_of(base) != take_of(&both.theirs) {
        return;
    }
    for (id, before) in sections(base) {
        let gone = |root: &Node| find(sections(root), id).is_none();
        let Some(keeper) = both.keeper(gone) else {
            removed.extend(gone(&both.ours).then(|| id.clone()));
            continue;
        };
        if !part::is_used(both.of(keeper), base, id) {
            part::remove_section(both.of_mut(keeper), id);
            removed.push(id.clone());
            continue;
        }
        let [ours, theirs] = [&both.ours, &both.theirs].map(|root| find(sections(root), id));
        let path = ["lanes", "sections", id].map(str::to_owned).to_vec();
        if merging.clash_at(path, [Some(before), ours, theirs], keeper) == keeper {
            part::put_section(both.of_mut(keeper.other()), base, id);
        } else {
            part::remove_section(both.of_mut(keeper), id);
            removed.push(id.clone());
        }
    }
    // A section that is gone is no change of the tracks that played in it: who removes one of those is not contradicted.
    removed.iter().for_each(|id| part::remove_section(base, id));
}
