//! Edits, their names, undo and redo.

use son1k_domain::id::{ProjectId, TakeId, TrackId};
use son1k_domain::project::{Step, StepName, StripChange};
use son1k_domain::unit::{Db, Pan};
use tempfile::TempDir;

use super::sample::{score, take};
use crate::{Document, Error};

fn fresh() -> (TempDir, Document) {
    let folder = tempfile::tempdir().unwrap();
    let document = Document::create(&folder.path().join("song"), ProjectId::from("p1"), "Song").unwrap();
    (folder, document)
}

fn step(step: Step, subject: &str) -> Option<StepName> {
    Some(StepName { step, subject: subject.into() })
}

#[test]
fn a_new_project_is_empty_and_saved() {
    let (folder, document) = fresh();
    let view = document.view().unwrap();
    assert_eq!((view.id.as_str(), view.name.as_str(), view.lyrics.as_str()), ("p1", "Song", ""));
    assert!(view.saved && view.takes.is_empty() && view.arrangement.is_none() && view.undo.is_none());
    let again = Document::create(&folder.path().join("song"), ProjectId::from("p2"), "Other");
    assert!(matches!(again, Err(Error::Exists(_))));
}

#[test]
fn a_take_comes_back_whole_after_saving_and_opening() {
    let (_folder, mut document) = fresh();
    let score = score(300);
    document.add_take(take("a"), &score, true).unwrap();
    document.set_lyrics("Noche de verano\nñ 🎵").unwrap();
    document.set_strip(&TrackId::from("bass"), StripChange::Level(Db(-4.4)), None).unwrap();
    assert!(!document.is_saved());
    document.save().unwrap();
    assert!(document.is_saved());
    let (opened, recovered) = Document::open(document.folder()).unwrap();
    assert_eq!(recovered, None);
    let (before, after) = (document.view().unwrap(), opened.view().unwrap());
    assert_eq!(after, before);
    assert_eq!(after.arrangement.as_ref(), Some(&score));
    let kept = after.takes.first().unwrap();
    assert_eq!(kept, &son1k_domain::take::Take { score: kept.score.clone(), ..take("a") });
    assert_eq!(opened.score(&TakeId::from("a")).unwrap(), score);
}

#[test]
fn takes_are_listed_newest_first_and_their_edits_are_undone_by_name() {
    let (_folder, mut document) = fresh();
    let (a, b) = (TakeId::from("a"), TakeId::from("b"));
    document.add_take(take("a"), &score(30), true).unwrap();
    document.add_take(take("b"), &score(60), false).unwrap();
    let ids = |d: &Document| d.view().unwrap().takes.iter().map(|t| t.id.0.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&document), ["b", "a"]);
    document.star_take(&a, true).unwrap();
    document.rename_take(&b, "Better").unwrap();
    document.delete_take(&a).unwrap();
    let view = document.view().unwrap();
    assert_eq!(ids(&document), ["b"]);
    assert!(view.current.is_none() && view.arrangement.is_none() && view.mixer.is_empty());
    assert!(matches!(document.use_take(&a), Err(Error::NoTake(_))));
    assert_eq!(document.undo().unwrap(), step(Step::DeleteTake, "Title of a"));
    assert_eq!(document.view().unwrap().current, Some(a.clone()));
    assert_eq!(document.undo().unwrap(), step(Step::RenameTake, "Better"));
    assert_eq!(document.next_undo(), step(Step::StarTake, "Title of a"));
    assert_eq!(document.next_redo(), step(Step::RenameTake, "Better"));
    assert_eq!(document.redo().unwrap(), step(Step::RenameTake, "Better"));
    assert_eq!(document.next_redo(), step(Step::DeleteTake, "Title of a"));
    assert!(document.view().unwrap().takes.iter().any(|t| t.starred && t.id == a));
}

#[test]
fn using_a_take_replaces_the_lanes_and_undo_brings_lanes_and_strips_back() {
    let (_folder, mut document) = fresh();
    document.add_take(take("a"), &score(30), true).unwrap();
    document.add_take(take("b"), &score(90), false).unwrap();
    document.set_strip(&TrackId::from("lead"), StripChange::Pan(Pan(0.4)), None).unwrap();
    let before = document.view().unwrap();
    document.use_take(&TakeId::from("b")).unwrap();
    let used = document.view().unwrap();
    assert_eq!((used.current, used.arrangement), (Some(TakeId::from("b")), Some(score(90))));
    assert!(used.mixer.iter().all(|s| s.pan == Pan(0.0)));
    document.undo().unwrap();
    let after = document.view().unwrap();
    assert_eq!((&after.arrangement, &after.mixer), (&before.arrangement, &before.mixer));
    document.redo().unwrap();
    assert_eq!(document.view().unwrap().arrangement, Some(score(90)));
}

