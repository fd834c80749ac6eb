use std::sync::Mutex;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn attempts_end_after_three_with_waits_that_double() {
    let times = Arc::new(Mutex::new(Vec::new()));
    let noted = times.clone();
    let queue = queue(quick(), move |context: JobContext| {
        noted.lock().unwrap().push((context.attempt, Instant::now()));
        async { Err(JobError::Retry(problem("line busy"))) }
    })
    .await;
    let id = queue.push("unlucky").await;
    let waiting = queue.until(&id, JobState::Retrying).await;
    assert_eq!((waiting.attempt, waiting.problem), (2, Some(problem("line busy"))));
    let failed = queue.until(&id, JobState::Failed).await;
    assert_eq!((failed.attempt, failed.problem), (3, Some(problem("line busy"))));
    assert!(failed.finished_ms.is_some());
    let times = times.lock().unwrap();
    assert_eq!(times.iter().map(|(attempt, _)| *attempt).collect::<Vec<_>>(), [1, 2, 3]);
    for (pair, wait) in times.windows(2).zip([100, 200].map(Duration::from_millis)) {
        let waited = pair[1].1 - pair[0].1;
        // The engine's clock ticks in seconds.
        assert!(waited >= wait && waited < wait + Duration::from_millis(1400), "{waited:?} for {wait:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_waits_leaves_its_place_to_others() {
    let rules = Rules { at_once: 1, back_off: Duration::from_secs(30), ..Rules::default() };
    let queue = queue(rules, |context: JobContext| async move {
        if name_of(&context.work) == "unlucky" { Err(JobError::Retry(problem("line busy"))) } else { Ok(()) }
    })
    .await;
    let (unlucky, other) = (queue.push("unlucky").await, queue.push("other").await);
    queue.until(&other, JobState::Done).await;
    assert_eq!(queue.job(&unlucky).await.state, JobState::Retrying);
    queue.jobs.retry(&unlucky).await.unwrap();
    queue.until(&unlucky, JobState::Retrying).await;
    assert_eq!(queue.job(&unlucky).await.attempt, 3, "told not to wait, it took its second attempt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_cannot_succeed_fails_at_once_and_may_be_tried_again() {
    let runs = Arc::new(AtomicUsize::new(0));
    let count = runs.clone();
    let queue = queue(quick(), move |_| {
        let run = count.fetch_add(1, Ordering::SeqCst);
        async move { if run == 0 { Err(JobError::Fail(problem("no such model"))) } else { Ok(()) } }
    })
    .await;
    let id = queue.push("x").await;
    let failed = queue.until(&id, JobState::Failed).await;
    assert_eq!((failed.attempt, failed.problem), (1, Some(problem("no such model"))));
    queue.jobs.retry(&id).await.unwrap();
    let done = queue.until(&id, JobState::Done).await;
    assert_eq!((done.attempt, done.problem, done.progress), (1, None, 1.0));
    queue.jobs.retry(&id).await.unwrap();
    assert_eq!(queue.job(&id).await.state, JobState::Done, "what is done stays done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_panics_fails_and_the_queue_goes_on() {
    let queue = queue(quick(), |context: JobContext| async move {
        assert!(name_of(&context.work) != "broken", "as the test wants");
        Ok(())
    })
    .await;
    let broken = queue.push("broken").await;
    let failed = queue.until(&broken, JobState::Failed).await;
    assert_eq!(failed.problem.unwrap().code, ErrorCode::Internal);
    let next = queue.push("fine").await;
    queue.until(&next, JobState::Done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_twenty_times_a_second_at_most_and_the_end_always() {
    let queue = queue(quick(), |context: JobContext| async move {
        for step in 0..1000 {
            context.progress(Stage::Rendering, step as f32 / 1000.0);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    })
    .await;
    let mut listener = queue.events.subscribe();
    let start = Instant::now();
    let id = queue.push("song").await;
    let mut told = Vec::new();
    heard(&mut listener, |event| {
        let Event::JobChanged(job) = event else { panic!("{event:?}") };
        assert_eq!(job.id, id);
        told.push((job.state, job.progress));
        job.state.is_final().then_some(())
    })
    .await;
    let at_most = 20.0 * start.elapsed().as_secs_f64() + 3.0;
    assert!(told.len() > 10 && (told.len() as f64) <= at_most, "{} events", told.len());
    assert!(told.is_sorted_by(|a, b| a.1 <= b.1), "never backwards: {told:?}");
    assert_eq!(told.last(), Some(&(JobState::Done, 1.0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_the_progress_of_now_and_the_store_has_it_soon() {
    let queue = queue(quick(), |context: JobContext| async move {
        context.progress(Stage::Mastering, 0.5);
        endless(context).await
    })
    .await;
    let id = queue.push("song").await;
    queue.until(&id, JobState::Running).await;
    tokio::time::sleep(Duration::from_millis(900)).await;
    let (listed, kept) = (queue.job(&id).await, queue.jobs.engine.store.job(&id).await.unwrap().unwrap().job);
    assert_eq!((listed.stage, listed.progress), (Stage::Mastering, 0.5));
    assert_eq!((kept.stage, kept.progress), (Stage::Mastering, 0.5));
}

#[tokio::test(flavor = "multi_thread")]
async fn finished_jobs_leave_the_list_after_an_hour_or_beyond_the_limit() {
    let moved = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let hours = moved.clone();
    let clock = move || crate::clock::now_ms() + hours.load(Ordering::SeqCst) as f64 * 3_600_000.0;
    let rules = Rules { keep: 3, tidy_every: Duration::from_millis(50), clock: Arc::new(clock), ..quick() };
    let queue = queue(rules, |_| async { Ok(()) }).await;
    let mut listener = queue.events.subscribe();
    let first = queue.push("0").await;
    queue.until(&first, JobState::Done).await;
    for name in ["1", "2", "3"] {
        queue.push(name).await;
    }
    let removed = heard(&mut listener, |event| match event {
        Event::JobRemoved(id) => Some(id),
        _ => None,
    });
    assert_eq!(removed.await, first);
    moved.store(2, Ordering::SeqCst);
    let start = Instant::now();
    while !queue.jobs.list().await.unwrap().is_empty() {
        assert!(start.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clearing_removes_what_is_finished_and_nothing_else() {
    let queue = queue(quick(), |context: JobContext| async move {
        if name_of(&context.work) == "endless" { endless(context).await } else { Ok(()) }
    })
    .await;
    let (endless, done) = (queue.push("endless").await, queue.push("quick").await);
    queue.until(&done, JobState::Done).await;
    queue.until(&endless, JobState::Running).await;
    queue.jobs.clear_finished().await.unwrap();
    let left: Vec<_> = queue.jobs.list().await.unwrap().into_iter().map(|job| job.id).collect();
    assert_eq!(left, [endless]);
}
