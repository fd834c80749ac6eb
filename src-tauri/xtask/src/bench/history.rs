//! The history of a project beside restic, borg and git: every version is kept by all of them, one after the other.

mod keeper;
mod project;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use keeper::{Borg, Git, Keeper, Restic, Studio};
use project::{Edit, Project};

use crate::error::{Error, Result, io};
use crate::packages;
use crate::repository::Repository;

const VERSIONS: usize = 50;
/// Short works are repeated that often.
const ROUNDS: usize = 5;
/// Stems that are taken in before their version is kept, after everything else.
const TAKEN: usize = 8;
/// Versions that a musician goes back and forth.
const BACK: usize = 3;
/// Two versions between which a stem, a take and the mixer changed.
const COMPARED: (usize, usize) = (VERSIONS - 1 - BACK, VERSIONS - 1);

/// What was measured of a program: by what was done, every time that it took.
type Times = BTreeMap<What, Vec<Duration>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Keep(Edit),
    RestoreFirst,
    RestoreLast,
    Switch,
    List,
    Compare,
    TakeIn,
    KeepTaken,
}

impl What {
    fn name(self) -> String {
        match self {
            Self::Keep(edit) => edit.name().into(),
            Self::RestoreFirst => "restore the first version".into(),
            Self::RestoreLast => "restore the last version".into(),
            Self::Switch => format!("switch, {BACK} versions back or forth"),
            Self::List => format!("list {VERSIONS} versions"),
            Self::Compare => "compare two versions".into(),
            Self::TakeIn => "take in a re-bounced 50 MB stem".into(),
            Self::KeepTaken => "version of what was taken in".into(),
        }
    }
}

/// 50 versions of a project of 500 MB: kept, listed, compared, restored and switched between.
pub fn bench(repository: &Repository) -> Result<String> {
    packages::ensure(repository, &[packages::BENCHES])?;
    super::build(repository, "the store of versions", &["-p", "son1k-history", "--example", "versions"])?;
    let base = repository.workshop().join("bench").join("history");
    let _none_at_the_first_run = fs::remove_dir_all(&base);
    fs::create_dir_all(&base).map_err(io("make the folder of the bench"))?;
    let table = measure(repository, &base);
    let _the_next_run_makes_it_anew = fs::remove_dir_all(&base);
    table
}

fn measure(repository: &Repository, base: &Path) -> Result<String> {
    let mut project = Project::make(&base.join("project")).map_err(io("write the project"))?;
    let studio = Studio::open(repository, base, &project.folder)?;
    let opening = studio.opening;
    let mut keepers: Vec<Box<dyn Keeper>> = vec![
        Box::new(studio),
        Box::new(Restic::make(base, &project.folder)?),
        Box::new(Borg::make(base, &project.folder)?),
        Box::new(Git::make(base, &project.folder)?),
    ];
    let mut times: Vec<Times> = keepers.iter().map(|_| Times::new()).collect();
    for number in 0..VERSIONS {
        let edit = Edit::of(number);
        project.edit(edit, number).map_err(io("edit the project"))?;
        // Each is the first in turn: the first one reads what was just written.
        for turn in 0..keepers.len() {
            let one = (number + turn) % keepers.len();
            let time = keepers[one].keep(number)?;
            times[one].entry(What::Keep(edit)).or_default().push(time);
        }
        println!("  … version {} of {VERSIONS}: {}", number + 1, edit.name());
    }
    for (keeper, times) in keepers.iter_mut().zip(&mut times) {
        println!("  … {} lists, compares and restores", keeper.name());
        use_versions(keeper.as_mut(), times, &project, base)?;
    }
    let stored: Vec<u64> = keepers
        .iter()
        .map(|keeper| keeper::size(keeper.store()).map_err(io("measure what is stored")))
        .collect::<Result<_>>()?;
    for number in VERSIONS..VERSIONS + TAKEN {
        project.edit(Edit::Bounced, number).map_err(io("edit the project"))?;
        for (keeper, times) in keepers.iter_mut().zip(&mut times) {
            if let Some(time) = keeper.take_in()? {
                times.entry(What::TakeIn).or_default().push(time);
                times.entry(What::KeepTaken).or_default().push(keeper.keep(number)?);
            }
        }
    }
    let names: Vec<&str> = keepers.iter().map(|keeper| keeper.name()).collect();
    Ok(table(&names, &times, &stored, opening))
}

