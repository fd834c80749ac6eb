//! A batch of files brought to a loudness through the real commands.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use son1k_domain::ErrorCode;
use son1k_domain::id::JobId;
use son1k_domain::job::{Job, JobState};
use son1k_domain::mastering::{Mastering, PresetTarget};
use tempfile::tempdir;

use crate::desk::Desk;
use crate::library::wav;

/// Waits until a job stands still: it parks where it next tells how far it is, which is later on a busy machine.
fn standing(desk: &Desk, id: &JobId) -> Job {
    let (mut held, mut since) = (desk.job(id), Instant::now());
    let begun = Instant::now();
    while since.elapsed() < Duration::from_secs(3) {
        assert!(begun.elapsed() < Duration::from_secs(60), "it goes on: {held:?}");
        std::thread::sleep(Duration::from_millis(50));
        let now = desk.job(id);
        if now != held {
            (held, since) = (now, Instant::now());
        }
    }
    held
}

#[test]
fn a_batch_with_a_bad_file_is_paused_resumed_and_told_file_by_file() {
    let (folder, music) = (tempdir().unwrap(), tempdir().unwrap());
    let desk = Desk::open(folder.path());
    let path = |name: &str| music.path().join(name);
    wav(&path("one.wav"), 440.0, 20.0);
    std::fs::write(path("notes.txt"), "no sound").unwrap();
    wav(&path("two.wav"), 660.0, 60.0);
    let presets: Vec<PresetTarget> = desk.done("list_mastering_presets", json!({}));
    let streaming = presets.iter().find(|preset| preset.target.loudness.0 == -14.0).expect("streaming");
    let request = json!({
        "files": [path("one.wav"), path("notes.txt"), path("two.wav")],
        "target": streaming.target,
        "encoding": { "format": "mp3", "kbps": 192 },
        "album": false,
        "folder": path("masters"),
        "into_library": true,
    });
    let id: JobId = desk.done("master_files", json!({ "request": request }));
    desk.wait_for(&id, |job| job.state == JobState::Running && job.progress > 0.0);
    let () = desk.done("pause_job", json!({ "job": id }));
    let held = standing(&desk, &id);
    assert_eq!(held.state, JobState::Paused);
    assert!(held.progress < 1.0, "{held:?}");
    let () = desk.done("resume_job", json!({ "job": id }));
    let done = desk.wait_for(&id, |job| job.state.is_final());
    assert_eq!((done.state, done.problem), (JobState::Done, None));
    let batch: Option<Mastering> = desk.done("get_mastering", json!({ "job": id }));
    let results = batch.unwrap().results;
    assert_eq!(results.len(), 3);
    assert_eq!(results[1].problem.as_ref().unwrap().code, ErrorCode::UnsupportedFile);
    for index in [0, 2] {
        let mastered = results[index].mastered.as_ref().unwrap();
        assert!((mastered.after.integrated.unwrap().0 + 14.0).abs() <= 0.1, "{mastered:?}");
        assert!(
            mastered.after.true_peak.unwrap().0 <= -1.0 && std::path::Path::new(&mastered.path).is_file()
        );
    }
    let page: Value = desk.done("search_library", json!({ "query": { "limit": 10 } }));
    assert_eq!(page["rows"].as_array().unwrap().len(), 2, "{page}");
}

#[test]
fn a_batch_that_makes_no_sense_is_refused_in_words() {
    let (folder, music) = (tempdir().unwrap(), tempdir().unwrap());
    let desk = Desk::open(folder.path());
    let request = json!({
        "files": [],
        "target": { "loudness": -14.0, "ceiling": -1.0 },
        "encoding": { "format": "mp3", "kbps": 192 },
        "album": false,
        "folder": music.path(),
    });
    let refused = desk.call::<Value>("master_files", json!({ "request": request })).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidField);
    assert!(!refused.message.is_empty() && !refused.hint.is_empty());
    let unknown = desk.call::<Value>("pause_job", json!({ "job": "nobody" })).unwrap_err();
    assert_eq!(unknown.code, ErrorCode::NotFound);
    assert_eq!(desk.done::<Option<Mastering>>("get_mastering", json!({ "job": "nobody" })), None);
}
