//! The store itself: made, opened, kept up to date in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytesize::ByteSize;
use rayon::prelude::*;
use rustic_core::jiff::Timestamp;
use rustic_core::repofile::{ConfigFile, MasterKey, SnapshotFile, SnapshotId};
use rustic_core::{
    ConfigOptions, Credentials, FileType, Id, IndexedFullStatus, KeyOptions, OpenStatus, ReadBackend,
    Repository, RepositoryBackends, RepositoryOptions,
};
use son1k_domain::id::ProjectId;

use crate::error::{Error, Result, writing};
use crate::gate::Gate;
use crate::hold::Hold;
use crate::key::Key;
use crate::place::Place;
use crate::progress::Progress;
use crate::restore::Left;
use crate::version::{self, Version, VersionId};
use crate::watch::{Bars, Guarded, lock};
use crate::{mend, spare};

/// The engine with everything in memory that it needs to find a piece of a file.
pub(crate) type Indexed = Repository<IndexedFullStatus>;

/// Sound hardly gets smaller, so a higher level would only take time.
const COMPRESSION: i32 = 1;
/// Small enough that a stem is hashed, encrypted and written at once, piece after piece.
pub(crate) const PACK: ByteSize = ByteSize::mib(8);
/// Whether the engine unpacks each piece again before it is written. A third of a stem's time, for what a check finds
/// too.
const CHECKED_AT_ONCE: bool = false;
const PAUSE: Duration = Duration::from_millis(5);

/// One store of versions for all projects, in the restic format. Every call blocks until its work is on disk.
pub struct Vault {
    pub(crate) place: Place,
    pub(crate) files: Arc<Guarded>,
    pub(crate) master: MasterKey,
    index: Mutex<Index>,
    writer: Mutex<()>,
    snapshots: Mutex<BTreeMap<SnapshotId, Arc<SnapshotFile>>>,
    /// What restored files look like, and when the version says that they last changed.
    pub(crate) left: Mutex<BTreeMap<PathBuf, (Left, Option<Timestamp>)>>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("place", &self.place).finish_non_exhaustive()
    }
}

/// The index in memory, and the one that is being read after a version was kept.
#[derive(Default)]
struct Index {
    ready: Option<Read>,
    coming: Option<JoinHandle<Result<Read>>>,
}

/// An index and the files it was read from.
#[derive(Clone)]
struct Read {
    from: BTreeSet<Id>,
    /// Works that had failed then: an engine of before writes no more.
    failed: u64,
    store: Arc<Indexed>,
}

impl Vault {
    /// Makes a store.
    ///
    /// # Errors
    /// [`Error::AlreadyAStore`], also when another program makes one at the same time, [`Error::DiskFull`],
    /// [`Error::ReadOnly`], [`Error::Locked`].
    pub fn create(place: &Place, key: &Key) -> Result<Self> {
        Self::create_like(place, key, None)
    }

    /// Makes a store that cuts files into the same pieces as another, so that both keep later versions alike.
    pub(crate) fn create_like(place: &Place, key: &Key, like: Option<&ConfigFile>) -> Result<Self> {
        let files = guarded(place)?;
        refuse_store(place, &files)?;
        let _alone = match place.folder() {
            Some(root) => {
                fs::create_dir_all(root).map_err(writing(root))?;
                Some(Hold::alone(place, &Progress::of_short_work())?)
            }
            None => None,
        };
        // Another program may have made one while this one waited.
        refuse_store(place, &files)?;
        forget_half_made(place, &files)?;
        let store = unopened(&files)?;
        let opened = match like {
            Some(config) => {
                let config = ConfigFile { id: Id::random().into(), ..config.clone() };
                store.init_with_config(&key.credentials(), &KeyOptions::default(), config)
            }
            None => store.init(&key.credentials(), &KeyOptions::default(), &options()),
        };
        let master = opened?.key();
        spare::keep(place)?;
        Self::ready(place, files, master)
    }

    /// Opens a store; takes about a third of a second, so keep it open.
    ///
    /// # Errors
    /// [`Error::NotAStore`], [`Error::WrongKey`], [`Error::Damaged`] with the file.
    pub fn open(place: &Place, key: &Key) -> Result<Self> {
        let files = guarded(place)?;
        spare::mend(place)?;
        if files.list(FileType::Config)?.is_empty() {
            return Err(Error::NotAStore(place.root().into()));
        }
        if files.list(FileType::Key)?.is_empty() {
            return Err(Error::Damaged(place.root().join(FileType::Key.dirname())));
        }
        let opened = unopened(&files)?.open(&key.credentials());
        let opened = opened.or_else(|error| {
            if error.is_incorrect_password() {
                return Err(Error::WrongKey(place.root().into()));
            }
            // The key fits, so what cannot be read is the configuration.
            crate::error::typed(&error).map_or(Ok(()), Err)?;
            spare::mend_config(place)?;
            let again = unopened(&files)?.open(&key.credentials());
            again.map_err(|_| Error::Damaged(place.file(FileType::Config, &Id::default())))
        });
        let master = opened?.key();
        Self::ready(place, files, master)
    }

