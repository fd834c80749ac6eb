//! Where a project stands among its versions: in a hidden file of its own folder, so that it goes where the folder goes.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use son1k_domain::id::{ProjectId, VersionId};
use son1k_project::DOCUMENT;

use super::listing::{Listing, Look, is_own, named};
use super::moving::Moving;
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
    /// The state of the document before.
    pub state: Option<String>,
    /// The version that came in.
    pub theirs: VersionId,
    /// The version that holds the merged state; the next one that is kept, where there is none yet.
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

impl Merge {
    /// Whether it stands and no version holds it yet.
    pub(super) fn is_unkept(&self) -> bool {
        self.merged.is_none() && !self.undone
    }
}

impl Place {
    fn first(here: &Here) -> Self {
        // A folder that nobody has kept anything of is not walked through for being asked about: it may be a whole disk.
        let files = if here.document { Listing::of(here) } else { Listing::default() };
        Self {
            project: here.project.clone(),
            branch: MAIN.to_owned(),
            version: None,
            state: None,
            files,
            merge: None,
            moving: None,
        }
    }

    /// Writes the place at once. It is on disk before this returns where nobody could work it out again: the name of a
    /// folder without a document.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        self.put(folder, self.state.is_none())
    }

    /// Writes the place at once; it is on disk before this returns. So a change of files begins and ends.
    pub(super) fn write_lasting(&self, folder: &Path) -> Result<()> {
        self.put(folder, true)
    }

    /// Writes a place that was worked out; without it that is done again the next time.
    fn write_if_possible(&self, folder: &Path) {
        if let Err(error) = self.write(folder) {
            tracing::warn!(%error, "the place of a project could not be kept");
        }
    }

    fn put(&self, folder: &Path, lasting: bool) -> Result<()> {
        let folder = folder.join(FOLDER);
        let failed = |error| Error::writing(&folder, error);
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let bytes = serde_json::to_vec(self).map_err(|error| Error::Internal(error.to_string()))?;
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

pub(super) fn read(folder: &Path) -> Option<Place> {
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

/// Returns the id that a folder without a document says it has.
pub(super) fn bare_id(folder: &Path) -> Option<ProjectId> {
    read(folder).map(|place| place.project)
}

impl History {
    /// Returns where the project stands; a change that was not finished is finished or taken back first. Whoever calls
    /// this has the turn.
    ///
    /// # Errors
    /// [`Trouble::OpenElsewhere`](super::Trouble::OpenElsewhere) while another program changes the project, and why the
    /// store cannot be read.
    pub(super) fn place(&self, here: &Here) -> Result<Place> {
        if let Some(mut place) = self.noted(here) {
            if place.moving.is_some() {
                let _alone = self.alone(here)?;
                // Whoever was at it may have ended it meanwhile.
                place = self.noted(here).unwrap_or(place);
                self.recover(here, &mut place)?;
            }
            if self.is_known(&place)? {
                return Ok(place);
            }
        }
        self.work_out(here)
    }

    /// Returns where the project stands as far as its folder tells, without the store.
    pub(super) fn noted(&self, here: &Here) -> Option<Place> {
        read(&here.folder).filter(|place| place.project == here.project)
    }

    /// Returns whether the store has the version that the project comes from. A folder that came from another machine
    /// may name one that is only there.
    pub(super) fn is_known(&self, place: &Place) -> Result<bool> {
        let Some(version) = &place.version else { return Ok(true) };
        let is_it = |known: &son1k_domain::history::Version| known.id == *version;
        Ok(self.folder().exists() && self.versions(&place.project)?.iter().any(is_it))
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
        let latest = versions.iter().rev().take(LOOKED_AT).filter(|version| {
            let known = self.document(here, &version.id);
            state.is_some() && known.is_ok_and(|known| Some(known.version().to_string()) == state)
        });
        let alike: Vec<_> = latest.collect();
        // Where a branch begins, both lines have the same.
        let same = alike.iter().copied().find(|version| version.branch == MAIN).or(alike.first().copied());
        let tip = || versions.iter().rev().find(|version| version.branch == MAIN).or(versions.last());
        let Some(version) = same.or_else(tip) else {
            // A folder of files that nobody has kept anything of stays as it is.
            if here.document {
                place.write_if_possible(&here.folder);
            }
            return Ok(place);
        };
        let stored = self.vault()?.files(&to_engine(&version.id))?;
        let sizes: BTreeMap<String, u64> = stored.iter().map(|file| (named(&file.path), file.size)).collect();
        let alike = |path: &String, look: &mut Look| sizes.get(path) == Some(&look.bytes);
        place.branch.clone_from(&version.branch);
        place.version = Some(version.id.clone());
        place.state = same.and(state);
        if !here.document {
            place.files = Listing::of(here);
        }
        place.files.0.retain(alike);
        place.write_if_possible(&here.folder);
        Ok(place)
    }

    /// Returns the state of the open document; `None` for a folder without one.
    pub(super) fn state(&self, here: &Here) -> Result<Option<String>> {
        if !here.document {
            return Ok(None);
        }
        self.projects.read(|document| Ok(Some(document.version().to_string())))
    }
}

/// Returns whether a file of a version is beside the document and its assets.
pub(super) fn is_beside(here: &Here, path: &Path) -> bool {
    if here.document { !is_own(path) } else { path != Path::new(DOCUMENT) }
}
