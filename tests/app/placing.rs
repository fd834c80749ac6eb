//! A voice in a song: a sound of the library on a track of its own, through the real commands.

use std::path::Path;

use serde_json::json;
use son1k_domain::ErrorCode;
use son1k_domain::id::{JobId, SoundId};
use son1k_domain::job::JobState;
use son1k_domain::library::LibrarySound;
use son1k_domain::project::Project;
use son1k_domain::score::{Role, Score, Sound};
use son1k_support::clone;

use crate::desk::Desk;

/// Takes the recording of somebody who speaks into the library.
fn voice(desk: &Desk) -> LibrarySound {
    let file = clone::root().join("tests/fixtures/speech/spanish.wav");
    desk.import(&[&file], None);
    let heard = |sound: &LibrarySound| sound.analysis.loudness.is_some();
    let page = desk.until("measured", |page| page.total == 1 && page.rows.iter().all(heard));
    page.rows.into_iter().next().expect("the recording is in the library")
}

fn put(desk: &Desk, sound: &SoundId, at: f64) -> Project {
    let job: JobId = desk.done("put_on_track", json!({ "sound": sound, "at": at }));
    let job = desk.wait_for(&job, |job| job.state.is_final());
    assert_eq!((job.state, &job.problem), (JobState::Done, &None));
    desk.project()
}

fn vocals(score: &Score) -> Vec<&str> {
    score.tracks.iter().filter(|track| track.role == Role::Vocal).map(|track| track.id.as_str()).collect()
}

#[test]
fn a_voice_is_put_into_a_song_beside_the_take_that_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let before = desk.song(json!({ "prompt": "lofi con piano, 80 bpm", "duration": 12.0, "seed": 3 }));
    let sound = voice(&desk);
    let bass = before.arrangement.as_ref().unwrap().tracks[0].id.clone();
    let mute = json!({ "kind": "mute", "value": true });
    desk.done::<()>("set_strip", json!({ "track": bass, "change": mute, "gesture": 1 }));

    let after = put(&desk, &sound.id, 2.0);
    let (song, with_voice) = (&before.takes[0], &after.takes[0]);
    assert_eq!((after.takes.len(), after.current.as_ref()), (2, Some(&with_voice.id)));
    assert!(with_voice.title.starts_with(&song.title) && with_voice.title.len() > song.title.len());
    assert!(with_voice.audio != song.audio && (with_voice.measured.loudness.0 + 14.0).abs() <= 0.2);
    let score = after.arrangement.as_ref().unwrap();
    assert_eq!(vocals(score), ["voice"]);
    let track = score.tracks.last().unwrap();
    let length = sound.facts.duration.unwrap().0;
    let [note] = track.notes[..] else { panic!("{:?}", track.notes) };
    assert!((note.start.seconds(score.bpm).0 - 2.0).abs() < 0.01);
    let end = (2.0 + length).min(score.length.seconds(score.bpm).0);
    assert!(((note.start.0 + note.length.0) as f64 - (end * f64::from(score.bpm.0) * 8.0)).abs() < 10.0);
    let Sound::Recording { recording } = &track.sound else { panic!("{:?}", track.sound) };
    let kept = Path::new(&after.folder).join("assets").join(&recording.0[..2]).join(&recording.0);
    assert_eq!(std::fs::read(kept).unwrap(), std::fs::read(&sound.path).unwrap());
    assert!(after.mixer.iter().any(|strip| strip.track == bass && strip.mute), "the mixer stays as it was");

    // A second one gets a track of its own, and the stems of all of them leave the studio.
    let twice = put(&desk, &sound.id, 0.0);
    assert_eq!(vocals(twice.arrangement.as_ref().unwrap()), ["voice", "voice-2"]);
    let stems = folder.path().join("stems");
    let export = json!({ "take": twice.current, "format": "stems", "path": stems });
    let job: JobId = desk.done("export_take", export);
    assert_eq!(desk.wait_for(&job, |job| job.state.is_final()).state, JobState::Done);
    let files = std::fs::read_dir(&stems).unwrap().map(|file| file.unwrap().file_name());
    let voices = files.filter(|name| name.to_string_lossy().contains("spanish")).count();
    assert_eq!(voices, 2);
}

#[test]
fn what_cannot_be_put_into_a_song_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let sound = voice(&desk);
    let refused = |sound: &SoundId, at: f64| {
        desk.call::<JobId>("put_on_track", json!({ "sound": sound, "at": at })).unwrap_err().code
    };
    assert_eq!(refused(&sound.id, 0.0), ErrorCode::NotFound, "there is no song yet");
    desk.song(json!({ "prompt": "house", "duration": 12.0, "seed": 5 }));
    assert_eq!(refused(&sound.id, 600.0), ErrorCode::InvalidField);
    assert_eq!(refused(&sound.id, -1.0), ErrorCode::InvalidField);
    assert_eq!(refused(&"no-such".into(), 0.0), ErrorCode::NotFound);
}
