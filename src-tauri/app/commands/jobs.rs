//! The jobs tray.

use son1k_domain::id::JobId;
use son1k_domain::job::{Job, Priority};

use super::Studio;
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub async fn list_jobs(studio: Studio<'_>) -> Result<Vec<Job>> {
    studio.list_jobs().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_job(studio: Studio<'_>, job: JobId) -> Result {
    studio.cancel_job(&job).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn pause_job(studio: Studio<'_>, job: JobId) -> Result {
    studio.pause_job(&job).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn resume_job(studio: Studio<'_>, job: JobId) -> Result {
    studio.resume_job(&job).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn retry_job(studio: Studio<'_>, job: JobId) -> Result {
    studio.retry_job(&job).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn set_job_priority(studio: Studio<'_>, job: JobId, priority: Priority) -> Result {
    studio.set_job_priority(&job, priority).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn clear_finished_jobs(studio: Studio<'_>) -> Result {
    studio.clear_finished_jobs().await.worded(&studio)
}
