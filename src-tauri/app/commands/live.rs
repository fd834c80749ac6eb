//! The microphone while somebody speaks: changed and heard, or written down.

use son1k_domain::conversion::Conversion;
use son1k_domain::live::{Dictation, Live, LiveDelay, LiveFrame};
use son1k_domain::setting::Language;
use tauri::ipc::Channel;

use super::{Studio, stream};
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub async fn get_live(studio: Studio<'_>) -> Result<Live> {
    Ok(studio.live_voice().worded(&studio)?.state())
}

/// Lets a microphone be heard with its voice changed; without a device, the system's default.
#[tauri::command]
#[specta::specta]
pub async fn start_live(studio: Studio<'_>, conversion: Conversion, device: Option<String>) -> Result {
    studio.start_live(conversion, device).await.worded(&studio)
}

/// Changes what is heard into another conversion, without a click.
#[tauri::command]
#[specta::specta]
pub async fn change_live(studio: Studio<'_>, conversion: Conversion) -> Result {
    studio.change_live(conversion).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn stop_live(studio: Studio<'_>) -> Result {
    studio.stop_live().await.worded(&studio)
}

/// Returns what each preset takes live, beside what the devices take.
#[tauri::command]
#[specta::specta]
pub async fn list_live_delays(studio: Studio<'_>) -> Result<Vec<LiveDelay>> {
    Ok(studio.live_delays())
}

/// Streams levels and the measured latency until the page is gone; returns at once.
#[tauri::command]
#[specta::specta]
pub async fn watch_live(studio: Studio<'_>, frames: Channel<LiveFrame>) -> Result {
    let live = studio.live_voice().worded(&studio)?;
    stream(frames, move || live.frame());
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn get_dictation(studio: Studio<'_>) -> Result<Dictation> {
    Ok(studio.dictation())
}

/// Records a microphone and writes down what is said, phrase by phrase, as `Event::DictationChanged`; without a language,
/// in the one that is heard.
#[tauri::command]
#[specta::specta]
pub async fn start_dictation(
    studio: Studio<'_>,
    device: Option<String>,
    language: Option<Language>,
) -> Result {
    studio.start_dictation(device, language).await.worded(&studio)
}

/// Ends the recording; what was said last is still written down, and all of it kept with its sound.
#[tauri::command]
#[specta::specta]
pub async fn stop_dictation(studio: Studio<'_>) -> Result {
    studio.stop_dictation().await.worded(&studio)
}
