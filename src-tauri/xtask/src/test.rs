//! `cargo xtask test`: the set-up, then every check, told in a table and one countable line.

use std::fs;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::count::{self, Count};
use crate::error::{Error, Result};
use crate::repository::Repository;
use crate::setup::{self, Purpose, TEST_FEATURES};
use crate::step;

/// How a suite's tests are counted; a check without tests of its own counts as one.
#[derive(Clone, Copy)]
enum Counting {
    One,
    Lints,
    Cargo,
    Vitest,
    Tap,
}

/// A suite: its name in the table, its command, how it is counted.
struct Suite {
    name: &'static str,
    command: Command,
    counting: Counting,
}

struct Row {
    name: &'static str,
    count: Count,
    time: Duration,
}

/// Names that `--only` takes.
pub const SUITES: [&str; 7] = ["rustfmt", "clippy", "rust", "vue-tsc", "eslint", "page", "window"];

/// Runs all suites, or the one named; `quick` leaves the window out.
///
/// # Errors
/// When the set-up fails; a failing suite is told in the exit code after all suites ran.
pub fn test(repository: &Repository, only: Option<&str>, quick: bool) -> Result<ExitCode> {
    if let Some(name) = only
        && !SUITES.contains(&name)
    {
        return Err(Error::new(
            format!("there is no suite {name}"),
            format!("There are: {}.", SUITES.join(", ")),
        ));
    }
    let start = Instant::now();
    setup::prepare(repository, Purpose::Test, false)?;
    setup::told(start);
    let set_up = start.elapsed();
    let mut rows = Vec::new();
    for suite in suites(repository) {
        let chosen = only.is_none_or(|name| name == suite.name);
        if chosen && !(quick && suite.name == "window") {
            rows.push(run(repository, suite)?);
        }
    }
    Ok(tell(set_up, start.elapsed(), &rows))
}

fn suites(repository: &Repository) -> Vec<Suite> {
    let cargo = |arguments: &[&str]| repository.cargo(arguments);
    let report = format!("--outputFile.json={}", vitest_report(repository).display());
    // Of libraries and programs, too. No doc tests: there are none, and looking for them takes a minute.
    let rust = ["test", "--locked", "--workspace", "--features", TEST_FEATURES, "--no-fail-fast", "--tests"];
    vec![
        Suite { name: "rustfmt", command: cargo(&["fmt", "--all", "--check"]), counting: Counting::One },
        Suite { name: "clippy", command: setup::everything(repository), counting: Counting::Lints },
        Suite { name: "rust", command: rust_tests(repository, &rust), counting: Counting::Cargo },
        Suite { name: "vue-tsc", command: repository.npm(&["run", "typecheck"]), counting: Counting::One },
        Suite { name: "eslint", command: repository.npm(&["run", "lint"]), counting: Counting::One },
        Suite {
            name: "page",
            command: repository.npm(&["test", "--", "--reporter=default", "--reporter=json", &report]),
            counting: Counting::Vitest,
        },
        Suite { name: "window", command: window(repository), counting: Counting::Tap },
    ]
}

fn rust_tests(repository: &Repository, arguments: &[&str]) -> Command {
    let mut command = setup::linting(repository.cargo(arguments));
    command.env("SON1K_CLI", repository.program("son1k")).env("SON1K_JUDGE", repository.judge_python());
    command
}

/// Node's own runner drives the built studio; one file after the other, for there is one studio and one sound server.
fn window(repository: &Repository) -> Command {
    let folder = repository.root.join("tests/e2e");
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut journeys: Vec<_> = files.filter(|file| file.to_string_lossy().ends_with(".test.js")).collect();
    journeys.sort();
    let mut command = repository.node();
    command
        .args(["--test", "--test-concurrency=1", "--test-reporter=tap"])
        .args(journeys)
        .env("SON1K_STUDIO", repository.program("son1k-studio"))
        .env("SON1K_CLI", repository.program("son1k"))
        .env("SON1K_JUDGE", repository.judge_python());
    command
}

