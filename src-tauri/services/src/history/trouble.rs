//! What goes wrong with versions.

use std::path::PathBuf;

use son1k_domain::ErrorCode;
use son1k_history as engine;

use crate::Error;
use crate::error::is_lack_of_room;

/// Why something could not be done with versions.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("the key does not open the store in {0}")]
    WrongKey(PathBuf),
    #[error("there is no key in {0}")]
    NoKey(PathBuf),
    #[error("{0} is no store of versions")]
    NotAStore(PathBuf),
    #[error("{0} is damaged or missing")]
    Damaged(PathBuf),
    /// Another program writes to a file of the project.
    #[error("{0} changed while it was kept")]
    Changing(String),
    #[error("another program is at work in {0}")]
    Locked(PathBuf),
    #[error("there is no version {0}")]
    NoVersion(String),
    /// The beginning of a version's name fits several.
    #[error("{0} fits several versions")]
    Ambiguous(String),
    #[error("there is no file {0} in the version")]
    NoFile(String),
    #[error("there is no branch {0}")]
    NoBranch(String),
    #[error("there is a branch {0} already")]
    BranchExists(String),
    #[error("{0} has nothing that is not here")]
    NothingToMerge(String),
    #[error("there is no conflict about this")]
    NoConflict,
    #[error("a folder of files has no parts of a song")]
    NoDocument,
    #[error("nothing sounds in the version")]
    Soundless,
    #[error("it is a version of another project")]
    NotThisProject,
    #[error("the project is open in another program")]
    OpenElsewhere,
}

impl Trouble {
    /// Returns the code that shells and scripts see.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::WrongKey(_) | Self::NoKey(_) | Self::Damaged(_) | Self::NotAStore(_) => {
                ErrorCode::HistoryCorrupt
            }
            Self::Changing(_) | Self::Locked(_) | Self::OpenElsewhere => ErrorCode::Busy,
            Self::NoVersion(_) | Self::NoFile(_) | Self::NoBranch(_) | Self::NoConflict | Self::Soundless => {
                ErrorCode::NotFound
            }
            Self::Ambiguous(_)
            | Self::BranchExists(_)
            | Self::NothingToMerge(_)
            | Self::NoDocument
            | Self::NotThisProject => ErrorCode::InvalidField,
        }
    }
}

impl From<engine::Error> for Error {
    fn from(error: engine::Error) -> Self {
        use engine::Error as E;
        let named = |path: PathBuf| path.display().to_string();
        let trouble = match error {
            E::Cancelled => return Self::Cancelled,
            E::DiskFull(path) => return Self::DiskFull { path: named(path) },
            E::ReadOnly(path) => {
                let source = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
                return Self::Unwritable { path: named(path), source };
            }
            E::Io { what: "read", path, cause } => {
                let source = std::io::Error::new(cause.kind(), cause);
                return Self::Unreadable { path: named(path), source };
            }
            E::Io { path, cause, .. } => {
                let path = named(path);
                if is_lack_of_room(&cause) {
                    return Self::DiskFull { path };
                }
                return Self::Unwritable { path, source: std::io::Error::new(cause.kind(), cause) };
            }
            E::WrongKey(path) => Trouble::WrongKey(path),
            E::NoKey(path) => Trouble::NoKey(path),
            E::NotAStore(path) => Trouble::NotAStore(path),
            E::Damaged(path) => Trouble::Damaged(path),
            E::Changing(path) => Trouble::Changing(file_name(&path)),
            E::Locked(path) => Trouble::Locked(path),
            E::NoVersion(version) => Trouble::NoVersion(version.0),
            E::NoFile(path) | E::BadPath(path) => Trouble::NoFile(named(path)),
            other => return Self::Internal(other.to_string()),
        };
        Self::History(trouble)
    }
}

fn file_name(path: &std::path::Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
