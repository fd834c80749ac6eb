//! What can go wrong with the store of versions.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustic_core::RusticError;

use crate::version::VersionId;

/// The crate's result.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a version could not be kept, read or given back.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The caller raised its flag.
    #[error("the work was cancelled")]
    Cancelled,
    /// The key belongs to another store, or the passphrase is mistyped.
    #[error("the key does not open the store in {}", .0.display())]
    WrongKey(PathBuf),
    /// A key file that holds no key.
    #[error("there is no key in {}", .0.display())]
    NoKey(PathBuf),
    /// Nothing there, or something else.
    #[error("there is no store of versions in {}", .0.display())]
    NotAStore(PathBuf),
    /// A new store must not replace one.
    #[error("there is a store of versions in {} already", .0.display())]
    AlreadyAStore(PathBuf),
    /// Another program prunes, copies into or reads the store.
    #[error("another program is at work in the store in {}", .0.display())]
    Locked(PathBuf),
    /// No space is left where something was to be written.
    #[error("could not write {}: the disk is full", .0.display())]
    DiskFull(PathBuf),
    /// Nothing may be written there.
    #[error("could not write {}: it is read-only", .0.display())]
    ReadOnly(PathBuf),
    /// The storage does not take the keys, or they may not do what is needed.
    #[error("the storage refused the keys for {}", .0.display())]
    Refused(PathBuf),
    /// The keys are right, but there is no such bucket.
    #[error("there is no bucket for {}", .0.display())]
    NoBucket(PathBuf),
    /// The network is down, or the storage does not answer.
    #[error("could not reach {}: {cause}", .place.display())]
    Unreachable { place: PathBuf, cause: String },
    /// A file of the store is not what was written, or is gone.
    #[error("could not read {}: it is damaged or missing", .0.display())]
    Damaged(PathBuf),
    /// A program was writing to a file of the project.
    #[error("could not keep {}: it changed while it was read", .0.display())]
    Changing(PathBuf),
    /// No such version is in the store.
    #[error("there is no version {0} in the store")]
    NoVersion(VersionId),
    /// No such file is in the version.
    #[error("there is no {} in the version", .0.display())]
    NoFile(PathBuf),
    /// A path that leaves its folder, or is a file and a folder at once.
    #[error("could not use {} as the path of a file", .0.display())]
    BadPath(PathBuf),
    /// The system refused something else.
    #[error("could not {what} {}: {cause}", .path.display())]
    Io { what: &'static str, path: PathBuf, cause: Arc<io::Error> },
    /// The engine refused something else.
    #[error("could not work with the store: {0}")]
    Engine(String),
}

/// Tells a refusal to write apart by what a musician can do about it.
pub(crate) fn writing(path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |cause| match cause.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Error::DiskFull(path.into())
        }
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Error::ReadOnly(path.into()),
        _ => Error::Io { what: "write", path: path.into(), cause: Arc::new(cause) },
    }
}

pub(crate) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |cause| Error::Io { what: "read", path: path.into(), cause: Arc::new(cause) }
}

impl From<Box<RusticError>> for Error {
    fn from(error: Box<RusticError>) -> Self {
        typed(&error).unwrap_or_else(|| Self::Engine(error.display_log()))
    }
}

impl From<Error> for Box<RusticError> {
    fn from(error: Error) -> Self {
        RusticError::with_source(rustic_core::ErrorKind::Backend, error.to_string(), error)
    }
}

/// Returns our own error where one of ours went through the engine.
pub(crate) fn typed(error: &RusticError) -> Option<Error> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(ours) = error.downcast_ref::<Error>() {
            return Some(ours.clone());
        }
        cause = error.source();
    }
    None
}
