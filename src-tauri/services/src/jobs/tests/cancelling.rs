use std::sync::atomic::AtomicBool;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_running_job_reaches_it_and_everyone_within_200_ms() {
    let stopped = Arc::new(AtomicBool::new(false));
    let seen = stopped.clone();
    let queue = queue(quick(), move |context: JobContext| {
        let seen = seen.clone();
        // As an engine does it: a thread that looks at the flag between two blocks.
        let rendering = tokio::task::spawn_blocking(move || {
            while !context.cancelled_flag().load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(10));
            }
            seen.store(true, Ordering::SeqCst);
        });
        async move {
            rendering.await.unwrap();
            Err(JobError::Cancelled)
        }
    })
    .await;
    let id = queue.push("long").await;
    queue.until(&id, JobState::Running).await;
    let mut listener = queue.events.subscribe();
    let start = Instant::now();
    queue.jobs.cancel(&id).await.unwrap();
    assert_eq!(queue.job(&id).await.state, JobState::Cancelled);
    heard(&mut listener, |event| match event {
        Event::JobChanged(job) if job.state == JobState::Cancelled => Some(()),
        _ => None,
    })
    .await;
    while !stopped.load(Ordering::SeqCst) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    println!("cancelled, told and stopped in {:?}", start.elapsed());
    assert!(start.elapsed() < Duration::from_millis(200), "{:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_stays_cancelled_whatever_its_worker_says_later() {
    let queue = queue(quick(), |context: JobContext| async move {
        context.cancelled.cancelled().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        context.progress(Stage::Saving, 0.9);
        Ok(())
    })
    .await;
    let id = queue.push("stubborn").await;
    queue.until(&id, JobState::Running).await;
    let mut listener = queue.events.subscribe();
    queue.jobs.cancel(&id).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(queue.job(&id).await.state, JobState::Cancelled);
    let told = std::iter::from_fn(|| listener.try_recv().ok()).count();
    assert_eq!(told, 1, "one event and no progress after it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_job_that_is_cancelled_never_starts() {
    let started = Arc::new(AtomicUsize::new(0));
    let count = started.clone();
    let queue = queue(Rules { at_once: 1, ..quick() }, move |context| {
        count.fetch_add(1, Ordering::SeqCst);
        endless(context)
    })
    .await;
    let runs = queue.push("runs").await;
    queue.until(&runs, JobState::Running).await;
    let waits = queue.push("waits").await;
    queue.jobs.cancel(&waits).await.unwrap();
    assert_eq!(queue.job(&waits).await.state, JobState::Cancelled);
    queue.jobs.cancel(&runs).await.unwrap();
    let next = queue.push("next").await;
    queue.until(&next, JobState::Running).await;
    assert_eq!(started.load(Ordering::SeqCst), 2);
    assert!(matches!(queue.jobs.cancel(&"nobody".into()).await, Err(Error::NotFound { .. })));
    queue.jobs.cancel(&waits).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_waits_for_its_next_attempt_can_be_cancelled() {
    let rules = Rules { back_off: Duration::from_secs(30), ..Rules::default() };
    let queue = queue(rules, |_| async { Err(JobError::Retry(problem("line busy"))) }).await;
    let id = queue.push("unlucky").await;
    queue.until(&id, JobState::Retrying).await;
    queue.jobs.cancel(&id).await.unwrap();
    assert_eq!(queue.job(&id).await.state, JobState::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_tried_again_while_its_cancelled_run_winds_down_runs_once_at_a_time() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (running.clone(), most.clone());
    let queue = queue(quick(), move |context: JobContext| {
        let (now, peak) = (now.clone(), peak.clone());
        async move {
            peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(200)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            if context.cancelled.is_cancelled() { Err(JobError::Cancelled) } else { Ok(()) }
        }
    })
    .await;
    let id = queue.push("again").await;
    queue.until(&id, JobState::Running).await;
    queue.jobs.cancel(&id).await.unwrap();
    queue.jobs.retry(&id).await.unwrap();
    queue.until(&id, JobState::Done).await;
    assert_eq!(most.load(Ordering::SeqCst), 1);
}
