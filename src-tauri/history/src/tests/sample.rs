//! A store, a project and edits for the tests.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;
use rustic_core::repofile::MasterKey;
use son1k_domain::id::ProjectId;

use crate::{Contents, Draft, Key, Kind, Place, Progress, Result, Vault, Version, VersionId};

pub(super) static NEVER: AtomicBool = AtomicBool::new(false);

pub(super) fn quietly() -> Progress<'static> {
    Progress { report: &|_| (), cancelled: &NEVER }
}

/// Bytes that look like nothing else.
pub(super) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    Pcg32::new(seed, 7).fill_bytes(&mut bytes);
    bytes
}

/// Every version of a process comes a second later than the one before.
static NEXT: AtomicU64 = AtomicU64::new(0);

pub(super) fn draft(project: &str, message: &str) -> Draft {
    Draft {
        project: ProjectId::from(project),
        message: message.into(),
        time: SystemTime::UNIX_EPOCH
            + Duration::from_secs(1_700_000_000 + NEXT.fetch_add(1, Ordering::Relaxed)),
        kind: Kind::Named,
        occasion: String::new(),
        branch: "main".into(),
        author: "Ana".into(),
        parents: Vec::new(),
    }
}

/// A folder with a store, its key file and projects.
pub(super) struct Desk {
    pub(super) root: PathBuf,
    pub(super) _folder: Option<tempfile::TempDir>,
    pub(super) vault: Vault,
}

impl Desk {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        let key = Key::create(&root.join("key")).unwrap();
        let vault = Vault::create(&place(&root), &key).unwrap();
        Self { root, _folder: Some(folder), vault }
    }

    /// The desk of another process or of an earlier moment.
    pub(super) fn at(root: &Path) -> Result<Self> {
        let key = Key::read(&root.join("key"))?;
        let vault = Vault::open(&place(root), &key)?;
        Ok(Self { root: root.into(), _folder: None, vault })
    }

    /// Notes what [`Desk::reopened`] needs.
    pub(super) fn note_master(&self) {
        let master = &self.vault.master;
        let parts = [&master.encrypt[..], &master.mac.k, &master.mac.r];
        fs::write(self.root.join("master"), parts.concat()).unwrap();
    }

    /// The desk of another process, without the third of a second that the key takes.
    pub(super) fn reopened(root: &Path) -> Result<Self> {
        let parts = fs::read(root.join("master")).unwrap();
        let mut master = MasterKey::new();
        master.encrypt = parts[..32].into();
        master.mac.k = parts[32..48].into();
        master.mac.r = parts[48..].into();
        let vault = Vault::reopen(&place(root), &master)?;
        Ok(Self { root: root.into(), _folder: None, vault })
    }

    pub(super) fn again(&self) -> Result<Self> {
        Self::at(&self.root)
    }

    pub(super) fn store(&self) -> PathBuf {
        self.root.join("store")
    }

    pub(super) fn project(&self, name: &str) -> PathBuf {
        self.root.join("projects").join(name)
    }

    pub(super) fn write(&self, project: &str, path: &str, content: &[u8]) {
        let path = self.project(project).join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(super) fn contents(&self, project: &str) -> Contents {
        Contents::folder(&self.project(project), |_| true).unwrap()
    }

    pub(super) fn save(&self, project: &str, message: &str) -> Version {
        self.vault.save(&draft(project, message), &self.contents(project), quietly()).unwrap()
    }

    /// Fails unless a version is exactly what a folder holds.
    #[track_caller]
    pub(super) fn assert_holds(&self, version: &VersionId, folder: &Path) {
        let files = self.vault.files(version).unwrap();
        let expected = tree(folder);
        assert_eq!(
            files.iter().map(|file| &file.path).collect::<Vec<_>>(),
            expected.iter().map(|(path, _)| path).collect::<Vec<_>>()
        );
        for (path, content) in expected {
            assert!(self.vault.read(version, &path).unwrap() == content, "{} differs", path.display());
        }
    }

    /// Files of one part of the store, inside it.
    pub(super) fn files_of(&self, part: &str) -> Vec<PathBuf> {
        let all = tree(&self.store()).into_iter().map(|(path, _)| path);
        all.filter(|path| path.starts_with(part)).collect()
    }

    /// Changes one byte in the middle of a file of the store.
    pub(super) fn flip(&self, file: &Path) {
        let path = self.store().join(file);
        let content = fs::read(&path).unwrap();
        let middle = content.len() / 2;
        // Only this byte: a process that is killed here must not leave a file without its end.
        let mut file = fs::File::options().write(true).open(path).unwrap();
        file.seek(SeekFrom::Start(middle as u64)).unwrap();
        file.write_all(&[content[middle] ^ 0x10]).unwrap();
    }
}

pub(super) fn place(root: &Path) -> Place {
    Place::Folder(root.join("store"))
}

/// Returns the files below a folder with their contents, by path.
pub(super) fn tree(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    if !folder.exists() {
        return Vec::new();
    }
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.unwrap());
    let mut files: Vec<(PathBuf, Vec<u8>)> = entries
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| (entry.path().strip_prefix(folder).unwrap().to_owned(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

const STEP: &str = "SON1K_HISTORY_STEP";
const ROOT: &str = "SON1K_HISTORY_ROOT";

/// Returns the command that takes a step of a test in a process of its own; the step is a test that is ignored elsewhere.
pub(super) fn process(test: &str, step: &str, root: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("tests::{test}"), "--ignored", "--nocapture"]);
    command.env(STEP, step).env(ROOT, root);
    command
}

/// Returns the step that this process was started for, and where.
pub(super) fn step() -> Option<(String, PathBuf)> {
    Some((std::env::var(STEP).ok()?, std::env::var_os(ROOT)?.into()))
}

/// Runs a process to its end, whose tests say whether it went well.
#[track_caller]
pub(super) fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}\n{complaint}");
}
