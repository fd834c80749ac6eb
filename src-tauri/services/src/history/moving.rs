//! A change of a project's files on its way. It is written down before it begins, so that whoever finds it unfinished
//! ends it or takes it back; which of the two is decided before anybody edits the document.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use son1k_domain::Event;
use son1k_domain::id::VersionId;
use son1k_project::{DOCUMENT, Document};

use super::changing::Stored;
use super::listing::{Listing, Look, path_of};
use super::place::{self, Merge, Place, is_beside};
use super::{Here, History, Trouble, lock, to_engine, unwatched};
use crate::{Error, Result};

/// Where a project stands once a change is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Goal {
    pub version: VersionId,
    pub branch: String,
    /// The state of the document in that version.
    pub state: Option<String>,
    /// The latest merge then.
    pub merge: Option<Merge>,
}

impl Goal {
    /// The project comes from the same version afterwards.
    pub(super) fn stay(place: &Place, version: &VersionId) -> Self {
        let (branch, state, merge) = (place.branch.clone(), place.state.clone(), place.merge.clone());
        Self { version: version.clone(), branch, state, merge }
    }
}

/// A file that a change writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Write {
    pub bytes: u64,
    /// Its name in the version that it comes from.
    pub of: String,
}

/// A change of files on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Moving {
    /// Holds everything as it was before.
    pub from: VersionId,
    /// Holds what is written.
    pub source: VersionId,
    pub to: Goal,
    /// The state of the document before; once it is another, the change is done.
    pub state: Option<String>,
    /// The files that are written, by name.
    pub writes: BTreeMap<String, Write>,
    /// Files that go.
    pub removes: Vec<String>,
    /// Whether it is to be ended or taken back, once that is decided.
    pub done: Option<bool>,
}

impl Moving {
    /// Whether a document in this state says that the change is done.
    pub(super) fn is_done(&self, state: Option<&str>) -> bool {
        self.state.is_some() && self.state.as_deref() != state
    }

    fn written(&self) -> impl Iterator<Item = (&String, PathBuf, &Write)> {
        self.writes.iter().filter_map(|(name, write)| Some((name, path_of(name)?, write)))
    }
}

/// Says of a change that was cut short whether it is done, as long as what was just opened tells: after the first edit
/// nobody could.
pub(crate) fn decide(document: &Document) {
    let folder = document.folder();
    let undecided = || {
        let place = place::read(folder).filter(|place| place.project == document.id())?;
        place.moving.as_ref().is_some_and(|moving| moving.done.is_none()).then_some(place)
    };
    if undecided().is_none() {
        return;
    }
    // Who has the project open is in the middle of it, or ended it a moment ago.
    let Ok(Some(_alone)) = place::claim(folder) else { return };
    let Some(mut place) = undecided() else { return };
    if let Some(moving) = &mut place.moving {
        moving.done = Some(moving.is_done(Some(&document.version().to_string())));
    }
    if let Err(error) = place.write_lasting(folder) {
        tracing::warn!(%error, "what becomes of a change that was cut short could not be written down");
    }
}

impl Listing {
    /// Takes in what a change did to files. One that is not as the change leaves it is somebody else's work, and stays
    /// unknown.
    fn follow(&mut self, here: &Here, moving: &Moving, came: impl Fn(&Path, &Write) -> bool) {
        for (name, path, write) in moving.written().filter(|(_, path, _)| is_beside(here, path)) {
            let look = Look::at(&here.folder.join(&path)).filter(|look| look.bytes == write.bytes);
            match look.filter(|_| came(&path, write)) {
                Some(look) => self.0.insert(name.clone(), look),
                None => self.0.remove(name),
            };
        }
        for name in &moving.removes {
            self.0.remove(name);
        }
    }
}

impl History {
    /// Ends or takes back a change of the open project's files that was cut short, where there is one, and keeps the merge
    /// that a crash left without a version.
    ///
    /// # Errors
    /// [`Trouble::OpenElsewhere`] while another program is at it, [`Trouble::Locked`], [`Error::DiskFull`],
    /// [`Error::Unwritable`]; the next one who looks tries again.
    pub(crate) fn settle(&self) -> Result<()> {
        let here = self.here()?;
        let unkept = |place: &Place| place.merge.as_ref().is_some_and(Merge::is_unkept);
        if !self.noted(&here).is_some_and(|place| place.moving.is_some() || unkept(&place)) {
            return Ok(());
        }
        let _turn = self.turn();
        if unkept(&self.place(&here)?) {
            // Whoever is merging is about to keep it.
            let _alone = self.alone(&here)?;
            self.keep_merged(&here, &mut self.place(&here)?);
        }
        Ok(())
    }

