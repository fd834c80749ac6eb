//! The jobs that run in this program now.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use son1k_domain::id::JobId;
use son1k_domain::job::{Job, JobState, Priority, Stage};
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::holding::Gate;

/// At most 20 events a second for one job.
const BETWEEN_EVENTS: Duration = Duration::from_millis(50);

/// A job in the hands of a worker.
pub struct Live {
    /// What it was started, or last gone on with.
    ticket: Mutex<String>,
    pub gate: Gate,
    pub cancelled: CancellationToken,
    pub cancelled_flag: AtomicBool,
    /// Whether it is to wait in the queue again instead of counting as cancelled.
    put_back: AtomicBool,
    pub gone: CancellationToken,
    shown: Mutex<Shown>,
}

/// How a ticket finds its job.
pub enum Entry {
    /// To be started.
    New(Arc<Live>),
    /// It waits with what it has done, and may have this slot.
    Held(Arc<Live>, OwnedSemaphorePermit),
}

/// What was last reported.
#[derive(Default)]
struct Shown {
    /// `None` until the ticket was accepted.
    job: Option<Job>,
    sent: Option<Instant>,
    /// Newer than the last event; newer than the table.
    unsent: bool,
    unnoted: bool,
}

impl Live {
    fn new(ticket: String, slot: OwnedSemaphorePermit) -> Self {
        Self {
            ticket: Mutex::new(ticket),
            gate: Gate::new(slot),
            cancelled: CancellationToken::new(),
            cancelled_flag: AtomicBool::new(false),
            put_back: AtomicBool::new(false),
            gone: CancellationToken::new(),
            shown: Mutex::default(),
        }
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn ticket(&self) -> String {
        self.ticket.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets a job that waits go on with a slot and the ticket that it was resumed by.
    pub fn go_on(&self, ticket: &str, slot: OwnedSemaphorePermit) {
        ticket.clone_into(&mut self.ticket.lock().unwrap_or_else(PoisonError::into_inner));
        self.restate(JobState::Running);
        self.gate.open(slot);
    }

    /// Whether it waits to be gone on with.
    fn is_held(&self) -> bool {
        self.gate.is_held() && !self.cancelled_flag.load(Ordering::SeqCst)
    }

    fn cancel(&self) {
        // The flag first: whoever wakes by the token may look at the flag.
        self.cancelled_flag.store(true, Ordering::SeqCst);
        self.cancelled.cancel();
        self.gate.wake();
    }

    /// Shows another state from now on. It is told once more by the patrol, as a report may be under way with the old one.
    pub fn restate(&self, state: JobState) {
        let mut shown = self.shown();
        if let Some(job) = shown.job.as_mut() {
            job.state = state;
            shown.unsent = true;
        }
    }

    /// Whether the queue closes and the job is to run again at the next start.
    pub fn is_put_back(&self) -> bool {
        self.put_back.load(Ordering::SeqCst)
    }

    /// Whether its ticket was accepted.
    pub fn has_begun(&self) -> bool {
        self.shown().job.is_some()
    }

    /// Notes that the job runs.
    pub fn begin(&self, job: Job, now: Instant) {
        *self.shown() = Shown { job: Some(job), sent: Some(now), unsent: false, unnoted: false };
    }

    /// Takes a report of progress and returns the job if it is to be told now.
    pub fn advance(&self, stage: Stage, fraction: f32, now: Instant) -> Option<Job> {
        let mut shown = self.shown();
        let job = shown.job.as_mut()?;
        job.stage = stage;
        // A comparison that NaN fails.
        job.progress = if fraction > 0.0 { fraction.min(1.0) } else { 0.0 };
        (shown.unsent, shown.unnoted) = (true, true);
        drop(shown);
        self.due(now)
    }

    /// Returns the job if something untold is old enough to be told.
    pub fn due(&self, now: Instant) -> Option<Job> {
        let mut shown = self.shown();
        let fresh = shown.sent.is_some_and(|sent| now.duration_since(sent) < BETWEEN_EVENTS);
        if !shown.unsent || fresh || self.cancelled.is_cancelled() {
            return None;
        }
        (shown.unsent, shown.sent) = (false, Some(now));
        shown.job.clone()
    }

    /// Returns the job if the table does not have its progress yet.
    pub fn unnoted(&self) -> Option<Job> {
        let mut shown = self.shown();
        let unnoted = std::mem::take(&mut shown.unnoted);
        shown.job.clone().filter(|_| unnoted)
    }
}

/// The jobs that run in this program now.
#[derive(Default)]
pub struct LiveJobs {
    inner: Mutex<Inner>,
    emptied: tokio::sync::Notify,
}

#[derive(Default)]
struct Inner {
    jobs: HashMap<JobId, Arc<Live>>,
    closed: bool,
}

impl LiveJobs {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes room for a job, after an earlier run of the same job has wound down, or finds it where it waits; `None` when
    /// the queue is closing.
    pub async fn enter(&self, id: &JobId, ticket: &str, slot: OwnedSemaphorePermit) -> Option<Entry> {
        loop {
            let earlier = {
                let mut inner = self.inner();
                if inner.closed {
                    return None;
                }
                match inner.jobs.get(id) {
                    Some(held) if held.is_held() => return Some(Entry::Held(held.clone(), slot)),
                    Some(earlier) => earlier.gone.clone(),
                    None => {
                        let live = Arc::new(Live::new(ticket.to_owned(), slot));
                        inner.jobs.insert(id.clone(), live.clone());
                        return Some(Entry::New(live));
                    }
                }
            };
            earlier.cancelled().await;
        }
    }

    /// Forgets a job that has wound down.
    pub fn leave(&self, id: &JobId) {
        let mut inner = self.inner();
        if let Some(live) = inner.jobs.remove(id) {
            live.gate.release();
            live.gone.cancel();
        }
        if inner.jobs.is_empty() {
            self.emptied.notify_waiters();
        }
    }

    /// Tells a running job to stop.
    pub fn cancel(&self, id: &JobId) {
        if let Some(live) = self.inner().jobs.get(id) {
            live.cancel();
        }
    }

    /// Lets nothing more in and tells all running jobs to stop and wait for the next start.
    pub fn close(&self) {
        let mut inner = self.inner();
        inner.closed = true;
        for live in inner.jobs.values() {
            live.put_back.store(true, Ordering::SeqCst);
            live.cancel();
        }
    }

    pub fn is_closed(&self) -> bool {
        self.inner().closed
    }

    /// Waits until no job runs.
    pub async fn empty(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.inner().jobs.is_empty() {
                return;
            }
            emptied.await;
        }
    }

    pub fn all(&self) -> Vec<(JobId, Arc<Live>)> {
        self.inner().jobs.iter().map(|(id, live)| (id.clone(), live.clone())).collect()
    }

    pub fn get(&self, id: &JobId) -> Option<Arc<Live>> {
        self.inner().jobs.get(id).cloned()
    }

    /// Returns how many jobs are worked on: those that wait are not.
    pub fn at_work(&self) -> usize {
        self.inner().jobs.values().filter(|live| !live.gate.is_held()).count()
    }

    /// Returns whether a job is worked on.
    pub fn works_on(&self, id: &JobId) -> bool {
        self.inner().jobs.get(id).is_some_and(|live| !live.gate.is_held())
    }

    /// Returns `job` with the progress that the table may not have yet.
    pub fn overlay(&self, job: Job) -> Job {
        let Some(live) = self.get(&job.id) else { return job };
        let known = match job.state {
            JobState::Running | JobState::Paused => true,
            JobState::Queued => live.is_held(),
            _ => false,
        };
        let now = live.shown().job.clone();
        match now.filter(|_| known) {
            Some(now) => Job { stage: now.stage, progress: now.progress, ..job },
            None => job,
        }
    }

    pub fn reprioritise(&self, id: &JobId, priority: Priority) {
        if let Some(live) = self.get(id)
            && let Some(job) = live.shown().job.as_mut()
        {
            job.priority = priority;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot() -> OwnedSemaphorePermit {
        Arc::new(tokio::sync::Semaphore::new(1)).try_acquire_owned().unwrap()
    }

    fn running() -> Live {
        let live = Live::new("ticket".into(), slot());
        let job = Job {
            id: "a".into(),
            work: son1k_domain::job::Work::FetchModel { model: "m".into() },
            priority: Priority::Pro,
            state: JobState::Running,
            stage: Stage::Waiting,
            progress: 0.0,
            attempt: 1,
            problem: None,
            created_ms: 0.0,
            started_ms: Some(0.0),
            finished_ms: None,
        };
        live.begin(job, Instant::now());
        live
    }

    #[test]
    fn a_thousand_reports_a_second_become_at_most_twenty_events_and_the_last_is_told() {
        let (live, start) = (running(), Instant::now());
        let told: Vec<_> = (0..1000)
            .filter_map(|ms| {
                live.advance(Stage::Rendering, ms as f32 / 999.0, start + Duration::from_millis(ms))
            })
            .collect();
        assert!((18..=20).contains(&told.len()), "{} events", told.len());
        let last = live.due(start + Duration::from_millis(1100)).unwrap();
        assert_eq!((last.stage, last.progress), (Stage::Rendering, 1.0));
        assert_eq!(live.due(start + Duration::from_secs(9)), None, "told once");
    }

    #[test]
    fn progress_stays_between_nothing_and_all_and_ends_with_the_wish_for_it() {
        let (live, later) = (running(), Instant::now() + Duration::from_secs(1));
        assert_eq!(live.advance(Stage::Saving, f32::NAN, later).unwrap().progress, 0.0);
        assert_eq!(live.advance(Stage::Saving, 7.0, later + Duration::from_secs(1)).unwrap().progress, 1.0);
        live.cancel();
        assert_eq!(live.advance(Stage::Saving, 0.5, later + Duration::from_secs(2)), None);
    }

    #[tokio::test]
    async fn a_job_enters_again_only_after_its_earlier_run_has_left() {
        let live = Arc::new(LiveJobs::default());
        let id = JobId::from("a");
        live.enter(&id, "one", slot()).await.unwrap();
        let again = tokio::spawn({
            let (live, id) = (live.clone(), id.clone());
            async move {
                match live.enter(&id, "two", slot()).await {
                    Some(Entry::New(live)) => Some(live.ticket()),
                    _ => None,
                }
            }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(!again.is_finished());
        live.leave(&id);
        assert_eq!(again.await.unwrap().as_deref(), Some("two"));
        live.close();
        assert!(live.enter(&"b".into(), "three", slot()).await.is_none(), "closed");
    }
}
