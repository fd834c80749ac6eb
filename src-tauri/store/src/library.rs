//! Tables `sound`, `sound_words`, `collection` and `collection_sound`: the library of sounds.
//!
//! Every change is one transaction that counts [`Store::library_revision`] up, so that a list of rows that was kept is
//! known to be old, in this program and in any other with the same data.

mod analysis;
mod change;
mod collections;
mod lists;
mod place;
mod row;
mod search;
mod words;

use son1k_domain::id::SoundId;
use son1k_domain::library::{FileTags, LibrarySound};
use son1k_domain::sound::SoundFacts;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Sqlite, Transaction};

use crate::{Result, Store};

pub use analysis::{Heard, Waiting};
pub(crate) use lists::Lists;
pub use place::Place;

/// The blake3 hash of a file's bytes.
pub type Content = [u8; 32];

/// A file as it is found on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundSound {
    /// The id it gets if it is new.
    pub id: SoundId,
    pub path: String,
    pub content: Content,
    /// The file's own time; milliseconds since the Unix epoch, as all times here.
    pub modified_ms: f64,
    pub facts: SoundFacts,
    pub tags: FileTags,
    pub has_cover: bool,
    pub added_ms: f64,
}

/// What became of a file that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It is new.
    New(SoundId),
    /// It was there, at this path and with this content.
    Known(SoundId),
    /// It was there at this path and was marked as missing.
    Back(SoundId),
    /// The path was known, with another content: the analysis waits again.
    Changed(SoundId),
    /// Its content is that of a sound at another path; nothing was changed.
    Duplicate { of: SoundId, of_path: String },
}

/// Returns the name of the file at the end of a path.
pub fn name_of(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

impl Store {
    /// Returns how often the library was changed.
    pub async fn library_revision(&self) -> Result<i64> {
        Ok(sqlx::query_scalar("SELECT revision FROM library_revision").fetch_one(&self.reader).await?)
    }

    /// Returns one sound.
    pub async fn sound(&self, id: &SoundId) -> Result<Option<LibrarySound>> {
        let row = sqlx::query("SELECT * FROM sound WHERE id = ?1")
            .bind(id.0.clone())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(row::read).transpose()
    }

    /// Returns how many sounds there are, and how many of them are missing.
    pub async fn count_sounds(&self) -> Result<(u32, u32)> {
        let (all, missing): (i64, i64) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM sound), (SELECT COUNT(*) FROM sound WHERE missing = 1)",
        )
        .fetch_one(&self.reader)
        .await?;
        Ok((count(all), count(missing)))
    }

    async fn library_change(&self) -> Result<Transaction<'static, Sqlite>> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("UPDATE library_revision SET revision = revision + 1").execute(&mut *transaction).await?;
        Ok(transaction)
    }
}

/// Enters the words that a sound is found by, in the place of earlier ones.
async fn index(connection: &mut SqliteConnection, number: i64, sound: &LibrarySound) -> Result<()> {
    sqlx::query("INSERT OR REPLACE INTO sound_words (rowid, words) VALUES (?1, ?2)")
        .bind(number)
        .bind(words::of(sound))
        .execute(connection)
        .await?;
    Ok(())
}

/// Reads a sound anew and enters its words.
async fn index_again(connection: &mut SqliteConnection, id: &SoundId) -> Result<Option<LibrarySound>> {
    let row = sqlx::query("SELECT * FROM sound WHERE id = ?1")
        .bind(id.0.clone())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let sound = row::read(&row)?;
    index(connection, row::number(&row)?, &sound).await?;
    Ok(Some(sound))
}

/// Returns ids as a JSON list, the way one statement takes many.
fn json_of(ids: &[SoundId]) -> Result<String> {
    Ok(serde_json::to_string(ids)?)
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(if number < 0 { 0 } else { u32::MAX })
}

#[cfg(test)]
mod tests;
