//! Files of a project are brought to what versions hold, all of them or none.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use son1k_domain::id::VersionId;
use son1k_domain::merge::Conflict;
use son1k_history::{ContentId, StoredFile};

use super::listing::{Listing, Look, named, path_of};
use super::place::{Moving, Place};
use super::{Here, History, lock, to_engine, unwatched};
use crate::{Error, Result};

/// What came of a merge.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    pub conflicts: Vec<Conflict>,
    /// Names of files that both branches changed; theirs are under these.
    pub kept_beside: Vec<String>,
}

/// What is to become of the files of a project.
pub(super) struct Plan {
    /// The version that holds the project as it is.
    pub from: VersionId,
    /// The version that files come from.
    pub source: VersionId,
    /// Files that come, with their sizes.
    pub come: BTreeMap<PathBuf, u64>,
    /// Files that come under another name, the name they have in the source first.
    pub beside: Vec<(PathBuf, PathBuf, u64)>,
    /// Files that go; the version of `from` holds them.
    pub go: BTreeSet<PathBuf>,
}

impl Plan {
    pub(super) fn new(from: &VersionId, source: &VersionId) -> Self {
        Self {
            from: from.clone(),
            source: source.clone(),
            come: BTreeMap::new(),
            beside: Vec::new(),
            go: BTreeSet::new(),
        }
    }

    pub(super) fn moving(&self, place: &Place, to: &VersionId, branch: &str) -> Moving {
        let come = self.come.iter().map(|(path, bytes)| (named(path), *bytes));
        let beside = self.beside.iter().map(|(_, target, bytes)| (named(target), *bytes));
        Moving {
            from: self.from.clone(),
            to: to.clone(),
            branch: branch.to_owned(),
            state: place.state.clone(),
            writes: come.chain(beside).collect(),
            removes: self.go.iter().map(|path| named(path)).collect(),
        }
    }

    /// Returns the names of all files that come, change or go.
    pub(super) fn touched(&self) -> Vec<String> {
        let beside = self.beside.iter().map(|(_, target, _)| target);
        self.come.keys().chain(beside).chain(&self.go).map(|path| named(path)).collect()
    }
}

/// The files of a version by path.
pub(super) type Stored = BTreeMap<PathBuf, (ContentId, u64)>;

impl History {
    pub(super) fn stored(&self, version: &VersionId) -> Result<Stored> {
        let files = self.vault()?.files(&to_engine(version))?;
        Ok(files.into_iter().map(|StoredFile { path, size, content }| (path, (content, size))).collect())
    }

    /// Carries a plan out: files come, then `between` changes the document, then files go. Where it fails, everything is
    /// as it was. Whoever calls this has the turn, and writes the place after it.
    pub(super) fn carry_out(
        &self,
        here: &Here,
        place: &mut Place,
        plan: &Plan,
        (to, branch): (&VersionId, &str),
        between: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        let moving = plan.moving(place, to, branch);
        place.moving = Some(moving.clone());
        place.write(&here.folder)?;
        let done = self.bring(here, plan).and_then(|()| between());
        place.moving = None;
        if let Err(error) = done {
            if let Err(also) = self.take_back(here, &moving) {
                // The note in the place stays, so that the next one who looks tries again.
                tracing::error!(%also, "a change of files could not be taken back yet");
                return Err(error);
            }
            place.write(&here.folder)?;
            return Err(error);
        }
        self.remove_held(here, &moving)?;
        *lock(&self.left) = Some((here.folder.clone(), Listing::of(here)));
        Ok(())
    }

    fn bring(&self, here: &Here, plan: &Plan) -> Result<()> {
        let vault = self.vault()?;
        if !plan.come.is_empty() {
            let only: Vec<PathBuf> = plan.come.keys().cloned().collect();
            let source = to_engine(&plan.source);
            unwatched(|progress| vault.restore(&source, &here.folder, Some(&only), progress))?;
        }
        for (path, target, _) in &plan.beside {
            self.copy_out(&plan.source, path, &here.folder.join(target))?;
        }
        Ok(())
    }

    /// Writes a file of a version somewhere, whole or not at all.
    pub(super) fn copy_out(&self, version: &VersionId, path: &Path, target: &Path) -> Result<()> {
        let vault = self.vault()?;
        let mut stream = vault.stream(&to_engine(version), path)?;
        let failed = |error| Error::writing(target, error);
        let folder = target.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder).map_err(failed)?;
        std::io::copy(&mut stream, &mut file).map_err(failed)?;
        file.flush().and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        file.persist(target).map_err(|error| Error::writing(target, error.error))?;
        Ok(())
    }

    /// Undoes what a change did to files so far. A file that is not as the change leaves it is somebody else's work.
    pub(super) fn take_back(&self, here: &Here, moving: &Moving) -> Result<()> {
        let before = self.stored(&moving.from)?;
        let mut back: Vec<PathBuf> = Vec::new();
        for (name, bytes) in &moving.writes {
            let Some(path) = path_of(name) else { continue };
            let target = here.folder.join(&path);
            let written = Look::at(&target).is_some_and(|look| look.bytes == *bytes);
            if before.contains_key(&path) {
                if written || !target.exists() {
                    back.push(path);
                }
            } else if written {
                remove(&here.folder, &target)?;
            }
        }
        let gone = moving.removes.iter().filter_map(|name| path_of(name));
        back.extend(gone.filter(|path| before.contains_key(path) && !here.folder.join(path).exists()));
        if !back.is_empty() {
            let vault = self.vault()?;
            let from = to_engine(&moving.from);
            unwatched(|progress| vault.restore(&from, &here.folder, Some(&back), progress))?;
        }
        Ok(())
    }

    /// Removes files that a version holds; one that changed since stays.
    pub(super) fn remove_held(&self, here: &Here, moving: &Moving) -> Result<()> {
        if moving.removes.is_empty() {
            return Ok(());
        }
        let held = self.stored(&moving.from)?;
        for path in moving.removes.iter().filter_map(|name| path_of(name)) {
            let target = here.folder.join(&path);
            let same =
                Look::at(&target).zip(held.get(&path)).is_some_and(|(look, (_, size))| look.bytes == *size);
            if same && let Err(error) = remove(&here.folder, &target) {
                // It stays as a file too many; nothing is lost.
                tracing::warn!(%error, "a file of another version stays");
            }
        }
        Ok(())
    }
}

/// Removes a file and the folders that are empty without it.
fn remove(folder: &Path, target: &Path) -> Result<()> {
    match std::fs::remove_file(target) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Error::writing(target, error));
        }
        _ => {}
    }
    let above = target.ancestors().skip(1).take_while(|above| *above != folder);
    for above in above {
        if std::fs::remove_dir(above).is_err() {
            break;
        }
    }
    Ok(())
}
