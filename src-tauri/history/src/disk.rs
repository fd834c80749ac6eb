//! Writing files so that a crash leaves the old content or the new, never a mixture.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Result, writing};

/// How the name of a file ends that is not finished.
const UNFINISHED: &str = ".tmp";

/// Names a file beside `path` that no other thread or process of this machine uses.
pub(crate) fn temporary(path: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let count = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}-{count}{UNFINISHED}", std::process::id()))
}

/// Returns whether a file is one that a crash left unfinished.
pub(crate) fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') && name.ends_with(UNFINISHED)
}

/// Puts a written temporary file in its place, on disk before it returns.
pub(crate) fn finish(file: &File, temporary: &Path, path: &Path) -> Result<()> {
    sync(file, temporary, path)?;
    publish(temporary, path)
}

/// Makes a temporary file survive a power cut; it goes away where that fails.
pub(crate) fn sync(file: &File, temporary: &Path, path: &Path) -> Result<()> {
    file.sync_all().map_err(writing(path)).inspect_err(|_| forget(temporary))
}

/// Puts a synced temporary file in its place, on disk before it returns.
pub(crate) fn publish(temporary: &Path, path: &Path) -> Result<()> {
    fs::rename(temporary, path).map_err(writing(path)).inspect_err(|_| forget(temporary))?;
    if let Some(folder) = path.parent() {
        sync_folder(folder);
    }
    Ok(())
}

/// Removes a temporary file that nobody wants any more.
pub(crate) fn forget(temporary: &Path) {
    let _gone = fs::remove_file(temporary);
}

/// Writes a temporary file, part after part; it goes away where that fails.
pub(crate) fn fill<'a>(
    temporary: &Path,
    path: &Path,
    parts: impl IntoIterator<Item = &'a [u8]>,
) -> Result<File> {
    let written = File::create(temporary).and_then(|mut file| {
        parts.into_iter().try_for_each(|part| file.write_all(part))?;
        Ok(file)
    });
    written.map_err(writing(path)).inspect_err(|_| forget(temporary))
}

/// Writes `content` to `path` in one step, on disk before it returns.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<()> {
    let temporary = temporary(path);
    finish(&fill(&temporary, path, [content])?, &temporary, path)
}

/// Makes a rename survive a power cut where the system allows folders to be synced.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(handle) = File::open(folder) {
        let _not_everywhere = handle.sync_all();
    }
}
