//! The store as the studio has it, kept open and told what to do line by line: what `cargo xtask bench history` measures.
//! Each answer is the time in microseconds and what came of it.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::time::{Instant, SystemTime};

use son1k_domain::id::ProjectId;
use son1k_history::{
    ContentId, Contents, Draft, Key, Kind, Place, Progress, Result, Vault, Version, VersionId,
};

static NEVER: AtomicBool = AtomicBool::new(false);

const USAGE: &str = "usage: versions STORE KEY PROJECT, then lines: save | take-in | list | compare N M DOCUMENT | \
                     restore N FOLDER";

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [store, key, project] = &arguments[..] else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    match serve(store, key, project) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(store: &Path, key: &Path, project: &Path) -> std::result::Result<(), Box<dyn Error>> {
    let (place, new) = (Place::Folder(store.into()), !key.exists());
    let key = if new { Key::create(key)? } else { Key::read(key)? };
    if new {
        drop(Vault::create(&place, &key)?);
    }
    let mut studio = Studio { vault: answer(|| Vault::open(&place, &key))?, project, versions: Vec::new() };
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        answer(|| studio.obey(&words))?;
    }
    Ok(())
}

/// Does one thing and says how long it took.
fn answer<T: Telling, E: Into<Box<dyn Error>>>(
    work: impl FnOnce() -> std::result::Result<T, E>,
) -> std::result::Result<T, Box<dyn Error>> {
    let begun = Instant::now();
    let done = work().map_err(Into::into)?;
    println!("{} {}", begun.elapsed().as_micros(), done.told());
    io::stdout().flush()?;
    Ok(done)
}

/// What an answer says beside the time.
trait Telling {
    fn told(&self) -> String;
}

impl Telling for Vault {
    fn told(&self) -> String {
        "open".into()
    }
}

impl Telling for u64 {
    fn told(&self) -> String {
        self.to_string()
    }
}

struct Studio<'a> {
    vault: Vault,
    project: &'a Path,
    versions: Vec<VersionId>,
}

impl Studio<'_> {
    /// Returns a count of what was done.
    fn obey(&mut self, words: &[&str]) -> std::result::Result<u64, Box<dyn Error>> {
        Ok(match words {
            ["save"] => {
                let version = self.save()?;
                self.versions.push(version.id);
                version.added
            }
            ["take-in"] => {
                let contents = Contents::folder(self.project, |_| true)?;
                self.vault.take_in(&ProjectId::from("bench"), SystemTime::now(), &contents, quietly())?
            }
            ["list"] => self.vault.versions(&ProjectId::from("bench"))?.len() as u64,
            ["compare", one, other, document] => {
                let (one, other) = (self.version(one)?, self.version(other)?);
                for id in [one, other] {
                    self.vault.read(id, document.as_ref())?;
                }
                self.differing(one, other)?
            }
            ["restore", number, folder] => {
                self.vault.restore(self.version(number)?, folder.as_ref(), None, quietly())?.bytes
            }
            _ => return Err(USAGE.into()),
        })
    }

    fn version(&self, number: &str) -> std::result::Result<&VersionId, Box<dyn Error>> {
        self.versions.get(number.parse::<usize>()?).ok_or_else(|| format!("no version {number}").into())
    }

    fn save(&self) -> Result<Version> {
        let contents = Contents::folder(self.project, |_| true)?;
        let draft = Draft {
            project: ProjectId::from("bench"),
            message: format!("version {}", self.versions.len()),
            time: SystemTime::now(),
            kind: Kind::Named,
            occasion: String::new(),
            branch: "main".into(),
            author: String::new(),
            parents: self.versions.last().cloned().into_iter().collect(),
        };
        self.vault.save(&draft, &contents, quietly())
    }

    /// Returns how many files came, went or changed.
    fn differing(&self, one: &VersionId, other: &VersionId) -> Result<u64> {
        let of = |id: &VersionId| -> Result<BTreeMap<PathBuf, ContentId>> {
            Ok(self.vault.files(id)?.into_iter().map(|file| (file.path, file.content)).collect())
        };
        let (one, other) = (of(one)?, of(other)?);
        let gone = one.keys().filter(|path| !other.contains_key(*path)).count();
        let new = other.iter().filter(|(path, content)| one.get(*path) != Some(content)).count();
        Ok((gone + new) as u64)
    }
}

fn quietly() -> Progress<'static> {
    Progress { report: &|_| (), cancelled: &NEVER }
}
