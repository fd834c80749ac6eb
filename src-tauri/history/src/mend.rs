//! What is damaged is set aside, and what depends on it made anew where that is possible.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bytes::Bytes;
use rustic_core::repofile::{BlobType, IndexFile, IndexPack, SnapshotFile};
use rustic_core::{BackupOptions, FileType, Id, ParentOptions, RepairIndexOptions};

use crate::check::Report;
use crate::contents::Contents;
use crate::error::{Error, Result, writing};
use crate::folder::hash;
use crate::hold::Hold;
use crate::progress::Progress;
use crate::vault::{Vault, inside};

/// Where damaged files go: nothing that may still hold a bar of music is deleted.
const ASIDE: &str = "damaged";

impl Vault {
    /// Sets aside the damaged files of a report, keeps what can still be read of them and writes the index anew. What is
    /// then missing is kept again by the next save that finds it in the project. A pack of lists of folders stays where
    /// it is as long as one of them can be read: they cannot be kept a second time.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::ReadOnly`], [`Error::DiskFull`].
    pub fn mend(&self, report: &Report, progress: Progress) -> Result<()> {
        let _writer = self.writer(&progress)?;
        let _alone = Hold::alone(&self.place, &progress)?;
        let packs = self.indexed_packs()?;
        let mut rescued = Vec::new();
        for damage in &report.damage {
            progress.check()?;
            let path = self.place.root().join(&damage.file);
            let kind = damage.file.iter().next().unwrap_or_default();
            let is = |known: FileType| kind == known.dirname() && path.is_file();
            if is(FileType::Pack) {
                let pack = packs.iter().find(|pack| self.place.file(FileType::Pack, &pack.id) == path);
                let Some(whole) = pack.map_or(Some(Vec::new()), |pack| self.rescue(pack)) else { continue };
                rescued.extend(whole);
                set_aside(self, &path)?;
            } else if is(FileType::Index) || is(FileType::Snapshot) {
                set_aside(self, &path)?;
            }
        }
        self.files.unhide();
        self.watch().during(&progress, 0, || {
            Ok(self.engine()?.repair_index(&RepairIndexOptions::default(), false)?)
        })?;
        self.keep_again(rescued, &progress)
    }

    fn indexed_packs(&self) -> Result<Vec<IndexPack>> {
        let engine = self.engine()?;
        let files = self.files.files.list(FileType::Index)?.into_iter();
        let read = files.filter_map(|id| engine.get_file::<IndexFile>(&id.into()).ok());
        Ok(read.flat_map(|index| index.packs).collect())
    }

    /// Returns the pieces of sound that can be read of a damaged pack; nothing if the pack must stay.
    fn rescue(&self, pack: &IndexPack) -> Option<Vec<Bytes>> {
        let store = self.current().ok()?;
        let read = |blob: &rustic_core::repofile::IndexBlob| {
            let content = store.get_blob_cached(&blob.id, blob.tpe).ok()?;
            (hash(&content) == blob.id.into_inner()).then_some(content)
        };
        let whole: Vec<Bytes> = pack.blobs.iter().filter_map(read).collect();
        (pack.blob_type() == BlobType::Data || whole.is_empty()).then_some(whole)
    }

    /// Keeps pieces under the names that versions know: a piece is cut into just itself. The version that this takes is
    /// let go again at once.
    fn keep_again(&self, pieces: Vec<Bytes>, progress: &Progress) -> Result<()> {
        let store = self.current()?;
        if pieces.is_empty() {
            return Ok(());
        }
        let contents =
            pieces.into_iter().enumerate().try_fold(Contents::default(), |all, (number, piece)| {
                all.document(Path::new(&number.to_string()), piece)
            })?;
        let source = contents.measure(SystemTime::UNIX_EPOCH, &self.files.watch, |_, _| None)?;
        let options =
            BackupOptions::default().no_scan(true).parent_opts(ParentOptions::default().force(true));
        let kept = self.watch().during(progress, source.size, || {
            Ok(store.archive(&options, &source, SnapshotFile::default(), &[PathBuf::from("/")])?)
        })?;
        self.engine()?.delete_snapshots(&[kept.id])?;
        self.current().map(|_| ())
    }
}

/// Replaces an index that cannot be read: it is only a list of what the packs hold.
pub(crate) fn index(vault: &Vault) -> Result<()> {
    let never = std::sync::atomic::AtomicBool::new(false);
    let progress = Progress { report: &|_| (), cancelled: &never };
    let damaged = damaged_indexes(vault)?;
    vault.files.hide(damaged.iter().copied());
    match Hold::alone(&vault.place, &progress) {
        // What the other index files list can be read all the same.
        Err(Error::ReadOnly(_) | Error::Locked(_)) => {}
        hold => {
            let _alone = hold?;
            for id in damaged {
                set_aside(vault, &vault.place.file(FileType::Index, &id))?;
            }
            vault.files.unhide();
            vault.engine()?.repair_index(&RepairIndexOptions::default(), false)?;
        }
    }
    vault.current().map(|_| ())
}

/// Returns the index files that cannot be read.
pub(crate) fn damaged_indexes(vault: &Vault) -> Result<Vec<Id>> {
    let engine = vault.engine()?;
    let mut found = vault.files.files.list(FileType::Index)?;
    found.retain(|id| engine.get_file::<IndexFile>(&(*id).into()).is_err());
    Ok(found)
}

fn set_aside(vault: &Vault, path: &Path) -> Result<()> {
    let target = vault.place.root().join(ASIDE).join(inside(&vault.place, path));
    let folder: PathBuf = target.parent().map(Into::into).ok_or_else(|| Error::BadPath(path.into()))?;
    fs::create_dir_all(&folder).map_err(writing(&folder))?;
    tracing::warn!(file = %path.display(), "a damaged file of the store is set aside");
    fs::rename(path, &target).map_err(writing(path))
}
