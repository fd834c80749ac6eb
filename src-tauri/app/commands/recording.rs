//! Recording, and the channel that streams the level check.

use son1k_domain::recording::{InputDevice, InputFrame, InputSettings, Recorder};
use tauri::ipc::Channel;

use super::{Studio, stream};
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub async fn list_input_devices(studio: Studio<'_>) -> Result<Vec<InputDevice>> {
    studio.list_input_devices().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_recorder(studio: Studio<'_>) -> Result<Recorder> {
    studio.recorder().worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn open_input(studio: Studio<'_>, settings: InputSettings) -> Result {
    studio.open_input(settings).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn close_input(studio: Studio<'_>) -> Result {
    studio.close_input().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn set_monitor(studio: Studio<'_>, monitor: bool) -> Result {
    studio.set_monitor(monitor).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn record(studio: Studio<'_>) -> Result {
    studio.record().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn stop_recording(studio: Studio<'_>) -> Result {
    studio.stop_recording().await.worded(&studio)
}

/// Streams frames until the page is gone; returns at once.
#[tauri::command]
#[specta::specta]
pub async fn watch_input(studio: Studio<'_>, frames: Channel<InputFrame>) -> Result {
    let deck = studio.deck().worded(&studio)?;
    stream(frames, move || deck.frame());
    Ok(())
}
