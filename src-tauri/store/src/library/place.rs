//! Where the files are: missing ones, and the way back to them.

use son1k_domain::id::SoundId;
use son1k_domain::library::LibrarySound;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Content, FoundSound, json_of, name_of, words};
use crate::{Error, Result, Store};

/// Where a sound is, and how its file is recognised.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    pub id: SoundId,
    pub path: String,
    pub missing: bool,
    pub content: Content,
    pub bytes: u64,
    /// Milliseconds since the Unix epoch.
    pub modified_ms: f64,
}

impl Store {
    /// Returns where all sounds are, in the order in which they were added; `missing_only` leaves out the others.
    pub async fn sound_places(&self, missing_only: bool) -> Result<Vec<Place>> {
        let rows = sqlx::query(
            "SELECT id, path, missing, content, bytes, modified_ms FROM sound WHERE missing >= ?1 ORDER BY number",
        )
        .bind(missing_only)
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(place).collect()
    }

    /// Returns what is known of the file at a path.
    pub async fn sound_at(&self, path: &str) -> Result<Option<Place>> {
        let row =
            sqlx::query("SELECT id, path, missing, content, bytes, modified_ms FROM sound WHERE path = ?1")
                .bind(path.to_owned())
                .fetch_optional(&self.reader)
                .await?;
        row.as_ref().map(place).transpose()
    }

    /// Notes that files are gone, or there again.
    pub async fn mark_missing(&self, ids: &[SoundId], missing: bool) -> Result<()> {
        let mut transaction = self.library_change().await?;
        sqlx::query("UPDATE sound SET missing = ?2 WHERE id IN (SELECT value FROM json_each(?1))")
            .bind(json_of(ids)?)
            .bind(missing)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Links a sound to the file of the same content at another place. Returns `None` when the sound is unknown or the
    /// path belongs to another sound.
    pub async fn relink_sound(&self, id: &SoundId, found: &FoundSound) -> Result<Option<LibrarySound>> {
        let name = name_of(&found.path);
        let mut transaction = self.library_change().await?;
        let linked = sqlx::query(
            "UPDATE OR IGNORE sound SET path = ?2, name = ?3, name_key = ?4, missing = 0, modified_ms = ?5
             WHERE id = ?1",
        )
        .bind(id.0.clone())
        .bind(found.path.clone())
        .bind(name.to_owned())
        .bind(words::sort_key(name))
        .bind(found.modified_ms)
        .execute(&mut *transaction)
        .await?;
        if linked.rows_affected() == 0 {
            return Ok(None);
        }
        let sound = super::index_again(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(sound)
    }
}

fn place(found: &SqliteRow) -> Result<Place> {
    let content: Vec<u8> = found.try_get("content")?;
    Ok(Place {
        id: SoundId(found.try_get("id")?),
        path: found.try_get("path")?,
        missing: found.try_get("missing")?,
        content: content.try_into().map_err(|_| Error::Damaged("a hash of another length".into()))?,
        bytes: u64::try_from(found.try_get::<i64, _>("bytes")?).unwrap_or(0),
        modified_ms: found.try_get("modified_ms")?,
    })
}
