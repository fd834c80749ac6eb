//! `son1k` as it is shipped, with data of a bench's own.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::release;
use crate::error::{Error, Result, io};
use crate::repository::Repository;

pub struct Headless<'r> {
    repository: &'r Repository,
    data: PathBuf,
}

impl<'r> Headless<'r> {
    /// Keeps its data in a folder of a bench: what was spoken once is there the next time, unless the folder is emptied.
    pub fn new(repository: &'r Repository, folder: &Path) -> Self {
        Self { repository, data: folder.join("data") }
    }

    /// Speaks a text into a file; `loudness` is in LUFS.
    ///
    /// # Errors
    /// When the command fails.
    pub fn speak(&self, voice: &str, text: &Path, loudness: Option<f64>, out: &Path) -> Result<Value> {
        let mut speak = self.command("speak");
        speak.arg("--file").arg(text).args(["--voice", voice]).arg("--out").arg(out);
        if let Some(loudness) = loudness {
            speak.args(["--loudness", &loudness.to_string()]);
        }
        json(speak)
    }

    /// Writes down what is said in a file; nobody tells it the language.
    ///
    /// # Errors
    /// When the command fails.
    pub fn transcribe(&self, sound: &Path) -> Result<Value> {
        let mut transcribe = self.command("transcribe");
        transcribe.arg(sound);
        json(transcribe)
    }

    /// Changes a voice as a preset does.
    ///
    /// # Errors
    /// When the command fails.
    pub fn modulate(&self, sound: &Path, preset: &str, out: &Path) -> Result<Value> {
        let mut modulate = self.command("modulate");
        modulate.arg(sound).args(["--preset", preset]).arg("--out").arg(out);
        json(modulate)
    }

    /// Looks for marks. That a file has none is no failure.
    ///
    /// # Errors
    /// When the command prints no JSON.
    pub fn verify(&self, sound: &Path) -> Result<Value> {
        let mut verify = self.command("verify");
        let output = verify.arg(sound).arg("--json").output().map_err(io("start son1k"))?;
        parse(&String::from_utf8_lossy(&output.stdout))
    }

    fn command(&self, name: &str) -> Command {
        let mut command = self.repository.command(release(self.repository));
        command.arg(name).arg("--data-dir").arg(&self.data);
        command
    }
}

/// Runs a command to its end and reads the one JSON object that it prints.
fn json(mut command: Command) -> Result<Value> {
    command.arg("--json");
    parse(&super::timed(command)?.0)
}

fn parse(printed: &str) -> Result<Value> {
    serde_json::from_str(printed).map_err(|_| Error::new("son1k printed no JSON", printed))
}

/// Returns a text of a JSON object; nothing where there is none.
pub fn text_of<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}
