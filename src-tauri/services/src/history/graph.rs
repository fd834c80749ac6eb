//! How versions come from each other, also across those that were let go.

use std::collections::{BTreeMap, BTreeSet};

use son1k_domain::history::{Branch, Occasion, Version};
use son1k_domain::id::{ProjectId, VersionId};
use son1k_history::{self as engine, Kind};

use super::place::MAIN;
use super::{History, Trouble, of_engine};
use crate::Result;

/// The fewest letters of a version's name that stand for it.
const SHORTEST: usize = 4;

/// The versions of one project.
pub(super) struct Graph<'a> {
    /// Oldest first.
    versions: &'a [Version],
    by_id: BTreeMap<&'a VersionId, usize>,
}

impl<'a> Graph<'a> {
    /// Takes versions, oldest first.
    pub(super) fn of(versions: &'a [Version]) -> Self {
        let by_id = versions.iter().enumerate().map(|(at, version)| (&version.id, at)).collect();
        Self { versions, by_id }
    }

    /// Returns the versions that one comes from. In the place of one that was let go stands the latest before it on the
    /// same branch.
    pub(super) fn parents(&self, version: &Version) -> Vec<&'a Version> {
        let found = version.parents.iter().enumerate().filter_map(|(number, parent)| {
            if let Some(at) = self.by_id.get(parent) {
                return self.versions.get(*at);
            }
            // The second parent of a merge is on another branch; it is never let go by the studio.
            let at = *self.by_id.get(&version.id).filter(|_| number == 0)?;
            self.versions.get(..at)?.iter().rev().find(|other| other.branch == version.branch)
        });
        found.collect()
    }

    /// Returns the names of what each version comes from, in their order; see [`Self::parents`].
    pub(super) fn all_parents(&self) -> Vec<Vec<VersionId>> {
        let names = |version| self.parents(version).into_iter().map(|parent| parent.id.clone()).collect();
        self.versions.iter().map(names).collect()
    }

    fn ancestors(&self, from: &VersionId) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut waiting: Vec<usize> = self.by_id.get(from).copied().into_iter().collect();
        while let Some(at) = waiting.pop() {
            if found.insert(at)
                && let Some(version) = self.versions.get(at)
            {
                waiting.extend(self.parents(version).iter().filter_map(|parent| self.by_id.get(&parent.id)));
            }
        }
        found
    }

    /// Returns the latest version that both come from; one comes from itself.
    pub(super) fn common(&self, one: &VersionId, other: &VersionId) -> Option<&'a Version> {
        let (ours, theirs) = (self.ancestors(one), self.ancestors(other));
        let latest = ours.intersection(&theirs).last()?;
        self.versions.get(*latest)
    }

    /// Returns each branch with its latest version, the current one first, then the latest worked on.
    pub(super) fn branches(&self, current: &str) -> Vec<Branch> {
        let mut tips: BTreeMap<&str, &Version> = BTreeMap::new();
        for version in self.versions {
            tips.insert(&version.branch, version);
        }
        let mut found: Vec<Branch> = tips
            .into_iter()
            .map(|(name, tip)| Branch { name: name.to_owned(), tip: tip.id.clone(), time_ms: tip.time_ms })
            .collect();
        found.sort_by(|a, b| {
            let last = |branch: &Branch| branch.name != current;
            last(a).cmp(&last(b)).then(b.time_ms.total_cmp(&a.time_ms))
        });
        found
    }

    /// Returns the latest version of a branch.
    pub(super) fn tip(&self, branch: &str) -> Option<&'a Version> {
        self.versions.iter().rev().find(|version| version.branch == branch)
    }
}

impl History {
    /// Returns the versions of a project, oldest first.
    pub(super) fn versions(&self, project: &ProjectId) -> Result<Vec<Version>> {
        Ok(self.vault()?.versions(project)?.into_iter().map(told).collect())
    }

    /// Returns the version of the open project that a text stands for: its name, or the beginning of it.
    ///
    /// # Errors
    /// [`Trouble::NoVersion`], [`Trouble::Ambiguous`].
    pub fn find(&self, text: &str) -> Result<Version> {
        let here = self.here()?;
        let mut found = self.versions(&here.project)?;
        found.retain(|version| version.id.as_str().starts_with(text));
        match found.len() {
            0 => Err(Trouble::NoVersion(text.to_owned()).into()),
            1 if text.len() >= SHORTEST => Ok(found.swap_remove(0)),
            _ => Err(Trouble::Ambiguous(text.to_owned()).into()),
        }
    }
}

/// Tells a version of the store in the words of the studio.
fn told(version: engine::Version) -> Version {
    let since = version.time.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let occasion = serde_json::from_value(serde_json::Value::String(version.occasion)).ok();
    Version {
        id: of_engine(&version.id),
        message: version.message,
        occasion: match (version.kind, occasion) {
            (Kind::Named, _) => Occasion::Named,
            (Kind::Automatic, Some(occasion)) if occasion != Occasion::Named => occasion,
            (Kind::Automatic, _) => Occasion::Pause,
        },
        branch: if version.branch.is_empty() { MAIN.to_owned() } else { version.branch },
        author: version.author,
        time_ms: (since.as_secs_f64() * 1000.0).floor(),
        parents: version.parents.iter().map(of_engine).collect(),
        starred: version.starred,
        files: u32::try_from(version.files).unwrap_or(u32::MAX),
        bytes: version.size as f64,
        added_bytes: version.added as f64,
        changes: None,
        foremost: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(number: u32, branch: &str, parents: &[u32]) -> Version {
        let id = |number: u32| VersionId(format!("{number:064}"));
        Version {
            id: id(number),
            message: String::new(),
            occasion: Occasion::Pause,
            branch: branch.to_owned(),
            author: String::new(),
            time_ms: f64::from(number),
            parents: parents.iter().map(|parent| id(*parent)).collect(),
            starred: false,
            files: 1,
            bytes: 1.0,
            added_bytes: 1.0,
            changes: None,
            foremost: Vec::new(),
        }
    }

    #[test]
    fn two_branches_meet_where_they_parted() {
        let versions = [
            version(1, "main", &[]),
            version(2, "main", &[1]),
            version(3, "quiet", &[2]),
            version(4, "main", &[2]),
            version(5, "quiet", &[3]),
        ];
        let graph = Graph::of(&versions);
        assert_eq!(graph.common(&versions[3].id, &versions[4].id).unwrap().id, versions[1].id);
        assert_eq!(graph.common(&versions[1].id, &versions[4].id).unwrap().id, versions[1].id);
        let names: Vec<_> = graph.branches("main").into_iter().map(|branch| branch.name).collect();
        assert_eq!(names, ["main", "quiet"]);
    }

    #[test]
    fn a_version_that_was_let_go_does_not_cut_the_line() {
        let versions = [
            version(1, "main", &[]),
            // 2 is gone.
            version(3, "main", &[2]),
            version(4, "other", &[3]),
            // 5 is gone.
            version(6, "main", &[5]),
        ];
        let graph = Graph::of(&versions);
        assert_eq!(graph.parents(&versions[1])[0].id, versions[0].id);
        let of = |at: usize| vec![versions[at].id.clone()];
        assert_eq!(graph.all_parents(), [vec![], of(0), of(1), of(1)]);
        assert_eq!(graph.common(&versions[3].id, &versions[2].id).unwrap().id, versions[1].id);
    }
}
