//! What the world can refuse.

use std::io;
use std::path::{Path, PathBuf};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something outside of the program could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("could not find the home folder of the user")]
    NoHome,
    #[error("could not write {path}: {source}")]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("could not read {path}: {source}")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("could not write {path}: the disk is full")]
    DiskFull { path: PathBuf },
    #[error("could not reach {url}: {reason}")]
    Network { url: String, reason: String },
    /// The question was sent; how much of an answer came is not known.
    #[error("the answer of {url} broke off: {reason}")]
    Cut { url: String, reason: String },
    #[error("could not download {url}: the server answered {status}")]
    Refused { url: String, status: u16 },
    /// The bytes are not the ones that were asked for.
    #[error("could not accept {file}: expected {expected}, found {found}")]
    Unexpected { file: String, expected: String, found: String },
    /// A program that does the work is not installed; the text is its name (`python3`, `npm`, `apt-get` …).
    #[error("could not run {0}, it is not installed")]
    ClientMissing(String),
    #[error("{client} failed: {detail}")]
    Client { client: String, detail: String },
    #[error("could not find {member} in the package {package}")]
    MemberMissing { package: String, member: String },
    #[error("could not open the package {package}: {reason}")]
    BadPackage { package: String, reason: String },
    #[error("cancelled")]
    Cancelled,
}

impl Error {
    /// Returns the error of a failed write to `path`, telling a full disk from everything else.
    pub(crate) fn writing(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            // No file here comes near what file systems refuse: too large is a limit on what the user may write.
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::DiskFull { path }
            }
            _ => Self::Unwritable { path, source },
        }
    }

    pub(crate) fn reading(path: &Path, source: io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), source }
    }
}