fn use_versions(keeper: &mut dyn Keeper, times: &mut Times, project: &Project, base: &Path) -> Result<()> {
    let mut note = |what: What, time: Duration| times.entry(what).or_default().push(time);
    for _ in 0..ROUNDS {
        note(What::List, keeper.list()?);
    }
    for _ in 0..ROUNDS {
        note(What::Compare, keeper.compare(COMPARED.0, COMPARED.1)?);
    }
    let folder = base.join("back");
    note(What::RestoreFirst, keeper.restore(0, &folder)?);
    fs::remove_dir_all(&folder).map_err(io("clear what was restored"))?;
    note(What::RestoreLast, keeper.restore(VERSIONS - 1, &folder)?);
    verify(keeper, project, &folder)?;
    for _ in 0..2 {
        note(What::Switch, keeper.restore(COMPARED.0, &folder)?);
        note(What::Switch, keeper.restore(COMPARED.1, &folder)?);
    }
    verify(keeper, project, &folder)?;
    fs::remove_dir_all(&folder).map_err(io("clear what was restored"))
}

/// Fails unless what came back is what the project is now.
fn verify(keeper: &dyn Keeper, project: &Project, folder: &Path) -> Result<()> {
    let found = keeper::difference(&project.folder, &keeper.root(folder)).map_err(io("compare files"))?;
    match found {
        None => Ok(()),
        Some(path) => {
            Err(Error::new(format!("{} brought back another {}", keeper.name(), path.display()), ""))
        }
    }
}

fn table(names: &[&str], times: &[Times], stored: &[u64], opening: Duration) -> String {
    let mut text = format!(
        "### {VERSIONS} versions of a project of 500 MB (median, 95 % under; × is to son1k)\n\n| what | times | {} |\n",
        names.join(" | ")
    );
    text += &format!("|---|---|{}\n", "---|".repeat(names.len()));
    let whats: Vec<What> = times.first().map(|ours| ours.keys().copied().collect()).unwrap_or_default();
    for what in whats {
        let cells: Vec<String> = times.iter().map(|one| cell(&times[0], one, what)).collect();
        let count = times[0].get(&what).map_or(0, Vec::len);
        text += &format!("| {} | {count} | {} |\n", what.name(), cells.join(" | "));
    }
    let megabytes = |bytes: &u64| format!("{} MB, {:.2} ×", bytes / 1_000_000, ratio(*bytes, stored[0]));
    let cells: Vec<String> = stored.iter().map(megabytes).collect();
    text += &format!("| stored | | {} |\n", cells.join(" | "));
    text += &format!(
        "\nson1k is the store as the studio has it: open. To open it took {} once, which is not in the times above; \
         the other programs open theirs each time.\n",
        millis(opening)
    );
    text
}

fn cell(ours: &Times, one: &Times, what: What) -> String {
    let (Some(reference), Some(times)) = (ours.get(&what), one.get(&what)) else { return "–".into() };
    let median = at(times, 0.5);
    let ratio = median.as_secs_f64() / at(reference, 0.5).as_secs_f64();
    format!("{}, {}, {ratio:.1} ×", millis(median), millis(at(times, 0.95)))
}

fn ratio(one: u64, other: u64) -> f64 {
    one as f64 / other.max(1) as f64
}

/// Returns the time that a share of all times do not exceed.
fn at(times: &[Duration], share: f64) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    let place = (sorted.len().saturating_sub(1) as f64 * share).round() as usize;
    sorted.get(place).copied().unwrap_or_default()
}

fn millis(time: Duration) -> String {
    match time.as_secs_f64() * 1e3 {
        few if few < 10.0 => format!("{few:.1} ms"),
        some if some < 10_000.0 => format!("{some:.0} ms"),
        many => format!("{:.1} s", many / 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_tells_medians_percentiles_and_ratios() {
        let times = |factor: u64| {
            let all = (1..=100).map(|one| Duration::from_millis(one * factor)).collect();
            Times::from([(What::Keep(Edit::Mixer), all)])
        };
        let text =
            table(&["son1k", "restic"], &[times(1), times(4)], &[10_000_000, 12_000_000], Duration::ZERO);
        assert!(
            text.contains("| mixer-only change | 100 | 51 ms, 95 ms, 1.0 × | 204 ms, 380 ms, 4.0 × |"),
            "{text}"
        );
        assert!(text.contains("| stored | | 10 MB, 1.00 × | 12 MB, 1.20 × |"), "{text}");
    }
}
