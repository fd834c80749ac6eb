//! Sounds made clean, taken apart and written down, through the real commands and with the real models.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use son1k_domain::cleaning::{NoteSheet, SoundsMade};
use son1k_domain::id::{JobId, SoundId};
use son1k_domain::job::JobState;
use son1k_domain::library::{LibraryPage, LibrarySound};
use son1k_domain::listening::Pulse;
use son1k_domain::unit::{Db, Hertz, Seconds};
use son1k_domain::{ErrorCode, Event};
use son1k_support::{tone, voice};
use tempfile::tempdir;

use crate::desk::Desk;
use crate::library::write_wav;

const PATIENCE: Duration = Duration::from_secs(120);

/// The room with one sound in its library, and what it tells.
struct Room {
    desk: Desk,
    sound: SoundId,
    made: Receiver<SoundsMade>,
    heard: Receiver<NoteSheet>,
}

impl Room {
    fn with(folder: &Path, samples: &[f32]) -> Self {
        let path = folder.join("toma.wav");
        write_wav(&path, samples);
        let desk = Desk::open(&folder.join("data"));
        let (made_sender, made) = channel();
        let (heard_sender, heard) = channel();
        let mut events = desk.services.events.subscribe();
        tauri::async_runtime::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(Event::SoundsMade(made)) => drop(made_sender.send(made)),
                    Ok(Event::NotesHeard(sheet)) => drop(heard_sender.send(sheet)),
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                    _ => {}
                }
            }
        });
        let import: JobId = desk.done("import_sounds", json!({ "paths": [path], "collection": null }));
        assert_eq!(desk.wait_for(&import, |job| job.state.is_final()).state, JobState::Done);
        let page: LibraryPage = desk.done("search_library", json!({ "query": { "limit": 10 } }));
        Self { sound: page.rows[0].id.clone(), desk, made, heard }
    }

    fn run(&self, command: &str, mut arguments: Value) {
        arguments["sound"] = json!(self.sound);
        let job: JobId = self.desk.done(command, arguments);
        let job = self.desk.wait_for(&job, |job| job.state.is_final());
        assert_eq!((job.state, &job.problem), (JobState::Done, &None));
    }

    fn sound(&self, id: &SoundId) -> LibrarySound {
        self.desk.done("get_sound", json!({ "sound": id }))
    }
}

#[test]
fn a_noisy_voice_is_cleaned_and_split_into_sounds_beside_it() {
    let folder = tempdir().unwrap();
    let noise = tone::noise(5, Db(-30.0), Seconds(4.0));
    let spoken = [tone::silence(Seconds(1.0)), voice::talking(Seconds(3.0))].concat();
    let noisy: Vec<f32> = spoken.iter().zip(noise).map(|(voice, noise)| voice + noise).collect();
    let room = Room::with(folder.path(), &noisy);
    room.run(
        "clean_sound",
        json!({ "cleaning": { "declick": true, "denoise": 1.0, "trim": true, "fade_out": 0.1 } }),
    );
    let made = room.made.recv_timeout(PATIENCE).expect("a clean sound");
    assert_eq!(made.source, room.sound);
    assert!(made.report.unwrap().trimmed_start.0 > 0.8, "the noise before the voice is silence now");
    let clean = room.sound(&made.made[0]);
    assert!(clean.path.contains("cleaned") && clean.name.starts_with("toma ("), "{}", clean.path);
    assert_eq!((clean.facts.rate, clean.facts.channels, clean.facts.bits), (44_100, 2, Some(24)));

    room.run("split_sound", json!({}));
    let parts = room.made.recv_timeout(PATIENCE).expect("two parts");
    assert_eq!((parts.made.len(), parts.report), (2, None));
    let durations = [&parts.made[0], &parts.made[1]].map(|id| room.sound(id).facts.duration.unwrap().0);
    assert_eq!(durations, [4.0, 4.0]);
    assert!(folder.path().join("toma.wav").is_file());
    room.desk.close();
}

#[test]
fn notes_are_heard_mended_and_written_and_what_cannot_be_is_refused() {
    let folder = tempdir().unwrap();
    let room = Room::with(folder.path(), &tone::sine(Hertz(440.0), Db(-12.0), Seconds(2.0)));
    let Room { desk, sound, .. } = &room;
    assert_eq!(desk.done::<Option<NoteSheet>>("get_notes", json!({ "sound": sound })), None);
    room.run("hear_notes", json!({}));
    let heard = room.heard.recv_timeout(PATIENCE).expect("notes");
    assert!(heard.notes.iter().any(|note| note.pitch == 69) && !heard.edited, "{heard:?}");
    let mut sheet: NoteSheet = desk.done::<Option<_>>("get_notes", json!({ "sound": sound })).unwrap();
    sheet.notes[0].pitch = 70;
    desk.done::<()>("save_notes", json!({ "sheet": sheet }));
    assert!(room.heard.recv_timeout(PATIENCE).expect("mended notes").edited);
    let path = folder.path().join("toma.mid");
    desk.done::<()>("export_notes", json!({ "sound": sound, "path": path }));
    assert!(std::fs::read(&path).unwrap().starts_with(b"MThd"));
    sheet.notes[0].velocity = 0;
    let refused = desk.call::<()>("save_notes", json!({ "sheet": sheet })).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidField);
    let refused = desk.call::<JobId>("clean_sound", json!({ "sound": sound, "cleaning": {} })).unwrap_err();
    assert_eq!(refused.code, ErrorCode::InvalidField);
    assert!(!refused.hint.is_empty());
    let refused = desk.call::<JobId>("split_sound", json!({ "sound": "nobody" })).unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotFound);
    // A held tone has no beats.
    assert_eq!(desk.done::<Option<Pulse>>("get_beats", json!({ "sound": sound })), None);
    room.desk.close();
}
