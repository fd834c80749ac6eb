//! What of the marks in speech is found again after what happens to files on their way.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::headless::Headless;
use super::reading::{VOICES, sentences};
use super::timed;
use crate::error::{Error, Result, io};
use crate::repository::Repository;

/// Sentences that each voice says: some twenty seconds.
const SAID: usize = 7;

/// What happens to a file: its name, the arguments for ffmpeg, the extension.
struct Attack {
    name: &'static str,
    arguments: &'static [&'static str],
    extension: &'static str,
    /// Noise that is mixed in, in dB below the mean power of the speech.
    noise: Option<f64>,
}

const fn attack(name: &'static str, arguments: &'static [&'static str], extension: &'static str) -> Attack {
    Attack { name, arguments, extension, noise: None }
}

const ATTACKS: [Attack; 11] = [
    attack("none", &["-c:a", "pcm_s24le"], "wav"),
    attack("MP3, 192 kbit/s", &["-c:a", "libmp3lame", "-b:a", "192k"], "mp3"),
    attack("MP3, 64 kbit/s", &["-c:a", "libmp3lame", "-b:a", "64k"], "mp3"),
    attack("AAC, 96 kbit/s", &["-c:a", "aac", "-b:a", "96k"], "m4a"),
    attack("Opus, 48 kbit/s", &["-c:a", "libopus", "-b:a", "48k"], "opus"),
    attack("resampled to 44.1 kHz", &["-ar", "44100"], "wav"),
    attack("resampled to 16 kHz", &["-ar", "16000"], "wav"),
    attack("cropped to 5 s", &["-ss", "3.217", "-t", "5"], "wav"),
    attack("turned down by 20 dB", &["-af", "volume=-20dB"], "wav"),
    Attack { name: "noise 20 dB below", arguments: &[], extension: "wav", noise: Some(20.0) },
    Attack {
        name: "noise 20 dB below, cropped to 5 s, MP3, 192 kbit/s",
        arguments: &["-ss", "3.217", "-t", "5", "-c:a", "libmp3lame", "-b:a", "192k"],
        extension: "mp3",
        noise: Some(20.0),
    },
];

/// How often a mark was found, and read rightly, after an attack.
#[derive(Default)]
struct Row {
    found: usize,
    read: usize,
    wrong: usize,
    least: f64,
}

/// Speaks with six voices, attacks the files, and looks for the marks.
pub fn bench(repository: &Repository) -> Result<String> {
    super::build_son1k(repository)?;
    let folder = repository.workshop().join("bench").join("marks");
    fs::create_dir_all(&folder).map_err(io("make the folder of the bench"))?;
    let studio = Headless::new(repository, &folder);
    let mut rows: Vec<Row> = ATTACKS.iter().map(|_| Row { least: f64::MAX, ..Row::default() }).collect();
    for (voice, language) in VOICES {
        println!("  … {voice}");
        let text = sentences(repository, language)?.into_iter().take(SAID).collect::<Vec<_>>().join(" ");
        let (said, spoken) = (folder.join(format!("{voice}.txt")), folder.join(format!("{voice}.wav")));
        fs::write(&said, text).map_err(io("write the text"))?;
        studio.speak(voice, &said, None, &spoken)?;
        let truth = studio.verify(&spoken)?["mark"]["message"].as_str().map(str::to_owned);
        let truth = truth.ok_or_else(|| Error::new(format!("{voice} has no mark"), "Mend crate marks."))?;
        for (number, (attack, row)) in ATTACKS.iter().zip(&mut rows).enumerate() {
            let attacked = folder.join(format!("{voice}-{number}.{}", attack.extension));
            ffmpeg(repository, attack, &spoken, &attacked)?;
            row.count(&studio.verify(&attacked)?, &truth);
        }
    }
    let unmarked = recordings(repository)?;
    let mut false_alarms = 0;
    for file in &unmarked {
        false_alarms += usize::from(!studio.verify(file)?["mark"].is_null());
    }
    Ok(table(&rows, false_alarms, unmarked.len()))
}

impl Row {
    fn count(&mut self, found: &Value, truth: &str) {
        let mark = &found["mark"];
        self.found += usize::from(!mark.is_null());
        match mark["message"].as_str() {
            Some(message) if message == truth => self.read += 1,
            Some(_) => self.wrong += 1,
            None => {}
        }
        self.least = self.least.min(mark["score"].as_f64().unwrap_or_default());
    }
}

fn timed_quietly(command: &mut Command) -> Result<()> {
    let output = command.output().map_err(io("start a program"))?;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(Error::new("a program of the bench failed", complaint)) }
}

fn ffmpeg(repository: &Repository, attack: &Attack, from: &Path, to: &Path) -> Result<()> {
    let mut ffmpeg = repository.command("ffmpeg");
    ffmpeg.args(["-v", "error", "-y", "-i"]).arg(from);
    if let Some(below) = attack.noise {
        let level = mean_level(repository, from)? - below;
        // Even noise has a third of the power of its peaks squared.
        let amplitude = 3f64.sqrt() * 10f64.powf(level / 20.0);
        let noise =
            format!("anoisesrc=r=24000:a={amplitude:.6}:seed=7[n];[0:a][n]amix=duration=first:normalize=0");
        ffmpeg.args(["-filter_complex", &noise]);
    }
    timed_quietly(ffmpeg.args(attack.arguments).args(["-map_metadata", "-1"]).arg(to))
}

/// Returns the mean power of a file, in dBFS.
fn mean_level(repository: &Repository, file: &Path) -> Result<f64> {
    let mut ffmpeg = repository.command("ffmpeg");
    ffmpeg.args(["-hide_banner", "-nostats", "-i"]).arg(file).args([
        "-af",
        "volumedetect",
        "-f",
        "null",
        "-",
    ]);
    let output = ffmpeg.output().map_err(io("start ffmpeg"))?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let level = told.split("mean_volume: ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
    level.ok_or_else(|| Error::new("ffmpeg told no level", told))
}

/// Returns recordings that no studio has marked: those of the fixtures.
fn recordings(repository: &Repository) -> Result<Vec<PathBuf>> {
    let mut list = repository.command("git");
    list.args(["ls-files", "-z", "tests/fixtures"]);
    let (printed, _) = timed(list)?;
    let sounds = printed
        .split('\0')
        .filter(|name| [".wav", ".flac", ".mp3", ".ogg"].iter().any(|end| name.ends_with(end)));
    let long = sounds.map(|name| repository.root.join(name));
    Ok(long.filter(|path| path.metadata().is_ok_and(|file| file.len() > 100_000)).collect())
}

fn table(rows: &[Row], false_alarms: usize, unmarked: usize) -> String {
    let voices = VOICES.len();
    let mut table = format!(
        "### Marks in speech after what happens to files: {voices} voices, {SAID} sentences each\n\n\
         | what happened | mark found | read rightly | read wrongly | faintest, σ |\n|---|---|---|---|---|\n"
    );
    for (Attack { name, .. }, Row { found, read, wrong, least }) in ATTACKS.iter().zip(rows) {
        table += &format!("| {name} | {found} of {voices} | {read} | {wrong} | {least:.1} |\n");
    }
    table + &format!("\nFound in recordings that have none: {false_alarms} of {unmarked}.\n")
}
