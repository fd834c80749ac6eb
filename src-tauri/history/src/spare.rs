//! Second copies of the two small files without which nothing in a store can be read: its configuration and its keys.
//! Only in a folder: what a bucket holds is kept several times by those who keep it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rustic_core::{FileType, Id};

use crate::disk;
use crate::error::{Error, Result, reading, writing};
use crate::folder::is_whole;
use crate::place::Place;

const SPARE: &str = "spare";

/// Copies the configuration and the keys.
pub(crate) fn keep(place: &Place) -> Result<()> {
    let Some(root) = place.folder() else { return Ok(()) };
    let (config, keys) = (FileType::Config.dirname(), FileType::Key.dirname());
    let folder = root.join(SPARE).join(keys);
    fs::create_dir_all(&folder).map_err(writing(&folder))?;
    let mut names = vec![PathBuf::from(config)];
    names.extend(files_of(&root.join(keys))?.iter().map(|name| Path::new(keys).join(name)));
    for name in names {
        let path = root.join(&name);
        let content = fs::read(&path).map_err(reading(&path))?;
        disk::write(&root.join(SPARE).join(name), &content)?;
    }
    Ok(())
}

/// Removes the copies of a store that was never finished.
pub(crate) fn forget(place: &Place) -> Result<()> {
    let Some(root) = place.folder() else { return Ok(()) };
    let folder = root.join(SPARE);
    match fs::remove_dir_all(&folder) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(writing(&folder)(cause)),
        _ => Ok(()),
    }
}

/// Brings back keys that are damaged or gone, and a configuration that is gone.
pub(crate) fn mend(place: &Place) -> Result<()> {
    let Some(root) = place.folder() else { return Ok(()) };
    let spare = root.join(SPARE);
    let keys = FileType::Key.dirname();
    for name in files_of(&spare.join(keys))? {
        let (copy, path) = (spare.join(keys).join(&name), root.join(keys).join(&name));
        let Ok(id) = name.to_string_lossy().parse::<Id>() else { continue };
        let whole = |path: &Path| fs::read(path).is_ok_and(|content| is_whole(FileType::Key, &id, &content));
        if !whole(&path) && whole(&copy) {
            bring_back(&copy, &path)?;
        }
    }
    let config = FileType::Config.dirname();
    if !root.join(config).exists() && spare.join(config).exists() {
        bring_back(&spare.join(config), &root.join(config))?;
    }
    Ok(())
}

/// Brings back a configuration that the key does not open.
pub(crate) fn mend_config(place: &Place) -> Result<()> {
    let damaged = || Error::Damaged(place.file(FileType::Config, &Id::default()));
    let root = place.folder().ok_or_else(damaged)?;
    let path = root.join(FileType::Config.dirname());
    let copy = root.join(SPARE).join(FileType::Config.dirname());
    if copy.exists() { bring_back(&copy, &path) } else { Err(damaged()) }
}

fn bring_back(copy: &Path, path: &Path) -> Result<()> {
    tracing::warn!(file = %path.display(), "a damaged file of the store is replaced by its second copy");
    disk::write(path, &fs::read(copy).map_err(reading(copy))?)
}

/// Returns the names of the files in a folder; none when it is not there.
fn files_of(folder: &Path) -> Result<Vec<std::ffi::OsString>> {
    match fs::read_dir(folder) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(cause) => Err(reading(folder)(cause)),
        Ok(entries) => {
            let entries: Vec<_> = entries.collect::<std::io::Result<_>>().map_err(reading(folder))?;
            let files = entries.iter().map(fs::DirEntry::path).filter(|path| !disk::is_temporary(path));
            Ok(files.filter_map(|path| path.file_name().map(Into::into)).collect())
        }
    }
}
