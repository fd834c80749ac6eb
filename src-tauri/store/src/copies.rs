//! Copies of the database: one a day, one before each migration, and the file that takes a damaged one's place.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sqlx::{Connection, SqliteConnection};

use crate::open::{self, DATABASE};
use crate::{Error, Result};

/// Name of the regular copy.
pub(crate) const DAILY: &str = "studio-daily.db";
const BEFORE: &str = "studio-before-";
const KEPT_BEFORE: usize = 3;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Files that SQLite keeps beside a database.
const SIDECARS: [&str; 3] = ["", "-wal", "-shm"];

/// Copies the open database to `to` in one piece: a reader sees the old copy or the new one.
pub(crate) async fn copy(connection: &mut SqliteConnection, to: &Path) -> Result<()> {
    let unfinished = to.with_extension("db.part");
    remove(&unfinished)?;
    let copied = sqlx::query("VACUUM INTO ?1")
        .bind(unfinished.to_string_lossy().into_owned())
        .execute(&mut *connection)
        .await;
    if let Err(error) = copied {
        remove(&unfinished)?;
        return Err(error.into());
    }
    std::fs::rename(&unfinished, to).map_err(|e| Error::file(to, e))
}

/// Copies the open database unless today's copy exists. Without room for it the older copy stays: the studio must open,
/// for it is where room can be made.
pub(crate) async fn copy_daily(
    connection: &mut SqliteConnection,
    folder: &Path,
    now: SystemTime,
) -> Result<()> {
    let to = folder.join(DAILY);
    let fresh = modified(&to).is_some_and(|at| now.duration_since(at).is_ok_and(|age| age < DAY));
    if fresh {
        return Ok(());
    }
    match copy(connection, &to).await {
        Err(Error::DiskFull) => {
            tracing::warn!("there is no room for today's copy of the database");
            Ok(())
        }
        copied => copied,
    }
}

/// Copies the open database before a migration to `version`; the oldest such copies go.
pub(crate) async fn copy_before(
    connection: &mut SqliteConnection,
    folder: &Path,
    version: i64,
) -> Result<()> {
    copy(connection, &folder.join(format!("{BEFORE}{version:04}.db"))).await?;
    let mut kept = before_copies(folder);
    kept.sort();
    kept.reverse();
    for old in kept.into_iter().skip(KEPT_BEFORE) {
        remove(&old)?;
    }
    Ok(())
}

/// Moves the damaged database out of the way, sidecars too, and returns its new path.
pub(crate) fn set_aside(folder: &Path, name: &str) -> Result<PathBuf> {
    let mut number = 1;
    while folder.join(format!("{name}.corrupt-{number}")).exists() {
        number += 1;
    }
    for sidecar in SIDECARS {
        let from = folder.join(format!("{name}{sidecar}"));
        if from.exists() {
            let to = folder.join(format!("{name}.corrupt-{number}{sidecar}"));
            std::fs::rename(&from, &to).map_err(|e| Error::file(&to, e))?;
        }
    }
    Ok(folder.join(format!("{name}.corrupt-{number}")))
}

/// Puts the newest good copy in the database's place and returns which one it was.
pub(crate) async fn restore(folder: &Path) -> Result<Option<PathBuf>> {
    for candidate in newest_first(folder) {
        if is_good(&candidate).await {
            let (unfinished, to) = (folder.join("studio.db.part"), folder.join(DATABASE));
            std::fs::copy(&candidate, &unfinished).map_err(|e| Error::file(&unfinished, e))?;
            std::fs::rename(&unfinished, &to).map_err(|e| Error::file(&to, e))?;
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Returns whether there is a copy at all, good or not.
pub(crate) fn exist(folder: &Path) -> bool {
    !newest_first(folder).is_empty()
}

async fn is_good(copy: &Path) -> bool {
    let options = open::bare(copy).create_if_missing(false).read_only(true);
    let Ok(mut connection) = SqliteConnection::connect_with(&options).await else { return false };
    let whole = open::quick_check(&mut connection).await.is_ok();
    let known = open::refuse_newer(&mut connection).await.is_ok();
    let filled = matches!(open::version(&mut connection).await, Ok(Some(_)));
    let _closing_a_reader_loses_nothing = connection.close().await;
    whole && known && filled
}

fn newest_first(folder: &Path) -> Vec<PathBuf> {
    let mut copies = before_copies(folder);
    copies.push(folder.join(DAILY));
    copies.retain(|copy| copy.is_file());
    copies.sort_by_key(|copy| std::cmp::Reverse(modified(copy)));
    copies
}

fn before_copies(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let named = |entry: &std::fs::DirEntry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with(BEFORE) && name.ends_with(".db")
    };
    entries.filter(named).map(|entry| entry.path()).collect()
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::file(path, e)),
        _ => Ok(()),
    }
}