fn run(repository: &Repository, suite: Suite) -> Result<Row> {
    println!("→ {}", suite.name);
    // An old report must not be counted for a run that wrote none.
    let _ = fs::remove_file(vitest_report(repository));
    let finished = step::run(repository, suite.name, suite.command)?;
    let success = finished.status.success();
    let counted = match suite.counting {
        Counting::One => Count { passed: usize::from(success), failed: 0 },
        Counting::Lints => count::of_lints(&finished.output()),
        Counting::Cargo => count::of_cargo(&finished.output()),
        Counting::Vitest => {
            count::of_vitest(&fs::read_to_string(vitest_report(repository)).unwrap_or_default())
        }
        Counting::Tap => count::of_tap(&finished.output()),
    };
    let count = counted.with_status(success);
    if count.failed > 0 {
        show_failures(&finished.output());
        step::show_tail(&finished.log);
    }
    let sign = if count.failed == 0 { "✓" } else { "✗" };
    println!(
        "{sign} {}  {} passed, {} failed  {}",
        suite.name,
        count.passed,
        count.failed,
        step::seconds(finished.time)
    );
    Ok(Row { name: suite.name, count, time: finished.time })
}

/// Tells of each failed test what it said, which the end of a long output may not show.
fn show_failures(output: &str) {
    for line in failures(output) {
        println!("  ✗ {line}");
    }
}

/// Returns the lines that belong to failed tests: of `cargo test` the verdicts and the sections with their output, of
/// TAP the verdicts and the blocks below them.
fn failures(output: &str) -> Vec<&str> {
    let mut kept = Vec::new();
    let mut inside = false;
    for line in output.lines() {
        let trimmed = line.trim();
        let verdict =
            (line.starts_with("test ") && line.ends_with("FAILED")) || trimmed.starts_with("not ok ");
        let section = line.starts_with("---- ") && line.ends_with(" stdout ----");
        let end = trimmed == "..." || line == "failures:" || line.starts_with("test result:");
        inside = (inside && !end && !verdict) || section || trimmed.starts_with("not ok ");
        if verdict || inside {
            kept.push(line);
        }
    }
    kept
}

fn tell(set_up: Duration, total: Duration, rows: &[Row]) -> ExitCode {
    println!("\n{:<10} {:>8} {:>8} {:>14}", "step", "passed", "failed", "time");
    println!("{:<10} {:>8} {:>8} {:>14}", "set-up", "", "", step::seconds(set_up));
    for row in rows {
        println!(
            "{:<10} {:>8} {:>8} {:>14}",
            row.name,
            row.count.passed,
            row.count.failed,
            step::seconds(row.time)
        );
    }
    println!("{:<10} {:>8} {:>8} {:>14}\n", "all", "", "", step::seconds(total));
    let sum = rows.iter().fold(Count::default(), |sum, row| sum.plus(row.count));
    println!("{} passed, {} failed", sum.passed, sum.failed);
    if sum.failed == 0 && sum.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn vitest_report(repository: &Repository) -> std::path::PathBuf {
    repository.workshop().join("vitest.json")
}

#[cfg(test)]
mod tests {
    use super::failures;

    #[test]
    fn a_failed_test_is_told_with_what_it_said() {
        let cargo = "test one ... ok\ntest two ... FAILED\n\nfailures:\n\n---- two stdout ----\nleft: 1\n\nfailures:\n\
                     two\n\ntest result: FAILED. 1 passed; 1 failed\n";
        assert_eq!(failures(cargo), ["test two ... FAILED", "---- two stdout ----", "left: 1", ""]);
        let tap = "not ok 1 - it fits\n  ---\n  error: 'too wide'\n  ...\nok 2 - it plays\n  ---\n  duration_ms: 3\n  ...\n";
        assert_eq!(failures(tap), ["not ok 1 - it fits", "  ---", "  error: 'too wide'"]);
    }
}
