//! Random scores and random histories.

use proptest::prelude::*;
use son1k_domain::id::{ProjectId, TakeId, TrackId};
use son1k_domain::project::{Project, StripChange};
use son1k_domain::unit::{Db, Pan};

use super::sample::{any_score, score, take};
use crate::{Document, Result};

#[derive(Debug, Clone)]
enum Edit {
    Rename(String),
    Lyrics(String),
    Add(u8, bool),
    Use(u8),
    RenameTake(u8, String),
    Star(u8, bool),
    Delete(u8),
    Strip(u8, StripChange, Option<u32>),
    Undo,
    Redo,
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let change = prop_oneof![
        (-60f32..12.0).prop_map(|db| StripChange::Level(Db(db))),
        (-1f32..1.0).prop_map(|pan| StripChange::Pan(Pan(pan))),
        any::<bool>().prop_map(StripChange::Mute),
        any::<bool>().prop_map(StripChange::Solo),
    ];
    prop_oneof![
        "[a-c]{1,3}".prop_map(Edit::Rename),
        ".{0,30}".prop_map(Edit::Lyrics),
        (0..6u8, any::<bool>()).prop_map(|(id, current)| Edit::Add(id, current)),
        (0..6u8).prop_map(Edit::Use),
        (0..6u8, "[a-c]{1,3}").prop_map(|(id, title)| Edit::RenameTake(id, title)),
        (0..6u8, any::<bool>()).prop_map(|(id, star)| Edit::Star(id, star)),
        (0..6u8).prop_map(Edit::Delete),
        (0..4u8, change, prop::option::of(0..3u32)).prop_map(|(t, c, g)| Edit::Strip(t, c, g)),
        Just(Edit::Undo),
        Just(Edit::Redo),
    ]
}

/// Makes an edit; one that is refused (no such take) leaves everything as it was.
fn make(document: &mut Document, edit: Edit) -> Result<()> {
    let id = |n: u8| TakeId(format!("take-{n}"));
    match edit {
        Edit::Rename(name) => document.rename(&name),
        Edit::Lyrics(text) => document.set_lyrics(&text),
        Edit::Add(n, current) => document.add_take(take(id(n).as_str()), &score(u32::from(n) * 9), current),
        Edit::Use(n) => document.use_take(&id(n)),
        Edit::RenameTake(n, title) => document.rename_take(&id(n), &title),
        Edit::Star(n, starred) => document.star_take(&id(n), starred),
        Edit::Delete(n) => document.delete_take(&id(n)),
        Edit::Strip(n, change, gesture) => {
            let track = ["drums", "bass", "lead", "none"][usize::from(n % 4)];
            document.set_strip(&TrackId::from(track), change, gesture)
        }
        Edit::Undo => document.undo().map(drop),
        Edit::Redo => document.redo().map(drop),
    }
}

/// What the history is about: everything but the names of its own steps.
fn content(document: &Document) -> Project {
    Project { undo: None, redo: None, saved: true, ..document.view().unwrap() }
}

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
