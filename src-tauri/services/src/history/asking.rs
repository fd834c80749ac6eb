//! What shells ask of the past.

use std::path::Path;

use son1k_domain::history::{
    FileChange, MergeStatus, PrunePlan, PruneRules, Timeline, Version, VersionComparison,
};
use son1k_domain::id::VersionId;
use son1k_domain::merge::{Choice, Conflict, Part};

use super::{Merged, words};
use crate::projects::Travelled;
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
        let made = self.history.run(move |history| history.branch(&name, from.as_ref())).await;
        if moves { self.after_change(made).await } else { made }
    }

    /// Goes to a branch.
    ///
    /// # Errors
    /// See [`History::switch`](super::History::switch).
    pub async fn switch_branch(&self, name: String) -> Result<()> {
        let gone = self.history.run(move |history| history.switch(&name)).await;
        self.after_change(gone).await
    }

    /// Brings another branch in.
    ///
    /// # Errors
    /// See [`History::merge`](super::History::merge).
    pub async fn merge_branch(&self, name: String) -> Result<Merged> {
        let merged = self.history.run(move |history| history.merge(&name)).await;
        self.after_change(merged).await
    }

    pub async fn merge_status(&self) -> Result<Option<MergeStatus>> {
        self.history.run(|history| history.merge_status()).await
    }

    pub async fn resolve_conflict(&self, conflict: Conflict, choice: Choice) -> Result<()> {
        let resolved = self.history.run(move |history| history.resolve(&conflict, choice)).await;
        self.after_change(resolved).await
    }

    pub async fn restore_version(&self, version: VersionId) -> Result<()> {
        let restored = self.history.run(move |history| history.restore(&version)).await;
        self.after_change(restored).await
    }

    pub async fn restore_part(&self, version: VersionId, part: Part) -> Result<()> {
        let restored = self.history.run(move |history| history.restore_part(&version, &part)).await;
        self.after_change(restored).await
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

    async fn after_travel(&self, travelled: Option<Travelled>, undone: bool) -> Result<bool> {
        let Some(Travelled { merge }) = travelled else { return Ok(false) };
        let followed = match merge {
            Some(state) => self.history.run(move |history| history.follow_merge(&state, undone)).await,
            None => Ok(()),
        };
        // What is left to decide, and whether one undo takes the merge back, may be another now.
        self.history
            .run(|history| {
                history.tell_merge_if_any();
                Ok(())
            })
            .await?;
        self.hear_mixer()?;
        followed.map(|()| true)
    }

    /// What is heard follows the project; its entry in the list of projects too. An outcome that is an error may still
    /// have changed it.
    async fn after_change<T>(&self, outcome: Result<T>) -> Result<T> {
        if self.projects.current().is_err() {
            return outcome;
        }
        let touched = self.projects.touch().await;
        let heard = self.hear_mixer();
        self.bring_current().await;
        let outcome = outcome?;
        touched.and(heard).map(|()| outcome)
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
        if alone {
            self.history.claim()?;
        }
        // Whoever needs the project settled says why it is not.
        if let Err(error) = self.history.run(|history| history.settle()).await {
            tracing::warn!(%error, "a change of the project that was cut short is not ended yet");
        }
        Ok(())
    }
}
