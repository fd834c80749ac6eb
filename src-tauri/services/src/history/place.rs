//! Where a project stands among its versions: in a hidden file of its own folder, so that it goes where the folder goes.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use son1k_domain::id::{ProjectId, VersionId};
use son1k_project::DOCUMENT;

use super::listing::{Listing, Look, is_own, named};
use super::{Here, History, to_engine};
use crate::{Error, Result};

/// The folder for what belongs to a project and to no version.
const FOLDER: &str = ".son1k";
const FILE: &str = "place.json";
/// Held by the studio that has the project open.
const LOCK: &str = "open.lock";
/// The first branch of each project.
pub(super) const MAIN: &str = "main";
/// Documents of versions that are read to find the one a project comes from.
const LOOKED_AT: usize = 20;

/// Where a project stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    pub project: ProjectId,
    pub branch: String,
    /// The version that the project comes from.
    pub version: Option<VersionId>,
    /// The state of the document in that version.
    pub state: Option<String>,
    /// The files as they looked in that version.
    pub files: Listing,
    /// The latest merge.
    pub merge: Option<Merge>,
    /// A change of the project's files that is under way.
    pub moving: Option<Moving>,
}

/// A merge, and what it did to files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Merge {
    pub branch: String,
    /// The version before.
    pub ours: VersionId,
    /// The version that holds the merged state.
    pub merged: Option<VersionId>,
    /// Names of files of theirs that were put beside ours.
    pub kept_beside: Vec<String>,
    /// Files that came or changed, those beside ours too.
    pub files: Vec<String>,
    /// It was taken back by undo.
    pub undone: bool,
    /// A later version was kept with nothing left to decide.
    pub over: bool,
}

/// A change of files on its way. Whoever finds it unfinished takes it back or ends it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Moving {
    /// Holds everything as it was before.
    pub from: VersionId,
    /// Where the project stands when it is done.
    pub to: VersionId,
    pub branch: String,
    /// The state of the document before; once it is another, the change counts as done.
    pub state: Option<String>,
    /// The size that each file gets, by its path.
    pub writes: BTreeMap<String, u64>,
    /// Files that go.
    pub removes: Vec<String>,
}

impl Place {
    fn first(here: &Here) -> Self {
        Self {
            project: here.project.clone(),
            branch: MAIN.to_owned(),
            version: None,
            state: None,
            files: Listing::of(here),
            merge: None,
            moving: None,
        }
    }

    /// Writes the place at once. It is on disk before this returns where nobody could work it out again: the name of a
    /// folder without a document, and a change that is under way.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let folder = folder.join(FOLDER);
        let failed = |error| Error::writing(&folder, error);
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let bytes = serde_json::to_vec(self).map_err(|error| Error::Internal(error.to_string()))?;
        let lasting = self.moving.is_some() || self.state.is_none();
        let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(failed)?;
        file.write_all(&bytes).map_err(failed)?;
        if lasting {
            file.as_file().sync_all().map_err(failed)?;
        }
        file.persist(folder.join(FILE)).map_err(|error| Error::writing(&folder, error.error))?;
        if lasting && let Ok(folder) = File::open(&folder) {
            let _not_every_system_syncs_folders = folder.sync_all();
        }
        Ok(())
    }
}

fn file_of(folder: &Path) -> PathBuf {
    folder.join(FOLDER).join(FILE)
}

fn read(folder: &Path) -> Option<Place> {
    let bytes = std::fs::read(file_of(folder)).ok()?;
    let read = serde_json::from_slice(&bytes);
    read.inspect_err(|error| tracing::warn!(%error, "the place of a project could not be read")).ok()
}

