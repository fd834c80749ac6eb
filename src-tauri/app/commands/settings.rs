//! Settings and the first picture.

use son1k_domain::setting::Settings;
use son1k_domain::system::Welcome;

use super::Studio;
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub fn welcome(studio: Studio<'_>) -> Welcome {
    studio.welcome()
}

#[tauri::command]
#[specta::specta]
pub fn get_settings(studio: Studio<'_>) -> Settings {
    studio.settings.get()
}

#[tauri::command]
#[specta::specta]
pub async fn save_settings(studio: Studio<'_>, settings: Settings) -> Result {
    studio.save_settings(settings).await.worded(&studio)
}
