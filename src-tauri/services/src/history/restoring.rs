//! Something comes back from an earlier version, into the project as it is.

use std::path::PathBuf;
use std::sync::Arc;

use son1k_domain::id::{AssetId, VersionId};
use son1k_domain::merge::Part;
use son1k_domain::project::Project;
use son1k_project::Document;

use super::changing::{Plan, Stored, saved};
use super::listing::{Look, is_own, path_of};
use super::moving::Goal;
use super::place::{Place, is_beside};
use super::switching::ATTEMPTS;
use super::{Here, History, Trouble};
use crate::Result;

impl History {
    /// Brings the whole project to what it was in a version, as one step that can be undone. The project as it was is
    /// kept before.
    ///
    /// # Errors
    /// [`Trouble::NoVersion`], [`Trouble::Damaged`], [`Error::DiskFull`](crate::Error::DiskFull),
    /// [`Error::Unwritable`](crate::Error::Unwritable); the project is then as it was.
    pub fn restore(&self, version: &VersionId) -> Result<()> {
        self.restore_with(version, |here, before, after| {
            let mut plan = Plan::new(version, version);
            let differs = |path: &PathBuf| {
                before.get(path).map(|(content, _)| content) != after.get(path).map(|(content, _)| content)
            };
            let wanted = after.keys().filter(|path| is_beside(here, path) && differs(path));
            plan.come = wanted.map(|path| (path.clone(), after[path].1)).collect();
            plan.come.extend(lost(here, after));
            // Undo brings takes back: their assets stay.
            plan.go = before
                .keys()
                .filter(|path| is_beside(here, path) && !after.contains_key(*path))
                .cloned()
                .collect();
            Ok((plan, Some(Part::Everything)))
        })
    }

    /// Brings one part of the song to what it was in a version, as one step.
    ///
    /// # Errors
    /// [`Trouble::NoDocument`], [`Error::NotFound`](crate::Error::NotFound) where the version does not have the part,
    /// and as [`Self::restore`].
    pub fn restore_part(&self, version: &VersionId, part: &Part) -> Result<()> {
        if *part == Part::Everything {
            return self.restore(version);
        }
        self.restore_with(version, |here, _, after| {
            if !here.document {
                return Err(Trouble::NoDocument.into());
            }
            let mut plan = Plan::new(version, version);
            plan.come.extend(lost(here, after));
            Ok((plan, Some(part.clone())))
        })
    }

    /// Brings one file beside the song back from a version.
    ///
    /// # Errors
    /// [`Trouble::NoFile`], and as [`Self::restore`].
    pub fn restore_file(&self, version: &VersionId, file: &str) -> Result<()> {
        self.restore_with(version, |here, _, after| {
            let path = path_of(file).filter(|path| is_beside(here, path) || is_own_asset(path));
            let found = path.and_then(|path| after.get(&path).map(|(_, bytes)| (path, *bytes)));
            let (path, bytes) = found.ok_or_else(|| Trouble::NoFile(file.to_owned()))?;
            let mut plan = Plan::new(version, version);
            plan.come.insert(path, bytes);
            Ok((plan, None))
        })
    }

    fn restore_with(
        &self,
        version: &VersionId,
        plan: impl Fn(&Here, &Stored, &Stored) -> Result<(Plan, Option<Part>)>,
    ) -> Result<()> {
        let restored = self.bring_back(version, plan);
        self.tell_project();
        self.tell();
        restored
    }

    fn bring_back(
        &self,
        version: &VersionId,
        plan: impl Fn(&Here, &Stored, &Stored) -> Result<(Plan, Option<Part>)>,
    ) -> Result<()> {
        let _turn = self.turn();
        let here = self.here()?;
        let mut place = self.place(&here)?;
        let after = self.stored(version)?;
        let theirs = here.document.then(|| self.document(&here, version)).transpose()?;
        self.restore_now(&here, &mut place, theirs, |from| {
            let (mut plan, part) = plan(&here, &self.stored(from)?, &after)?;
            plan.from = from.clone();
            Ok((plan, part))
        })
    }

    fn restore_now(
        &self,
        here: &Here,
        place: &mut Place,
        theirs: Option<Arc<Document>>,
        plan: impl Fn(&VersionId) -> Result<(Plan, Option<Part>)>,
    ) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let from = self.secure(here, place)?;
            let (plan, part) = plan(&from)?;
            let goal = Goal::stay(place, &from);
            let done = self.with_nobody_editing(here, place, |place, open| {
                self.carry_out(here, place, &plan, goal, || {
                    let Some(open) = open else { return Ok(None) };
                    if let (Some(theirs), Some(part)) = (&theirs, &part) {
                        saved(open, |open| Ok(open.restore_part(theirs, part)?))?;
                    }
                    Ok(Some(open.version().to_string()))
                })
            })?;
            if done {
                return Ok(());
            }
        }
        Err(Trouble::Changing(here.folder.display().to_string()).into())
    }

    /// Looks for assets of the open project that are not in its folder, in its versions. Returns how many came back.
    ///
    /// # Errors
    /// As [`Self::restore`].
    pub(crate) fn find_lost_assets(&self) -> Result<usize> {
        let _turn = self.turn();
        let here = self.here()?;
        if !here.document {
            return Ok(0);
        }
        let mut missing = missing_assets(&here, &self.projects.get()?);
        let wanted = missing.len();
        // A project that never lost anything does not open the store for this.
        if wanted == 0 || !self.folder().exists() {
            return Ok(0);
        }
        for version in self.versions(&here.project)?.iter().rev() {
            let held = self.stored(&version.id)?;
            let (here_is, gone): (Vec<PathBuf>, Vec<PathBuf>) =
                missing.into_iter().partition(|path| held.contains_key(path));
            for path in here_is {
                self.copy_out(&version.id, &path, &here.folder.join(&path))?;
            }
            missing = gone;
            if missing.is_empty() {
                break;
            }
        }
        Ok(wanted - missing.len())
    }
}

/// Returns the assets of a version that are not in the folder.
fn lost(here: &Here, held: &Stored) -> Vec<(PathBuf, u64)> {
    let assets = held.iter().filter(|(path, _)| here.document && is_own_asset(path));
    let lost = assets
        .filter(|(path, (_, size))| Look::at(&here.folder.join(path)).is_none_or(|look| look.bytes != *size));
    lost.map(|(path, (_, size))| (path.clone(), *size)).collect()
}

fn is_own_asset(path: &std::path::Path) -> bool {
    is_own(path) && path.components().count() > 1
}

fn missing_assets(here: &Here, project: &Project) -> Vec<PathBuf> {
    let assets = project.takes.iter().flat_map(|take| [&take.score, &take.audio]);
    let paths = assets.filter_map(asset_path);
    paths.filter(|path| !here.folder.join(path).is_file()).collect()
}

/// Returns where an asset lies inside a project.
pub(super) fn asset_path(id: &AssetId) -> Option<PathBuf> {
    let shelf = id.as_str().get(..2)?;
    path_of(&format!("assets/{shelf}/{id}"))
}
