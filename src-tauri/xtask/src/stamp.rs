//! Stamps: whether the input of a step changed since it last succeeded.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Result, io};

/// FNV-1a, 64 bit (Fowler, Noll, Vo): enough to see a change, and quick without a library.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// A running fingerprint of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// Starts an empty fingerprint.
    pub fn new() -> Self {
        Self(OFFSET)
    }

    /// Adds bytes.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME)))
    }

    /// Adds a file's or folder's contents, names included; a missing one counts as empty.
    #[must_use]
    pub fn contents(self, path: &Path, leave_out: &[&str]) -> Self {
        walk(path, leave_out).iter().fold(self, |sum, file| {
            sum.bytes(file.to_string_lossy().as_bytes()).bytes(&fs::read(file).unwrap_or_default())
        })
    }

    /// Adds a folder's file names and sizes, for files too large to read each time.
    #[must_use]
    pub fn sizes(self, path: &Path, leave_out: &[&str]) -> Self {
        walk(path, leave_out).iter().fold(self, |sum, file| {
            let size = fs::metadata(file).map(|facts| facts.len()).unwrap_or_default();
            sum.bytes(file.to_string_lossy().as_bytes()).bytes(&size.to_le_bytes())
        })
    }
}

/// A file that remembers a fingerprint.
#[derive(Debug, Clone)]
pub struct Stamp(pub PathBuf);

impl Stamp {
    /// Returns whether the fingerprint is the remembered one.
    pub fn holds(&self, fingerprint: Fingerprint) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|text| text == format!("{:016x}", fingerprint.0))
    }

    /// Remembers a fingerprint.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set(&self, fingerprint: Fingerprint) -> Result<()> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder).map_err(io("make the folder of a stamp"))?;
        }
        fs::write(&self.0, format!("{:016x}", fingerprint.0)).map_err(io("write a stamp"))
    }
}

/// Returns the files under a path in one order on every machine.
fn walk(path: &Path, leave_out: &[&str]) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let mut entries: Vec<PathBuf> =
        fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.retain(|entry| !leave_out.iter().any(|name| entry.file_name().is_some_and(|file| file == *name)));
    entries.sort();
    entries.iter().flat_map(|entry| walk(entry, leave_out)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_holds_until_a_file_changes_its_contents() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(folder.join("in")).unwrap();
        fs::write(folder.join("in/a"), "one").unwrap();
        fs::write(folder.join("in/left"), "out").unwrap();
        let now = || Fingerprint::new().contents(&folder.join("in"), &["left"]);
        let stamp = Stamp(folder.join("stamp"));
        assert!(!stamp.holds(now()));
        stamp.set(now()).unwrap();
        assert!(stamp.holds(now()));
        fs::write(folder.join("in/left"), "changed").unwrap();
        assert!(stamp.holds(now()));
        fs::write(folder.join("in/a"), "two").unwrap();
        assert!(!stamp.holds(now()));
        fs::remove_dir_all(folder).unwrap();
    }
}
