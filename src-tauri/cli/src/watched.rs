//! Long work on a terminal: on a thread that may block, with a bar that follows it; Ctrl+C ends it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use indicatif::{ProgressBar, ProgressStyle};
use son1k_domain::job::Stage;
use son1k_domain::setting::Language;
use son1k_services::{Error, Progress, Result, Watch};

use crate::interrupt;
use crate::text;

/// Runs work of one step, which is called `what`.
pub async fn watched<T: Send + 'static>(
    what: &'static str,
    work: impl FnOnce(&Progress<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let cancelled = interrupt::flag();
    followed(move |bar| {
        bar.set_message(what);
        work(&Progress { report: &|done: f32| advance(bar, done), cancelled: &cancelled })
    })
    .await
}

/// Runs work of several stages, each of which is named as it comes; raising the flag ends it.
pub async fn watched_in_stages<T: Send + 'static>(
    language: Language,
    cancelled: Arc<AtomicBool>,
    work: impl FnOnce(Watch<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    followed(move |bar| {
        let report = |stage: Stage, done: f32| {
            bar.set_message(text::stage(stage, language));
            advance(bar, done);
        };
        work(Watch { report: &report, cancelled: &cancelled })
    })
    .await
}

async fn followed<T: Send + 'static>(
    work: impl FnOnce(&ProgressBar) -> Result<T> + Send + 'static,
) -> Result<T> {
    let bar = progress_bar();
    let shown = bar.clone();
    let working = tokio::task::spawn_blocking(move || work(&shown));
    let finished = working.await.map_err(|error| Error::Internal(error.to_string()))?;
    bar.finish_and_clear();
    finished
}

/// Drawn on a terminal only; elsewhere it stays silent.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(1000);
    if let Ok(style) = ProgressStyle::with_template("{bar:40.cyan/black} {percent:>3} %  {msg}") {
        bar.set_style(style);
    }
    bar
}

fn advance(bar: &ProgressBar, done: f32) {
    bar.set_position((done * 1000.0) as u64);
}
