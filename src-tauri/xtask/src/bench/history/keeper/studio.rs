//! The studio's own store, open as the studio has it: the program `versions` of the crate `history`.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use super::Keeper;
use crate::bench::history::project::DOCUMENT;
use crate::error::{Error, Result, io};
use crate::repository::Repository;

/// The store in a process that answers line by line.
pub struct Studio {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    store: PathBuf,
    /// How long the store took to open.
    pub opening: Duration,
}

impl Studio {
    pub fn open(repository: &Repository, base: &Path, project: &Path) -> Result<Self> {
        let store = base.join("son1k");
        let mut command = repository.command(repository.target.join("release/examples/versions"));
        command.arg(&store).arg(base.join("son1k.key")).arg(project);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(io("start the program versions"))?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::new("the program versions cannot be talked to", ""));
        };
        let mut studio = Self { child, to, from: BufReader::new(from), store, opening: Duration::ZERO };
        studio.opening = studio.answer()?;
        Ok(studio)
    }

    /// Reads how long something took.
    fn answer(&mut self) -> Result<Duration> {
        let mut line = String::new();
        self.from.read_line(&mut line).map_err(io("hear the program versions"))?;
        let micros = line.split(' ').next().and_then(|word| word.parse().ok());
        let told = || Error::new("the program versions failed", "Read what it printed.");
        micros.map(Duration::from_micros).ok_or_else(told)
    }

    fn ask(&mut self, line: &str) -> Result<Duration> {
        writeln!(self.to, "{line}").map_err(io("ask the program versions"))?;
        self.answer()
    }
}

impl Keeper for Studio {
    fn name(&self) -> &'static str {
        "son1k"
    }

    fn keep(&mut self, _number: usize) -> Result<Duration> {
        self.ask("save")
    }

    fn take_in(&mut self) -> Result<Option<Duration>> {
        self.ask("take-in").map(Some)
    }

    fn list(&mut self) -> Result<Duration> {
        self.ask("list")
    }

    fn compare(&mut self, one: usize, other: usize) -> Result<Duration> {
        self.ask(&format!("compare {one} {other} {DOCUMENT}"))
    }

    fn restore(&mut self, number: usize, folder: &Path) -> Result<Duration> {
        self.ask(&format!("restore {number} {}", folder.display()))
    }

    fn store(&self) -> &Path {
        &self.store
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
