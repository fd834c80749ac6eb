//! Copies of the versions: made, kept in step, brought back.

use son1k_domain::history::{CopyPlace, StoreCopy};
use son1k_domain::id::{CopyId, JobId};

use super::Studio;
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub async fn list_copies(studio: Studio<'_>) -> Result<Vec<StoreCopy>> {
    studio.copies.list().await.worded(&studio)
}

/// Adds a copy and begins to fill it; passphrase and secret go to the keychain of the system.
#[tauri::command]
#[specta::specta]
pub async fn add_copy(
    studio: Studio<'_>,
    place: CopyPlace,
    passphrase: String,
    secret: Option<String>,
) -> Result<CopyId> {
    studio.add_copy(place, passphrase, secret).await.worded(&studio)
}

/// Forgets a copy; what it holds stays.
#[tauri::command]
#[specta::specta]
pub async fn remove_copy(studio: Studio<'_>, copy: CopyId) -> Result {
    studio.copies.remove(&copy).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn sync_copy(studio: Studio<'_>, copy: CopyId) -> Result<JobId> {
    studio.sync_copy(copy).await.worded(&studio)
}

/// Brings in the versions of a copy, and the projects that are not on this machine.
#[tauri::command]
#[specta::specta]
pub async fn restore_from_copy(
    studio: Studio<'_>,
    place: CopyPlace,
    passphrase: String,
    secret: Option<String>,
) -> Result {
    studio.copies.restore(place, passphrase, secret).await.worded(&studio)
}

/// Writes a page to print with all that is needed to get every version back.
#[tauri::command]
#[specta::specta]
pub async fn save_recovery_sheet(studio: Studio<'_>, path: String) -> Result {
    studio.copies.save_sheet(path).await.worded(&studio)
}
