use son1k_domain::ErrorCode;
use son1k_domain::job::Work;
use tempfile::{TempDir, tempdir};

use super::*;

pub(super) async fn store() -> (Store, TempDir) {
    let folder = tempdir().unwrap();
    (Store::open(folder.path()).await.unwrap().0, folder)
}

pub(super) fn row(id: &str, priority: Priority, created_ms: f64) -> JobRow {
    let job = Job {
        id: id.into(),
        work: Work::FetchModel { model: "m".into() },
        priority,
        state: JobState::Queued,
        stage: Stage::Waiting,
        progress: 0.0,
        attempt: 1,
        problem: None,
        created_ms,
        started_ms: None,
        finished_ms: None,
    };
    JobRow { job, ticket: format!("ticket-{id}"), due_ms: created_ms }
}

pub(super) fn problem() -> Problem {
    Problem { code: ErrorCode::Internal, message: "it broke".into(), hint: String::new() }
}

fn ids(jobs: &[Job]) -> Vec<&str> {
    jobs.iter().map(|job| job.id.as_str()).collect()
}

#[tokio::test]
async fn a_job_comes_back_as_it_was_put_in() {
    let (store, _folder) = store().await;
    store.insert_job(&row("a", Priority::Premium, 5.0)).await.unwrap();
    assert_eq!(store.job(&"a".into()).await.unwrap(), Some(row("a", Priority::Premium, 5.0)));
    assert_eq!(store.job(&"b".into()).await.unwrap(), None);
}

#[tokio::test]
async fn jobs_are_listed_running_first_then_by_priority_then_the_newest_finished() {
    let (store, _folder) = store().await;
    for (id, priority, created) in [
        ("late", Priority::Pro, 4.0),
        ("early", Priority::Pro, 3.0),
        ("urgent", Priority::Enterprise, 9.0),
        ("runs", Priority::Free, 1.0),
        ("done-1", Priority::Pro, 1.0),
        ("done-2", Priority::Free, 1.0),
    ] {
        store.insert_job(&row(id, priority, created)).await.unwrap();
    }
    for (id, finished) in [("done-1", 10.0), ("done-2", 20.0)] {
        store.claim_job(&id.into(), &format!("ticket-{id}"), 2.0).await.unwrap().unwrap();
        store
            .finish_job(&id.into(), &format!("ticket-{id}"), JobState::Done, None, finished)
            .await
            .unwrap()
            .unwrap();
    }
    store.claim_job(&"runs".into(), "ticket-runs", 2.0).await.unwrap().unwrap();
    let jobs = store.jobs().await.unwrap();
    assert_eq!(ids(&jobs), ["runs", "urgent", "early", "late", "done-2", "done-1"]);
}

#[tokio::test]
async fn only_the_current_ticket_starts_a_job_and_only_once() {
    let (store, _folder) = store().await;
    store.insert_job(&row("a", Priority::Pro, 0.0)).await.unwrap();
    assert_eq!(store.claim_job(&"a".into(), "another", 1.0).await.unwrap(), None);
    let started = store.claim_job(&"a".into(), "ticket-a", 1.0).await.unwrap().unwrap();
    assert_eq!((started.state, started.started_ms), (JobState::Running, Some(1.0)));
    assert_eq!(store.claim_job(&"a".into(), "ticket-a", 1.0).await.unwrap(), None);
}

#[tokio::test]
async fn of_a_cancel_and_an_end_that_race_the_first_counts() {
    let (store, _folder) = store().await;
    store.insert_job(&row("a", Priority::Pro, 0.0)).await.unwrap();
    store.claim_job(&"a".into(), "ticket-a", 1.0).await.unwrap().unwrap();
    assert!(store.cancel_job(&"a".into(), 2.0).await.unwrap().is_some());
    assert_eq!(store.finish_job(&"a".into(), "ticket-a", JobState::Done, None, 3.0).await.unwrap(), None);
    assert_eq!(store.cancel_job(&"a".into(), 4.0).await.unwrap(), None);
    let job = store.job(&"a".into()).await.unwrap().unwrap().job;
    assert_eq!((job.state, job.finished_ms), (JobState::Cancelled, Some(2.0)));
}

