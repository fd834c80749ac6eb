//! Keeps 50 versions of a 500 MB project and prints what each kind of edit costs: what `cargo xtask bench history`
//! measures. The first argument is an empty folder to work in; `--keep` leaves it for other programs.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime};

use son1k_domain::id::ProjectId;
use son1k_history::{Contents, Draft, Key, Kind, Place, Progress, Result, Vault, Version};

const MEGABYTE: usize = 1_000_000;
const LONG_STEMS: u64 = 8;
const LONG: usize = 50 * MEGABYTE;
const SHORT_STEMS: u64 = 12;
const SHORT: usize = 8 * MEGABYTE;
const DOCUMENT: usize = 100_000;
const VERSIONS: usize = 50;
/// One second of stereo sound in 16 bits.
const SECOND: usize = 44_100 * 4;
static NEVER: AtomicBool = AtomicBool::new(false);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Edit {
    First,
    Mixer,
    Bounced,
    Trimmed,
    Added,
}

impl Edit {
    fn name(self) -> &'static str {
        match self {
            Self::First => "first version",
            Self::Mixer => "mixer-only change",
            Self::Bounced => "re-bounced 50 MB stem",
            Self::Trimmed => "trimmed 50 MB stem",
            Self::Added => "added 8 MB take",
        }
    }

    /// A working day: most versions only move faders.
    fn of(number: usize) -> Self {
        match number {
            0 => Self::First,
            _ if number.is_multiple_of(6) => Self::Bounced,
            _ if number % 6 == 3 => Self::Trimmed,
            _ if number % 6 == 5 => Self::Added,
            _ => Self::Mixer,
        }
    }
}

/// A generator whose numbers are the same everywhere (xorshift64*, Vigna 2016).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Returns a WAV file of noise that swells and falls, in 16 bits as a stem is bounced.
    fn stem(seed: u64, length: usize) -> Vec<u8> {
        let mut noise = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut file = header(length);
        let mut smooth = 0.0f32;
        for frame in 0..length / 4 {
            let swell = (frame as f32 / 30_000.0).sin().abs() * 9_000.0;
            let random = noise.next();
            for side in 0..2 {
                let white = (random >> (side * 32)) as u32 as f32 / u32::MAX as f32 - 0.5;
                smooth = 0.7 * smooth + 0.3 * white;
                file.extend_from_slice(&((smooth * swell) as i16).to_le_bytes());
            }
        }
        file
    }
}

/// Returns the head of a WAV file: PCM, 16 bits, stereo, 44.1 kHz.
fn header(length: usize) -> Vec<u8> {
    let length = length as u32;
    let mut head = Vec::from(*b"RIFF");
    head.extend_from_slice(&(36 + length).to_le_bytes());
    head.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    head.extend_from_slice(&44_100u32.to_le_bytes());
    head.extend_from_slice(&176_400u32.to_le_bytes());
    head.extend_from_slice(b"\x04\0\x10\0data");
    head.extend_from_slice(&length.to_le_bytes());
    head
}

struct Project {
    folder: PathBuf,
    seed: u64,
    document: Vec<u8>,
}

impl Project {
    fn make(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder.join("audio"))?;
        let mut project = Self { folder: folder.into(), seed: 1, document: Vec::new() };
        for (count, length) in [(LONG_STEMS, LONG), (SHORT_STEMS, SHORT)] {
            for _ in 0..count {
                project.bounce(project.seed, length)?;
            }
        }
        let mut noise = Noise(7);
        project.document = (0..DOCUMENT).map(|_| b'a' + (noise.next() % 20) as u8).collect();
        Ok(project)
    }

    fn path(&self, number: u64) -> PathBuf {
        self.folder.join("audio").join(format!("stem-{number:03}.wav"))
    }

    /// Writes a stem as a workstation would: whole, and long on disk when the version is wanted.
    fn write(&self, number: u64, content: &[u8]) -> io::Result<()> {
        let mut file = File::create(self.path(number))?;
        file.write_all(content)?;
        file.sync_all()
    }

    fn bounce(&mut self, number: u64, length: usize) -> io::Result<()> {
        self.seed += 1;
        self.write(number, &Noise::stem(self.seed, length))
    }

    fn edit(&mut self, edit: Edit, version: usize) -> io::Result<()> {
        let stem = 1 + version as u64 % LONG_STEMS;
        match edit {
            Edit::First | Edit::Mixer => {}
            Edit::Bounced => self.bounce(stem, LONG)?,
            Edit::Added => self.bounce(1000 + version as u64, SHORT)?,
            Edit::Trimmed => {
                let sound = fs::read(self.path(stem))?;
                let rest = &sound[44 + SECOND..];
                self.write(stem, &[header(rest.len()), rest.to_vec()].concat())?;
            }
        }
        let mut noise = Noise(version as u64 + 99);
        for _ in 0..40 {
            let at = noise.next() as usize % DOCUMENT;
            self.document[at] = b'A' + (noise.next() % 20) as u8;
        }
        Ok(())
    }
}

