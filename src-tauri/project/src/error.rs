//! What can go wrong with a project.

use std::path::{Path, PathBuf};

use son1k_domain::id::{AssetId, ProjectId, SectionId, TakeId, TrackId};

/// Why something could not be done with a project.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("could not find a project in {0}")]
    NotFound(PathBuf),
    #[error("could not create a project in {0}: one is there already")]
    Exists(PathBuf),
    /// Neither the document nor its previous copy can be read.
    #[error("could not read the project {path}: {why}")]
    Corrupt { path: PathBuf, why: String },
    /// The document was written by a newer studio.
    #[error("could not read the project {path}: its format {format} is newer than this studio")]
    Newer { path: PathBuf, format: u32 },
    #[error("could not find the take {0}")]
    NoTake(TakeId),
    #[error("could not add the take {0}: it is there already")]
    TakeExists(TakeId),
    #[error("could not find the track {0}")]
    NoTrack(TrackId),
    #[error("could not find the section {0}")]
    NoSection(SectionId),
    /// The document's history does not have this version.
    #[error("could not find the version {0}")]
    NoVersion(String),
    /// Nobody is in conflict about this, or not any more.
    #[error("could not find a conflict about {0}")]
    NoConflict(String),
    /// Only versions of one project can be merged.
    #[error("could not merge: it is another project ({0})")]
    OtherProject(ProjectId),
    /// Updates that are damaged or belong to something else.
    #[error("could not read the changes: {0}")]
    BadUpdates(String),
    #[error("could not find the asset {0}")]
    NoAsset(AssetId),
    /// The file does not hold what its name promises.
    #[error("could not use the asset {0}: its content changed on disk")]
    DamagedAsset(AssetId),
    /// A value that no document can hold, such as a level that is not a number.
    #[error("could not keep {what}: {why}")]
    Unkeepable { what: &'static str, why: String },
    /// The document library refused an operation.
    #[error("could not change the project: {0}")]
    Library(String),
    #[error("could not {action} {path}: {source}")]
    Io { action: &'static str, path: PathBuf, source: std::io::Error },
}

impl Error {
    /// Wraps an input/output error with what was tried on which path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

impl From<loro::LoroError> for Error {
    fn from(error: loro::LoroError) -> Self {
        Self::Library(error.to_string())
    }
}

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;
