//! Why state could not be read or written.

use std::path::{Path, PathBuf};

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file beside the database could not be written, renamed or read.
    #[error("could not write {}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// The database was written by a newer version of the program.
    #[error("the database has version {found}, this program knows up to {known}")]
    Newer { found: i64, known: i64 },
    /// The content of the database is damaged.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// Another program kept the database locked for too long.
    #[error("the database is in use by another program")]
    Busy,
    #[error("the disk is full")]
    DiskFull,
    #[error("could not use the database: {0}")]
    Database(#[source] sqlx::Error),
    #[error("could not bring the database up to date: {0}")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// A value could not be turned into JSON.
    #[error("could not encode a record: {0}")]
    Encode(#[from] serde_json::Error),
}

impl Error {
    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match source.kind() {
            // No file here is large: one that is too large has met a limit on what its user may write.
            StorageFull | QuotaExceeded | FileTooLarge => Self::DiskFull,
            _ => Self::File { path: path.to_owned(), source },
        }
    }

    pub(crate) fn is_damage(&self) -> bool {
        matches!(self, Self::Damaged(_))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let code = result_code(&error);
        // "May indicate that the underlying filesystem volume is out of space":
        // https://www.sqlite.org/rescode.html#ioerr_shmsize
        if code == Some(4874) {
            return Self::DiskFull;
        }
        // Primary result codes: https://www.sqlite.org/rescode.html
        match code.map(|code| code & 0xff) {
            Some(5 | 6) => Self::Busy,
            Some(11 | 26) => Self::Damaged(error.to_string()),
            Some(13) => Self::DiskFull,
            _ => Self::Database(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(inner) => inner.into(),
            other => Self::Migration(other),
        }
    }
}

fn result_code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}
