//! Carrying out jobs: from a ticket to a final state.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use apalis::prelude::{AbortError, BoxDynError, TaskSink};
use apalis_sqlite::{Config, SqliteStorage};
use son1k_domain::id::JobId;
use son1k_domain::job::{Job, JobState};
use son1k_domain::{Event, Problem};
use son1k_store::queue::Queue;
use son1k_store::{JobRow, Store};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;

use super::bell::Bell;
use super::context::{JobContext, JobError};
use super::live::{Entry, Live, LiveJobs};
use super::tickets::{self, Ticket};
use super::{Rules, Runner};
use crate::events::Events;
use crate::{Error, Result};

const LOCK: &str = "engine.lock";
const FILE: &str = "jobs.db";
/// A final state is written again when the disk was full or the database busy.
const WRITES: u32 = 20;
const BETWEEN_WRITES: Duration = Duration::from_millis(500);

/// Everything the queue is made of.
pub struct Engine {
    pub store: Store,
    pub queue: Queue,
    pub storage: SqliteStorage<Ticket>,
    pub live: LiveJobs,
    pub bell: Bell,
    pub events: Events,
    pub rules: Rules,
    /// Whether a ticket may be waiting.
    pub waiting: AtomicBool,
    pub replace_worker: Notify,
    /// Ends the patrol's rest.
    pub stir: Notify,
    /// Jobs started so far.
    pub started: AtomicU64,
    /// Pausing, resuming and going on stand in line here: each changes the table and the job.
    pub pausing: tokio::sync::Mutex<()>,
    runner: Runner,
    slots: Arc<Semaphore>,
    staff: Mutex<Vec<JoinHandle<()>>>,
    /// Held as long as this program runs the queue; the system gives it back when the program dies.
    lock: File,
}

impl Engine {
    pub async fn open(
        store: Store,
        folder: &Path,
        runner: Runner,
        events: Events,
        rules: Rules,
    ) -> Result<Self> {
        let lock = take_lock(folder)?;
        let queue = Queue::open(&folder.join(FILE), &SqliteStorage::migrations()).await?;
        // One ticket at a time: in a batch, a later but more urgent one would wait for the whole batch.
        let config = Config::default().queue("jobs").batch_size(1);
        Ok(Self {
            storage: SqliteStorage::new(queue.pool()).with_config(config),
            live: LiveJobs::default(),
            bell: Bell::default(),
            waiting: AtomicBool::new(true),
            replace_worker: Notify::new(),
            stir: Notify::new(),
            started: AtomicU64::new(0),
            pausing: tokio::sync::Mutex::default(),
            slots: Arc::new(Semaphore::new(rules.at_once.max(1))),
            staff: Mutex::default(),
            store,
            queue,
            events,
            rules,
            runner,
            lock,
        })
    }

    pub fn now_ms(&self) -> f64 {
        (self.rules.clock)()
    }

