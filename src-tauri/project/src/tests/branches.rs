//! Branches and their conflicts, as a musician meets them.

use std::path::Path;

use son1k_domain::comparison::{Control, Figure};
use son1k_domain::id::{ProjectId, SectionId, TakeId, TrackId};
use son1k_domain::merge::{Choice, Conflict, Contested, Held};
use son1k_domain::project::{Step, StepName, StripChange};
use son1k_domain::unit::{Bpm, Db, Ticks};
use tempfile::TempDir;

use super::edits::{Piece, content, rearrange};
use super::sample::{key, score, take};
use crate::{Document, Error, Version};

/// A song and two branches of it.
struct Song {
    _folder: TempDir,
    ours: Document,
    theirs: Document,
}

fn song() -> Song {
    let folder = tempfile::tempdir().unwrap();
    let mut start = Document::create(folder.path(), ProjectId::from("p"), "Song").unwrap();
    start.at(0.0).add_take(take("a"), &score(300), true).unwrap();
    start.set_lyrics("uno\ndos\ntres").unwrap();
    let branch = || start.fork_at(&start.version(), folder.path()).unwrap();
    let (mut ours, mut theirs) = (branch(), branch());
    ours.at(10_000.0);
    theirs.at(20_000.0);
    Song { ours, theirs, _folder: folder }
}

impl Song {
    fn merged(&mut self) -> Vec<Conflict> {
        self.ours.merge(&self.theirs, "theirs").unwrap()
    }

    fn only(&mut self) -> Conflict {
        let mut conflicts = self.merged();
        assert_eq!(conflicts.len(), 1, "{conflicts:?}");
        conflicts.remove(0)
    }
}

fn tempo(document: &mut Document, bpm: f32) {
    document.rework(Step::Tempo, "", None, |score| score.bpm = Bpm(bpm)).unwrap();
}

fn level(document: &mut Document, track: &str, db: f32) {
    document.set_strip(&TrackId::from(track), StripChange::Level(Db(db)), None).unwrap();
}

#[test]
fn different_things_never_conflict_and_one_undo_takes_the_merge_back() {
    let mut song = song();
    level(&mut song.ours, "bass", -4.0);
    song.ours.set_lyrics("uno\nDOS\ntres").unwrap();
    song.ours.rework(Step::Notes, "", None, |score| score.tracks[0].notes.truncate(99)).unwrap();
    song.ours
        .rework(Step::Sections, "", None, |s| rearrange(s, |form| form.insert(1, new("bridge"))))
        .unwrap();
    level(&mut song.theirs, "lead", -2.0);
    tempo(&mut song.theirs, 140.0);
    song.theirs.set_lyrics("uno\ndos\ntres\ncuatro").unwrap();
    song.theirs.rework(Step::Notes, "", None, |score| score.tracks[0].notes[0].velocity = 1).unwrap();
    song.theirs
        .rework(Step::Sections, "", None, |s| rearrange(s, |form| form.insert(6, new("break"))))
        .unwrap();
    let before = content(&song.ours);
    assert_eq!(song.merged(), []);
    let view = song.ours.view().unwrap();
    let lanes = view.arrangement.unwrap();
    assert_eq!(view.lyrics, "uno\nDOS\ntres\ncuatro");
    assert_eq!((view.mixer[1].level, view.mixer[2].level, lanes.bpm), (Db(-4.0), Db(-2.0), Bpm(140.0)));
    assert_eq!((lanes.tracks[0].notes.len(), lanes.tracks[0].notes[0].velocity), (99, 1));
    let form: Vec<&str> = lanes.sections.iter().map(|s| s.id.as_str()).collect();
    let expected = [
        "verse-0", "bridge", "verse-1", "verse-2", "verse-3", "verse-4", "verse-5", "break", "verse-6",
        "verse-7",
    ];
    assert_eq!(form, expected);
    let mut end = 0;
    for section in &lanes.sections {
        assert_eq!(section.start, Ticks(end), "sections follow each other");
        end += section.length.0;
    }
    assert_eq!(lanes.length, Ticks(end));
    let name = StepName { step: Step::Merge, subject: "theirs".into() };
    assert_eq!(song.ours.undo().unwrap(), Some(name));
    assert_eq!(content(&song.ours), before);
}

