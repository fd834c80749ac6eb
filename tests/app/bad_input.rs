//! The `son1k` command with what it cannot use. Each time it says what is wrong and how to mend it, in the user's
//! language, exits with a code that is not 0, and loses nothing.

mod disk;
mod fields;
mod folders;
mod marks;
mod models;
mod profiles;
mod state;
mod voice;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use son1k_domain::{ErrorCode, Problem};
use son1k_support::clone;
use son1k_support::room::Room;
use tempfile::TempDir;

const ENGLISH: &str = "en_GB.UTF-8";
const SPANISH: &str = "es_MX.UTF-8";

/// The shortest song: a second of work.
const SONG: [&str; 7] = ["generate", "--prompt", "pop", "--duration", "10", "--seed", "1"];

/// The program with data of its own.
#[derive(Clone)]
struct Son1k<'a> {
    data: PathBuf,
    models: PathBuf,
    locale: &'static str,
    room: Option<&'a Room>,
}

impl<'a> Son1k<'a> {
    fn new(data: &Path) -> Self {
        Self { data: data.to_owned(), models: clone::weights(), locale: ENGLISH, room: None }
    }

    fn inside(self, room: &'a Room) -> Self {
        Self { room: Some(room), ..self }
    }

    fn speaking(&self, locale: &'static str) -> Self {
        Self { locale, ..self.clone() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(clone::son1k());
        command.args(arguments).arg("--data-dir").arg(&self.data);
        command.env("SON1K_MODELS", &self.models).env("LC_ALL", self.locale);
        match self.room {
            Some(room) => room.within(&command),
            None => command,
        }
    }

    fn run(&self, arguments: &[&str]) -> Said {
        Said::by(self.command(arguments))
    }

    /// Makes the song of [`SONG`], or has it from the cache, and returns what `--json` says of it.
    fn song(&self, out: &Path) -> Value {
        let said = self.run(&[&SONG[..], &["--json", "--out", &out.display().to_string()]].concat());
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(self.room.map_or(out.to_owned(), |room| room.seen(out)).is_file());
        said.json()
    }

    /// Fails unless the first song is still known and needs not be made again.
    #[track_caller]
    fn assert_song_is_kept(&self, out: &Path) {
        assert_eq!(self.song(out)["from_cache"], true);
    }
}

/// A folder of a test, with the program and its data in it.
struct Bench {
    folder: TempDir,
    son1k: Son1k<'static>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let son1k = Son1k::new(&folder.path().join("data"));
        Self { folder, son1k }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Makes a file of another with ffmpeg, and returns its path.
    fn ffmpeg(&self, from: &str, arguments: &[&str], to: &str) -> String {
        let to = self.path(to);
        let done = Command::new("ffmpeg").args(["-v", "error", "-i", from]).args(arguments).arg(&to).status();
        assert!(done.unwrap().success());
        to
    }
}

/// What the program said.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn by(mut command: Command) -> Self {
        let output = command.stdin(Stdio::null()).output().expect("the son1k command is built");
        Self::of(output)
    }

    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// Fails unless the program (with `--json`) refused in words and in JSON alike, with a way out, and without a panic.
    #[track_caller]
    fn refusal(&self, code: ErrorCode) -> Problem {
        let problem: Problem = serde_json::from_value(self.json()["error"].clone())
            .unwrap_or_else(|_| panic!("no refusal: {self:?}"));
        let request = [ErrorCode::EmptyPrompt, ErrorCode::PromptTooLong, ErrorCode::InvalidField];
        let exit = if request.contains(&code) { 2 } else { 1 };
        assert_eq!((problem.code, self.code), (code, Some(exit)), "{self:?}");
        assert!(!problem.message.is_empty() && !problem.hint.is_empty(), "{self:?}");
        assert!(self.err.contains(&problem.message) && self.err.contains(&problem.hint), "{self:?}");
        assert!(!self.err.contains("panicked"), "{self:?}");
        problem
    }
}

/// Returns the files below a folder; logs and what SQLite keeps beside its databases come and go.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            match path.is_dir() {
                true => folders.push(path),
                false => drop(found.insert(path)),
            }
        }
    }
    let passing = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name == "filler"
            || [".jsonl", "-wal", "-shm", "studio-daily.db"].iter().any(|end| name.ends_with(end))
    };
    found.retain(|path| !passing(path));
    found
}
