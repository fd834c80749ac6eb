//! `cargo xtask bench`: the studio's speed and memory beside a known program's, in one run on one machine.

mod library;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::error::{Error, Result, io};
use crate::packages;
use crate::repository::Repository;
use crate::step::{self, must};

/// A full song.
const SONG_SECONDS: u32 = 180;
const ROUNDS: usize = 3;
/// One prompt that leans on the sound bank, one on the synths, one on the drum one-shots.
const SONGS: [(&str, &str); 3] =
    [("jazz", "slow jazz at night"), ("synthwave", "night drive"), ("trap", "dark trap")];

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
    packages::ensure(repository, &[packages::BUILD, packages::TESTS])?;
    let hint = "Mend what the compiler says.";
    let cargo = repository.cargo(&["build", "--release", "--locked", "-p", "son1k-cli"]);
    must(repository, "release build", "building son1k (release)", cargo, hint)?;
    let tables = match name {
        Some("render") => render(repository)?,
        Some("start") => start(repository)?,
        Some("library") => library::bench(repository)?,
        None => [render(repository)?, start(repository)?, library::bench(repository)?].join("\n"),
        Some(other) => {
            return Err(Error::new(
                format!("there is no bench {other}"),
                "There are: render, start, library.",
            ));
        }
    };
    let file = repository.workshop().join("bench.md");
    let text = format!("{}\n{tables}", machine());
    fs::write(&file, &text).map_err(io("write the results"))?;
    println!("\n{text}\n✓ {}", file.display());
    Ok(ExitCode::SUCCESS)
}

/// A three-minute song a style: the whole of `son1k generate` (compose, render, master, check, save) beside
/// FluidSynth's plain rendering of the same MIDI with the same sound bank.
fn render(repository: &Repository) -> Result<String> {
    let folder = repository.workshop().join("bench");
    fs::create_dir_all(&folder).map_err(io("make the folder of the bench"))?;
    let bank = sound_bank(&repository.weights());
    let mut table = format!(
        "### Rendering a song of {SONG_SECONDS} s (median of {ROUNDS})\n\n\
         | song | program | time | × real time | peak memory |\n|---|---|---|---|---|\n"
    );
    for (style, prompt) in SONGS {
        let (midi, told) = (folder.join(format!("{style}.mid")), folder.join(format!("{style}.json")));
        let ours = median(|round| {
            let data = folder.join(format!("data-{round}"));
            let _none_at_the_first_run = fs::remove_dir_all(&data);
            let mut son1k = repository.command(release(repository));
            son1k
                .args(["generate", "--prompt", prompt, "--style", style, "--seed", "7", "--json"])
                .args(["--duration", &SONG_SECONDS.to_string(), "--midi"])
                .arg(&midi)
                .arg("--out")
                .arg(folder.join(format!("{style}.wav")))
                .arg("--data-dir")
                .arg(&data)
                .stdout(fs::File::create(&told).map_err(io("keep what son1k prints"))?);
            let taken = measure(son1k)?;
            let _next_run_tries_again = fs::remove_dir_all(&data);
            Ok(Taken { sound: sound(&told)?, ..taken })
        })?;
        table += &row(style, "son1k generate, mastered, checked, tagged, written", ours);
        table += &row(style, "of it, from the score to the master", Taken { time: ours.sound, ..ours });
        if let Some(bank) = &bank {
            let theirs = median(|_| {
                let mut fluidsynth = repository.command("fluidsynth");
                fluidsynth.args(["-ni", "-q", "-r", "44100", "-F"]).arg(folder.join("fluidsynth.wav"));
                fluidsynth.arg(bank).arg(&midi).stdout(Stdio::null());
                measure(fluidsynth)
            })?;
            table += &row(style, "fluidsynth -F, no mix, no master", theirs);
        }
    }
    Ok(table)
}

/// How long the program takes to do next to nothing.
fn start(repository: &Repository) -> Result<String> {
    let taken = median(|_| {
        let mut son1k = repository.command(release(repository));
        son1k.arg("--version").stdout(Stdio::null());
        measure(son1k)
    })?;
    Ok(format!("### Start\n\n`son1k --version`: {}, {:.0} MiB\n", step::seconds(taken.time), taken.memory))
}

fn release(repository: &Repository) -> PathBuf {
    repository.target.join("release").join(format!("son1k{}", std::env::consts::EXE_SUFFIX))
}

/// Returns how long `son1k generate --json` says that rendering and mastering took.
fn sound(told: &Path) -> Result<Duration> {
    let text = fs::read_to_string(told).map_err(io("read what son1k printed"))?;
    let made: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let seconds = |stage: &str| made["stages_s"][stage].as_f64();
    match (seconds("rendering"), seconds("mastering")) {
        (Some(rendering), Some(mastering)) => Ok(Duration::from_secs_f64(rendering + mastering)),
        _ => Err(Error::new("son1k printed no times", format!("It printed: {text}"))),
    }
}

/// Returns the sound bank on the shelf: the largest .sf2, or the largest .sf3.
fn sound_bank(weights: &Path) -> Option<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![weights.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            match path.extension().and_then(|extension| extension.to_str()) {
                _ if path.is_dir() => folders.push(path),
                Some(kind @ ("sf2" | "sf3")) => {
                    let size = fs::metadata(&path).map(|facts| facts.len()).unwrap_or_default();
                    found.push((kind == "sf2", size, path));
                }
                _ => {}
            }
        }
    }
    found.into_iter().max().map(|(_, _, path)| path)
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

/// Reads the kernel's high-water mark of a process, in MiB; 0 where there is no /proc.
fn peak_memory(process: u32) -> f64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib =
        line.and_then(|rest| rest.split_whitespace().next()).and_then(|digits| digits.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}

fn row(style: &str, program: &str, taken: Taken) -> String {
    let factor = f64::from(SONG_SECONDS) / taken.time.as_secs_f64();
    format!(
        "| {style} | {program} | {} | {factor:.0} | {:.0} MiB |\n",
        step::seconds(taken.time),
        taken.memory
    )
}

fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("Machine: {}, {cores} cores.\n", model.trim_start_matches([' ', '\t', ':']))
}