    /// Opens a store whose key was derived before.
    #[cfg(test)]
    pub(crate) fn reopen(place: &Place, master: &MasterKey) -> Result<Self> {
        spare::mend(place)?;
        Self::ready(place, guarded(place)?, master.clone())
    }

    /// Opens a store whose key was derived before, and whose files come and go in another way than usual.
    #[cfg(test)]
    pub(crate) fn through(
        place: &Place,
        files: Arc<dyn crate::place::Files>,
        master: &MasterKey,
    ) -> Result<Self> {
        Self::ready(place, Arc::new(Guarded::new(files)), master.clone())
    }

    fn ready(place: &Place, files: Arc<Guarded>, master: MasterKey) -> Result<Self> {
        let vault = Self {
            place: place.clone(),
            files,
            master,
            index: Mutex::default(),
            writer: Mutex::default(),
            snapshots: Mutex::default(),
            left: Mutex::default(),
        };
        match vault.current() {
            Err(Error::Damaged(_)) => mend::index(&vault)?,
            current => drop(current?),
        }
        Ok(vault)
    }

    /// Returns where the store is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Runs work of the engine under the caller's eyes; `total` is in bytes.
    pub(crate) fn during<T>(
        &self,
        progress: &Progress,
        total: u64,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        self.files.during(progress, total, work)
    }

    /// Opens the engine anew, without an index; costs no key derivation.
    pub(crate) fn engine(&self) -> Result<Repository<OpenStatus>> {
        engine(&self.files, &self.master)
    }

    /// Returns the engine with an index that is up to date: another program may have kept, removed or moved pieces.
    pub(crate) fn current(&self) -> Result<Arc<Indexed>> {
        let mut index = lock(&self.index);
        if let Some(coming) = index.coming.take()
            && let Ok(Ok(read)) = coming.join()
        {
            index.ready = Some(read);
        }
        let (from, failed) = (index_files(&self.files)?, self.files.failed.count());
        if let Some(read) = index.ready.as_ref().filter(|read| read.from == from && read.failed == failed) {
            return Ok(read.store.clone());
        }
        index.ready = None;
        let read = load(&self.files, &self.master)?;
        let store = read.store.clone();
        index.ready = Some(read);
        Ok(store)
    }

    /// Reads the index again while the caller goes on: without it the next version would keep the same pieces twice.
    pub(crate) fn refresh(&self) {
        let (files, master) = (self.files.clone(), self.master.clone());
        lock(&self.index).coming = Some(thread::spawn(move || load(&files, &master)));
    }