#[test]
fn a_drag_is_one_step_and_the_next_drag_another() {
    let (_folder, mut document) = fresh();
    document.add_take(take("a"), &score(30), true).unwrap();
    let bass = TrackId::from("bass");
    let level = |d: &Document| d.mixer_status().mixer.iter().find(|s| s.track == bass).unwrap().level;
    for db in [-1.0, -2.0, -3.0] {
        document.set_strip(&bass, StripChange::Level(Db(db)), Some(7)).unwrap();
    }
    for db in [-4.0, -5.0] {
        document.set_strip(&bass, StripChange::Level(Db(db)), Some(8)).unwrap();
    }
    document.set_strip(&bass, StripChange::Mute(true), None).unwrap();
    document.set_strip(&bass, StripChange::Level(Db(-6.0)), Some(8)).unwrap();
    assert_eq!(document.undo().unwrap(), step(Step::Level, "Name of bass"));
    assert_eq!(document.undo().unwrap(), step(Step::Mute, "Name of bass"));
    assert_eq!(level(&document), Db(-5.0));
    document.undo().unwrap();
    assert_eq!(level(&document), Db(-3.0));
    document.undo().unwrap();
    assert_eq!(level(&document), Db(0.0));
    assert_eq!(document.next_undo(), step(Step::AddTake, "Title of a"));
    document.redo().unwrap();
    assert_eq!(level(&document), Db(-3.0));
}

#[test]
fn a_drag_stays_one_step_while_it_is_saved() {
    let (_folder, mut document) = fresh();
    document.add_take(take("a"), &score(30), true).unwrap();
    let bass = TrackId::from("bass");
    for db in [-1.0, -2.0, -3.0] {
        document.set_strip(&bass, StripChange::Level(Db(db)), Some(7)).unwrap();
        document.save().unwrap();
    }
    document.undo().unwrap();
    assert_eq!(document.next_undo(), step(Step::AddTake, "Title of a"));
}

#[test]
fn a_control_that_is_turned_quickly_is_one_step_and_a_switch_never() {
    let (_folder, mut document) = fresh();
    document.add_take(take("a"), &score(30), true).unwrap();
    let bass = TrackId::from("bass");
    let mut now = 1_000_000.0;
    let mut turn = |document: &mut Document, change, pause| {
        now += pause;
        document.at(now).set_strip(&bass, change, None).unwrap();
    };
    turn(&mut document, StripChange::Level(Db(-1.0)), 0.0);
    turn(&mut document, StripChange::Level(Db(-2.0)), 400.0);
    turn(&mut document, StripChange::Level(Db(-3.0)), 900.0);
    turn(&mut document, StripChange::Level(Db(-4.0)), 1_500.0);
    turn(&mut document, StripChange::Mute(true), 10.0);
    turn(&mut document, StripChange::Mute(false), 10.0);
    turn(&mut document, StripChange::Mute(true), 10.0);
    let mut names = Vec::new();
    while let Some(name) = document.undo().unwrap() {
        names.push(name.step);
    }
    assert_eq!(names, [Step::Mute, Step::Mute, Step::Mute, Step::Level, Step::Level, Step::AddTake]);
}

#[test]
fn typing_lyrics_is_one_step_until_there_is_a_pause() {
    let (_folder, mut document) = fresh();
    document.at(0.0).set_lyrics("No").unwrap();
    document.at(500.0).set_lyrics("Noche").unwrap();
    document.at(9_000.0).set_lyrics("Noche de verano").unwrap();
    document.undo().unwrap();
    assert_eq!(document.view().unwrap().lyrics, "Noche");
    document.undo().unwrap();
    assert_eq!(document.view().unwrap().lyrics, "");
}

#[test]
fn a_thousand_steps_are_kept() {
    let (_folder, mut document) = fresh();
    for i in 0..1_003 {
        document.rename(&format!("Song {i}")).unwrap();
    }
    document.save().unwrap();
    let mut opened = Document::open(document.folder()).unwrap().0;
    let mut count = 0;
    while opened.undo().unwrap().is_some() {
        count += 1;
    }
    assert_eq!((count, opened.view().unwrap().name.as_str()), (1_000, "Song 2"));
}

