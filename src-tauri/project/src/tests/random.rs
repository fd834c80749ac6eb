//! Random scores and random histories.

use proptest::prelude::*;
use son1k_domain::id::{ProjectId, TakeId, TrackId};
use son1k_domain::project::StripChange;
use son1k_domain::unit::Db;

use super::edits::{any_edit, content, make};
use super::sample::{any_score, take};
use crate::{Document, lanes, past};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_score_comes_back_as_it_was(score in any_score(), other in any_score()) {
        let folder = tempfile::tempdir().unwrap();
        let mut document = Document::create(folder.path(), ProjectId::from("p"), "Song").unwrap();
        document.add_take(take("a"), &score, true).unwrap();
        prop_assert_eq!(document.view().unwrap().arrangement, Some(score.clone()));
        document.add_take(take("b"), &other, true).unwrap();
        prop_assert_eq!(document.view().unwrap().arrangement, Some(other));
        document.use_take(&TakeId::from("a")).unwrap();
        document.save().unwrap();
        let opened = Document::open(folder.path()).unwrap().0;
        prop_assert_eq!(opened.view().unwrap().arrangement, Some(score));
    }

    #[test]
    fn everything_in_its_musical_place_can_be_stored_as_it_was(score in any_score()) {
        let folder = tempfile::tempdir().unwrap();
        let mut document = Document::create(folder.path(), ProjectId::from("p"), "Song").unwrap();
        document.add_take(take("a"), &score, true).unwrap();
        if let Some(track) = score.tracks.first() {
            document.set_strip(&TrackId::from(track.id.as_str()), StripChange::Level(Db(-4.0)), None).unwrap();
        }
        let stored = past::now(&document.doc);
        prop_assert_eq!(lanes::store(lanes::place(stored.clone())), stored);
    }

    #[test]
    fn undoing_everything_is_the_beginning_and_redoing_everything_the_end(edits in prop::collection::vec(any_edit(), 1..40)) {
        let folder = tempfile::tempdir().unwrap();
        let mut document = Document::create(folder.path(), ProjectId::from("p"), "Song").unwrap();
        let start = content(&document);
        for edit in edits {
            let before = content(&document);
            if make(&mut document, edit).is_err() {
                prop_assert_eq!(content(&document), before);
            }
        }
        while document.redo().unwrap().is_some() {}
        let end = content(&document);
        let mut names = Vec::new();
        while let Some(name) = document.undo().unwrap() {
            names.push(name);
        }
        prop_assert_eq!(content(&document), start);
        while let Some(name) = document.redo().unwrap() {
            prop_assert_eq!(Some(name), names.pop());
        }
        prop_assert_eq!(names, vec![]);
        prop_assert_eq!(content(&document), end.clone());
        document.save().unwrap();
        prop_assert_eq!(content(&Document::open(folder.path()).unwrap().0), end);
    }
}
