//! What shells ask of the past.

use std::path::Path;

use son1k_domain::history::{
    FileChange, MergeStatus, PrunePlan, PruneRules, Timeline, Version, VersionComparison,
};
use son1k_domain::id::VersionId;
use son1k_domain::merge::{Choice, Conflict, Part};
use son1k_domain::project::Step;

use super::{Merged, words};
use crate::{Error, Result, Services};

impl Services {
    /// Returns all versions of the open project.
    pub async fn timeline(&self) -> Result<Timeline> {
        self.history.run(|history| history.asked_timeline()).await
    }

    /// Saves the project and keeps it as a version.
    ///
    /// # Errors
    /// See [`History::save`](super::History::save).
    pub async fn save_version(&self, message: String) -> Result<VersionId> {
        self.save_document().await?;
        let kept = self.history.run(move |history| history.save(&message)).await?;
        Ok(kept)
    }

    /// Keeps what another program changed as a version.
    pub async fn keep_outside_change(&self, message: String) -> Result<VersionId> {
        self.save_document().await?;
        self.history.run(move |history| history.keep_outside(&message)).await
    }

    async fn save_document(&self) -> Result<()> {
        // A folder of files has no document.
        if self.projects.is_unsaved() { self.projects.save().await } else { Ok(()) }
    }

    /// Returns in a few words what changed since the last version.
    pub async fn suggest_message(&self) -> Result<String> {
        let language = self.settings.language();
        self.history.run(move |history| history.suggest(language)).await
    }

    pub async fn name_version(&self, version: VersionId, message: String) -> Result<()> {
        self.history.run(move |history| history.name(&version, &message)).await
    }

    pub async fn star_version(&self, version: VersionId, starred: bool) -> Result<()> {
        self.history.run(move |history| history.star(&version, starred)).await
    }

    /// Begins a branch and goes there.
    ///
    /// # Errors
    /// See [`History::branch`](super::History::branch).
    pub async fn make_branch(&self, name: String, from: Option<VersionId>) -> Result<()> {
        let moves = from.is_some();
        self.history.run(move |history| history.branch(&name, from.as_ref())).await?;
        if moves { self.after_change().await } else { Ok(()) }
    }

    /// Goes to a branch.
    ///
    /// # Errors
    /// See [`History::switch`](super::History::switch).
    pub async fn switch_branch(&self, name: String) -> Result<()> {
        self.history.run(move |history| history.switch(&name)).await?;
        self.after_change().await
    }

    /// Brings another branch in.
    ///
    /// # Errors
    /// See [`History::merge`](super::History::merge).
    pub async fn merge_branch(&self, name: String) -> Result<Merged> {
        let merged = self.history.run(move |history| history.merge(&name)).await?;
        self.after_change().await?;
        Ok(merged)
    }

    pub async fn merge_status(&self) -> Result<Option<MergeStatus>> {
        self.history.run(|history| history.merge_status()).await
    }

    pub async fn resolve_conflict(&self, conflict: Conflict, choice: Choice) -> Result<()> {
        self.history.run(move |history| history.resolve(&conflict, choice)).await?;
        self.after_change().await
    }

    pub async fn restore_version(&self, version: VersionId) -> Result<()> {
        self.history.run(move |history| history.restore(&version)).await?;
        self.after_change().await
    }

    pub async fn restore_part(&self, version: VersionId, part: Part) -> Result<()> {
        self.history.run(move |history| history.restore_part(&version, &part)).await?;
        self.after_change().await
    }

    pub async fn restore_file(&self, version: VersionId, path: String) -> Result<()> {
        self.history.run(move |history| history.restore_file(&version, &path)).await
    }

    pub async fn version_files(&self, version: VersionId) -> Result<Vec<FileChange>> {
        self.history.run(move |history| history.files(&version)).await
    }

    pub async fn compare_versions(
        &self,
        before: VersionId,
        after: Option<VersionId>,
    ) -> Result<VersionComparison> {
        self.history.run(move |history| history.compare_versions(&before, after.as_ref())).await
    }

    /// Returns the version of the open project that a text stands for: its name, or the beginning of it.
    pub async fn find_version(&self, text: String) -> Result<Version> {
        self.history.run(move |history| history.find(&text)).await
    }

    /// Says what a comparison found, a phrase for each change.
    pub fn say_changes(&self, compared: &VersionComparison) -> Vec<String> {
        let score = self.projects.get().ok().and_then(|project| project.arrangement);
        words::phrases(compared, score.as_ref(), self.settings.language())
    }

    pub async fn prune_plan(&self, rules: PruneRules) -> Result<PrunePlan> {
        self.history.run(move |history| history.prune_plan(rules)).await
    }

    /// Takes the last step of the project back. A merge goes with the files that it brought.
    pub async fn undo(&self) -> Result<bool> {
        let step = self.projects.undo()?;
        self.after_travel(step, true).await
    }

    /// Takes the last undone step again.
    pub async fn redo(&self) -> Result<bool> {
        let step = self.projects.redo()?;
        self.after_travel(step, false).await
    }

    async fn after_travel(&self, step: Option<Step>, undone: bool) -> Result<bool> {
        if step == Some(Step::Merge) {
            self.history.run(move |history| history.follow_merge(undone)).await?;
        }
        self.hear_mixer()?;
        Ok(step.is_some())
    }

    /// What is heard follows the project; its entry in the list of projects too.
    async fn after_change(&self) -> Result<()> {
        if self.projects.current().is_err() {
            return Ok(());
        }
        self.projects.touch().await?;
        self.hear_mixer()?;
        self.bring_current().await;
        Ok(())
    }

    /// Opens a folder for its past alone: a project, or any folder of files, which then is one. For shells without a
    /// window; `alone` where the project's files are going to change.
    ///
    /// # Errors
    /// [`Error::NotFound`] for no folder, [`Trouble::OpenElsewhere`](super::Trouble::OpenElsewhere), and why its
    /// document cannot be opened.
    pub async fn open_past(&self, folder: &Path, alone: bool) -> Result<()> {
        let folder = std::path::absolute(folder)
            .map_err(|_| Error::NotFound { what: folder.display().to_string() })?;
        if !folder.is_dir() {
            return Err(Error::NotFound { what: folder.display().to_string() });
        }
        if folder.join(son1k_project::DOCUMENT).exists() || folder.join(son1k_project::PREVIOUS).exists() {
            self.projects.open_unlisted(&folder)?;
        } else {
            self.history.use_bare(&folder);
        }
        if alone { self.history.claim() } else { Ok(()) }
    }
}
