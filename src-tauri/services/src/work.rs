//! What the jobs of the queue do.

use std::time::Duration;

use son1k_domain::Event;
use son1k_domain::id::{JobId, ModelId};
use son1k_domain::job::{Job, Priority, Stage, Work};
use son1k_domain::model::Shelf;
use son1k_domain::system::CacheStats;

use crate::jobs::{JobContext, JobError};
use crate::{Error, Result, Services};

impl Services {
    /// Carries out one job.
    pub(crate) async fn work(&self, context: JobContext) -> Result<(), JobError> {
        let done = match &context.work {
            Work::Generate { project, request } => self.make_all(&context, project, request).await,
            Work::Export { take, format, path, .. } => self.run_export(&context, take, *format, path).await,
            Work::FetchModel { model } => self.run_fetch(&context, model).await,
            Work::ImportSounds { paths, collection } => {
                self.library.run_import(&context, paths, collection.as_ref()).await
            }
            Work::AnalyseSounds => self.library.run_analysis(&context).await,
            Work::RelinkSounds { folder } => self.library.run_relink(&context, folder).await,
            Work::Master { request } => self.run_mastering(&context, request).await,
            Work::Clean { sound, cleaning } => self.run_cleaning(&context, sound, cleaning).await,
            Work::Split { sound } => self.run_split(&context, sound).await,
            Work::HearNotes { sound } => self.run_hearing(&context, sound).await,
            Work::Speak { request } => self.run_speaking(&context, request).await,
            Work::HearSpeech { sound, language } => self.run_speech_hearing(&context, sound, *language).await,
            Work::Modulate { sound, conversion } => self.run_modulation(&context, sound, conversion).await,
            Work::ModulateToward { sound, toward } => self.run_turning(&context, sound, toward).await,
            Work::FindClosest { profile } => self.run_find_closest(&context, profile).await,
            Work::PutOnTrack { project, take, sound, at } => {
                self.run_placing(&context, project, take, sound, *at).await
            }
            Work::PruneHistory { project, rules } => self.run_prune(&context, project, rules).await,
            Work::CheckHistory { read_data } => self.run_check(&context, *read_data).await,
            Work::MendHistory => self.run_mend(&context).await,
            Work::SyncCopy { copy } => self.run_sync(&context, copy).await,
        };
        done.map_err(|error| match (&context.work, error) {
            // A batch keeps what it has done: what is missing may find room later.
            (Work::Master { .. }, full @ Error::DiskFull { .. }) => {
                JobError::Retry(full.describe(self.settings.language()))
            }
            (_, error) => self.job_error(error),
        })
    }

    fn job_error(&self, error: Error) -> JobError {
        let problem = error.describe(self.settings.language());
        match error {
            Error::Cancelled => JobError::Cancelled,
            error if error.is_passing() => {
                tracing::warn!(%error, "job will be tried again");
                JobError::Retry(problem)
            }
            error => {
                tracing::warn!(%error, "job failed");
                JobError::Fail(problem)
            }
        }
    }

    /// Queues the download of an entry of the shelf.
    pub async fn fetch_model(&self, model: ModelId) -> Result<JobId> {
        self.shelf.entry(&model)?;
        self.jobs()?.push(Work::FetchModel { model }, Priority::Pro).await
    }

    async fn run_fetch(&self, context: &JobContext, model: &ModelId) -> Result<()> {
        let report = |done: f32| context.progress(Stage::Downloading, done);
        let fetched = self.shelf.fetch(model, &report, context.cancelled.clone()).await;
        self.events.send(Event::ShelfChanged(self.list_models()));
        self.library.wake_models().await;
        fetched
    }

    /// Fetches an entry of the shelf now, without the queue.
    pub async fn fetch_model_now(&self, model: &ModelId, report: &(dyn Fn(f32) + Send + Sync)) -> Result<()> {
        self.shelf.fetch(model, report, tokio_util::sync::CancellationToken::new()).await
    }

    /// Returns the model shelf.
    pub fn list_models(&self) -> Shelf {
        self.shelf.list()
    }

    pub async fn list_jobs(&self) -> Result<Vec<Job>> {
        self.jobs()?.list().await
    }

    pub async fn cancel_job(&self, id: &JobId) -> Result<()> {
        self.jobs()?.cancel(id).await
    }

    /// Pauses a job; see [`Jobs::pause`](crate::jobs::Jobs::pause).
    pub async fn pause_job(&self, id: &JobId) -> Result<()> {
        self.jobs()?.pause(id).await
    }

    /// Resumes a paused job; see [`Jobs::resume`](crate::jobs::Jobs::resume).
    pub async fn resume_job(&self, id: &JobId) -> Result<()> {
        self.jobs()?.resume(id).await
    }

    pub async fn retry_job(&self, id: &JobId) -> Result<()> {
        self.jobs()?.retry(id).await
    }

    pub async fn set_job_priority(&self, id: &JobId, priority: Priority) -> Result<()> {
        self.jobs()?.set_priority(id, priority).await
    }

    pub async fn clear_finished_jobs(&self) -> Result<()> {
        self.jobs()?.clear_finished().await
    }

    /// Returns the figures of the result cache.
    pub async fn cache_stats(&self) -> Result<CacheStats> {
        self.cache.stats().await
    }

    /// Empties the result cache, or what was not used for so many hours.
    pub async fn clear_cache(&self, older_than_hours: Option<u32>) -> Result<()> {
        let age = older_than_hours.map(|hours| Duration::from_secs(u64::from(hours) * 3600));
        self.cache.clear(age).await
    }
}