fn new(id: &str) -> Piece {
    Piece::New(SectionId::from(id))
}

#[test]
fn a_fader_that_both_moved_can_be_heard_both_ways_and_chosen() {
    let mut song = song();
    level(&mut song.ours, "bass", -4.0);
    level(&mut song.theirs, "bass", -9.0);
    let before = content(&song.ours);
    let conflict = song.only();
    let fader = Contested::Mixer { track: Some(TrackId::from("bass")), control: Control::Fader };
    let figure = |db| Held::Figure { figure: Figure::Db(Db(db)) };
    assert_eq!((&conflict.what, conflict.subject.as_str()), (&fader, "Name of bass"));
    assert_eq!(
        (&conflict.base, &conflict.ours, &conflict.theirs),
        (&figure(0.0), &figure(-4.0), &figure(-9.0))
    );
    assert_eq!(conflict.kept, Choice::Theirs, "they worked on it last");
    let bass = |document: &Document| document.view().unwrap().mixer[1].level;
    assert_eq!(bass(&song.ours), Db(-9.0));
    assert_eq!(song.ours.hear(&conflict, Choice::Ours).unwrap().mixer[1].level, Db(-4.0));
    assert_eq!(bass(&song.ours), Db(-9.0), "hearing changes nothing");

    // What is edited before somebody decides stays, also over a restart.
    tempo(&mut song.ours, 77.0);
    song.ours.save().unwrap();
    let mut opened = Document::open(song.ours.folder()).unwrap().0;
    assert_eq!(opened.conflicts().unwrap(), std::slice::from_ref(&conflict));
    opened.resolve(&conflict, Choice::Ours).unwrap();
    assert_eq!(bass(&opened), Db(-4.0));
    assert_eq!(opened.view().unwrap().arrangement.unwrap().bpm, Bpm(77.0));
    assert_eq!(opened.conflicts().unwrap(), []);
    opened.resolve(&conflict, Choice::Theirs).unwrap();
    assert_eq!(bass(&opened), Db(-9.0), "a choice can be changed");
    while content(&opened) != before {
        assert!(opened.undo().unwrap().is_some());
    }
    assert!(matches!(opened.resolve(&conflict, Choice::Ours), Err(Error::NoConflict(_))));
}

#[test]
fn a_choice_right_after_the_merge_is_taken_back_with_it() {
    let mut song = song();
    tempo(&mut song.ours, 80.0);
    tempo(&mut song.theirs, 120.0);
    level(&mut song.theirs, "lead", -2.0);
    let before = content(&song.ours);
    let conflict = song.only();
    assert_eq!(conflict.what, Contested::Tempo);
    song.ours.resolve(&conflict, Choice::Ours).unwrap();
    assert_eq!(song.ours.view().unwrap().arrangement.unwrap().bpm, Bpm(80.0));
    song.ours.undo().unwrap();
    assert_eq!(content(&song.ours), before);
    assert_eq!(song.ours.conflicts().unwrap(), []);
}

