//! What is damaged is set aside, and what depends on it made anew where that is possible.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use bytes::Bytes;
use rustic_core::repofile::{BlobType, IndexFile, IndexPack};
use rustic_core::{BackupOptions, FileType, Id, ParentOptions, ReadBackend, RepairIndexOptions};
use son1k_domain::id::ProjectId;

use crate::check::Report;
use crate::contents::Contents;
use crate::error::{Error, Result, writing};
use crate::folder::hash;
use crate::hold::Hold;
use crate::progress::Progress;
use crate::vault::{Vault, inside};
use crate::version;

/// Where damaged files go: nothing that may still hold a bar of music is deleted.
const ASIDE: &str = "damaged";
/// Stands for the project of pieces that are kept again.
const NO_PROJECT: &str = "";

impl Vault {
    /// Keeps again what can still be read of the damaged files of a report, then sets these aside and writes the index
    /// anew. What is then missing is kept again by the next save that finds it in the project. A pack of lists of folders
    /// stays where it is as long as one of them can be read: they cannot be kept a second time.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::ReadOnly`], [`Error::DiskFull`], [`Error::Cancelled`]; everything that could be read
    /// before can be read then.
    pub fn mend(&self, report: &Report, progress: Progress) -> Result<()> {
        let _writer = self.writer(&progress)?;
        let _alone = Hold::alone(&self.place, &progress)?;
        let of = |kind: FileType| -> Vec<PathBuf> {
            let files = report.damage.iter().map(|damage| &damage.file);
            let files = files.filter(|file| file.iter().next().is_some_and(|part| part == kind.dirname()));
            files.map(|file| self.place.root().join(file)).filter(|path| path.is_file()).collect()
        };
        let (indexes, mut packs, mut kept) = (of(FileType::Index), of(FileType::Pack), Vec::new());
        let id = |path: &PathBuf| path.file_name()?.to_str()?.parse::<Id>().ok();
        self.files.hide(indexes.iter().filter_map(id));
        // Before the index is written anew: it would list no piece of a pack that has lost its end.
        self.keep_listed(&mut packs, &mut kept, &progress)?;
        indexes.iter().chain(&of(FileType::Snapshot)).try_for_each(|path| set_aside(self, path))?;
        if !indexes.is_empty() {
            self.index_anew(&progress)?;
            self.keep_listed(&mut packs, &mut kept, &progress)?;
        }
        // All at last: a piece may lie in two of them, and the index names the one that goes first.
        kept.iter().chain(&packs).try_for_each(|path| set_aside(self, path))?;
        self.index_anew(&progress)?;
        self.current().map(|_| ())
    }

    fn index_anew(&self, progress: &Progress) -> Result<()> {
        self.files.unhide();
        self.during(progress, 0, || Ok(self.engine()?.repair_index(&RepairIndexOptions::default(), false)?))
    }

    /// Returns what the index files list.
    fn listed_packs(&self) -> Result<Vec<(Id, IndexPack)>> {
        let engine = self.engine()?;
        let mut listed = Vec::new();
        for id in self.files.list(FileType::Index)? {
            let index: IndexFile = engine.get_file(&id.into())?;
            listed.extend(index.packs.into_iter().map(|pack| (id, pack)));
        }
        Ok(listed)
    }

    /// Keeps again what can be read of damaged packs, and takes those that an index lists out of `packs`: into `kept`, but
    /// for what must stay.
    fn keep_listed(
        &self,
        packs: &mut Vec<PathBuf>,
        kept: &mut Vec<PathBuf>,
        progress: &Progress,
    ) -> Result<()> {
        let listed = self.listed_packs()?;
        for path in std::mem::take(packs) {
            progress.check()?;
            let is_it = |pack: &IndexPack| self.place.file(FileType::Pack, &pack.id) == path;
            let of_pack: Vec<&(Id, IndexPack)> = listed.iter().filter(|(_, pack)| is_it(pack)).collect();
            match of_pack.first() {
                None => packs.push(path),
                Some((_, pack)) => {
                    let indexes = of_pack.iter().map(|(index, _)| *index).collect();
                    if self.keep_what_is_whole(pack, &indexes, progress)? {
                        kept.push(path);
                    }
                }
            }
        }
        Ok(())
    }

    /// Keeps again what can be read of a damaged pack; returns whether the pack can be set aside then.
    fn keep_what_is_whole(
        &self,
        pack: &IndexPack,
        indexes: &BTreeSet<Id>,
        progress: &Progress,
    ) -> Result<bool> {
        let Some(whole) = self.rescue(pack) else { return Ok(false) };
        // What an index lists is not written a second time.
        self.files.hide(indexes.iter().copied());
        let kept = self.keep_again(whole, progress);
        self.files.show(indexes);
        kept.map(|()| true)
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
    /// let go again at once, or by pruning where a crash comes first.
    fn keep_again(&self, pieces: Vec<Bytes>, progress: &Progress) -> Result<()> {
        if pieces.is_empty() {
            return Ok(());
        }
        let contents =
            pieces.into_iter().enumerate().try_fold(Contents::default(), |all, (number, piece)| {
                all.document(Path::new(&number.to_string()), piece)
            })?;
        let (store, time) = (self.current()?, SystemTime::UNIX_EPOCH);
        let source = contents.measure(time, &self.files.watch, |_, _| None)?;
        let snapshot = version::ahead_snapshot(&ProjectId::from(NO_PROJECT), time)?;
        let options =
            BackupOptions::default().no_scan(true).parent_opts(ParentOptions::default().force(true));
        let kept = self.during(progress, source.size, || {
            Ok(store.archive(&options, &source, snapshot, &[PathBuf::from("/")])?)
        })?;
        let kept = self.whole(kept, contents.len())?;
        self.drop_ahead(&[kept.id])
    }
}

/// Replaces an index that cannot be read: it is only a list of what the packs hold.
pub(crate) fn index(vault: &Vault) -> Result<()> {
    let damaged = damaged_indexes(vault)?;
    vault.files.hide(damaged.iter().copied());
    match Hold::alone(&vault.place, &Progress::of_short_work()) {
        // What the other index files list can be read all the same.
        Err(Error::ReadOnly(_) | Error::Locked(_)) => {}
        hold => {
            let _alone = hold?;
            for id in damaged {
                set_aside(vault, &vault.place.file(FileType::Index, &id))?;
            }
            vault.index_anew(&Progress::of_short_work())?;
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
