//! Files of a project are brought to what versions hold, all of them or none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use son1k_domain::id::VersionId;
use son1k_domain::merge::Conflict;
use son1k_history::{ContentId, StoredFile};
use son1k_project::Document;

use super::listing::named;
use super::moving::{Goal, Moving, Write, unfinished};
use super::place::Place;
use super::{Here, History, to_engine, unwatched};
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
    /// The state of the document now, where it is not that of the version that the project comes from.
    pub state: Option<String>,
}

impl Plan {
    pub(super) fn new(from: &VersionId, source: &VersionId) -> Self {
        Self {
            from: from.clone(),
            source: source.clone(),
            come: BTreeMap::new(),
            beside: Vec::new(),
            go: BTreeSet::new(),
            state: None,
        }
    }

    /// Writes down where the plan leads from a place.
    pub(super) fn moving(&self, place: &Place, to: Goal) -> Moving {
        let write = |of: &Path, bytes: u64| Write { bytes, of: named(of) };
        let come = self.come.iter().map(|(path, bytes)| (named(path), write(path, *bytes)));
        let beside = self.beside.iter().map(|(of, target, bytes)| (named(target), write(of, *bytes)));
        Moving {
            from: self.from.clone(),
            source: self.source.clone(),
            to,
            state: self.state.clone().or_else(|| place.state.clone()),
            writes: come.chain(beside).collect(),
            removes: self.go.iter().map(|path| named(path)).collect(),
            done: None,
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

    /// Carries a plan out: files come, then `between` changes the document and returns its state, then files go, and the
    /// place says so. Where it fails, everything is as it was, or the note in the place says what is still to be taken
    /// back. Whoever calls this has the turn.
    pub(super) fn carry_out(
        &self,
        here: &Here,
        place: &mut Place,
        plan: &Plan,
        to: Goal,
        between: impl FnOnce() -> Result<Option<String>>,
    ) -> Result<()> {
        // Read before anything is touched: once the document has changed, nothing is to fail.
        let held = if plan.go.is_empty() { Stored::new() } else { self.stored(&plan.from)? };
        let moving = plan.moving(place, to);
        place.moving = Some(moving.clone());
        place.write_lasting(&here.folder)?;
        match self.bring(here, plan).and_then(|()| between()) {
            Ok(state) => {
                self.remove_held(here, place, &moving, &held);
                self.end(here, place, &moving, state.as_deref())
            }
            Err(error) => {
                self.give_up(here, place, &moving);
                Err(error)
            }
        }
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
        // Always the same name, so that nothing is left over.
        let temporary = unfinished(target);
        let copied = File::create(&temporary).and_then(|mut file| {
            std::io::copy(&mut stream, &mut file)?;
            file.sync_all()?;
            std::fs::rename(&temporary, target)
        });
        copied.map_err(|error| {
            let _gone = std::fs::remove_file(&temporary);
            Error::writing(target, error)
        })
    }
}

/// Changes the open document and writes it. Where it cannot be written, the change is taken back: what is on disk must be
/// what is in the window.
pub(super) fn saved<T>(open: &mut Document, change: impl FnOnce(&mut Document) -> Result<T>) -> Result<T> {
    let before = open.version();
    let changed = change(open)?;
    if let Err(error) = open.save() {
        if open.version() != before {
            open.undo()?;
        }
        return Err(error.into());
    }
    Ok(changed)
}