#[test]
fn a_decision_is_a_step_and_a_merge_that_is_done_again_is_decided_anew() {
    let mut song = song();
    tempo(&mut song.ours, 80.0);
    tempo(&mut song.theirs, 120.0);
    let before = content(&song.ours);
    assert_eq!((song.ours.merged(), song.ours.ends_with_merge()), (None, false));
    let state = song.ours.version();
    let conflict = song.only();
    assert_eq!((song.ours.merged(), song.ours.ends_with_merge()), (Some(state.clone()), true));
    level(&mut song.ours, "lead", -2.0);
    song.ours.resolve(&conflict, Choice::Ours).unwrap();
    assert!(song.ours.conflicts().unwrap().is_empty() && !song.ours.ends_with_merge());
    // Also over a restart, the decision is taken back alone.
    song.ours.save().unwrap();
    let mut opened = Document::open(song.ours.folder()).unwrap().0;
    opened.undo().unwrap();
    assert_eq!(opened.conflicts().unwrap(), std::slice::from_ref(&conflict));
    assert_eq!(opened.merged(), Some(state.clone()));
    opened.undo().unwrap();
    assert!(opened.ends_with_merge());
    opened.undo().unwrap();
    assert_eq!((content(&opened), opened.merged()), (before.clone(), None));
    opened.redo().unwrap();
    assert_eq!((opened.merged(), opened.ends_with_merge()), (Some(state), true));
    opened.resolve(&conflict, Choice::Ours).unwrap();
    opened.undo().unwrap();
    assert_eq!((content(&opened), opened.merged()), (before, None));
}

#[test]
fn a_merge_that_changes_nothing_of_the_song_is_still_one_step() {
    let mut song = song();
    let before = content(&song.ours);
    level(&mut song.ours, "lead", -2.0);
    level(&mut song.theirs, "lead", -3.0);
    song.theirs.undo().unwrap();
    let ours = content(&song.ours);
    song.merged();
    assert_eq!(content(&song.ours), ours);
    assert_eq!(song.ours.undo().unwrap().unwrap().step, Step::Merge);
    assert_eq!(content(&song.ours), ours, "what was done before it stays");
    assert_eq!(song.ours.redo().unwrap().unwrap().step, Step::Merge);
    song.ours.undo().unwrap();
    song.ours.undo().unwrap();
    assert_eq!(content(&song.ours), before);
}

#[test]
fn the_same_line_and_the_same_note_are_conflicts_with_both_versions() {
    let mut song = song();
    song.ours.set_lyrics("uno\nnoche\ntres").unwrap();
    song.theirs.set_lyrics("uno\nnight\ntres").unwrap();
    song.ours.rework(Step::Notes, "", None, |score| score.tracks[1].notes[0].pitch = 50).unwrap();
    song.theirs.rework(Step::Notes, "", None, |score| score.tracks[1].notes[0].pitch = 60).unwrap();
    song.ours.rework(Step::Notes, "", None, |score| score.tracks[1].notes[1].pitch = 51).unwrap();
    song.theirs.rework(Step::Notes, "", None, |score| score.tracks[1].notes[1].pitch = 61).unwrap();
    let conflicts = song.merged();
    let [notes, line] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    let (bass, verse) = (TrackId::from("bass"), SectionId::from("verse-0"));
    assert_eq!(notes.what, Contested::Notes { track: bass, section: verse });
    let pitches = |held: &Held| match held {
        Held::Notes { notes } => notes.iter().map(|note| note.pitch).collect(),
        _ => vec![],
    };
    assert_eq!((pitches(&notes.ours), pitches(&notes.theirs)), (vec![50, 51], vec![60, 61]));
    assert_eq!(line.what, Contested::Lyrics { line: 2 });
    assert_eq!((&line.ours, &line.theirs), (&text("noche"), &text("night")));
    song.ours.resolve(line, Choice::Ours).unwrap();
    song.ours.resolve(notes, Choice::Ours).unwrap();
    let view = song.ours.view().unwrap();
    assert_eq!(view.lyrics, "uno\nnoche\ntres");
    let heard: Vec<u8> =
        view.arrangement.unwrap().tracks[1].notes[..2].iter().map(|note| note.pitch).collect();
    assert_eq!(heard, [50, 51]);
}

fn text(text: &str) -> Held {
    Held::Text { text: text.into() }
}