    /// Waits for the right to be the only writer of this process.
    pub(crate) fn writer(&self, progress: &Progress) -> Result<MutexGuard<'_, ()>> {
        loop {
            match self.writer.try_lock() {
                Ok(writer) => return Ok(writer),
                Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => {
                    progress.check()?;
                    thread::sleep(PAUSE);
                }
            }
        }
    }

    /// Returns the versions of a project, oldest first; reads only what came since the last call. A version whose own
    /// file is damaged is left out: [`Vault::check`] names it.
    ///
    /// # Errors
    /// [`Error::Io`] when the store cannot be listed.
    pub fn versions(&self, project: &ProjectId) -> Result<Vec<Version>> {
        let mut found = self.all_versions()?;
        found.retain(|version| version.project == *project);
        Ok(found)
    }

    /// Returns the versions of all projects, oldest first.
    ///
    /// # Errors
    /// As [`Vault::versions`].
    pub fn all_versions(&self) -> Result<Vec<Version>> {
        let mut found: Vec<Version> =
            self.snapshots()?.values().filter_map(|snapshot| version::read(snapshot)).collect();
        found.sort_by(|one, other| one.time.cmp(&other.time).then_with(|| one.id.cmp(&other.id)));
        Ok(found)
    }

    /// Returns what can be read of the list of versions, other programs' too. Of a version that has more than one file,
    /// because saying something about it was cut off, the one that says the last.
    pub(crate) fn snapshots(&self) -> Result<BTreeMap<SnapshotId, Arc<SnapshotFile>>> {
        let mut found = self.snapshot_files()?;
        let mut last: HashMap<SnapshotId, (u64, SnapshotId)> = HashMap::with_capacity(found.len());
        for snapshot in found.values() {
            let said = version::said(snapshot);
            last.entry(version::first_name(snapshot))
                .and_modify(|last| *last = said.max(*last))
                .or_insert(said);
        }
        if last.len() < found.len() {
            found.retain(|id, snapshot| last[&version::first_name(snapshot)].1 == *id);
        }
        Ok(found)
    }

    /// Returns what can be read of the files of versions, all of them.
    pub(crate) fn snapshot_files(&self) -> Result<BTreeMap<SnapshotId, Arc<SnapshotFile>>> {
        let listed: BTreeSet<SnapshotId> =
            self.files.list(FileType::Snapshot)?.into_iter().map(SnapshotId::from).collect();
        let mut known = lock(&self.snapshots);
        known.retain(|id, _| listed.contains(id));
        let new: Vec<SnapshotId> = listed.into_iter().filter(|id| !known.contains_key(id)).collect();
        if !new.is_empty() {
            let engine = self.engine()?;
            let read = |id: SnapshotId| match engine.get_file::<SnapshotFile>(&id) {
                Ok(snapshot) => Some((id, Arc::new(SnapshotFile { id, ..snapshot }))),
                Err(error) => {
                    tracing::warn!(file = %id, error = error.display_log(), "a version cannot be read");
                    None
                }
            };
            known.extend(new.into_par_iter().filter_map(read).collect::<Vec<_>>());
        }
        Ok(known.clone())
    }

    pub(crate) fn remember(&self, snapshot: SnapshotFile) {
        lock(&self.snapshots).insert(snapshot.id, Arc::new(snapshot));
    }

    pub(crate) fn snapshot(&self, id: &VersionId) -> Result<Arc<SnapshotFile>> {
        let found = self.snapshots()?.into_values().find(|snapshot| version::id_of(snapshot) == *id);
        found.ok_or_else(|| Error::NoVersion(id.clone()))
    }

    /// Returns what the store takes on its disk, in bytes.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be listed.
    pub fn size(&self) -> Result<u64> {
        let kinds = [FileType::Pack, FileType::Index, FileType::Snapshot, FileType::Key];
        let sizes = kinds.iter().map(|kind| Ok(self.files.list_with_size(*kind)?));
        let sizes: Vec<Vec<(Id, u32)>> = sizes.collect::<Result<_>>()?;
        Ok(sizes.into_iter().flatten().map(|(_, size)| u64::from(size)).sum())
    }
}

fn options() -> ConfigOptions {
    ConfigOptions::default()
        .set_compression(COMPRESSION)
        .set_datapack_size(PACK)
        .set_datapack_growfactor(0u32)
        .set_extra_verify(CHECKED_AT_ONCE)
}

fn guarded(place: &Place) -> Result<Arc<Guarded>> {
    Ok(Arc::new(Guarded::new(place.files()?)))
}

fn unopened(files: &Arc<Guarded>) -> Result<Repository<()>> {
    let options = RepositoryOptions::default().no_cache(true);
    let backends = RepositoryBackends::new(Arc::new(Gate::new(files)), None);
    Ok(Repository::new_with_progress(&options, &backends, Bars(files.watch.clone()))?)
}

fn engine(files: &Arc<Guarded>, master: &MasterKey) -> Result<Repository<OpenStatus>> {
    Ok(unopened(files)?.open(&Credentials::Masterkey(master.clone()))?)
}

fn load(files: &Arc<Guarded>, master: &MasterKey) -> Result<Read> {
    // Listed first: a file that comes in between only makes the next call read again.
    let (from, failed) = (index_files(files)?, files.failed.count());
    let store = engine(files, master)?.to_indexed()?;
    Ok(Read { from, failed, store: Arc::new(store) })
}

fn index_files(files: &Guarded) -> Result<BTreeSet<Id>> {
    Ok(files.list(FileType::Index)?.into_iter().collect())
}

fn refuse_store(place: &Place, files: &Guarded) -> Result<()> {
    let found = files.list(FileType::Config)?;
    if found.is_empty() { Ok(()) } else { Err(Error::AlreadyAStore(place.root().into())) }
}

/// Removes the key of a store that was never finished: it would open the finished one too, to nothing.
fn forget_half_made(place: &Place, files: &Guarded) -> Result<()> {
    for kind in [FileType::Snapshot, FileType::Index] {
        if !files.list(kind)?.is_empty() {
            return Err(Error::Damaged(place.file(FileType::Config, &Id::default())));
        }
    }
    // The copies go first: whoever opens the place meanwhile would bring the key back.
    spare::forget(place)?;
    for key in files.list(FileType::Key)? {
        files.files.remove(FileType::Key, &key, false)?;
    }
    Ok(())
}

/// Returns a path of the store as it stands inside it.
pub(crate) fn inside(place: &Place, path: &Path) -> PathBuf {
    path.strip_prefix(place.root()).unwrap_or(path).to_owned()
}
