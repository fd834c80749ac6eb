//! Three hundred files made to do harm: each is opened in a process of its own, which must neither die, nor take more
//! than ten seconds, nor more than a gibibyte of memory. What is read or refused is another test's matter.
//!
//! `SON1K_HOSTILE=<name>` runs one.

// A test that cannot go on has failed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod lies;
mod seeds;
mod tricks;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{available_parallelism, sleep};
use std::time::{Duration, Instant};

use son1k_sound::{Reader, decode, probe};

const LONGEST: Duration = Duration::from_secs(10);
const MOST_MEMORY_KIB: u64 = 1024 * 1024;
/// Sound read of each file at most: as much as an import looks at before a person can stop it.
const MOST_SECONDS: f64 = 600.0;
const FILE: &str = "SON1K_HOSTILE_FILE";

/// A file: bytes, and zeros behind them up to a length (which take no room on a disk).
pub struct Hostile {
    pub name: String,
    pub bytes: Vec<u8>,
    pub length: u64,
}

impl Hostile {
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), length: bytes.len() as u64, bytes }
    }

    /// Four gibibytes, of which all but the beginning are zeros.
    pub fn sparse(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), bytes, length: 4 << 30 }
    }

    fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join(&self.name);
        std::fs::write(&path, &self.bytes).unwrap();
        std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(self.length).unwrap();
        path
    }
}

/// What the process of a file does: all that an import, a player and an export do.
fn meet(path: &Path) {
    let _facts = probe(path);
    if let Ok(mut reader) = Reader::open(path) {
        let rate = f64::from(reader.facts().rate);
        hear(&mut reader, MOST_SECONDS);
        let middle = reader.frames().unwrap_or(reader.position()) / 2;
        for frame in [middle, 1, middle / 2 + 7, u64::MAX / 4] {
            if reader.seek(frame).is_ok() {
                hear(&mut reader, 20_000.0 / rate);
            }
        }
        assert!(reader.facts().channels > 0 && rate >= 2_000.0);
    }
    if let Ok(samples) = decode(path) {
        assert!(samples.iter().all(|sample| sample.is_finite()));
    }
}

fn hear(reader: &mut Reader, seconds: f64) {
    let most = (seconds * f64::from(reader.facts().rate)) as usize;
    let (mut heard, mut block) = (0, Vec::new());
    while let Ok(frames @ 1..) = reader.read(&mut block) {
        assert_eq!(block.len(), frames * usize::from(reader.facts().channels));
        assert!(block.iter().all(|sample| sample.is_finite()));
        heard += frames;
        if heard > most {
            break;
        }
    }
}

/// The highest mark of this process's memory (`VmHWM`); 0 where there is no /proc.
fn peak_memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

// Not skipped: `start` runs it with `--ignored` for each hostile file, in a process that can be killed and measured. Run
// like the others it would have no file, and pass without having looked at anything.
#[test]
#[ignore = "the child process of the test below, which starts it once for each file"]
fn one_file() {
    let Some(path) = std::env::var_os(FILE) else { return };
    meet(Path::new(&path));
    println!("peak {} KiB", peak_memory());
}

fn start(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["one_file", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FILE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Returns what a file did wrong.
fn harm(path: &Path) -> Option<String> {
    let begun = Instant::now();
    let mut child = start(path);
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > LONGEST {
            child.kill().unwrap();
            child.wait().unwrap();
            return Some(format!("took over {LONGEST:?}"));
        }
        sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let peak = said.split("peak ").nth(1).and_then(|rest| rest.split(' ').next()?.parse::<u64>().ok());
    match peak {
        _ if !output.status.success() => Some(format!("ended with {}", output.status)),
        None => Some("did not come to its end".into()),
        Some(peak) if peak > MOST_MEMORY_KIB => Some(format!("took {} MiB", peak / 1024)),
        Some(_) => None,
    }
}

fn chosen(all: Vec<Hostile>) -> Vec<Hostile> {
    match std::env::var("SON1K_HOSTILE") {
        Ok(name) => all.into_iter().filter(|file| file.name == name).collect(),
        Err(_) => all,
    }
}

#[test]
fn hostile_files_neither_crash_nor_hang_nor_eat_the_memory() {
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<Hostile> = tricks::played_on(&seeds::seeds()).into_iter().chain(lies::lies()).collect();
    assert!(all.len() >= 300, "only {} files", all.len());
    let files = chosen(all);
    assert!(!files.is_empty(), "no file has this name");
    let (next, harms) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let path = file.write(folder.path());
                    if let Some(harm) = harm(&path) {
                        harms.lock().unwrap().push(format!("{}: {harm}", file.name));
                    }
                    std::fs::remove_file(path).unwrap();
                }
            });
        }
    });
    let harms = harms.into_inner().unwrap();
    assert!(harms.is_empty(), "{} of {} did harm:\n{}", harms.len(), files.len(), harms.join("\n"));
}