#[test]
fn a_section_removed_here_and_changed_there_stays_until_it_is_decided() {
    let mut song = song();
    song.ours.rework(Step::Sections, "", None, |s| rearrange(s, |form| drop(form.remove(3)))).unwrap();
    song.theirs
        .rework(Step::Notes, "", None, |score| {
            let inside = score.sections[3].start;
            let note = score.tracks[2].notes.iter_mut().find(|note| note.start >= inside).unwrap();
            note.pitch = 99;
        })
        .unwrap();
    let (mine, whole) = (content(&song.ours), content(&song.theirs));
    let conflict = song.only();
    assert_eq!(conflict.what, Contested::Section { section: SectionId::from("verse-3") });
    assert_eq!((&conflict.ours, conflict.kept), (&Held::Nothing, Choice::Theirs));
    assert_eq!(content(&song.ours).arrangement, whole.arrangement);
    song.ours.resolve(&conflict, Choice::Ours).unwrap();
    assert_eq!(content(&song.ours), mine);
    song.ours.resolve(&conflict, Choice::Theirs).unwrap();
    assert_eq!(content(&song.ours).arrangement, whole.arrangement);
}

#[test]
fn a_section_removed_here_and_a_track_removed_there_are_both_gone() {
    let mut song = song();
    song.ours.rework(Step::Sections, "", None, |s| rearrange(s, |form| drop(form.remove(3)))).unwrap();
    song.theirs.rework(Step::Tracks, "", None, |score| drop(score.tracks.remove(1))).unwrap();
    assert_eq!(song.merged(), []);
    let lanes = song.ours.view().unwrap().arrangement.unwrap();
    assert_eq!((lanes.sections.len(), lanes.tracks.len()), (7, 2));
}

#[test]
fn a_track_and_a_take_removed_here_and_changed_there_are_conflicts() {
    let mut song = song();
    song.ours.rework(Step::Tracks, "", None, |score| drop(score.tracks.remove(1))).unwrap();
    level(&mut song.theirs, "bass", -5.0);
    let conflict = song.only();
    assert_eq!(conflict.what, Contested::Track { track: TrackId::from("bass") });
    assert_eq!(conflict.theirs, Held::Track { name: "Name of bass".into(), notes: 100 });
    assert_eq!(song.ours.view().unwrap().mixer[1].level, Db(-5.0));

    let mut song = self::song();
    song.ours.delete_take(&TakeId::from("a")).unwrap();
    song.theirs.rename_take(&TakeId::from("a"), "Better").unwrap();
    let conflict = song.only();
    assert_eq!(conflict.what, Contested::Take { take: TakeId::from("a") });
    assert_eq!((&conflict.ours, &conflict.theirs), (&Held::Nothing, &Held::Take { title: "Better".into() }));
    assert_eq!(song.ours.view().unwrap().takes.len(), 1);
    song.ours.resolve(&conflict, Choice::Ours).unwrap();
    assert!(song.ours.view().unwrap().takes.is_empty());
}

#[test]
fn a_section_that_both_moved_is_a_conflict_of_its_place() {
    let mut song = song();
    let move_to = |to: usize| {
        move |form: &mut Vec<Piece>| {
            let piece = form.remove(2);
            form.insert(to, piece);
        }
    };
    song.ours.rework(Step::Sections, "", None, |s| rearrange(s, move_to(7))).unwrap();
    song.theirs.rework(Step::Sections, "", None, |s| rearrange(s, move_to(0))).unwrap();
    let conflict = song.only();
    assert_eq!(conflict.what, Contested::SectionPlace { section: SectionId::from("verse-2") });
    assert_eq!((&conflict.base, &conflict.ours), (&Held::Place { place: 3 }, &Held::Place { place: 8 }));
    let first = |document: &Document| document.view().unwrap().arrangement.unwrap().sections[0].id.clone();
    assert_eq!(first(&song.ours).as_str(), "verse-2");
    song.ours.resolve(&conflict, Choice::Ours).unwrap();
    assert_eq!(first(&song.ours).as_str(), "verse-0");
}

