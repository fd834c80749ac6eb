//! The store is copied, and the copy kept in step.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustic_core::repofile::{IndexFile, SnapshotFile, SnapshotId};
use rustic_core::{DataId, FileType, Id, ReadBackend, RepairIndexOptions, TreeId, WriteBackend};

use crate::error::{Error, Result};
use crate::hold::Hold;
use crate::key::Key;
use crate::place::Place;
use crate::progress::Progress;
use crate::read::tree;
use crate::vault::{Indexed, Vault};
use crate::version::{self, VersionId};

/// Versions that are copied at once, and the bytes that they may have added.
const TOGETHER: usize = 16;
const TOGETHER_BYTES: u64 = 64 << 20;

/// What a copy did.
#[derive(Debug, Clone, Default)]
pub struct Copied {
    /// Versions that were not in the copy before.
    pub versions: u64,
    /// Bytes that the copy grew by.
    pub bytes: u64,
    /// Versions that stay out because they are damaged here, and why.
    pub left_out: Vec<(VersionId, Error)>,
}

impl Vault {
    /// Copies what another place does not have yet; makes a store there if there is none. Versions keep their names.
    /// The packs that were written are read back before the copy lists what needs them. An interrupted copy goes on
    /// where it was.
    ///
    /// # Errors
    /// [`Error::WrongKey`] and the like of the other place, [`Error::DiskFull`], [`Error::ReadOnly`],
    /// [`Error::Refused`], [`Error::NoBucket`], [`Error::Unreachable`], [`Error::Locked`], [`Error::Cancelled`],
    /// [`Error::Damaged`] with a file of the copy that did not come out as it was written.
    pub fn copy_to(&self, place: &Place, key: &Key, progress: Progress) -> Result<Copied> {
        self.copy_into(&self.copy_at(place, key)?, &progress)
    }

    /// Opens a copy; makes it if there is none.
    fn copy_at(&self, place: &Place, key: &Key) -> Result<Self> {
        match Self::open(place, key) {
            Err(Error::NotAStore(_)) => match Self::create_like(place, key, Some(self.engine()?.config())) {
                // Another program made it meanwhile.
                Err(Error::AlreadyAStore(_)) => Self::open(place, key),
                made => made,
            },
            opened => opened,
        }
    }

    pub(crate) fn copy_into(&self, copy: &Self, progress: &Progress) -> Result<Copied> {
        let _hold = Hold::shared(&self.place, progress)?;
        let _alone = Hold::copying(&copy.place, progress)?;
        copy.files.distrust();
        copy.adopt(progress)?;
        let copied = self.copy_versions(copy, progress)?;
        progress.at(1, 1)?;
        Ok(Copied { bytes: copy.files.read_back(), ..copied })
    }

    fn copy_versions(&self, copy: &Self, progress: &Progress) -> Result<Copied> {
        let there: HashMap<SnapshotId, u64> = copy
            .snapshots()?
            .values()
            .map(|snapshot| (version::first_name(snapshot), version::noted(snapshot)))
            .collect();
        let (outdated, mut missing): (Vec<Arc<SnapshotFile>>, Vec<_>) = self
            .snapshots()?
            .into_values()
            .filter(|one| version::ahead_of(one).is_none())
            .filter(|one| there.get(&version::first_name(one)).is_none_or(|said| *said < version::noted(one)))
            .partition(|one| there.contains_key(&version::first_name(one)));
        for snapshot in outdated {
            copy.during(progress, 0, || copy.replace(&named(&snapshot)))?;
        }
        missing.sort_by_key(|snapshot| snapshot.time.timestamp());
        let mut copied = Copied::default();
        let all = missing.len() as f32;
        let mut left = missing.as_slice();
        while !left.is_empty() {
            let done = missing.len() - left.len();
            progress.at(done as u64, missing.len() as u64)?;
            let (batch, rest) = left.split_at(together(left));
            let (from, to) = (done as f32 / all, (done + batch.len()) as f32 / all);
            progress.part(from, to, |progress| self.copy_batch(copy, batch, &mut copied, progress))?;
            left = rest;
        }
        Ok(copied)
    }

