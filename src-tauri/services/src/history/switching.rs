//! Branches: made, and gone to.

use std::path::Path;

use son1k_domain::history::Occasion;
use son1k_domain::id::VersionId;
use son1k_project::{DOCUMENT, Document};

use super::changing::Plan;
use super::graph::Graph;
use super::keeping::Wish;
use super::listing::Listing;
use super::moving::Goal;
use super::place::Place;
use super::{Here, History, Trouble, to_engine, unwatched};
use crate::{Error, Result};

/// The longest name of a branch.
const LONGEST: usize = 60;
/// Attempts to change a project that is edited all the while.
pub(super) const ATTEMPTS: u32 = 20;

impl History {
    /// Begins a branch at a version, or at the project as it is, and goes there. Its first version is kept at once.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a name that cannot be, [`Trouble::BranchExists`], [`Trouble::NoVersion`], and what
    /// can go wrong with [`Self::switch`].
    pub fn branch(&self, name: &str, from: Option<&VersionId>) -> Result<()> {
        let name = checked(name)?;
        let begun = self.begin(name, from);
        // Going to where it begins may have worked where keeping its first version did not.
        self.tell_moved();
        begun
    }

    fn begin(&self, name: String, from: Option<&VersionId>) -> Result<()> {
        let _turn = self.turn();
        let here = self.here()?;
        let mut place = self.place(&here)?;
        let versions = self.versions(&here.project)?;
        if place.branch == name || versions.iter().any(|version| version.branch == name) {
            return Err(Trouble::BranchExists(name).into());
        }
        match from {
            Some(from) if !versions.iter().any(|version| version.id == *from) => {
                return Err(Trouble::NoVersion(from.0.clone()).into());
            }
            Some(from) => self.go_to(&here, &mut place, from, &name)?,
            None => drop(self.secure(&here, &mut place)?),
        }
        let before = std::mem::replace(&mut place.branch, name);
        if let Err(error) = self.keep(&here, &mut place, &Wish::of(Occasion::Branch)) {
            tracing::warn!(branch = place.branch, before, "the first version of a branch was not kept");
            return Err(error);
        }
        Ok(())
    }

    /// Goes to the latest version of a branch. The project as it was is kept before.
    ///
    /// # Errors
    /// [`Trouble::NoBranch`], [`Trouble::Damaged`] and the like for what cannot be brought back, [`Error::DiskFull`],
    /// [`Error::Unwritable`]; the project is then as it was.
    pub fn switch(&self, name: &str) -> Result<()> {
        let gone = self.go(name);
        // Whatever came of it: what is open has to be in the window.
        self.tell_moved();
        gone
    }

    fn go(&self, name: &str) -> Result<()> {
        let _turn = self.turn();
        let here = self.here()?;
        let mut place = self.place(&here)?;
        if place.branch == name {
            return Ok(());
        }
        let versions = self.versions(&here.project)?;
        let tip = Graph::of(&versions).tip(name).map(|tip| tip.id.clone());
        let tip = tip.ok_or_else(|| Trouble::NoBranch(name.to_owned()))?;
        self.go_to(&here, &mut place, &tip, name)
    }

    fn tell_moved(&self) {
        self.tell_project();
        self.tell();
        self.tell_merge();
    }

    /// Puts the project in the state of a version. What it was is in the place's version; edits that come meanwhile are
    /// kept as one more version first.
    fn go_to(&self, here: &Here, place: &mut Place, to: &VersionId, branch: &str) -> Result<()> {
        // Read before anything is touched: what cannot be opened is not gone to.
        let document = here.document.then(|| self.document(here, to)).transpose()?;
        let state = document.map(|document| document.version().to_string());
        for _ in 0..ATTEMPTS {
            let from = self.secure(here, place)?;
            let plan = self.plan_to(here, &from, to)?;
            let goal =
                Goal { version: to.clone(), branch: branch.to_owned(), state: state.clone(), merge: None };
            if self.with_nobody_editing(here, place, |place, open| {
                self.carry_out(here, place, &plan, goal, || self.swap(here, to, open))
            })? {
                return Ok(());
            }
        }
        Err(Trouble::Changing(DOCUMENT.to_owned()).into())
    }

    /// Runs a change while nobody can edit the project; does not, and returns so, when somebody just did.
    pub(super) fn with_nobody_editing(
        &self,
        here: &Here,
        place: &mut Place,
        change: impl FnOnce(&mut Place, Option<&mut Document>) -> Result<()>,
    ) -> Result<bool> {
        let files_differ = |place: &Place| Listing::of(here) != place.files;
        if !here.document {
            return if files_differ(place) { Ok(false) } else { change(place, None).map(|()| true) };
        }
        self.projects.write(|document| {
            let same_project = document.id() == here.project && document.folder() == here.folder;
            if !same_project {
                return Err(Trouble::Changing(DOCUMENT.to_owned()).into());
            }
            if Some(document.version().to_string()) != place.state || files_differ(place) {
                return Ok(false);
            }
            change(place, Some(document)).map(|()| true)
        })
    }

    fn plan_to(&self, here: &Here, from: &VersionId, to: &VersionId) -> Result<Plan> {
        let (before, after) = (self.stored(from)?, self.stored(to)?);
        let mut plan = Plan::new(from, to);
        let is_document = |path: &Path| here.document && path == Path::new(DOCUMENT);
        for (path, (content, bytes)) in &after {
            // Assets that went astray come back with the version that needs them.
            let same = before.get(path).is_some_and(|(known, _)| known == content);
            if !(is_document(path) || same && here.folder.join(path).exists()) {
                plan.come.insert(path.clone(), *bytes);
            }
        }
        plan.go = before.into_keys().filter(|path| !after.contains_key(path) && !is_document(path)).collect();
        Ok(plan)
    }

    /// Opens the document of a version in the place of the open one. Returns the state it is in.
    fn swap(&self, here: &Here, to: &VersionId, open: Option<&mut Document>) -> Result<Option<String>> {
        let Some(open) = open else { return Ok(None) };
        let vault = self.vault()?;
        let only = [Path::new(DOCUMENT).to_owned()];
        unwatched(|progress| vault.restore(&to_engine(to), &here.folder, Some(&only), progress))?;
        match Document::open(&here.folder) {
            Ok((opened, _)) => *open = opened,
            Err(error) => {
                // What is in memory is still the project.
                open.save()?;
                return Err(error.into());
            }
        }
        Ok(Some(open.version().to_string()))
    }
}

fn checked(name: &str) -> Result<String> {
    let name = name.trim();
    let is_one = !name.is_empty() && name.chars().count() <= LONGEST && !name.chars().any(char::is_control);
    if is_one {
        return Ok(name.to_owned());
    }
    Err(Error::InvalidField { field: "branch".into(), value: name.chars().take(40).collect() })
}
