//! A take leaves the studio.

use serde_json::json;
use son1k_domain::ErrorCode;
use son1k_domain::id::JobId;
use son1k_domain::job::JobState;
use son1k_domain::unit::Lufs;
use son1k_support::loudness::assert_lufs;

use crate::desk::Desk;

fn export(desk: &Desk, format: &str, path: &std::path::Path) -> JobId {
    let take = desk.project().takes[0].id.clone();
    desk.done("export_take", json!({ "take": take, "format": format, "path": path }))
}

#[test]
fn every_format_is_written_and_as_loud_as_the_master() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    desk.song(json!({ "prompt": "rock", "duration": 15.0, "seed": 4 }));
    for (format, ending) in
        [("wav", "wav"), ("flac", "flac"), ("mp3192", "mp3"), ("mp3320", "320.mp3"), ("ogg", "ogg")]
    {
        let path = folder.path().join(format!("song.{ending}"));
        let job = export(&desk, format, &path);
        let job = desk.wait_for(&job, |job| job.state.is_final());
        assert_eq!(job.state, JobState::Done, "{job:?}");
        assert_lufs(&path, Lufs(-14.0), 0.3);
    }
}

#[test]
fn stems_and_midi_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let project = desk.song(json!({ "prompt": "trap", "duration": 12.0, "seed": 4 }));
    let (stems, midi) = (folder.path().join("stems"), folder.path().join("song.mid"));
    let jobs = [export(&desk, "stems", &stems), export(&desk, "midi", &midi)];
    for job in &jobs {
        assert_eq!(desk.wait_for(job, |job| job.state.is_final()).problem, None);
    }
    assert_eq!(std::fs::read_dir(&stems).unwrap().count(), project.mixer.len());
    assert!(std::fs::read(&midi).unwrap().starts_with(b"MThd"));
}

#[test]
fn a_folder_that_does_not_exist_fails_with_a_hint_and_the_take_stays() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    desk.song(json!({ "prompt": "jazz", "duration": 12.0, "seed": 4 }));
    let job = export(&desk, "wav", &folder.path().join("nowhere/song.wav"));
    let job = desk.wait_for(&job, |job| job.state.is_final());
    let problem = job.problem.unwrap();
    assert_eq!((job.state, problem.code), (JobState::Failed, ErrorCode::Unwritable));
    assert!(!problem.hint.is_empty());
    assert_eq!(desk.project().takes.len(), 1);
}
