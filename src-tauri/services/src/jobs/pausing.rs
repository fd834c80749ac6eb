//! Pausing and resuming.
//!
//! A job that waits is not started. One that runs waits at its next point of progress, keeps all that it has done in
//! memory and gives its slot to another; resumed, it stands in the queue at its priority until it gets one again. What
//! was paused stays so when the studio closes; it is then begun anew, with what its kind of work keeps on the disk.

use son1k_domain::id::JobId;
use son1k_domain::job::JobState;
use son1k_store::JobRow;
use tokio::sync::OwnedSemaphorePermit;

use super::Jobs;
use super::carrying::Engine;
use super::live::Live;
use super::tickets::{self, Ticket};
use crate::Result;

impl Jobs {
    /// Pauses a job that waits or runs.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for an unknown job; a finished one stays as it is.
    pub async fn pause(&self, id: &JobId) -> Result<()> {
        let _one_at_a_time = self.engine.pausing.lock().await;
        let Some(row) = self.engine.store.pause_job(id).await? else {
            return self.known(id).await.map(drop);
        };
        if let Some(live) = self.engine.live.get(id) {
            live.restate(JobState::Paused);
            live.gate.close();
        }
        self.engine.tell(&self.engine.live.overlay(row.job));
        Ok(self.engine.queue.withdraw(&row.ticket).await?)
    }

    /// Lets a paused job go on, or be started, when its turn comes.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for an unknown job; one that is not paused stays as it is.
    pub async fn resume(&self, id: &JobId) -> Result<()> {
        self.refuse_when_closing()?;
        let engine = &self.engine;
        let _one_at_a_time = engine.pausing.lock().await;
        let live = engine.live.get(id);
        if let Some(live) = &live
            && live.has_begun()
            && live.gate.reopen()
            && let Some(job) = engine.store.unpause_job(id, &live.ticket()).await?
        {
            live.restate(JobState::Running);
            engine.tell(&engine.live.overlay(job));
            return Ok(());
        }
        let (ticket, due_ms) = (tickets::new_ticket(), engine.now_ms());
        let Some(job) = engine.store.resume_job(id, &ticket, due_ms).await? else {
            return self.known(id).await.map(drop);
        };
        if let Some(live) = &live {
            live.restate(JobState::Queued);
        }
        engine.tell(&engine.live.overlay(job.clone()));
        engine.issue(&JobRow { job, ticket, due_ms }).await;
        Ok(())
    }
}

impl Engine {
    /// Lets a job that was resumed go on, if its ticket still is good.
    pub(super) async fn go_on(&self, ticket: &Ticket, live: &Live, slot: OwnedSemaphorePermit) {
        let _one_at_a_time = self.pausing.lock().await;
        match self.store.claim_held_job(&ticket.job, &ticket.number).await {
            Ok(Some(job)) => {
                self.started.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                live.go_on(&ticket.number, slot);
                self.tell(&self.live.overlay(job));
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, job = %ticket.job, "a job could not be gone on with"),
        }
    }
}
