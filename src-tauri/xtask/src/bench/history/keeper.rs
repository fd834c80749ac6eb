//! Programs that keep versions: what each is asked, and how long it takes.

mod borg;
mod git;
mod restic;
mod studio;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use borg::Borg;
pub use git::Git;
pub use restic::Restic;
pub use studio::Studio;

use crate::bench::timed;
use crate::error::{Error, Result};

/// A program that keeps versions of the project. Versions are counted from 0.
pub trait Keeper {
    fn name(&self) -> &'static str;
    /// Keeps the project as it is.
    fn keep(&mut self, number: usize) -> Result<Duration>;
    /// Takes in what changed before there is a version of it, where the program can.
    fn take_in(&mut self) -> Result<Option<Duration>> {
        Ok(None)
    }
    /// Lists all versions; called before anything below.
    fn list(&mut self) -> Result<Duration>;
    /// Says what differs between two versions.
    fn compare(&mut self, one: usize, other: usize) -> Result<Duration>;
    /// Brings a version into a folder, which may hold another one.
    fn restore(&mut self, number: usize, folder: &Path) -> Result<Duration>;
    /// Returns where the project is in a folder it was restored to.
    fn root(&self, folder: &Path) -> PathBuf {
        folder.into()
    }
    /// Returns the folder of what is stored.
    fn store(&self) -> &Path;
}

fn of(ids: &[String], number: usize) -> Result<&str> {
    ids.get(number).map(String::as_str).ok_or_else(|| Error::new(format!("there is no version {number}"), ""))
}

/// Returns the bytes of all files below a folder.
pub fn size(folder: &Path) -> std::io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let found = entry.metadata()?;
        sum += if found.is_dir() { size(&entry.path())? } else { found.len() };
    }
    Ok(sum)
}

/// Returns the first file of a folder that is not the same in another, by its path.
pub fn difference(folder: &Path, other: &Path) -> std::io::Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let twin = other.join(name);
        let found = match path.is_dir() {
            true => difference(&path, &twin)?,
            false => (fs::read(&path)? != fs::read(twin).unwrap_or_default()).then_some(path),
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
