//! Files are taken in before anybody asks for a version, so that the version itself takes no time.
//!
//! What is taken in is a whole snapshot of the engine, on disk like every version, without the tags that make it one:
//! the studio does not list it. The next version finds its files unchanged.

use std::time::SystemTime;

use rustic_core::repofile::SnapshotId;
use son1k_domain::id::ProjectId;

use crate::contents::Contents;
use crate::error::Result;
use crate::hold::Hold;
use crate::progress::Progress;
use crate::vault::Vault;
use crate::version;

impl Vault {
    /// Takes in the files of a project that changed, such as a stem that was just bounced, so that [`Vault::save`] need
    /// not read them. It lasts until the project's next version, or until the store is pruned. Returns the bytes that
    /// the store grew by.
    ///
    /// # Errors
    /// As [`Vault::save`]; what was taken in before is then still there.
    pub fn take_in(
        &self,
        project: &ProjectId,
        time: SystemTime,
        contents: &Contents,
        progress: Progress,
    ) -> Result<u64> {
        let _writer = self.writer(&progress)?;
        let _hold = Hold::shared(&self.place, &progress)?;
        let before = self.ahead(Some(project))?;
        let compared = self.compared(project, &[])?;
        let taken =
            self.archive(version::ahead_snapshot(project, time)?, compared, time, contents, &progress)?;
        let added = taken.summary.as_ref().map_or(0, |summary| summary.data_added_packed);
        self.remember(taken);
        self.drop_ahead(&before)?;
        Ok(added)
    }

    /// Returns what was taken in for a project, or for all.
    pub(crate) fn ahead(&self, project: Option<&ProjectId>) -> Result<Vec<SnapshotId>> {
        let is_wanted = |found: ProjectId| project.is_none_or(|wanted| *wanted == found);
        let snapshots = self.snapshots()?;
        let found = snapshots.values().filter(|one| version::ahead_of(one).is_some_and(is_wanted));
        Ok(found.map(|one| one.id).collect())
    }

    /// Lets go of what is in a version now, or will be read again.
    pub(crate) fn drop_ahead(&self, taken: &[SnapshotId]) -> Result<()> {
        if taken.is_empty() { Ok(()) } else { Ok(self.engine()?.delete_snapshots(taken)?) }
    }
}
