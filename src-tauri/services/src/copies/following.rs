//! Copies are brought up to date by themselves: after a version was kept, and when the studio starts. Quietly: what does
//! not work is noted at the copy, and nobody is interrupted.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, UNIX_EPOCH};

use son1k_domain::Event;
use son1k_domain::history::StoreCopy;
use son1k_history::Progress;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::{Copies, lock, places};
use crate::{Error, Result};

/// The studio opens first.
const AT_START: Duration = Duration::from_secs(20);
/// Versions that are kept one after the other go to the copies together.
const REST: Duration = Duration::from_secs(15);

impl Copies {
    /// Keeps the copies in step until [`Self::stop`].
    pub(crate) fn start(self: &Arc<Self>) {
        let (copies, events) = (self.clone(), self.events.subscribe());
        let following = tokio::spawn(copies.follow(events)).abort_handle();
        if let Some(before) = lock(&self.following).replace(following) {
            before.abort();
        }
    }

    /// Lets go of what is under way; it goes on where it was the next time.
    pub(crate) fn stop(&self) {
        self.leaving.store(true, Ordering::Relaxed);
        if let Some(following) = lock(&self.following).take() {
            following.abort();
        }
    }

    async fn follow(self: Arc<Self>, mut events: Receiver<Event>) {
        tokio::time::sleep(AT_START).await;
        loop {
            self.bring_up_to_date().await;
            if !next_version(&mut events).await {
                return;
            }
            tokio::time::sleep(REST).await;
            events = events.resubscribe();
        }
    }

    /// Brings every copy up to date that can be reached and lacks a version.
    pub(super) async fn bring_up_to_date(self: &Arc<Self>) {
        let due = match self.due().await {
            Ok(due) => due,
            Err(error) => return tracing::warn!(%error, "nobody knows which copies lack a version"),
        };
        for copy in due {
            let leaving = self.leaving.clone();
            let outcome = self
                .sync(&copy.id, move |copies, copy| {
                    copies.carry(copy, Progress { report: &|_| (), cancelled: &leaving })
                })
                .await;
            match outcome {
                Ok(()) => tracing::info!(copy = %copy.id, "a copy was brought up to date"),
                Err(Error::Cancelled) => return,
                Err(error) => {
                    tracing::warn!(%error, copy = %copy.id, "a copy could not be brought up to date")
                }
            }
        }
    }

    async fn due(self: &Arc<Self>) -> Result<Vec<StoreCopy>> {
        let mut copies = self.list().await?;
        // A disk that is not plugged in is no news.
        copies.retain(|copy| places::ensure_there(copy).is_ok());
        if copies.is_empty() {
            return Ok(copies);
        }
        let newest = self
            .run(|this| {
                let versions = this.history.vault()?.all_versions()?;
                let last = versions.last().and_then(|version| version.time.duration_since(UNIX_EPOCH).ok());
                Ok(last.map(|time| time.as_secs_f64() * 1000.0))
            })
            .await?;
        copies.retain(|copy| {
            copy.problem.is_some() || newest.is_some_and(|newest| copy.synced_ms.is_none_or(|at| at < newest))
        });
        Ok(copies)
    }
}

/// Waits until versions changed; says whether anything can still change.
async fn next_version(events: &mut Receiver<Event>) -> bool {
    loop {
        match events.recv().await {
            Ok(Event::TimelineChanged(_)) | Err(RecvError::Lagged(_)) => return true,
            Ok(_) => {}
            Err(RecvError::Closed) => return false,
        }
    }
}
