//! Two versions are compared: their songs in words, their files by content.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use son1k_domain::comparison::Comparison;
use son1k_domain::history::{FileChange, VersionComparison};
use son1k_domain::id::VersionId;
use son1k_domain::setting::Language;

use super::changing::Stored;
use super::listing::{Listing, named};
use super::place::is_beside;
use super::{Here, History, to_engine, words};
use crate::{Error, Result};

/// Read at once of two files that are compared.
const BLOCK: usize = 1 << 16;

impl History {
    /// Returns what differs between two versions, or a version and the project as it is.
    ///
    /// # Errors
    /// [`Trouble::NoVersion`](super::Trouble::NoVersion), [`Trouble::Damaged`](super::Trouble::Damaged).
    pub fn compare_versions(
        &self,
        before: &VersionId,
        after: Option<&VersionId>,
    ) -> Result<VersionComparison> {
        let here = self.here()?;
        if after.is_none() {
            self.settled_place(&here)?;
        }
        self.compare(&here, before, after)
    }

    pub(super) fn compare(
        &self,
        here: &Here,
        before: &VersionId,
        after: Option<&VersionId>,
    ) -> Result<VersionComparison> {
        let files = match after {
            Some(after) => between(here, &self.stored(before)?, &self.stored(after)?),
            None => self.changed_files(here, before)?,
        };
        let comparison = self.compare_songs(here, before, after)?;
        Ok(VersionComparison { before: before.clone(), after: after.cloned(), comparison, files })
    }

    fn compare_songs(
        &self,
        here: &Here,
        before: &VersionId,
        after: Option<&VersionId>,
    ) -> Result<Comparison> {
        if !here.document {
            return Ok(Comparison { changes: Vec::new(), lyrics: Vec::new() });
        }
        let old = self.document(here, before)?;
        match after {
            Some(after) => Ok(old.compare(&*self.document(here, after)?)),
            None => self.projects.read(|document| Ok(old.compare(document))),
        }
    }

    /// Returns which files of the folder are not as a version has them.
    fn changed_files(&self, here: &Here, before: &VersionId) -> Result<Vec<FileChange>> {
        let (stored, now) = (self.stored(before)?, Listing::of(here));
        let place = self.noted(here);
        // A file that looks as it did in the version that the project comes from has the content it has there.
        let head = place.as_ref().and_then(|place| place.version.as_ref());
        let of_head = head.map(|head| self.stored(head)).transpose()?.unwrap_or_default();
        let untouched =
            |name: &String| place.as_ref().is_some_and(|place| place.files.0.get(name) == now.0.get(name));
        let held: BTreeSet<String> =
            stored.keys().filter(|path| is_beside(here, path)).map(|path| named(path)).collect();
        let mut found = Vec::new();
        for name in held.iter().chain(now.0.keys()).collect::<BTreeSet<_>>() {
            let path = PathBuf::from(name);
            let (was, is) = (stored.get(&path), now.0.get(name));
            let same = match (was, is) {
                (Some((content, size)), Some(look)) if *size == look.bytes => {
                    let known = of_head.get(&path).filter(|_| untouched(name)).map(|(content, _)| content);
                    match known {
                        Some(known) => known == content,
                        None => self.holds(&here.folder.join(&path), before, &path)?,
                    }
                }
                _ => false,
            };
            if !same {
                let (before, after) = (was.map(|(_, size)| *size as f64), is.map(|look| look.bytes as f64));
                found.push(FileChange { path: name.clone(), before, after });
            }
        }
        Ok(found)
    }

    /// Returns whether a file is, byte for byte, one of a version.
    ///
    /// # Errors
    /// [`Error::Unreadable`] for the file; what can go wrong with the version.
    pub(super) fn holds(&self, target: &Path, version: &VersionId, path: &Path) -> Result<bool> {
        let failed = |source| Error::Unreadable { path: target.display().to_string(), source };
        let of_store = |error: std::io::Error| match error.downcast::<son1k_history::Error>() {
            Ok(error) => error.into(),
            Err(error) => failed(error),
        };
        let mut stored = self.vault()?.stream(&to_engine(version), path)?;
        let mut file = BufReader::with_capacity(BLOCK, File::open(target).map_err(failed)?);
        let (mut one, mut other) = (vec![0; BLOCK], vec![0; BLOCK]);
        loop {
            let read = stored.read(&mut one).map_err(of_store)?;
            if read == 0 {
                return Ok(file.read(&mut other).map_err(failed)? == 0);
            }
            let (Some(one), Some(other)) = (one.get(..read), other.get_mut(..read)) else { return Ok(false) };
            if file.read_exact(other).is_err() || one != other {
                return Ok(false);
            }
        }
    }

    /// Returns the files of a version beside the song.
    ///
    /// # Errors
    /// As [`Self::compare_versions`].
    pub fn files(&self, version: &VersionId) -> Result<Vec<FileChange>> {
        let here = self.here()?;
        Ok(between(&here, &Stored::new(), &self.stored(version)?))
    }

    /// Returns in a few words what changed since the version that the project comes from; empty where nothing did.
    ///
    /// # Errors
    /// As [`Self::compare_versions`].
    pub fn suggest(&self, language: Language) -> Result<String> {
        let here = self.here()?;
        let Some(head) = self.settled_place(&here)?.version else {
            return Ok(words::first(language).to_owned());
        };
        let compared = self.compare(&here, &head, None)?;
        let score = if here.document { self.projects.get()?.arrangement } else { None };
        Ok(words::summary(&compared, score.as_ref(), language))
    }
}

/// Returns the files that differ, without those that are the studio's own.
fn between(here: &Here, before: &Stored, after: &Stored) -> Vec<FileChange> {
    let paths: BTreeSet<&PathBuf> =
        before.keys().chain(after.keys()).filter(|path| is_beside(here, path)).collect();
    let change = |path: &PathBuf| {
        let (was, is) = (before.get(path), after.get(path));
        let size = |held: Option<&(_, u64)>| held.map(|(_, size)| *size as f64);
        let same = was.map(|(content, _)| content) == is.map(|(content, _)| content);
        (!same).then(|| FileChange { path: named(path), before: size(was), after: size(is) })
    };
    paths.into_iter().filter_map(change).collect()
}
