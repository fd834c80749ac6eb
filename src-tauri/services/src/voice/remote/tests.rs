//! Voices of a service that speaks as ElevenLabs does, with its bad days; the keychain is keyring's own mock.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use son1k_domain::ErrorCode;
use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::job::{Job, JobState};
use son1k_domain::unit::{Lufs, Seconds};
use son1k_domain::voice::VoiceSettings;
use son1k_sound::{Progress, SongTags};
use son1k_support::elevenlabs::{Fate, KEY, LIMIT, MATEO, RACHEL, Speaker, USED};
use son1k_support::tone;
use tempfile::TempDir;

use super::*;
use crate::Options;
use crate::voice::Spoken;

const WAV: Encoding = Encoding::Wav { depth: Depth::Int24 };
const PATIENCE: Duration = Duration::from_secs(60);

static NOBODY_CANCELS: AtomicBool = AtomicBool::new(false);

fn quiet() -> Progress<'static> {
    Progress { report: &|_| (), cancelled: &NOBODY_CANCELS }
}

struct Desk {
    folder: TempDir,
    speaker: Speaker,
    services: Arc<Services>,
}

impl Desk {
    async fn new() -> Self {
        keychain::use_mock();
        let (folder, speaker) = (tempfile::tempdir().unwrap(), Speaker::open().unwrap());
        let services = open(&folder, speaker.address()).await;
        Self { folder, speaker, services }
    }