fn quietly() -> Progress<'static> {
    Progress { report: &|_| (), cancelled: &NEVER }
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: versions FOLDER [--keep]");
        return ExitCode::FAILURE;
    };
    let outcome = measure(&folder);
    if !std::env::args().any(|argument| argument == "--keep") {
        for part in ["project", "store", "first", "last"] {
            let _made_by_us = fs::remove_dir_all(folder.join(part));
        }
        let _made_by_us = fs::remove_file(folder.join("key"));
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(folder: &Path) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut project = Project::make(&folder.join("project"))?;
    let key = Key::create(&folder.join("key"))?;
    let place = Place::Folder(folder.join("store"));
    drop(Vault::create(&place, &key)?);
    let (vault, opening) = timed(|| Vault::open(&place, &key));
    let vault = vault?;
    println!("| what | count | median | p95 | worst |\n|---|---|---|---|---|");
    row("open", &mut [opening]);
    let mut times: BTreeMap<Edit, Vec<Duration>> = BTreeMap::new();
    let mut versions: Vec<Version> = Vec::new();
    for number in 0..VERSIONS {
        let edit = Edit::of(number);
        project.edit(edit, number)?;
        let (version, time) = timed(|| keep(&vault, &project, edit, number, versions.last()));
        times.entry(edit).or_default().push(time);
        versions.push(version?);
    }
    for (edit, times) in &mut times {
        row(edit.name(), times);
    }
    let (listed, time) = timed(|| vault.versions(&ProjectId::from("bench")));
    row("list 50 versions", &mut [time]);
    assert_eq!(listed?.len(), VERSIONS);
    let first_and_last = [("first", &versions[0]), ("last", &versions[VERSIONS - 1])];
    for (name, version) in first_and_last {
        let (restored, time) = timed(|| vault.restore(&version.id, &folder.join(name), None, quietly()));
        row(&format!("restore the {name} ({} MB)", restored?.bytes / MEGABYTE as u64), &mut [time]);
    }
    let (again, time) = timed(|| vault.restore(&versions[0].id, &folder.join("first"), None, quietly()));
    row(&format!("restore what is there ({} files untouched)", again?.untouched), &mut [time]);
    let (report, time) = timed(|| vault.check(true, quietly()));
    row("check every byte", &mut [time]);
    assert!(report?.is_sound());
    println!("\nstored: {} MB in {VERSIONS} versions", vault.size()? / MEGABYTE as u64);
    Ok(())
}

fn keep(
    vault: &Vault,
    project: &Project,
    edit: Edit,
    number: usize,
    last: Option<&Version>,
) -> Result<Version> {
    let contents = Contents::folder(&project.folder, |_| true)?
        .document(Path::new("project.json"), project.document.clone())?;
    let draft = Draft {
        project: ProjectId::from("bench"),
        message: format!("{number}: {}", edit.name()),
        time: SystemTime::now(),
        kind: Kind::Named,
        occasion: String::new(),
        branch: "main".into(),
        author: String::new(),
        parents: last.map(|version| version.id.clone()).into_iter().collect(),
    };
    vault.save(&draft, &contents, quietly())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let result = work();
    (result, begun.elapsed())
}

fn row(name: &str, times: &mut [Duration]) {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1e3;
    println!("| {name} | {} | {:.1} ms | {:.1} ms | {:.1} ms |", times.len(), at(0.5), at(0.95), at(1.0));
}
