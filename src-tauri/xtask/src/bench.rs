//! `cargo xtask bench`: the studio's speed and memory beside a known program's, in one run on one machine.

mod closest;
mod decode;
mod headless;
mod history;
mod library;
mod live;
mod loudness;
mod marks;
mod presets;
mod reading;
mod render;
mod scroll;
mod spectrogram;
mod start;
mod voice;
mod words;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::error::{Error, Result, io};
use crate::packages;
use crate::repository::Repository;
use crate::step::must;

const ROUNDS: usize = 3;

/// A bench's name, and what makes its tables.
type Bench = (&'static str, fn(&Repository) -> Result<String>);

const BENCHES: [Bench; 14] = [
    ("render", render::bench),
    ("start", start::bench),
    ("loudness", loudness::bench),
    ("decode", decode::bench),
    ("library", library::bench),
    ("history", history::bench),
    ("scroll", scroll::bench),
    ("spectrogram", spectrogram::bench),
    ("reading", reading::bench),
    ("voice", voice::bench),
    ("closest", closest::bench),
    ("presets", presets::bench),
    ("marks", marks::bench),
    ("live", live::bench),
];

/// What one program took.
#[derive(Debug, Clone, Copy)]
struct Taken {
    time: Duration,
    /// Of that, from the score to the master.
    sound: Duration,
    /// The most memory it held, in MiB (`VmHWM`).
    memory: f64,
}

/// Runs one bench, or all; prints the tables and keeps them in `<workshop>/bench.md`.
///
/// # Errors
/// When a program is missing or fails.
pub fn bench(repository: &Repository, name: Option<&str>) -> Result<ExitCode> {
    let chosen: Vec<&Bench> =
        BENCHES.iter().filter(|(known, _)| name.is_none_or(|name| name == *known)).collect();
    if chosen.is_empty() {
        let known = BENCHES.map(|(name, _)| name).join(", ");
        return Err(Error::new(
            format!("there is no bench {}", name.unwrap_or_default()),
            format!("There are: {known}."),
        ));
    }
    packages::ensure(repository, &[packages::BUILD, packages::HEADLESS, packages::TESTS])?;
    let tables = chosen.into_iter().map(|(_, bench)| bench(repository)).collect::<Result<Vec<_>>>()?;
    let file = repository.workshop().join("bench.md");
    let text = format!("{}\n{}", machine(), tables.join("\n"));
    fs::write(&file, &text).map_err(io("write the results"))?;
    println!("\n{text}\n✓ {}", file.display());
    Ok(ExitCode::SUCCESS)
}

/// Builds the program, or what another name and the arguments for cargo say, as it is shipped.
fn build(repository: &Repository, what: &str, arguments: &[&str]) -> Result<()> {
    let cargo = repository.cargo(&[&["build", "--release", "--locked"], arguments].concat());
    let doing = format!("building {what} (release)");
    must(repository, "release build", &doing, cargo, "Mend what the compiler says.")
}

fn build_son1k(repository: &Repository) -> Result<()> {
    build(repository, "son1k", &["-p", "son1k-cli"])
}

fn release(repository: &Repository) -> PathBuf {
    repository.target.join("release").join(format!("son1k{}", std::env::consts::EXE_SUFFIX))
}

/// Returns the median time and the median memory of the rounds, after one that does not count.
fn median(run: impl Fn(usize) -> Result<Taken>) -> Result<Taken> {
    run(ROUNDS)?;
    let mut taken = (0..ROUNDS).map(run).collect::<Result<Vec<_>>>()?;
    taken.sort_by_key(|one| one.time);
    let time = taken[ROUNDS / 2].time;
    taken.sort_by_key(|one| one.sound);
    let sound = taken[ROUNDS / 2].sound;
    taken.sort_by(|one, other| one.memory.total_cmp(&other.memory));
    Ok(Taken { time, sound, memory: taken[ROUNDS / 2].memory })
}

fn measure(mut command: Command) -> Result<Taken> {
    let program = command.get_program().to_string_lossy().into_owned();
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).spawn().map_err(io("start a measured program"))?;
    let mut memory: f64 = 0.0;
    loop {
        memory = memory.max(peak_memory(child.id()));
        if let Some(status) = child.try_wait().map_err(io("wait for a measured program"))? {
            let time = start.elapsed();
            return match status.success() {
                true => Ok(Taken { time, sound: Duration::ZERO, memory }),
                false => {
                    Err(Error::new(format!("{program} failed ({status})"), "Run it by hand to see why."))
                }
            };
        }
        sleep(Duration::from_millis(5));
    }
}

/// Runs a program to its end; returns what it printed and how long it took.
fn timed(mut command: Command) -> Result<(String, Duration)> {
    let program = command.get_program().to_string_lossy().into_owned();
    let begun = Instant::now();
    let output = command.stdin(Stdio::null()).output().map_err(io(&format!("start {program}")))?;
    let time = begun.elapsed();
    if output.status.success() {
        return Ok((String::from_utf8_lossy(&output.stdout).into_owned(), time));
    }
    let arguments: Vec<_> = command.get_args().map(|one| one.to_string_lossy()).collect();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Error::new(format!("{program} {} failed ({})", arguments.join(" "), output.status), complaint))
}

/// Reads the kernel's high-water mark of a process, in MiB; 0 where there is no /proc.
fn peak_memory(process: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib =
        line.and_then(|rest| rest.split_whitespace().next()).and_then(|digits| digits.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}

fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("Machine: {}, {cores} cores.\n", model.trim_start_matches([' ', '\t', ':']))
}
