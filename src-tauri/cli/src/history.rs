//! `son1k history`

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::json;
use son1k_domain::history::{HistoryReport, PruneRules, Timeline, Version};
use son1k_domain::id::{SectionId, TrackId, VersionId};
use son1k_domain::merge::Part;
use son1k_domain::setting::Language;
use son1k_services::history::Progress;
use son1k_services::{Error, Result, Services};

use crate::copying::{self, Copying};
use crate::report::Report;
use crate::text::{counted, occasion, pick};
use crate::watched::watched;

/// What is asked of a project's past.
#[derive(Debug, Args)]
pub struct Past {
    /// The folder of a project, or any folder of files.
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub project: PathBuf,
    /// Print one JSON object.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub action: Action,
}

/// VERSION is the name of a version, or the beginning of it: four letters or more.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Keep the project as it is.
    Save {
        /// What changed, in your own words.
        #[arg(short, long, value_name = "TEXT", default_value = "")]
        message: String,
    },
    /// List the versions, newest first.
    List,
    /// Show a version and its files.
    Show {
        #[arg(value_name = "VERSION")]
        version: String,
    },
    /// Say what differs between two versions, or a version and the project as it is.
    Compare {
        #[arg(value_name = "VERSION")]
        before: String,
        #[arg(value_name = "VERSION")]
        after: Option<String>,
    },
    /// Begin a branch, and go there.
    Branch {
        name: String,
        /// Begin at this version instead of the project as it is.
        #[arg(long, value_name = "VERSION")]
        from: Option<String>,
    },
    /// Go to a branch; the project as it was is kept before.
    Switch { name: String },
    /// Bring another branch in.
    Merge { name: String },
    /// Go back to a version, or take a part of it; the project as it was is kept before.
    Restore {
        #[arg(value_name = "VERSION")]
        version: String,
        /// track:ID, section:ID or file:PATH.
        #[arg(long, value_name = "PART")]
        part: Option<String>,
    },
    /// Say whether all that was kept is still what it was.
    Check {
        /// Read every byte.
        #[arg(long)]
        read_data: bool,
        /// Set aside what is damaged and keep what can still be read of it.
        #[arg(long)]
        mend: bool,
    },
    /// Copy the versions of all projects to a folder or a bucket, and read back what was written.
    Copy(Copying),
    /// Let go of old automatic versions; named and starred ones always stay.
    Prune {
        /// Only say what would go.
        #[arg(long)]
        dry_run: bool,
        /// Of versions older than a day, keep one an hour for so many days.
        #[arg(long, value_name = "DAYS", default_value_t = PruneRules::default().hourly_days)]
        hourly_days: u32,
        /// Then keep one a day for so many days.
        #[arg(long, value_name = "DAYS", default_value_t = PruneRules::default().daily_days)]
        daily_days: u32,
        /// Then keep one a week for so many weeks.
        #[arg(long, value_name = "WEEKS", default_value_t = PruneRules::default().weekly_weeks)]
        weekly_weeks: u32,
    },
}

pub async fn run(past: Past, services: Arc<Services>, report: &Report) -> Result<ExitCode> {
    let alone = matches!(
        past.action,
        Action::Branch { .. } | Action::Switch { .. } | Action::Merge { .. } | Action::Restore { .. }
    );
    // A copy is about all projects: none is opened for it.
    if !matches!(past.action, Action::Copy(_)) {
        services.open_past(&past.project, alone).await?;
    }
    match past.action {
        Action::Save { message } => save(message, &services, report).await,
        Action::List => list(&services, report).await,
        Action::Show { version } => show(&version, &services, report).await,
        Action::Compare { before, after } => compare(&before, after.as_deref(), &services, report).await,
        Action::Branch { name, from } => branch(name, from.as_deref(), &services, report).await,
        Action::Switch { name } => {
            services.switch_branch(name).await?;
            stand(&services, report).await
        }
        Action::Merge { name } => merge(name, &services, report).await,
        Action::Restore { version, part } => restore(&version, part.as_deref(), &services, report).await,
        Action::Check { read_data, mend } => check(read_data, mend, services, report).await,
        Action::Copy(wish) => copying::copy(wish, services, report).await,
        Action::Prune { dry_run, hourly_days, daily_days, weekly_weeks } => {
            let rules = PruneRules { hourly_days, daily_days, weekly_weeks };
            prune(rules, dry_run, services, report).await
        }
    }
}

