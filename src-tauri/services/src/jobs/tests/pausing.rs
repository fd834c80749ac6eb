use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use super::*;

/// Counts up on a thread that may block until a count is reached, telling each step.
fn counting(
    steps: Arc<AtomicU64>,
    last: u64,
) -> impl Fn(JobContext) -> BoxFuture<'static, Result<(), JobError>> {
    move |context: JobContext| {
        let steps = steps.clone();
        let counting = tokio::task::spawn_blocking(move || {
            while steps.load(Ordering::SeqCst) < last {
                if context.cancelled_flag().load(Ordering::SeqCst) {
                    return Err(JobError::Cancelled);
                }
                let now = steps.fetch_add(1, Ordering::SeqCst) + 1;
                std::thread::sleep(Duration::from_millis(5));
                context.progress(Stage::Mastering, now as f32 / last as f32);
            }
            Ok(())
        });
        Box::pin(async { counting.await.unwrap() })
    }
}

/// Waits until nothing is counted any more, and returns the count.
async fn still(steps: &AtomicU64) -> u64 {
    tokio::time::sleep(Duration::from_millis(200)).await;
    let count = steps.load(Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(steps.load(Ordering::SeqCst), count, "it works on");
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_job_stops_within_200_ms_and_goes_on_where_it_was() {
    let steps = Arc::new(AtomicU64::new(0));
    let queue = queue(quick(), counting(steps.clone(), 100)).await;
    let id = queue.push("long").await;
    queue.until(&id, JobState::Running).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut listener = queue.events.subscribe();
    queue.jobs.pause(&id).await.unwrap();
    let paused = heard(&mut listener, |event| match event {
        Event::JobChanged(job) if job.state == JobState::Paused => Some(job),
        _ => None,
    })
    .await;
    assert!(paused.progress > 0.0, "{paused:?}");
    let held = still(&steps).await;
    assert!(held > 0 && held < 90, "{held}");
    while let Ok(event) = listener.try_recv() {
        assert!(!matches!(event, Event::JobChanged(job) if job.state != JobState::Paused));
    }
    let seen = queue.job(&id).await;
    assert_eq!((seen.state, seen.progress), (JobState::Paused, held as f32 / 100.0));
    queue.jobs.pause(&id).await.unwrap();
    queue.jobs.resume(&id).await.unwrap();
    let done = queue.until(&id, JobState::Done).await;
    assert_eq!((done.attempt, steps.load(Ordering::SeqCst)), (1, 100), "no step is done twice");
    queue.jobs.pause(&id).await.unwrap();
    assert_eq!(queue.job(&id).await.state, JobState::Done);
    assert!(matches!(queue.jobs.pause(&"nobody".into()).await, Err(Error::NotFound { .. })));
    assert!(matches!(queue.jobs.resume(&"nobody".into()).await, Err(Error::NotFound { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_job_that_is_paused_does_not_start_until_it_is_resumed() {
    let queue = queue(Rules { at_once: 1, ..quick() }, |context: JobContext| async move {
        if name_of(&context.work) == "first" { endless(context).await } else { Ok(()) }
    })
    .await;
    let first = queue.push("first").await;
    queue.until(&first, JobState::Running).await;
    let [second, third] = [queue.push("second").await, queue.push("third").await];
    queue.jobs.pause(&second).await.unwrap();
    queue.jobs.cancel(&first).await.unwrap();
    queue.until(&third, JobState::Done).await;
    assert_eq!(queue.job(&second).await.state, JobState::Paused);
    queue.jobs.resume(&second).await.unwrap();
    queue.until(&second, JobState::Done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_job_leaves_its_slot_and_comes_back_at_its_priority() {
    let steps = Arc::new(AtomicU64::new(0));
    let order = Arc::new(Mutex::new(Vec::new()));
    let (count, noted) = (counting(steps.clone(), 60), order.clone());
    let queue = queue(Rules { at_once: 1, ..quick() }, move |context: JobContext| {
        let (name, noted) = (name_of(&context.work), noted.clone());
        let counted = (name == "paused").then(|| count(context.clone()));
        async move {
            match counted {
                Some(counted) => counted.await?,
                None if name == "blocks" => tokio::time::sleep(Duration::from_millis(400)).await,
                None => {}
            }
            noted.lock().unwrap().push(name);
            Ok(())
        }
    })
    .await;
    let paused = queue.jobs.push(named("paused"), Priority::Pro).await.unwrap();
    queue.until(&paused, JobState::Running).await;
    queue.jobs.pause(&paused).await.unwrap();
    let blocks = queue.push("blocks").await;
    queue.until(&blocks, JobState::Running).await;
    queue.jobs.push(named("later"), Priority::Free).await.unwrap();
    queue.jobs.resume(&paused).await.unwrap();
    assert_eq!(queue.job(&paused).await.state, JobState::Queued, "it waits for its turn");
    queue.jobs.push(named("sooner"), Priority::Enterprise).await.unwrap();
    queue.until(&paused, JobState::Done).await;
    let start = Instant::now();
    while order.lock().unwrap().len() < 4 && start.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(*order.lock().unwrap(), ["blocks", "sooner", "paused", "later"]);
    assert_eq!(steps.load(Ordering::SeqCst), 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_job_is_cancelled_at_once_and_can_be_tried_again() {
    let steps = Arc::new(AtomicU64::new(0));
    let queue = queue(Rules { at_once: 1, ..quick() }, counting(steps.clone(), 50)).await;
    let id = queue.push("long").await;
    queue.until(&id, JobState::Running).await;
    queue.jobs.pause(&id).await.unwrap();
    still(&steps).await;
    queue.jobs.cancel(&id).await.unwrap();
    assert_eq!(queue.job(&id).await.state, JobState::Cancelled);
    queue.jobs.resume(&id).await.unwrap();
    assert_eq!(queue.job(&id).await.state, JobState::Cancelled);
    queue.jobs.retry(&id).await.unwrap();
    queue.until(&id, JobState::Done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_paused_and_resumed_in_a_hurry_ends_once() {
    let (steps, ends) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicUsize::new(0)));
    let (count, ended) = (counting(steps.clone(), 40), ends.clone());
    let queue = queue(Rules { at_once: 2, ..quick() }, move |context: JobContext| {
        let (counted, ended) = (count(context), ended.clone());
        async move {
            counted.await?;
            ended.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    })
    .await;
    let id = queue.push("long").await;
    queue.until(&id, JobState::Running).await;
    for round in 0..30 {
        queue.jobs.pause(&id).await.unwrap();
        tokio::time::sleep(Duration::from_millis(round % 9)).await;
        queue.jobs.resume(&id).await.unwrap();
        tokio::time::sleep(Duration::from_millis(round % 4)).await;
    }
    queue.until(&id, JobState::Done).await;
    assert_eq!((ends.load(Ordering::SeqCst), steps.load(Ordering::SeqCst)), (1, 40));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paused_stays_so_when_the_studio_closes() {
    let steps = Arc::new(AtomicU64::new(0));
    let queue = queue(Rules { at_once: 1, ..quick() }, counting(steps.clone(), 100)).await;
    let [runs, waits] = [queue.push("runs").await, queue.push("waits").await];
    queue.until(&runs, JobState::Running).await;
    queue.jobs.pause(&waits).await.unwrap();
    queue.jobs.pause(&runs).await.unwrap();
    still(&steps).await;
    let start = Instant::now();
    queue.jobs.shutdown(Duration::from_secs(5)).await;
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    let again = Arc::new(AtomicU64::new(0));
    let jobs =
        super::start(queue.folder.path(), Events::default(), quick(), counting(again.clone(), 3)).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    for id in [&runs, &waits] {
        assert_eq!(job(&jobs, id).await.state, JobState::Paused);
    }
    assert_eq!(again.load(Ordering::SeqCst), 0);
    jobs.resume(&runs).await.unwrap();
    assert_eq!(until(&jobs, &runs, JobState::Done).await.attempt, 1);
    assert_eq!(job(&jobs, &waits).await.state, JobState::Paused);
}
