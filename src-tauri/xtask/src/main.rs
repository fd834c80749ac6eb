//! The commands of the README: set up, run, test, bench, licences. It joins nothing and knows the studio only by its
//! programs and folders; it has no dependencies but the one that hears Ctrl+C, so that it is built in seconds.

mod bench;
mod count;
mod display;
mod error;
mod licences;
mod node;
mod packages;
mod repository;
mod run;
mod setup;
mod stamp;
mod step;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use error::{Error, Result};
use repository::Repository;

const HELP: &str = "\
cargo xtask <command>

  run [--headless] [--release] [--for SECONDS] [--screenshot FILE] [-- ARGUMENTS]
                        set up what is missing and open the studio
  test [--quick] [--only SUITE]
                        set up, then every check; --quick leaves the window tests out
  setup                 only the set-up of the tests
  bindings              write the page's TypeScript bindings anew
  bench [NAME]          measure (all, or one by its name); results go to target/xtask/bench.md too
  licences              licences of everything that is linked (cargo-deny)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("✗ {error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<ExitCode> {
    let Some((command, rest)) = arguments.split_first() else {
        println!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    };
    let repository = Repository::find()?;
    match command.as_str() {
        "run" => run::run(&repository, &run_options(rest)?),
        "test" => {
            let (only, quick) = test_options(rest)?;
            test::test(&repository, only.as_deref(), quick)
        }
        "setup" => setup::prepare(&repository, setup::Purpose::Test, false).map(|()| ExitCode::SUCCESS),
        "bindings" => bindings(&repository),
        "bench" => bench::bench(&repository, rest.first().map(String::as_str)),
        "licences" => licences::licences(&repository),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(Error::new(format!("there is no command {other}"), HELP)),
    }
}

fn run_options(arguments: &[String]) -> Result<run::Options> {
    let mut options = run::Options::default();
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        match argument.as_str() {
            "--headless" => options.headless = true,
            "--release" => options.release = true,
            "--for" => {
                let seconds = value(&mut left, argument)?.parse().ok().filter(|seconds: &f64| *seconds > 0.0);
                let seconds = seconds.ok_or_else(|| Error::new("--for takes seconds", ""))?;
                options.limit = Some(Duration::from_secs_f64(seconds.min(1e6)));
            }
            "--screenshot" => options.screenshot = Some(PathBuf::from(value(&mut left, argument)?)),
            "--" => {
                options.rest = left.cloned().collect();
                break;
            }
            other => return Err(Error::new(format!("run does not know {other}"), HELP)),
        }
    }
    Ok(options)
}

fn test_options(arguments: &[String]) -> Result<(Option<String>, bool)> {
    let (mut only, mut quick) = (None, false);
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        match argument.as_str() {
            "--quick" => quick = true,
            "--only" => only = Some(value(&mut left, argument)?),
            other => return Err(Error::new(format!("test does not know {other}"), HELP)),
        }
    }
    Ok((only, quick))
}

fn value(left: &mut std::slice::Iter<'_, String>, name: &str) -> Result<String> {
    left.next().cloned().ok_or_else(|| Error::new(format!("{name} needs a value"), HELP))
}

/// The test that guards the bindings writes them when it finds another text; a second run must agree.
fn bindings(repository: &Repository) -> Result<ExitCode> {
    setup::page(repository)?;
    let features = setup::TEST_FEATURES;
    for turn in ["bindings written", "bindings checked"] {
        let cargo = repository.cargo(&["test", "--test", "app", "--features", features, "bindings"]);
        let finished = step::run(repository, turn, cargo)?;
        if finished.status.success() {
            println!("✓ ui/src/ipc/bindings.ts  {}", step::seconds(finished.time));
            return Ok(ExitCode::SUCCESS);
        }
        step::show_tail(&finished.log);
    }
    Err(Error::new("could not write the bindings", "Mend what the compiler says."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn run_understands_its_options_and_leaves_the_rest_to_the_studio() {
        let options = run_options(&words("--headless --for 2.5 --screenshot a.png -- --data-dir d")).unwrap();
        assert!(options.headless && !options.release);
        assert_eq!(options.limit, Some(Duration::from_millis(2500)));
        assert_eq!(options.screenshot, Some(PathBuf::from("a.png")));
        assert_eq!(options.rest, ["--data-dir", "d"]);
    }

    #[test]
    fn nonsense_is_refused_with_the_help() {
        assert!(run_options(&words("--for soon")).is_err());
        assert!(run_options(&words("--for")).is_err());
        assert!(run_options(&words("--fast")).unwrap_err().to_string().contains("cargo xtask <command>"));
        assert!(dispatch(&words("dance")).is_err());
    }
}
