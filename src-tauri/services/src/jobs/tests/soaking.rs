use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use super::*;

/// SplitMix64 (Steele, Lea and Flood 2014): enough chance for a test, and the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }
}

/// Who runs now, how often each ended well, and what must never happen.
#[derive(Default)]
struct Record {
    running: HashSet<JobId>,
    done: HashMap<JobId, u32>,
    twice: Vec<JobId>,
    most: usize,
}

async fn work(context: JobContext, record: Arc<Mutex<Record>>) -> Result<(), JobError> {
    {
        let mut record = record.lock().unwrap();
        if !record.running.insert(context.id.clone()) {
            record.twice.push(context.id.clone());
        }
        record.most = record.most.max(record.running.len());
    }
    let luck = context.id.0.bytes().map(u64::from).sum::<u64>() % 10;
    let stopped = tokio::select! {
        () = tokio::time::sleep(Duration::from_millis(luck * 3)) => false,
        () = context.cancelled.cancelled() => true,
    };
    context.progress(Stage::Rendering, 0.5);
    let mut record = record.lock().unwrap();
    record.running.remove(&context.id);
    match luck {
        _ if stopped => Err(JobError::Cancelled),
        0 => Err(JobError::Fail(problem("for good"))),
        1 if context.attempt < 3 => Err(JobError::Retry(problem("for now"))),
        _ => {
            *record.done.entry(context.id.clone()).or_default() += 1;
            Ok(())
        }
    }
}

/// Pushes for `SON1K_SOAK_S` seconds: apalis-sqlite's issue 58 tells of queues that stop after a while.
#[tokio::test(flavor = "multi_thread")]
async fn soak_pushes_for_minutes_and_drains() {
    let seconds = std::env::var("SON1K_SOAK_S").ok().and_then(|s| s.parse().ok()).unwrap_or(20);
    let record = Arc::new(Mutex::new(Record::default()));
    let shared = record.clone();
    let rules = Rules { keep: u32::MAX, tidy_every: Duration::from_secs(1), ..quick() };
    let queue = queue(rules, move |context| work(context, shared.clone())).await;
    let mut dice = Dice(58);
    let (start, mut pushed) = (Instant::now(), Vec::new());
    while start.elapsed() < Duration::from_secs(seconds) {
        let priority =
            [Priority::Enterprise, Priority::Premium, Priority::Pro, Priority::Free][dice.below(4)];
        pushed.push(queue.jobs.push(named("soak"), priority).await.unwrap());
        let some = pushed[dice.below(pushed.len())].clone();
        match dice.below(20) {
            0 | 1 => queue.jobs.cancel(&some).await.unwrap(),
            2 => queue.jobs.retry(&some).await.unwrap(),
            3 => queue.jobs.set_priority(&some, priority).await.unwrap(),
            4 => tokio::time::sleep(Duration::from_millis(300)).await,
            _ => tokio::time::sleep(Duration::from_millis(dice.below(25) as u64)).await,
        }
    }
    let pushing = start.elapsed();
    let jobs = drained(&queue.jobs).await;
    println!("{} jobs in {pushing:?}, drained {:?} later", pushed.len(), start.elapsed() - pushing);
    let record = record.lock().unwrap();
    assert_eq!(record.twice, [], "never two runs of one job at once");
    assert!(record.most <= 5 && record.running.is_empty(), "{} at once", record.most);
    assert_eq!(jobs.len(), pushed.len(), "nothing is lost");
    for job in jobs {
        let done = record.done.get(&job.id).copied().unwrap_or(0);
        assert!(job.state != JobState::Done || done == 1, "{job:?} ended well {done} times");
    }
}

/// Waits until every job is finished, as long as some job still gets there.
async fn drained(jobs: &Jobs) -> Vec<Job> {
    let (mut left, mut moved) = (usize::MAX, Instant::now());
    loop {
        let list = jobs.list().await.unwrap();
        let now = list.iter().filter(|job| !job.state.is_final()).count();
        if now == 0 {
            return list;
        }
        if now < left {
            (left, moved) = (now, Instant::now());
        }
        assert!(moved.elapsed() < Duration::from_secs(10), "{left} jobs are stuck");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
