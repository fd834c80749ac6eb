//! The open project: takes, mixer, history, and what survives.

use serde_json::{Value, json};
use son1k_domain::ErrorCode;
use son1k_domain::project::{ProjectInfo, Step};

use crate::desk::Desk;

fn song() -> Value {
    json!({ "prompt": "pop alegre", "duration": 12.0, "seed": 8 })
}

#[test]
fn a_deleted_take_comes_back_with_undo() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let before = desk.song(song());
    let take = before.takes[0].id.clone();
    let () = desk.done("delete_take", json!({ "take": take }));
    let without = desk.project();
    assert!(without.takes.is_empty());
    assert_eq!(without.undo.unwrap().step, Step::DeleteTake);
    assert!(desk.done::<bool>("undo", json!({})));
    assert_eq!(desk.project().takes, before.takes);
    assert!(desk.done::<bool>("redo", json!({})));
    assert!(desk.project().takes.is_empty());
}

#[test]
fn one_drag_of_a_fader_is_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let before = desk.song(song());
    let track = before.mixer[0].track.clone();
    for level in [-1.0, -2.0, -3.5] {
        let change = json!({ "kind": "level", "value": level });
        let () = desk.done("set_strip", json!({ "track": track, "change": change, "gesture": 1 }));
    }
    assert_eq!(desk.project().mixer[0].level.0, -3.5);
    assert!(desk.done::<bool>("undo", json!({})));
    assert_eq!(desk.project().mixer, before.mixer);
}

#[test]
fn a_level_that_no_fader_has_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let project = desk.song(song());
    let change = json!({ "kind": "level", "value": 900.0 });
    let arguments = json!({ "track": project.mixer[0].track, "change": change, "gesture": 1 });
    assert_eq!(desk.call::<()>("set_strip", arguments).unwrap_err().code, ErrorCode::InvalidField);
    assert_eq!(desk.project(), project);
}

#[test]
fn takes_mixer_and_lyrics_are_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let track = desk.song(song()).mixer[1].track.clone();
    let () = desk.done(
        "set_strip",
        json!({ "track": track, "change": { "kind": "mute", "value": true }, "gesture": 1 }),
    );
    let () = desk.done("set_lyrics", json!({ "text": "vuelve" }));
    let before = desk.project();
    desk.close();
    let after = Desk::open(folder.path()).project();
    assert_eq!((after.takes, after.mixer, after.lyrics), (before.takes, before.mixer, before.lyrics));
    assert_eq!(after.arrangement, before.arrangement);
}

#[test]
fn a_damaged_project_is_passed_over_told_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let damaged = desk.project().folder;
    desk.close();
    for file in ["project.son1k", "project.son1k.bak"] {
        let path = std::path::Path::new(&damaged).join(file);
        if path.exists() {
            std::fs::write(&path, b"not a project").unwrap();
        }
    }
    let desk = Desk::open(folder.path());
    assert_ne!(desk.project().folder, damaged);
    assert_eq!(desk.services.welcome().notices[0].problem.code, ErrorCode::ProjectCorrupt);
    assert_eq!(
        std::fs::read(std::path::Path::new(&damaged).join("project.son1k")).unwrap(),
        b"not a project"
    );
}

#[test]
fn projects_are_made_listed_renamed_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let first = desk.project().id;
    let _second: String = desk.done("new_project", json!({ "name": "Segunda" }));
    let () = desk.done("rename_project", json!({ "name": "Segunda canción" }));
    assert_eq!(desk.project().name, "Segunda canción");
    let () = desk.done("open_project", json!({ "project": first }));
    assert_eq!(desk.project().id, first);
    assert_eq!(desk.done::<Vec<ProjectInfo>>("list_projects", json!({})).len(), 2);
}

#[test]
fn a_song_ordered_for_one_project_does_not_land_in_another() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let first = desk.project().id;
    let job = desk.generate(song());
    let _second: String = desk.done("new_project", json!({ "name": "Other" }));
    desk.wait_for(&job, |job| job.state.is_final());
    assert!(desk.project().takes.is_empty());
    let () = desk.done("open_project", json!({ "project": first }));
    assert_eq!(desk.project().takes.len(), 1);
}
