//! Where things are in this clone, and how its tools are called.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};

/// Variables that `cargo run` sets for this program and that would make nested builds look different.
const CARGO_RUN_VARIABLES: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

/// A clone of the repository.
#[derive(Debug, Clone)]
pub struct Repository {
    /// The folder with the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder: `CARGO_TARGET_DIR` or `target`.
    pub target: PathBuf,
}

impl Repository {
    /// Finds the clone around this program's manifest, or around the current folder.
    ///
    /// # Errors
    /// When neither lies in a clone.
    pub fn find() -> Result<Self> {
        let start = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).or_else(|| env::current_dir().ok());
        let root = start
            .as_deref()
            .and_then(|folder| folder.ancestors().find(|above| above.join("src-tauri/xtask").is_dir()))
            .ok_or_else(|| {
                Error::new("could not find the repository", "Run this inside a clone of the studio.")
            })?
            .to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// Returns the folder of logs, stamps and tools of these commands.
    pub fn workshop(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Returns the folder of models, sound banks and runtime libraries.
    pub fn weights(&self) -> PathBuf {
        self.root.join("models/weights")
    }

    /// Returns a built program of the dev profile.
    pub fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// Returns the Python of the independent judge.
    pub fn judge_python(&self) -> PathBuf {
        self.workshop().join("judge/bin/python")
    }

    /// Returns a command in the root folder with the studio's environment.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(&self.root).env("SON1K_MODELS", self.weights());
        for (name, _) in env::vars_os() {
            if CARGO_RUN_VARIABLES.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        if let Some(path) = self.path_with_own_node() {
            command.env("PATH", path);
        }
        command
    }

    /// Returns the path with the fetched Node.js first, on machines that needed one.
    fn path_with_own_node(&self) -> Option<OsString> {
        let own = self.own_node().join("bin");
        let others = env::var_os("PATH").unwrap_or_default();
        let there = own.join("node").is_file();
        there.then(|| env::join_paths(std::iter::once(own).chain(env::split_paths(&others))).ok()).flatten()
    }

    /// Returns a cargo command whose output reads well in a file.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = self.command(PathBuf::from(cargo));
        command.args(arguments).env("CARGO_TERM_COLOR", "never").env("CARGO_TERM_PROGRESS_WHEN", "never");
        command
    }

    /// Returns the folder of a Node.js fetched for a machine without one.
    pub fn own_node(&self) -> PathBuf {
        self.workshop().join("node")
    }

    /// Returns a command of Node.js.
    pub fn node(&self) -> Command {
        self.command("node")
    }

    /// Returns an npm command in the page's folder.
    pub fn npm(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(if cfg!(windows) { "npm.cmd" } else { "npm" });
        command.args(arguments).current_dir(self.root.join("ui")).env("NO_COLOR", "1");
        command
    }
}
