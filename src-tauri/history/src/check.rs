//! Whether everything in the store is still what was kept, and what suffers where it is not.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use rustic_core::repofile::{BlobType, IndexFile, IndexPack, PackId, SnapshotFile, SnapshotId};
use rustic_core::{BlobId, FileType, Id, PackedId, ReadBackend, TreeId};

use crate::error::{Error, Result};
use crate::folder::hash;
use crate::hold::Hold;
use crate::progress::Progress;
use crate::read::{path_of, tree};
use crate::vault::{Indexed, Vault, inside};
use crate::version::{self, VersionId};

/// What is wrong with a file of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Its content is not what was written.
    Damaged,
    /// It is gone.
    Missing,
}

/// What suffers from a damaged file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touched {
    pub version: VersionId,
    /// A file of the version, or a folder that cannot be read any more; nothing when the whole version is lost.
    pub path: Option<PathBuf>,
}

/// A damaged file of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Inside the store.
    pub file: PathBuf,
    pub fault: Fault,
    /// Empty when nothing of any version is lost.
    pub touched: Vec<Touched>,
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub versions: u64,
    pub packs: u64,
    /// Bytes of packs that were read.
    pub read: u64,
    /// By file; empty when all is well.
    pub damage: Vec<Damage>,
}

impl Report {
    /// Returns whether nothing is damaged.
    pub fn is_sound(&self) -> bool {
        self.damage.is_empty()
    }
}

/// What is known to be damaged so far.
#[derive(Default)]
struct Findings {
    files: BTreeMap<PathBuf, Fault>,
    touched: BTreeMap<PathBuf, BTreeSet<Touched>>,
    /// Pieces that cannot be had, and the file that should hold them.
    pieces: HashMap<Id, PathBuf>,
}

