//! The commands of the studio, a few lines each: they name a use case and word its error.

pub mod cleaning;
pub mod ghost;
pub mod jobs;
pub mod library;
pub mod listening;
pub mod mastering;
pub mod models;
pub mod playback;
pub mod projects;
pub mod recording;
pub mod seeing;
pub mod settings;

/// What every command gets.
pub type Studio<'a> = tauri::State<'a, std::sync::Arc<son1k_services::Services>>;
