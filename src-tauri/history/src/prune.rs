//! Versions are let go, and the space that only they took is freed.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;

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
        self.during(&progress, 0, || Ok(self.engine()?.delete_snapshots(&files)?))?;
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
        let mut numbers: HashMap<&VersionId, u32> = HashMap::new();
        for id in versions {
            if !snapshots.values().any(|one| version::id_of(one) == *id) {
                return Err(Error::NoVersion(id.clone()));
            }
            let next = numbers.len() as u32;
            numbers.entry(id).or_insert(next);
        }
        // Pruning lets go of what was only taken in.
        let kept = snapshots.values().filter(|one| version::ahead_of(one).is_none());
        let user = |id: &VersionId| numbers.get(id).map_or(User::Stays, |number| User::Goes(*number));
        let mut users: Vec<(User, TreeId)> = kept.map(|one| (user(&version::id_of(one)), one.tree)).collect();
        // First what stays: nothing of that need be looked at again.
        users.sort_by_key(|(user, _)| *user != User::Stays);
        let mut needs = Needs { vault: self, store: &store, pieces: HashMap::new() };
        for (user, tree) in users {
            progress.check()?;
            needs.note_below(tree, user)?;
        }
        let mut alone = vec![0; numbers.len()];
        let mut together = 0;
        for (size, user) in needs.pieces.into_values() {
            match user {
                User::Stays => continue,
                User::Goes(number) => alone[number as usize] += u64::from(size),
                User::SeveralGo => {}
            }
            together += u64::from(size);
        }
        let alone = numbers.into_iter().map(|(id, number)| (id.clone(), alone[number as usize])).collect();
        Ok(Freed { alone, together })
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
        if let Some(index) = mend::damaged_indexes(self)?.first() {
            return Err(Error::Damaged(self.place.file(FileType::Index, index)));
        }
        self.files.unhide();
        let before = self.size()?;
        let options = PruneOptions::default()
            .instant_delete(true)
            .keep_delete(Span::new())
            .max_repack(LimitOption::Unlimited)
            .max_unused(LimitOption::Percentage(UNUSED_PERCENT));
        self.during(&progress, 0, || {
            self.drop_ahead(&self.ahead(None)?)?;
            self.sweep()?;
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

/// Who needs a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum User {
    /// A version that stays.
    Stays,
    /// One alone of those that would go, by its number.
    Goes(u32),
    /// Several of those that would go.
    SeveralGo,
}

impl User {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Stays, _) | (_, Self::Stays) => Self::Stays,
            (one, other) if one == other => one,
            _ => Self::SeveralGo,
        }
    }
}

/// What each piece takes in the store and who needs it: as much memory as there are pieces, however many versions.
struct Needs<'a> {
    vault: &'a Vault,
    store: &'a Indexed,
    pieces: HashMap<BlobId, (u32, User)>,
}

impl Needs<'_> {
    /// Notes who needs a folder and everything below it; what is known of the folder is known of that.
    fn note_below(&mut self, id: TreeId, user: User) -> Result<()> {
        if !self.note(&id, user)? {
            return Ok(());
        }
        for node in tree(self.store, &self.vault.place, id)?.nodes {
            if let Some(tree) = node.subtree {
                self.note_below(tree, user)?;
            }
            for id in node.content.iter().flatten() {
                self.note(id, user)?;
            }
        }
        Ok(())
    }

    /// Notes who needs a piece; returns whether that was news.
    fn note<T: PackedId>(&mut self, id: &T, user: User) -> Result<bool> {
        match self.pieces.entry((*id).into()) {
            Entry::Occupied(mut known) => {
                let (_, known) = known.get_mut();
                let before = std::mem::replace(known, known.and(user));
                Ok(before != *known)
            }
            Entry::Vacant(place) => {
                let unknown = |_| Error::Damaged(self.vault.place.root().join(FileType::Index.dirname()));
                let size = self.store.get_index_entry(id).map_err(unknown)?.location.length;
                place.insert((size, user));
                Ok(true)
            }
        }
    }
}
