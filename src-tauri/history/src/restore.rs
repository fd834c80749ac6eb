//! Files come back from a version.

use std::collections::BTreeSet;
use std::fs::{self, File, Metadata, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use rayon::prelude::*;
use rustic_core::jiff::Timestamp;

use crate::contents::change_time;
use crate::disk;
use crate::error::{Error, Result, reading, writing};
use crate::folder::hash;
use crate::progress::Progress;
use crate::read::{Kept, length, piece};
use crate::vault::{Indexed, Vault};
use crate::version::VersionId;
use crate::watch::lock;

/// How the name of a file ends that is on its way back; always the same, so that nothing is left over.
const UNFINISHED: &str = ".restoring";

/// What a restore did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Restored {
    /// Files that were written.
    pub written: u64,
    /// Files that held the same already and were not touched.
    pub untouched: u64,
    /// Written bytes.
    pub bytes: u64,
}

/// How a restored file looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    size: u64,
    modified: Option<SystemTime>,
    changed: Option<Timestamp>,
}

impl Left {
    pub(crate) fn of(found: &Metadata) -> Self {
        Self { size: found.len(), modified: found.modified().ok(), changed: change_time(found) }
    }
}

/// Names the file in which another is put together before it is whole.
pub fn unfinished(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}{UNFINISHED}"))
}

/// Returns whether a file is one that a restore did not finish.
pub(crate) fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') && name.ends_with(UNFINISHED)
}

impl Vault {
    /// Puts the files of a version into a folder: all, or those of `only`, paths of files or folders inside the project.
    /// Each file is replaced at once when its content is complete and verified; one that holds the same already is not
    /// touched, so an interrupted restore goes on where it was. Other files of the folder are left alone.
    ///
    /// # Errors
    /// [`Error::NoVersion`], [`Error::NoFile`] for a path of `only` that the version does not have, [`Error::Damaged`],
    /// [`Error::DiskFull`], [`Error::ReadOnly`], [`Error::Locked`] when another program restores the same file,
    /// [`Error::Cancelled`]. Files that came before stay.
    pub fn restore(
        &self,
        version: &VersionId,
        folder: &Path,
        only: Option<&[PathBuf]>,
        progress: Progress,
    ) -> Result<Restored> {
        let (_hold, store, mut kept) = self.kept(version)?;
        if let Some(only) = only {
            if let Some(missing) = only.iter().find(|path| !kept.keys().any(|file| file.starts_with(path))) {
                return Err(Error::NoFile(missing.clone()));
            }
            kept.retain(|file, _| only.iter().any(|path| file.starts_with(path)));
        }
        let all = kept.values().map(|kept| kept.size).sum();
        let work = Work { vault: self, store: &store, progress: &progress, done: AtomicU64::new(0), all };
        let results: Vec<Result<Restored>> = kept
            .par_iter()
            .map(|(path, kept)| {
                let target = folder.join(path);
                let restored = work.file(&target, kept)?;
                self.leave(target, kept);
                Ok(restored)
            })
            .collect();
        for parent in kept.keys().filter_map(|path| path.parent()).collect::<BTreeSet<_>>() {
            disk::sync_folder(&folder.join(parent));
        }
        let mut sum = Restored::default();
        for restored in results {
            let Restored { written, untouched, bytes } = restored?;
            sum.written += written;
            sum.untouched += untouched;
            sum.bytes += bytes;
        }
        Ok(sum)
    }

    /// Returns whether a file has the size and times that it had in the version: the rule by which [`Vault::save`]
    /// leaves a file unread.
    fn is_unchanged(&self, target: &Path, found: &Metadata, kept: &Kept) -> bool {
        let changed = self.restored(target, found).or_else(|| change_time(found));
        let modified = found.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
        kept.changed.is_some() && changed == kept.changed && modified == kept.modified
    }

    /// Notes how a restored file looks: its time of change is new, its content is not.
    fn leave(&self, target: PathBuf, kept: &Kept) {
        if let Ok(found) = fs::metadata(&target) {
            lock(&self.left).insert(target, (Left::of(&found), kept.changed));
        }
    }
}

struct Work<'a> {
    vault: &'a Vault,
    store: &'a Indexed,
    progress: &'a Progress<'a>,
    done: AtomicU64,
    all: u64,
}

impl Work<'_> {
    fn file(&self, target: &Path, kept: &Kept) -> Result<Restored> {
        self.progress.check()?;
        if self.is_same(target, kept)? {
            self.tell(kept.size)?;
            return Ok(Restored { untouched: 1, ..Restored::default() });
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(writing(folder))?;
        }
        let temporary = unfinished(target);
        let file = open(&temporary, target)?;
        let written = self.fill(&file, target, kept).and_then(|()| {
            file.sync_all().and_then(|()| fs::rename(&temporary, target)).map_err(writing(target))
        });
        if written.is_err() {
            let _gone = fs::remove_file(&temporary);
        }
        written.map(|()| Restored { written: 1, untouched: 0, bytes: kept.size })
    }

    fn fill(&self, mut file: &File, target: &Path, kept: &Kept) -> Result<()> {
        file.set_len(0).map_err(writing(target))?;
        for id in &kept.pieces {
            let content = piece(self.store, &self.vault.place, id)?;
            file.write_all(&content).map_err(writing(target))?;
            self.tell(content.len() as u64)?;
        }
        if let Some(modified) = kept.modified {
            file.set_modified(modified.into()).map_err(writing(target))?;
        }
        Ok(())
    }

    /// Returns whether a file holds what the version holds, piece by piece.
    fn is_same(&self, target: &Path, kept: &Kept) -> Result<bool> {
        let found = match fs::symlink_metadata(target) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(false),
            found => found.map_err(reading(target))?,
        };
        if !found.is_file() || found.len() != kept.size {
            return Ok(false);
        }
        if self.vault.is_unchanged(target, &found, kept) {
            return Ok(true);
        }
        let mut file = File::open(target).map_err(reading(target))?;
        let mut content = Vec::new();
        for id in &kept.pieces {
            self.progress.check()?;
            content.clear();
            let length = length(self.store, &self.vault.place, id)?;
            Read::by_ref(&mut file).take(length).read_to_end(&mut content).map_err(reading(target))?;
            if hash(&content) != id.into_inner() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn tell(&self, bytes: u64) -> Result<()> {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.progress.at(done, self.all)
    }
}

/// Opens the unfinished file for one restore alone.
fn open(temporary: &Path, target: &Path) -> Result<File> {
    let file =
        File::options().write(true).create(true).truncate(false).open(temporary).map_err(writing(target))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Locked(target.into())),
        Err(TryLockError::Error(cause)) => Err(writing(target)(cause)),
    }
}
