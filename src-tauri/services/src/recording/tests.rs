//! The recorder without an input: what a kill left, what becomes of finished takes, and what is refused.

use std::path::Path;
use std::time::Instant;

use son1k_audio::recorder::Cut;
use son1k_domain::ErrorCode;
use son1k_domain::library::SoundState;
use son1k_domain::unit::{Bpm, Seconds};
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;

use super::*;
use crate::Options;

/// A folder for a studio.
struct Room(TempDir);

impl Room {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("recordings")).unwrap();
        Self(folder)
    }

    async fn open(&self) -> Arc<Services> {
        let data_dir = Some(self.0.path().to_owned());
        let models = Some(self.0.path().join("models"));
        Services::open(Options { data_dir, models, queue: true, sound: true, ..Options::default() })
            .await
            .unwrap()
    }

    fn take(&self, name: &str) -> PathBuf {
        self.0.path().join("recordings").join(name)
    }

    fn journal(&self) -> Journal {
        Journal::in_folder(self.0.path().join("data").join(JOURNAL))
    }
}

/// Writes a mono take of 48 kHz with so many frames, whose header tells of fewer, as a kill leaves it.
fn torn(path: &Path, frames: u32, told: u32) {
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((72 + 3 * told).next_multiple_of(2).to_le_bytes());
    bytes.extend(b"WAVEJUNK\x1c\0\0\0");
    bytes.extend([0; 28]);
    bytes.extend(b"fmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(48_000u32.to_le_bytes());
    bytes.extend(144_000u32.to_le_bytes());
    bytes.extend(b"\x03\0\x18\0data");
    bytes.extend((3 * told).to_le_bytes());
    bytes.extend((0..frames).flat_map(|frame| [(frame % 251) as u8, (frame % 13) as u8, 7]));
    std::fs::write(path, bytes).unwrap();
}

async fn recorded(events: &mut Receiver<Event>) -> RecordedTake {
    loop {
        let event = tokio::time::timeout(Duration::from_secs(30), events.recv()).await;
        if let Event::TakeRecorded(take) = event.expect("nothing was told").unwrap() {
            return take;
        }
    }
}

async fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "not {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_take_that_a_kill_left_is_made_whole_taken_in_and_told_to_the_first_who_asks() {
    let room = Room::new();
    let path = room.take("Toma 1.wav");
    torn(&path, 96_001, 90_000);
    room.journal().begin(&path).unwrap();
    let services = room.open().await;
    eventually("recovered", || room.journal().entries().is_empty()).await;
    let mut events = services.events.subscribe();
    let deck = services.deck().unwrap();
    eventually("kept for later", || deck.with(|now| now.untold.len() == 1)).await;
    let recorder = services.recorder().unwrap();
    assert_eq!((recorder.state, recorder.path, recorder.problem), (RecorderState::Closed, None, None));
    let take = recorded(&mut events).await;
    assert!(take.recovered && take.problem.is_none(), "{take:?}");
    assert_eq!(take.duration, Seconds(96_001.0 / 48_000.0));
    let sound = services.library.sound(&take.sound.unwrap()).await.unwrap();
    assert_eq!((sound.path.as_str(), sound.state), (path.to_str().unwrap(), SoundState::Present));
    services.recorder().unwrap();
    services.close(Duration::from_secs(5)).await;
    assert!(events.try_recv().is_err() || deck.with(|now| now.untold.is_empty()), "it is told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_of_takes_that_never_were_go_and_nothing_else_is_touched() {
    let room = Room::new();
    let (begun, words) = (room.take("Take 1.wav"), room.take("Take 2.wav"));
    torn(&begun, 0, 0);
    std::fs::write(&words, "somebody put these words here").unwrap();
    for path in [&begun, &words, &room.take("Take 3.wav")] {
        room.journal().begin(path).unwrap();
    }
    let unplugged = room.0.path().join("unplugged/Take 4.wav");
    let waiting = room.journal().begin(&unplugged).unwrap();
    let services = room.open().await;
    eventually("looked after", || room.journal().entries().len() == 1).await;
    assert_eq!(room.journal().entries(), [waiting], "its disk may come back");
    assert!(!begun.exists() && words.exists());
    assert_eq!(services.library.status().await.unwrap().sounds, 0);
    services.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_take_is_taken_in_and_told_with_what_cut_it_short() {
    let room = Room::new();
    let services = room.open().await;
    let (deck, mut events) = (services.deck().unwrap(), services.events.subscribe());
    let file = |name: &str, lost: f64| {
        let path = room.take(name);
        torn(&path, 4_800, 4_800);
        TakeFile { path, duration: Seconds(0.1), lost: Seconds(lost), stumbles: 0 }
    };
    let entry = deck.journal.begin(&room.take("Take 1.wav")).unwrap();
    deck.end(Some(file("Take 1.wav", 0.0)), Some(entry), None).await;
    let take = recorded(&mut events).await;
    assert!(!take.recovered && take.sound.is_some() && take.problem.is_none(), "{take:?}");
    assert_eq!(deck.journal.entries(), []);

    let cut = Some(Trouble::of_cut(Cut::Full));
    deck.end(Some(file("Take 2.wav", 0.5)), None, cut).await;
    let problem = recorded(&mut events).await.problem.unwrap();
    assert_eq!(problem.code, ErrorCode::DiskFull);
    deck.end(Some(file("Take 3.wav", 0.5)), None, None).await;
    let problem = recorded(&mut events).await.problem.unwrap();
    assert!(problem.message.contains("0.5 s") || problem.message.contains("0,5 s"), "{problem:?}");

    let mut words = file("Take 4.wav", 0.0);
    words.path = room.take("Take 5.wav");
    std::fs::write(&words.path, "no sound").unwrap();
    deck.end(Some(words), None, None).await;
    let take = recorded(&mut events).await;
    assert_eq!((take.sound, take.problem.unwrap().code), (None, ErrorCode::UnsupportedFile));
    services.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_take_off_is_shown_and_told() {
    let room = Room::new();
    let services = room.open().await;
    let (deck, mut events) = (services.deck().unwrap(), services.events.subscribe());
    let path = room.take("Take 1.wav");
    torn(&path, 9_600, 9_600);
    deck.with(|now| now.take = Some(deck.journal.begin(&path).unwrap()));
    assert_eq!(services.recorder().unwrap().path.as_deref(), path.to_str());
    let take = TakeFile { path, duration: Seconds(0.2), lost: Seconds(0.0), stumbles: 2 };
    deck.changed(RecorderEvent::BrokenOff { take: Some(take), cut: Cut::Lost("unplugged".into()) });
    let recorder = services.recorder().unwrap();
    assert_eq!(recorder.path, None);
    assert_eq!(recorder.problem.unwrap().code, ErrorCode::AudioDeviceLost);
    let take = recorded(&mut events).await;
    assert_eq!(take.problem.unwrap().code, ErrorCode::AudioDeviceLost);
    eventually("crossed off", || deck.journal.entries().is_empty()).await;
    services.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_input_nothing_is_recorded_and_each_refusal_has_a_hint() {
    let room = Room::new();
    let services = room.open().await;
    let refused = async |settings: InputSettings| {
        let error = services.open_input(settings).await.unwrap_err();
        let problem = error.describe(son1k_domain::setting::Language::Es);
        assert!(!problem.hint.is_empty(), "{problem:?}");
        problem.code
    };
    let nowhere = || InputSettings { device: Some("no such input".into()), ..InputSettings::default() };
    assert_eq!(refused(nowhere()).await, ErrorCode::NoAudioDevice);
    let recorder = services.recorder().unwrap();
    assert_eq!((recorder.state, recorder.device, recorder.rate), (RecorderState::Closed, None, 0));
    assert_eq!(recorder.problem.unwrap().code, ErrorCode::NoAudioDevice);
    for channels in [0, 9] {
        assert_eq!(refused(InputSettings { channels, ..nowhere() }).await, ErrorCode::InvalidField);
    }
    assert_eq!(refused(InputSettings { count_in_beats: 17, ..nowhere() }).await, ErrorCode::InvalidField);
    for bpm in [0.0, 301.0, f32::NAN] {
        assert_eq!(refused(InputSettings { bpm: Bpm(bpm), ..nowhere() }).await, ErrorCode::InvalidField);
    }
    let error = services.record().await.unwrap_err();
    assert!(matches!(error, Error::Recording(Trouble::Closed)), "{error:?}");
    services.stop_recording().await.unwrap();
    services.set_monitor(true).await.unwrap();
    assert!(services.recorder().unwrap().settings.monitor);
    services.close_input().await.unwrap();
    assert_eq!(std::fs::read_dir(room.0.path().join("recordings")).unwrap().count(), 0);
    services.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_headless_program_has_no_recorder() {
    let room = Room::new();
    room.journal().begin(&room.take("Take 1.wav")).unwrap();
    let data_dir = Some(room.0.path().to_owned());
    let options = Options { data_dir, queue: true, ..Options::default() };
    let services = Services::open(options).await.unwrap();
    assert!(matches!(services.recorder(), Err(Error::Recording(Trouble::NoInput(_)))));
    assert_eq!(room.journal().entries().len(), 1, "the window looks after it");
    services.close(Duration::from_secs(5)).await;
}
