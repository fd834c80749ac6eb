//! Whether all that was kept is still what it was.

use son1k_domain::Event;
use son1k_domain::history::{HistoryDamage, HistoryReport, PruneRules, TouchedFile};
use son1k_domain::id::{JobId, ProjectId};
use son1k_domain::job::{Priority, Stage, Work};
use son1k_history::{Fault, Progress, Report};

use super::listing::named;
use super::{History, of_engine};
use crate::jobs::JobContext;
use crate::{Result, Services};

impl History {
    /// Looks at every file of the store; with `read_data` at every byte.
    ///
    /// # Errors
    /// [`Trouble::Locked`](super::Trouble::Locked), [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn check(&self, read_data: bool, progress: Progress<'_>) -> Result<HistoryReport> {
        Ok(told(self.vault()?.check(read_data, progress)?))
    }

    /// Sets aside what is damaged, keeps what can still be read of it, and returns what a check finds after that.
    ///
    /// # Errors
    /// As [`Self::check`], and [`Error::Unwritable`](crate::Error::Unwritable),
    /// [`Error::DiskFull`](crate::Error::DiskFull).
    pub fn mend(&self, progress: Progress<'_>) -> Result<HistoryReport> {
        let _turn = self.turn();
        let vault = self.vault()?;
        let report = progress.part(0.0, 0.6, |progress| vault.check(true, *progress))?;
        if !report.is_sound() {
            progress.part(0.6, 0.8, |progress| vault.mend(&report, *progress))?;
        }
        progress.part(0.8, 1.0, |progress| self.check(false, *progress))
    }
}

fn told(report: Report) -> HistoryReport {
    let damage = report.damage.into_iter().map(|damage| HistoryDamage {
        file: named(&damage.file),
        missing: damage.fault == Fault::Missing,
        touched: damage
            .touched
            .into_iter()
            .map(|touched| TouchedFile {
                version: of_engine(&touched.version),
                path: touched.path.map(|path| named(&path)),
            })
            .collect(),
    });
    let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    HistoryReport {
        versions: count(report.versions),
        packs: count(report.packs),
        read: report.read as f64,
        damage: damage.collect(),
    }
}

impl Services {
    /// Queues letting go of the open project's versions that rules do not keep.
    pub async fn prune_history(&self, rules: PruneRules) -> Result<JobId> {
        let project = self.projects.current()?;
        self.jobs()?.push(Work::PruneHistory { project, rules }, Priority::Pro).await
    }

    /// Queues a check of the store.
    pub async fn check_history(&self, read_data: bool) -> Result<JobId> {
        self.jobs()?.push(Work::CheckHistory { read_data }, Priority::Pro).await
    }

    /// Queues the mending of the store.
    pub async fn mend_history(&self) -> Result<JobId> {
        self.jobs()?.push(Work::MendHistory, Priority::Pro).await
    }

    pub(crate) async fn run_prune(
        &self,
        context: &JobContext,
        project: &ProjectId,
        rules: &PruneRules,
    ) -> Result<()> {
        let (context, project, rules) = (context.clone(), project.clone(), *rules);
        self.history
            .run(move |history| {
                let report = |done: f32| context.progress(Stage::Pruning, done);
                let progress = Progress { report: &report, cancelled: context.cancelled_flag() };
                let pruned = history.prune(&project, &rules, progress);
                history.tell();
                pruned.map(drop)
            })
            .await
    }

    pub(crate) async fn run_check(&self, context: &JobContext, read_data: bool) -> Result<()> {
        self.look_at_store(context, move |history, progress| history.check(read_data, progress)).await
    }

    pub(crate) async fn run_mend(&self, context: &JobContext) -> Result<()> {
        self.look_at_store(context, History::mend).await?;
        self.history
            .run(|history| {
                history.tell();
                Ok(())
            })
            .await
    }

    async fn look_at_store(
        &self,
        context: &JobContext,
        look: impl FnOnce(&History, Progress<'_>) -> Result<HistoryReport> + Send + 'static,
    ) -> Result<()> {
        let context = context.clone();
        let found = self.history.run(move |history| {
            let report = |done: f32| context.progress(Stage::Checking, done);
            look(history, Progress { report: &report, cancelled: context.cancelled_flag() })
        });
        self.events.send(Event::HistoryChecked(found.await?));
        Ok(())
    }
}
