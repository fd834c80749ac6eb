//! One step of a command: a program run with its output in a file, timed, and told in a line.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::error::{Error, Result, io};
use crate::repository::Repository;

/// Lines of a failed program's output that are shown.
const TAIL: usize = 60;
/// A long step says that often that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(25);
/// A program that prints nothing for this long hangs: it is ended, so that whoever waits learns where it stood.
const PATIENCE: Duration = Duration::from_secs(12 * 60);
/// A compiler that optimises a whole program at once says nothing for a quarter of an hour, and more on a slow machine.
const SET_UP_PATIENCE: Duration = Duration::from_secs(40 * 60);

/// A program that ran to its end.
#[derive(Debug)]
pub struct Finished {
    pub status: ExitStatus,
    pub log: PathBuf,
    pub time: Duration,
}

impl Finished {
    /// Returns everything the program printed.
    pub fn output(&self) -> String {
        read(&self.log)
    }
}

/// Runs a program with its output in `<workshop>/<name>.log`, without input, and waits for it.
///
/// # Errors
/// When it could not be started; a program that fails is no error here.
pub fn run(repository: &Repository, name: &str, command: Command) -> Result<Finished> {
    run_patiently(repository, name, command, PATIENCE)
}

fn run_patiently(
    repository: &Repository,
    name: &str,
    mut command: Command,
    patience: Duration,
) -> Result<Finished> {
    let folder = repository.workshop();
    fs::create_dir_all(&folder).map_err(io("make the folder of logs"))?;
    let log = folder.join(format!("{}.log", name.replace([' ', '/'], "-")));
    let file = File::create(&log).map_err(io("write a log"))?;
    let again = file.try_clone().map_err(io("write a log"))?;
    let start = Instant::now();
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command.stdin(Stdio::null()).stdout(file).stderr(again).spawn().map_err(|cause| {
        Error::new(format!("could not start {program}: {cause}"), "Install it and try again.")
    })?;
    let mut next = start + HEARTBEAT;
    let mut heard = (0, start);
    let status = loop {
        if let Some(status) = child.try_wait().map_err(io("wait for a program"))? {
            break status;
        }
        let now = Instant::now();
        let printed = fs::metadata(&log).map_or(0, |file| file.len());
        if printed != heard.0 {
            heard = (printed, now);
        }
        if now >= heard.1 + patience {
            println!("  ✗ {name} printed nothing for {}: ended", seconds(patience));
            child.kill().map_err(io("end a program that hangs"))?;
            break child.wait().map_err(io("wait for a program"))?;
        }
        if now >= next {
            println!("  … {}: {}", seconds(start.elapsed()), last_line(&log));
            next += HEARTBEAT;
        }
        sleep(POLL);
    };
    Ok(Finished { status, log, time: start.elapsed() })
}

/// Runs a step of the set-up: says that it starts, how long it took, and fails with the end of its output.
///
/// # Errors
/// When the program cannot be started or fails.
pub fn must(repository: &Repository, name: &str, doing: &str, command: Command, hint: &str) -> Result<()> {
    println!("→ {doing}");
    let finished = run_patiently(repository, name, command, SET_UP_PATIENCE)?;
    if !finished.status.success() {
        show_tail(&finished.log);
        return Err(Error::new(format!("{name} failed ({})", finished.status), hint));
    }
    println!("✓ {name}  {}", seconds(finished.time));
    Ok(())
}

/// Prints the end of a log, indented.
pub fn show_tail(log: &Path) {
    let text = read(log);
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines[lines.len().saturating_sub(TAIL)..] {
        println!("  | {line}");
    }
    println!("  | all of it: {}", log.display());
}

/// Words a duration: `0.21 s`, `12.3 s`, `3 min 05 s`.
pub fn seconds(time: Duration) -> String {
    let total = time.as_secs_f64();
    match total {
        t if t < 1.0 => format!("{t:.2} s"),
        t if t < 120.0 => format!("{t:.1} s"),
        t => format!("{} min {:02} s", t as u64 / 60, t as u64 % 60),
    }
}

/// Programs print what they like; bytes that are no text are shown as such.
fn read(log: &Path) -> String {
    String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned()
}

fn last_line(log: &Path) -> String {
    let text = read(log);
    let line = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nothing printed yet");
    line.trim().chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_worded_for_people() {
        assert_eq!(seconds(Duration::from_millis(214)), "0.21 s");
        assert_eq!(seconds(Duration::from_millis(12_340)), "12.3 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 05 s");
    }

    #[test]
    fn a_step_keeps_what_its_program_printed_and_its_status() {
        let folder = std::env::temp_dir().join(format!("xtask-step-{}", std::process::id()));
        let repository = Repository { root: std::env::temp_dir(), target: folder.clone() };
        let mut command = repository.command("sh");
        command.args(["-c", "echo out; echo err >&2; exit 3"]);
        let finished = run(&repository, "a step", command).unwrap();
        assert_eq!(finished.status.code(), Some(3));
        assert_eq!(finished.output(), "out\nerr\n");
        assert!(finished.log.ends_with("a-step.log"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_program_that_hangs_is_ended() {
        let folder = std::env::temp_dir().join(format!("xtask-hang-{}", std::process::id()));
        let repository = Repository { root: std::env::temp_dir(), target: folder.clone() };
        let mut command = repository.command("sh");
        command.args(["-c", "echo begun; exec sleep 600"]);
        let finished = run_patiently(&repository, "hang", command, Duration::from_millis(300)).unwrap();
        assert!(!finished.status.success());
        assert_eq!(finished.output(), "begun\n");
        fs::remove_dir_all(folder).unwrap();
    }
}
