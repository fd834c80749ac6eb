//! The open project: its takes, its mixer, its history.

use std::path::Path;

use son1k_domain::id::{ProjectId, TakeId, TrackId};
use son1k_domain::project::{Project, ProjectInfo, StripChange};
use son1k_domain::system::DropVerdict;

use super::Studio;
use crate::error::{Result, Worded};

#[tauri::command]
#[specta::specta]
pub async fn list_projects(studio: Studio<'_>) -> Result<Vec<ProjectInfo>> {
    studio.projects.list().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn new_project(studio: Studio<'_>, name: Option<String>) -> Result<ProjectId> {
    studio.new_project(name).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn open_project(studio: Studio<'_>, project: ProjectId) -> Result {
    studio.open_project(&project).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn open_project_folder(studio: Studio<'_>, path: String) -> Result {
    studio.open_project_folder(Path::new(&path)).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn get_project(studio: Studio<'_>) -> Result<Project> {
    studio.projects.get().worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn rename_project(studio: Studio<'_>, name: String) -> Result {
    studio.rename_project(&name).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn set_lyrics(studio: Studio<'_>, text: String) -> Result {
    studio.set_lyrics(&text).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn use_take(studio: Studio<'_>, take: TakeId) -> Result {
    studio.use_take(&take).await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn star_take(studio: Studio<'_>, take: TakeId, starred: bool) -> Result {
    studio.projects.edit(|project| project.star_take(&take, starred)).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn delete_take(studio: Studio<'_>, take: TakeId) -> Result {
    studio.delete_take(&take).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn rename_take(studio: Studio<'_>, take: TakeId, title: String) -> Result {
    studio.projects.edit(|project| project.rename_take(&take, &title)).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn set_strip(studio: Studio<'_>, track: TrackId, change: StripChange, gesture: u32) -> Result {
    studio.set_strip(&track, change, gesture).worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn undo(studio: Studio<'_>) -> Result<bool> {
    studio.undo().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn redo(studio: Studio<'_>) -> Result<bool> {
    studio.redo().await.worded(&studio)
}

#[tauri::command]
#[specta::specta]
pub async fn check_drop(studio: Studio<'_>, paths: Vec<String>) -> Result<Vec<DropVerdict>> {
    Ok(studio.judge_drop(&paths))
}

#[tauri::command]
#[specta::specta]
pub async fn read_lyrics_file(studio: Studio<'_>, path: String) -> Result<String> {
    studio.read_lyrics_file(Path::new(&path)).worded(&studio)
}
