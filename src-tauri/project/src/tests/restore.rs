//! Parts taken from another version.

use son1k_domain::id::{ProjectId, SectionId, TakeId, TrackId};
use son1k_domain::merge::Part;
use son1k_domain::project::{Step, StripChange};
use son1k_domain::unit::{Bpm, Db};
use tempfile::TempDir;

use super::edits::{content, rearrange};
use super::sample::{key, score, take};
use crate::{Document, Error};

/// A song as it was and as it is: without its bass and its third section, faster, in another key, with other words.
fn song() -> (TempDir, Document, Document) {
    let folder = tempfile::tempdir().unwrap();
    let mut was = Document::create(folder.path(), ProjectId::from("p"), "Song").unwrap();
    was.add_take(take("a"), &score(300), true).unwrap();
    was.set_lyrics("Noche de verano").unwrap();
    was.set_strip(&TrackId::from("bass"), StripChange::Level(Db(-3.0)), None).unwrap();
    let mut is = was.fork_at(&was.version(), folder.path()).unwrap();
    is.set_lyrics("la la").unwrap();
    is.set_strip(&TrackId::from("lead"), StripChange::Level(Db(-9.0)), None).unwrap();
    is.rework(Step::Tracks, "", None, |score| {
        score.tracks.remove(1);
        (score.bpm, score.key) = (Bpm(150.0), key(2));
        rearrange(score, |form| drop(form.remove(2)));
    })
    .unwrap();
    (folder, was, is)
}

#[test]
fn a_track_comes_back_with_its_notes_and_its_fader_and_nothing_else_does() {
    let (_folder, was, mut is) = song();
    let before = content(&is);
    is.restore_part(&was, &Part::Track { track: TrackId::from("bass") }).unwrap();
    let view = content(&is);
    let lanes = view.arrangement.as_ref().unwrap();
    let names: Vec<&str> = lanes.tracks.iter().map(|track| track.id.as_str()).collect();
    assert_eq!(names, ["drums", "bass", "lead"]);
    assert_eq!((view.mixer[1].level, view.mixer[2].level), (Db(-3.0), Db(-9.0)));
    assert_eq!(lanes.tracks[1].notes.len(), 100, "notes of the section that is gone are kept outside of all");
    assert_eq!((lanes.bpm, view.lyrics.as_str(), lanes.sections.len()), (Bpm(150.0), "la la", 7));
    assert_eq!(is.undo().unwrap().unwrap().step, Step::Restore);
    assert_eq!(content(&is), before);
}

#[test]
fn a_section_comes_back_to_its_place_with_all_that_plays_in_it() {
    let (_folder, was, mut is) = song();
    is.restore_part(&was, &Part::Section { section: SectionId::from("verse-2") }).unwrap();
    let (old, new) = (was.view().unwrap().arrangement.unwrap(), is.view().unwrap().arrangement.unwrap());
    assert_eq!((new.sections, new.chords, new.length), (old.sections, old.chords, old.length));
    assert_eq!(new.tracks[0].notes, old.tracks[0].notes);
    assert_eq!(new.tracks[1].notes, old.tracks[2].notes);
}

#[test]
fn settings_come_back_one_by_one() {
    let (_folder, was, mut is) = song();
    is.restore_part(&was, &Part::Tempo).unwrap();
    is.restore_part(&was, &Part::Lyrics).unwrap();
    is.restore_part(&was, &Part::Strip { track: TrackId::from("lead") }).unwrap();
    let view = is.view().unwrap();
    let lanes = view.arrangement.unwrap();
    assert_eq!((lanes.bpm, lanes.key, view.lyrics.as_str()), (Bpm(95.1), key(2), "Noche de verano"));
    assert_eq!(view.mixer[1].level, Db(0.0));
    let steps = is.version();
    is.restore_part(&was, &Part::Tempo).unwrap();
    assert_eq!(is.version(), steps, "what is the same is no step");
    is.restore_part(&was, &Part::Everything).unwrap();
    assert_eq!(content(&is), content(&was));
}

#[test]
fn a_take_comes_back_from_another_folder_with_its_score() {
    let (_folder, was, mut is) = song();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut other = was.fork_at(&was.version(), elsewhere.path()).unwrap();
    other.add_take(take("b"), &score(90), false).unwrap();
    is.delete_take(&TakeId::from("a")).unwrap();
    is.restore_part(&other, &Part::Take { take: TakeId::from("b") }).unwrap();
    assert_eq!(is.score(&TakeId::from("b")).unwrap(), score(90));
    is.restore_part(&other, &Part::Take { take: TakeId::from("a") }).unwrap();
    assert_eq!(is.view().unwrap().takes.len(), 2);
}

#[test]
fn what_the_other_version_does_not_have_is_said() {
    let (_folder, was, mut is) = song();
    let before = content(&is);
    let mut restore = |part| is.restore_part(&was, &part);
    assert!(matches!(restore(Part::Track { track: TrackId::from("kazoo") }), Err(Error::NoTrack(_))));
    assert!(matches!(restore(Part::Section { section: SectionId::from("x") }), Err(Error::NoSection(_))));
    assert!(matches!(restore(Part::Take { take: TakeId::from("x") }), Err(Error::NoTake(_))));
    assert_eq!(content(&is), before);
}
