//! Table `store_copy`: copies of the store of versions.

use son1k_domain::Problem;
use son1k_domain::history::{CopyPlace, StoreCopy};
use son1k_domain::id::CopyId;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Result, Store};

impl Store {
    /// Returns all copies, the first added first.
    pub async fn store_copies(&self) -> Result<Vec<StoreCopy>> {
        let rows = sqlx::query("SELECT id, place, synced_ms, problem FROM store_copy ORDER BY added_ms, id")
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(copy).collect()
    }

    /// Adds a copy; returns whether there was none at its place.
    pub async fn add_store_copy(&self, id: &CopyId, place: &CopyPlace, now_ms: f64) -> Result<bool> {
        let query =
            "INSERT INTO store_copy (id, place, added_ms) VALUES (?1, ?2, ?3) ON CONFLICT (place) DO NOTHING";
        let done = sqlx::query(query)
            .bind(id.0.clone())
            .bind(serde_json::to_string(place)?)
            .bind(now_ms)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes that a copy holds the versions of a moment (milliseconds since the Unix epoch).
    pub async fn note_synced(&self, id: &CopyId, at_ms: f64) -> Result<()> {
        sqlx::query("UPDATE store_copy SET synced_ms = ?2, problem = NULL WHERE id = ?1")
            .bind(id.0.clone())
            .bind(at_ms)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Notes why a copy could not be brought up to date.
    pub async fn note_copy_problem(&self, id: &CopyId, problem: &Problem) -> Result<()> {
        sqlx::query("UPDATE store_copy SET problem = ?2 WHERE id = ?1")
            .bind(id.0.clone())
            .bind(serde_json::to_string(problem)?)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets a copy; what it holds stays. Returns whether it was known.
    pub async fn forget_store_copy(&self, id: &CopyId) -> Result<bool> {
        let query = "DELETE FROM store_copy WHERE id = ?1";
        Ok(sqlx::query(query).bind(id.0.clone()).execute(&self.writer).await?.rows_affected() > 0)
    }
}

fn copy(row: &SqliteRow) -> Result<StoreCopy> {
    let (place, problem): (String, Option<String>) = (row.try_get("place")?, row.try_get("problem")?);
    Ok(StoreCopy {
        id: CopyId(row.try_get("id")?),
        place: serde_json::from_str(&place)?,
        synced_ms: row.try_get("synced_ms")?,
        // What a newer studio calls by a name that is not known here is no reason to lose the copy.
        problem: problem.and_then(|problem| serde_json::from_str(&problem).ok()),
    })
}

#[cfg(test)]
mod tests {
    use son1k_domain::ErrorCode;

    use super::*;

    fn folder(path: &str) -> CopyPlace {
        CopyPlace::Folder { path: path.into() }
    }

    #[tokio::test]
    async fn a_copy_is_listed_with_what_became_of_it_until_it_is_forgotten() {
        let data = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(data.path()).await.unwrap();
        let [first, second] = ["first", "second"].map(|id| CopyId(id.into()));
        assert!(store.add_store_copy(&first, &folder("/disk"), 1.0).await.unwrap());
        assert!(store.add_store_copy(&second, &folder("/other"), 2.0).await.unwrap());
        assert!(!store.add_store_copy(&CopyId("third".into()), &folder("/disk"), 3.0).await.unwrap());
        let problem =
            Problem { code: ErrorCode::NotFound, message: "gone".into(), hint: "Plug it in.".into() };
        store.note_copy_problem(&first, &problem).await.unwrap();
        let listed = store.store_copies().await.unwrap();
        assert_eq!(listed.iter().map(|copy| &copy.id).collect::<Vec<_>>(), [&first, &second]);
        assert_eq!((listed[0].problem.as_ref(), listed[0].synced_ms), (Some(&problem), None));
        store.note_synced(&first, 5.0).await.unwrap();
        let listed = store.store_copies().await.unwrap();
        assert_eq!((listed[0].problem.as_ref(), listed[0].synced_ms), (None, Some(5.0)));
        assert!(store.forget_store_copy(&first).await.unwrap());
        assert!(!store.forget_store_copy(&first).await.unwrap());
        assert_eq!(store.store_copies().await.unwrap().len(), 1);
    }
}
