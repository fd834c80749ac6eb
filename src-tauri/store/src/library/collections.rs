//! Collections: lists of sounds that belong together.

use son1k_domain::id::{CollectionId, SoundId};
use son1k_domain::library::Collection;
use sqlx::Row;

use super::{count, json_of};
use crate::{Result, Store};

impl Store {
    /// Returns all collections by name.
    pub async fn collections(&self) -> Result<Vec<Collection>> {
        let rows = sqlx::query(
            "SELECT id, name, (SELECT COUNT(*) FROM collection_sound WHERE collection = number) AS sounds
             FROM collection ORDER BY name COLLATE NOCASE, number",
        )
        .fetch_all(&self.reader)
        .await?;
        let read = |row: &sqlx::sqlite::SqliteRow| {
            Ok(Collection {
                id: CollectionId(row.try_get("id")?),
                name: row.try_get("name")?,
                sounds: count(row.try_get("sounds")?),
            })
        };
        rows.iter().map(read).collect()
    }

    /// Adds an empty collection.
    pub async fn create_collection(&self, id: &CollectionId, name: &str) -> Result<()> {
        sqlx::query("INSERT INTO collection (id, name) VALUES (?1, ?2)")
            .bind(id.0.clone())
            .bind(name.to_owned())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Renames a collection and returns whether it was there.
    pub async fn rename_collection(&self, id: &CollectionId, name: &str) -> Result<bool> {
        let renamed = sqlx::query("UPDATE collection SET name = ?2 WHERE id = ?1")
            .bind(id.0.clone())
            .bind(name.to_owned())
            .execute(&self.writer)
            .await?;
        Ok(renamed.rows_affected() > 0)
    }

    /// Deletes a collection, but none of its sounds, and returns whether it was there.
    pub async fn delete_collection(&self, id: &CollectionId) -> Result<bool> {
        let mut transaction = self.library_change().await?;
        let deleted = sqlx::query("DELETE FROM collection WHERE id = ?1")
            .bind(id.0.clone())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Adds sounds to a collection; those that are in it stay in it once. Returns whether the collection was there.
    pub async fn collect_sounds(&self, id: &CollectionId, sounds: &[SoundId]) -> Result<bool> {
        let adding = "INSERT OR IGNORE INTO collection_sound (collection, sound)
             SELECT ?1, number FROM sound WHERE id IN (SELECT value FROM json_each(?2))";
        self.change_collection(id, sounds, adding).await
    }

    /// Takes sounds out of a collection. Returns whether the collection was there.
    pub async fn uncollect_sounds(&self, id: &CollectionId, sounds: &[SoundId]) -> Result<bool> {
        let taking_out = "DELETE FROM collection_sound WHERE collection = ?1 AND sound IN
             (SELECT number FROM sound WHERE id IN (SELECT value FROM json_each(?2)))";
        self.change_collection(id, sounds, taking_out).await
    }

    /// `change` has the collection's number first, then the sounds as a JSON list.
    async fn change_collection(
        &self,
        id: &CollectionId,
        sounds: &[SoundId],
        change: &'static str,
    ) -> Result<bool> {
        let mut transaction = self.library_change().await?;
        let Some(collection) = number_of(&mut transaction, id).await? else { return Ok(false) };
        sqlx::query(change).bind(collection).bind(json_of(sounds)?).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

async fn number_of(connection: &mut sqlx::SqliteConnection, id: &CollectionId) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar("SELECT number FROM collection WHERE id = ?1")
        .bind(id.0.clone())
        .fetch_optional(connection)
        .await?)
}
