//! Branches of a project: forked, exported, merged, their conflicts decided.

use std::path::Path as FilePath;

use loro::{Frontiers, LoroDoc};
use son1k_domain::id::AssetId;
use son1k_domain::merge::{Choice, Conflict};
use son1k_domain::project::{Project, Step, StepName};

use crate::envelope::{self, guarded};
use crate::merge::merge;
use crate::merging::{Merging, Side};
use crate::node::Node;
use crate::steps::{Entry, Merged};
use crate::value::{entry, text};
use crate::write::write;
use crate::{Assets, Document, Error, Result, Version, arrangement, conflict, lanes, past};

/// A branch on its way into a document.
struct Branch<'a> {
    /// What the document may not have of it.
    updates: &'a [u8],
    tip: Frontiers,
    name: &'a str,
}

impl Document {
    /// Makes a branch that begins at a version of this document, in `folder`; nothing is on disk before it is saved
    /// there. The steps up to that version can be taken back in it. Assets are not copied.
    pub fn fork_at(&self, version: &Version, folder: &FilePath) -> Result<Self> {
        if self.doc.frontiers_to_vv(&version.0).is_none() {
            return Err(Error::NoVersion(version.to_string()));
        }
        let doc = guarded(|| self.doc.fork_at(&version.0).map_err(|e| e.to_string()));
        let doc = doc.map_err(Error::Library)?;
        let steps = self.steps.until(|at| doc.frontiers_to_vv(at).is_some());
        let mut branch = Self::around(doc, steps, folder);
        branch.now_ms = self.now_ms;
        Ok(branch)
    }

    /// Returns what this document has beyond `version`, for another copy of the project that has that version.
    pub fn updates_since(&self, version: &Version) -> Result<Vec<u8>> {
        let missing = || Error::NoVersion(version.to_string());
        let known = self.doc.frontiers_to_vv(&version.0).ok_or_else(missing)?;
        envelope::seal_updates(&self.doc, &known).map_err(Error::Library)
    }

    /// Brings another branch of this project in, as one step called `name`, with the assets of its takes. Edits of
    /// different things are all kept. Returns what both changed; until [`Document::resolve`] is told otherwise, what was
    /// changed counts more than what was removed, and else the branch that was worked on last.
    ///
    /// Merged the other way round, the result is the same. Nothing is changed on an error.
    pub fn merge(&mut self, theirs: &Self, name: &str) -> Result<Vec<Conflict>> {
        if theirs.id() != self.id() {
            return Err(Error::OtherProject(theirs.id()));
        }
        self.adopt_assets(&past::now(&theirs.doc), &theirs.assets())?;
        let updates = guarded(|| {
            let beyond = loro::ExportMode::updates_owned(self.doc.oplog_vv());
            theirs.doc.export(beyond).map_err(|e| e.to_string())
        });
        let updates = updates.map_err(Error::Library)?;
        let tip = theirs.doc.state_frontiers();
        self.bring_in(Branch { updates: &updates, tip, name })
    }

    /// Like [`Document::merge`], from what [`Document::updates_since`] returned on another copy. The assets of new takes
    /// are the caller's to bring.
    pub fn receive(&mut self, updates: &[u8], name: &str) -> Result<Vec<Conflict>> {
        let (tip, updates) = envelope::unseal_updates(updates).map_err(Error::BadUpdates)?;
        self.bring_in(Branch { updates, tip, name })
    }

    fn bring_in(&mut self, branch: Branch) -> Result<Vec<Conflict>> {
        let ours = self.doc.state_frontiers();
        // On a copy, so that neither an error nor a panic of the library leaves anything half done.
        let doc = guarded(|| joined(&self.doc, &branch)).map_err(Error::BadUpdates)?;
        if doc.state_frontiers() == ours {
            return Ok(Vec::new());
        }
        let name = StepName { step: Step::Merge, subject: branch.name.to_owned() };
        let newer = newer(&doc, &ours, &branch.tip);
        let merged =
            Merged { name: name.clone(), ours: ours.clone(), theirs: branch.tip, newer, choices: Vec::new() };
        let (target, conflicts) = self.outcome(&doc, &merged)?;
        let settled = guarded(|| self.settle(&doc, &lanes::store(target)).map_err(|e| e.to_string()));
        settled.map_err(Error::Library)?;
        let after = doc.state_frontiers();
        self.doc = doc;
        let step = Entry { name, time_ms: self.now_ms, before: ours, after, turns_to: None };
        self.steps.push(step, None);
        self.steps.note_merge(merged);
        Ok(conflicts)
    }

    /// Returns what the latest merge left to decide; nothing once it was taken back.
    pub fn conflicts(&self) -> Result<Vec<Conflict>> {
        let Some(merged) = &self.steps.merged else { return Ok(Vec::new()) };
        let (_, mut conflicts) = self.outcome(&self.doc, merged)?;
        conflicts.retain(|conflict| !merged.choices.iter().any(|(path, _)| conflict.path.starts_with(path)));
        Ok(conflicts)
    }

    /// Decides a conflict of the latest merge; it can be decided anew. What was edited since then stays. Where the merge
    /// is still the last step the choice belongs to it, so that one undo takes back both.
    pub fn resolve(&mut self, conflict: &Conflict, choice: Choice) -> Result<()> {
        let missing = || Error::NoConflict(conflict.path.join("/"));
        let before = self.steps.merged.clone().ok_or_else(missing)?;
        let (was, open) = self.outcome(&self.doc, &before)?;
        if !open.iter().any(|other| other.path == conflict.path) {
            return Err(missing());
        }
        let mut decided = before.clone();
        let side = match choice {
            Choice::Ours => Side::Ours,
            Choice::Theirs => Side::Theirs,
        };
        decided.choices.retain(|(path, _)| *path != conflict.path);
        decided.choices.push((conflict.path.clone(), side));
        let (becomes, _) = self.outcome(&self.doc, &decided)?;
        let current = past::now(&self.doc);
        let mut merging = Merging::new(Side::Theirs, &[]);
        let ours = lanes::place(current.clone());
        let target = merge(&mut merging, &was, &ours, &becomes, &|take| self.as_made(take));
        self.decide(&decided, &current, &lanes::store(target))
    }

