//! Sounds made clean, taken apart and written down.

use son1k_domain::cleaning::{Cleaning, NoteSheet};
use son1k_domain::id::{JobId, SoundId};

use super::Studio;
use crate::error::{Result, Worded};

/// Makes a clean sound of one; it comes as `Event::SoundsMade`.
#[tauri::command]
#[specta::specta]
pub async fn clean_sound(studio: Studio<'_>, sound: SoundId, cleaning: Cleaning) -> Result<JobId> {
    studio.clean_sound(sound, cleaning).await.worded(&studio)
}

/// Makes voice and backing of a song; they come as `Event::SoundsMade`.
#[tauri::command]
#[specta::specta]
pub async fn split_sound(studio: Studio<'_>, sound: SoundId) -> Result<JobId> {
    studio.split_sound(sound).await.worded(&studio)
}

/// Listens for the notes of a sound; they come as `Event::NotesHeard` and replace earlier ones.
#[tauri::command]
#[specta::specta]
pub async fn hear_notes(studio: Studio<'_>, sound: SoundId) -> Result<JobId> {
    studio.hear_notes(sound).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_notes(studio: Studio<'_>, sound: SoundId) -> Result<Option<NoteSheet>> {
    studio.notes(&sound).await.worded(&studio)
}

/// Keeps notes that were mended; they come back as `Event::NotesHeard`.
#[tauri::command]
#[specta::specta]
pub async fn save_notes(studio: Studio<'_>, sheet: NoteSheet) -> Result {
    studio.save_notes(sheet).await.worded(&studio)
}

/// Writes the notes of a sound as a MIDI file.
#[tauri::command]
#[specta::specta]
pub async fn export_notes(studio: Studio<'_>, sound: SoundId, path: String) -> Result {
    studio.export_notes(&sound, &path).await.worded(&studio)
}
