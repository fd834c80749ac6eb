//! The studio's voices and ears for `cargo xtask bench voice` and `closest`: open, as when a musician has the window open, and
//! answering each line of JSON with another.
//!
//!     voices DATA [--queue]
//!     {"speak": TEXT, "voice": ID, "out": FILE, "prepared": true}
//!         → {"first": s, "elapsed": s, "duration": s, "phonemes": [...]}
//!     {"hear": FILE, "language": "en"}            → {"elapsed": s, "text": ...}
//!     {"profile": NAME, "samples": [FILE...], "language": "en"}
//!         → {"closest": {...}, "speech": s, "elapsed": s}, or {"problem": ...} when there is none
//!
//! `first` is when the first phrase is there to be heard, counted from the wish; of a prepared text, it was spoken before. A closest voice is a job, which needs the
//! queue; `closest` is what is kept in the profile, and `speech` how long somebody speaks in the samples.

use std::error::Error;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::id::JobId;
use son1k_domain::job::JobState;
use son1k_domain::profile::{Profile, Quality, SampleSource};
use son1k_domain::setting::Language;
use son1k_domain::voice::{SpeechRequest, VoiceSettings};
use son1k_services::{Options, Progress, Services};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What the voices of a bench are used for.
const PURPOSE: &str = "a benchmark, as the licence of the recording allows";
/// How often a job is looked at.
const LOOK: Duration = Duration::from_millis(200);

#[tokio::main]
async fn main() -> Outcome<()> {
    let data_dir = std::env::args().nth(1).map(PathBuf::from).ok_or("say where to keep data")?;
    let queue = std::env::args().nth(2).is_some_and(|argument| argument == "--queue");
    let services = Services::open(Options { data_dir: Some(data_dir), queue, ..Options::default() }).await?;
    println!("{}", json!({ "ready": true }));
    for line in std::io::stdin().lock().lines() {
        let wish: Value = serde_json::from_str(&line?)?;
        let answer = match wish["profile"].as_str() {
            Some(name) => {
                let found = closest(&services, name, &wish).await;
                found.unwrap_or_else(|problem| json!({ "problem": problem.to_string() }))
            }
            None => {
                if wish["prepared"] == true {
                    services.prepare_voice(request(&wish)).await?;
                }
                tokio::task::block_in_place(|| answer(&services, &wish))?
            }
        };
        println!("{answer}");
    }
    services.close(Duration::ZERO).await;
    Ok(())
}

fn answer(services: &Services, wish: &Value) -> Outcome<Value> {
    let text = |name: &str| wish[name].as_str().unwrap_or_default();
    match wish["speak"].as_str() {
        Some(_) => speak(services, &request(wish), Path::new(text("out"))),
        None => hear(services, Path::new(text("hear")), text("language")),
    }
}

fn request(wish: &Value) -> SpeechRequest {
    SpeechRequest {
        text: wish["speak"].as_str().unwrap_or_default().into(),
        voice: wish["voice"].as_str().unwrap_or_default().into(),
        settings: VoiceSettings::default(),
        speed: 1.0,
        pauses: 1.0,
        loudness: None,
        dictionary: Vec::new(),
    }
}

fn speak(services: &Services, request: &SpeechRequest, out: &Path) -> Outcome<Value> {
    let (begun, nobody, first) = (Instant::now(), AtomicBool::new(false), OnceLock::new());
    let report = |done: f32| {
        if done > 0.0 {
            first.get_or_init(|| begun.elapsed().as_secs_f64());
        }
    };
    let progress = Progress { report: &report, cancelled: &nobody };
    let spoken = services.speak_to_file(request, out, Encoding::Wav { depth: Depth::Int16 }, &progress)?;
    Ok(json!({
        "first": first.get(),
        "elapsed": begun.elapsed().as_secs_f64(),
        "duration": spoken.duration.0,
        "phonemes": spoken.phonemes,
    }))
}

fn hear(services: &Services, file: &Path, language: &str) -> Outcome<Value> {
    let language = language_of(language);
    let (begun, nobody) = (Instant::now(), AtomicBool::new(false));
    let progress = Progress { report: &|_| (), cancelled: &nobody };
    let heard = services.transcribe_speech(file, Some(language), &progress)?;
    Ok(json!({ "elapsed": begun.elapsed().as_secs_f64(), "text": heard.text() }))
}

/// Makes a profile of somebody, finds its closest voice as the page does, and lets go of the profile.
async fn closest(services: &Services, name: &str, wish: &Value) -> Outcome<Value> {
    let language = language_of(wish["language"].as_str().unwrap_or_default());
    let files = wish["samples"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let id = services.create_profile(name, language, false).await?;
    services.add_samples(&id, files.map(|file| SampleSource::File(file.into())).collect()).await?;
    services.give_consent(&id, name, PURPOSE).await?;
    let begun = Instant::now();
    until_done(services, &services.find_closest_voice(&id).await?).await?;
    let elapsed = begun.elapsed().as_secs_f64();
    let profile = services.profiles.get(&id)?;
    services.delete_profile(&id).await?;
    let closest = profile.closest.as_ref().ok_or("the profile has no closest voice")?;
    Ok(json!({ "closest": closest, "speech": speech(&profile), "elapsed": elapsed }))
}

/// Waits until a job of the queue has ended.
async fn until_done(services: &Services, id: &JobId) -> Outcome<()> {
    loop {
        let jobs = services.list_jobs().await?;
        let job = jobs.into_iter().find(|job| job.id == *id).ok_or("the job is not in the queue")?;
        match job.state {
            JobState::Done => return Ok(()),
            state if state.is_final() => {
                let problem = job.problem.map(|problem| format!("{} {}", problem.message, problem.hint));
                return Err(problem.unwrap_or_else(|| "the job was cancelled".into()).into());
            }
            _ => tokio::time::sleep(LOOK).await,
        }
    }
}

/// Returns the seconds in which somebody speaks in the samples of a profile.
fn speech(profile: &Profile) -> f32 {
    let checks = profile.samples.iter().flat_map(|sample| &sample.checks);
    checks.filter(|check| check.quality == Quality::Duration).filter_map(|check| check.value).sum()
}

fn language_of(code: &str) -> Language {
    if code == "es" { Language::Es } else { Language::En }
}
