//! Undo and redo over restarts, and with other people's edits in between.

use proptest::prelude::*;
use son1k_domain::id::{ProjectId, TrackId};
use son1k_domain::project::{Step, StripChange};
use son1k_domain::unit::Db;

use super::edits::{Edit, any_edit, content, make};
use super::sample::{score, take};
use crate::node::Node;
use crate::{Document, past};

/// Everything in a project that can be edited, what is hidden included.
fn state(document: &Document) -> Node {
    past::now(&document.doc)
}

fn reopened(mut document: Document) -> Document {
    document.save().unwrap();
    let folder = document.folder().to_owned();
    drop(document);
    let (opened, recovered) = Document::open(&folder).unwrap();
    assert_eq!(recovered, None);
    opened
}

#[derive(Debug, Clone)]
enum Act {
    Edit(Edit),
    Restart,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The model: a list of states, and where in it the musician is.
    #[test]
    fn undo_and_redo_walk_the_same_states_whatever_is_restarted(
        acts in prop::collection::vec(prop_oneof![5 => any_edit().prop_map(Act::Edit), 1 => Just(Act::Restart)], 1..30)
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut document = Document::create(folder.path(), ProjectId::from("p"), "Song").unwrap();
        document.add_take(take("take-9"), &score(60), true).unwrap();
        let empty = { let mut d = document.fork_at(&document.version(), folder.path()).unwrap(); d.undo().unwrap(); state(&d) };
        let (mut states, mut at) = (vec![empty, state(&document)], 1usize);
        for (i, act) in acts.into_iter().enumerate() {
            document.at(1e6 + 5_000.0 * i as f64).end_gesture();
            match act {
                Act::Restart => document = reopened(document),
                Act::Edit(Edit::Undo) => {
                    let went = document.undo().unwrap().is_some();
                    prop_assert_eq!(went, at > 0);
                    at = at.saturating_sub(1);
                }
                Act::Edit(Edit::Redo) => {
                    let went = document.redo().unwrap().is_some();
                    prop_assert_eq!(went, at + 1 < states.len());
                    at = (at + 1).min(states.len() - 1);
                }
                Act::Edit(edit) => {
                    let _refused = make(&mut document, edit);
                    if state(&document) != states[at] {
                        states.truncate(at + 1);
                        states.push(state(&document));
                        at += 1;
                    }
                }
            }
            prop_assert_eq!(&state(&document), &states[at]);
        }
        let mut document = reopened(document);
        while at > 0 {
            prop_assert!(document.undo().unwrap().is_some());
            at -= 1;
            prop_assert_eq!(&state(&document), &states[at]);
        }
        prop_assert_eq!(document.undo().unwrap(), None);
    }
}

#[test]
fn undo_leaves_what_another_person_changed_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let mut mine = Document::create(folder.path(), ProjectId::from("p"), "Song").unwrap();
    mine.add_take(take("a"), &score(60), true).unwrap();
    mine.set_strip(&TrackId::from("bass"), StripChange::Level(Db(-9.0)), None).unwrap();
    let seen = mine.version();
    let mut theirs = mine.fork_at(&seen, folder.path()).unwrap();
    theirs.set_strip(&TrackId::from("lead"), StripChange::Level(Db(-5.0)), None).unwrap();
    theirs.rework(Step::Tempo, "", None, |score| score.bpm.0 = 140.0).unwrap();
    assert_eq!(mine.receive(&theirs.updates_since(&seen).unwrap(), "").unwrap(), []);
    assert_eq!(content(&mine), content(&theirs));
    // The steps of the one who received them are a merge and, below it, the fader.
    mine.steps.undone(None);
    assert_eq!(mine.undo().unwrap().unwrap().step, Step::Level);
    let view = mine.view().unwrap();
    let levels: Vec<_> = view.mixer.iter().map(|strip| strip.level).collect();
    assert_eq!(levels, [Db(0.0), Db(0.0), Db(-5.0)]);
    assert_eq!(view.arrangement.unwrap().bpm.0, 140.0);
    mine.redo().unwrap();
    assert_eq!(content(&mine), content(&theirs));
}
