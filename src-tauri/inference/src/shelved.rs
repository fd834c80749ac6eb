//! Whether an entry's files lie on the shelf: quickly by size, surely by hash.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::catalogue::{Entry, File};
use crate::{Error, Result};

/// How an entry was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// At least one file is not there.
    Missing,
    Ready,
    /// All files are there, but not as the catalogue says.
    Damaged,
}

/// Returns the folder of an entry.
pub fn folder(entry: &Entry, models: &Path) -> PathBuf {
    models.join(entry.id.as_str())
}

/// Looks at existence and size only: microseconds a file.
pub fn presence(entry: &Entry, models: &Path) -> Presence {
    let folder = folder(entry, models);
    let mut found = Presence::Ready;
    for file in &entry.files {
        match fs::metadata(folder.join(&file.name)) {
            Ok(meta) if meta.is_file() && meta.len() == file.bytes => {}
            Ok(_) => found = Presence::Damaged,
            Err(_) => return Presence::Missing,
        }
    }
    found
}

/// Reads every file of `entry` in `folder` and compares its sha256 with the catalogue's, or with the one that [`seal`] left.
///
/// # Errors
/// [`Error::Unreadable`] for a file that is there and cannot be read.
pub fn verify(entry: &Entry, folder: &Path) -> Result<Presence> {
    let mut found = Presence::Ready;
    for file in &entry.files {
        let path = folder.join(&file.name);
        match fs::metadata(&path) {
            Err(_) => return Ok(Presence::Missing),
            Ok(meta) if meta.len() != file.bytes => found = Presence::Damaged,
            Ok(_) => match expected(file, folder) {
                Some(expected) if sha256(&path)? != expected => found = Presence::Damaged,
                _ => {}
            },
        }
    }
    Ok(found)
}

/// Writes the sha256 of freshly made files for which the catalogue has none, so that later damage is found.
///
/// # Errors
/// [`Error::Unreadable`], [`Error::Unwritable`].
pub fn seal(entry: &Entry, folder: &Path) -> Result<()> {
    for file in entry.files.iter().filter(|file| file.sha256.is_none()) {
        let path = seal_of(file, folder);
        let hash = sha256(&folder.join(&file.name))?;
        fs::write(&path, hash).map_err(|source| Error::Unwritable { path, source })?;
    }
    Ok(())
}

/// Returns the names of the files that [`seal`] writes.
pub fn seals(entry: &Entry) -> Vec<String> {
    entry.files.iter().filter(|file| file.sha256.is_none()).map(seal_name).collect()
}

fn seal_name(file: &File) -> String {
    format!("{}.sha256", file.name)
}

fn seal_of(file: &File, folder: &Path) -> PathBuf {
    folder.join(seal_name(file))
}

fn expected(file: &File, folder: &Path) -> Option<String> {
    file.sha256
        .clone()
        .or_else(|| fs::read_to_string(seal_of(file, folder)).ok().map(|text| text.trim().to_owned()))
}

fn sha256(path: &Path) -> Result<String> {
    let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
    let mut file = fs::File::open(path).map_err(unreadable)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => hash.update(&buffer[..read]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(unreadable(e)),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    /// A made-up entry with one file of a known hash ("abc", FIPS 180-2) and one that is sealed.
    fn entry() -> Entry {
        let mut entry = catalogue::entry(&"fluidr3mono".into()).unwrap().clone();
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        entry.files = vec![
            File { name: "known".into(), member: None, sha256: Some(known.into()), bytes: 3, package: None },
            File { name: "made".into(), member: None, sha256: None, bytes: 4, package: None },
        ];
        entry
    }

    #[test]
    fn files_are_missing_then_ready_then_damaged() {
        let models = tempfile::tempdir().unwrap();
        let entry = entry();
        let folder = folder(&entry, models.path());
        assert_eq!(presence(&entry, models.path()), Presence::Missing);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("known"), "abc").unwrap();
        assert_eq!(verify(&entry, &folder).unwrap(), Presence::Missing);
        fs::write(folder.join("made"), "made").unwrap();
        seal(&entry, &folder).unwrap();
        assert_eq!(presence(&entry, models.path()), Presence::Ready);
        assert_eq!(verify(&entry, &folder).unwrap(), Presence::Ready);

        fs::write(folder.join("made"), "maed").unwrap();
        assert_eq!(presence(&entry, models.path()), Presence::Ready, "sizes cannot tell");
        assert_eq!(verify(&entry, &folder).unwrap(), Presence::Damaged);
        fs::write(folder.join("made"), "made").unwrap();
        fs::write(folder.join("known"), "abcd").unwrap();
        assert_eq!(presence(&entry, models.path()), Presence::Damaged);
        assert_eq!(verify(&entry, &folder).unwrap(), Presence::Damaged);
    }
}
