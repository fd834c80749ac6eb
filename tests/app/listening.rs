//! Listening to sounds of the library through the real commands; with an output or, where there is none, without.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use son1k_domain::id::SoundId;
use son1k_domain::job::JobState;
use son1k_domain::playback::{Playback, PlaybackState, Queue, Side};
use son1k_domain::unit::{Db, Seconds};
use son1k_domain::{ErrorCode, Event, Problem};
use tempfile::tempdir;

use crate::desk::Desk;
use crate::library::wav_at;

const PATIENCE: Duration = Duration::from_secs(20);

impl Desk {
    fn playback(&self) -> Playback {
        self.done("get_playback", json!({}))
    }

    fn queue(&self) -> Queue {
        self.playback().queue.expect("a queue")
    }

    /// Calls what begins to play; a machine without an output says so and keeps the queue.
    fn plays(&self, command: &str, arguments: Value) {
        let played = self.call::<()>(command, arguments);
        let playback = self.playback();
        match (&playback.device, played) {
            (Some(_), Ok(())) => assert_eq!(playback.state, PlaybackState::Playing, "{command}"),
            (None, Err(error)) => assert_eq!(error.code, ErrorCode::NoAudioDevice),
            other => panic!("{command}: {other:?}"),
        }
    }

    fn refused(&self, command: &str, arguments: Value) -> ErrorCode {
        let error = self.call::<()>(command, arguments).expect_err("it is refused");
        assert!(!error.message.is_empty() && !error.hint.is_empty(), "{error:?}");
        error.code
    }

    /// Takes three sounds in: two quiet ones and a loud one.
    fn three_sounds(&self, folder: &Path) -> [SoundId; 3] {
        std::fs::create_dir_all(folder).unwrap();
        wav_at(&folder.join("uno.wav"), 220.0, Db(-18.0), 4.0);
        wav_at(&folder.join("dos.wav"), 330.0, Db(-18.0), 5.0);
        wav_at(&folder.join("tres.wav"), 220.0, Db(-6.0), 4.0);
        let job = self.import(&[folder], None);
        assert_eq!(self.wait_for(&job, |job| job.state.is_final()).state, JobState::Done);
        let page = self.until("taken in", |page| page.rows.len() == 3);
        ["uno.wav", "dos.wav", "tres.wav"].map(|name| {
            page.rows.iter().find(|sound| sound.name == name).map(|sound| sound.id.clone()).expect(name)
        })
    }
}

fn events(desk: &Desk) -> Receiver<Event> {
    let (sender, events) = channel();
    let mut stream = desk.services.events.subscribe();
    tauri::async_runtime::spawn(async move {
        loop {
            match stream.recv().await {
                Ok(event) => drop(sender.send(event)),
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                Err(_) => {}
            }
        }
    });
    events
}

fn problem_about(events: &Receiver<Event>, name: &str) -> Problem {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Ok(Event::ProblemFound(problem)) = events.recv_timeout(Duration::from_millis(100))
            && problem.message.contains(name)
        {
            return problem;
        }
    }
    panic!("nothing was told about {name}");
}

#[test]
fn sounds_are_queued_heard_and_left_in_peace_by_projects() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(&folder.path().join("data"));
    let sounds = desk.three_sounds(&folder.path().join("music"));
    let told = events(&desk);

    desk.plays("play_sounds", json!({ "sounds": sounds, "start": 1 }));
    let queue = desk.queue();
    assert_eq!((queue.entries.len(), queue.current, queue.speed), (3, 1, 1.0));
    assert_eq!(
        (queue.entries[0].name.as_str(), queue.entries[0].sound.clone()),
        ("uno.wav", Some(sounds[0].clone()))
    );
    assert!((desk.playback().duration.0 - 5.0).abs() < 1e-6 && desk.playback().take.is_none());
    let is_told = told.try_iter().any(|event| match event {
        Event::PlaybackChanged(playback) => playback.queue.is_some_and(|queue| queue.current == 1),
        _ => false,
    });
    assert!(is_told);

    desk.done::<()>("pause", json!({}));
    desk.done::<()>("seek", json!({ "position": 1.5 }));
    desk.done::<()>("set_speed", json!({ "speed": 1.5 }));
    desk.done::<()>("set_crossfade", json!({ "seconds": 2.0 }));
    desk.done::<()>("set_repeat", json!({ "repeat": true }));
    desk.done::<()>("loop_selection", json!({ "selection": { "from": 1.0, "to": 60.0 } }));
    let position = desk.services.transport().unwrap().frame().position;
    assert!((position.0 - 1.5).abs() < 0.05, "{position:?}");
    let queue = desk.queue();
    assert_eq!((queue.speed, queue.crossfade, queue.repeat), (1.5, Seconds(2.0), true));
    assert!((queue.selection.unwrap().to.0 - 5.0).abs() < 1e-6, "it ends with the sound");

    desk.done::<()>("queue_sounds", json!({ "sounds": [sounds[0]] }));
    desk.done::<()>("unqueue_sound", json!({ "index": 0 }));
    let queue = desk.queue();
    assert_eq!((queue.entries.len(), queue.current), (3, 0), "the one that is heard moves up");
    desk.done::<()>("next_sound", json!({}));
    assert_eq!((desk.queue().current, desk.queue().selection), (1, None));
    desk.done::<()>("previous_sound", json!({}));
    desk.done::<()>("previous_sound", json!({}));
    assert_eq!(desk.queue().current, 2, "it repeats, so the last comes before the first");

    // Neither another project nor a song that comes to its lanes takes a paused queue away.
    let _project: Value = desk.done("new_project", json!({ "name": "Otro" }));
    assert_eq!(desk.queue().entries.len(), 3);
    desk.plays("play", json!({}));
    desk.done::<()>("scrub", json!({ "position": 2.0 }));
    desk.done::<()>("scrub", json!({ "position": null }));
    desk.done::<()>("restart_meters", json!({}));
    desk.done::<()>("stop", json!({}));
    for _ in 0..3 {
        desk.done::<()>("unqueue_sound", json!({ "index": 0 }));
    }
    assert_eq!((desk.playback().queue, desk.playback().state), (None, PlaybackState::Empty));
    desk.done::<()>("queue_sounds", json!({ "sounds": [sounds[2]] }));
    let queue = desk.queue();
    assert_eq!((queue.speed, queue.repeat), (1.5, true), "how one listens is kept");
    assert_eq!(desk.playback().state, PlaybackState::Stopped);
    desk.close();
}