async fn save(message: String, services: &Services, report: &Report) -> Result<ExitCode> {
    let version = services.save_version(message).await?;
    if report.json {
        report.object(&json!({ "version": version }));
    } else {
        println!("{version}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the versions; a store that cannot be used is an error here.
async fn timeline(services: &Services) -> Result<Timeline> {
    let timeline = services.timeline().await?;
    match timeline.problem {
        Some(problem) => Err(Error::Told(problem)),
        None => Ok(timeline),
    }
}

async fn list(services: &Services, report: &Report) -> Result<ExitCode> {
    let timeline = timeline(services).await?;
    if report.json {
        report.object(&timeline);
        return Ok(ExitCode::SUCCESS);
    }
    for version in &timeline.versions {
        let mark = if timeline.head.as_ref() == Some(&version.id) { '*' } else { ' ' };
        println!("{mark} {}", line(version, report.language()));
    }
    if timeline.changed {
        eprintln!(
            "{}",
            pick(
                report.language(),
                "There are changes since the last version.",
                "Hay cambios desde la última versión."
            )
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn line(version: &Version, language: Language) -> String {
    let star = if version.starred { "★" } else { " " };
    let why = occasion(version.occasion, language);
    let said = if version.message.is_empty() { why } else { version.message.as_str() };
    let megabytes = version.bytes / 1e6;
    format!(
        "{} {} {star} {:<12} {megabytes:>8.1} MB  {said}",
        short(&version.id),
        when(version),
        version.branch
    )
}

fn short(id: &VersionId) -> &str {
    id.as_str().get(..12).unwrap_or(id.as_str())
}

/// Returns the day and time in UTC; empty for a time of no calendar.
fn when(version: &Version) -> String {
    let time = Timestamp::from_millisecond(version.time_ms as i64);
    time.map(|time| time.strftime("%Y-%m-%d %H:%M:%SZ").to_string()).unwrap_or_default()
}

async fn show(version: &str, services: &Services, report: &Report) -> Result<ExitCode> {
    let version = services.find_version(version.to_owned()).await?;
    let files = services.version_files(version.id.clone()).await?;
    if report.json {
        report.object(&json!({ "version": version, "files": files }));
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}", line(&version, report.language()));
    for file in files {
        println!("{:>14} {}", file.after.unwrap_or_default(), file.path);
    }
    Ok(ExitCode::SUCCESS)
}

async fn compare(
    before: &str,
    after: Option<&str>,
    services: &Services,
    report: &Report,
) -> Result<ExitCode> {
    let before = services.find_version(before.to_owned()).await?.id;
    let after = match after {
        Some(after) => Some(services.find_version(after.to_owned()).await?.id),
        None => None,
    };
    let compared = services.compare_versions(before, after).await?;
    if report.json {
        report.object(&compared);
        return Ok(ExitCode::SUCCESS);
    }
    for phrase in services.say_changes(&compared) {
        println!("{phrase}");
    }
    Ok(ExitCode::SUCCESS)
}

async fn branch(name: String, from: Option<&str>, services: &Services, report: &Report) -> Result<ExitCode> {
    let from = match from {
        Some(from) => Some(services.find_version(from.to_owned()).await?.id),
        None => None,
    };
    services.make_branch(name, from).await?;
    stand(services, report).await
}

/// Says where the project stands.
async fn stand(services: &Services, report: &Report) -> Result<ExitCode> {
    let timeline = timeline(services).await?;
    if report.json {
        report.object(&json!({ "branch": timeline.branch, "version": timeline.head }));
    } else {
        println!("{} {}", timeline.branch, timeline.head.as_ref().map(short).unwrap_or_default());
    }
    Ok(ExitCode::SUCCESS)
}

async fn merge(name: String, services: &Services, report: &Report) -> Result<ExitCode> {
    let merged = services.merge_branch(name).await?;
    let timeline = timeline(services).await?;
    if report.json {
        report.object(&json!({
            "branch": timeline.branch,
            "version": timeline.head,
            "conflicts": merged.conflicts,
            "kept_beside": merged.kept_beside,
        }));
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}", timeline.head.as_ref().map(short).unwrap_or_default());
    for file in &merged.kept_beside {
        println!("+ {file}");
    }
    if !merged.conflicts.is_empty() {
        eprintln!("{}", undecided(merged.conflicts.len(), report.language()));
    }
    Ok(ExitCode::SUCCESS)
}

fn undecided(conflicts: usize, language: Language) -> String {
    let (english, spanish) = (["conflict", "conflicts"], ["conflicto", "conflictos"]);
    let counted = counted(conflicts, english, spanish, language);
    let rest = match conflicts {
        1 => pick(language, "decide it in History", "decídelo en Historia"),
        _ => pick(language, "decide them in History", "decídelos en Historia"),
    };
    format!("{counted}: {rest}.")
}

async fn restore(
    version: &str,
    part: Option<&str>,
    services: &Services,
    report: &Report,
) -> Result<ExitCode> {
    let version = services.find_version(version.to_owned()).await?.id;
    let wrong = |part: &str| Error::InvalidField { field: "part".into(), value: part.to_owned() };
    match part.map(|part| (part, part.split_once(':'))) {
        None => services.restore_version(version.clone()).await?,
        Some((_, Some(("track", id)))) => {
            services.restore_part(version.clone(), Part::Track { track: TrackId::from(id) }).await?;
        }
        Some((_, Some(("section", id)))) => {
            services.restore_part(version.clone(), Part::Section { section: SectionId::from(id) }).await?;
        }
        Some((_, Some(("file", path)))) => {
            services.restore_file(version.clone(), path.to_owned()).await?;
        }
        Some((part, _)) => return Err(wrong(part)),
    }
    if report.json {
        report.object(&json!({ "restored": version, "part": part }));
    } else {
        println!("{}", short(&version));
    }
    Ok(ExitCode::SUCCESS)
}

/// Exit code 1 says that something is damaged.
async fn check(read_data: bool, mend: bool, services: Arc<Services>, report: &Report) -> Result<ExitCode> {
    let history = services.history.clone();
    let what = pick(report.language(), "checking", "revisando");
    let found = watched(what, move |progress| {
        let progress = Progress { report: progress.report, cancelled: progress.cancelled };
        if mend { history.mend(progress) } else { history.check(read_data, progress) }
    })
    .await?;
    if report.json {
        report.object(&found);
    } else {
        tell_check(&found, report);
    }
    Ok(if found.damage.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell_check(found: &HistoryReport, report: &Report) {
    for damage in &found.damage {
        println!("✗ {}", damage.file);
        for touched in &damage.touched {
            println!("    {} {}", short(&touched.version), touched.path.as_deref().unwrap_or_default());
        }
    }
    let language = report.language();
    let files = (["damaged file", "damaged files"], ["archivo dañado", "archivos dañados"]);
    let damaged = counted(found.damage.len(), files.0, files.1, language);
    println!("{}, {damaged}", versions(found.versions as usize, language));
}

fn versions(count: usize, language: Language) -> String {
    counted(count, ["version", "versions"], ["versión", "versiones"], language)
}

async fn prune(
    rules: PruneRules,
    dry_run: bool,
    services: Arc<Services>,
    report: &Report,
) -> Result<ExitCode> {
    let (gone, freed) = if dry_run {
        let plan = services.prune_plan(rules).await?;
        (plan.versions.iter().map(|gone| json!(gone)).collect::<Vec<_>>(), plan.freed)
    } else {
        let what = pick(report.language(), "tidying", "ordenando");
        let (gone, freed) = watched(what, move |progress| let_go(&rules, &services, progress)).await?;
        (gone.iter().map(|gone| json!({ "version": gone })).collect(), freed as f64)
    };
    if report.json {
        report.object(&json!({ "dry_run": dry_run, "versions": gone, "freed": freed }));
    } else {
        println!("{}, {:.1} MB", versions(gone.len(), report.language()), freed / 1e6);
    }
    Ok(ExitCode::SUCCESS)
}

/// Prunes; returns the versions that went, oldest first, and how many bytes that freed. What each alone would free takes
/// long to work out, and is told by --dry-run.
fn let_go(
    rules: &PruneRules,
    services: &Services,
    progress: &son1k_services::Progress<'_>,
) -> Result<(Vec<String>, u64)> {
    let names = || -> Result<Vec<String>> {
        let versions = services.history.vault()?.all_versions()?;
        Ok(versions.into_iter().map(|version| version.id.0).collect())
    };
    let mut gone = names()?;
    let progress = Progress { report: progress.report, cancelled: progress.cancelled };
    let freed = services.history.prune_open(rules, progress)?;
    let left: HashSet<String> = names()?.into_iter().collect();
    gone.retain(|version| !left.contains(version));
    Ok((gone, freed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_domain::history::Occasion;

    fn version(time_ms: f64) -> Version {
        Version {
            id: VersionId::from("a"),
            message: String::new(),
            occasion: Occasion::Before,
            branch: "main".into(),
            author: String::new(),
            time_ms,
            parents: Vec::new(),
            starred: false,
            files: 0,
            bytes: 0.0,
            added_bytes: 0.0,
            changes: None,
            foremost: Vec::new(),
        }
    }

    #[test]
    fn a_version_without_a_message_says_in_both_languages_why_it_was_kept() {
        let mut version = version(0.0);
        assert!(line(&version, Language::En).ends_with("Kept before a big change"));
        assert!(line(&version, Language::Es).ends_with("Guardada antes de un gran cambio"));
        version.message = "loud drums".into();
        assert!(line(&version, Language::Es).ends_with("loud drums"));
    }

    #[test]
    fn one_conflict_is_not_counted_as_many() {
        assert_eq!(undecided(1, Language::En), "1 conflict: decide it in History.");
        assert_eq!(undecided(1, Language::Es), "1 conflicto: decídelo en Historia.");
        assert_eq!(undecided(2, Language::En), "2 conflicts: decide them in History.");
        assert_eq!(undecided(2, Language::Es), "2 conflictos: decídelos en Historia.");
    }

    #[test]
    fn a_time_is_written_as_a_day_of_the_calendar() {
        assert_eq!(when(&version(0.0)), "1970-01-01 00:00:00Z");
        assert_eq!(when(&version(951_782_399_000.0)), "2000-02-28 23:59:59Z");
        assert_eq!(when(&version(951_782_400_000.0)), "2000-02-29 00:00:00Z");
        assert_eq!(when(&version(1_798_761_600_000.0)), "2027-01-01 00:00:00Z");
        assert_eq!(when(&version(f64::MAX)), "");
    }
}
