//! The transport, and the channel that streams playhead and meters.

use son1k_domain::id::TakeId;
use son1k_domain::playback::{MeterFrame, Playback};
use son1k_domain::unit::Seconds;
use tauri::ipc::Channel;

use super::{Studio, stream};
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub async fn load_take(studio: Studio<'_>, take: TakeId) -> Result {
    studio.load_take(&take).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn play(studio: Studio<'_>) -> Result {
    studio.play().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn pause(studio: Studio<'_>) -> Result {
    studio.pause().worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn stop(studio: Studio<'_>) -> Result {
    studio.stop().worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn seek(studio: Studio<'_>, position: Seconds) -> Result {
    studio.seek(position).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn set_volume(studio: Studio<'_>, volume: f32) -> Result {
    studio.set_volume(volume).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn list_output_devices(studio: Studio<'_>) -> Result<Vec<String>> {
    Ok(studio.list_output_devices())
}

#[tauri::command]
#[specta::specta]
pub async fn get_playback(studio: Studio<'_>) -> Result<Playback> {
    studio.playback().worded(&studio)
}

/// Streams frames until the page is gone; returns at once.
#[tauri::command]
#[specta::specta]
pub async fn watch_meters(studio: Studio<'_>, frames: Channel<MeterFrame>) -> Result {
    let transport = studio.transport().worded(&studio)?;
    stream(frames, move || transport.frame());
    Ok(())
}
