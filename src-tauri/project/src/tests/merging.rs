//! Random branches, merged both ways.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use son1k_domain::id::ProjectId;
use son1k_domain::merge::{Choice, Conflict, Contested};

use super::edits::{Edit, any_edit, content, make};
use super::sample::{score, take};
use crate::node::Node;
use crate::{Document, lanes, past};

fn song(folder: &Path) -> Document {
    let mut document = Document::create(folder, ProjectId::from("p"), "Song").unwrap();
    document.add_take(take("take-9"), &score(60), true).unwrap();
    document.set_lyrics("uno\ndos\ntres").unwrap();
    document.save().unwrap();
    document
}

fn work(document: &mut Document, edits: Vec<Edit>, from_ms: f64) {
    for (i, edit) in edits.into_iter().enumerate() {
        let _refused = make(document.at(from_ms + 5_000.0 * i as f64), edit);
    }
}

fn tree(document: &Document) -> Node {
    lanes::place(past::now(&document.doc))
}

/// Every plain value of a tree under its path.
fn leaves(node: &Node) -> BTreeMap<Vec<String>, Node> {
    fn walk(node: &Node, path: &mut Vec<String>, into: &mut BTreeMap<Vec<String>, Node>) {
        let children: Vec<(&String, &Node)> = match node {
            Node::Value(_) => return drop(into.insert(path.clone(), node.clone())),
            Node::Text(_) => return,
            Node::Fields(fields) => fields.iter().collect(),
            Node::Items(items) => items.iter().map(|(key, node)| (key, node)).collect(),
        };
        for (key, child) in children {
            path.push(key.clone());
            walk(child, path, into);
            path.pop();
        }
    }
    let mut all = BTreeMap::new();
    walk(node, &mut Vec::new(), &mut all);
    all
}

/// Returns the values that one side alone changed and the merge does not have.
fn lost(base: &Node, ours: &Node, theirs: &Node, merged: &Node, conflicts: &[Conflict]) -> Vec<Vec<String>> {
    let [base, ours, theirs, merged] = [base, ours, theirs, merged].map(leaves);
    let whole = conflicts
        .iter()
        .any(|c| matches!(c.what, Contested::Section { .. } | Contested::Take { .. } | Contested::Lanes));
    let contested =
        |path: &[String]| whole && path[0] == "lanes" || conflicts.iter().any(|c| path.starts_with(&c.path));
    let paths = base.keys().chain(ours.keys()).chain(theirs.keys());
    let mut lost: Vec<Vec<String>> = paths
        .filter(|path| {
            let (was, a, b, is) = (base.get(*path), ours.get(*path), theirs.get(*path), merged.get(*path));
            !contested(path) && (a == was && is != b || b == was && is != a)
        })
        .cloned()
        .collect();
    lost.dedup();
    lost
}

/// Where both put the same take on the lanes, what they did to it since counts from the take as it was made.
fn base_of(base: &Node, ours: &Node, theirs: &Node, document: &Document) -> Node {
    let take = |root: &Node| root.field("lanes").map_or(String::new(), |lanes| lanes.text("take").to_owned());
    let mut base = base.clone();
    if take(ours) == take(theirs) && take(ours) != take(&base) {
        let made = document.as_made(&take(ours)).unwrap();
        base.fields_mut().unwrap().insert("lanes".into(), made);
    }
    base
}

fn mirrored(conflicts: Vec<Conflict>) -> Vec<Conflict> {
    let mirror = |c: Conflict| Conflict {
        ours: c.theirs,
        theirs: c.ours,
        kept: if c.kept == Choice::Ours { Choice::Theirs } else { Choice::Ours },
        ..c
    };
    conflicts.into_iter().map(mirror).collect()
}

fn edits(most: usize) -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(any_edit(), 0..most)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn two_branches_lose_nothing_and_merge_the_same_either_way(
        first in edits(6), ours in edits(8), theirs in edits(8), more_ours in edits(4), more_theirs in edits(4),
        choices in prop::collection::vec(any::<bool>(), 8)
    ) {
        let folders = [(); 4].map(|()| tempfile::tempdir().unwrap());
        let mut start = song(folders[0].path());
        work(&mut start, first, 0.0);
        let base = tree(&start);
        let mut a = start.fork_at(&start.version(), folders[0].path()).unwrap();
        let mut b = start.fork_at(&start.version(), folders[0].path()).unwrap();
        prop_assert_eq!(content(&a), content(&start));
        work(&mut a, ours, 1e6);
        work(&mut b, theirs, 1e6 + 1.0);
        let (a_before, b_before) = (content(&a), content(&b));
        let (a_tree, b_tree) = (tree(&a), tree(&b));
        let mut into_a = a.fork_at(&a.version(), folders[0].path()).unwrap();
        let mut into_b = b.fork_at(&b.version(), folders[0].path()).unwrap();
        let conflicts = into_a.merge(&b, "b").unwrap();
        let other = into_b.merge(&a, "a").unwrap();

        // The same either way, and nothing lost.
        prop_assert_eq!(content(&into_a), content(&into_b));
        if a.version() != start.version() && b.version() != start.version() {
            prop_assert_eq!(&conflicts, &mirrored(other));
        }
        let merged = tree(&into_a);
        let base = base_of(&base, &a_tree, &b_tree, &into_a);
        prop_assert_eq!(lost(&base, &a_tree, &b_tree, &merged, &conflicts), Vec::<Vec<String>>::new());
        prop_assert_eq!(into_a.conflicts().unwrap(), conflicts.clone());

        // Decided the same way on both sides it is the same again; one undo takes back merge and choices.
        for ours in choices.iter().cycle().take(60) {
            // A choice can open another conflict: who keeps a section wants the track that plays in it.
            let Some(conflict) = into_a.conflicts().unwrap().into_iter().next() else { break };
            let (here, there) = if *ours { (Choice::Ours, Choice::Theirs) } else { (Choice::Theirs, Choice::Ours) };
            let heard = into_a.hear(&conflict, here).unwrap();
            into_a.resolve(&conflict, here).unwrap();
            into_b.resolve(&conflict, there).unwrap();
            prop_assert_eq!(heard.arrangement, into_a.view().unwrap().arrangement);
        }
        prop_assert_eq!(content(&into_a), content(&into_b));
        prop_assert_eq!(into_a.conflicts().unwrap(), vec![]);
        let decided = content(&into_a);
        for (document, before) in [(&mut into_a, a_before), (&mut into_b, b_before)] {
            if content(document) != before {
                document.undo().unwrap();
                prop_assert_eq!(content(document), before);
                document.redo().unwrap();
                prop_assert_eq!(content(document), decided.clone());
            }
        }

        // Two who merged each other's work go on and merge again.
        work(&mut into_a, more_ours, 2e6);
        work(&mut into_b, more_theirs, 2e6 + 1.0);
        let again = into_b.fork_at(&into_b.version(), folders[0].path()).unwrap();
        into_b.merge(&into_a, "a").unwrap();
        into_a.merge(&again, "b").unwrap();
        prop_assert_eq!(content(&into_a), content(&into_b));
    }
}

/// A handful by default; more by the environment, for a night.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(48)
}
