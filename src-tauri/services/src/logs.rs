//! Structured logs in files that rotate daily; two weeks are kept.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::{Error, Result};

/// Files that are kept.
const DAYS: usize = 14;

/// Writes the log of this process into `folder` as JSON lines until the guard is dropped.
///
/// `RUST_LOG` overrides the level. Prompts, lyrics and keys are never logged.
pub fn write_to(folder: &Path) -> Result<WorkerGuard> {
    std::fs::create_dir_all(folder).map_err(|error| Error::writing(folder, error))?;
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("son1k")
        .filename_suffix("jsonl")
        .max_log_files(DAYS)
        .build(folder)
        .map_err(|error| refused(folder, &error))?;
    let (writer, guard) = tracing_appender::non_blocking(files);
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,ort=warn,symphonia=warn,zbus=warn"));
    tracing_subscriber::registry()
        .with(filter)
        .with(tracing_subscriber::fmt::layer().json().with_writer(writer))
        .try_init()
        .map_err(|error| Error::Internal(format!("the log is already open: {error}")))?;
    Ok(guard)
}

/// The folder may have been there before and still refuse a file.
fn refused(folder: &Path, error: &dyn std::error::Error) -> Error {
    match error.source().and_then(|cause| cause.downcast_ref::<std::io::Error>()) {
        Some(cause) => Error::writing(folder, cause.kind().into()),
        None => Error::Internal(format!("could not open the log: {error}")),
    }
}
