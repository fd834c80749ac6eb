//! The library of sounds.

use son1k_domain::certificate::Verification;
use son1k_domain::id::{CollectionId, JobId, SoundId};
use son1k_domain::library::{
    AnalysisStep, Collection, ImportPreview, LibraryPage, LibraryQuery, LibrarySound, LibraryStatus,
    TagChange,
};
use son1k_domain::listening::Pulse;
use son1k_domain::take::Peaks;

use super::Studio;
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub async fn search_library(studio: Studio<'_>, query: LibraryQuery) -> Result<LibraryPage> {
    studio.library.search(&query).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_library_status(studio: Studio<'_>) -> Result<LibraryStatus> {
    studio.library.status().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_sound(studio: Studio<'_>, sound: SoundId) -> Result<LibrarySound> {
    studio.library.sound(&sound).await.worded(&studio)
}

/// Looks for what says that a sound is synthetic: the mark in it, and its birth certificate.
#[tauri::command]
#[specta::specta]
pub async fn verify_sound(studio: Studio<'_>, sound: SoundId) -> Result<Verification> {
    studio.verify_sound(&sound).await.worded(&studio)
}

/// Says what of these files and folders can be taken; reads no more than their first bytes.
#[tauri::command]
#[specta::specta]
pub async fn preview_import(studio: Studio<'_>, paths: Vec<String>) -> Result<ImportPreview> {
    studio.library.preview(paths).await.worded(&studio)
}

/// Takes files and whole folders, as paths or `file://` addresses; the report comes as `Event::ImportFinished`.
#[tauri::command]
#[specta::specta]
pub async fn import_sounds(
    studio: Studio<'_>,
    paths: Vec<String>,
    collection: Option<CollectionId>,
) -> Result<JobId> {
    studio.library.import(paths, collection).await.worded(&studio)
}

/// Takes sounds out of the library; their files stay.
#[tauri::command]
#[specta::specta]
pub async fn remove_sounds(studio: Studio<'_>, sounds: Vec<SoundId>) -> Result {
    studio.library.remove(&sounds).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn rate_sounds(studio: Studio<'_>, sounds: Vec<SoundId>, rating: u8) -> Result {
    studio.library.rate(&sounds, rating).await.worded(&studio)
}

/// Writes tags into the files of sounds.
#[tauri::command]
#[specta::specta]
pub async fn edit_tags(studio: Studio<'_>, sounds: Vec<SoundId>, change: TagChange) -> Result {
    studio.library.edit_tags(&sounds, &change).await.worded(&studio)
}

/// Returns the cover as a `data:` address; none when the file has none.
#[tauri::command]
#[specta::specta]
pub async fn get_cover(studio: Studio<'_>, sound: SoundId) -> Result<Option<String>> {
    studio.library.cover(&sound).await.worded(&studio)
}

/// Writes a picture into the file of a sound; `None` takes the cover out.
#[tauri::command]
#[specta::specta]
pub async fn set_cover(studio: Studio<'_>, sound: SoundId, picture: Option<String>) -> Result {
    studio.library.set_cover(&sound, picture.as_deref()).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_sound_peaks(studio: Studio<'_>, sound: SoundId, buckets: u32) -> Result<Peaks> {
    studio.library.peaks(&sound, buckets).await.worded(&studio)
}

/// Returns the beats of a sound; `None` until they were heard, and when none is clear.
#[tauri::command]
#[specta::specta]
pub async fn get_beats(studio: Studio<'_>, sound: SoundId) -> Result<Option<Pulse>> {
    studio.library.beats(&sound).await.worded(&studio)
}

/// Has steps of the analysis done again; no sounds are all sounds, no steps are all steps.
#[tauri::command]
#[specta::specta]
pub async fn analyse_sounds(studio: Studio<'_>, sounds: Vec<SoundId>, steps: Vec<AnalysisStep>) -> Result {
    studio.library.analyse(&sounds, &steps).await.worded(&studio)
}

/// Cancels steps of the analysis that wait or run; no sounds are all sounds, no steps are all steps.
#[tauri::command]
#[specta::specta]
pub async fn cancel_analysis(studio: Studio<'_>, sounds: Vec<SoundId>, steps: Vec<AnalysisStep>) -> Result {
    studio.library.cancel_analysis(&sounds, &steps).await.worded(&studio)
}

/// Looks whether the files are where they were.
#[tauri::command]
#[specta::specta]
pub async fn check_library(studio: Studio<'_>) -> Result<LibraryStatus> {
    studio.library.check().await.worded(&studio)
}

/// Links a sound to a file at another place.
#[tauri::command]
#[specta::specta]
pub async fn relink_sound(studio: Studio<'_>, sound: SoundId, path: String) -> Result {
    studio.library.relink(&sound, &path).await.worded(&studio)
}

/// Looks in a folder for the files of all missing sounds, by content.
#[tauri::command]
#[specta::specta]
pub async fn relink_sounds(studio: Studio<'_>, folder: String) -> Result<JobId> {
    studio.library.relink_in(folder).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn list_collections(studio: Studio<'_>) -> Result<Vec<Collection>> {
    studio.library.collections().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn create_collection(studio: Studio<'_>, name: String) -> Result<CollectionId> {
    studio.library.create_collection(&name).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn rename_collection(studio: Studio<'_>, collection: CollectionId, name: String) -> Result {
    studio.library.rename_collection(&collection, &name).await.worded(&studio)
}

/// Deletes a collection; its sounds stay in the library.
#[tauri::command]
#[specta::specta]
pub async fn delete_collection(studio: Studio<'_>, collection: CollectionId) -> Result {
    studio.library.delete_collection(&collection).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn add_to_collection(studio: Studio<'_>, collection: CollectionId, sounds: Vec<SoundId>) -> Result {
    studio.library.collect(&collection, &sounds).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn remove_from_collection(
    studio: Studio<'_>,
    collection: CollectionId,
    sounds: Vec<SoundId>,
) -> Result {
    studio.library.uncollect(&collection, &sounds).await.worded(&studio)
}
