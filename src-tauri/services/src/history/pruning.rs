//! Versions that rules do not keep are let go.

use std::collections::BTreeSet;

use son1k_domain::history::{Occasion, PrunePlan, PruneRules, PrunedVersion, Version};
use son1k_domain::id::{ProjectId, VersionId};
use son1k_history::{self as engine, Progress};

use super::graph::Graph;
use super::{History, of_engine, to_engine, unwatched};
use crate::{Result, clock};

const HOUR_MS: f64 = 3_600_000.0;
const DAY_MS: f64 = 24.0 * HOUR_MS;

impl History {
    /// Returns what rules would let go of the open project's versions, and what that would free.
    ///
    /// # Errors
    /// [`Trouble::Damaged`](super::Trouble::Damaged) when nobody can say what versions need.
    pub fn prune_plan(&self, rules: PruneRules) -> Result<PrunePlan> {
        let here = self.here()?;
        let gone = self.prunable(&here.project, &rules, self.noted(&here).and_then(|place| place.version))?;
        let names: Vec<engine::VersionId> = gone.iter().map(to_engine).collect();
        let vault = self.vault()?;
        let freed = unwatched(|progress| vault.freed_by(&names, progress))?;
        let alone = |version: &VersionId| freed.alone.get(&to_engine(version)).copied().unwrap_or_default();
        let versions = gone
            .into_iter()
            .map(|version| PrunedVersion { freed: alone(&version) as f64, version })
            .collect();
        Ok(PrunePlan { rules, versions, freed: freed.together as f64 })
    }

    /// Lets go of what rules do not keep of a project, and frees the space; returns how many bytes that were.
    ///
    /// # Errors
    /// [`Trouble::Damaged`](super::Trouble::Damaged), [`Trouble::Locked`](super::Trouble::Locked),
    /// [`Error::Cancelled`](crate::Error::Cancelled); every version that is listed stays whole.
    pub fn prune(&self, project: &ProjectId, rules: &PruneRules, progress: Progress<'_>) -> Result<u64> {
        let _turn = self.turn();
        let here = self.here().ok().filter(|here| here.project == *project);
        let head = here.and_then(|here| self.noted(&here)).and_then(|place| place.version);
        let gone: Vec<_> = self.prunable(project, rules, head)?.iter().map(to_engine).collect();
        let vault = self.vault()?;
        if !gone.is_empty() {
            progress.part(0.0, 0.2, |progress| vault.forget(&gone, *progress))?;
            let gone: Vec<VersionId> = gone.iter().map(of_engine).collect();
            self.runtime.block_on(self.store.forget_versions_seen(&gone))?;
        }
        Ok(progress.part(0.2, 1.0, |progress| vault.prune(*progress))?)
    }

    /// Lets go of what rules do not keep of the open project; see [`Self::prune`].
    ///
    /// # Errors
    /// As [`Self::prune`].
    pub fn prune_open(&self, rules: &PruneRules, progress: Progress<'_>) -> Result<u64> {
        self.prune(&self.here()?.project, rules, progress)
    }

    fn prunable(
        &self,
        project: &ProjectId,
        rules: &PruneRules,
        head: Option<VersionId>,
    ) -> Result<Vec<VersionId>> {
        Ok(let_go(&self.versions(project)?, rules, head.as_ref(), clock::now_ms()))
    }
}

/// Returns the versions that rules let go, oldest first.
fn let_go(versions: &[Version], rules: &PruneRules, head: Option<&VersionId>, now_ms: f64) -> Vec<VersionId> {
    let needed = needed(versions, head);
    let mut spans: BTreeSet<(&str, u8, i64)> = BTreeSet::new();
    let mut gone = Vec::new();
    // The latest of each span stays.
    for version in versions.iter().rev() {
        let kept_anyway =
            version.occasion == Occasion::Named || version.starred || needed.contains(&version.id);
        let stays = match span(version, rules, now_ms) {
            Span::LastDay => true,
            Span::One(kind, number) => spans.insert((&version.branch, kind, number)),
            Span::TooOld => false,
        };
        if !(stays || kept_anyway) {
            gone.push(version.id.clone());
        }
    }
    gone.reverse();
    gone
}

/// How long ago a version was kept.
enum Span {
    LastDay,
    /// One of these stays.
    One(u8, i64),
    TooOld,
}

