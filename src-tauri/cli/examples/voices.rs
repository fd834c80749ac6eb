//! The studio's voices and ears for `cargo xtask bench voice`: open, as when a musician has the window open, and answering
//! each line of JSON with another.
//!
//!     voices DATA
//!     {"speak": TEXT, "voice": ID, "out": FILE}   → {"first": s, "elapsed": s, "duration": s, "phonemes": [...]}
//!     {"hear": FILE, "language": "en"}            → {"elapsed": s, "text": ...}
//!
//! `first` is when the first phrase is there to be heard, counted from the wish.

use std::error::Error;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::setting::Language;
use son1k_domain::voice::{SpeechRequest, VoiceSettings};
use son1k_services::{Options, Progress, Services};

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let data_dir = std::env::args().nth(1).map(PathBuf::from).ok_or("say where to keep data")?;
    let services = Services::open(Options { data_dir: Some(data_dir), ..Options::default() }).await?;
    println!("{}", json!({ "ready": true }));
    for line in std::io::stdin().lock().lines() {
        let wish: Value = serde_json::from_str(&line?)?;
        println!("{}", tokio::task::block_in_place(|| answer(&services, &wish))?);
    }
    services.close(Duration::ZERO).await;
    Ok(())
}

fn answer(services: &Services, wish: &Value) -> Outcome<Value> {
    let text = |name: &str| wish[name].as_str().unwrap_or_default();
    match wish["speak"].as_str() {
        Some(said) => speak(services, said, text("voice"), Path::new(text("out"))),
        None => hear(services, Path::new(text("hear")), text("language")),
    }
}

fn speak(services: &Services, said: &str, voice: &str, out: &Path) -> Outcome<Value> {
    let request = SpeechRequest {
        text: said.into(),
        voice: voice.into(),
        settings: VoiceSettings::default(),
        speed: 1.0,
        pauses: 1.0,
        loudness: None,
        dictionary: Vec::new(),
    };
    let (begun, nobody, first) = (Instant::now(), AtomicBool::new(false), OnceLock::new());
    let report = |done: f32| {
        if done > 0.0 {
            first.get_or_init(|| begun.elapsed().as_secs_f64());
        }
    };
    let progress = Progress { report: &report, cancelled: &nobody };
    let spoken = services.speak_to_file(&request, out, Encoding::Wav { depth: Depth::Int16 }, &progress)?;
    Ok(json!({
        "first": first.get(),
        "elapsed": begun.elapsed().as_secs_f64(),
        "duration": spoken.duration.0,
        "phonemes": spoken.phonemes,
    }))
}

fn hear(services: &Services, file: &Path, language: &str) -> Outcome<Value> {
    let language = if language == "es" { Language::Es } else { Language::En };
    let (begun, nobody) = (Instant::now(), AtomicBool::new(false));
    let progress = Progress { report: &|_| (), cancelled: &nobody };
    let heard = services.transcribe_speech(file, Some(language), &progress)?;
    Ok(json!({ "elapsed": begun.elapsed().as_secs_f64(), "text": heard.text() }))
}