#[test]
fn two_new_takes_are_both_kept_and_the_lanes_are_one_choice() {
    let mut song = song();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut theirs = song.theirs.fork_at(&song.theirs.version(), elsewhere.path()).unwrap();
    song.ours.add_take(take("b"), &score(60), true).unwrap();
    theirs.at(30_000.0).add_take(take("c"), &score(90), true).unwrap();
    song.theirs = theirs;
    let conflict = song.only();
    assert_eq!((&conflict.what, conflict.kept), (&Contested::Lanes, Choice::Theirs));
    assert_eq!(song.ours.view().unwrap().arrangement, Some(score(90)));
    assert_eq!(song.ours.score(&TakeId::from("c")).unwrap(), score(90), "its asset came along");
    let ids: Vec<_> = song.ours.view().unwrap().takes.into_iter().map(|take| take.id.0).collect();
    assert_eq!(ids, ["c", "b", "a"]);
    song.ours.resolve(&conflict, Choice::Ours).unwrap();
    assert_eq!(song.ours.view().unwrap().arrangement, Some(score(60)));
}

#[test]
fn a_branch_goes_on_from_any_version_with_the_steps_until_then() {
    let mut song = song();
    let early: Version = song.ours.version().to_string().parse().unwrap();
    let state = content(&song.ours);
    tempo(&mut song.ours, 150.0);
    song.ours.rework(Step::Key, "", None, |score| score.key = key(2)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut branch = song.ours.fork_at(&early, folder.path()).unwrap();
    assert_eq!(content(&branch), state);
    assert_eq!(branch.next_undo().unwrap().step, Step::Lyrics);
    branch.save().unwrap();
    let mut branch = Document::open(folder.path()).unwrap().0;
    level(&mut branch, "lead", -1.0);
    assert_eq!(branch.merge(&song.ours, "").unwrap(), []);
    assert_eq!(branch.view().unwrap().arrangement, song.ours.view().unwrap().arrangement);
    let later = branch.version();
    assert!(matches!(song.ours.fork_at(&later, folder.path()), Err(Error::NoVersion(_))));
    assert!("zz".parse::<Version>().is_err());
    let copy = Document::from_bytes(&branch.to_bytes().unwrap(), folder.path()).unwrap();
    assert_eq!(content(&copy), content(&branch));
}

#[test]
fn what_does_not_belong_here_is_refused_and_changes_nothing() {
    let mut song = song();
    let folder = tempfile::tempdir().unwrap();
    let other = Document::create(folder.path(), ProjectId::from("q"), "Other").unwrap();
    let before = (content(&song.ours), song.ours.version());
    assert!(matches!(song.ours.merge(&other, ""), Err(Error::OtherProject(_))));
    let seen = song.theirs.version();
    tempo(&mut song.theirs, 150.0);
    let middle = song.theirs.version();
    tempo(&mut song.theirs, 170.0);
    let gap = song.theirs.updates_since(&middle).unwrap();
    assert!(matches!(song.ours.receive(&gap, ""), Err(Error::BadUpdates(_))));
    let mut torn = song.theirs.updates_since(&seen).unwrap();
    torn.truncate(torn.len() - 3);
    assert!(matches!(song.ours.receive(&torn, ""), Err(Error::BadUpdates(_))));
    assert_eq!((content(&song.ours), song.ours.version()), before);
    song.ours.receive(&song.theirs.updates_since(&seen).unwrap(), "").unwrap();
    assert_eq!(song.ours.view().unwrap().arrangement.unwrap().bpm, Bpm(170.0));
    assert_eq!(song.ours.merge(&song.theirs, "").unwrap(), [], "what is there already changes nothing");
}

#[test]
fn a_project_that_is_somebody_elses_folder_still_opens() {
    let song = song();
    let missing = Path::new("/nonexistent/folder");
    let copy = Document::from_bytes(&song.ours.to_bytes().unwrap(), missing).unwrap();
    assert_eq!(content(&copy), content(&song.ours));
}
