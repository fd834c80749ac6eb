//! Voices of one's own, and others with their consent.

use son1k_domain::id::{JobId, ProfileId, SampleId};
use son1k_domain::profile::{Profile, ProfileChange, SampleSource, ScriptLine};
use son1k_domain::setting::Language;

use super::Studio;
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub async fn list_profiles(studio: Studio<'_>) -> Result<Vec<Profile>> {
    Ok(studio.profiles.list())
}

#[tauri::command]
#[specta::specta]
pub async fn create_profile(
    studio: Studio<'_>,
    name: String,
    language: Language,
    own: bool,
) -> Result<ProfileId> {
    studio.create_profile(&name, language, own).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn change_profile(studio: Studio<'_>, profile: ProfileId, change: ProfileChange) -> Result {
    studio.change_profile(&profile, change).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn delete_profile(studio: Studio<'_>, profile: ProfileId) -> Result {
    studio.delete_profile(&profile).await.worded(&studio)
}

/// Copies sounds into a profile and looks how good they are; one of several that is refused comes as `Event::ProblemFound`.
#[tauri::command]
#[specta::specta]
pub async fn add_samples(studio: Studio<'_>, profile: ProfileId, sources: Vec<SampleSource>) -> Result {
    studio.add_samples(&profile, sources).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn remove_sample(studio: Studio<'_>, profile: ProfileId, sample: SampleId) -> Result {
    studio.remove_sample(&profile, &sample).await.worded(&studio)
}

/// Takes noise and silence out of a sample and brings it to a loudness; the original is kept.
#[tauri::command]
#[specta::specta]
pub async fn clean_sample(studio: Studio<'_>, profile: ProfileId, sample: SampleId) -> Result {
    studio.clean_sample(&profile, &sample).await.worded(&studio)
}

/// Takes the original of a sample in the place of the cleaned one.
#[tauri::command]
#[specta::specta]
pub async fn restore_sample(studio: Studio<'_>, profile: ProfileId, sample: SampleId) -> Result {
    studio.restore_sample(&profile, &sample).await.worded(&studio)
}

/// Lets a sample be heard; `stop` ends it.
#[tauri::command]
#[specta::specta]
pub async fn play_sample(studio: Studio<'_>, profile: ProfileId, sample: SampleId) -> Result {
    studio.play_sample(&profile, &sample).await.worded(&studio)
}

/// Makes a receipt of today for each sample of a profile.
#[tauri::command]
#[specta::specta]
pub async fn give_consent(studio: Studio<'_>, profile: ProfileId, person: String, purpose: String) -> Result {
    studio.give_consent(&profile, &person, &purpose).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn withdraw_consent(studio: Studio<'_>, profile: ProfileId) -> Result {
    studio.withdraw_consent(&profile).await.worded(&studio)
}

/// Looks for the voice of the studio that comes closest; it is kept in the profile.
#[tauri::command]
#[specta::specta]
pub async fn find_closest_voice(studio: Studio<'_>, profile: ProfileId) -> Result<JobId> {
    studio.find_closest_voice(&profile).await.worded(&studio)
}

/// Writes a profile with its samples and receipts as one file.
#[tauri::command]
#[specta::specta]
pub async fn export_profile(studio: Studio<'_>, profile: ProfileId, path: String) -> Result {
    studio.export_profile(&profile, &path).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn import_profile(studio: Studio<'_>, path: String) -> Result<ProfileId> {
    studio.import_profile(&path).await.worded(&studio)
}

/// Returns sentences to be read aloud for a sample.
#[tauri::command]
#[specta::specta]
pub async fn get_reading_script(studio: Studio<'_>, language: Language) -> Result<Vec<ScriptLine>> {
    Ok(studio.reading_script(language))
}
