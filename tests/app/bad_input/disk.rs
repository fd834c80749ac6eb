//! The disk is full: a small one where it can be mounted, and a limit on file sizes everywhere.

use std::path::Path;
use std::process::Command;

use serde_json::json;
use son1k_domain::ErrorCode::DiskFull;
use son1k_domain::job::{Job, JobState};
use son1k_support::room::Room;

use super::{ENGLISH, SPANISH, Said, Son1k, files};
use crate::desk::Desk;

/// Holds two short songs with their stems.
const DISK: u64 = 96 << 20;
/// Enough for the database, not for a track of a song.
const SCARCE: u64 = 3 << 20;

const WORDS: [(&str, [&str; 2]); 2] = [
    (ENGLISH, ["The disk is full", "Free some space"]),
    (SPANISH, ["El disco está lleno", "Libera espacio"]),
];

/// Runs in both languages and fails unless the full disk is told with a way out.
#[track_caller]
fn assert_told(son1k: &Son1k, arguments: &[&str]) {
    for (locale, [message, hint]) in WORDS {
        let problem = son1k.speaking(locale).run(arguments).refusal(DiskFull);
        assert!(problem.message.contains(message) && problem.hint.contains(hint), "{problem:?}");
    }
}

#[test]
fn a_song_that_does_not_fit_is_told_leaves_nothing_behind_and_costs_no_other_song() {
    let folder = tempfile::tempdir().unwrap();
    for room in Room::every_kind(folder.path(), DISK) {
        let son1k = Son1k::new(&room.folder().join("data")).inside(&room);
        let (out, other) = (room.folder().join("song.wav"), room.folder().join("other.wav"));
        son1k.song(&out);
        let before = files(&room.seen(room.folder()));
        room.fill(SCARCE);
        let other = other.display().to_string();
        let wish =
            ["generate", "--prompt", "trap", "--duration", "10", "--seed", "2", "--json", "--out", &other];
        assert_told(&son1k, &wish);
        assert_eq!(files(&room.seen(room.folder())), before);
        let examined = son1k.run(&["doctor", "--json"]).json();
        let database = &examined["checks"][1];
        assert_eq!(
            (&database["id"], &database["state"]),
            (&json!("database"), &json!("works")),
            "{database}"
        );
        room.empty();
        son1k.assert_song_is_kept(&out);
        assert_eq!(son1k.run(&wish).code, Some(0));
    }
}

#[test]
fn a_file_that_does_not_fit_is_told_and_leaves_no_piece_in_any_format() {
    let folder = tempfile::tempdir().unwrap();
    for room in Room::every_kind(folder.path(), 2 << 20) {
        let son1k = Son1k::new(&folder.path().join("data")).inside(&room);
        let out = folder.path().join("song.wav");
        son1k.song(&out);
        room.fill(128 << 10);
        let before = files(&room.seen(room.folder()));
        for name in ["song.wav", "song.flac", "song.mp3", "song.ogg"] {
            let target = room.folder().join(name).display().to_string();
            assert_told(&son1k, &[&super::SONG[..], &["--json", "--out", &target]].concat());
        }
        assert_eq!(files(&room.seen(room.folder())), before);
        room.empty();
        son1k.assert_song_is_kept(&out);
    }
}

#[test]
fn stems_that_do_not_fit_are_told_and_the_song_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let room = Room::every_kind(folder.path(), 1 << 20).into_iter().next().expect("one kind");
    let son1k = Son1k::new(&folder.path().join("data")).inside(&room);
    let out = folder.path().join("song.ogg");
    let (file, stems) = (out.display().to_string(), room.folder().join("stems").display().to_string());
    room.fill(512 << 10);
    assert_told(&son1k, &[&super::SONG[..], &["--json", "--out", &file, "--stems", &stems]].concat());
    assert!(files(&room.seen(room.folder())).is_empty());
}

#[test]
fn a_disk_without_any_room_is_told_at_once_and_the_database_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    for room in Room::every_kind(folder.path(), DISK) {
        let son1k = Son1k::new(&room.folder().join("data")).inside(&room);
        let out = room.folder().join("song.wav");
        son1k.song(&out);
        assert_eq!(son1k.run(&["models", "list"]).code, Some(0));
        room.fill(8 << 10);
        assert_told(&son1k, &["models", "list", "--json"]);
        room.empty();
        son1k.assert_song_is_kept(&out);
    }
}

const STEP: &str = "SON1K_FULL_STUDIO_STEP";
const FOLDER: &str = "SON1K_FULL_STUDIO_FOLDER";

/// Not a test of its own: the studio of the test below, in a process that can be put on a disk and be limited.
#[test]
#[ignore = "a child process of the test below, which starts it on a small disk"]
fn the_studio_takes_the_step_that_it_is_started_for() {
    let (Ok(step), Ok(folder)) = (std::env::var(STEP), std::env::var(FOLDER)) else { return };
    let desk = Desk::open(Path::new(&folder));
    match step.as_str() {
        "first" => drop(desk.song(json!({ "prompt": "pop", "duration": 10.0, "seed": 1 }))),
        "full" => make_no_song(&desk),
        _ => make_the_failed_song(&desk),
    }
    desk.close();
}

fn make_no_song(desk: &Desk) {
    let job = desk.generate(json!({ "prompt": "pop", "duration": 10.0, "seed": 2 }));
    let job = desk.wait_for(&job, |job| job.state.is_final());
    let problem = job.problem.clone().expect("a problem");
    assert_eq!((job.state, problem.code), (JobState::Failed, DiskFull), "{job:?}");
    assert!(problem.message.contains("The disk is full") && !problem.hint.is_empty(), "{problem:?}");
    assert_eq!(desk.project().takes.len(), 1);
}

fn make_the_failed_song(desk: &Desk) {
    assert_eq!(desk.project().takes.len(), 1);
    let jobs: Vec<Job> = desk.done("list_jobs", json!({}));
    let failed = jobs.iter().find(|job| job.state == JobState::Failed).expect("the job is listed");
    let () = desk.done("retry_job", json!({ "job": failed.id }));
    let again = desk.wait_for(&failed.id, |job| job.state.is_final());
    assert_eq!((again.state, desk.project().takes.len()), (JobState::Done, 2), "{again:?}");
}

/// Takes a step in a process of its own, whose tests say whether it went well.
#[track_caller]
fn take(room: &Room, step: &str) {
    let mut studio = Command::new(std::env::current_exe().expect("the tests"));
    let name = "bad_input::disk::the_studio_takes_the_step_that_it_is_started_for";
    studio.args(["--exact", name, "--ignored", "--nocapture"]);
    studio.env(STEP, step).env(FOLDER, room.folder().join("studio")).env("LC_ALL", ENGLISH);
    let said = Said::by(room.within(&studio));
    assert!(said.code == Some(0) && said.out.contains("1 passed"), "{step}: {said:?}");
}

#[test]
fn a_job_on_a_full_disk_fails_with_a_hint_and_is_done_when_there_is_room_again() {
    let folder = tempfile::tempdir().unwrap();
    for room in Room::every_kind(folder.path(), DISK) {
        take(&room, "first");
        let cache = room.seen(&room.folder().join("studio/cache"));
        let before = files(&cache);
        room.fill(SCARCE);
        take(&room, "full");
        assert_eq!(files(&cache), before);
        room.empty();
        take(&room, "again");
    }
}
