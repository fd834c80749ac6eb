//! `son1k library`

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use indicatif::{ProgressBar, ProgressStyle};
use son1k_domain::job::Stage;
use son1k_domain::library::{ImportReport, LibraryQuery, LibrarySound};
use son1k_services::make::Watch;
use son1k_services::{Result, Services};

use crate::arguments::LibraryAction;
use crate::report::Report;
use crate::text;

pub async fn run(action: LibraryAction, services: &Services, report: &Report) -> Result<ExitCode> {
    match action {
        LibraryAction::Import { paths, .. } => import(paths, services, report).await,
        LibraryAction::Search { text, limit, .. } => search(text, limit, services, report).await,
    }
}

/// Exit code 1 says that files were given and none of them is in the library now.
async fn import(paths: Vec<PathBuf>, services: &Services, report: &Report) -> Result<ExitCode> {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let bar = if report.json { ProgressBar::hidden() } else { ProgressBar::new(1000) };
    if let Ok(style) = ProgressStyle::with_template("{msg:<12} {bar:32.cyan/black} {percent:>3} %") {
        bar.set_style(style);
    }
    let show = |stage: Stage, done: f32| {
        bar.set_message(text::stage(stage, report.language()));
        bar.set_position((done * 1000.0) as u64);
    };
    let nobody_cancels = AtomicBool::new(false);
    let watch = Watch { report: &show, cancelled: &nobody_cancels };
    let done = services.library.take_in(&paths, None, watch).await?;
    bar.finish_and_clear();
    if report.json {
        report.object(&done);
    } else {
        tell(&done, report);
    }
    let taken = done.added.len() + done.duplicates.len() + done.relinked.len();
    Ok(if taken == 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn tell(done: &ImportReport, report: &Report) {
    for refused in &done.refused {
        report.warning(&refused.path, &refused.problem);
    }
    for twin in done.duplicates.iter().filter(|twin| twin.path != twin.of_path) {
        println!("{} = {}", twin.path, twin.of_path);
    }
    let (added, twins, refused) = (done.added.len(), done.duplicates.len(), done.refused.len());
    let english = format!("{added} added, {twins} there before, {refused} refused");
    let spanish = format!("{added} nuevos, {twins} ya estaban, {refused} rechazados");
    println!("{}", text::pick(report.language(), &english, &spanish));
}

async fn search(text: String, limit: u32, services: &Services, report: &Report) -> Result<ExitCode> {
    let page = services.library.search(&LibraryQuery { text, limit, ..LibraryQuery::default() }).await?;
    if report.json {
        report.object(&page);
    } else {
        page.rows.iter().for_each(|sound| println!("{}", line(sound)));
        println!("{} / {}", page.rows.len(), page.total);
    }
    Ok(ExitCode::SUCCESS)
}

fn line(sound: &LibrarySound) -> String {
    let analysis = &sound.analysis;
    let bpm = analysis.bpm.map(|bpm| format!("{:.1}", bpm.0)).unwrap_or_default();
    let key = analysis.key.map(|key| key.to_string()).unwrap_or_default();
    let loudness = analysis.loudness.and_then(|loudness| loudness.integrated);
    let loudness = loudness.map(|loudness| format!("{:.1} LUFS", loudness.0)).unwrap_or_default();
    let title = if sound.tags.title.is_empty() { &sound.name } else { &sound.tags.title };
    format!("{title:<32} {:<20} {bpm:>6} {key:<14} {loudness:>11}  {}", sound.tags.artist, sound.path)
}