#[test]
fn what_makes_no_sense_is_refused_with_what_to_do() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(&folder.path().join("data"));
    let sounds = desk.three_sounds(&folder.path().join("music"));
    assert_eq!(desk.refused("next_sound", json!({})), ErrorCode::NotFound);
    assert_eq!(desk.refused("hear_side", json!({ "side": "b" })), ErrorCode::NotFound);
    assert_eq!(desk.refused("loop_selection", json!({ "selection": null })), ErrorCode::NotFound);
    assert_eq!(desk.refused("play_sounds", json!({ "sounds": [], "start": 0 })), ErrorCode::InvalidField);
    assert_eq!(desk.refused("play_sounds", json!({ "sounds": ["nobody"], "start": 0 })), ErrorCode::NotFound);
    desk.done::<()>("queue_sounds", json!({ "sounds": sounds }));
    for (command, arguments) in [
        ("play_sounds", json!({ "sounds": sounds, "start": 3 })),
        ("play_entry", json!({ "index": 3 })),
        ("unqueue_sound", json!({ "index": 9 })),
        ("set_speed", json!({ "speed": 0.2 })),
        ("set_speed", json!({ "speed": 4.1 })),
        ("set_crossfade", json!({ "seconds": -1.0 })),
        ("set_crossfade", json!({ "seconds": 13.0 })),
        ("scrub", json!({ "position": -0.5 })),
        ("loop_selection", json!({ "selection": { "from": 1.0, "to": 1.001 } })),
        ("loop_selection", json!({ "selection": { "from": 3.0, "to": 2.0 } })),
        ("compare_sounds", json!({ "a": sounds[0], "b": sounds[0] })),
    ] {
        assert_eq!(
            desk.refused(command, arguments.clone()),
            ErrorCode::InvalidField,
            "{command} {arguments}"
        );
    }
    assert_eq!(desk.queue().entries.len(), 3, "nothing was changed");
    desk.close();
}

#[test]
fn two_sounds_are_compared_at_equal_loudness() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(&folder.path().join("data"));
    let [quiet, _, loud] = desk.three_sounds(&folder.path().join("music"));
    desk.plays("compare_sounds", json!({ "a": loud, "b": quiet }));
    let compared = desk.queue().compared.expect("two are compared");
    assert_eq!(compared.side, Side::A);
    assert!((compared.gains[0].0 + 12.0).abs() < 0.2 && compared.gains[1].0 == 0.0, "{compared:?}");
    desk.done::<()>("hear_side", json!({ "side": "b" }));
    assert_eq!(desk.queue().compared.map(|compared| compared.side), Some(Side::B));
    desk.done::<()>("stop", json!({}));
    desk.close();
}

#[test]
fn a_file_that_is_gone_is_passed_over_with_its_name() {
    let folder = tempdir().unwrap();
    let desk = Desk::open(&folder.path().join("data"));
    let music = folder.path().join("music");
    let [one, two, _] = desk.three_sounds(&music);
    std::fs::remove_file(music.join("uno.wav")).unwrap();
    let told = events(&desk);
    assert_eq!(desk.refused("play_sounds", json!({ "sounds": [one], "start": 0 })), ErrorCode::NotFound);
    desk.plays("play_sounds", json!({ "sounds": [one, two], "start": 0 }));
    if desk.playback().device.is_some() {
        assert!(!problem_about(&told, "uno.wav").hint.is_empty());
        let started = Instant::now();
        while desk.queue().current != 1 {
            assert!(started.elapsed() < PATIENCE, "{:?}", desk.queue());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    desk.close();
}
