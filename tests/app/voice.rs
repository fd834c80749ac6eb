//! Texts spoken, speech written down, voices changed, through the real commands and with the real models.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use son1k_domain::certificate::{Making, Verification};
use son1k_domain::cleaning::SoundsMade;
use son1k_domain::conversion::{ConversionPreset, PresetConversion};
use son1k_domain::id::{JobId, SoundId};
use son1k_domain::job::JobState;
use son1k_domain::library::LibrarySound;
use son1k_domain::playback::{Playback, PlaybackState, Side};
use son1k_domain::setting::Language;
use son1k_domain::voice::{SpeechMade, Transcript, Voice};
use son1k_domain::{ErrorCode, Event};
use tempfile::tempdir;

use crate::desk::Desk;

const PATIENCE: Duration = Duration::from_secs(120);
const TEXT: &str = "Buenas noches. Esta es la radio de la ciudad, y suena hasta el amanecer.";

/// The room, and what it tells.
struct Room {
    desk: Desk,
    spoken: Receiver<SpeechMade>,
    heard: Receiver<Transcript>,
    made: Receiver<SoundsMade>,
}

impl Room {
    fn open(folder: &Path) -> Self {
        let desk = Desk::open(&folder.join("data"));
        let ((say, spoken), (hear, heard), (make, made)) = (channel(), channel(), channel());
        let mut events = desk.services.events.subscribe();
        tauri::async_runtime::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(Event::SpeechMade(made)) => drop(say.send(made)),
                    Ok(Event::SpeechHeard(heard)) => drop(hear.send(heard)),
                    Ok(Event::SoundsMade(made)) => drop(make.send(made)),
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
                    _ => {}
                }
            }
        });
        Self { desk, spoken, heard, made }
    }

    /// Carries out a command that queues a job, to its end.
    fn run(&self, command: &str, arguments: Value) -> JobId {
        let id: JobId = self.desk.done(command, arguments);
        let job = self.desk.wait_for(&id, |job| job.state.is_final());
        assert_eq!((job.state, &job.problem), (JobState::Done, &None));
        id
    }

    fn speak(&self, request: Value) -> SpeechMade {
        let job = self.run("speak", json!({ "request": request }));
        let made = self.spoken.recv_timeout(PATIENCE).expect("a spoken sound");
        assert_eq!(made.job, job);
        made
    }

    fn sound(&self, id: &SoundId) -> LibrarySound {
        self.desk.done("get_sound", json!({ "sound": id }))
    }

    fn verify(&self, id: &SoundId) -> Verification {
        self.desk.done("verify_sound", json!({ "sound": id }))
    }

    fn playback(&self) -> Playback {
        self.desk.done("get_playback", json!({}))
    }
}

fn wish(voice: &str, text: &str) -> Value {
    json!({ "text": text, "voice": voice, "speed": 1.0, "pauses": 1.0, "loudness": -16.0 })
}

#[test]
fn a_text_becomes_a_sound_that_is_written_down_changed_and_mended() {
    let folder = tempdir().unwrap();
    let room = Room::open(folder.path());
    let voices: Vec<Voice> = room.desk.done("list_voices", json!({}));
    assert!(voices.len() == 32 && voices.iter().all(|voice| voice.ready));

    let spoken = room.speak(wish("em_alex", TEXT));
    let sound = room.sound(&spoken.sound);
    assert!(sound.name.starts_with("Buenas noches. Esta es la radio"), "{}", sound.name);
    assert!(sound.tags.comment.contains("synthetic speech"), "{:?}", sound.tags);
    let marks = room.verify(&spoken.sound);
    assert_eq!(marks.agree, Some(true), "{marks:?}");
    let certificate = marks.certificate.unwrap();
    assert_eq!((certificate.making, certificate.voice.as_str()), (Making::Spoken, "em_alex"));
    let said: Vec<&str> = spoken.phrases.iter().map(|phrase| phrase.text.trim()).collect();
    assert_eq!(said.join(" "), TEXT);

    let id = &spoken.sound;
    assert_eq!(room.desk.done::<Option<Transcript>>("get_transcript", json!({ "sound": id })), None);
    room.run("hear_speech", json!({ "sound": id, "language": null }));
    let mut heard = room.heard.recv_timeout(PATIENCE).expect("a transcript");
    assert_eq!((heard.language, heard.edited), (Some(Language::Es), false));
    let text = heard.lines.iter().map(|line| line.text.to_lowercase()).collect::<String>();
    assert!(text.contains("radio") && text.contains("ciudad"), "{text}");
    heard.lines[0].text = "¡Buenas noches!".into();
    room.desk.done::<()>("set_transcript", json!({ "transcript": heard }));
    assert!(room.heard.recv_timeout(PATIENCE).expect("the mended transcript").edited);
    let srt = folder.path().join("radio.srt");
    room.desk.done::<()>("export_transcript", json!({ "sound": id, "format": "srt", "path": srt }));
    assert!(std::fs::read_to_string(&srt).unwrap().contains("¡Buenas noches!"));

    let presets: Vec<PresetConversion> = room.desk.done("list_presets", json!({}));
    assert_eq!(presets.len(), ConversionPreset::ALL.len());
    let deeper = &presets[0].conversion;
    room.run("modulate_sound", json!({ "sound": id, "conversion": deeper }));
    let made = room.made.recv_timeout(PATIENCE).expect("a changed sound");
    let changed = room.sound(&made.made[0]);
    assert_eq!(made.source, *id);
    assert!((changed.facts.duration.unwrap().0 - sound.facts.duration.unwrap().0).abs() < 0.05);
    assert!(Path::new(&sound.path).is_file() && sound.path != changed.path);
    let marks = room.verify(&changed.id);
    assert!(marks.agree != Some(false) && marks.mark.is_some(), "{marks:?}");
    assert_eq!(marks.certificate.unwrap().making, Making::Changed);
    room.desk.close();
}