    /// Copies versions at once, or, where one is damaged here, each for itself without that one.
    fn copy_batch(
        &self,
        copy: &Self,
        batch: &[Arc<SnapshotFile>],
        copied: &mut Copied,
        progress: &Progress,
    ) -> Result<()> {
        match (self.copy_together(copy, batch, progress), batch) {
            (Ok(()), _) => copied.versions += batch.len() as u64,
            (Err(error), [one]) if self.is_here(&error) => {
                copied.left_out.push((version::id_of(one), error));
            }
            (Err(error), several) if self.is_here(&error) => {
                copy.adopt(progress)?;
                let all = several.len() as f32;
                for (number, one) in several.iter().enumerate() {
                    let (from, to) = (number as f32 / all, (number + 1) as f32 / all);
                    let one = std::slice::from_ref(one);
                    progress.part(from, to, |progress| self.copy_batch(copy, one, copied, progress))?;
                }
            }
            (Err(error), _) => return Err(error),
        }
        Ok(())
    }

    fn copy_together(&self, copy: &Self, batch: &[Arc<SnapshotFile>], progress: &Progress) -> Result<()> {
        let (store, target) = (self.current()?, copy.current()?);
        // The engine copies what it finds, and the version even if something was not found.
        let mut seen = HashSet::new();
        batch.iter().try_for_each(|snapshot| self.complete(&store, snapshot.tree, &mut seen))?;
        let named: Vec<SnapshotFile> = batch.iter().map(|snapshot| named(snapshot)).collect();
        copy.during(progress, 0, || {
            store
                .copy(&*target, &named)
                .map_err(|error| crate::error::typed(&error).unwrap_or_else(|| self.damaged_pack()))
        })
    }

    /// Returns whether an error tells of damage to this store, not to what it is copied into.
    fn is_here(&self, error: &Error) -> bool {
        matches!(error, Error::Damaged(path) if path.starts_with(self.place.root()))
    }

    /// Fails unless the index knows every piece of a version.
    fn complete(&self, store: &Indexed, id: TreeId, seen: &mut HashSet<TreeId>) -> Result<()> {
        if !seen.insert(id) {
            return Ok(());
        }
        let unknown = |id: &DataId| store.get_index_entry(id).is_err();
        for node in tree(store, &self.place, id)?.nodes {
            if node.content.iter().flatten().any(unknown) {
                return Err(Error::Damaged(self.place.root().join(FileType::Index.dirname())));
            }
            if let Some(tree) = node.subtree {
                self.complete(store, tree, seen)?;
            }
        }
        Ok(())
    }

    /// What the engine cannot decrypt it does not name; a check does.
    fn damaged_pack(&self) -> Error {
        Error::Damaged(self.place.root().join(FileType::Pack.dirname()))
    }

    /// Takes in what an interrupted copy has already written, so that it is not written again.
    fn adopt(&self, progress: &Progress) -> Result<()> {
        let engine = self.engine()?;
        let mut indexed: HashSet<Id> = HashSet::new();
        for id in self.files.list(FileType::Index)? {
            let index: IndexFile = engine.get_file(&id.into())?;
            indexed.extend(index.packs.iter().map(|pack| pack.id.into_inner()));
        }
        let mut found = self.files.list(FileType::Pack)?;
        found.retain(|id| !indexed.contains(id));
        if found.is_empty() {
            return Ok(());
        }
        found.par_iter().try_for_each(|id| {
            progress.check()?;
            match self.files.read_full(FileType::Pack, id).map_err(Error::from) {
                // Nothing needs it: no index names it.
                Err(Error::Damaged(_)) => Ok(self.files.remove(FileType::Pack, id, false)?),
                read => read.map(|_| ()),
            }
        })?;
        self.during(progress, 0, || Ok(engine.repair_index(&RepairIndexOptions::default(), false)?))
    }
}

/// Returns how many of the versions are copied at once. For each time the whole index of the copy is read; but large ones
/// shall not wait for each other until they are listed there.
fn together(missing: &[Arc<SnapshotFile>]) -> usize {
    let mut size = 0;
    let small = missing.iter().take(TOGETHER).take_while(|snapshot| {
        size += snapshot.summary.as_ref().map_or(0, |summary| summary.data_added_packed);
        size <= TOGETHER_BYTES
    });
    small.count().max(1)
}

/// Returns a version with its first name, whatever it is called in a copy.
fn named(snapshot: &SnapshotFile) -> SnapshotFile {
    SnapshotFile { original: Some(version::first_name(snapshot)), ..snapshot.clone() }
}
