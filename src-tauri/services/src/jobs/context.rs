//! What a job sees of the queue while it runs.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use son1k_domain::Problem;
use son1k_domain::id::JobId;
use son1k_domain::job::{Stage, Work};
use tokio_util::sync::CancellationToken;

use super::live::Live;
use crate::events::Events;

/// Why a job did not succeed.
#[derive(Debug, Clone, PartialEq)]
pub enum JobError {
    /// Another attempt may succeed.
    Retry(Problem),
    /// Another attempt would fail the same way.
    Fail(Problem),
    /// It stopped because it was told to.
    Cancelled,
}

/// What a job sees of the queue while it runs; clones share it.
#[derive(Clone)]
pub struct JobContext {
    pub id: JobId,
    pub work: Work,
    /// From 1.
    pub attempt: u8,
    /// Fires when nobody wants the result any more.
    pub cancelled: CancellationToken,
    pub(super) live: Arc<Live>,
    pub(super) events: Events,
}

impl JobContext {
    /// Tells how far the job is, 0 to 1 over the whole job, and waits here while it is paused; so nothing is held that
    /// others need. May be called as often as you like, from any thread; those of a pool tell and do not wait.
    pub fn progress(&self, stage: Stage, fraction: f32) {
        if let Some(job) = self.live.advance(stage, fraction, std::time::Instant::now()) {
            self.events.send(son1k_domain::Event::JobChanged(job));
        }
        self.live.gate.pass(&self.live.cancelled_flag);
    }

    /// The same as [`Self::cancelled`], for code that looks at a flag.
    pub fn cancelled_flag(&self) -> &AtomicBool {
        &self.live.cancelled_flag
    }
}
