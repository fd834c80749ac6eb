//! Table `job`: background jobs. Each change names the states it may start from, so that of two that race (a job that
//! ends and a user who cancels it) exactly one happens.

mod pausing;

use son1k_domain::Problem;
use son1k_domain::id::JobId;
use son1k_domain::job::{Job, JobState, Priority, Stage};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::word::{from_word, word};
use crate::{Result, Store};

/// A job with what the queue needs to know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRow {
    pub job: Job,
    /// The only ticket that may start the job.
    pub ticket: String,
    /// Not to be started before; milliseconds since the Unix epoch.
    pub due_ms: f64,
}

/// What a dead studio left behind.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Orphans {
    /// Back in the queue.
    pub queued: Vec<Job>,
    /// Given up, because the studio died with them too often.
    pub failed: Vec<Job>,
}

impl Store {
    /// Adds a job.
    pub async fn insert_job(&self, row: &JobRow) -> Result<()> {
        let job = &row.job;
        sqlx::query(
            "INSERT INTO job (id, work, priority, rank, state, stage, progress, attempt, created_ms, ticket, due_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )
        .bind(job.id.0.clone())
        .bind(serde_json::to_string(&job.work)?)
        .bind(word(&job.priority)?)
        .bind(i64::from(job.priority.rank()))
        .bind(word(&job.state)?)
        .bind(word(&job.stage)?)
        .bind(f64::from(job.progress))
        .bind(i64::from(job.attempt))
        .bind(job.created_ms)
        .bind(row.ticket.clone())
        .bind(row.due_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Returns all jobs: running, then waiting in the order in which they will run, then finished, the newest first.
    pub async fn jobs(&self) -> Result<Vec<Job>> {
        let rows = sqlx::query(
            "SELECT * FROM job ORDER BY
                 CASE state WHEN 'running' THEN 0 WHEN 'queued' THEN 1 WHEN 'retrying' THEN 1
                     WHEN 'paused' THEN 1 ELSE 2 END,
                 CASE WHEN finished_ms IS NULL THEN rank END, finished_ms DESC, created_ms, id",
        )
        .fetch_all(&self.reader)
        .await?;
        Ok(readable(&rows).map(|row| row.job).collect())
    }

    /// Returns one job.
    pub async fn job(&self, id: &JobId) -> Result<Option<JobRow>> {
        let row = sqlx::query("SELECT * FROM job WHERE id = ?1")
            .bind(id.0.clone())
            .fetch_optional(&self.reader)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Returns the jobs that wait for a start, in their order.
    pub async fn waiting_jobs(&self) -> Result<Vec<JobRow>> {
        let rows = sqlx::query(
            "SELECT * FROM job WHERE state IN ('queued', 'retrying') ORDER BY rank, created_ms, id",
        )
        .fetch_all(&self.reader)
        .await?;
        Ok(readable(&rows).collect())
    }

    /// Returns whether a job waits for a start.
    pub async fn any_job_waits(&self) -> Result<bool> {
        let query = "SELECT EXISTS (SELECT 1 FROM job WHERE state IN ('queued', 'retrying'))";
        Ok(sqlx::query_scalar::<_, i64>(query).fetch_one(&self.reader).await? != 0)
    }

    /// Starts a waiting job if `ticket` still is its ticket.
    pub async fn claim_job(&self, id: &JobId, ticket: &str, now_ms: f64) -> Result<Option<Job>> {
        let row = sqlx::query(
            "UPDATE job SET state = 'running', stage = 'waiting', progress = 0, started_ms = ?3
             WHERE id = ?1 AND ticket = ?2 AND state IN ('queued', 'retrying') RETURNING *",
        )
        .bind(id.0.clone())
        .bind(ticket.to_owned())
        .bind(now_ms)
        .fetch_optional(&self.writer)
        .await?;
        one(row)
    }

    /// Ends a running job that was started with `ticket`, or one that reached its end before it could be paused; `None`
    /// when something else has ended it before.
    pub async fn finish_job(
        &self,
        id: &JobId,
        ticket: &str,
        state: JobState,
        problem: Option<&Problem>,
        now_ms: f64,
    ) -> Result<Option<Job>> {
        let row = sqlx::query(
            "UPDATE job SET state = ?3, problem = ?4, finished_ms = ?5, deaths = 0,
                 progress = CASE ?3 WHEN 'done' THEN 1.0 ELSE progress END
             WHERE id = ?1 AND ticket = ?2 AND state IN ('running', 'paused') RETURNING *",
        )
        .bind(id.0.clone())
        .bind(ticket.to_owned())
        .bind(word(&state)?)
        .bind(problem.map(serde_json::to_string).transpose()?)
        .bind(now_ms)
        .fetch_optional(&self.writer)
        .await?;
        one(row)
    }

    /// Lets a running job wait for its next attempt, to be started with a new ticket; one that failed before it could be
    /// paused waits to be resumed.
    pub async fn postpone_job(
        &self,
        id: &JobId,
        ticket: &str,
        next_ticket: &str,
        problem: &Problem,
        due_ms: f64,
    ) -> Result<Option<Job>> {
        let row = sqlx::query(
            "UPDATE job SET state = CASE state WHEN 'paused' THEN 'paused' ELSE 'retrying' END, stage = 'waiting',
                 progress = 0, attempt = attempt + 1, deaths = 0, problem = ?4, ticket = ?3, due_ms = ?5
             WHERE id = ?1 AND ticket = ?2 AND state IN ('running', 'paused') RETURNING *",
        )
        .bind(id.0.clone())
        .bind(ticket.to_owned())
        .bind(next_ticket.to_owned())
        .bind(serde_json::to_string(problem)?)
        .bind(due_ms)
        .fetch_optional(&self.writer)
        .await?;
        one(row)
    }

    /// Puts a running job back in the queue as if it had not been started.
    pub async fn put_back_job(&self, id: &JobId, ticket: &str, next_ticket: &str) -> Result<Option<Job>> {
        let row = sqlx::query(
            "UPDATE job SET state = 'queued', stage = 'waiting', progress = 0, started_ms = NULL, ticket = ?3
             WHERE id = ?1 AND ticket = ?2 AND state = 'running' RETURNING *",
        )
        .bind(id.0.clone())
        .bind(ticket.to_owned())
        .bind(next_ticket.to_owned())
        .fetch_optional(&self.writer)
        .await?;
        one(row)
    }

    /// Puts all running jobs back in the queue, for the program that knows that nobody runs them any more. A job with
    /// which the studio died `deaths_allowed` times is given up with `problem`.
    pub async fn adopt_orphans(&self, deaths_allowed: u8, problem: &Problem, now_ms: f64) -> Result<Orphans> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let failed = sqlx::query(
            "UPDATE job SET state = 'failed', problem = ?2, finished_ms = ?3
             WHERE state = 'running' AND deaths + 1 >= ?1 RETURNING *",
        )
        .bind(i64::from(deaths_allowed))
        .bind(serde_json::to_string(problem)?)
        .bind(now_ms)
        .fetch_all(&mut *transaction)
        .await?;
        let queued = sqlx::query(
            "UPDATE job SET state = 'queued', stage = 'waiting', progress = 0, started_ms = NULL, deaths = deaths + 1
             WHERE state = 'running' RETURNING *",
        )
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        let jobs = |rows: &[SqliteRow]| readable(rows).map(|row| row.job).collect();
        Ok(Orphans { queued: jobs(&queued), failed: jobs(&failed) })
    }

    /// Cancels a job that is not finished.
    pub async fn cancel_job(&self, id: &JobId, now_ms: f64) -> Result<Option<JobRow>> {
        let row = sqlx::query(
            "UPDATE job SET state = 'cancelled', finished_ms = ?2
             WHERE id = ?1 AND state IN ('queued', 'running', 'retrying', 'paused') RETURNING *",
        )
        .bind(id.0.clone())
        .bind(now_ms)
        .fetch_optional(&self.writer)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Queues a job again at once: a finished one from its first attempt, one that waits for an attempt with that one.
    pub async fn requeue_job(&self, id: &JobId, ticket: &str, now_ms: f64) -> Result<Option<Job>> {
        let row = sqlx::query(
            "UPDATE job SET attempt = CASE state WHEN 'retrying' THEN attempt ELSE 1 END, deaths = 0,
                 state = 'queued', stage = 'waiting', progress = 0, problem = NULL, started_ms = NULL,
                 finished_ms = NULL, ticket = ?2, due_ms = ?3
             WHERE id = ?1 AND state IN ('failed', 'cancelled', 'retrying') RETURNING *",
        )
        .bind(id.0.clone())
        .bind(ticket.to_owned())
        .bind(now_ms)
        .fetch_optional(&self.writer)
        .await?;
        one(row)
    }

    /// Gives a waiting job another ticket; `None` when it no longer waits.
    pub async fn reticket_job(&self, id: &JobId, ticket: &str) -> Result<Option<JobRow>> {
        let row = sqlx::query(
            "UPDATE job SET ticket = ?2 WHERE id = ?1 AND state IN ('queued', 'retrying') RETURNING *",
        )
        .bind(id.0.clone())
        .bind(ticket.to_owned())
        .fetch_optional(&self.writer)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Changes the priority of a job that is not finished.
    pub async fn set_job_priority(&self, id: &JobId, priority: Priority) -> Result<Option<JobRow>> {
        let row = sqlx::query(
            "UPDATE job SET priority = ?2, rank = ?3
             WHERE id = ?1 AND state IN ('queued', 'running', 'retrying', 'paused') RETURNING *",
        )
        .bind(id.0.clone())
        .bind(word(&priority)?)
        .bind(i64::from(priority.rank()))
        .fetch_optional(&self.writer)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Notes how far a job is that runs, or has just been paused.
    pub async fn note_progress(&self, id: &JobId, ticket: &str, stage: Stage, progress: f32) -> Result<()> {
        sqlx::query(
            "UPDATE job SET stage = ?3, progress = ?4
             WHERE id = ?1 AND ticket = ?2 AND state IN ('running', 'paused')",
        )
        .bind(id.0.clone())
        .bind(ticket.to_owned())
        .bind(word(&stage)?)
        .bind(f64::from(progress))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Removes finished jobs: those that finished before `before_ms`, and the oldest beyond `keep`. Returns their ids.
    pub async fn remove_finished_jobs(&self, before_ms: f64, keep: u32) -> Result<Vec<JobId>> {
        let ids: Vec<String> = sqlx::query_scalar(
            "DELETE FROM job WHERE finished_ms IS NOT NULL AND (finished_ms < ?1 OR id NOT IN
                 (SELECT id FROM job WHERE finished_ms IS NOT NULL ORDER BY finished_ms DESC, id DESC LIMIT ?2))
             RETURNING id",
        )
        .bind(before_ms)
        .bind(i64::from(keep))
        .fetch_all(&self.writer)
        .await?;
        Ok(ids.into_iter().map(JobId).collect())
    }
}

fn one(row: Option<SqliteRow>) -> Result<Option<Job>> {
    Ok(row.as_ref().map(read).transpose()?.map(|row| row.job))
}

/// One row that another version wrote must not hide all others.
fn readable(rows: &[SqliteRow]) -> impl Iterator<Item = JobRow> {
    rows.iter().filter_map(|row| {
        read(row).inspect_err(|error| tracing::warn!(%error, "a job could not be read")).ok()
    })
}

fn read(row: &SqliteRow) -> Result<JobRow> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let problem: Option<String> = row.try_get("problem")?;
    let job = Job {
        id: JobId(text("id")?),
        work: serde_json::from_str(&text("work")?)?,
        priority: from_word(text("priority")?)?,
        state: from_word(text("state")?)?,
        stage: from_word(text("stage")?)?,
        progress: row.try_get::<f64, _>("progress")? as f32,
        attempt: u8::try_from(row.try_get::<i64, _>("attempt")?).unwrap_or(u8::MAX),
        problem: problem.as_deref().map(serde_json::from_str).transpose()?,
        created_ms: row.try_get("created_ms")?,
        started_ms: row.try_get("started_ms")?,
        finished_ms: row.try_get("finished_ms")?,
    };
    Ok(JobRow { job, ticket: text("ticket")?, due_ms: row.try_get("due_ms")? })
}

#[cfg(test)]
mod tests;
