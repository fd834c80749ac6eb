//! The takes that are being recorded, noted before their first sample and until they are in the library: what is still
//! noted when the studio starts was left by a kill.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

const ENDING: &str = "json";

/// A folder with a small file for each take.
#[derive(Debug)]
pub(super) struct Journal(PathBuf);

/// A noted take.
#[derive(Debug, PartialEq)]
pub(super) struct Entry {
    note: PathBuf,
    pub(super) take: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Note {
    path: String,
}

impl Journal {
    pub(super) fn in_folder(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Notes a take.
    ///
    /// # Errors
    /// [`Error::Unwritable`], [`Error::DiskFull`], or [`Error::InvalidField`] for a path that is no text.
    pub(super) fn begin(&self, take: &Path) -> Result<Entry> {
        let path = take.to_str().ok_or_else(|| Error::InvalidField {
            field: "path".into(),
            value: take.to_string_lossy().into_owned(),
        })?;
        let failed = |error: std::io::Error| Error::writing(&self.0, error);
        std::fs::create_dir_all(&self.0).map_err(failed)?;
        let text = serde_json::to_vec(&Note { path: path.to_owned() })
            .map_err(|error| Error::Internal(error.to_string()))?;
        let mut file = tempfile::NamedTempFile::new_in(&self.0).map_err(failed)?;
        file.write_all(&text).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        let note = self.0.join(format!("{}.{ENDING}", uuid::Uuid::now_v7()));
        file.persist(&note).map_err(|error| failed(error.error))?;
        Ok(Entry { note, take: take.to_owned() })
    }

    /// Forgets a take.
    pub(super) fn end(&self, entry: &Entry) {
        match std::fs::remove_file(&entry.note) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::warn!(%error, "a finished take could not be crossed off; it is looked at again");
            }
            _ => {}
        }
    }

    /// Returns what is noted, the oldest first. A note that cannot be read says nothing any more, and goes.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let Ok(folder) = std::fs::read_dir(&self.0) else { return Vec::new() };
        let mut notes: Vec<PathBuf> = folder
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
            .collect();
        notes.sort();
        notes.into_iter().filter_map(read).collect()
    }
}

fn read(note: PathBuf) -> Option<Entry> {
    let text = std::fs::read(&note).ok()?;
    match serde_json::from_slice::<Note>(&text) {
        Ok(Note { path }) => Some(Entry { note, take: path.into() }),
        Err(error) => {
            tracing::warn!(%error, "a note of a take is damaged");
            let _it_is_met_again = std::fs::remove_file(&note);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_stay_noted_until_they_are_crossed_off() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::in_folder(folder.path().join("takes"));
        assert_eq!(journal.entries(), []);
        let one = journal.begin(Path::new("/music/Toma 1.wav")).unwrap();
        let two = journal.begin(Path::new("/music/Toma 2.wav")).unwrap();
        std::fs::write(folder.path().join("takes/torn.json"), "{\"pa").unwrap();
        std::fs::write(folder.path().join("takes/.tmpabc"), "{").unwrap();
        assert_eq!(journal.entries(), [one, two]);
        for entry in journal.entries() {
            journal.end(&entry);
            journal.end(&entry);
        }
        assert_eq!(journal.entries(), []);
        assert!(!folder.path().join("takes/torn.json").exists());
    }
}
