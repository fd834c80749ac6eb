//! Two branches are brought together.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use son1k_domain::Event;
use son1k_domain::history::{MergeStatus, Occasion};
use son1k_domain::id::VersionId;
use son1k_domain::merge::{Choice, Conflict};

use super::changing::{Merged, Plan, Stored, saved};
use super::graph::Graph;
use super::keeping::Wish;
use super::listing::{named, path_of};
use super::moving::Goal;
use super::place::{Merge, Place, is_beside};
use super::switching::ATTEMPTS;
use super::{Here, History, Trouble};
use crate::Result;

/// The branch that comes in.
struct Theirs<'a> {
    branch: &'a str,
    tip: VersionId,
    /// The version that both come from.
    base: Stored,
}

impl History {
    /// Brings another branch into the project: edits of different things are all kept, what both changed is returned.
    /// The project as it was is kept before, the merged one after. One undo takes all of it back.
    ///
    /// # Errors
    /// [`Trouble::NoBranch`], [`Trouble::NothingToMerge`], [`Trouble::Damaged`], [`Error::DiskFull`](crate::Error::DiskFull),
    /// [`Error::Unwritable`](crate::Error::Unwritable); the project is then as it was.
    pub fn merge(&self, name: &str) -> Result<Merged> {
        let merged = self.merge_now(name);
        self.tell_project();
        self.tell();
        self.tell_merge();
        merged
    }

    fn merge_now(&self, name: &str) -> Result<Merged> {
        let _turn = self.turn();
        let here = self.here()?;
        let mut place = self.place(&here)?;
        self.secure(&here, &mut place)?;
        let versions = self.versions(&here.project)?;
        let graph = Graph::of(&versions);
        let tip = graph.tip(name).ok_or_else(|| Trouble::NoBranch(name.to_owned()))?;
        let ours = place.version.clone().ok_or_else(|| Trouble::NoBranch(place.branch.clone()))?;
        let base = graph.common(&ours, &tip.id);
        if name == place.branch || base.is_some_and(|base| base.id == tip.id) {
            return Err(Trouble::NothingToMerge(name.to_owned()).into());
        }
        let base = base.map(|base| self.stored(&base.id)).transpose()?.unwrap_or_default();
        let merged = self.merge_in(&here, &mut place, &Theirs { branch: name, tip: tip.id.clone(), base })?;
        self.keep_merged(&here, &mut place);
        Ok(merged)
    }

    fn merge_in(&self, here: &Here, place: &mut Place, theirs: &Theirs) -> Result<Merged> {
        let document = here.document.then(|| self.document(here, &theirs.tip)).transpose()?;
        for _ in 0..ATTEMPTS {
            let ours = self.secure(here, place)?;
            let (plan, kept_beside) = self.plan_merge(here, &ours, theirs)?;
            let mut conflicts = Vec::new();
            let goal = self.goal_of_merge(place, &ours, theirs, &plan);
            let done = self.with_nobody_editing(here, place, |place, open| {
                self.carry_out(here, place, &plan, goal, || {
                    let (Some(open), Some(document)) = (open, &document) else { return Ok(None) };
                    conflicts = saved(open, |open| Ok(open.merge(document, theirs.branch)?))?;
                    Ok(Some(open.version().to_string()))
                })
            })?;
            if done {
                return Ok(Merged { conflicts, kept_beside });
            }
        }
        Err(Trouble::Changing(here.folder.display().to_string()).into())
    }

    fn goal_of_merge(&self, place: &Place, ours: &VersionId, theirs: &Theirs, plan: &Plan) -> Goal {
        let merge = Merge {
            branch: theirs.branch.to_owned(),
            ours: ours.clone(),
            state: place.state.clone(),
            theirs: theirs.tip.clone(),
            merged: None,
            kept_beside: plan.beside.iter().map(|(_, target, _)| named(target)).collect(),
            files: plan.touched(),
            undone: false,
            over: false,
        };
        Goal { merge: Some(merge), ..Goal::stay(place, ours) }
    }

    /// Keeps what came of a merge. Where that cannot be, the merge stands all the same, and the next version that is kept
    /// comes from both branches.
    pub(super) fn keep_merged(&self, here: &Here, place: &mut Place) {
        if !place.merge.as_ref().is_some_and(Merge::is_unkept) {
            return;
        }
        if let Err(error) = self.keep(here, place, &Wish::of(Occasion::Merge)) {
            tracing::warn!(%error, "what came of a merge was not kept yet");
            self.events.send(Event::ProblemFound(self.describe(&error)));
        }
    }

    /// Says which files come in, and under which names those that both changed are put beside ours.
    fn plan_merge(&self, here: &Here, ours: &VersionId, theirs: &Theirs) -> Result<(Plan, Vec<String>)> {
        let (our_files, their_files) = (self.stored(ours)?, self.stored(&theirs.tip)?);
        let mut plan = Plan::new(ours, &theirs.tip);
        let mut kept_beside = Vec::new();
        let paths: BTreeSet<&PathBuf> =
            our_files.keys().chain(their_files.keys()).chain(theirs.base.keys()).collect();
        for path in paths {
            let [base, our, their] = [&theirs.base, &our_files, &their_files]
                .map(|files| files.get(path).map(|(content, _)| content));
            let asset = !is_beside(here, path);
            match (their, our) {
                _ if path == Path::new(son1k_project::DOCUMENT) && here.document => {}
                _ if their == base || their == our => {}
                // The document says which assets are needed; all are kept.
                (Some(_), None) => drop(plan.come.insert(path.clone(), their_files[path].1)),
                (Some(_), _) if our == base => drop(plan.come.insert(path.clone(), their_files[path].1)),
                (None, _) if our == base && !asset => drop(plan.go.insert(path.clone())),
                (Some(_), Some(_)) => {
                    let taken = |target: &PathBuf| {
                        here.folder.join(target).exists() || their_files.contains_key(target)
                    };
                    let target = beside(path, theirs.branch, taken);
                    kept_beside.push(named(&target));
                    plan.beside.push((path.clone(), target, their_files[path].1));
                }
                (None, _) => {}
            }
        }
        Ok((plan, kept_beside))
    }