    /// Makes sure that no other program is changing the project, until what is returned is dropped.
    pub(super) fn alone(&self, here: &Here) -> Result<Option<File>> {
        if lock(&self.claimed).as_ref().is_some_and(|(folder, _)| *folder == here.folder) {
            return Ok(None);
        }
        let claim = place::claim(&here.folder)?;
        claim.map(Some).ok_or_else(|| Trouble::OpenElsewhere.into())
    }

    /// Ends a change that was cut short, or takes it back. What the store has lost cannot be brought back, and is no
    /// reason to try for ever. Whoever calls this has the turn, and is alone.
    pub(super) fn recover(&self, here: &Here, place: &mut Place) -> Result<()> {
        let Some(mut moving) = place.moving.clone() else { return Ok(()) };
        let done = self.decided(here, place, &mut moving)?;
        tracing::warn!(done, folder = %here.folder.display(), "a change of the project was cut short");
        let worked =
            if done { self.remove_rest(here, place, &moving) } else { self.take_back(here, place, &moving) };
        if let Err(error) = worked {
            if !is_lost(&error) {
                return Err(error);
            }
            tracing::error!(%error, "a change of the project could not be ended or taken back whole");
            self.events.send(Event::ProblemFound(self.describe(&error)));
        }
        if done {
            self.arrive(here, place, &moving, |path, write| {
                self.holds(&here.folder.join(path), &moving.source, Path::new(&write.of)).unwrap_or(false)
            });
        }
        place.moving = None;
        place.write_lasting(&here.folder)?;
        if done {
            self.keep_merged(here, place);
        }
        Ok(())
    }

    fn decided(&self, here: &Here, place: &mut Place, moving: &mut Moving) -> Result<bool> {
        if let Some(done) = moving.done {
            return Ok(done);
        }
        let told = lock(&self.decided).clone().filter(|(known, _)| known == moving).map(|(_, done)| done);
        let done = match told {
            Some(done) => done,
            None => moving.is_done(self.state(here)?.as_deref()),
        };
        let unwritten = moving.clone();
        moving.done = Some(done);
        place.moving = Some(moving.clone());
        if place.write_lasting(&here.folder).is_err() {
            *lock(&self.decided) = Some((unwritten, done));
        }
        Ok(done)
    }

    /// Notes that a change is done. Where that cannot be written, the document tells; where it does not, everything is
    /// taken back.
    pub(super) fn end(
        &self,
        here: &Here,
        place: &mut Place,
        moving: &Moving,
        state: Option<&str>,
    ) -> Result<()> {
        let before = place.clone();
        self.arrive(here, place, moving, |_, _| true);
        let Err(error) = place.write_lasting(&here.folder) else { return Ok(()) };
        if moving.is_done(state) {
            tracing::warn!(%error, "where the project stands could not be written yet");
            *lock(&self.decided) = Some((moving.clone(), true));
            return Ok(());
        }
        *place = before;
        *lock(&self.left) = None;
        self.give_up(here, place, moving);
        Err(error)
    }

    /// Takes back a change that failed. Where that fails too, the note in the place stays, so that the next one who looks
    /// tries again.
    pub(super) fn give_up(&self, here: &Here, place: &mut Place, moving: &Moving) {
        place.moving = match self.take_back(here, place, moving) {
            Ok(()) => None,
            Err(error) => {
                tracing::error!(%error, "a change of files could not be taken back yet");
                Some(Moving { done: Some(false), ..moving.clone() })
            }
        };
        if let Err(error) = place.write_lasting(&here.folder) {
            tracing::warn!(%error, "that a change failed could not be written down");
            *lock(&self.decided) = Some((moving.clone(), false));
        }
    }

