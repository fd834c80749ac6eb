//! Where the studio keeps its files on each system.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Names another folder for models, before every other choice.
pub const MODELS_VARIABLE: &str = "SON1K_MODELS";

const APP: &str = "son1k";

/// The folders of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Databases.
    pub data: PathBuf,
    /// Files that a person may edit.
    pub config: PathBuf,
    pub logs: PathBuf,
    /// May be deleted at any time.
    pub cache: PathBuf,
    /// Models, sound banks and runtime libraries.
    pub models: PathBuf,
    /// The default folder of projects.
    pub projects: PathBuf,
    /// Sounds that were made of others. Made with the first of them.
    pub made: PathBuf,
    /// Texts that were spoken, and sounds whose voice was changed. Made with the first of them.
    pub voices: PathBuf,
    /// Where takes are recorded; made with the first.
    pub recordings: PathBuf,
}

impl Paths {
    /// Returns the folders of the current user: XDG base directories on Linux, Application Support on macOS, AppData on
    /// Windows; projects and recordings go to the Music folder.
    ///
    /// # Errors
    /// [`Error::NoHome`] when the user has no home folder.
    pub fn system() -> Result<Self> {
        let data = dirs::data_dir().ok_or(Error::NoHome)?.join(APP);
        let music = dirs::audio_dir().or_else(|| dirs::home_dir().map(|home| home.join("Music")));
        let music = music.ok_or(Error::NoHome)?;
        // Only Linux has a place for state; elsewhere logs lie beside the data.
        let state = dirs::state_dir().map_or_else(|| data.clone(), |state| state.join(APP));
        Ok(Self {
            config: dirs::config_dir().ok_or(Error::NoHome)?.join(APP),
            logs: state.join("logs"),
            cache: dirs::cache_dir().ok_or(Error::NoHome)?.join(APP),
            models: models_in(&data, env::var_os(MODELS_VARIABLE)),
            made: music.join("Son1k Studio").join("Cleaned"),
            voices: music.join("Son1k Studio").join("Voices"),
            projects: music.join("Son1k"),
            recordings: music.join("Son1k Studio").join("Recordings"),
            data,
        })
    }

    /// Returns the folders of an installation that lives in one folder (`--data-dir`). The models' folder still follows
    /// [`MODELS_VARIABLE`].
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            data: folder.join("data"),
            config: folder.join("config"),
            logs: folder.join("logs"),
            cache: folder.join("cache"),
            models: models_in(&folder.join("data"), env::var_os(MODELS_VARIABLE)),
            projects: folder.join("projects"),
            made: folder.join("cleaned"),
            voices: folder.join("voices"),
            recordings: folder.join("recordings"),
        }
    }

    /// Makes every folder and tries each one with a file.
    ///
    /// # Errors
    /// [`Error::Unwritable`] or [`Error::DiskFull`], naming the first folder that refuses.
    pub fn create(&self) -> Result<()> {
        for folder in [&self.data, &self.config, &self.logs, &self.cache, &self.projects] {
            fs::create_dir_all(folder).map_err(|e| Error::writing(folder, e))?;
            // A folder may exist and still refuse: read-only mounts, other owners.
            tempfile::Builder::new()
                .prefix(".try-")
                .tempfile_in(folder)
                .map_err(|e| Error::writing(folder, e))?;
        }
        // Models may lie in a shared, read-only place; only fetching writes there.
        if self.models.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(&self.models).map_err(|e| Error::writing(&self.models, e))
    }
}

fn models_in(data: &Path, chosen: Option<std::ffi::OsString>) -> PathBuf {
    match chosen {
        Some(folder) if !folder.is_empty() => {
            let folder = PathBuf::from(folder);
            std::path::absolute(&folder).unwrap_or(folder)
        }
        _ => data.join("models"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_folder_holds_everything_and_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::in_folder(folder.path());
        paths.create().unwrap();
        paths.create().unwrap();
        for made in [&paths.data, &paths.config, &paths.logs, &paths.cache, &paths.projects] {
            assert!(made.starts_with(folder.path()) && made.is_dir());
            assert_eq!(
                fs::read_dir(made).unwrap().filter(|e| e.as_ref().unwrap().path().is_file()).count(),
                0
            );
        }
        assert!(paths.recordings.starts_with(folder.path()) && !paths.recordings.exists());
    }

    #[test]
    fn the_system_folders_are_absolute_and_named_after_the_studio() {
        let paths = Paths::system().unwrap();
        for folder in [&paths.data, &paths.config, &paths.cache] {
            assert!(folder.is_absolute() && folder.ends_with(APP));
        }
        assert!(paths.projects.ends_with("Son1k") && paths.logs.ends_with("logs"));
        assert!(paths.recordings.ends_with("Son1k Studio/Recordings"));
    }

    #[test]
    fn a_folder_below_a_file_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        match Paths::in_folder(&file).create() {
            Err(Error::Unwritable { path, .. }) => assert!(path.starts_with(&file)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_models_folder_follows_the_environment_unless_it_is_empty() {
        let data = Path::new("/d");
        assert_eq!(models_in(data, Some("/elsewhere".into())), Path::new("/elsewhere"));
        assert_eq!(models_in(data, Some("".into())), Path::new("/d/models"));
        assert_eq!(models_in(data, None), Path::new("/d/models"));
        assert!(models_in(data, Some("relative".into())).is_absolute());
    }
}
