//! A version is kept.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustic_core::jiff::Timestamp;
use rustic_core::repofile::{SnapshotFile, SnapshotId};
use rustic_core::{BackupOptions, ParentOptions, SnapshotGroupCriterion};
use son1k_domain::id::ProjectId;

use crate::contents::Contents;
use crate::error::{Error, Result};
use crate::hold::Hold;
use crate::progress::Progress;
use crate::restore::Left;
use crate::vault::Vault;
use crate::version::{self, Draft, Version, VersionId};
use crate::watch::lock;

/// The path that `restic` shows for a version: files stand at the top of what it restores.
const TOP: &str = "/";
/// Versions whose files are compared with those of the project; a file that looks the same is not read.
const COMPARED: usize = 2;

impl Vault {
    /// Keeps a version; it is on disk when this returns. A file of the size and times that it had in a parent version,
    /// in the project's newest version or when it was restored is not read again.
    ///
    /// # Errors
    /// [`Error::Changing`] when a program writes to a file meanwhile: try again later. [`Error::Io`] with a file that
    /// cannot be read, [`Error::DiskFull`], [`Error::ReadOnly`], [`Error::Locked`], [`Error::Cancelled`]; the store
    /// then holds no part of the version that could be seen.
    pub fn save(&self, draft: &Draft, contents: &Contents, progress: Progress) -> Result<Version> {
        let _writer = self.writer(&progress)?;
        let _hold = Hold::shared(&self.place, &progress)?;
        let compared = self.compared(&draft.project, &draft.parents)?;
        let kept = self.archive(draft.to_snapshot()?, compared, draft.time, contents, &progress)?;
        let version = version::read(&kept).ok_or_else(|| Error::Engine("a version without tags".into()))?;
        self.remember(kept);
        // The version holds it now; what cannot be let go of does no harm.
        if let Err(error) = self.ahead(Some(&draft.project)).and_then(|taken| self.drop_ahead(&taken)) {
            tracing::warn!(%error, "what was taken in stays until the next version");
        }
        Ok(version)
    }

    /// Keeps what is in `contents` under a snapshot's tags; files that look as in a compared one are not read.
    pub(crate) fn archive(
        &self,
        snapshot: SnapshotFile,
        compared: Vec<String>,
        time: SystemTime,
        contents: &Contents,
        progress: &Progress,
    ) -> Result<SnapshotFile> {
        let store = self.current()?;
        let source = contents.measure(time, &self.files.watch, |file, found| self.restored(file, found))?;
        let parents = ParentOptions::default().group_by(SnapshotGroupCriterion::new()).parents(compared);
        let options = BackupOptions::default().no_scan(true).parent_opts(parents);
        let kept = self.during(progress, source.size, || {
            Ok(store.archive(&options, &source, snapshot, &[PathBuf::from(TOP)])?)
        });
        // Whatever was written is in the index, even if no version came of it.
        self.refresh();
        self.whole(kept?, contents.len())
    }

    /// Refuses a version without one of its files: the engine passes over what it cannot keep.
    pub(crate) fn whole(&self, kept: SnapshotFile, files: usize) -> Result<SnapshotFile> {
        let processed = kept.summary.as_ref().map_or(0, |summary| summary.total_files_processed);
        if processed == files as u64 {
            return Ok(kept);
        }
        self.engine()?.delete_snapshots(&[kept.id])?;
        Err(Error::Engine(format!("only {processed} of {files} files were kept")))
    }

    /// Returns what files are compared with: parents, the project's newest version, and what was taken in since.
    pub(crate) fn compared(&self, project: &ProjectId, parents: &[VersionId]) -> Result<Vec<String>> {
        let snapshots = self.snapshots()?;
        let of = |id: &VersionId| snapshots.values().find(|snapshot| version::id_of(snapshot) == *id);
        let mut found: Vec<&SnapshotFile> = parents.iter().filter_map(of).map(AsRef::as_ref).collect();
        let own = snapshots.values().filter(|one| version::project_of(one) == Some(project.as_str()));
        found.extend(
            own.max_by_key(|snapshot| (snapshot.time.timestamp(), begun(snapshot))).map(AsRef::as_ref),
        );
        let mut names: Vec<SnapshotId> = found.into_iter().map(|snapshot| snapshot.id).collect();
        names.dedup();
        names.truncate(COMPARED);
        names.extend(self.ahead(Some(project))?);
        Ok(names.iter().map(|id| id.to_hex().as_str().to_owned()).collect())
    }

    /// Returns when a restored file that nobody touched since last changed, by the version it came from.
    pub(crate) fn restored(&self, file: &Path, found: &Metadata) -> Option<Timestamp> {
        let left = lock(&self.left);
        let (looked, changed) = left.get(file)?;
        (*looked == Left::of(found)).then_some(*changed)?
    }
}

/// Returns when the engine began to keep a version: several may have the same time.
fn begun(snapshot: &SnapshotFile) -> Option<Timestamp> {
    snapshot.summary.as_ref().map(|summary| summary.backup_start.timestamp())
}
