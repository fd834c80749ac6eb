//! Tables `cache` and `cache_counter`: the index of the result cache and its figures.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Result, Store};

/// An entry of the index.
#[derive(Debug, Clone, PartialEq)]
pub struct CacheEntry {
    pub kind: String,
    pub key: String,
    /// Relative to the cache's folder.
    pub path: String,
    /// On disk.
    pub bytes: u64,
    /// Sizes and times of the files when they were stored.
    pub stamp: String,
    /// Whether the file is compressed.
    pub packed: bool,
    /// Milliseconds since the Unix epoch, as all times here.
    pub created_ms: f64,
    pub last_used_ms: f64,
    pub expires_ms: f64,
}

/// Figures of the whole cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheTotals {
    pub entries: u32,
    pub bytes: u64,
    pub hits: u32,
    pub misses: u32,
}

impl Store {
    /// Returns an entry, expired or not.
    pub async fn cache_entry(&self, kind: &str, key: &str) -> Result<Option<CacheEntry>> {
        let row = sqlx::query("SELECT * FROM cache WHERE kind = ?1 AND key = ?2")
            .bind(kind.to_owned())
            .bind(key.to_owned())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(entry).transpose()
    }

    /// Returns all entries, the least recently used first.
    pub async fn cache_entries(&self) -> Result<Vec<CacheEntry>> {
        let rows = sqlx::query("SELECT * FROM cache ORDER BY last_used_ms, created_ms")
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(entry).collect()
    }

    /// Adds or replaces an entry.
    pub async fn save_cache_entry(&self, entry: &CacheEntry) -> Result<()> {
        sqlx::query(
            "INSERT OR REPLACE INTO cache (kind, key, path, bytes, stamp, packed, created_ms, last_used_ms, expires_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )
        .bind(entry.kind.clone())
        .bind(entry.key.clone())
        .bind(entry.path.clone())
        .bind(i64::try_from(entry.bytes).unwrap_or(i64::MAX))
        .bind(entry.stamp.clone())
        .bind(entry.packed)
        .bind(entry.created_ms)
        .bind(entry.last_used_ms)
        .bind(entry.expires_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Removes an entry from the index.
    pub async fn remove_cache_entry(&self, kind: &str, key: &str) -> Result<()> {
        sqlx::query("DELETE FROM cache WHERE kind = ?1 AND key = ?2")
            .bind(kind.to_owned())
            .bind(key.to_owned())
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Counts a hit and moves the entry to the end of the line.
    pub async fn count_cache_hit(&self, kind: &str, key: &str, now_ms: f64) -> Result<()> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("UPDATE cache SET last_used_ms = ?3, hits = hits + 1 WHERE kind = ?1 AND key = ?2")
            .bind(kind.to_owned())
            .bind(key.to_owned())
            .bind(now_ms)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE cache_counter SET hits = hits + 1").execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Counts a miss.
    pub async fn count_cache_miss(&self) -> Result<()> {
        sqlx::query("UPDATE cache_counter SET misses = misses + 1").execute(&self.writer).await?;
        Ok(())
    }

    /// Returns the figures.
    pub async fn cache_totals(&self) -> Result<CacheTotals> {
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM cache) AS entries, (SELECT COALESCE(SUM(bytes), 0) FROM cache) AS bytes,
                 hits, misses FROM cache_counter WHERE id = 1",
        )
        .fetch_one(&self.reader)
        .await?;
        let count = |column: &str| row.try_get::<i64, _>(column);
        Ok(CacheTotals {
            entries: u32::try_from(count("entries")?).unwrap_or(u32::MAX),
            bytes: u64::try_from(count("bytes")?).unwrap_or(0),
            hits: u32::try_from(count("hits")?).unwrap_or(u32::MAX),
            misses: u32::try_from(count("misses")?).unwrap_or(u32::MAX),
        })
    }
}

fn entry(row: &SqliteRow) -> Result<CacheEntry> {
    Ok(CacheEntry {
        kind: row.try_get("kind")?,
        key: row.try_get("key")?,
        path: row.try_get("path")?,
        bytes: u64::try_from(row.try_get::<i64, _>("bytes")?).unwrap_or(0),
        stamp: row.try_get("stamp")?,
        packed: row.try_get("packed")?,
        created_ms: row.try_get("created_ms")?,
        last_used_ms: row.try_get("last_used_ms")?,
        expires_ms: row.try_get("expires_ms")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, last_used_ms: f64) -> CacheEntry {
        CacheEntry {
            kind: "song".into(),
            key: key.into(),
            path: format!("song/{key}"),
            bytes: 1000,
            stamp: "s".into(),
            packed: false,
            created_ms: 0.0,
            last_used_ms,
            expires_ms: 100.0,
        }
    }

    #[tokio::test]
    async fn entries_come_least_recently_used_first_and_a_hit_moves_one_back() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path()).await?;
        store.save_cache_entry(&entry("a", 1.0)).await?;
        store.save_cache_entry(&entry("b", 2.0)).await?;
        store.count_cache_hit("song", "a", 3.0).await?;
        let keys: Vec<_> = store.cache_entries().await?.into_iter().map(|entry| entry.key).collect();
        assert_eq!(keys, ["b", "a"]);
        assert_eq!(store.cache_entry("song", "a").await?, Some(entry("a", 3.0)));
        assert_eq!(store.cache_entry("stems", "a").await?, None);
        Ok(())
    }

    #[tokio::test]
    async fn the_figures_outlive_the_program() -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path()).await?;
        store.save_cache_entry(&entry("a", 1.0)).await?;
        store.save_cache_entry(&entry("b", 1.0)).await?;
        store.count_cache_hit("song", "a", 2.0).await?;
        store.count_cache_miss().await?;
        store.remove_cache_entry("song", "b").await?;
        store.close().await;
        let (store, _) = Store::open(folder.path()).await?;
        assert_eq!(store.cache_totals().await?, CacheTotals { entries: 1, bytes: 1000, hits: 1, misses: 1 });
        Ok(())
    }
}
