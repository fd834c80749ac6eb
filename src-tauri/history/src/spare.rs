//! Second copies of the two small files without which nothing in a store can be read: its configuration and its keys.
//! Only in a folder: what a bucket holds is kept several times by those who keep it.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rustic_core::{FileType, Id};

use crate::disk;
use crate::error::{Error, Result, reading, writing};
use crate::folder::{is_whole, listed};
use crate::place::Place;

const SPARE: &str = "spare";

/// Copies the configuration and the keys.
pub(crate) fn keep(place: &Place) -> Result<()> {
    let Some(root) = place.folder() else { return Ok(()) };
    let (config, keys) = (FileType::Config.dirname(), FileType::Key.dirname());
    let folder = root.join(SPARE).join(keys);
    fs::create_dir_all(&folder).map_err(writing(&folder))?;
    let mut names = vec![PathBuf::from(config)];
    names.extend(names_in(&root.join(keys))?.iter().map(|name| Path::new(keys).join(name)));
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

/// Brings back keys that are damaged, all of them where no key is left, and a configuration that is gone. A key that is
/// gone while another is there was removed with `restic`, by somebody who no longer wanted it to open the store.
pub(crate) fn mend(place: &Place) -> Result<()> {
    let Some(root) = place.folder() else { return Ok(()) };
    let spare = root.join(SPARE);
    let keys = root.join(FileType::Key.dirname());
    let is_locked_out = !names_in(&keys)?.iter().any(|name| is_whole_key(&keys.join(name)));
    for name in names_in(&spare.join(FileType::Key.dirname()))? {
        let (copy, path) = (spare.join(FileType::Key.dirname()).join(&name), keys.join(&name));
        let is_wanted = if path.exists() { !is_whole_key(&path) } else { is_locked_out };
        if is_wanted && is_whole_key(&copy) {
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

/// Returns whether a key is what its name says.
fn is_whole_key(path: &Path) -> bool {
    let id = path.file_name().and_then(|name| name.to_str()?.parse::<Id>().ok());
    let content = fs::read(path);
    id.zip(content.ok()).is_some_and(|(id, content)| is_whole(FileType::Key, &id, &content))
}

/// Returns the names of the finished files in a folder; none when it is not there.
fn names_in(folder: &Path) -> Result<Vec<OsString>> {
    let names = listed(folder)?.into_iter().map(|entry| entry.file_name());
    Ok(names.filter(|name| !disk::is_temporary(Path::new(name))).collect())
}
