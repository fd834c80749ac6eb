//! What has to be looked at from time to time: progress to tell, tickets that are due, finished jobs, the worker itself.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use son1k_domain::Event;

use super::carrying::Engine;
use crate::Result;

const TICK: Duration = Duration::from_millis(50);
/// Without running or waiting jobs there is little to look at.
const IDLE_TICK: Duration = Duration::from_secs(1);
const BETWEEN_NOTES: Duration = Duration::from_millis(500);
const BETWEEN_CHECKS: Duration = Duration::from_secs(5);
/// A ticket this long after its time is late.
const LATE_MS: f64 = 3000.0;
/// Checks in a row without a start, with late tickets and free hands, before the worker is replaced.
const IDLE_CHECKS: u32 = 2;

/// Looks after the queue until it is aborted.
pub async fn patrol(engine: Arc<Engine>) {
    let start = Instant::now();
    let (mut noted, mut checked, mut tidied) = (start, start, start);
    let mut watch = Watch::default();
    loop {
        let busy = engine.live.at_work() > 0 || engine.waiting.load(Ordering::SeqCst);
        if busy {
            tokio::time::sleep(TICK).await;
        } else {
            let rest = IDLE_TICK.min(engine.rules.tidy_every);
            let _stirred_or_rested = tokio::time::timeout(rest, engine.stir.notified()).await;
        }
        let now = Instant::now();
        if engine.waiting.load(Ordering::SeqCst) {
            // The bell alone does not do: its sound is lost when it falls into the end of a look into the queue, and
            // nobody rings when a wait is over.
            engine.bell.ring();
        }
        tell_progress(&engine, now);
        if since(&mut noted, now, BETWEEN_NOTES) {
            note_progress(&engine).await;
            let waiting = engine.waiting.swap(false, Ordering::SeqCst);
            if waiting && engine.store.any_job_waits().await.unwrap_or(true) {
                engine.waiting.store(true, Ordering::SeqCst);
            }
        }
        if since(&mut checked, now, BETWEEN_CHECKS) {
            complain(watch.check(&engine).await);
        }
        if since(&mut tidied, now, engine.rules.tidy_every) {
            complain(engine.tidy().await);
        }
    }
}

fn since(last: &mut Instant, now: Instant, every: Duration) -> bool {
    let due = now.duration_since(*last) >= every;
    if due {
        *last = now;
    }
    due
}

fn complain(outcome: Result<()>) {
    if let Err(error) = outcome {
        tracing::error!(%error, "the queue could not be looked after");
    }
}

/// Tells the last report of jobs that have been silent since.
fn tell_progress(engine: &Engine, now: Instant) {
    for (_, live) in engine.live.all() {
        if let Some(job) = live.due(now) {
            engine.tell(&job);
        }
    }
}

async fn note_progress(engine: &Engine) {
    for (id, live) in engine.live.all() {
        if let Some(job) = live.unnoted()
            && let Err(error) = engine.store.note_progress(&id, &live.ticket(), job.stage, job.progress).await
        {
            tracing::warn!(%error, job = %id, "progress could not be noted");
        }
    }
}

/// Watches over the engine, which is young: nothing may wait for ever.
#[derive(Default)]
struct Watch {
    started: u64,
    idle: u32,
}

impl Watch {
    async fn check(&mut self, engine: &Engine) -> Result<()> {
        let late_before = engine.now_ms() - LATE_MS;
        let mut late = engine.store.waiting_jobs().await?;
        late.retain(|row| row.due_ms < late_before && row.job.created_ms < late_before);
        let started = engine.started.load(Ordering::SeqCst);
        let hands_free = engine.live.at_work() < engine.rules.at_once;
        let idle = !late.is_empty() && hands_free && started == self.started;
        (self.started, self.idle) = (started, if idle { self.idle + 1 } else { 0 });
        if self.idle >= IDLE_CHECKS {
            self.idle = 0;
            engine.replace_worker.notify_one();
            return Ok(());
        }
        let tickets = engine.queue.tickets().await?;
        for row in
            late.iter().filter(|row| !tickets.contains(&row.ticket) && !engine.live.works_on(&row.job.id))
        {
            // Seen again now: the job may have been started since the list was read.
            if let Some(now) = engine.store.job(&row.job.id).await?
                && now == *row
            {
                tracing::warn!(job = %row.job.id, "a ticket was lost and is issued again");
                engine.queue.withdraw(&row.ticket).await?;
                engine.issue(row).await;
            }
        }
        Ok(())
    }
}

impl Engine {
    /// Removes what finished long ago or is too much, and used tickets.
    pub async fn tidy(&self) -> Result<()> {
        let before_ms = self.now_ms() - self.rules.keep_for.as_secs_f64() * 1000.0;
        self.remove_finished(before_ms, self.rules.keep).await?;
        Ok(self.queue.sweep().await?)
    }

    /// Removes finished jobs and tells so.
    pub async fn remove_finished(&self, before_ms: f64, keep: u32) -> Result<()> {
        for id in self.store.remove_finished_jobs(before_ms, keep).await? {
            self.events.send(Event::JobRemoved(id));
        }
        Ok(())
    }
}