#[test]
fn reworking_the_arrangement_keeps_strips_and_is_undone_by_name() {
    let (_folder, mut document) = fresh();
    document.add_take(take("a"), &score(300), true).unwrap();
    document.set_strip(&TrackId::from("lead"), StripChange::Pan(Pan(0.4)), None).unwrap();
    let before = document.view().unwrap();
    document.rework(Step::Notes, "Name of bass", None, |score| score.tracks[1].notes[7].pitch = 99).unwrap();
    document.rework(Step::Tracks, "Name of drums", None, |score| score.tracks.rotate_left(1)).unwrap();
    let view = document.view().unwrap();
    let mut expected = score(300);
    expected.tracks[1].notes[7].pitch = 99;
    expected.tracks.rotate_left(1);
    assert_eq!(view.arrangement, Some(expected));
    assert_eq!(view.mixer[1].pan, Pan(0.4), "the strip of the lead went with it");
    assert_eq!(document.undo().unwrap(), step(Step::Tracks, "Name of drums"));
    assert_eq!(document.undo().unwrap(), step(Step::Notes, "Name of bass"));
    let after = document.view().unwrap();
    assert_eq!((after.arrangement, after.mixer), (before.arrangement, before.mixer));
    let refused = document.rework(Step::Tempo, "", None, |score| score.bpm.0 = f32::NAN);
    assert!(matches!(refused, Err(Error::Unkeepable { .. })));
    let (_folder, mut empty) = fresh();
    assert!(matches!(empty.rework(Step::Tempo, "", None, |_| ()), Err(Error::NoTake(_))));
}

#[test]
fn strips_keep_their_range_and_refuse_what_is_no_number() {
    let (_folder, mut document) = fresh();
    document.add_take(take("a"), &score(30), true).unwrap();
    let bass = TrackId::from("bass");
    document.set_strip(&bass, StripChange::Level(Db(99.0)), None).unwrap();
    document.set_strip(&bass, StripChange::Pan(Pan(-7.0)), None).unwrap();
    let strips = document.view().unwrap().mixer;
    assert_eq!((strips[1].level, strips[1].pan), (Db(12.0), Pan(-1.0)));
    let nan = document.set_strip(&bass, StripChange::Level(Db(f32::NAN)), None);
    assert!(matches!(nan, Err(Error::Unkeepable { .. })));
    let unknown = document.set_strip(&TrackId::from("kazoo"), StripChange::Mute(true), None);
    assert!(matches!(unknown, Err(Error::NoTrack(_))));
    assert_eq!(document.view().unwrap().mixer, strips);
}

#[test]
fn an_edit_that_changes_nothing_or_fails_is_no_step() {
    let (_folder, mut document) = fresh();
    document.rename("Song").unwrap();
    document.set_lyrics("").unwrap();
    assert_eq!(document.next_undo(), None);
    assert!(document.is_saved());
    let mut broken = score(30);
    broken.tracks[0].channel.drive = f32::NAN;
    assert!(document.add_take(take("a"), &broken, true).is_err());
    assert_eq!(document.next_undo(), None);
    assert!(document.view().unwrap().takes.is_empty());
    document.add_take(take("a"), &score(3), false).unwrap();
    assert!(matches!(document.add_take(take("a"), &score(3), false), Err(Error::TakeExists(_))));
}

#[test]
fn long_lyrics_that_differ_everywhere_are_replaced_at_once() {
    let (_folder, mut document) = fresh();
    let first: String = (0..50_000u32).map(|i| char::from(b'a' + (i * i % 23) as u8)).collect();
    let second: String = (0..50_000u32).map(|i| char::from(b'a' + (i * 7 + i / 11) as u8 % 26)).collect();
    document.set_lyrics(&first).unwrap();
    document.set_lyrics(&second).unwrap();
    assert_eq!(document.view().unwrap().lyrics, second);
    document.undo().unwrap();
    assert_eq!(document.view().unwrap().lyrics, first);
}

#[test]
fn opening_an_empty_folder_finds_no_project() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Document::open(folder.path()), Err(Error::NotFound(_))));
}

#[test]
fn a_document_can_move_to_another_thread() {
    fn movable<T: Send>() {}
    movable::<Document>();
}
