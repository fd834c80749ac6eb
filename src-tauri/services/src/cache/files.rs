//! The files of the result cache.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Results that are being made.
const NEW: &str = "new";

/// What a result looks like from outside.
pub struct Look {
    pub bytes: u64,
    /// Changes when a file is added, removed, resized or written.
    pub stamp: String,
}

/// Returns the folder where results are made, beside the finished ones so that a rename suffices.
pub fn new_results(results: &Path) -> PathBuf {
    results.join(NEW)
}

/// Looks at a file, or at all files of a folder, without reading any.
pub fn look_at(result: &Path) -> io::Result<Look> {
    let mut seen = Vec::new();
    see(result, result, &mut seen)?;
    seen.sort();
    let mut hasher = blake3::Hasher::new();
    for (name, bytes, nanoseconds) in &seen {
        hasher.update(format!("{name}\n{bytes} {nanoseconds}\n").as_bytes());
    }
    let bytes = seen.iter().map(|(_, bytes, _)| bytes).sum();
    Ok(Look { bytes, stamp: hasher.finalize().to_hex().to_string() })
}

fn see(root: &Path, path: &Path, seen: &mut Vec<(String, u64, u128)>) -> io::Result<()> {
    let metadata = std::fs::symlink_metadata(path)?;
    if !metadata.is_dir() {
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
        seen.push((name, metadata.len(), nanoseconds(&metadata)));
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        see(root, &entry?.path(), seen)?;
    }
    Ok(())
}

fn nanoseconds(metadata: &Metadata) -> u128 {
    let since = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| since.as_nanos())
}

/// Removes a file or folder. What cannot be removed now is swept up later.
pub fn remove(path: &Path) {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    if let Err(error) = removed
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %path.display(), "a cached result could not be removed");
    }
}

/// Removes results that are neither in `named` nor younger than `old_ms`.
pub fn remove_unnamed(results: &Path, named: &[String], old_ms: f64) {
    let is_named =
        |path: &Path| path.file_name().is_some_and(|name| named.iter().any(|known| name == known.as_str()));
    let finished =
        children(results).into_iter().filter(|path| *path != new_results(results) && !is_named(path));
    for path in finished.chain(children(&new_results(results))) {
        let age = std::fs::symlink_metadata(&path).map(|metadata| nanoseconds(&metadata) as f64 / 1e6);
        if age.is_ok_and(|modified_ms| modified_ms < old_ms) {
            remove(&path);
        }
    }
}

fn children(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}
