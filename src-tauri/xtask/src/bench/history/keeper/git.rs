//! Git as it comes, without LFS: whole files, compressed, not encrypted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{Keeper, of, timed};
use crate::error::{Result, io};

/// A repository beside the project.
pub struct Git {
    base: PathBuf,
    store: PathBuf,
    project: PathBuf,
    ids: Vec<String>,
}

impl Git {
    pub fn make(base: &Path, project: &Path) -> Result<Self> {
        let made =
            Self { base: base.into(), store: base.join("git"), project: project.into(), ids: Vec::new() };
        timed(made.command(&made.project, &["init", "-q"]))?;
        Ok(made)
    }

    /// Returns a command on a folder with an index of its own.
    fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        let index = format!("index-{}", folder.file_name().unwrap_or_default().to_string_lossy());
        command.env("GIT_DIR", &self.store).env("GIT_WORK_TREE", folder);
        command.env("GIT_INDEX_FILE", self.base.join(index)).current_dir(folder);
        command.env("GIT_CONFIG_GLOBAL", self.base.join("no-gitconfig")).env("GIT_CONFIG_NOSYSTEM", "1");
        command.args(["-c", "user.name=bench", "-c", "user.email=bench@localhost"]).args(arguments);
        command
    }
}

impl Keeper for Git {
    fn name(&self) -> &'static str {
        "git"
    }

    fn keep(&mut self, number: usize) -> Result<Duration> {
        let (_, added) = timed(self.command(&self.project, &["add", "--all"]))?;
        let message = number.to_string();
        let commit = self.command(&self.project, &["commit", "-q", "-m", &message]);
        Ok(added + timed(commit)?.1)
    }

    fn list(&mut self) -> Result<Duration> {
        let (said, time) =
            timed(self.command(&self.project, &["log", "--reverse", "--format=%H %an %ad %s", "--all"]))?;
        self.ids = said.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
        Ok(time)
    }

    fn compare(&mut self, one: usize, other: usize) -> Result<Duration> {
        let (one, other) = (of(&self.ids, one)?, of(&self.ids, other)?);
        Ok(timed(self.command(&self.project, &["diff", "--stat", one, other]))?.1)
    }

    fn restore(&mut self, number: usize, folder: &Path) -> Result<Duration> {
        fs::create_dir_all(folder).map_err(io("make a folder"))?;
        let checkout = self.command(folder, &["checkout", "-q", "-f", of(&self.ids, number)?]);
        Ok(timed(checkout)?.1)
    }

    fn store(&self) -> &Path {
        &self.store
    }
}
