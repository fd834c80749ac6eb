//! Bringing a file to a loudness as an MP3 file, beside ffmpeg's two passes of `loudnorm`.

use std::fs::{self, File};
use std::path::Path;

use super::{ROUNDS, Taken, ebur128_found, measure, median, release};
use crate::error::{Error, Result, io};
use crate::repository::Repository;
use crate::step;

/// Louder than the music of the bench, as most of what is brought to it.
const TARGET: f64 = -16.0;
const CEILING: f64 = -1.0;

/// What the first pass of `loudnorm` has to tell the second.
const MEASURED: [(&str, &str); 5] = [
    ("measured_I", "input_i"),
    ("measured_TP", "input_tp"),
    ("measured_LRA", "input_lra"),
    ("measured_thresh", "input_thresh"),
    ("offset", "target_offset"),
];

/// Masters `music` with both programs; a third reads how loud the results are.
pub(super) fn table(repository: &Repository, music: &Path) -> Result<String> {
    let folder = repository.workshop().join("bench");
    let (ours, theirs) = (folder.join("ours.mp3"), folder.join("theirs.mp3"));
    let told = folder.join("mastered.txt");
    let our_time = median(|_| son1k(repository, music, &ours, &folder.join("data-loudness")))?;
    let their_time = median(|_| ffmpeg(repository, music, &theirs, &told))?;
    let mut table = format!(
        "\n### Mastering the same to {TARGET} LUFS, {CEILING} dBTP, MP3 192 kb/s (median of {ROUNDS})\n\n\
         | program | time | to son1k | loudness error | true peak | peak memory |\n|---|---|---|---|---|---|\n"
    );
    for (program, file, taken) in
        [("son1k master", &ours, our_time), ("ffmpeg, two passes of loudnorm (linear)", &theirs, their_time)]
    {
        let text = listen(repository, file, &told)?;
        let found = ebur128_found(&text).ok_or_else(|| Error::new("ffmpeg printed no loudness", text))?;
        table += &format!(
            "| {program} | {} | {:.1} × | {:+.2} LU | {:.2} dBTP | {:.0} MiB |\n",
            step::seconds(taken.time),
            taken.time.as_secs_f64() / our_time.time.as_secs_f64(),
            found.integrated - TARGET,
            found.true_peak,
            taken.memory
        );
        let _the_next_run_writes_it_anew = fs::remove_file(file);
    }
    Ok(table)
}

fn son1k(repository: &Repository, music: &Path, out: &Path, data: &Path) -> Result<Taken> {
    let mut son1k = repository.command(release(repository));
    let (target, ceiling) = (TARGET.to_string(), CEILING.to_string());
    son1k.arg("master").arg(music);
    son1k.args(["--lufs", &target, "--true-peak", &ceiling, "--format", "mp3", "--bitrate", "192"]);
    son1k.arg("--out").arg(out).arg("--json").arg("--data-dir").arg(data).stdout(std::process::Stdio::null());
    measure(son1k)
}

fn ffmpeg(repository: &Repository, music: &Path, out: &Path, told: &Path) -> Result<Taken> {
    let target = format!("loudnorm=I={TARGET}:TP={CEILING}:LRA=20");
    let mut first = repository.command("ffmpeg");
    first.args(["-hide_banner", "-nostats", "-i"]).arg(music);
    first.args(["-af", &format!("{target}:print_format=json"), "-f", "null", "-"]);
    first.stderr(File::create(told).map_err(io("keep what ffmpeg prints"))?);
    let first = measure(first)?;
    let text = fs::read_to_string(told).map_err(io("read what ffmpeg printed"))?;
    let measured = measured(&text).ok_or_else(|| Error::new("ffmpeg printed no loudness", text))?;
    let mut second = repository.command("ffmpeg");
    second.args(["-v", "error", "-y", "-i"]).arg(music);
    // Without a rate, the file would have the 192 kHz that the filter works at.
    second.args(["-af", &format!("{target}:{measured}:linear=true"), "-ar", "48000"]);
    second.args(["-c:a", "libmp3lame", "-b:a", "192k"]).arg(out);
    let second = measure(second)?;
    Ok(Taken { time: first.time + second.time, sound: first.sound, memory: first.memory.max(second.memory) })
}

fn measured(text: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(&text[text.rfind('{')?..=text.rfind('}')?]).ok()?;
    let pairs = MEASURED.iter().map(|(name, key)| Some(format!("{name}={}", json[key].as_str()?)));
    Some(pairs.collect::<Option<Vec<_>>>()?.join(":"))
}

fn listen(repository: &Repository, file: &Path, told: &Path) -> Result<String> {
    let mut ffmpeg = repository.command("ffmpeg");
    ffmpeg.args(["-hide_banner", "-nostats", "-i"]).arg(file);
    ffmpeg.args(["-af", "ebur128=peak=true", "-f", "null", "-"]);
    ffmpeg.stderr(File::create(told).map_err(io("keep what ffmpeg prints"))?);
    measure(ffmpeg)?;
    fs::read_to_string(told).map_err(io("read what ffmpeg printed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_first_pass_found_is_told_to_the_second() {
        let text = "{\"input_i\" : \"-20.1\", \"input_tp\" : \"-3.0\", \"input_lra\" : \"8.1\", \
                    \"input_thresh\" : \"-30.2\", \"target_offset\" : \"0.1\"}";
        let told = "measured_I=-20.1:measured_TP=-3.0:measured_LRA=8.1:measured_thresh=-30.2:offset=0.1";
        assert_eq!(measured(text).as_deref(), Some(told));
        assert!(measured("{\"input_i\" : \"-20.1\"}").is_none());
    }
}
