//! Jobs that wait until somebody resumes them. A running one holds its place in memory while its program lives.

use son1k_domain::id::JobId;
use son1k_domain::job::Job;

use super::{JobRow, one, read};
use crate::{Result, Store};

impl Store {
    /// Pauses a job that waits or runs; `None` when it is paused already or has ended.
    pub async fn pause_job(&self, id: &JobId) -> Result<Option<JobRow>> {
        let row = sqlx::query(
            "UPDATE job SET state = 'paused' WHERE id = ?1 AND state IN ('queued', 'running', 'retrying')
             RETURNING *",
        )
        .bind(id.0.clone())
        .fetch_optional(&self.writer)
        .await?;
        row.as_ref().map(read).transpose()
    }

    /// Lets a paused job that has not stopped yet go on as if nothing had been.
    pub async fn unpause_job(&self, id: &JobId, ticket: &str) -> Result<Option<Job>> {
        let row = sqlx::query(
            "UPDATE job SET state = 'running' WHERE id = ?1 AND ticket = ?2 AND state = 'paused' RETURNING *",
        )
        .bind(id.0.clone())
        .bind(ticket.to_owned())
        .fetch_optional(&self.writer)
        .await?;
        one(row)
    }

    /// Puts a paused job back in the queue, at its priority, to be started or gone on with by a new ticket.
    pub async fn resume_job(&self, id: &JobId, ticket: &str, now_ms: f64) -> Result<Option<Job>> {
        let row = sqlx::query(
            "UPDATE job SET state = 'queued', problem = NULL, ticket = ?2, due_ms = ?3
             WHERE id = ?1 AND state = 'paused' RETURNING *",
        )
        .bind(id.0.clone())
        .bind(ticket.to_owned())
        .bind(now_ms)
        .fetch_optional(&self.writer)
        .await?;
        one(row)
    }

    /// Goes on with a resumed job that this program holds, if `ticket` still is its ticket: what it has done counts.
    pub async fn claim_held_job(&self, id: &JobId, ticket: &str) -> Result<Option<Job>> {
        let row = sqlx::query(
            "UPDATE job SET state = 'running' WHERE id = ?1 AND ticket = ?2 AND state = 'queued' RETURNING *",
        )
        .bind(id.0.clone())
        .bind(ticket.to_owned())
        .fetch_optional(&self.writer)
        .await?;
        one(row)
    }
}

#[cfg(test)]
mod tests {
    use son1k_domain::job::{JobState, Priority, Stage};

    use crate::Store;
    use crate::job::tests::{problem, row, store};

    async fn state(store: &Store) -> JobState {
        store.job(&"a".into()).await.unwrap().unwrap().job.state
    }

    async fn running() -> (Store, tempfile::TempDir) {
        let (store, folder) = store().await;
        store.insert_job(&row("a", Priority::Pro, 0.0)).await.unwrap();
        store.claim_job(&"a".into(), "ticket-a", 1.0).await.unwrap().unwrap();
        (store, folder)
    }

    #[tokio::test]
    async fn a_paused_job_is_not_started_by_the_ticket_it_had() {
        let (store, _folder) = store().await;
        store.insert_job(&row("a", Priority::Pro, 0.0)).await.unwrap();
        assert_eq!(store.pause_job(&"a".into()).await.unwrap().unwrap().job.state, JobState::Paused);
        assert_eq!(store.pause_job(&"a".into()).await.unwrap(), None, "once");
        assert_eq!(store.claim_job(&"a".into(), "ticket-a", 1.0).await.unwrap(), None);
        assert!(!store.any_job_waits().await.unwrap());
        let resumed = store.resume_job(&"a".into(), "second", 5.0).await.unwrap().unwrap();
        assert_eq!((resumed.state, resumed.attempt), (JobState::Queued, 1));
        assert_eq!(store.claim_job(&"a".into(), "ticket-a", 6.0).await.unwrap(), None);
        assert!(store.claim_job(&"a".into(), "second", 6.0).await.unwrap().is_some());
        assert_eq!(store.resume_job(&"a".into(), "third", 7.0).await.unwrap(), None, "it runs");
    }

