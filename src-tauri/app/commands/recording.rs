//! Recording, and the channel that streams the level check.

use std::time::Duration;

use son1k_domain::recording::{InputDevice, InputFrame, InputSettings, Recorder};
use tauri::ipc::Channel;

use super::Studio;
use crate::error::{Result, Worded};

/// 30 frames a second.
const FRAME: Duration = Duration::from_micros(33_333);

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
    tauri::async_runtime::spawn(async move {
        let mut tick = tokio::time::interval(FRAME);
        let mut last = None;
        loop {
            tick.tick().await;
            let frame = deck.frame();
            // A closed input says nothing new thirty times a second.
            if last.as_ref() == Some(&frame) {
                continue;
            }
            if frames.send(frame.clone()).is_err() {
                return;
            }
            last = Some(frame);
        }
    });
    Ok(())
}
