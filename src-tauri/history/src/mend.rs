//! What is damaged is set aside, and what depends on it made anew where that is possible.

use std::fs;
use std::path::{Path, PathBuf};

use rustic_core::repofile::IndexFile;
use rustic_core::{FileType, Id, RepairIndexOptions};

use crate::check::Report;
use crate::error::{Error, Result, writing};
use crate::hold::Hold;
use crate::progress::Progress;
use crate::vault::{Vault, inside};

/// Where damaged files go: nothing that may still hold a bar of music is deleted.
const ASIDE: &str = "damaged";

impl Vault {
    /// Sets aside the damaged files of a report and writes the index anew from the packs that are whole. Versions that
    /// are not touched stay as they are; what a touched version lacks is kept again by the next save that finds it in
    /// the project.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::ReadOnly`], [`Error::DiskFull`].
    pub fn mend(&self, report: &Report, progress: Progress) -> Result<()> {
        let _writer = self.writer(&progress)?;
        let _alone = Hold::alone(&self.place, &progress)?;
        for damage in &report.damage {
            let path = self.place.root().join(&damage.file);
            let kind = damage.file.components().next().map(|part| part.as_os_str().to_owned());
            let replaceable = [FileType::Index, FileType::Snapshot, FileType::Pack]
                .iter()
                .any(|known| kind.as_deref() == Some(known.dirname().as_ref()));
            if replaceable && path.is_file() {
                set_aside(self, &path)?;
            }
        }
        self.files.unhide();
        let watch = self.watch();
        watch.during(&progress, 0, || {
            Ok(self.engine()?.repair_index(&RepairIndexOptions::default().read_all(false), false)?)
        })?;
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
