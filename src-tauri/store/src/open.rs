//! Opening the database: checked, repaired, copied and brought up to date before anybody reads from it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection};

use crate::{Error, Result, Store, copies};

pub(crate) const DATABASE: &str = "studio.db";
const LOCK: &str = "studio.lock";
/// Two programs that start at once wait this long for each other.
const PATIENCE: Duration = Duration::from_secs(15);
const READERS: u32 = 3;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// What was wrong and is dealt with, to be told to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The database was unreadable. `restored_from` is the copy in its place; without one, it starts empty.
    DatabaseCorrupt { set_aside: PathBuf, restored_from: Option<PathBuf> },
    /// The settings were unreadable; what could be read of them is kept.
    SettingsCorrupt { set_aside: PathBuf },
}

impl Store {
    /// Opens `studio.db` in `folder`, which is created when missing.
    ///
    /// # Errors
    /// [`Error::Newer`] when a newer program wrote it (nothing is touched), [`Error::File`] or [`Error::DiskFull`] when
    /// the folder cannot be written, [`Error::Busy`] when another program holds it.
    pub async fn open(folder: &Path) -> Result<(Self, Vec<Found>)> {
        open(folder, &MIGRATIONS, SystemTime::now()).await
    }
}

async fn open(folder: &Path, migrations: &Migrator, now: SystemTime) -> Result<(Store, Vec<Found>)> {
    std::fs::create_dir_all(folder).map_err(|e| Error::file(folder, e))?;
    let _one_opens_at_a_time = lock(folder).await?;
    let mut found = Vec::new();
    let mut attempt = prepare(folder, migrations, now).await;
    if attempt.as_ref().is_err_and(Error::is_damage) {
        let set_aside = copies::set_aside(folder, DATABASE)?;
        let restored_from = copies::restore(folder).await?;
        found.push(Found::DatabaseCorrupt { set_aside, restored_from });
        attempt = prepare(folder, migrations, now).await;
    }
    attempt?;
    let options = options(&folder.join(DATABASE));
    let pool =
        |connections| SqlitePoolOptions::new().max_connections(connections).connect_with(options.clone());
    let store = Store { writer: pool(1).await?, reader: pool(READERS).await?, lists: Arc::default() };
    if let Some(set_aside) = store.repair_settings(folder).await? {
        found.push(Found::SettingsCorrupt { set_aside });
    }
    Ok((store, found))
}

/// Checks, copies and migrates over one connection that is closed again, so that nothing else sees a half-way state.
async fn prepare(folder: &Path, migrations: &Migrator, now: SystemTime) -> Result<()> {
    refuse_emptied(folder)?;
    let mut connection = SqliteConnection::connect_with(&bare(&folder.join(DATABASE))).await?;
    let prepared = prepare_open(&mut connection, folder, migrations, now).await;
    let _a_damaged_file_may_not_close = connection.close().await;
    prepared
}

async fn prepare_open(
    connection: &mut SqliteConnection,
    folder: &Path,
    migrations: &Migrator,
    now: SystemTime,
) -> Result<()> {
    refuse_newer_than(connection, newest(migrations)).await?;
    quick_check(connection).await?;
    let current = version(connection).await?;
    if let Some(current) = current {
        copies::copy_daily(connection, folder, now).await?;
        if current < newest(migrations) {
            copies::copy_before(connection, folder, newest(migrations)).await?;
        }
    }
    migrations.run(connection).await?;
    Ok(())
}

/// SQLite takes an emptied file for a new database, which would hide the loss while copies exist.
fn refuse_emptied(folder: &Path) -> Result<()> {
    let emptied = folder.join(DATABASE).metadata().is_ok_and(|file| file.len() == 0);
    let wal = folder.join(format!("{DATABASE}-wal")).metadata().map_or(0, |file| file.len());
    if emptied && wal == 0 && copies::exist(folder) {
        return Err(Error::Damaged("the file is empty".into()));
    }
    Ok(())
}

pub(crate) async fn quick_check(connection: &mut SqliteConnection) -> Result<()> {
    let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(connection).await?;
    if verdict == "ok" { Ok(()) } else { Err(Error::Damaged(verdict)) }
}

/// Returns the newest migration that ran, `None` in a database that has none.
pub(crate) async fn version(connection: &mut SqliteConnection) -> Result<Option<i64>> {
    let table: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'")
            .fetch_optional(&mut *connection)
            .await?;
    if table.is_none() {
        return Ok(None);
    }
    Ok(sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(connection).await?)
}

pub(crate) async fn refuse_newer(connection: &mut SqliteConnection) -> Result<()> {
    refuse_newer_than(connection, newest(&MIGRATIONS)).await
}

async fn refuse_newer_than(connection: &mut SqliteConnection, known: i64) -> Result<()> {
    match version(connection).await? {
        Some(found) if found > known => Err(Error::Newer { found, known }),
        _ => Ok(()),
    }
}

fn newest(migrations: &Migrator) -> i64 {
    migrations.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// Options that change nothing in the file.
pub(crate) fn bare(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
}

/// Options of every connection that works with the database.
fn options(path: &Path) -> SqliteConnectOptions {
    // With a write-ahead log, NORMAL keeps the database whole through a power cut and commits in far under a
    // millisecond (https://www.sqlite.org/pragma.html#pragma_synchronous).
    bare(path).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal)
}

async fn lock(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|e| Error::file(&path, e))?;
    let patience = tokio::time::Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(std::fs::TryLockError::WouldBlock) if tokio::time::Instant::now() < patience => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(std::fs::TryLockError::WouldBlock) => return Err(Error::Busy),
            Err(std::fs::TryLockError::Error(e)) => return Err(Error::file(&path, e)),
        }
    }
}

#[cfg(test)]
mod tests;
