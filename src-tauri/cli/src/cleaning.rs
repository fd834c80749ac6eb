//! `son1k denoise`, `son1k split` and `son1k notes`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;
use son1k_domain::Problem;
use son1k_domain::listening::{HeardNote, Pulse};
use son1k_domain::unit::{Db, Seconds};
use son1k_services::{Error, NoteSettings, Progress, Result, Services};

use crate::arguments::{Denoise, Notes, Split};
use crate::generate::{format_of, invalid, progress_bar};
use crate::interrupt;
use crate::report::Report;
use crate::text::pick;

/// What was written, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Written<T> {
    files: Vec<PathBuf>,
    #[serde(flatten)]
    heard: T,
    duration_s: f64,
    elapsed_s: f64,
}

/// Nothing to tell but the files.
#[derive(Debug, Serialize)]
struct Nothing {}

#[derive(Debug, Serialize)]
struct Heard {
    notes: Vec<HeardNote>,
    /// Tempo, bar and beats; null when no beat is clear.
    pulse: Option<Pulse>,
    /// What nobody listened for, and how to mend it.
    warnings: Vec<Problem>,
}

pub async fn denoise(wish: Denoise, services: Arc<Services>, report: &Report) -> Result<ExitCode> {
    let encoding = format_of(&wish.out)?.encoding();
    let encoding = encoding.ok_or_else(|| invalid("out", &wish.out.display().to_string()))?;
    let strength = Db(value("strength", &wish.strength)?);
    let what = pick(report.language(), "taking the noise out", "quitando el ruido");
    let started = Instant::now();
    let out = wish.out.clone();
    let work =
        move |progress: &Progress<'_>| services.denoise(&wish.input, &wish.out, encoding, strength, progress);
    let duration = watched(what, work).await?;
    print(vec![out], Nothing {}, duration, started, report);
    Ok(ExitCode::SUCCESS)
}

pub async fn split(wish: Split, services: Arc<Services>, report: &Report) -> Result<ExitCode> {
    let what = pick(report.language(), "splitting", "separando");
    let started = Instant::now();
    let work = move |progress: &Progress<'_>| services.split(&wish.input, &wish.out, progress);
    let parts = watched(what, work).await?;
    print(vec![parts.vocals, parts.backing], Nothing {}, parts.duration, started, report);
    Ok(ExitCode::SUCCESS)
}

pub async fn notes(wish: Notes, services: Arc<Services>, report: &Report) -> Result<ExitCode> {
    let settings = NoteSettings {
        onset: value("onset", &wish.onset)?,
        frame: value("frame", &wish.frame)?,
        shortest: Seconds(f64::from(value("shortest", &wish.shortest)?) / 1_000.0),
    };
    let what = pick(report.language(), "listening for notes", "escuchando las notas");
    let started = Instant::now();
    let out = wish.out.clone();
    let work = move |progress: &Progress<'_>| services.transcribe(&wish.input, &wish.out, settings, progress);
    let transcript = watched(what, work).await?;
    let warnings: Vec<Problem> =
        transcript.deaf.iter().map(|error| error.describe(report.language())).collect();
    if let Some(warning) = warnings.first() {
        report.warning(pick(report.language(), "no tempo", "sin tempo"), warning);
    }
    let heard = Heard { notes: transcript.notes, pulse: transcript.pulse, warnings };
    if !report.json {
        println!("{}", sentence(&heard, report));
    }
    print(vec![out], heard, transcript.duration, started, report);
    Ok(ExitCode::SUCCESS)
}

fn sentence(heard: &Heard, report: &Report) -> String {
    let language = report.language();
    let notes = format!("{} {}", heard.notes.len(), pick(language, "notes", "notas"));
    match &heard.pulse {
        Some(pulse) => {
            let bar = pick(language, "beats a bar", "pulsos por compás");
            format!("{notes} · {:.1} BPM · {} {bar}", pulse.bpm.0, pulse.beats_a_bar)
        }
        None => notes,
    }
}

fn value(field: &str, text: &str) -> Result<f32> {
    text.trim().parse().ok().filter(|value: &f32| value.is_finite()).ok_or_else(|| invalid(field, text))
}

/// Runs work on a thread that may block, with a bar that follows it; Ctrl+C ends it.
pub(crate) async fn watched<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce(&Progress<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (bar, cancelled) = (progress_bar(), interrupt::flag());
    bar.set_message(what);
    let shown = bar.clone();
    let working = tokio::task::spawn_blocking(move || {
        let report = |done: f32| shown.set_position((done * 1000.0) as u64);
        work(&Progress { report: &report, cancelled: &cancelled })
    });
    let finished = working.await.map_err(|error| Error::Internal(error.to_string()))?;
    bar.finish_and_clear();
    finished
}

fn print(files: Vec<PathBuf>, heard: impl Serialize, duration: Seconds, started: Instant, report: &Report) {
    let elapsed_s = started.elapsed().as_secs_f64();
    if report.json {
        return report.object(&Written { files, heard, duration_s: duration.0, elapsed_s });
    }
    files.iter().for_each(|file| println!("  {}", file.display()));
}
