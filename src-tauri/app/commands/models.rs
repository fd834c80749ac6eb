//! The model shelf, the result cache and the doctor.

use son1k_domain::id::{JobId, ModelId};
use son1k_domain::model::Shelf;
use son1k_domain::system::{CacheStats, Check};

use super::Studio;
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub async fn get_shelf(studio: Studio<'_>) -> Result<Shelf> {
    Ok(studio.list_models())
}

#[tauri::command]
#[specta::specta]
pub async fn fetch_model(studio: Studio<'_>, model: ModelId) -> Result<JobId> {
    studio.fetch_model(model).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_cache_stats(studio: Studio<'_>) -> Result<CacheStats> {
    studio.cache_stats().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn clear_cache(studio: Studio<'_>, older_than_hours: Option<u32>) -> Result {
    studio.clear_cache(older_than_hours).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn run_doctor(studio: Studio<'_>) -> Result<Vec<Check>> {
    Ok(studio.examine().await)
}
