//! What opens a store: a file with a random key, or a passphrase.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;

use rustic_core::Credentials;
use rustic_core::repofile::MasterKey;
use tempfile::NamedTempFile;

use crate::disk;
use crate::error::{Error, Result, reading, writing};

/// What opens a store. The plain `restic` program takes the same text as its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Takes what a person typed.
    pub fn passphrase(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`Error::NoKey`] when the file holds no text, [`Error::Io`] when it cannot be read.
    pub fn read(file: &Path) -> Result<Self> {
        let content = fs::read(file).map_err(reading(file))?;
        let text = String::from_utf8(content).map_err(|_| Error::NoKey(file.into()))?;
        // restic trims a password file, so a line that an editor added must not matter here either.
        let text = text.trim();
        if text.is_empty() { Err(Error::NoKey(file.into())) } else { Ok(Self(text.into())) }
    }

    /// Makes a random key of 256 bits and keeps it in a new file that only its owner can read. The file is there with
    /// the whole key in it, or not at all: of programs that do this at once one succeeds, and the others can read its key.
    ///
    /// # Errors
    /// [`Error::Io`] when there is a file already: whoever loses a key loses the store.
    pub fn create(file: &Path) -> Result<Self> {
        let random = MasterKey::new().encrypt;
        let text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let folder = file.parent().unwrap_or(Path::new("."));
        // Nobody but the owner can read a file that is made like this.
        let written = NamedTempFile::new_in(folder).and_then(|mut unfinished| {
            unfinished.write_all(text.as_bytes())?;
            unfinished.write_all(b"\n")?;
            unfinished.as_file().sync_all()?;
            Ok(unfinished.persist_noclobber(file)?)
        });
        written.map_err(writing(file))?;
        disk::sync_folder(folder);
        Ok(Self(text))
    }

    /// Returns the text, for a sheet that is printed and kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::password(&self.0)
    }
}

/// Keeps the text out of logs.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}