    /// Returns the latest merge as long as there is something to say about it.
    ///
    /// # Errors
    /// [`Error::ProjectCorrupt`](crate::Error::ProjectCorrupt) when the document cannot say what is left to decide.
    pub fn merge_status(&self) -> Result<Option<MergeStatus>> {
        let here = self.here()?;
        let Some(merge) = self.noted(&here).and_then(|place| place.merge) else { return Ok(None) };
        if merge.undone || merge.over {
            return Ok(None);
        }
        let (conflicts, last) = if here.document {
            self.projects.read(|document| Ok((document.conflicts()?, document.ends_with_merge())))?
        } else {
            (Vec::new(), false)
        };
        Ok(Some(MergeStatus { branch: merge.branch, conflicts, kept_beside: merge.kept_beside, last }))
    }

    /// Decides a conflict of the latest merge.
    ///
    /// # Errors
    /// [`Trouble::NoConflict`] when it was decided already or the merge was taken back.
    pub fn resolve(&self, conflict: &Conflict, choice: Choice) -> Result<()> {
        self.projects.edit(|document| document.resolve(conflict, choice))?;
        self.tell_merge();
        Ok(())
    }

    /// Tells everyone what there is to say about the latest merge.
    pub(crate) fn tell_merge(&self) {
        match self.merge_status() {
            Ok(status) => self.events.send(Event::MergeChanged(status.map(Box::new))),
            Err(error) => tracing::warn!(%error, "the merge could not be told"),
        }
    }

    /// Tells what there is to say about the latest merge, if there is something.
    pub(crate) fn tell_merge_if_any(&self) {
        match self.merge_status() {
            Ok(None) => {}
            _ => self.tell_merge(),
        }
    }

    /// Brings the files to where an undone or redone merge has them: `undone` says which of the two. `state` is that of the
    /// document before that merge: files follow the latest one alone.
    ///
    /// # Errors
    /// As [`Self::merge`]; files are then as they were.
    pub(crate) fn follow_merge(&self, state: &str, undone: bool) -> Result<()> {
        let followed = self.follow_files(state, undone);
        self.tell();
        self.tell_merge();
        followed
    }

    fn follow_files(&self, state: &str, undone: bool) -> Result<()> {
        let _turn = self.turn();
        let here = self.here()?;
        // What is on disk says whether the files are to follow, should this be cut short.
        if here.document {
            self.projects
                .write(|document| if document.is_saved() { Ok(()) } else { Ok(document.save()?) })?;
        }
        let mut place = self.place(&here)?;
        let is_it = |merge: &Merge| merge.undone != undone && merge.state.as_deref() == Some(state);
        let Some(merge) = place.merge.clone().filter(is_it) else { return Ok(()) };
        let followed = Merge { undone, ..merge.clone() };
        let Some(merged) = &merge.merged else {
            // No version says what the files were: they stay.
            place.merge = Some(followed);
            return place.write(&here.folder);
        };
        let (now, then) = if undone { (merged, &merge.ours) } else { (&merge.ours, merged) };
        self.put_files_of(&here, &mut place, followed, (now, then))
    }

    /// Puts some files in the state of one version; those that are not as another has them are somebody's work and stay.
    fn put_files_of(
        &self,
        here: &Here,
        place: &mut Place,
        merge: Merge,
        (now, then): (&VersionId, &VersionId),
    ) -> Result<()> {
        let (held, wanted) = (self.stored(now)?, self.stored(then)?);
        let mut plan = Plan { state: self.state(here)?, ..Plan::new(now, then) };
        for path in merge.files.iter().filter_map(|name| path_of(name)).filter(|path| is_beside(here, path)) {
            let is_there = here.folder.join(&path).exists();
            if is_there && !self.is_as_held(here, place, (now, &held), &path)
                || !is_there && held.contains_key(&path)
            {
                continue;
            }
            match wanted.get(&path) {
                Some((_, bytes)) => drop(plan.come.insert(path, *bytes)),
                None => drop(plan.go.insert(path)),
            }
        }
        let version = place.version.clone().unwrap_or_else(|| now.clone());
        let goal = Goal { merge: Some(merge), ..Goal::stay(place, &version) };
        let state = plan.state.clone();
        self.carry_out(here, place, &plan, goal, || Ok(state))
    }
}

/// Names a file of another branch that is put beside ours: `kick (quiet).wav`.
fn beside(path: &Path, branch: &str, taken: impl Fn(&PathBuf) -> bool) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    // A branch may be called what no file can be.
    let branch: String = branch.chars().map(|c| if r#"/\:*?"<>|"#.contains(c) { '_' } else { c }).collect();
    let named = |number: u32| {
        let number = if number == 1 { String::new() } else { format!(" {number}") };
        path.with_file_name(format!("{stem} ({branch}{number}){ending}"))
    };
    let mut number = 1;
    while taken(&named(number)) && number < u32::MAX {
        number += 1;
    }
    named(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_branch_is_put_beside_under_a_free_name() {
        let none = |_: &PathBuf| false;
        assert_eq!(beside(Path::new("stems/kick.wav"), "quiet", none), Path::new("stems/kick (quiet).wav"));
        let first = |path: &PathBuf| path == Path::new("kick (a_b).wav");
        assert_eq!(beside(Path::new("kick.wav"), "a/b", first), Path::new("kick (a_b 2).wav"));
    }
}