    /// Keeps a task that works for the queue, to end it with the queue.
    pub fn hire(&self, task: JoinHandle<()>) {
        self.staff.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    /// Queues what a dead program left running.
    pub async fn adopt_orphans(&self) -> Result<()> {
        let problem = self.problem(Error::Internal("the studio closed each time this ran".into())).await;
        let orphans = self.store.adopt_orphans(self.rules.deaths, &problem, self.now_ms()).await?;
        orphans.queued.iter().chain(&orphans.failed).for_each(|job| self.tell(job));
        if !orphans.queued.is_empty() {
            tracing::info!(jobs = orphans.queued.len(), "jobs of an earlier run are queued again");
        }
        Ok(())
    }

    /// Issues a ticket for a waiting job. A failure delays the job only: the patrol finds it.
    pub async fn issue(&self, row: &JobRow) {
        self.waiting.store(true, Ordering::SeqCst);
        if let Some(task) = tickets::task(row, self.now_ms())
            && let Err(error) = self.storage.clone().push_task(task).await
        {
            tracing::error!(%error, job = %row.job.id, "no ticket could be issued");
        }
        self.bell.ring();
        self.stir.notify_one();
    }

    /// Throws all tickets away and issues new ones for all waiting jobs, in their order.
    pub async fn issue_all(&self) -> Result<()> {
        self.queue.clear().await?;
        let mut tasks = Vec::new();
        for row in self.store.waiting_jobs().await? {
            if let Some(row) = self.store.reticket_job(&row.job.id, &tickets::new_ticket()).await? {
                tasks.extend(tickets::task(&row, self.now_ms()));
            }
        }
        self.waiting.store(true, Ordering::SeqCst);
        let issued = self.storage.clone().push_all(futures::stream::iter(tasks)).await;
        self.bell.ring();
        issued.map_err(|error| Error::Internal(error.to_string()))
    }

    /// Uses a ticket: nothing happens when it is no longer good.
    pub async fn carry_out(self: Arc<Self>, ticket: Ticket) -> Result<(), BoxDynError> {
        // The job's own until it has wound down, which may be after the death of the worker that started it.
        let slot = self.slots.clone().acquire_owned().await?;
        match self.live.enter(&ticket.job, &ticket.number, slot).await {
            None => Ok(()),
            Some(Entry::New(live)) => self.start(ticket, live).await,
            Some(Entry::Held(live, slot)) => {
                self.go_on(&ticket, &live, slot).await;
                // Stays with it as its first ticket did, so that nobody takes more tickets than there are slots.
                tokio::select! {
                    () = live.gone.cancelled() => {}
                    () = live.gate.until_held() => {}
                }
                Ok(())
            }
        }
    }

    /// Returns when the job of a ticket has wound down, or waits because it is paused.
    async fn start(self: Arc<Self>, ticket: Ticket, live: Arc<Live>) -> Result<(), BoxDynError> {
        // A task of its own: from here on, the worker may die without leaving a job that nobody runs.
        let started = live.clone();
        let run = tokio::spawn(async move { self.run(&ticket, started).await });
        tokio::select! {
            stopped = run => if stopped? { Err(Box::new(AbortError::new("cancelled"))) } else { Ok(()) },
            () = live.gate.until_held() => Ok(()),
        }
    }

    /// Runs the job of a ticket to its end and returns whether it was stopped.
    async fn run(&self, ticket: &Ticket, live: Arc<Live>) -> bool {
        let presence = Presence { engine: self, id: &ticket.job };
        let Some(job) = self.claim(ticket, &live).await else { return false };
        let outcome = self.outcome(&job, &live).await;
        let ended = self.end(&job, &live, &outcome).await;
        // Left before it is told: whoever hears of the end may start the job again.
        drop(presence);
        if let Some((job, next)) = ended {
            self.tell(&job);
            if let Some(next) = next.filter(|next| next.job.state != JobState::Paused) {
                self.issue(&next).await;
            }
        }
        outcome == Err(JobError::Cancelled)
    }

    async fn claim(&self, ticket: &Ticket, live: &Live) -> Option<Job> {
        // Whoever pauses it sees it either waiting or at work.
        let _one_at_a_time = self.pausing.lock().await;
        let claimed = self.store.claim_job(&ticket.job, &ticket.number, self.now_ms()).await;
        let job = claimed
            .inspect_err(|error| tracing::error!(%error, job = %ticket.job, "a job could not be started"))
            .ok()??;
        self.started.fetch_add(1, Ordering::SeqCst);
        live.begin(job.clone(), Instant::now());
        self.tell(&job);
        Some(job)
    }

    async fn outcome(&self, job: &Job, live: &Arc<Live>) -> Result<(), JobError> {
        let context = JobContext {
            id: job.id.clone(),
            work: job.work.clone(),
            attempt: job.attempt,
            cancelled: live.cancelled.clone(),
            live: live.clone(),
            events: self.events.clone(),
        };
        let runner = self.runner.clone();
        match tokio::spawn(async move { runner(context).await }).await {
            Ok(outcome) => outcome,
            Err(panic) => {
                tracing::error!(job = %job.id, %panic, "a job panicked");
                Err(JobError::Fail(self.problem(Error::Internal("the job broke off".into())).await))
            }
        }
    }

    /// Writes how a job ended. `None`: something else has ended it before, or nothing could be written.
    async fn end(
        &self,
        job: &Job,
        live: &Live,
        outcome: &Result<(), JobError>,
    ) -> Option<(Job, Option<JobRow>)> {
        for _ in 0..WRITES {
            match self.try_end(job, live, outcome).await {
                Ok(ended) => return ended,
                Err(error) => tracing::error!(%error, job = %job.id, "the end of a job could not be written"),
            }
            tokio::time::sleep(BETWEEN_WRITES).await;
        }
        let problem = self.problem(Error::Internal("the end of a job could not be written".into())).await;
        self.events.send(Event::ProblemFound(problem));
        None
    }

    async fn try_end(
        &self,
        job: &Job,
        live: &Live,
        outcome: &Result<(), JobError>,
    ) -> son1k_store::Result<Option<(Job, Option<JobRow>)>> {
        let (id, now_ms) = (&job.id, self.now_ms());
        let ticket = &*live.ticket();
        let finish = async |state, problem| {
            let ended = self.store.finish_job(id, ticket, state, problem, now_ms).await?;
            Ok(ended.map(|job| (job, None)))
        };
        match outcome {
            Ok(()) => finish(JobState::Done, None).await,
            Err(_) if live.is_put_back() => {
                let ended = self.store.put_back_job(id, ticket, &tickets::new_ticket()).await?;
                Ok(ended.map(|job| (job, None)))
            }
            Err(JobError::Cancelled) => finish(JobState::Cancelled, None).await,
            Err(JobError::Retry(problem)) if job.attempt < self.rules.attempts => {
                let due_ms = now_ms + self.rules.wait_after(job.attempt).as_secs_f64() * 1000.0;
                let next = tickets::new_ticket();
                let waits = self.store.postpone_job(id, ticket, &next, problem, due_ms).await?;
                Ok(waits.map(|job| (job.clone(), Some(JobRow { job, ticket: next, due_ms }))))
            }
            Err(JobError::Retry(problem) | JobError::Fail(problem)) => {
                finish(JobState::Failed, Some(problem)).await
            }
        }
    }

    /// Words an error in the user's language.
    async fn problem(&self, error: Error) -> Problem {
        let chosen = self.store.settings().await.ok().and_then(|settings| settings.language);
        error.describe(chosen.unwrap_or_else(crate::system_language))
    }

    pub async fn shutdown(&self, patience: Duration) {
        self.live.close();
        if tokio::time::timeout(patience, self.live.empty()).await.is_err() {
            for (id, live) in self.live.all() {
                let put_back = self.store.put_back_job(&id, &live.ticket(), &tickets::new_ticket()).await;
                tracing::warn!(job = %id, ok = put_back.is_ok(), "a job did not stop in time and is queued again");
            }
        }
        for task in std::mem::take(&mut *self.staff.lock().unwrap_or_else(PoisonError::into_inner)) {
            task.abort();
        }
        self.queue.close().await;
        if let Err(error) = self.lock.unlock() {
            tracing::warn!(%error, "the queue's lock could not be given back");
        }
    }
}

/// Takes a job out of the live ones whatever happens.
struct Presence<'a> {
    engine: &'a Engine,
    id: &'a JobId,
}

impl Drop for Presence<'_> {
    fn drop(&mut self) {
        self.engine.live.leave(self.id);
    }
}

fn take_lock(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let open = File::options().create(true).truncate(false).write(true).open(&path);
    let file = open.map_err(|source| Error::writing(&path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::Busy(LOCK.into())),
        Err(std::fs::TryLockError::Error(source)) => Err(Error::writing(&path, source)),
    }
}
