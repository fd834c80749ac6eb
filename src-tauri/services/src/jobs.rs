//! The queue: background jobs that outlive the program, with priorities, attempts, progress and cancellation.
//!
//! The table `job` of the store is the truth. The engine (apalis on its own SQLite file) only hands out *tickets*, in the
//! order of priority; a ticket starts its job if the table agrees. So a crash between the two files, a lost or doubled
//! ticket or a dead worker can neither lose a job nor run it twice, and the engine's file can be made anew at any time.

mod bell;
mod carrying;
mod context;
mod holding;
mod live;
mod patrol;
mod pausing;
mod rules;
mod tickets;
mod worker;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use son1k_domain::Event;
use son1k_domain::id::JobId;
use son1k_domain::job::{Job, JobState, Priority, Stage, Work};
use son1k_store::{JobRow, Store};

use crate::events::Events;
use crate::{Error, Result};

pub use context::{JobContext, JobError};
pub use rules::Rules;

use carrying::Engine;

/// What carries out a job.
type Runner = Arc<dyn Fn(JobContext) -> BoxFuture<'static, Result<(), JobError>> + Send + Sync>;

/// The running queue; clones share it.
#[derive(Clone)]
pub struct Jobs {
    engine: Arc<Engine>,
}

impl Jobs {
    /// Starts the queue of the data in `folder` with the usual [`Rules`].
    ///
    /// # Errors
    /// [`Error::Busy`] when another program runs it.
    pub async fn start<R, F>(store: Store, folder: &Path, runner: R, events: Events) -> Result<Self>
    where
        R: Fn(JobContext) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        Self::start_with(store, folder, runner, events, Rules::default()).await
    }

    /// Starts the queue with other rules. What a dead program left running is queued again first.
    ///
    /// # Errors
    /// [`Error::Busy`] when another program runs it.
    pub async fn start_with<R, F>(
        store: Store,
        folder: &Path,
        runner: R,
        events: Events,
        rules: Rules,
    ) -> Result<Self>
    where
        R: Fn(JobContext) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), JobError>> + Send + 'static,
    {
        let runner: Runner = Arc::new(move |context| Box::pin(runner(context)));
        let engine = Arc::new(Engine::open(store, folder, runner, events, rules).await?);
        engine.adopt_orphans().await?;
        engine.tidy().await?;
        engine.issue_all().await?;
        engine.hire(tokio::spawn(worker::supervise(engine.clone())));
        engine.hire(tokio::spawn(patrol::patrol(engine.clone())));
        Ok(Self { engine })
    }

    /// Adds a job and returns at once.
    pub async fn push(&self, work: Work, priority: Priority) -> Result<JobId> {
        self.refuse_when_closing()?;
        let now_ms = self.engine.now_ms();
        let id = JobId(uuid::Uuid::now_v7().to_string());
        let job = Job {
            id: id.clone(),
            work,
            priority,
            state: JobState::Queued,
            stage: Stage::Waiting,
            progress: 0.0,
            attempt: 1,
            problem: None,
            created_ms: now_ms,
            started_ms: None,
            finished_ms: None,
        };
        let row = JobRow { job, ticket: tickets::new_ticket(), due_ms: now_ms };
        self.engine.store.insert_job(&row).await?;
        // Before the ticket: it may start the job before this call goes on.
        self.engine.tell(&row.job);
        self.engine.issue(&row).await;
        Ok(id)
    }

    /// Ends a job that is not finished. It counts as cancelled at once, even when its worker winds down a little later.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown job; a finished one stays as it is.
    pub async fn cancel(&self, id: &JobId) -> Result<()> {
        self.engine.live.cancel(id);
        match self.engine.store.cancel_job(id, self.engine.now_ms()).await? {
            Some(row) => {
                self.engine.tell(&row.job);
                Ok(self.engine.queue.withdraw(&row.ticket).await?)
            }
            None => self.known(id).await.map(drop),
        }
    }

    /// Queues a failed or cancelled job again, or ends the wait of one that waits for its next attempt.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown job; one that is queued, running or done stays as it is.
    pub async fn retry(&self, id: &JobId) -> Result<()> {
        self.refuse_when_closing()?;
        let before = self.known(id).await?;
        let ticket = tickets::new_ticket();
        if let Some(job) = self.engine.store.requeue_job(id, &ticket, self.engine.now_ms()).await? {
            self.engine.queue.withdraw(&before.ticket).await?;
            self.engine.tell(&job);
            self.engine.issue(&JobRow { due_ms: self.engine.now_ms(), ticket, job }).await;
        }
        Ok(())
    }

    /// Changes the priority of a job; one that waits moves to its new place.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown job; a finished one stays as it is.
    pub async fn set_priority(&self, id: &JobId, priority: Priority) -> Result<()> {
        match self.engine.store.set_job_priority(id, priority).await? {
            Some(row) => {
                self.engine.queue.weigh(&row.ticket, tickets::weight(priority)).await?;
                self.engine.live.reprioritise(id, priority);
                self.engine.tell(&self.engine.live.overlay(row.job));
                Ok(())
            }
            None => self.known(id).await.map(drop),
        }
    }

    /// Returns all jobs: running, then waiting in their order, then finished, the newest first.
    pub async fn list(&self) -> Result<Vec<Job>> {
        let jobs = self.engine.store.jobs().await?;
        Ok(jobs.into_iter().map(|job| self.engine.live.overlay(job)).collect())
    }

    /// Removes all finished jobs from the list.
    pub async fn clear_finished(&self) -> Result<()> {
        self.engine.remove_finished(f64::INFINITY, 0).await
    }

    /// Stops the queue: running jobs are cancelled and wait in the queue for the next start, as if they had not begun.
    /// Returns when they have wound down, after `patience` at the latest.
    pub async fn shutdown(&self, patience: Duration) {
        self.engine.shutdown(patience).await;
    }

    async fn known(&self, id: &JobId) -> Result<JobRow> {
        self.engine.store.job(id).await?.ok_or_else(|| Error::NotFound { what: id.to_string() })
    }

    fn refuse_when_closing(&self) -> Result<()> {
        if self.engine.live.is_closed() { Err(Error::Busy("the studio is closing".into())) } else { Ok(()) }
    }
}

impl Engine {
    /// Tells everyone the state of a job.
    fn tell(&self, job: &Job) {
        self.events.send(Event::JobChanged(job.clone()));
    }
}

#[cfg(test)]
mod tests;
