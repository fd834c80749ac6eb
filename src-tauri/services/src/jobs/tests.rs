//! The queue with real files, real workers and a real clock.

mod cancelling;
mod ending;
mod ordering;
mod pausing;
mod restarting;
mod soaking;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use son1k_domain::{ErrorCode, Event, Problem};
use tempfile::{TempDir, tempdir};
use tokio::sync::broadcast::Receiver;

use super::*;

/// Waits are a twentieth of the usual ones.
fn quick() -> Rules {
    Rules { back_off: Duration::from_millis(100), ..Rules::default() }
}

fn named(name: &str) -> Work {
    Work::FetchModel { model: name.into() }
}

fn name_of(work: &Work) -> String {
    match work {
        Work::FetchModel { model } => model.to_string(),
        other => panic!("{other:?}"),
    }
}

fn problem(message: &str) -> Problem {
    Problem { code: ErrorCode::DownloadFailed, message: message.into(), hint: String::new() }
}

struct Queue {
    jobs: Jobs,
    events: Events,
    folder: TempDir,
}

async fn queue<R, F>(rules: Rules, runner: R) -> Queue
where
    R: Fn(JobContext) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), JobError>> + Send + 'static,
{
    let folder = tempdir().unwrap();
    let events = Events::default();
    let jobs = start(folder.path(), events.clone(), rules, runner).await;
    Queue { jobs, events, folder }
}

async fn start<R, F>(folder: &Path, events: Events, rules: Rules, runner: R) -> Jobs
where
    R: Fn(JobContext) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), JobError>> + Send + 'static,
{
    let (store, _) = Store::open(folder).await.unwrap();
    Jobs::start_with(store, folder, runner, events, rules).await.unwrap()
}

impl Queue {
    async fn push(&self, name: &str) -> JobId {
        self.jobs.push(named(name), Priority::Pro).await.unwrap()
    }

    async fn job(&self, id: &JobId) -> Job {
        job(&self.jobs, id).await
    }

    async fn until(&self, id: &JobId, state: JobState) -> Job {
        until(&self.jobs, id, state).await
    }
}

async fn job(jobs: &Jobs, id: &JobId) -> Job {
    jobs.list().await.unwrap().into_iter().find(|job| job.id == *id).unwrap()
}

/// Waits for a state, at most ten seconds.
async fn until(jobs: &Jobs, id: &JobId, state: JobState) -> Job {
    let start = Instant::now();
    loop {
        let job = job(jobs, id).await;
        if job.state == state {
            return job;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "not {state:?}: {job:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Waits for the first event that `wanted` picks, at most ten seconds.
async fn heard<T>(listener: &mut Receiver<Event>, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
    let listen = async {
        loop {
            if let Some(found) = wanted(listener.recv().await.unwrap()) {
                return found;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), listen).await.unwrap()
}

/// Ends when it is told to stop.
async fn endless(context: JobContext) -> Result<(), JobError> {
    context.cancelled.cancelled().await;
    Err(JobError::Cancelled)
}