    /// Lets a place say what it says once a change is done; `came` says which files are as the change writes them.
    fn arrive(&self, here: &Here, place: &mut Place, moving: &Moving, came: impl Fn(&Path, &Write) -> bool) {
        let mut files = self.known_files(here, place);
        files.follow(here, moving, came);
        let Goal { version, branch, state, merge } = moving.to.clone();
        if place.version.as_ref() == Some(&version) {
            *lock(&self.left) = Some((here.folder.clone(), files));
        } else {
            place.files = files;
            *lock(&self.left) = None;
        }
        (place.version, place.branch, place.state, place.merge) = (Some(version), branch, state, merge);
        place.moving = None;
    }

    /// Undoes what a change did to files so far. A file that is not as the change leaves it is somebody else's work.
    fn take_back(&self, here: &Here, place: &Place, moving: &Moving) -> Result<()> {
        let before = self.stored(&moving.from)?;
        let _no_document_on_its_way = std::fs::remove_file(unfinished(&here.folder.join(DOCUMENT)));
        let mut back: Vec<PathBuf> = Vec::new();
        for (name, path, write) in moving.written() {
            let target = here.folder.join(&path);
            let _nothing_on_its_way = std::fs::remove_file(unfinished(&target));
            let untouched = Look::at(&target).is_some_and(|look| place.files.0.get(name) == Some(&look));
            let written = !untouched && self.is_written(&target, &moving.source, write)?;
            match before.contains_key(&path) {
                true if written || !target.exists() => back.push(path),
                false if written => remove(&here.folder, &target)?,
                _ => {}
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

    /// Returns whether a file is what a change writes. What the store has lost, nobody has written.
    fn is_written(&self, target: &Path, source: &VersionId, write: &Write) -> Result<bool> {
        if Look::at(target).is_none_or(|look| look.bytes != write.bytes) {
            return Ok(false);
        }
        match self.holds(target, source, Path::new(&write.of)) {
            Err(error) if is_lost(&error) => Ok(false),
            known => known,
        }
    }

    fn remove_rest(&self, here: &Here, place: &Place, moving: &Moving) -> Result<()> {
        if !moving.removes.is_empty() {
            self.remove_held(here, place, moving, &self.stored(&moving.from)?);
        }
        Ok(())
    }

    /// Removes the files that go; `held` is what the version before holds. One that is not as it is there stays.
    pub(super) fn remove_held(&self, here: &Here, place: &Place, moving: &Moving, held: &Stored) {
        for path in moving.removes.iter().filter_map(|name| path_of(name)) {
            let target = here.folder.join(&path);
            if !self.is_as_held(here, place, (&moving.from, held), &path)
                || has_just_come(here, moving, &target)
            {
                continue;
            }
            if let Err(error) = remove(&here.folder, &target) {
                // It stays as a file too many; nothing is lost.
                tracing::warn!(%error, "a file of another version stays");
            }
        }
    }

    /// Returns whether a file is what a version holds. One that looks as it did when it was kept is not read for that, nor
    /// is an asset: its name says what is in it.
    pub(super) fn is_as_held(
        &self,
        here: &Here,
        place: &Place,
        (version, held): (&VersionId, &Stored),
        path: &Path,
    ) -> bool {
        let target = here.folder.join(path);
        let Some((look, (_, size))) = Look::at(&target).zip(held.get(path)) else { return false };
        let looks_same = place.version.as_ref() == Some(version)
            && place.files.0.get(&super::listing::named(path)) == Some(&look);
        look.bytes == *size
            && (looks_same || !is_beside(here, path) || self.holds(&target, version, path).unwrap_or(false))
    }
}

/// Returns whether a file that is to go is, where names differ in nothing but the case, one that has just come.
fn has_just_come(here: &Here, moving: &Moving, target: &Path) -> bool {
    let lower = |path: &Path| path.to_string_lossy().to_lowercase();
    let is_it = |other: PathBuf| {
        lower(&other) == lower(target)
            && target.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
    };
    moving.written().any(|(_, path, _)| is_it(here.folder.join(path)))
}

/// Names the file that becomes another once it is whole.
pub(super) fn unfinished(target: &Path) -> PathBuf {
    son1k_history::unfinished(target)
}

/// Returns whether what was asked for is nowhere any more.
pub(super) fn is_lost(error: &Error) -> bool {
    let lost = |trouble: &Trouble| {
        matches!(trouble, Trouble::NoVersion(_) | Trouble::NoFile(_) | Trouble::Damaged(_))
    };
    matches!(error, Error::History(trouble) if lost(trouble))
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
