//! A live voice and a dictation through their real commands. Machines that build may have no microphone: then the error is
//! what is tested.

use std::time::{Duration, Instant};

use serde_json::json;
use son1k_domain::ErrorCode;
use son1k_domain::conversion::Conversion;
use son1k_domain::live::{Dictation, DictationState, Live, LiveDelay};
use tempfile::tempdir;

use crate::desk::Desk;

const PATIENCE: Duration = Duration::from_secs(60);

fn higher() -> Conversion {
    Conversion { pitch: 3.0, ..Conversion::default() }
}

#[test]
fn a_voice_is_live_where_there_is_a_microphone_and_elsewhere_the_error_says_what_to_do() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let refused = |command: &str, arguments| {
        let error = desk.call::<()>(command, arguments).unwrap_err();
        assert!(!error.hint.is_empty(), "{error:?}");
        error.code
    };
    let nowhere = json!({ "conversion": higher(), "device": "no such input" });
    assert_eq!(refused("start_live", nowhere), ErrorCode::NoAudioDevice);
    let live: Live = desk.done("get_live", json!({}));
    assert!(!live.on && live.device.is_none());
    assert_eq!(live.problem.unwrap().code, ErrorCode::NoAudioDevice);
    let wild = Conversion { pitch: 90.0, ..Conversion::default() };
    assert_eq!(
        refused("start_live", json!({ "conversion": wild.clone(), "device": null })),
        ErrorCode::InvalidField
    );
    assert_eq!(refused("change_live", json!({ "conversion": wild })), ErrorCode::InvalidField);
    match desk.call::<()>("start_live", json!({ "conversion": higher(), "device": null })) {
        Err(error) => assert!(error.code == ErrorCode::NoAudioDevice && !error.hint.is_empty(), "{error:?}"),
        Ok(()) => {
            let live: Live = desk.done("get_live", json!({}));
            assert!(live.on && live.problem.is_none() && live.delay.0 > 0.005, "{live:?}");
            let () = desk.done("change_live", json!({ "conversion": Conversion::default() }));
            assert_eq!(desk.done::<Live>("get_live", json!({})).delay.0, 0.0);
        }
    }
    let () = desk.done("stop_live", json!({}));
    assert_eq!(desk.done::<Live>("get_live", json!({})), Live::default());
    // A slider that is moved while nothing is heard changes nothing.
    let () = desk.done("change_live", json!({ "conversion": higher() }));
    assert!(!desk.done::<Live>("get_live", json!({})).on);
    desk.close();
}

#[test]
fn every_preset_tells_what_it_takes_live() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let delays: Vec<LiveDelay> = desk.done("list_live_delays", json!({}));
    assert_eq!(delays.len(), 16);
    assert!(delays.iter().all(|row| (0.0..=0.02).contains(&row.delay.0)), "{delays:?}");
    desk.close();
}

#[test]
fn a_dictation_begins_where_there_is_a_microphone_and_ends_when_it_is_asked_to() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(folder.path());
    let nowhere = json!({ "device": "no such input", "language": null });
    let error = desk.call::<()>("start_dictation", nowhere).unwrap_err();
    assert!(error.code == ErrorCode::NoAudioDevice && !error.hint.is_empty(), "{error:?}");
    let dictation: Dictation = desk.done("get_dictation", json!({}));
    assert_eq!(dictation, Dictation::default());
    if let Ok(()) = desk.call::<()>("start_dictation", json!({ "device": null, "language": "en" })) {
        let again = desk.call::<()>("start_dictation", json!({ "device": null, "language": "en" }));
        assert_eq!(again.unwrap_err().code, ErrorCode::Busy);
        std::thread::sleep(Duration::from_secs(1));
    }
    let () = desk.done("stop_dictation", json!({}));
    let asked = Instant::now();
    while desk.done::<Dictation>("get_dictation", json!({})).state != DictationState::Off {
        assert!(asked.elapsed() < PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(50));
    }
    desk.close();
}
