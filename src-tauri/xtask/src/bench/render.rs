//! Rendering beside FluidSynth.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::{ROUNDS, Taken, measure, median, release};
use crate::error::{Error, Result, io};
use crate::repository::Repository;
use crate::step;

/// A full song.
const SONG_SECONDS: u32 = 180;
/// One prompt that leans on the sound bank, one on the synths, one on the drum one-shots.
const SONGS: [(&str, &str); 3] =
    [("jazz", "slow jazz at night"), ("synthwave", "night drive"), ("trap", "dark trap")];

/// A three-minute song a style: the whole of `son1k generate` (compose, render, master, check, save) beside
/// FluidSynth's plain rendering of the same MIDI with the same sound bank.
pub fn bench(repository: &Repository) -> Result<String> {
    super::build_son1k(repository)?;
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

fn row(style: &str, program: &str, taken: Taken) -> String {
    let factor = f64::from(SONG_SECONDS) / taken.time.as_secs_f64();
    format!(
        "| {style} | {program} | {} | {factor:.0} | {:.0} MiB |\n",
        step::seconds(taken.time),
        taken.memory
    )
}