fn span(version: &Version, rules: &PruneRules, now_ms: f64) -> Span {
    let age = now_ms - version.time_ms;
    let hourly = f64::from(rules.hourly_days) * DAY_MS;
    let daily = hourly + f64::from(rules.daily_days) * DAY_MS;
    let weekly = daily + f64::from(rules.weekly_weeks) * 7.0 * DAY_MS;
    let number = |length: f64| (version.time_ms / length).floor() as i64;
    if age < DAY_MS {
        Span::LastDay
    } else if age < hourly {
        Span::One(0, number(HOUR_MS))
    } else if age < daily {
        Span::One(1, number(DAY_MS))
    } else if age < weekly {
        Span::One(2, number(7.0 * DAY_MS))
    } else {
        Span::TooOld
    }
}

/// Returns what branches need: where the project is, their tips, and where they part and meet.
fn needed(versions: &[Version], head: Option<&VersionId>) -> BTreeSet<VersionId> {
    let graph = Graph::of(versions);
    let mut needed: BTreeSet<VersionId> = head.into_iter().cloned().collect();
    needed.extend(graph.branches("").into_iter().map(|branch| branch.tip));
    let mut with_children = BTreeSet::new();
    for version in versions {
        let parents = graph.parents(version);
        for parent in &parents {
            let parts = !with_children.insert(&parent.id) || parent.branch != version.branch;
            if parts || parents.len() > 1 {
                needed.insert(parent.id.clone());
            }
        }
        let begins = version.occasion == Occasion::Branch
            || parents.first().is_some_and(|parent| parent.branch != version.branch);
        if begins || version.parents.len() > 1 {
            needed.insert(version.id.clone());
        }
    }
    needed
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: f64 = 400.0 * DAY_MS;

    fn version(number: u32, age_days: f64, occasion: Occasion, parent: Option<u32>) -> Version {
        let id = |number: u32| VersionId(format!("{number:064}"));
        Version {
            id: id(number),
            message: String::new(),
            occasion,
            branch: "main".into(),
            author: String::new(),
            time_ms: NOW - age_days * DAY_MS,
            parents: parent.map(id).into_iter().collect(),
            starred: false,
            files: 1,
            bytes: 1.0,
            added_bytes: 1.0,
            changes: None,
            foremost: Vec::new(),
        }
    }

    /// A hundred days of a version every ten minutes of one hour a day.
    fn months() -> Vec<Version> {
        let mut versions = Vec::new();
        for day in (0..100).rev() {
            for ten in 0..6 {
                let number = versions.len() as u32;
                let age = f64::from(day) + 0.5 - f64::from(ten) / 144.0;
                versions.push(version(number, age, Occasion::Pause, number.checked_sub(1)));
            }
        }
        versions
    }

    #[test]
    fn automatic_versions_get_thinner_with_age_and_the_last_day_stays() {
        let versions = months();
        let gone = let_go(&versions, &PruneRules::default(), None, NOW);
        let kept = |from: f64, to: f64| {
            let age = |version: &Version| (NOW - version.time_ms) / DAY_MS;
            let inside = versions.iter().filter(|v| (from..to).contains(&age(v)));
            inside.filter(|version| !gone.contains(&version.id)).count()
        };
        assert_eq!(kept(0.0, 1.0), 6);
        assert!((6..=14).contains(&kept(1.0, 7.0)), "{}", kept(1.0, 7.0));
        assert!((59..=62).contains(&kept(7.0, 67.0)), "{}", kept(7.0, 67.0));
        assert!((4..=7).contains(&kept(67.0, 100.0)), "{}", kept(67.0, 100.0));
    }

    #[test]
    fn what_is_named_starred_or_needed_by_a_branch_is_never_let_go() {
        let mut versions = months();
        versions[3].occasion = Occasion::Named;
        versions[8].starred = true;
        let mut branch = version(5_000, 98.0, Occasion::Branch, Some(14));
        branch.branch = "quiet".into();
        versions.insert(20, branch);
        let none = PruneRules { hourly_days: 0, daily_days: 0, weekly_weeks: 0 };
        let gone = let_go(&versions, &none, Some(&versions[30].id), NOW);
        for needed in [3, 8, 14, 20, 30, versions.len() - 1] {
            assert!(!gone.contains(&versions[needed].id), "{needed}");
        }
        assert!(gone.len() > 580);
    }
}
