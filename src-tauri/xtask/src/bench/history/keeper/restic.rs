//! restic, with its defaults: encrypted, compressed, a cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Keeper, of, timed};
use crate::error::{Error, Result, io};

/// A store of the plain `restic` program.
pub struct Restic {
    base: PathBuf,
    store: PathBuf,
    project: PathBuf,
    ids: Vec<String>,
}

impl Restic {
    pub fn make(base: &Path, project: &Path) -> Result<Self> {
        let made =
            Self { base: base.into(), store: base.join("restic"), project: project.into(), ids: Vec::new() };
        fs::write(base.join("restic.key"), "bench").map_err(io("write a key"))?;
        timed(made.command(&["init"]))?;
        Ok(made)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("restic");
        command.arg("-r").arg(&self.store).arg("--password-file").arg(self.base.join("restic.key"));
        command.arg("--cache-dir").arg(self.base.join("restic-cache")).args(arguments);
        command
    }
}

impl Keeper for Restic {
    fn name(&self) -> &'static str {
        "restic"
    }

    fn keep(&mut self, _number: usize) -> Result<Duration> {
        let mut command = self.command(&["backup", "-q"]);
        command.arg(&self.project);
        Ok(timed(command)?.1)
    }

    fn list(&mut self) -> Result<Duration> {
        let (said, time) = timed(self.command(&["snapshots", "--json"]))?;
        let json: serde_json::Value = serde_json::from_str(&said).unwrap_or_default();
        let id = |one: &serde_json::Value| one["id"].as_str().map(str::to_owned);
        let ids = json.as_array().map(|all| all.iter().filter_map(id).collect());
        self.ids = ids.ok_or_else(|| Error::new("restic listed nothing", said))?;
        Ok(time)
    }

    fn compare(&mut self, one: usize, other: usize) -> Result<Duration> {
        Ok(timed(self.command(&["diff", of(&self.ids, one)?, of(&self.ids, other)?]))?.1)
    }

    fn restore(&mut self, number: usize, folder: &Path) -> Result<Duration> {
        let mut command = self.command(&["restore", "-q", of(&self.ids, number)?, "--target"]);
        command.arg(folder);
        Ok(timed(command)?.1)
    }

    /// It restores whole paths.
    fn root(&self, folder: &Path) -> PathBuf {
        folder.join(self.project.strip_prefix("/").unwrap_or(&self.project))
    }

    fn store(&self) -> &Path {
        &self.store
    }
}