impl Vault {
    /// Looks at every file of the store; with `read_data` at every byte. The report names each damaged file and the
    /// versions and files that need it; everything else can be used as before.
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::Locked`], [`Error::Io`] when the store cannot be read at all.
    pub fn check(&self, read_data: bool, progress: Progress) -> Result<Report> {
        let _hold = Hold::shared(&self.place, &progress)?;
        let mut findings = Findings::default();
        self.check_openers(&mut findings)?;
        let mut snapshots = self.check_snapshots(&mut findings, &progress)?;
        // What was only taken in is still in the project.
        snapshots.retain(|snapshot| version::ahead_of(snapshot).is_none());
        let packs = self.check_index(&mut findings, &progress)?;
        let store = self.current()?;
        let whole = self.check_sizes(&store, &packs, &mut findings)?;
        let read = if read_data { self.check_packs(&store, &whole, &mut findings, &progress)? } else { 0 };
        let mut walk = Walk { vault: self, store: &store, findings: &findings, seen: HashMap::new() };
        let mut suffering: Vec<(PathBuf, Touched)> = Vec::new();
        for snapshot in &snapshots {
            progress.check()?;
            let version = version::id_of(snapshot);
            for (path, file) in walk.folder(snapshot.tree, Path::new("")).iter() {
                let path = (!path.as_os_str().is_empty()).then(|| path.clone());
                suffering.push((file.clone(), Touched { version: version.clone(), path }));
            }
        }
        for (file, touched) in suffering {
            findings.files.entry(file.clone()).or_insert(Fault::Missing);
            findings.touched.entry(file).or_default().insert(touched);
        }
        progress.at(1, 1)?;
        let versions: BTreeSet<SnapshotId> = snapshots.iter().map(version::first_name).collect();
        Ok(findings.report(versions.len(), packs.len(), read))
    }

    fn check_openers(&self, findings: &mut Findings) -> Result<()> {
        for id in self.files.list(FileType::Key)? {
            if self.files.read_full(FileType::Key, &id).is_err() {
                findings.damaged(self.file(FileType::Key, &id));
            }
        }
        if self.engine().is_err() {
            findings.damaged(self.file(FileType::Config, &Id::default()));
        }
        Ok(())
    }

    fn check_snapshots(&self, findings: &mut Findings, progress: &Progress) -> Result<Vec<SnapshotFile>> {
        let (files, mut whole) = (self.files.list(FileType::Snapshot)?, Vec::new());
        let Ok(engine) = self.engine() else { return Ok(whole) };
        for id in files {
            progress.check()?;
            let id = SnapshotId::from(id);
            match engine.get_file::<SnapshotFile>(&id) {
                Ok(snapshot) => whole.push(SnapshotFile { id, ..snapshot }),
                // A later word about the version replaced the file meanwhile, or the version was let go.
                Err(_) if !self.files.list(FileType::Snapshot)?.contains(&id) => {}
                Err(_) => {
                    let file = self.file(FileType::Snapshot, &id);
                    let touched = Touched { version: version::name_of(&id), path: None };
                    findings.touched.entry(file.clone()).or_default().insert(touched);
                    findings.damaged(file);
                }
            }
        }
        Ok(whole)
    }

    /// Returns the packs that should be there.
    fn check_index(
        &self,
        findings: &mut Findings,
        progress: &Progress,
    ) -> Result<BTreeMap<PackId, IndexPack>> {
        let mut packs = BTreeMap::new();
        let Ok(engine) = self.engine() else { return Ok(packs) };
        for id in self.files.files.list(FileType::Index)? {
            progress.check()?;
            match engine.get_file::<IndexFile>(&id.into()) {
                Ok(index) => packs.extend(index.packs.into_iter().map(|pack| (pack.id, pack))),
                Err(_) => {
                    findings.damaged(self.file(FileType::Index, &id));
                    self.files.hide([id]);
                }
            }
        }
        Ok(packs)
    }

    /// Returns the packs that are there with their right size.
    fn check_sizes<'a>(
        &self,
        store: &Indexed,
        packs: &'a BTreeMap<PackId, IndexPack>,
        findings: &mut Findings,
    ) -> Result<Vec<&'a IndexPack>> {
        let sizes: HashMap<Id, u32> = self.files.list_with_size(FileType::Pack)?.into_iter().collect();
        let mut whole = Vec::new();
        for (id, pack) in packs {
            let fault = match sizes.get(&**id) {
                Some(size) if *size == pack.pack_size() => {
                    whole.push(pack);
                    continue;
                }
                Some(_) => Fault::Damaged,
                None => Fault::Missing,
            };
            let file = self.file(FileType::Pack, id);
            findings.files.insert(file.clone(), fault);
            let lost = pack.blobs.iter().filter(|blob| !self.can_be_had(store, blob.id, blob.tpe));
            findings.pieces.extend(lost.map(|blob| (blob.id.into_inner(), file.clone())));
        }
        Ok(whole)
    }

    /// Reads packs to their last byte; returns how many bytes that were.
    fn check_packs(
        &self,
        store: &Indexed,
        packs: &[&IndexPack],
        findings: &mut Findings,
        progress: &Progress,
    ) -> Result<u64> {
        let all: u64 = packs.iter().map(|pack| u64::from(pack.pack_size())).sum();
        let done = AtomicU64::new(0);
        let read = |pack: &&IndexPack| -> Result<Option<(PathBuf, Vec<Id>)>> {
            progress.check()?;
            let whole = self.files.read_full(FileType::Pack, &pack.id).is_ok();
            let size = u64::from(pack.pack_size());
            progress.at(done.fetch_add(size, Ordering::Relaxed) + size, all)?;
            if whole {
                return Ok(None);
            }
            let lost = pack.blobs.iter().filter(|blob| !self.can_be_had(store, blob.id, blob.tpe));
            let lost = lost.map(|blob| blob.id.into_inner()).collect();
            Ok(Some((self.file(FileType::Pack, &pack.id), lost)))
        };
        let found: Vec<_> = packs.par_iter().map(read).collect::<Result<_>>()?;
        for (file, lost) in found.into_iter().flatten() {
            findings.pieces.extend(lost.into_iter().map(|piece| (piece, file.clone())));
            findings.damaged(file);
        }
        Ok(done.into_inner())
    }

    /// Returns whether a piece comes out as it went in; it may be kept in a second pack.
    fn can_be_had(&self, store: &Indexed, id: BlobId, kind: BlobType) -> bool {
        let content = store.get_blob_cached(&id, kind);
        content.is_ok_and(|content| hash(&content) == id.into_inner())
    }

    /// Returns the path of a file inside the store.
    fn file(&self, kind: FileType, id: &Id) -> PathBuf {
        inside(&self.place, &self.place.file(kind, id))
    }
}

impl Findings {
    fn damaged(&mut self, file: PathBuf) {
        self.files.insert(file, Fault::Damaged);
    }

    fn report(mut self, versions: usize, packs: usize, read: u64) -> Report {
        let damage = self.files.into_iter().map(|(file, fault)| {
            let touched = self.touched.remove(&file).unwrap_or_default().into_iter().collect();
            Damage { file, fault, touched }
        });
        Report { versions: versions as u64, packs: packs as u64, read, damage: damage.collect() }
    }
}

/// Paths of a folder that suffer, and the files of the store they need.
type Suffering = Arc<Vec<(PathBuf, PathBuf)>>;

/// Goes through the folders of all versions; most versions share most folders.
struct Walk<'a> {
    vault: &'a Vault,
    store: &'a Indexed,
    findings: &'a Findings,
    seen: HashMap<(TreeId, PathBuf), Suffering>,
}

impl Walk<'_> {
    fn folder(&mut self, id: TreeId, folder: &Path) -> Suffering {
        let key = (id, folder.to_owned());
        if let Some(seen) = self.seen.get(&key) {
            return seen.clone();
        }
        let mut found = Vec::new();
        if let Some(file) = self.findings.pieces.get(&id.into_inner()) {
            found.push((folder.to_owned(), file.clone()));
        } else {
            match tree(self.store, &self.vault.place, id) {
                Ok(tree) => {
                    for node in tree.nodes {
                        let Ok(path) = path_of(folder, &node) else { continue };
                        if let Some(tree) = node.subtree {
                            found.extend(self.folder(tree, &path).iter().cloned());
                        }
                        let lost = node.content.iter().flatten().find_map(|id| self.lost(id));
                        found.extend(lost.map(|file| (path, file)));
                    }
                }
                Err(error) => found.push((folder.to_owned(), self.named(&error))),
            }
        }
        let found = Arc::new(found);
        self.seen.insert(key, found.clone());
        found
    }

    /// Returns the file that should hold a piece which cannot be had.
    fn lost<T: PackedId>(&self, id: &T) -> Option<PathBuf> {
        let blob: BlobId = (*id).into();
        if let Some(file) = self.findings.pieces.get(&blob.into_inner()) {
            return Some(file.clone());
        }
        // No index names a pack for it.
        self.store.get_index_entry(id).is_err().then(|| PathBuf::from(FileType::Index.dirname()))
    }

    fn named(&self, error: &Error) -> PathBuf {
        match error {
            Error::Damaged(file) => inside(&self.vault.place, file),
            _ => PathBuf::from(FileType::Index.dirname()),
        }
    }
}