    #[tokio::test]
    async fn a_job_that_ends_while_it_is_being_paused_has_ended() {
        let (store, _folder) = running().await;
        store.pause_job(&"a".into()).await.unwrap().unwrap();
        assert!(
            store.finish_job(&"a".into(), "ticket-a", JobState::Done, None, 2.0).await.unwrap().is_some()
        );
        assert_eq!(store.resume_job(&"a".into(), "second", 3.0).await.unwrap(), None);
        assert_eq!(state(&store).await, JobState::Done);
        assert_eq!(store.pause_job(&"a".into()).await.unwrap(), None, "what has ended stays so");
    }

    #[tokio::test]
    async fn of_a_pause_and_a_cancel_the_cancel_counts() {
        let (store, _folder) = running().await;
        store.pause_job(&"a".into()).await.unwrap().unwrap();
        assert!(store.cancel_job(&"a".into(), 2.0).await.unwrap().is_some());
        assert_eq!(store.resume_job(&"a".into(), "second", 3.0).await.unwrap(), None);
        assert_eq!(store.unpause_job(&"a".into(), "ticket-a").await.unwrap(), None);
        assert_eq!(store.finish_job(&"a".into(), "ticket-a", JobState::Done, None, 4.0).await.unwrap(), None);
        assert_eq!(state(&store).await, JobState::Cancelled);
    }

    #[tokio::test]
    async fn a_paused_job_is_neither_an_orphan_nor_put_back_when_the_studio_closes() {
        let (store, _folder) = running().await;
        store.note_progress(&"a".into(), "ticket-a", Stage::Mastering, 0.5).await.unwrap();
        store.pause_job(&"a".into()).await.unwrap().unwrap();
        store.note_progress(&"a".into(), "ticket-a", Stage::Mastering, 0.625).await.unwrap();
        assert_eq!(store.put_back_job(&"a".into(), "ticket-a", "second").await.unwrap(), None);
        assert_eq!(store.adopt_orphans(1, &problem(), 3.0).await.unwrap(), Default::default());
        let kept = store.job(&"a".into()).await.unwrap().unwrap().job;
        assert_eq!((kept.state, kept.progress), (JobState::Paused, 0.625));
    }

    #[tokio::test]
    async fn a_held_job_goes_on_where_it_was_with_its_new_ticket_only() {
        let (store, _folder) = running().await;
        store.note_progress(&"a".into(), "ticket-a", Stage::Mastering, 0.5).await.unwrap();
        store.pause_job(&"a".into()).await.unwrap().unwrap();
        assert_eq!(store.claim_held_job(&"a".into(), "ticket-a").await.unwrap(), None, "still paused");
        store.resume_job(&"a".into(), "second", 3.0).await.unwrap().unwrap();
        assert_eq!(store.claim_held_job(&"a".into(), "ticket-a").await.unwrap(), None);
        let on = store.claim_held_job(&"a".into(), "second").await.unwrap().unwrap();
        assert_eq!((on.state, on.progress, on.started_ms), (JobState::Running, 0.5, Some(1.0)));
        assert_eq!(store.finish_job(&"a".into(), "ticket-a", JobState::Done, None, 4.0).await.unwrap(), None);
        assert!(store.finish_job(&"a".into(), "second", JobState::Done, None, 4.0).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_pause_that_is_taken_back_in_time_changes_nothing() {
        let (store, _folder) = running().await;
        store.pause_job(&"a".into()).await.unwrap().unwrap();
        assert!(store.unpause_job(&"a".into(), "ticket-a").await.unwrap().is_some());
        assert_eq!(store.unpause_job(&"a".into(), "ticket-a").await.unwrap(), None);
        assert_eq!(state(&store).await, JobState::Running);
    }

    #[tokio::test]
    async fn a_paused_job_keeps_its_attempt_and_its_priority_can_change() {
        let (store, _folder) = running().await;
        store.postpone_job(&"a".into(), "ticket-a", "second", &problem(), 9e12).await.unwrap().unwrap();
        store.pause_job(&"a".into()).await.unwrap().unwrap();
        assert!(store.set_job_priority(&"a".into(), Priority::Enterprise).await.unwrap().is_some());
        let resumed = store.resume_job(&"a".into(), "third", 5.0).await.unwrap().unwrap();
        assert_eq!((resumed.attempt, resumed.priority), (2, Priority::Enterprise));
        assert_eq!(store.job(&"a".into()).await.unwrap().unwrap().due_ms, 5.0, "it waits no longer");
    }
}
