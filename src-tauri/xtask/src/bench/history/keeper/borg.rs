//! Borg, encrypted with its faster hash, compressed with its default.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Keeper, timed};
use crate::error::{Result, io};

/// A store of `borg`.
pub struct Borg {
    base: PathBuf,
    store: PathBuf,
    project: PathBuf,
}

impl Borg {
    pub fn make(base: &Path, project: &Path) -> Result<Self> {
        let made = Self { base: base.into(), store: base.join("borg"), project: project.into() };
        let mut init = made.command("init", &base.join("borg-work"))?;
        init.args(["--encryption", "repokey-blake2"]).arg(&made.store);
        timed(init)?;
        Ok(made)
    }

    /// Returns a command that works in a folder.
    fn command(&self, what: &str, folder: &Path) -> Result<Command> {
        fs::create_dir_all(folder).map_err(io("make a folder"))?;
        let mut command = Command::new("borg");
        command.arg(what).current_dir(folder).env("BORG_BASE_DIR", self.base.join("borg-home"));
        command.env("BORG_PASSPHRASE", "bench");
        Ok(command)
    }

    fn archive(&self, number: usize) -> String {
        format!("{}::{number}", self.store.display())
    }
}

impl Keeper for Borg {
    fn name(&self) -> &'static str {
        "borg"
    }

    fn keep(&mut self, number: usize) -> Result<Duration> {
        let mut create = self.command("create", &self.project)?;
        create.arg(self.archive(number)).arg(".");
        Ok(timed(create)?.1)
    }

    fn list(&mut self) -> Result<Duration> {
        let mut list = self.command("list", &self.base)?;
        list.arg(&self.store);
        Ok(timed(list)?.1)
    }

    fn compare(&mut self, one: usize, other: usize) -> Result<Duration> {
        let mut diff = self.command("diff", &self.base)?;
        diff.arg(self.archive(one)).arg(other.to_string());
        Ok(timed(diff)?.1)
    }

    fn restore(&mut self, number: usize, folder: &Path) -> Result<Duration> {
        let mut extract = self.command("extract", folder)?;
        extract.arg(self.archive(number));
        Ok(timed(extract)?.1)
    }

    fn store(&self) -> &Path {
        &self.store
    }
}
