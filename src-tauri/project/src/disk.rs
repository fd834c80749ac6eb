//! Writing files so that a crash leaves the old content or the new, never a mixture.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Error, Result};

/// Names a file beside `path` that no other thread or process of this machine uses.
pub(crate) fn temporary(path: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let count = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}-{count}.tmp", std::process::id()))
}

/// Writes `bytes` to `path` in one step, on disk before it returns.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let temp = temporary(path);
    let written = write_synced(&temp, bytes).and_then(|()| settle(&temp, path));
    if written.is_err() {
        let _ = fs::remove_file(&temp);
    }
    written
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = File::create(path).map_err(Error::io("write", path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(Error::io("write", path))
}

/// Puts a finished temporary file in its place.
pub(crate) fn settle(temp: &Path, path: &Path) -> Result<()> {
    fs::rename(temp, path).map_err(Error::io("write", path))?;
    sync_folder(path);
    Ok(())
}

/// Keeps the content of `path` as `copy` too, without a moment in which either is missing.
pub(crate) fn keep_copy(path: &Path, copy: &Path) -> Result<()> {
    let temp = temporary(copy);
    if fs::hard_link(path, &temp).is_err() {
        // Some file systems (FAT, network shares) have no hard links.
        fs::copy(path, &temp).map_err(Error::io("copy", path))?;
    }
    let kept = settle(&temp, copy);
    // A rename between two links of one file does nothing and leaves the source (POSIX rename).
    let _ = fs::remove_file(&temp);
    kept
}

/// Makes a rename survive a power cut where the system allows folders to be synced.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(handle) = File::open(folder)
    {
        let _ = handle.sync_all();
    }
}