#[tokio::test]
async fn a_postponed_job_counts_its_attempt_and_wants_the_new_ticket() {
    let (store, _folder) = store().await;
    store.insert_job(&row("a", Priority::Pro, 0.0)).await.unwrap();
    store.claim_job(&"a".into(), "ticket-a", 1.0).await.unwrap().unwrap();
    let waiting =
        store.postpone_job(&"a".into(), "ticket-a", "second", &problem(), 2000.0).await.unwrap().unwrap();
    assert_eq!((waiting.state, waiting.attempt, waiting.problem), (JobState::Retrying, 2, Some(problem())));
    assert_eq!(store.claim_job(&"a".into(), "ticket-a", 3.0).await.unwrap(), None);
    assert_eq!(store.claim_job(&"a".into(), "second", 3.0).await.unwrap().unwrap().attempt, 2);
}

#[tokio::test]
async fn orphans_go_back_to_the_queue_until_they_have_killed_too_often() {
    let (store, _folder) = store().await;
    store.insert_job(&row("a", Priority::Pro, 0.0)).await.unwrap();
    for death in 1..=3 {
        store.claim_job(&"a".into(), "ticket-a", 1.0).await.unwrap().unwrap();
        let orphans = store.adopt_orphans(3, &problem(), 9.0).await.unwrap();
        assert_eq!((orphans.queued.len(), orphans.failed.len()), if death < 3 { (1, 0) } else { (0, 1) });
    }
    let job = store.job(&"a".into()).await.unwrap().unwrap().job;
    assert_eq!((job.state, job.attempt, job.problem), (JobState::Failed, 1, Some(problem())));
}

#[tokio::test]
async fn a_failed_job_is_queued_again_from_its_first_attempt() {
    let (store, _folder) = store().await;
    store.insert_job(&row("a", Priority::Pro, 0.0)).await.unwrap();
    store.claim_job(&"a".into(), "ticket-a", 1.0).await.unwrap().unwrap();
    store.postpone_job(&"a".into(), "ticket-a", "second", &problem(), 0.0).await.unwrap().unwrap();
    store.claim_job(&"a".into(), "second", 1.0).await.unwrap().unwrap();
    store.finish_job(&"a".into(), "second", JobState::Failed, Some(&problem()), 2.0).await.unwrap().unwrap();
    let again = store.requeue_job(&"a".into(), "third", 5.0).await.unwrap().unwrap();
    assert_eq!((again.state, again.attempt, again.problem), (JobState::Queued, 1, None));
    assert_eq!(store.requeue_job(&"a".into(), "fourth", 5.0).await.unwrap(), None, "it waits already");
}

#[tokio::test]
async fn finished_jobs_go_by_age_and_by_number_and_others_stay() {
    let (store, _folder) = store().await;
    for number in 1..=6 {
        let id = format!("done-{number}");
        store.insert_job(&row(&id, Priority::Pro, 0.0)).await.unwrap();
        store.cancel_job(&id.as_str().into(), f64::from(number)).await.unwrap().unwrap();
    }
    store.insert_job(&row("waits", Priority::Pro, 0.0)).await.unwrap();
    let mut removed = store.remove_finished_jobs(2.5, 3).await.unwrap();
    removed.sort();
    assert_eq!(removed, ["done-1", "done-2", "done-3"].map(JobId::from));
    assert_eq!(store.jobs().await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_job_that_cannot_be_read_does_not_hide_the_others() {
    let (store, _folder) = store().await;
    store.insert_job(&row("a", Priority::Pro, 0.0)).await.unwrap();
    store.insert_job(&row("b", Priority::Pro, 0.0)).await.unwrap();
    sqlx::query("UPDATE job SET work = '{\"kind\":\"from_the_future\"}' WHERE id = 'a'")
        .execute(&store.writer)
        .await
        .unwrap();
    assert_eq!(ids(&store.jobs().await.unwrap()), ["b"]);
}
