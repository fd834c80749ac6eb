//! Listening to sounds of the library.

use son1k_domain::id::SoundId;
use son1k_domain::playback::{Side, Span};
use son1k_domain::unit::Seconds;

use super::Studio;
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub async fn play_sounds(studio: Studio<'_>, sounds: Vec<SoundId>, start: u32) -> Result {
    studio.play_sounds(&sounds, start).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn queue_sounds(studio: Studio<'_>, sounds: Vec<SoundId>) -> Result {
    studio.queue_sounds(&sounds).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn unqueue_sound(studio: Studio<'_>, index: u32) -> Result {
    studio.unqueue_sound(index).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn play_entry(studio: Studio<'_>, index: u32) -> Result {
    studio.play_entry(index).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn next_sound(studio: Studio<'_>) -> Result {
    studio.next_sound().worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn previous_sound(studio: Studio<'_>) -> Result {
    studio.previous_sound().worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn loop_selection(studio: Studio<'_>, selection: Option<Span>) -> Result {
    studio.loop_selection(selection).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn set_speed(studio: Studio<'_>, speed: f32) -> Result {
    studio.set_speed(speed).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn set_crossfade(studio: Studio<'_>, seconds: Seconds) -> Result {
    studio.set_crossfade(seconds).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn set_repeat(studio: Studio<'_>, repeat: bool) -> Result {
    studio.set_repeat(repeat).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn scrub(studio: Studio<'_>, position: Option<Seconds>) -> Result {
    studio.scrub(position).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn compare_sounds(studio: Studio<'_>, a: SoundId, b: SoundId) -> Result {
    studio.compare_sounds(&a, &b).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn hear_side(studio: Studio<'_>, side: Side) -> Result {
    studio.hear_side(side).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn restart_meters(studio: Studio<'_>) -> Result {
    studio.restart_meters().worded(&studio)
}
