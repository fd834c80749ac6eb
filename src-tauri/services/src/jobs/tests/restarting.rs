use std::process::Stdio;

use super::*;

async fn count_runs(rules: Rules, folder: &Path) -> (Jobs, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let count = runs.clone();
    let jobs = start(folder, Events::default(), rules, move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        async { Ok(()) }
    });
    (jobs.await, runs)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_program_is_told_that_the_queue_is_taken() {
    let queue = queue(quick(), endless).await;
    let (store, _) = Store::open(queue.folder.path()).await.unwrap();
    let second = Jobs::start(store.clone(), queue.folder.path(), endless, Events::default()).await;
    assert!(matches!(second, Err(Error::Busy(_))));
    queue.jobs.shutdown(Duration::from_secs(1)).await;
    Jobs::start(store, queue.folder.path(), endless, Events::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_puts_running_jobs_back_and_the_next_start_runs_them() {
    let queue = queue(quick(), endless).await;
    let mut ids = Vec::new();
    for number in 0..7 {
        ids.push(queue.push(&number.to_string()).await);
    }
    for id in &ids[..5] {
        queue.until(id, JobState::Running).await;
    }
    let start = Instant::now();
    queue.jobs.shutdown(Duration::from_secs(5)).await;
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    let refused = queue.jobs.push(named("late"), Priority::Pro).await;
    assert!(matches!(refused, Err(Error::Busy(_))));
    let (store, _) = Store::open(queue.folder.path()).await.unwrap();
    let kept = store.jobs().await.unwrap();
    assert!(kept.iter().all(|job| job.state == JobState::Queued && job.attempt == 1), "{kept:?}");
    let (jobs, runs) = count_runs(quick(), queue.folder.path()).await;
    for id in &ids {
        until(&jobs, id, JobState::Done).await;
    }
    assert_eq!(runs.load(Ordering::SeqCst), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_does_not_stop_in_time_is_put_back_all_the_same() {
    let queue = queue(quick(), |_| async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        Ok(())
    })
    .await;
    let id = queue.push("deaf").await;
    queue.until(&id, JobState::Running).await;
    queue.jobs.shutdown(Duration::from_millis(100)).await;
    let (store, _) = Store::open(queue.folder.path()).await.unwrap();
    assert_eq!(store.job(&id).await.unwrap().unwrap().job.state, JobState::Queued);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_for_the_next_attempt_goes_on_after_a_restart() {
    let rules = Rules { back_off: Duration::from_secs(2), ..Rules::default() };
    let queue = queue(rules.clone(), |_| async { Err(JobError::Retry(problem("line busy"))) }).await;
    let id = queue.push("unlucky").await;
    queue.until(&id, JobState::Retrying).await;
    let failed = Instant::now();
    queue.jobs.shutdown(Duration::from_secs(1)).await;
    let (jobs, runs) = count_runs(rules, queue.folder.path()).await;
    let waiting = job(&jobs, &id).await;
    assert_eq!(
        (waiting.state, waiting.attempt),
        (JobState::Retrying, 2),
        "the first attempt is not forgotten"
    );
    let done = until(&jobs, &id, JobState::Done).await;
    assert!(failed.elapsed() > Duration::from_millis(1900), "{:?}", failed.elapsed());
    assert_eq!((done.attempt, runs.load(Ordering::SeqCst)), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_is_made_anew_from_the_store_when_the_engine_s_file_is_damaged_or_gone() {
    for damage in [Some("no database, however long one looks at it"), None] {
        let queue = queue(Rules { at_once: 1, ..quick() }, endless).await;
        let ids = [queue.push("one").await, queue.push("two").await];
        queue.jobs.shutdown(Duration::from_secs(1)).await;
        let file = queue.folder.path().join("jobs.db");
        for sidecar in ["jobs.db-wal", "jobs.db-shm"] {
            drop(std::fs::remove_file(queue.folder.path().join(sidecar)));
        }
        match damage {
            Some(garbage) => std::fs::write(&file, garbage.repeat(50)).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        let (jobs, _) = count_runs(quick(), queue.folder.path()).await;
        for id in &ids {
            until(&jobs, id, JobState::Done).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_ticket_is_issued_again() {
    let queue = queue(Rules { at_once: 1, ..quick() }, |context: JobContext| async move {
        if name_of(&context.work) == "first" { endless(context).await } else { Ok(()) }
    })
    .await;
    let first = queue.push("first").await;
    queue.until(&first, JobState::Running).await;
    let second = queue.push("second").await;
    queue.jobs.engine.queue.clear().await.unwrap();
    queue.jobs.cancel(&first).await.unwrap();
    let start = Instant::now();
    while queue.job(&second).await.state != JobState::Done {
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", queue.job(&second).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_worker_takes_over_from_one_that_hangs_and_running_jobs_go_on() {
    let queue = queue(quick(), |context: JobContext| async move {
        if name_of(&context.work) == "long" {
            tokio::time::sleep(Duration::from_millis(800)).await;
        }
        Ok(())
    })
    .await;
    let long = queue.push("long").await;
    queue.until(&long, JobState::Running).await;
    queue.jobs.engine.replace_worker.notify_one();
    let next = queue.push("next").await;
    queue.until(&next, JobState::Done).await;
    let done = queue.until(&long, JobState::Done).await;
    assert_eq!(done.attempt, 1);
}

/// The other program of the next test: it says what it runs, and runs until it is killed.
#[tokio::test(flavor = "multi_thread")]
async fn the_other_program_works_when_it_is_started_for_that() {
    let Ok(folder) = std::env::var("SON1K_WORKER_FOLDER") else { return };
    let said = std::path::PathBuf::from(&folder).join("running");
    let jobs = start(Path::new(&folder), Events::default(), quick(), move |context: JobContext| {
        std::fs::write(said.join(context.id.as_str()), "").unwrap();
        endless(context)
    });
    let jobs = jobs.await;
    for number in 0..3 {
        jobs.push(named(&number.to_string()), Priority::Pro).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_of_a_killed_program_run_to_their_end_once_and_none_is_lost() {
    let folder = tempdir().unwrap();
    let said = folder.path().join("running");
    std::fs::create_dir(&said).unwrap();
    let mut other = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "jobs::tests::restarting::the_other_program_works_when_it_is_started_for_that"])
        .env("SON1K_WORKER_FOLDER", folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while std::fs::read_dir(&said).unwrap().count() < 3 {
        assert!(start.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    other.kill().await.unwrap();
    let (jobs, runs) = count_runs(quick(), folder.path()).await;
    let list = jobs.list().await.unwrap();
    assert_eq!(list.len(), 3);
    for listed in list {
        let done = until(&jobs, &listed.id, JobState::Done).await;
        assert_eq!(done.attempt, 1, "being killed costs no attempt");
    }
    assert_eq!(runs.load(Ordering::SeqCst), 3);
}
