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
    /// [`Error::Refused`], [`Error::NoBucket`], [`Error::Unreachable`], [`Error::Locked`], [`Error::Cancelled`], [`Error::Damaged`] with a file of the copy that did not come out as it
    /// was written.
    pub fn copy_to(&self, place: &Place, key: &Key, progress: Progress) -> Result<Copied> {
        let copy = match Self::open(place, key) {
            Err(Error::NotAStore(_)) => Self::create_like(place, key, Some(self.engine()?.config()))?,
            opened => opened?,
        };
        let _hold = Hold::shared(&self.place, &progress)?;
        let _alone = Hold::copying(&copy.place, &progress)?;
        copy.files.distrust();
        copy.adopt(&progress)?;
        let copied = self.copy_versions(&copy, &progress)?;
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
            copy.watch().during(progress, 0, || copy.replace(&named(&snapshot)))?;
        }
        missing.sort_by_key(|snapshot| snapshot.time.timestamp());
        let mut copied = Copied::default();
        let all = missing.len() as f32;
        for (number, snapshot) in missing.iter().enumerate() {
            progress.at(number as u64, missing.len() as u64)?;
            let (from, to) = (number as f32 / all, (number + 1) as f32 / all);
            let outcome = progress.part(from, to, |progress| self.copy_version(copy, snapshot, progress));
            match outcome {
                Ok(()) => copied.versions += 1,
                Err(error @ Error::Damaged(_)) => copied.left_out.push((version::id_of(snapshot), error)),
                Err(error) => return Err(error),
            }
        }
        Ok(copied)
    }

    fn copy_version(&self, copy: &Self, snapshot: &SnapshotFile, progress: &Progress) -> Result<()> {
        let (store, target) = (self.current()?, copy.current()?);
        // The engine copies what it finds, and the version even if something was not found.
        self.complete(&store, snapshot.tree, &mut HashSet::new())?;
        let named = named(snapshot);
        copy.watch().during(progress, 0, || {
            store
                .copy(&*target, [&named])
                .map_err(|error| crate::error::typed(&error).unwrap_or_else(|| self.damaged_pack()))
        })
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
        self.watch().during(progress, 0, || Ok(engine.repair_index(&RepairIndexOptions::default(), false)?))
    }
}

/// Returns a version with its first name, whatever it is called in a copy.
fn named(snapshot: &SnapshotFile) -> SnapshotFile {
    SnapshotFile { original: Some(version::first_name(snapshot)), ..snapshot.clone() }
}
