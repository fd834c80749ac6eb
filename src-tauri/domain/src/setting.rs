//! Settings: one typed record, kept in the database.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Interface languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    En,
    Es,
}

/// All settings. A missing field takes its default, so that old records stay readable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Settings {
    /// `None` follows the system.
    pub language: Option<Language>,
    /// Name of the output device; `None` is the system's default.
    pub output_device: Option<String>,
    /// 0 to 1.
    pub volume: f32,
    /// Memory that loaded models may use together, in MiB; `None` takes a quarter of the machine's.
    pub model_budget_mib: Option<u32>,
    /// Bound of the result cache on disk, in MiB.
    pub cache_mib: u32,
    /// Folder of the projects; `None` is the default folder.
    pub projects_folder: Option<String>,
    /// Folders whose sound files come into the library by themselves.
    pub watched_folders: Vec<String>,
    /// Remapped shortcuts: action id → keys (`ctrl+g`).
    pub shortcuts: std::collections::BTreeMap<String, String>,
    /// Whether the first-use hints were closed.
    pub welcomed: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: None,
            output_device: None,
            volume: 1.0,
            model_budget_mib: None,
            cache_mib: 4096,
            projects_folder: None,
            watched_folders: Vec::new(),
            shortcuts: std::collections::BTreeMap::new(),
            welcomed: false,
        }
    }
}
