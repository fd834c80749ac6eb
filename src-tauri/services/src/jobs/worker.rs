//! The engine's worker: takes tickets as long as the queue runs, and is replaced when it fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use apalis::layers::WorkerBuilderExt;
use apalis::prelude::{BackendExt, BoxDynError, Data, WorkerBuilder};

use super::carrying::Engine;
use super::tickets::Ticket;

/// Between two workers, so that a lasting error does not keep the processor busy.
const BEFORE_ANOTHER: Duration = Duration::from_millis(250);
static HIRED: AtomicU32 = AtomicU32::new(0);

/// Keeps one worker at work. Running jobs are not the worker's own and survive it.
pub async fn supervise(engine: Arc<Engine>) {
    loop {
        let work = tokio::spawn(work(engine.clone()));
        let stop = work.abort_handle();
        let _stopped_with_the_queue = AbortOnDrop(stop.clone());
        tokio::select! {
            ended = work => tracing::error!(?ended, "the queue's worker ended and is replaced"),
            () = engine.replace_worker.notified() => tracing::error!("the queue's worker took no ticket and is replaced"),
        }
        stop.abort();
        tokio::time::sleep(BEFORE_ANOTHER).await;
        if let Err(error) = engine.issue_all().await {
            tracing::error!(%error, "tickets could not be issued again");
        }
    }
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn work(engine: Arc<Engine>) -> Result<(), String> {
    // A name is taken for half a minute after its worker has died.
    let name = format!("studio-{}-{}", std::process::id(), HIRED.fetch_add(1, Ordering::Relaxed));
    let at_once = engine.rules.at_once.max(1);
    let backend = engine.storage.clone().poll_with_stream(engine.bell.clone());
    let worker = WorkerBuilder::new(name).backend(backend).data(engine).concurrency(at_once).build(carry_out);
    worker.run().await.map_err(|error| error.to_string())
}

async fn carry_out(ticket: Ticket, engine: Data<Arc<Engine>>) -> Result<(), BoxDynError> {
    engine.0.carry_out(ticket).await
}
