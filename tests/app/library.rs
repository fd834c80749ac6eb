//! The library through its real commands, with good and bad files.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use son1k_domain::ErrorCode;
use son1k_domain::Event;
use son1k_domain::id::{CollectionId, JobId, SoundId};
use son1k_domain::job::JobState;
use son1k_domain::library::{
    AnalysisStep, Collection, ImportPreview, ImportReport, LibraryPage, LibrarySound, LibraryStatus,
    StepState,
};
use son1k_domain::system::{DropUse, DropVerdict};
use son1k_domain::take::Peaks;
use son1k_domain::unit::{Db, Hertz, Seconds};
use son1k_support::tone;
use tempfile::tempdir;

use crate::desk::Desk;

const PATIENCE: Duration = Duration::from_secs(60);

/// Writes a sine as a 16-bit WAV file (RIFF, PCM, stereo, 44.1 kHz).
pub fn wav(path: &Path, hertz: f32, seconds: f64) {
    wav_at(path, hertz, Db(-12.0), seconds);
}

/// The same at a level.
pub fn wav_at(path: &Path, hertz: f32, level: Db, seconds: f64) {
    write_wav(path, &tone::sine(Hertz(hertz), level, Seconds(seconds)));
}

/// The same of any samples.
pub fn write_wav(path: &Path, samples: &[f32]) {
    let data: Vec<u8> =
        samples.iter().flat_map(|sample| ((sample * 32_767.0) as i16).to_le_bytes()).collect();
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + data.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    bytes.extend(44_100u32.to_le_bytes());
    bytes.extend(176_400u32.to_le_bytes());
    bytes.extend(b"\x04\0\x10\0data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    std::fs::write(path, bytes).unwrap();
}

fn reports(desk: &Desk) -> Receiver<ImportReport> {
    let (sender, reports) = channel();
    let mut events = desk.services.events.subscribe();
    tauri::async_runtime::spawn(async move {
        loop {
            match events.recv().await {
                Ok(Event::ImportFinished { report, .. }) => drop(sender.send(report)),
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                _ => {}
            }
        }
    });
    reports
}

impl Desk {
    fn find(&self, query: Value) -> LibraryPage {
        let mut query = query;
        query["limit"] = json!(100);
        self.done("search_library", json!({ "query": query }))
    }

    pub fn import(&self, paths: &[&Path], collection: Option<&CollectionId>) -> JobId {
        self.done("import_sounds", json!({ "paths": paths, "collection": collection }))
    }

    pub fn until(&self, what: &str, wanted: impl Fn(&LibraryPage) -> bool) -> LibraryPage {
        let started = Instant::now();
        loop {
            let page = self.find(json!({}));
            if wanted(&page) {
                return page;
            }
            assert!(started.elapsed() < PATIENCE, "not {what}: {page:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn is_analysed(sound: &LibrarySound) -> bool {
    AnalysisStep::ALL.iter().all(|step| sound.analysis.steps.get(*step) == StepState::Done)
}

#[test]
fn a_folder_with_good_and_bad_files_is_dropped_heard_found_rated_and_collected() {
    let folder = tempdir().unwrap();
    let music = folder.path().join("music");
    std::fs::create_dir_all(music.join("deep")).unwrap();
    wav(&music.join("noche.wav"), 997.0, 4.0);
    wav(&music.join("deep/día.wav"), 1003.0, 4.0);
    std::fs::copy(music.join("noche.wav"), music.join("deep/copy.wav")).unwrap();
    std::fs::write(music.join("bad.mp3"), b"only words").unwrap();
    std::fs::write(music.join("empty.wav"), b"").unwrap();
    let desk = Desk::open(&folder.path().join("data"));
    let reports = reports(&desk);

    let verdicts: Vec<DropVerdict> =
        desk.done("check_drop", json!({ "paths": [&music, music.join("noche.wav"), music.join("bad.mp3")] }));
    assert_eq!(verdicts[0].accepted_as, Some(DropUse::Sounds));
    assert_eq!(verdicts[1].accepted_as, Some(DropUse::Sounds));
    assert!(verdicts[2].problem.as_ref().is_some_and(|problem| !problem.hint.is_empty()), "{verdicts:?}");
    let preview: ImportPreview = desk.done("preview_import", json!({ "paths": [&music] }));
    assert_eq!((preview.sounds, preview.refused_total), (3, 2));

    let beds: CollectionId = desk.done("create_collection", json!({ "name": "Beds" }));
    let job = desk.import(&[&music], Some(&beds));
    assert_eq!(desk.wait_for(&job, |job| job.state.is_final()).state, JobState::Done);
    let report = reports.recv_timeout(PATIENCE).expect("a report");
    assert_eq!((report.added.len(), report.duplicates.len(), report.refused.len()), (2, 1, 2), "{report:?}");

    let page = desk.until("analysed", |page| page.rows.iter().all(is_analysed));
    let noche = page.rows.iter().find(|sound| sound.name == "noche.wav" || sound.name == "copy.wav").unwrap();
    assert!((noche.analysis.loudness.unwrap().integrated.unwrap().0 + 12.0).abs() < 1.0, "{noche:?}");
    let peaks: Peaks = desk.done("get_sound_peaks", json!({ "sound": noche.id, "buckets": 50 }));
    assert_eq!(peaks.max.len(), 50);
    assert_eq!(desk.find(json!({ "text": "DIA" })).total, 1);
    assert_eq!(desk.find(json!({ "text": "12lufs" })).total, 2);

    desk.done::<()>("rate_sounds", json!({ "sounds": [noche.id], "rating": 5 }));
    assert_eq!(desk.find(json!({ "filter": { "rating_min": 4 } })).rows[0].id, noche.id);
    let change = json!({ "title": "Madrugada", "year": 2024 });
    desk.done::<()>("edit_tags", json!({ "sounds": [noche.id], "change": change }));
    let found = desk.find(json!({ "text": "madr", "filter": { "collection": beds } }));
    assert_eq!((found.total, found.rows[0].tags.year), (1, Some(2024)));
    let cover: Option<String> = desk.done("get_cover", json!({ "sound": noche.id }));
    assert_eq!(cover, None);
    desk.done::<()>("remove_sounds", json!({ "sounds": [noche.id] }));
    let collections: Vec<Collection> = desk.done("list_collections", json!({}));
    assert_eq!(collections[0].sounds, 1);
    assert!(music.join("noche.wav").is_file(), "the file stays");
    desk.close();
}

#[test]
fn a_missing_file_is_shown_and_linked_again_and_wrong_requests_are_refused() {
    let folder = tempdir().unwrap();
    let song = folder.path().join("song.wav");
    wav(&song, 330.0, 1.0);
    let desk = Desk::open(&folder.path().join("data"));
    let job = desk.import(&[&song], None);
    assert_eq!(desk.wait_for(&job, |job| job.state.is_final()).state, JobState::Done);
    let id = desk.find(json!({})).rows[0].id.clone();
    desk.until("analysed", |page| page.rows.iter().all(is_analysed));

    std::fs::create_dir(folder.path().join("moved")).unwrap();
    std::fs::rename(&song, folder.path().join("moved/renamed.wav")).unwrap();
    let status: LibraryStatus = desk.done("check_library", json!({}));
    assert_eq!((status.sounds, status.missing), (1, 1));
    let missing = desk.find(json!({ "filter": { "missing_only": true } }));
    assert_eq!(missing.total, 1);
    let refused = desk.call::<Option<String>>("get_cover", json!({ "sound": id })).unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    assert!(!refused.hint.is_empty());
    let job: JobId = desk.done("relink_sounds", json!({ "folder": folder.path().join("moved") }));
    assert_eq!(desk.wait_for(&job, |job| job.state.is_final()).state, JobState::Done);
    let sound: LibrarySound = desk.done("get_sound", json!({ "sound": id }));
    assert_eq!(sound.name, "renamed.wav");
    assert!(is_analysed(&sound), "what was heard stays: {sound:?}");

    let refused = |command: &str, arguments: Value| desk.call::<Value>(command, arguments).unwrap_err().code;
    assert_eq!(refused("rate_sounds", json!({ "sounds": [id], "rating": 6 })), ErrorCode::InvalidField);
    assert_eq!(refused("import_sounds", json!({ "paths": [], "collection": null })), ErrorCode::InvalidField);
    assert_eq!(refused("create_collection", json!({ "name": " " })), ErrorCode::InvalidField);
    assert_eq!(refused("get_sound", json!({ "sound": SoundId::from("none") })), ErrorCode::NotFound);
    let nowhere = json!({ "sound": id, "path": "/nowhere.wav" });
    assert_eq!(refused("relink_sound", nowhere), ErrorCode::NotFound);
    desk.close();
}
