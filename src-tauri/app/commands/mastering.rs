//! Bringing files to a loudness.

use son1k_domain::id::JobId;
use son1k_domain::mastering::{MasterRequest, Mastering, PresetTarget};

use super::Studio;
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub fn list_mastering_presets(studio: Studio<'_>) -> Vec<PresetTarget> {
    studio.list_mastering_presets()
}

#[tauri::command]
#[specta::specta]
pub async fn master_files(studio: Studio<'_>, request: MasterRequest) -> Result<JobId> {
    studio.master_files(request).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_mastering(studio: Studio<'_>, job: JobId) -> Result<Option<Mastering>> {
    studio.get_mastering(&job).await.worded(&studio)
}
