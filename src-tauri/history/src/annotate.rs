//! Something else is said about a version that was kept.

use rustic_core::FileType;
use rustic_core::repofile::{SnapshotFile, SnapshotId, StringList};

use crate::disk;
use crate::error::{Error, Result};
use crate::hold::Hold;
use crate::progress::Progress;
use crate::vault::Vault;
use crate::version::{self, KIND, Kind, MESSAGE, NOTED, STARRED, Version, VersionId};

/// What is to be said about a version from now on; nothing leaves it as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    /// Empty takes the message away.
    pub message: Option<String>,
    pub starred: Option<bool>,
    /// Whether a person wanted it: [`Kind::Named`], or [`Kind::Automatic`].
    pub named: Option<bool>,
}

impl Vault {
    /// Says something else about a version; its files and its name stay. Only the small file that lists it is written
    /// anew, and the old one goes after that: a crash in between leaves both, of which the new one counts.
    ///
    /// # Errors
    /// [`Error::NoVersion`], [`Error::DiskFull`], [`Error::ReadOnly`], [`Error::Locked`], [`Error::Cancelled`]; what
    /// was said before then still counts.
    pub fn annotate(&self, version: &VersionId, note: &Note, progress: Progress) -> Result<Version> {
        let _writer = self.writer(&progress)?;
        let _hold = Hold::shared(&self.place, &progress)?;
        let old = self.snapshot(version)?;
        let new = noted(&old, note);
        if new.tags != old.tags {
            self.during(&progress, 0, || self.replace(&new))?;
        }
        let now = self.snapshot(version)?;
        version::read(&now).ok_or_else(|| Error::NoVersion(version.clone()))
    }

    /// Writes the file of a version, and lets go of those that said less about it.
    pub(crate) fn replace(&self, new: &SnapshotFile) -> Result<()> {
        let engine = self.engine()?;
        engine.save_snapshots(vec![new.clone()])?;
        let (name, count) = (version::first_name(new), version::noted(new));
        let outdated = |snapshot: &SnapshotFile| {
            version::first_name(snapshot) == name && version::noted(snapshot) < count
        };
        let files = self.snapshot_files()?;
        let gone: Vec<SnapshotId> =
            files.values().filter(|snapshot| outdated(snapshot)).map(|snapshot| snapshot.id).collect();
        engine.delete_snapshots(&gone)?;
        if let Some(folder) = self.place.folder() {
            disk::sync_folder(&folder.join(FileType::Snapshot.dirname()));
        }
        Ok(())
    }
}

/// Returns the file of a version with what is said about it changed.
fn noted(old: &SnapshotFile, note: &Note) -> SnapshotFile {
    let mut new = SnapshotFile { original: Some(version::first_name(old)), ..old.clone() };
    if let Some(message) = &note.message {
        set(&mut new.tags, MESSAGE, Some(message).filter(|text| !text.is_empty()).map(String::as_str));
    }
    if let Some(starred) = note.starred {
        set(&mut new.tags, STARRED, starred.then_some("yes"));
    }
    if let Some(named) = note.named {
        let kind = if named { Kind::Named } else { Kind::Automatic };
        set(&mut new.tags, KIND, Some(kind.name()));
    }
    if new.tags != old.tags {
        set(&mut new.tags, NOTED, Some(&(version::noted(old) + 1).to_string()));
    }
    new
}

fn set(tags: &mut StringList, name: &str, value: Option<&str>) {
    let others: Vec<String> = tags.iter().filter(|tag| !tag.starts_with(name)).cloned().collect();
    let mut all = StringList::default();
    others.into_iter().chain(value.map(|value| format!("{name}{value}"))).for_each(|tag| all.add(tag));
    *tags = all;
}
