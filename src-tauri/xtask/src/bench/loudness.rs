//! Measuring and mastering beside ffmpeg.

mod master;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use super::{ROUNDS, Taken, measure, median, release};
use crate::error::{Error, Result, io};
use crate::repository::Repository;
use crate::step;

const RATE: u32 = 48_000;
/// 2 s at 120 beats a minute.
const BAR_FRAMES: u32 = 2 * RATE;
/// 10 minutes.
const BARS: u32 = 300;

/// A filter of ffmpeg, and how what it prints is read.
type Rival = (&'static str, fn(&str) -> Option<Found>);

/// What a program found.
struct Found {
    integrated: f64,
    range: f64,
    true_peak: f64,
}

/// Ten minutes of stereo at 48 kHz: integrated loudness, range and true peak, reading included; then the same to a target.
pub fn bench(repository: &Repository) -> Result<String> {
    super::build_son1k(repository)?;
    let folder = repository.workshop().join("bench");
    fs::create_dir_all(&folder).map_err(io("make the folder of the bench"))?;
    let (file, told) = (folder.join("ten-minutes.wav"), folder.join("measured.txt"));
    write_music(&file).map_err(io("write the music to measure"))?;
    let data = folder.join("data-loudness");
    let ours = median(|_| {
        let mut son1k = repository.command(release(repository));
        son1k.arg("measure").arg(&file).arg("--json").arg("--data-dir").arg(&data);
        son1k.stdout(File::create(&told).map_err(io("keep what son1k prints"))?);
        measure(son1k)
    })?;
    let mut rows = vec![("son1k measure", ours, ours_found(&told)?)];
    let rivals: [Rival; 2] =
        [("loudnorm=print_format=json", loudnorm_found), ("ebur128=peak=true", ebur128_found)];
    for (filter, read) in rivals {
        let taken = median(|_| {
            let mut ffmpeg = repository.command("ffmpeg");
            ffmpeg
                .args(["-hide_banner", "-nostats", "-i"])
                .arg(&file)
                .args(["-af", filter, "-f", "null", "-"]);
            ffmpeg.stderr(File::create(&told).map_err(io("keep what ffmpeg prints"))?);
            measure(ffmpeg)
        })?;
        let text = fs::read_to_string(&told).map_err(io("read what ffmpeg printed"))?;
        rows.push((
            filter,
            taken,
            read(&text).ok_or_else(|| Error::new("ffmpeg printed no loudness", text))?,
        ));
    }
    let mut table = format!(
        "### Measuring 10 minutes of stereo at 48 kHz, 16 bits (median of {ROUNDS})\n\n\
         | program | time | to son1k | integrated | range | true peak | peak memory |\n|---|---|---|---|---|---|---|\n"
    );
    rows.iter().for_each(|(program, taken, found)| table += &row(program, *taken, ours.time, found));
    table += &master::table(repository, &file)?;
    let _the_next_run_writes_it_anew = fs::remove_file(&file);
    Ok(table)
}

fn row(program: &str, taken: Taken, ours: Duration, found: &Found) -> String {
    format!(
        "| {program} | {} | {:.1} × | {:.2} LUFS | {:.2} LU | {:.2} dBTP | {:.0} MiB |\n",
        step::seconds(taken.time),
        taken.time.as_secs_f64() / ours.as_secs_f64(),
        found.integrated,
        found.range,
        found.true_peak,
        taken.memory
    )
}

fn ours_found(told: &Path) -> Result<Found> {
    let text = fs::read_to_string(told).map_err(io("read what son1k printed"))?;
    let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let value = |name: &str| json["files"][0][name].as_f64();
    let found = || {
        Some(Found {
            integrated: value("integrated_lufs")?,
            range: value("range_lu")?,
            true_peak: value("true_peak_dbtp")?,
        })
    };
    found().ok_or_else(|| Error::new("son1k printed no loudness", format!("It printed: {text}")))
}

/// Reads the JSON object at the end of what `loudnorm` prints; its numbers are in quotes.
fn loudnorm_found(text: &str) -> Option<Found> {
    let json: serde_json::Value = serde_json::from_str(&text[text.rfind('{')?..=text.rfind('}')?]).ok()?;
    let value = |name: &str| json[name].as_str()?.parse().ok();
    Some(Found { integrated: value("input_i")?, range: value("input_lra")?, true_peak: value("input_tp")? })
}

/// Reads the summary at the end of what `ebur128` prints.
fn ebur128_found(text: &str) -> Option<Found> {
    let summary = &text[text.rfind("Summary:")?..];
    let value = |name: &str| {
        let line = summary.lines().find_map(|line| line.trim().strip_prefix(name));
        line?.split_whitespace().next()?.parse().ok()
    };
    Some(Found { integrated: value("I:")?, range: value("LRA:")?, true_peak: value("Peak:")? })
}

/// Returns the integrated loudness in what `ebur128=peak=true` prints, in LUFS.
pub(super) fn integrated(text: &str) -> Option<f64> {
    ebur128_found(text).map(|found| found.integrated)
}

/// Writes the same music each time: chords over a bass and drums, in parts of different loudness, as 16 bits.
pub(super) fn write_music(file: &Path) -> std::io::Result<()> {
    const LOUDNESS: [i32; 10] = [12, 30, 60, 90, 100, 55, 100, 80, 100, 25];
    let chords = [[220.0, 277.2, 329.6], [196.0, 246.9, 293.7], [174.6, 220.0, 261.6], [164.8, 207.7, 246.9]];
    let bars: Vec<Vec<[i32; 2]>> = chords.iter().map(bar).collect();
    let bytes = BARS * BAR_FRAMES * 4;
    let mut out = BufWriter::new(File::create(file)?);
    out.write_all(b"RIFF")?;
    out.write_all(&(36 + bytes).to_le_bytes())?;
    out.write_all(b"WAVEfmt \x10\0\0\0\x01\0\x02\0")?;
    out.write_all(&RATE.to_le_bytes())?;
    out.write_all(&(RATE * 4).to_le_bytes())?;
    out.write_all(b"\x04\0\x10\0data")?;
    out.write_all(&bytes.to_le_bytes())?;
    for index in 0..BARS {
        let loudness = LOUDNESS[(index * LOUDNESS.len() as u32 / BARS) as usize];
        let frames = bars[index as usize % bars.len()].iter().flatten();
        let scaled: Vec<u8> =
            frames.flat_map(|value| ((value * loudness / 100) as i16).to_le_bytes()).collect();
        out.write_all(&scaled)?;
    }
    out.flush()
}

/// Returns one bar: saw waves left and right, a sine below, a decaying noise on each beat.
fn bar(chord: &[f64; 3]) -> Vec<[i32; 2]> {
    let mut noise = 1u32;
    let frame = |n: u32| {
        let seconds = f64::from(n) / f64::from(RATE);
        let saw = |frequency: f64| (seconds * frequency).fract() * 2.0 - 1.0;
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let hit = (-30.0 * (seconds % 0.5)).exp() * (f64::from(noise) / f64::from(u32::MAX) * 2.0 - 1.0);
        let bass = (std::f64::consts::TAU * chord[0] / 4.0 * seconds).sin();
        let middle = 0.30 * bass + 0.35 * hit + 0.08 * saw(chord[1]);
        [middle + 0.12 * saw(chord[0]), middle + 0.12 * saw(chord[2])].map(|value| (value * 32_000.0) as i32)
    };
    (0..BAR_FRAMES).map(frame).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ffmpeg_prints_is_read() {
        let found = loudnorm_found(
            "noise {\n\"input_i\" : \"-14.20\", \"input_tp\" : \"-1.0\", \"input_lra\" : \"5.5\"}\n",
        );
        assert!(found.is_some_and(|found| found.integrated == -14.2 && found.range == 5.5));
        let printed = "t: 1 I: -30.0 LUFS\nSummary:\n Integrated loudness:\n  I:  -14.1 LUFS\n  Threshold: -24.2 LUFS\n\n \
                       Loudness range:\n  LRA:  3.2 LU\n  LRA low: -16.0 LUFS\n\n True peak:\n  Peak:  -1.2 dBFS\n";
        let found = ebur128_found(printed);
        assert!(
            found.is_some_and(|found| (found.integrated, found.range, found.true_peak) == (-14.1, 3.2, -1.2))
        );
        assert!(loudnorm_found("nothing").is_none() && ebur128_found("nothing").is_none());
    }
}