    fn decide(&mut self, decided: &Merged, current: &Node, target: &Node) -> Result<()> {
        if self.steps.ends_with_merge() {
            write(&self.doc, current, target)?;
            self.commit(&self.doc);
            self.steps.join(self.doc.state_frontiers());
            self.steps.merged = Some(decided.clone());
            return Ok(());
        }
        let (name, before) = (&decided.name, self.doc.state_frontiers());
        self.bring_to(name.step, &name.subject, None, current, target)?;
        if self.doc.state_frontiers() == before {
            // The song has what was chosen already: there is no step that could take the choice with it.
            self.steps.merged = Some(decided.clone());
        } else {
            self.steps.note_merge(decided.clone());
        }
        Ok(())
    }

    /// Returns the state before the latest merge, by which it is known; `None` where none was made, or it was taken back.
    pub fn merged(&self) -> Option<Version> {
        self.steps.merged.as_ref().map(|merged| Version(merged.ours.clone()))
    }

    /// Whether one undo takes the latest merge back, and with it what was decided so far.
    pub fn ends_with_merge(&self) -> bool {
        self.steps.ends_with_merge()
    }

    /// Returns how the project would be with a conflict decided, so that it can be heard; nothing changes.
    pub fn hear(&self, conflict: &Conflict, choice: Choice) -> Result<Project> {
        let doc = guarded(|| Ok(self.doc.fork())).map_err(Error::Library)?;
        let steps = self.steps.until(|_| true);
        let mut heard = Self::around(doc, steps, self.folder());
        heard.resolve(conflict, choice)?;
        heard.view()
    }

    /// Merges the versions of a merge, which `doc` has, and says what they both changed.
    fn outcome(&self, doc: &LoroDoc, merged: &Merged) -> Result<(Node, Vec<Conflict>)> {
        let base = past::ancestor(doc, &merged.ours, &merged.theirs)?;
        let ours = lanes::place(past::at(doc, &merged.ours)?);
        let theirs = lanes::place(past::at(doc, &merged.theirs)?);
        let mut merging = Merging::new(merged.newer, &merged.choices);
        let tree = merge(&mut merging, &base, &ours, &theirs, &|take| self.as_made(take));
        let conflicts = conflict::describe(&merging.clashes, &tree);
        Ok((tree, conflicts))
    }

    /// Brings the library's mixture of two branches to their merge.
    fn settle(&self, doc: &LoroDoc, target: &Node) -> Result<()> {
        write(doc, &past::now(doc), target)?;
        self.commit(doc);
        if doc.state_frontiers().len() > 1 {
            // A version of a project has one tip, so that it can be read again as it is.
            doc.get_map("meta").insert("merges", i64::try_from(doc.len_changes()).unwrap_or_default())?;
            self.commit(doc);
        }
        Ok(())
    }

    /// Copies the assets that the takes of a tree need and this project does not have. What the other folder lacks too
    /// is not missed here.
    pub(crate) fn adopt_assets(&self, stored: &Node, from: &Assets) -> Result<()> {
        let here = self.assets();
        for (_, take) in stored.items("takes") {
            let record = take.value("record");
            let [score, audio] = ["score", "audio"].map(|key| AssetId::from(text(entry(record, key))));
            // Whoever has the score has its recordings.
            let recordings = match here.path(&score) {
                Ok(_) => Vec::new(),
                Err(_) => recordings(from, &score),
            };
            for id in recordings.into_iter().chain([score, audio]) {
                if let (Err(_), Ok(path)) = (here.path(&id), from.path(&id)) {
                    here.put_file(&path)?;
                }
            }
        }
        Ok(())
    }
}

/// Returns the recordings that a score among the assets of a project plays; none when it cannot be read.
fn recordings(assets: &Assets, score: &AssetId) -> Vec<AssetId> {
    let score = assets.get(score).and_then(|bytes| arrangement::parse(&bytes));
    score.map(|score| score.recordings().cloned().collect()).unwrap_or_default()
}

/// Returns a copy of `doc` that also has a branch; the library's own mixture of the two is settled later.
fn joined(doc: &LoroDoc, branch: &Branch) -> std::result::Result<LoroDoc, String> {
    let joined = doc.fork();
    let status = joined.import(branch.updates).map_err(|e| e.to_string())?;
    if status.pending.is_some_and(|missing| !missing.is_empty())
        || joined.frontiers_to_vv(&branch.tip).is_none()
    {
        return Err("they begin at a version that this project does not have".to_owned());
    }
    joined.get_deep_value();
    Ok(joined)
}

/// Returns which branch was worked on last. Where the times are not known or equal, any order will do that does not
/// depend on who merges.
fn newer(doc: &LoroDoc, ours: &Frontiers, theirs: &Frontiers) -> Side {
    let age = |version: &Frontiers| {
        let times = version.iter().filter_map(|tip| doc.get_change(tip)).map(|change| change.timestamp);
        (times.max(), version.encode())
    };
    if age(ours) < age(theirs) { Side::Theirs } else { Side::Ours }
}
