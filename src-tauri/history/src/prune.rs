//! Versions are let go, and the space that only they took is freed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::sync::Arc;

use rustic_core::jiff::Span;
use rustic_core::repofile::SnapshotId;
use rustic_core::{BlobId, FileType, LimitOption, PackedId, PruneOptions, TreeId};
use walkdir::WalkDir;

use crate::disk;
use crate::error::{Error, Result, writing};
use crate::hold::Hold;
use crate::mend;
use crate::progress::Progress;
use crate::read::tree;
use crate::vault::{Indexed, Vault};
use crate::version::{self, VersionId};

/// Where the plain `restic` program notes that it is at work.
const RESTIC_LOCKS: &str = "locks";
/// Unused bytes that may stay in packs which are still needed: moving the rest costs more than they do.
const UNUSED_PERCENT: u64 = 2;

/// What letting go of versions would free.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Freed {
    /// What each version alone would free, in bytes.
    pub alone: BTreeMap<VersionId, u64>,
    /// What all of them together would free, in bytes: more than the sum where they share what nobody else needs.
    pub together: u64,
}

/// The pieces of a folder and everything below it, with what they take in the store.
type Pieces = Arc<Vec<(BlobId, u32)>>;

impl Vault {
    /// Lets go of versions: they are listed no more, and [`Vault::prune`] frees what only they needed.
    ///
    /// # Errors
    /// [`Error::NoVersion`] before anything is let go, [`Error::ReadOnly`], [`Error::Locked`].
    pub fn forget(&self, versions: &[VersionId], progress: Progress) -> Result<()> {
        let _writer = self.writer(&progress)?;
        let _hold = Hold::shared(&self.place, &progress)?;
        let wanted: BTreeSet<&VersionId> = versions.iter().collect();
        let mut found: BTreeMap<VersionId, Vec<SnapshotId>> = BTreeMap::new();
        for snapshot in self.snapshot_files()?.values() {
            found.entry(version::id_of(snapshot)).or_default().push(snapshot.id);
        }
        let of = |id: &&VersionId| found.remove(*id).ok_or_else(|| Error::NoVersion((*id).clone()));
        let files: Vec<Vec<SnapshotId>> = wanted.iter().map(of).collect::<Result<_>>()?;
        let files = files.concat();
        self.watch().during(&progress, 0, || Ok(self.engine()?.delete_snapshots(&files)?))?;
        if let Some(folder) = self.place.folder() {
            disk::sync_folder(&folder.join(FileType::Snapshot.dirname()));
        }
        Ok(())
    }

    /// Returns what letting go of versions would free.
    ///
    /// # Errors
    /// [`Error::NoVersion`], [`Error::Damaged`] when it cannot be known.
    pub fn freed_by(&self, versions: &[VersionId], progress: Progress) -> Result<Freed> {
        let _hold = Hold::shared(&self.place, &progress)?;
        let (store, snapshots) = (self.current()?, self.snapshots()?);
        let mut gatherer = Gatherer { vault: self, store: &store, seen: HashMap::new() };
        let mut users: HashMap<BlobId, (u32, Vec<VersionId>)> = HashMap::new();
        // Pruning lets go of what was only taken in.
        for snapshot in snapshots.values().filter(|one| version::ahead_of(one).is_none()) {
            progress.check()?;
            let id = version::id_of(snapshot);
            for (piece, size) in gatherer.below(snapshot.tree)?.iter() {
                let (_, users) = users.entry(*piece).or_insert_with(|| (*size, Vec::new()));
                if users.last() != Some(&id) {
                    users.push(id.clone());
                }
            }
        }
        let mut freed = Freed { alone: versions.iter().map(|id| (id.clone(), 0)).collect(), together: 0 };
        if let Some(missing) =
            versions.iter().find(|id| !snapshots.values().any(|one| version::id_of(one) == **id))
        {
            return Err(Error::NoVersion(missing.clone()));
        }
        for (size, users) in users.into_values() {
            if users.iter().all(|user| freed.alone.contains_key(user)) {
                freed.together += u64::from(size);
            }
            if let [user] = users.as_slice()
                && let Some(alone) = freed.alone.get_mut(user)
            {
                *alone += u64::from(size);
            }
        }
        Ok(freed)
    }

    /// Frees what no version needs; returns how many bytes that were. Whatever a version needs is kept, and a store
    /// with a damaged version or index is not touched: nobody could say what it needs.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Locked`] when another program or `restic` is at work, [`Error::ReadOnly`],
    /// [`Error::DiskFull`], [`Error::Cancelled`]; every version stays whole in each case.
    pub fn prune(&self, progress: Progress) -> Result<u64> {
        let _writer = self.writer(&progress)?;
        let _alone = Hold::alone(&self.place, &progress)?;
        let locks = self.place.root().join(RESTIC_LOCKS);
        if fs::read_dir(&locks).is_ok_and(|mut locks| locks.next().is_some()) {
            return Err(Error::Locked(locks));
        }
        if let Some(index) = mend::damaged_indexes(self)?.first() {
            return Err(Error::Damaged(self.place.file(FileType::Index, index)));
        }
        self.files.unhide();
        let before = self.size()?;
        self.drop_ahead(&self.ahead(None)?)?;
        self.sweep()?;
        let options = PruneOptions::default()
            .instant_delete(true)
            .keep_delete(Span::new())
            .max_repack(LimitOption::Unlimited)
            .max_unused(LimitOption::Percentage(UNUSED_PERCENT));
        self.watch().during(&progress, 0, || {
            let engine = self.engine()?;
            let plan = engine.prune_plan(&options).map_err(|error| self.unsure(error))?;
            Ok(engine.prune(&options, plan)?)
        })?;
        Ok(before.saturating_sub(self.size()?))
    }

    /// A plan that fails is one that does not know what a version needs.
    fn unsure(&self, error: Box<rustic_core::RusticError>) -> Error {
        let damaged = || Error::Damaged(self.place.root().join(FileType::Index.dirname()));
        crate::error::typed(&error).unwrap_or_else(damaged)
    }

    /// Removes files that a crash left unfinished; nobody else writes while the store is held alone.
    fn sweep(&self) -> Result<()> {
        for entry in WalkDir::new(self.place.root()).into_iter().flatten() {
            if entry.file_type().is_file() && disk::is_temporary(entry.path()) {
                fs::remove_file(entry.path()).map_err(writing(entry.path()))?;
            }
        }
        Ok(())
    }
}

/// Gathers the pieces of folders, each folder once.
struct Gatherer<'a> {
    vault: &'a Vault,
    store: &'a Indexed,
    seen: HashMap<TreeId, Pieces>,
}

impl Gatherer<'_> {
    fn below(&mut self, id: TreeId) -> Result<Pieces> {
        if let Some(pieces) = self.seen.get(&id) {
            return Ok(pieces.clone());
        }
        let mut pieces = vec![self.piece(&id)?];
        for node in tree(self.store, &self.vault.place, id)?.nodes {
            if let Some(tree) = node.subtree {
                pieces.extend(self.below(tree)?.iter().copied());
            }
            for id in node.content.iter().flatten() {
                pieces.push(self.piece(id)?);
            }
        }
        let pieces = Arc::new(pieces);
        self.seen.insert(id, pieces.clone());
        Ok(pieces)
    }

    fn piece<T: PackedId>(&self, id: &T) -> Result<(BlobId, u32)> {
        let unknown = |_| Error::Damaged(self.vault.place.root().join(FileType::Index.dirname()));
        let entry = self.store.get_index_entry(id).map_err(unknown)?;
        Ok(((*id).into(), entry.location.length))
    }
}
