//! Where a copy is: what a musician chose, made fit for the engine.

use std::fs;
use std::path::{Path, PathBuf};

use son1k_domain::history::{CopyPlace, StoreCopy};
use son1k_history::{Bucket, Place};

use super::Trouble;
use crate::{Error, Result};

/// The folder that a copy gets where other things are already.
const OWN: &str = "Son1k Studio";
/// The file that every store has.
const CONFIG: &str = "config";

/// Returns the place as the engine wants it.
pub(super) fn of_engine(place: &CopyPlace, secret: Option<&str>) -> Place {
    match place {
        CopyPlace::Folder { path } => Place::Folder(path.into()),
        CopyPlace::S3 { endpoint, region, bucket, prefix, access_key } => {
            Place::S3(Bucket::new(endpoint, region, bucket, prefix, access_key, secret.unwrap_or_default()))
        }
    }
}

/// Returns what a place is called in a message.
pub(super) fn name(place: &CopyPlace) -> String {
    match place {
        CopyPlace::Folder { path } => path.clone(),
        CopyPlace::S3 { bucket, prefix, .. } if prefix.trim_matches('/').is_empty() => bucket.clone(),
        CopyPlace::S3 { bucket, prefix, .. } => format!("{bucket}/{}", prefix.trim_matches('/')),
    }
}

/// Makes the place of a new copy fit for use: its folder is there and holds nothing else.
///
/// # Errors
/// [`Trouble::NotThere`], [`Trouble::Inside`], [`Error::Unwritable`], [`Error::InvalidField`].
pub(super) fn for_new(place: CopyPlace, store: &Path) -> Result<CopyPlace> {
    let path = match place {
        CopyPlace::Folder { path } => PathBuf::from(path),
        bucket => return checked_bucket(bucket),
    };
    let parent = path.parent().filter(|_| path.is_absolute());
    if !path.is_dir() && !parent.is_some_and(Path::is_dir) {
        return Err(Trouble::NotThere(path.display().to_string()).into());
    }
    let path = own_folder(&path)?;
    let made = !path.exists();
    fs::create_dir_all(&path).map_err(|error| Error::writing(&path, error))?;
    let real = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let (there, store) = (real(&path), real(store));
    if there.starts_with(&store) || store.starts_with(&there) {
        if made {
            let _stays_empty = fs::remove_dir(&path);
        }
        return Err(Trouble::Inside(path.display().to_string()).into());
    }
    Ok(CopyPlace::Folder { path: path.display().to_string() })
}

/// Returns the place of a copy that is there, as a musician would point to it.
///
/// # Errors
/// [`Trouble::NotThere`], [`Error::InvalidField`].
pub(super) fn for_old(place: CopyPlace) -> Result<CopyPlace> {
    let path = match place {
        CopyPlace::Folder { path } => PathBuf::from(path),
        bucket => return checked_bucket(bucket),
    };
    if !path.is_dir() {
        return Err(Trouble::NotThere(path.display().to_string()).into());
    }
    let inner = path.join(OWN);
    let path = if !is_store(&path) && is_store(&inner) { inner } else { path };
    Ok(CopyPlace::Folder { path: path.display().to_string() })
}

/// Fails when the place of a copy is away: what would be written there then would be written onto another disk.
///
/// # Errors
/// [`Trouble::NotThere`].
pub(super) fn ensure_there(copy: &StoreCopy) -> Result<()> {
    match &copy.place {
        CopyPlace::Folder { path } if !is_there(Path::new(path), copy.synced_ms.is_some()) => {
            Err(Trouble::NotThere(path.clone()).into())
        }
        _ => Ok(()),
    }
}

/// An external disk that is not plugged in may leave an empty folder where it is usually found.
fn is_there(path: &Path, filled: bool) -> bool {
    if filled { is_store(path) } else { path.is_dir() }
}

fn is_store(path: &Path) -> bool {
    path.join(CONFIG).is_file()
}

/// Returns the folder itself where it is free or holds a copy, one inside it where other things are.
fn own_folder(path: &Path) -> Result<PathBuf> {
    if !path.is_dir() || is_store(path) {
        return Ok(path.to_owned());
    }
    let mut entries = fs::read_dir(path)
        .map_err(|source| Error::Unreadable { path: path.display().to_string(), source })?;
    Ok(if entries.next().is_none() { path.to_owned() } else { path.join(OWN) })
}

fn checked_bucket(place: CopyPlace) -> Result<CopyPlace> {
    let CopyPlace::S3 { endpoint, region, bucket, prefix, access_key } = place else { return Ok(place) };
    let [endpoint, region, bucket, prefix, access_key] =
        [endpoint, region, bucket, prefix, access_key].map(|text| text.trim().to_owned());
    for (field, value) in [("bucket", &bucket), ("access_key", &access_key)] {
        if value.is_empty() {
            return Err(Error::InvalidField { field: field.into(), value: String::new() });
        }
    }
    let prefix = prefix.trim_matches('/').to_owned();
    Ok(CopyPlace::S3 { endpoint, region, bucket, prefix, access_key })
}
