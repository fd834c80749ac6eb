//! The SQL on the job engine's own file, `jobs.db`. The engine (apalis) owns the tables `Jobs` and `Workers` in it; a row
//! of `Jobs` is a ticket. Everything in the file can be made again from the table `job`.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::{Result, copies};

/// The open queue file; clones share it.
#[derive(Debug, Clone)]
pub struct Queue {
    pool: SqlitePool,
}

impl Queue {
    /// Opens the queue file and brings it up to date with the engine's own `migrations`. A damaged file, or one of
    /// another version of the engine, is set aside: nothing in it is needed.
    pub async fn open(file: &Path, migrations: &Migrator) -> Result<Self> {
        match Self::try_open(file, migrations).await {
            Err(error) if error.is_damage() || matches!(error, crate::Error::Migration(_)) => {
                tracing::warn!(%error, "the queue file is set aside and made anew");
                let folder = file.parent().unwrap_or(Path::new("."));
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                copies::set_aside(folder, &name)?;
                Self::try_open(file, migrations).await
            }
            opened => opened,
        }
    }

    async fn try_open(file: &Path, migrations: &Migrator) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .busy_timeout(Duration::from_secs(10))
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        // One connection: everybody writes, and stands in line here rather than in SQLite's sleeping busy handler.
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        migrations.run(&pool).await?;
        Ok(Self { pool })
    }

    /// The pool that the engine works on.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Removes all tickets and workers.
    pub async fn clear(&self) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DELETE FROM Jobs").execute(&mut *transaction).await?;
        sqlx::query("DELETE FROM Workers").execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Removes a ticket that no worker has taken, or one that a dead worker had.
    pub async fn withdraw(&self, ticket: &str) -> Result<()> {
        sqlx::query("DELETE FROM Jobs WHERE id = ?1 AND status IN ('Pending', 'Queued')")
            .bind(ticket.to_owned())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Changes the place of a ticket that no worker has taken; a higher weight is taken first.
    pub async fn weigh(&self, ticket: &str, weight: i64) -> Result<()> {
        sqlx::query("UPDATE Jobs SET priority = ?2 WHERE id = ?1 AND status = 'Pending'")
            .bind(ticket.to_owned())
            .bind(weight)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Returns the tickets that a worker can still take.
    pub async fn tickets(&self) -> Result<HashSet<String>> {
        let query = "SELECT id FROM Jobs WHERE status = 'Pending' AND lock_by IS NULL";
        let ids: Vec<String> = sqlx::query_scalar(query).fetch_all(&self.pool).await?;
        Ok(ids.into_iter().collect())
    }

    /// Removes tickets that are used up, for the file not to grow.
    pub async fn sweep(&self) -> Result<()> {
        sqlx::query("DELETE FROM Jobs WHERE status IN ('Done', 'Killed', 'Failed')")
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