#[test]
fn a_voice_is_heard_at_once_and_a_change_beside_what_it_was() {
    let folder = tempdir().unwrap();
    let room = Room::open(folder.path());
    let spoken = room.speak(wish("ef_dora", TEXT));
    let previewed = room.desk.call::<()>("preview_voice", json!({ "request": wish("ef_dora", TEXT) }));
    let playback = room.playback();
    match (&playback.device, previewed) {
        (Some(_), Ok(())) => assert_eq!(playback.state, PlaybackState::Playing),
        (None, Err(error)) => assert_eq!(error.code, ErrorCode::NoAudioDevice),
        other => panic!("{other:?}"),
    }
    let queue = playback.queue.expect("the sentences");
    assert!(queue.entries.iter().all(|entry| entry.sound.is_none()), "{queue:?}");
    assert!(queue.entries[0].name.starts_with("Buenas noches"), "{queue:?}");
    room.desk.done::<()>("stop", json!({}));

    let change = json!({ "sound": spoken.sound, "conversion": { "pitch": 4.0 } });
    let tried = room.desk.call::<()>("preview_modulation", change);
    assert!(tried.is_ok() || room.playback().device.is_none(), "{tried:?}");
    let queue = room.playback().queue.expect("both sides");
    assert_eq!(queue.compared.map(|compared| compared.side), Some(Side::B));
    assert_eq!(queue.entries.len(), 2);
    room.desk.close();
}

#[test]
fn what_cannot_be_spoken_written_down_or_changed_is_refused_with_a_way_out() {
    let folder = tempdir().unwrap();
    let room = Room::open(folder.path());
    let refused = |command: &str, arguments: Value| {
        let error = room.desk.call::<Value>(command, arguments).expect_err("it is refused");
        assert!(!error.message.is_empty() && !error.hint.is_empty(), "{error:?}");
        error.code
    };
    for command in ["speak", "preview_voice"] {
        let say = |request: Value| refused(command, json!({ "request": request }));
        assert_eq!(say(wish("em_alex", "")), ErrorCode::EmptyPrompt);
        assert_eq!(say(wish("em_alex", "🎸🎺")), ErrorCode::EmptyPrompt);
        assert_eq!(say(wish("em_alex", &"a".repeat(50_001))), ErrorCode::PromptTooLong);
        assert_eq!(say(wish("nobody", TEXT)), ErrorCode::InvalidField);
        let mut fast = wish("em_alex", TEXT);
        fast["speed"] = json!(9.0);
        assert_eq!(say(fast), ErrorCode::InvalidField);
    }
    let nobody = json!({ "sound": "nobody", "language": null });
    assert_eq!(refused("hear_speech", nobody.clone()), ErrorCode::NotFound);
    assert_eq!(refused("get_transcript", nobody), ErrorCode::NotFound);
    for command in ["modulate_sound", "preview_modulation"] {
        let higher = json!({ "sound": "nobody", "conversion": { "pitch": 1.0 } });
        assert_eq!(refused(command, higher), ErrorCode::NotFound);
        let nothing = json!({ "sound": "nobody", "conversion": {} });
        assert_eq!(refused(command, nothing), ErrorCode::InvalidField);
    }
    room.desk.close();
}
