//! The past of the open project: its versions, branches, merges, and what may be let go.

use son1k_domain::history::{
    FileChange, MergeStatus, PrunePlan, PruneRules, SoundComparison, Timeline, VersionComparison,
};
use son1k_domain::id::{JobId, VersionId};
use son1k_domain::merge::{Choice, Conflict, Part};
use son1k_domain::take::Peaks;

use super::Studio;
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub async fn get_timeline(studio: Studio<'_>) -> Result<Timeline> {
    studio.timeline().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn save_version(studio: Studio<'_>, message: String) -> Result<VersionId> {
    studio.save_version(message).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn suggest_message(studio: Studio<'_>) -> Result<String> {
    studio.suggest_message().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn name_version(studio: Studio<'_>, version: VersionId, message: String) -> Result {
    studio.name_version(version, message).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn star_version(studio: Studio<'_>, version: VersionId, starred: bool) -> Result {
    studio.star_version(version, starred).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn make_branch(studio: Studio<'_>, name: String, from: Option<VersionId>) -> Result {
    studio.make_branch(name, from).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn switch_branch(studio: Studio<'_>, name: String) -> Result {
    studio.switch_branch(name).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn merge_branch(studio: Studio<'_>, name: String) -> Result {
    studio.merge_branch(name).await.map(drop).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_merge(studio: Studio<'_>) -> Result<Option<MergeStatus>> {
    studio.merge_status().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn resolve_conflict(studio: Studio<'_>, conflict: Conflict, choice: Choice) -> Result {
    studio.resolve_conflict(conflict, choice).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn hear_conflict(studio: Studio<'_>, conflict: Conflict, choice: Choice) -> Result {
    studio.hear_conflict(conflict, choice).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn restore_version(studio: Studio<'_>, version: VersionId) -> Result {
    studio.restore_version(version).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn restore_part(studio: Studio<'_>, version: VersionId, part: Part) -> Result {
    studio.restore_part(version, part).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn restore_file(studio: Studio<'_>, version: VersionId, path: String) -> Result {
    studio.restore_file(version, path).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn list_version_files(studio: Studio<'_>, version: VersionId) -> Result<Vec<FileChange>> {
    studio.version_files(version).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn compare_versions(
    studio: Studio<'_>,
    before: VersionId,
    after: Option<VersionId>,
) -> Result<VersionComparison> {
    studio.compare_versions(before, after).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn compare_sound(
    studio: Studio<'_>,
    before: VersionId,
    after: Option<VersionId>,
) -> Result<SoundComparison> {
    studio.compare_sound(before, after).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_version_wave(studio: Studio<'_>, version: VersionId, buckets: u32) -> Result<Option<Peaks>> {
    studio.version_wave(version, buckets).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn play_version(studio: Studio<'_>, version: VersionId) -> Result {
    studio.play_version(version).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn audition_versions(studio: Studio<'_>, before: VersionId, after: Option<VersionId>) -> Result {
    studio.audition_versions(before, after).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_prune_plan(studio: Studio<'_>, rules: PruneRules) -> Result<PrunePlan> {
    studio.prune_plan(rules).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn prune_history(studio: Studio<'_>, rules: PruneRules) -> Result<JobId> {
    studio.prune_history(rules).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn check_history(studio: Studio<'_>, read_data: bool) -> Result<JobId> {
    studio.check_history(read_data).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn mend_history(studio: Studio<'_>) -> Result<JobId> {
    studio.mend_history().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn keep_outside_change(studio: Studio<'_>, message: String) -> Result<VersionId> {
    studio.keep_outside_change(message).await.worded(&studio)
}
