//! `son1k clean`, `son1k denoise`, `son1k split` and `son1k notes`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;
use son1k_domain::Problem;
use son1k_domain::cleaning::{Cleaning, CleaningReport, Hum};
use son1k_domain::listening::{HeardNote, Pulse};
use son1k_domain::setting::Language;
use son1k_domain::unit::{Db, Seconds};
use son1k_services::{NoteSettings, Progress, Result, Services};

use crate::arguments::{Clean, Denoise, Notes, Split};
use crate::generate::{format_of, invalid};
use crate::report::Report;
use crate::text::pick;
use crate::watched::watched;

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

pub async fn clean(wish: Clean, services: Arc<Services>, report: &Report) -> Result<ExitCode> {
    let encoding = format_of(&wish.out)?.encoding();
    let encoding = encoding.ok_or_else(|| invalid("out", &wish.out.display().to_string()))?;
    let seconds = |text: &str| value("fade", text).map(|seconds| Seconds(f64::from(seconds)));
    let cleaning = Cleaning {
        declick: wish.declick,
        hum: wish.hum.as_deref().map(mains).transpose()?,
        denoise: wish.denoise.as_deref().map(|share| value("denoise", share)).transpose()?,
        trim: wish.trim,
        fade_in: seconds(&wish.fade_in)?,
        fade_out: seconds(&wish.fade_out)?,
    };
    let what = pick(report.language(), "cleaning", "limpiando");
    let started = Instant::now();
    let (out, asked) = (wish.out.clone(), cleaning.clone());
    let work = move |progress: &Progress<'_>| {
        services.clean_file(&wish.input, &wish.out, Some(encoding), &cleaning, progress)
    };
    let cleaned = watched(what, work).await?;
    if !report.json {
        found(&asked, &cleaned.report, report).iter().for_each(|line| println!("{line}"));
    }
    print(vec![out], cleaned.report, cleaned.duration, started, report);
    Ok(ExitCode::SUCCESS)
}

fn mains(text: &str) -> Result<Hum> {
    match text.trim() {
        "heard" => Ok(Hum::Heard),
        "50" => Ok(Hum::Hz50),
        "60" => Ok(Hum::Hz60),
        _ => Err(invalid("hum", text)),
    }
}

/// Words what was found, of what was looked for.
fn found(asked: &Cleaning, done: &CleaningReport, report: &Report) -> Vec<String> {
    let language = report.language();
    let mut lines = Vec::new();
    if asked.declick {
        lines.push(format!("{} {}", done.clicks, pick(language, "clicks mended", "chasquidos reparados")));
    }
    match done.hum {
        Some(hertz) => {
            lines.push(format!("{} {hertz:.2} Hz", pick(language, "hum taken out:", "zumbido quitado:")));
        }
        None if asked.hum.is_some() => {
            let none =
                pick(language, "no hum heard, nothing filtered", "no se oye zumbido, no se filtró nada");
            lines.push(none.to_owned());
        }
        None => {}
    }
    if asked.trim {
        let (start, end) = (done.trimmed_start.0, done.trimmed_end.0);
        lines.push(match language {
            Language::En => format!("{start:.2} s cut off at the beginning, {end:.2} s at the end"),
            Language::Es => format!("{start:.2} s recortados al principio, {end:.2} s al final"),
        });
    }
    lines
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

fn print(files: Vec<PathBuf>, heard: impl Serialize, duration: Seconds, started: Instant, report: &Report) {
    let elapsed_s = started.elapsed().as_secs_f64();
    if report.json {
        return report.object(&Written { files, heard, duration_s: duration.0, elapsed_s });
    }
    files.iter().for_each(|file| println!("  {}", file.display()));
}
