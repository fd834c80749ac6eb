//! Tables `mastering` and `mastering_file`: batches of files that are brought to a loudness, and how far they are.

use std::collections::BTreeMap;

use son1k_domain::id::JobId;
use son1k_domain::mastering::{MasterRequest, MasterResult, Mastering};
use son1k_domain::unit::Db;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::{Error, Result, Store};

/// Batches that are remembered after their jobs have ended.
const KEPT: i64 = 200;

/// A batch as far as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct MasterBatch {
    pub request: MasterRequest,
    /// The one gain of an album once it was measured; inside, none: nothing of it could be.
    pub gain: Option<Option<Db>>,
    /// By place among the files of the request.
    pub begun: BTreeMap<usize, Begun>,
}

/// A file of a batch that was begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Begun {
    /// Where its result goes.
    pub place: String,
    /// None while nobody knows what came of it.
    pub result: Option<MasterResult>,
}

impl MasterBatch {
    /// Returns what everyone may see of it.
    pub fn shown(&self, job: &JobId) -> Mastering {
        let results = self.begun.values().filter_map(|begun| begun.result.clone()).collect();
        Mastering { job: job.clone(), request: self.request.clone(), results }
    }
}

impl Store {
    /// Enters a batch unless it is there, and forgets the oldest ones whose jobs have ended.
    pub async fn begin_mastering(&self, job: &JobId, request: &MasterRequest) -> Result<()> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("INSERT INTO mastering (job, request) VALUES (?1, ?2) ON CONFLICT (job) DO NOTHING")
            .bind(job.0.clone())
            .bind(serde_json::to_string(request)?)
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "DELETE FROM mastering
             WHERE job NOT IN (SELECT job FROM mastering ORDER BY number DESC LIMIT ?1)
                 AND NOT EXISTS (SELECT 1 FROM job WHERE job.id = mastering.job AND finished_ms IS NULL)",
        )
        .bind(KEPT)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Returns a batch.
    pub async fn mastering(&self, job: &JobId) -> Result<Option<MasterBatch>> {
        let batch = sqlx::query("SELECT request, gain, measured FROM mastering WHERE job = ?1")
            .bind(job.0.clone())
            .fetch_optional(&self.reader)
            .await?;
        let Some(batch) = batch else { return Ok(None) };
        let files = sqlx::query("SELECT file, place, result FROM mastering_file WHERE job = ?1")
            .bind(job.0.clone())
            .fetch_all(&self.reader)
            .await?;
        let request: String = batch.try_get("request")?;
        let gain = batch.try_get::<Option<f64>, _>("gain")?.map(|gain| Db(gain as f32));
        let measured = batch.try_get::<i64, _>("measured")? != 0;
        Ok(Some(MasterBatch {
            request: serde_json::from_str(&request)?,
            gain: measured.then_some(gain),
            begun: files.iter().map(begun).collect::<Result<_>>()?,
        }))
    }

    /// Notes the one gain of an album, none when nothing of it can be measured.
    pub async fn note_album_gain(&self, job: &JobId, gain: Option<Db>) -> Result<()> {
        sqlx::query("UPDATE mastering SET gain = ?2, measured = 1 WHERE job = ?1")
            .bind(job.0.clone())
            .bind(gain.map(|gain| f64::from(gain.0)))
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Notes where the result of a file will go, before it is there. Returns false when a batch that has not ended
    /// means to put another file there.
    pub async fn take_master_place(&self, job: &JobId, file: usize, place: &str) -> Result<bool> {
        let taken = sqlx::query(
            "INSERT INTO mastering_file (job, file, place)
             SELECT ?1, ?2, ?3 WHERE NOT EXISTS (
                 SELECT 1 FROM mastering_file AS other JOIN job ON job.id = other.job
                 WHERE other.place = ?3 AND other.result IS NULL AND job.finished_ms IS NULL
                     AND (other.job <> ?1 OR other.file <> ?2))
             ON CONFLICT (job, file) DO UPDATE SET place = excluded.place, result = NULL",
        )
        .bind(job.0.clone())
        .bind(number(file)?)
        .bind(place.to_owned())
        .execute(&self.writer)
        .await?;
        Ok(taken.rows_affected() > 0)
    }

    /// Notes what came of a file whose place was taken.
    pub async fn note_mastered(&self, job: &JobId, file: usize, result: &MasterResult) -> Result<()> {
        sqlx::query("UPDATE mastering_file SET result = ?3 WHERE job = ?1 AND file = ?2")
            .bind(job.0.clone())
            .bind(number(file)?)
            .bind(serde_json::to_string(result)?)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Forgets files of a batch, which are to be begun anew.
    pub async fn forget_mastered(&self, job: &JobId, files: &[usize]) -> Result<()> {
        sqlx::query(
            "DELETE FROM mastering_file WHERE job = ?1 AND file IN (SELECT value FROM json_each(?2))",
        )
        .bind(job.0.clone())
        .bind(serde_json::to_string(files)?)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

fn begun(row: &SqliteRow) -> Result<(usize, Begun)> {
    let file = usize::try_from(row.try_get::<i64, _>("file")?)
        .map_err(|_| Error::Damaged("a file before the first".into()))?;
    let result: Option<String> = row.try_get("result")?;
    let result = result.as_deref().map(serde_json::from_str).transpose()?;
    Ok((file, Begun { place: row.try_get("place")?, result }))
}

fn number(file: usize) -> Result<i64> {
    i64::try_from(file).map_err(|_| Error::Damaged("more files than can be counted".into()))
}

#[cfg(test)]
mod tests;