    /// One with a key.
    async fn at_work() -> Self {
        let desk = Self::new().await;
        desk.services.set_remote_key(KEY).await.unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn speak(&self, request: &SpeechRequest) -> Result<Spoken> {
        let out = self.path("said.wav");
        tokio::task::block_in_place(|| self.services.speak_to_file(request, &out, WAV, &quiet()))
    }

    async fn cost(&self, request: &SpeechRequest) -> u32 {
        self.services.speech_cost(request).await.unwrap().characters
    }

    fn remote_voices(&self) -> Vec<Voice> {
        self.services.list_voices().into_iter().filter(|voice| voice.id.remote().is_some()).collect()
    }
}

async fn open(folder: &TempDir, address: &str) -> Arc<Services> {
    let options = Options {
        data_dir: Some(folder.path().join("data")),
        models: Some(folder.path().join("models")),
        queue: true,
        elevenlabs: Some(address.to_owned()),
        ..Options::default()
    };
    Services::open(options).await.unwrap()
}

fn request(text: &str) -> SpeechRequest {
    SpeechRequest {
        text: text.into(),
        voice: VoiceId::of_remote(RACHEL),
        settings: VoiceSettings::default(),
        speed: 1.0,
        pauses: 1.0,
        loudness: None,
        dictionary: Vec::new(),
    }
}

/// Returns a text of three pieces, and its characters as they are billed.
fn three_pieces() -> (SpeechRequest, Vec<usize>) {
    let text: String =
        (0..36).map(|n| format!("Sentence number {n} is about as long as people speak. ")).collect();
    let pieces = pieces::pieces(&text, &[]);
    assert_eq!(pieces.len(), 3);
    (request(&text), pieces.iter().map(pieces::Piece::characters).collect())
}

fn trouble<T: std::fmt::Debug>(outcome: Result<T>) -> Trouble {
    match outcome {
        Err(Error::Remote(trouble)) => trouble,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_voices_of_an_account_are_listed_as_long_as_there_is_a_key() {
    let desk = Desk::new().await;
    assert_eq!(desk.services.remote_account().await.unwrap(), None);
    assert!(desk.remote_voices().is_empty());
    let mut events = desk.services.events.subscribe();
    desk.services.set_remote_key(&format!(" {KEY}\n")).await.unwrap();
    let told = async {
        loop {
            if let Event::VoicesListed(voices) = events.recv().await.unwrap() {
                return voices.len();
            }
        }
    };
    assert_eq!(tokio::time::timeout(PATIENCE, told).await, Ok(34));
    let [rachel, mateo] = &desk.remote_voices()[..] else { panic!("two voices") };
    assert_eq!((rachel.id.remote(), rachel.name.as_str(), rachel.ready), (Some(RACHEL), "Rachel", true));
    assert_eq!(
        (rachel.gender, rachel.accent, rachel.language),
        (Gender::Female, Accent::American, Language::En)
    );
    assert_eq!(
        (mateo.id.remote(), mateo.accent, mateo.language),
        (Some(MATEO), Accent::Spanish, Language::Es)
    );
    let left = RemoteAccount { left: Some((LIMIT - USED) as u32), limit: Some(LIMIT as u32) };
    assert_eq!(desk.services.remote_account().await.unwrap(), Some(left));
    desk.services.forget_remote_key().await.unwrap();
    assert!(desk.remote_voices().is_empty());
    assert_eq!(desk.services.remote_account().await.unwrap(), None);
    assert!(matches!(trouble(desk.speak(&request("Hello."))), Trouble::NoKey));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_refused_is_not_kept() {
    let desk = Desk::new().await;
    let wrong = "sk_this_is_not_the_right_one";
    assert!(matches!(trouble(desk.services.set_remote_key(wrong).await), Trouble::WrongKey));
    assert!(matches!(trouble(desk.services.set_remote_key("no").await), Trouble::NotAKey));
    assert!(desk.remote_voices().is_empty());
    assert_eq!(keychain::find(&desk.services.remote.client.key_name()), Err(keychain::Refused::Unknown));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_costs_what_was_said_before_and_nothing_the_second_time() {
    let desk = Desk::at_work().await;
    let (request, characters) = three_pieces();
    let cost = desk.services.speech_cost(&request).await.unwrap();
    let all: usize = characters.iter().sum();
    assert_eq!(cost, SpeechCost { characters: all as u32, left: Some((LIMIT - USED) as u32) });
    let spoken = desk.speak(&SpeechRequest { loudness: Some(Lufs(-18.0)), ..request.clone() }).unwrap();
    assert_eq!(desk.speaker.billed(), all as u64);
    assert_eq!(spoken.phrases.len(), 3);
    assert!((spoken.duration.0 - all as f64 / 15.0).abs() < 3.0, "{:?}", spoken.duration);
    assert!((spoken.loudness.integrated.unwrap().0 + 18.0).abs() < 0.1);
    let wishes = desk.speaker.wishes();
    assert!(wishes.iter().all(|wish| wish.format == "pcm_24000" && wish.voice == RACHEL));
    let body = |index: usize, field: &str| wishes[index].body[field].as_str().unwrap_or_default().to_owned();
    assert_eq!(body(1, "model_id"), "eleven_multilingual_v2");
    assert!(
        body(0, "text").ends_with(&body(1, "previous_text"))
            && body(2, "text").starts_with(&body(1, "next_text"))
    );
    assert_eq!((body(0, "previous_text"), body(2, "next_text")), (String::new(), String::new()));
    assert_eq!(wishes[0].body["voice_settings"]["speed"], 1.0);
    assert_eq!(desk.services.speech_cost(&request).await.unwrap(), SpeechCost { characters: 0, left: None });
    desk.speak(&request).unwrap();
    assert_eq!(desk.speaker.wishes().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_busy_is_asked_again_and_one_that_stays_so_is_told() {
    let desk = Desk::at_work().await;
    let hello = request("Hello, everybody.");
    desk.speaker.decide(&[Fate::Busy, Fate::Down, Fate::Busy]);
    desk.speak(&hello).unwrap();
    assert_eq!((desk.speaker.wishes().len(), desk.speaker.billed()), (4, 17));
    desk.speaker.decide(&[Fate::Busy; 4]);
    let busy = trouble(desk.speak(&request("And again.")));
    assert!(matches!(busy, Trouble::Busy) && busy.is_passing());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_broke_off_is_not_asked_for_again_and_what_came_whole_is_not_paid_twice() {
    for (fate, is_it) in [(Fate::Cut, "Cut"), (Fate::Truncated, "Broken"), (Fate::Quota, "Quota")] {
        let desk = Desk::at_work().await;
        let (request, characters) = three_pieces();
        desk.speaker.decide(&[Fate::Spoken, fate]);
        let told = trouble(desk.speak(&request));
        assert!(format!("{told:?}").starts_with(is_it) && !told.is_passing(), "{told:?}");
        assert_eq!(desk.speaker.wishes().len(), 2, "{fate:?}");
        assert!(!desk.path("said.wav").exists());
        assert_eq!(desk.cost(&request).await as usize, characters[1] + characters[2], "{fate:?}");
        let before = desk.speaker.billed();
        desk.speak(&request).unwrap();
        assert_eq!(desk.speaker.billed() - before, (characters[1] + characters[2]) as u64, "{fate:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_was_stopped_pays_for_what_is_missing_only() {
    let desk = Desk::at_work().await;
    let (request, characters) = three_pieces();
    let stop = AtomicBool::new(false);
    let report = |done: f32| stop.store(done > 0.0, Ordering::Relaxed);
    let progress = Progress { report: &report, cancelled: &stop };
    let out = desk.path("said.wav");
    let stopped = tokio::task::block_in_place(|| desk.services.speak_to_file(&request, &out, WAV, &progress));
    assert!(matches!(stopped, Err(Error::Cancelled)), "{stopped:?}");
    let all = characters.iter().sum::<usize>();
    assert!((desk.speaker.billed() as usize) < all);
    // The piece that is on its way comes in and is not paid for again, even when one goes on at once.
    desk.speak(&request).unwrap();
    assert_eq!(desk.speaker.billed() as usize, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_account_ran_empty_says_so_and_goes_on_where_it_was() {
    let desk = Desk::at_work().await;
    let (request, characters) = three_pieces();
    desk.speaker.decide(&[Fate::Spoken, Fate::Quota]);
    let id = desk.services.speak(request).await.unwrap();
    let finished = async |services: &Services| -> Job {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let job = services.list_jobs().await.unwrap().into_iter().find(|job| job.id == id).unwrap();
            if job.state.is_final() {
                return job;
            }
            assert!(tokio::time::Instant::now() < deadline, "{job:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let failed = finished(&desk.services).await;
    assert_eq!(failed.problem.unwrap().code, ErrorCode::QuotaExceeded);
    desk.services.retry_job(&id).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(finished(&desk.services).await.state, JobState::Done);
    assert_eq!(desk.speaker.billed() as usize, characters.iter().sum::<usize>());
    desk.services.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_plain_samples_gets_mp3() {
    let desk = Desk::at_work().await;
    let (file, sound) =
        (desk.path("tone.mp3"), tone::sine(tone_pitch(), son1k_domain::unit::Db(-12.0), Seconds(3.0)));
    let mp3 = Encoding::Mp3 { kbps: 128 };
    son1k_sound::encode(&sound, mp3, &file, &SongTags::default(), &quiet()).unwrap();
    desk.speaker.give_mp3(std::fs::read(&file).unwrap());
    let spoken = desk.speak(&request("One.")).unwrap();
    assert!((spoken.duration.0 - 3.0).abs() < 0.1, "{:?}", spoken.duration);
    desk.speak(&request("Two.")).unwrap();
    let formats: Vec<_> = desk.speaker.wishes().into_iter().map(|wish| wish.format).collect();
    assert_eq!(formats, ["pcm_24000", "mp3_44100_128", "mp3_44100_128"], "the plan is asked for once");
}

fn tone_pitch() -> son1k_domain::unit::Hertz {
    son1k_domain::unit::Hertz(440.0)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_the_voices_stay_listed_and_the_hint_names_those_of_the_studio() {
    let Desk { folder, speaker, services } = Desk::at_work().await;
    services.close(Duration::from_secs(5)).await;
    drop(services);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let services = open(&folder, &format!("http://{nobody}/v1")).await;
    keychain::keep(&services.remote.client.key_name(), KEY).unwrap();
    let desk = Desk { folder, speaker, services };
    assert_eq!(desk.remote_voices().len(), 2);
    let offline = desk.services.remote_account().await.unwrap_err();
    assert_eq!(offline.code(), ErrorCode::Unreachable);
    assert!(offline.describe(Language::En).hint.contains("own voices need no network"));
    assert!(offline.describe(Language::Es).hint.contains("voces del estudio no necesitan red"));
    assert!(matches!(trouble(desk.speak(&request("Hello."))), Trouble::Offline(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_may_only_speak_speaks() {
    let desk = Desk::at_work().await;
    desk.speaker.hide_account();
    let blind = RemoteAccount { left: None, limit: None };
    assert_eq!(desk.services.remote_account().await.unwrap(), Some(blind));
    let cost = desk.services.speech_cost(&request("Hello.")).await.unwrap();
    assert_eq!(cost, SpeechCost { characters: 6, left: None });
    desk.speak(&request("Hello.")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_such_a_voice_cannot_do_is_refused_before_it_costs_anything() {
    let desk = Desk::at_work().await;
    let field = |outcome: Result<Spoken>| match outcome {
        Err(Error::InvalidField { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    for speed in [0.6, 1.3] {
        assert_eq!(field(desk.speak(&SpeechRequest { speed, ..request("Hello.") })), "remote_pace");
    }
    let stranger = SpeechRequest { voice: VoiceId::of_remote("x/../../user"), ..request("Hello.") };
    assert!(matches!(trouble(desk.speak(&stranger)), Trouble::NoVoice(_)));
    assert!(matches!(desk.speak(&request("…")), Err(Error::NothingToSay)));
    assert!(desk.speaker.wishes().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_is_for_everybody_and_costs_nothing() {
    let desk = Desk::at_work().await;
    let Known { voice, sample } = desk.services.remote.find(&VoiceId::of_remote(RACHEL)).unwrap();
    let bytes = desk.services.remote.client.sample(&sample.unwrap(), &voice.name).await.unwrap();
    let reader = son1k_sound::Reader::in_memory(bytes).unwrap();
    assert_eq!(reader.facts().duration, Some(Seconds(2.0)));
    assert_eq!(desk.speaker.billed(), 0);
    let mateo = desk.services.hear_voice_sample(&VoiceId::of_remote(MATEO)).await;
    assert!(matches!(trouble(mateo), Trouble::NoSample(name) if name == "Mateo"));
}

/// What was logged in this process.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Logged;

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_in_no_file_no_event_no_error_and_no_log() {
    let filter = tracing_subscriber::EnvFilter::new(
        "info,son1k_services=trace,reqwest=trace,hyper=trace,hyper_util=trace",
    );
    // Also what the HTTP client says, which speaks to `log`.
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Logged).init();
    let desk = Desk::new().await;
    let mut events = desk.services.events.subscribe();
    desk.services.set_remote_key(KEY).await.unwrap();
    let mut told = String::new();
    desk.speaker.decide(&[Fate::Quota, Fate::Cut, Fate::Truncated, Fate::Spoken]);
    for _ in 0..4 {
        if let Err(error) = desk.speak(&request("Hello, everybody.")) {
            told += &format!("{error} {error:?} {:?}", error.describe(Language::En));
        }
    }
    while let Ok(event) = events.try_recv() {
        told += &format!("{event:?}");
    }
    desk.services.close(Duration::from_secs(5)).await;
    assert!(told.contains("Quota") && told.contains("Broken") && told.contains("VoicesListed"), "{told}");
    let log = String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned();
    assert!(!log.is_empty(), "something was logged");
    assert!(!told.contains(KEY) && !log.contains(KEY));
    for entry in walkdir::WalkDir::new(desk.folder.path()).into_iter().flatten() {
        let content = std::fs::read(entry.path()).unwrap_or_default();
        let found = content.windows(KEY.len()).any(|window| window == KEY.as_bytes());
        assert!(!found, "{} holds the key", entry.path().display());
    }
}