/// Takes a project for oneself until the file is dropped; `None` where another program has it open. The system gives the
/// lock of a program back that dies.
pub(super) fn claim(folder: &Path) -> Result<Option<File>> {
    let path = folder.join(FOLDER).join(LOCK);
    let failed = |error| Error::writing(&path, error);
    std::fs::create_dir_all(folder.join(FOLDER)).map_err(failed)?;
    let file = File::options().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Returns the id of a folder without a document; made once and kept in it.
pub(super) fn bare_id(folder: &Path) -> Result<ProjectId> {
    if let Some(place) = read(folder) {
        return Ok(place.project);
    }
    if !folder.is_dir() {
        return Err(Error::NotFound { what: folder.display().to_string() });
    }
    let project = ProjectId(uuid::Uuid::now_v7().to_string());
    let here = Here { folder: folder.to_owned(), project: project.clone(), document: false };
    Place::first(&here).write(folder)?;
    Ok(project)
}

impl History {
    /// Returns where the project stands; a change that was not finished is finished or taken back first. Whoever calls
    /// this has the turn.
    pub(super) fn place(&self, here: &Here) -> Result<Place> {
        let known = read(&here.folder).filter(|place| place.project == here.project);
        let mut place = match known {
            Some(place) => place,
            None => self.work_out(here)?,
        };
        if let Some(moving) = place.moving.take() {
            self.recover(here, &mut place, &moving)?;
        }
        Ok(place)
    }

    /// Returns where the project stands as far as its folder tells, without the store.
    pub(super) fn noted(&self, here: &Here) -> Option<Place> {
        read(&here.folder).filter(|place| place.project == here.project)
    }

    /// Finds the version that a project comes from whose folder does not tell.
    fn work_out(&self, here: &Here) -> Result<Place> {
        let mut place = Place::first(here);
        // Where nothing was ever kept, the store is not made for a look.
        if !self.folder().exists() {
            return Ok(place);
        }
        let versions = self.versions(&here.project)?;
        let state = self.state(here)?;
        let same = versions.iter().rev().take(LOOKED_AT).find(|version| {
            let known = self.document(here, &version.id);
            state.is_some() && known.is_ok_and(|known| Some(known.version().to_string()) == state)
        });
        let tip = || versions.iter().rev().find(|version| version.branch == MAIN).or(versions.last());
        if let Some(version) = same.or_else(tip) {
            let vault = self.vault()?;
            place.branch = if version.branch.is_empty() { MAIN.into() } else { version.branch.clone() };
            place.version = Some(version.id.clone());
            place.state = same.and(state);
            let stored = vault.files(&to_engine(&version.id))?;
            let sizes: BTreeMap<String, u64> =
                stored.iter().map(|file| (named(&file.path), file.size)).collect();
            let alike = |path: &String, look: &mut Look| sizes.get(path) == Some(&look.bytes);
            place.files.0.retain(alike);
        }
        // Without it the place is worked out again the next time.
        if let Err(error) = place.write(&here.folder) {
            tracing::warn!(%error, "the place of a project could not be kept");
        }
        Ok(place)
    }

    /// Returns the state of the open document; `None` for a folder without one.
    pub(super) fn state(&self, here: &Here) -> Result<Option<String>> {
        if !here.document {
            return Ok(None);
        }
        self.projects.read(|document| Ok(Some(document.version().to_string())))
    }

    /// Ends a change of files that a crash cut short: forward where the document has changed already, else back.
    fn recover(&self, here: &Here, place: &mut Place, moving: &Moving) -> Result<()> {
        let done = moving.state.is_some() && self.state(here)? != moving.state;
        tracing::warn!(done, folder = %here.folder.display(), "a change of the project was cut short");
        if done {
            self.remove_held(here, moving)?;
            place.branch.clone_from(&moving.branch);
            place.version = Some(moving.to.clone());
            place.state = self.state_in(here, &moving.to);
        } else {
            self.take_back(here, moving)?;
        }
        place.merge = None;
        place.files = Listing::of(here);
        place.write(&here.folder)
    }

    fn state_in(&self, here: &Here, version: &VersionId) -> Option<String> {
        self.document(here, version).ok().map(|document| document.version().to_string())
    }
}

/// Returns whether a file of a version is beside the document and its assets.
pub(super) fn is_beside(here: &Here, path: &Path) -> bool {
    if here.document { !is_own(path) } else { path != Path::new(DOCUMENT) }
}
