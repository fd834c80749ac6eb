//! Checksums of files.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// Returns the sha256 of a file as 64 lower-case hex digits. Reads the whole file: keep it off async threads.
///
/// # Errors
/// [`Error::Unreadable`].
pub fn sha256(path: &Path) -> Result<String> {
    let mut file = File::open(path).map_err(|e| Error::reading(path, e))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hex(&hash.finalize())),
            Ok(read) => hash.update(&buffer[..read]),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(Error::reading(path, e)),
        }
    }
}

/// Checks size, then sha256; an empty `sha256` accepts any content of that size.
///
/// # Errors
/// [`Error::Unexpected`] when they differ, [`Error::Unreadable`].
pub fn verify(path: &Path, expected: &str, bytes: u64) -> Result<()> {
    let found = path.metadata().map_err(|e| Error::reading(path, e))?.len();
    if found != bytes {
        return Err(unexpected(path, format!("{bytes} bytes"), format!("{found} bytes")));
    }
    if expected.is_empty() {
        return Ok(());
    }
    let found = sha256(path)?;
    if found == expected {
        return Ok(());
    }
    Err(unexpected(path, format!("sha256 {expected}"), format!("sha256 {found}")))
}

fn unexpected(path: &Path, expected: String, found: String) -> Error {
    let file = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Error::Unexpected { file, expected, found }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one_for_abc() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        std::fs::write(&path, "abc").unwrap();
        // FIPS 180-2, appendix B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(&path).unwrap(), expected);
        verify(&path, expected, 3).unwrap();
    }

    #[test]
    fn another_size_or_content_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abd");
        std::fs::write(&path, "abd").unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(matches!(verify(&path, expected, 3), Err(Error::Unexpected { .. })));
        assert!(matches!(verify(&path, "", 4), Err(Error::Unexpected { .. })));
        verify(&path, "", 3).unwrap();
    }
}
