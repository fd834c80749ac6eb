use std::sync::Mutex;

use tokio::sync::Semaphore;

use super::*;

/// A queue for one job at a time, each of which waits for a permit; and the order in which they began.
async fn one_by_one() -> (Queue, Arc<Semaphore>, Arc<Mutex<Vec<String>>>) {
    let (gate, order) = (Arc::new(Semaphore::new(0)), Arc::new(Mutex::new(Vec::new())));
    let (behind, noted) = (gate.clone(), order.clone());
    let queue = queue(Rules { at_once: 1, ..quick() }, move |context: JobContext| {
        let (gate, order) = (behind.clone(), noted.clone());
        async move {
            order.lock().unwrap().push(name_of(&context.work));
            gate.acquire().await.unwrap().forget();
            Ok(())
        }
    });
    (queue.await, gate, order)
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_run_in_the_order_of_priority_and_then_of_arrival() {
    let (queue, gate, order) = one_by_one().await;
    let first = queue.push("first").await;
    queue.until(&first, JobState::Running).await;
    let mut last = first;
    for (name, priority) in [
        ("free-1", Priority::Free),
        ("pro-1", Priority::Pro),
        ("free-2", Priority::Free),
        ("enterprise", Priority::Enterprise),
        ("pro-2", Priority::Pro),
        ("premium", Priority::Premium),
        ("pro-3", Priority::Pro),
    ] {
        let id = queue.jobs.push(named(name), priority).await.unwrap();
        if name == "free-2" {
            last = id;
        }
    }
    let listed: Vec<_> = queue.jobs.list().await.unwrap().iter().map(|job| name_of(&job.work)).collect();
    gate.add_permits(8);
    queue.until(&last, JobState::Done).await;
    let wanted = ["first", "enterprise", "premium", "pro-1", "pro-2", "pro-3", "free-1", "free-2"];
    assert_eq!(*order.lock().unwrap(), wanted);
    assert_eq!(listed, wanted, "the list says beforehand what will run next");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_job_moves_when_its_priority_changes() {
    let (queue, gate, order) = one_by_one().await;
    let first = queue.push("first").await;
    queue.until(&first, JobState::Running).await;
    let (one, two) = (queue.push("one").await, queue.push("two").await);
    queue.jobs.set_priority(&two, Priority::Enterprise).await.unwrap();
    assert_eq!(queue.job(&two).await.priority, Priority::Enterprise);
    gate.add_permits(3);
    queue.until(&one, JobState::Done).await;
    assert_eq!(*order.lock().unwrap(), ["first", "two", "one"]);
    let unknown = queue.jobs.set_priority(&"nobody".into(), Priority::Free).await;
    assert!(matches!(unknown, Err(Error::NotFound { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_five_run_at_once() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (running.clone(), most.clone());
    let queue = queue(Rules::default(), move |_| {
        let (now, peak) = (now.clone(), peak.clone());
        async move {
            peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(40)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        }
    })
    .await;
    let mut ids = Vec::new();
    for number in 0..25 {
        ids.push(queue.push(&number.to_string()).await);
    }
    for id in &ids {
        queue.until(id, JobState::Done).await;
    }
    assert_eq!(most.load(Ordering::SeqCst), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_returns_within_ten_milliseconds_and_starts_soon() {
    let queue = queue(Rules::default(), |_| async { Ok(()) }).await;
    let mut times = Vec::new();
    let mut last = queue.push("warm-up").await;
    for number in 0..200 {
        let start = Instant::now();
        last = queue.push(&number.to_string()).await;
        times.push(start.elapsed());
    }
    times.sort();
    println!("push: median {:?}, 95 % {:?}, longest {:?}", times[100], times[190], times[199]);
    assert!(times[100] < Duration::from_millis(10), "median {:?}", times[100]);
    queue.until(&last, JobState::Done).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_queue_starts_a_job_at_once() {
    let queue = queue(Rules::default(), |_| async { Ok(()) }).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    for round in 0..5 {
        tokio::time::sleep(Duration::from_millis(120)).await;
        let start = Instant::now();
        let id = queue.push("quick").await;
        queue.until(&id, JobState::Done).await;
        println!("round {round}: pushed and done in {:?}", start.elapsed());
        assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
    }
}
