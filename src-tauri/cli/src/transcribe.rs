//! `son1k transcribe`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use serde::Serialize;
use son1k_domain::setting::Language;
use son1k_domain::voice::{HeardLine, HeardWord, TranscriptFormat};
use son1k_services::voice::{Heard, write_transcript};
use son1k_services::{Progress, Result, Services};

use crate::report::Report;
use crate::speak::language_of;
use crate::text::pick;
use crate::watched::watched;

/// What can be typed after `son1k transcribe`.
#[derive(Debug, Args)]
pub struct Wish {
    /// A recording of any length: WAV, AIFF, CAF, FLAC, MP3, AAC, ALAC, Vorbis or Opus.
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// en or es. Without it: the one that is heard first.
    #[arg(long, value_name = "LANGUAGE")]
    pub lang: Option<String>,
    /// Also write it as plain text, a line each.
    #[arg(long, value_name = "FILE")]
    pub txt: Option<PathBuf>,
    /// Also write it as SubRip subtitles.
    #[arg(long, value_name = "FILE")]
    pub srt: Option<PathBuf>,
    /// Also write it as WebVTT subtitles.
    #[arg(long, value_name = "FILE")]
    pub vtt: Option<PathBuf>,
    /// Print one JSON object, with the time of each word.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Serialize)]
struct Printed {
    text: String,
    /// Null when nobody speaks.
    language: Option<Language>,
    words: Vec<HeardWord>,
    lines: Vec<HeardLine>,
    files: Vec<PathBuf>,
    duration_s: f64,
    elapsed_s: f64,
}

pub async fn run(wish: Wish, services: Arc<Services>, report: &Report) -> Result<ExitCode> {
    let language = wish.lang.as_deref().map(language_of).transpose()?;
    let what = pick(report.language(), "listening", "escuchando");
    let started = Instant::now();
    let input = wish.input.clone();
    let work = move |progress: &Progress<'_>| services.transcribe_speech(&input, language, progress);
    let heard = watched(what, work).await?;
    let formats = [
        (wish.txt, TranscriptFormat::Txt),
        (wish.srt, TranscriptFormat::Srt),
        (wish.vtt, TranscriptFormat::Vtt),
    ];
    let mut files = Vec::new();
    for (path, format) in formats {
        let Some(path) = path else { continue };
        write_transcript(&heard.lines, format, &path)?;
        files.push(path);
    }
    print(heard, files, started, report);
    Ok(ExitCode::SUCCESS)
}

fn print(heard: Heard, files: Vec<PathBuf>, started: Instant, report: &Report) {
    if !report.json {
        if heard.lines.is_empty() {
            println!("{}", pick(report.language(), "nobody speaks in it", "nadie habla en él"));
        }
        heard.lines.iter().for_each(|line| println!("{}", line.text.trim()));
        files.iter().for_each(|file| println!("  {}", file.display()));
        return;
    }
    report.object(&Printed {
        text: heard.text(),
        language: heard.language,
        words: heard.lines.iter().flat_map(|line| line.words.clone()).collect(),
        duration_s: heard.duration.0,
        lines: heard.lines,
        files,
        elapsed_s: started.elapsed().as_secs_f64(),
    });
}
