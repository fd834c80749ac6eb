//! Ghost Studio.

use son1k_domain::generation::{Palette, Request, Understanding};
use son1k_domain::id::{JobId, TakeId};
use son1k_domain::job::Priority;
use son1k_domain::take::{ExportFormat, Peaks};

use super::Studio;
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub fn get_palette(studio: Studio<'_>) -> Palette {
    studio.palette()
}

#[tauri::command]
#[specta::specta]
pub async fn understand(studio: Studio<'_>, request: Request) -> Result<Understanding> {
    studio.understand(&request).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn generate(studio: Studio<'_>, request: Request, priority: Priority) -> Result<JobId> {
    studio.generate(request, priority).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_peaks(studio: Studio<'_>, take: TakeId, buckets: u32) -> Result<Peaks> {
    studio.peaks(&take, buckets).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn export_take(
    studio: Studio<'_>,
    take: TakeId,
    format: ExportFormat,
    path: String,
) -> Result<JobId> {
    studio.export_take(take, format, path).await.worded(&studio)
}
