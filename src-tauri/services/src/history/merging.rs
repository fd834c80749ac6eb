//! Two branches are brought together.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use son1k_domain::Event;
use son1k_domain::history::{MergeStatus, Occasion};
use son1k_domain::id::VersionId;
use son1k_domain::merge::{Choice, Conflict};
use son1k_project::Document;

use super::changing::{Merged, Plan, Stored};
use super::graph::Graph;
use super::keeping::Wish;
use super::listing::{Listing, named, path_of};
use super::place::{Merge, Place, is_beside};
use super::switching::ATTEMPTS;
use super::{Here, History, Trouble, lock};
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
        let merged = {
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
            self.merge_in(&here, &mut place, &Theirs { branch: name, tip: tip.id.clone(), base })?
        };
        self.tell_project();
        self.tell();
        self.tell_merge();
        Ok(merged)
    }

    fn merge_in(&self, here: &Here, place: &mut Place, theirs: &Theirs) -> Result<Merged> {
        let document = here.document.then(|| self.document(here, &theirs.tip)).transpose()?;
        for _ in 0..ATTEMPTS {
            let ours = self.secure(here, place)?;
            let (plan, kept_beside) = self.plan_merge(here, &ours, theirs)?;
            let mut conflicts = Vec::new();
            let branch = place.branch.clone();
            let before = place.merge.take();
            place.merge = Some(Merge {
                branch: theirs.branch.to_owned(),
                ours: ours.clone(),
                merged: None,
                kept_beside: kept_beside.clone(),
                files: plan.touched(),
                undone: false,
                over: false,
            });
            let done = self.with_nobody_editing(here, place, |place, open| {
                self.carry_out(here, place, &plan, (&ours, &branch), || {
                    if let (Some(open), Some(theirs_document)) = (open, &document) {
                        conflicts = merge_documents(open, theirs_document, theirs.branch)?;
                    }
                    Ok(())
                })?;
                place.write(&here.folder)
            });
            match done {
                Ok(true) => {
                    self.keep_merged(here, place, theirs)?;
                    return Ok(Merged { conflicts, kept_beside });
                }
                Ok(false) => place.merge = before,
                Err(error) => {
                    place.merge = before;
                    place.write(&here.folder)?;
                    return Err(error);
                }
            }
        }
        Err(Trouble::Changing(here.folder.display().to_string()).into())
    }

    fn keep_merged(&self, here: &Here, place: &mut Place, theirs: &Theirs) -> Result<()> {
        let wish = Wish { with: Some(theirs.tip.clone()), ..Wish::of(Occasion::Merge) };
        let merged = self.keep(here, place, &wish)?;
        if let Some(merge) = &mut place.merge {
            merge.merged = Some(merged);
        }
        place.write(&here.folder)
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
        let conflicts = if here.document {
            self.projects.read(|document| Ok(document.conflicts()?))?
        } else {
            Vec::new()
        };
        Ok(Some(MergeStatus { branch: merge.branch, conflicts, kept_beside: merge.kept_beside }))
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

    fn tell_merge(&self) {
        match self.merge_status() {
            Ok(status) => self.events.send(Event::MergeChanged(status.map(Box::new))),
            Err(error) => tracing::warn!(%error, "the merge could not be told"),
        }
    }

    /// Brings the files to where an undone or redone merge has them: `undone` says which of the two.
    ///
    /// # Errors
    /// As [`Self::merge`]; files are then as they were.
    pub(crate) fn follow_merge(&self, undone: bool) -> Result<()> {
        {
            let _turn = self.turn();
            let here = self.here()?;
            let Some(mut place) = self.noted(&here) else { return Ok(()) };
            let Some(merge) = place.merge.clone() else { return Ok(()) };
            if let Some(merged) = merge.merged.as_ref().filter(|_| merge.undone != undone) {
                let (now, then) = if undone { (merged, &merge.ours) } else { (&merge.ours, merged) };
                self.put_files_of(&here, &mut place, &merge.files, (now, then))?;
                if let Some(merge) = &mut place.merge {
                    merge.undone = undone;
                }
                place.write(&here.folder)?;
            }
        }
        self.tell();
        self.tell_merge();
        Ok(())
    }

    /// Puts some files in the state of one version; those that are not as another has them are somebody's work and stay.
    fn put_files_of(
        &self,
        here: &Here,
        place: &mut Place,
        files: &[String],
        (now, then): (&VersionId, &VersionId),
    ) -> Result<()> {
        let (held, wanted) = (self.stored(now)?, self.stored(then)?);
        let mut plan = Plan::new(now, then);
        for path in files.iter().filter_map(|name| path_of(name)).filter(|path| is_beside(here, path)) {
            let look = super::listing::Look::at(&here.folder.join(&path));
            if look.map(|look| look.bytes) != held.get(&path).map(|(_, bytes)| *bytes) {
                continue;
            }
            match wanted.get(&path) {
                Some((_, bytes)) => drop(plan.come.insert(path, *bytes)),
                None => drop(plan.go.insert(path)),
            }
        }
        if plan.come.is_empty() && plan.go.is_empty() {
            return Ok(());
        }
        let (version, branch) = (place.version.clone().unwrap_or_else(|| now.clone()), place.branch.clone());
        self.carry_out(here, place, &plan, (&version, &branch), || Ok(()))?;
        *lock(&self.left) = Some((here.folder.clone(), Listing::of(here)));
        Ok(())
    }
}

fn merge_documents(open: &mut Document, theirs: &Document, branch: &str) -> Result<Vec<Conflict>> {
    let conflicts = open.merge(theirs, branch)?;
    if let Err(error) = open.save() {
        // The merged state is a step like any other: what is on disk must be what is in the window.
        open.undo()?;
        return Err(error.into());
    }
    Ok(conflicts)
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
