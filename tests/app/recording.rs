//! Recording through its real commands. Machines that build may have no input: then the error is what is tested.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::json;
use son1k_domain::library::LibrarySound;
use son1k_domain::recording::{InputDevice, InputSettings, RecordedTake, Recorder, RecorderState};
use son1k_domain::unit::Seconds;
use son1k_domain::{ErrorCode, Event};
use tempfile::tempdir;

use crate::desk::Desk;

const PATIENCE: Duration = Duration::from_secs(60);

fn takes(desk: &Desk) -> Receiver<RecordedTake> {
    let (sender, takes) = channel();
    let mut events = desk.services.events.subscribe();
    tauri::async_runtime::spawn(async move {
        while let Ok(event) = events.recv().await {
            if let Event::TakeRecorded(take) = event {
                drop(sender.send(take));
            }
        }
    });
    takes
}

/// Writes a mono take of 48 kHz whose header tells of half of it, as a kill leaves it, and the note about it.
fn leave_a_torn_take(studio: &Path, frames: u32) {
    let path = studio.join("recordings/Take 1.wav");
    let told = frames / 2;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((72 + 3 * told).next_multiple_of(2).to_le_bytes());
    bytes.extend(b"WAVEJUNK\x1c\0\0\0");
    bytes.extend([0; 28]);
    bytes.extend(b"fmt \x10\0\0\0\x01\0\x01\0\x80\xbb\0\0\x80\x32\x02\0\x03\0\x18\0data");
    bytes.extend((3 * told).to_le_bytes());
    bytes.extend((0..frames).flat_map(|frame| [(frame % 251) as u8, (frame % 13) as u8, 7]));
    for folder in ["recordings", "data/takes"] {
        std::fs::create_dir_all(studio.join(folder)).unwrap();
    }
    let note = json!({ "path": path }).to_string();
    std::fs::write(studio.join("data/takes/0.json"), note).unwrap();
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_take_that_a_kill_left_comes_back_whole_and_is_in_the_library() {
    let folder = tempdir().unwrap();
    leave_a_torn_take(folder.path(), 48_000);
    let desk = Desk::open(folder.path());
    let takes = takes(&desk);
    let recorder: Recorder = desk.done("get_recorder", json!({}));
    assert_eq!((recorder.state, recorder.problem), (RecorderState::Closed, None));
    let take = takes.recv_timeout(PATIENCE).expect("the take");
    assert!(take.recovered, "{take:?}");
    assert_eq!(take.duration, Seconds(1.0));
    let sound: LibrarySound = desk.done("get_sound", json!({ "sound": take.sound }));
    assert_eq!(sound.path, take.path);
    desk.close();
}

#[test]
fn a_take_is_recorded_where_there_is_an_input_and_elsewhere_the_error_says_what_to_do() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let takes = takes(&desk);
    let refused = |command: &str, arguments| {
        let error = desk.call::<()>(command, arguments).unwrap_err();
        assert!(!error.hint.is_empty(), "{error:?}");
        error.code
    };
    assert_eq!(refused("record", json!({})), ErrorCode::NoAudioDevice);
    let nowhere = InputSettings { device: Some("no such input".into()), ..InputSettings::default() };
    assert_eq!(refused("open_input", json!({ "settings": nowhere })), ErrorCode::NoAudioDevice);
    assert_eq!(refused("open_input", json!({ "settings": { "channels": 9 } })), ErrorCode::InvalidField);
    let _inputs: Vec<InputDevice> = desk.done("list_input_devices", json!({}));
    match desk.call::<()>("open_input", json!({ "settings": { "channels": 1 } })) {
        Err(error) => assert!(error.code == ErrorCode::NoAudioDevice && !error.hint.is_empty(), "{error:?}"),
        Ok(()) => {
            let () = desk.done("record", json!({}));
            assert_eq!(refused("open_input", json!({ "settings": {} })), ErrorCode::Busy);
            std::thread::sleep(Duration::from_millis(500));
            let () = desk.done("stop_recording", json!({}));
            let take = takes.recv_timeout(PATIENCE).expect("the take");
            assert!(take.duration.0 > 0.0 && take.sound.is_some(), "{take:?}");
        }
    }
    let () = desk.done("close_input", json!({}));
    let recorder: Recorder = desk.done("get_recorder", json!({}));
    assert_eq!(recorder.state, RecorderState::Closed);
    desk.close();
}
