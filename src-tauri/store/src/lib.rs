//! State: the studio's SQLite database and all SQL of the studio.
//!
//! One file per table ([`Store`] has their methods), plus [`queue`] for the file that the job engine reads from. Opening
//! repairs: a damaged database is set aside and the newest good copy takes its place, and what was found is reported.
//! Nothing here decides anything about music, jobs or files; time is passed in by the caller.

mod cache;
mod copies;
mod error;
mod job;
pub mod library;
pub mod mastering;
mod notes;
mod open;
mod profile;
mod project;
pub mod queue;
mod setting;
mod store_copies;
mod transcript;
mod versions_seen;
mod word;

use std::sync::Arc;

use sqlx::SqlitePool;

pub use cache::{CacheEntry, CacheTotals};
pub use error::{Error, Result};
pub use job::{JobRow, Orphans};
pub use open::Found;
pub use versions_seen::VersionSeen;

/// The open database; clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    reader: SqlitePool,
    /// One connection: writers stand in line here, where SQLite would let them sleep and try again.
    writer: SqlitePool,
    lists: Arc<library::Lists>,
}

impl Store {
    /// Closes the database after running statements have ended.
    pub async fn close(&self) {
        self.writer.close().await;
        self.reader.close().await;
    }

    /// Checks the whole database, for `doctor`.
    ///
    /// # Errors
    /// [`Error::Damaged`] with SQLite's first complaint.
    pub async fn check(&self) -> Result<()> {
        let mut connection = self.reader.acquire().await?;
        open::quick_check(&mut connection).await
    }
}
