//! Judges of music that are not ours: aubio and librosa for tempo and key, ffmpeg for length and silence.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use son1k_domain::music::PITCH_NAMES;
use son1k_domain::unit::{Bpm, Seconds};

use crate::{Asked, clone};

/// Beats over which a pace is taken.
const SPAN: usize = 4;

/// What librosa hears in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// `None` when it hears no steady beat.
    pub bpm: Option<Bpm>,
    /// `A minor`, `Eb major`: as the studio words it.
    pub key: String,
}

/// Asks librosa for tempo and key of files, two halves of them side by side.
///
/// # Errors
/// When the judge's environment is not there, or a file cannot be read.
pub fn listen(files: &[&Path]) -> Asked<Vec<Heard>> {
    let (first, second) = files.split_at(files.len() / 2);
    thread::scope(|scope| {
        let beside = scope.spawn(|| listen_in_turn(first, "first"));
        let after = listen_in_turn(second, "second");
        let before = beside.join().unwrap_or_else(|_| Err("the judge stopped".into()));
        Ok([before?, after?].concat())
    })
}

/// librosa compiles its loops when it first runs them, and keeps them in `cache`: two that write the same one crash.
fn listen_in_turn(files: &[&Path], cache: &str) -> Asked<Vec<Heard>> {
    let mut judge = Command::new(clone::judge_python());
    judge.arg(clone::root().join("tests/judge/listen.py")).args(files);
    judge.env("NUMBA_CACHE_DIR", clone::target().join("judge-cache").join(cache));
    let printed = answer(judge)?;
    let lines = printed.lines().filter(|line| line.starts_with('{'));
    lines.map(|line| parse_heard(line).ok_or_else(|| format!("the judge said {line}"))).collect()
}

/// Asks aubio for the tempo of a file: the median distance of the beats it tracks.
///
/// # Errors
/// When aubio is missing, cannot read the file, or finds fewer than five beats.
pub fn tempo_by_aubio(file: &Path) -> Asked<Bpm> {
    let printed = ask("aubio", &["beat", "-i", &file.to_string_lossy()])?;
    median_tempo(&printed).ok_or_else(|| format!("aubio found no beat in {}", file.display()))
}

/// Returns whether two tempos are one within a part, an octave of tempo aside: 70 and 140 are the same beat.
pub fn same_tempo(one: Bpm, other: Bpm, part: f32) -> bool {
    [0.5, 1.0, 2.0].iter().any(|factor| (one.0 * factor / other.0 - 1.0).abs() <= part)
}

/// Asks ffprobe for the length of a file.
///
/// # Errors
/// When ffprobe is missing or cannot read the file.
pub fn duration(file: &Path) -> Asked<Seconds> {
    let name = file.to_string_lossy();
    let arguments = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", &name];
    let printed = ask("ffprobe", &arguments)?;
    let seconds = printed.lines().next().and_then(|line| line.trim().parse().ok());
    seconds.map(Seconds).ok_or_else(|| format!("ffprobe gave no length for {name}: {printed}"))
}

/// Asks ffmpeg for the longest stretch below −60 dBFS that has sound before and after it.
///
/// # Errors
/// When ffmpeg is missing or cannot read the file.
pub fn longest_inner_silence(file: &Path) -> Asked<Seconds> {
    let name = file.to_string_lossy();
    let filter = "silencedetect=noise=-60dB:duration=0.3";
    let printed =
        ask("ffmpeg", &["-hide_banner", "-nostats", "-i", &name, "-filter:a", filter, "-f", "null", "-"])?;
    Ok(longest_inner(&printed, duration(file)?))
}

/// Asks ffmpeg for the samples of a file: mono, 11,025 Hz, enough to compare two songs.
///
/// # Errors
/// When ffmpeg is missing or cannot read the file.
pub fn outline(file: &Path) -> Asked<Vec<f32>> {
    let name = file.to_string_lossy();
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i", &name, "-ac", "1", "-ar", "11025", "-f", "f32le", "-"])
        .stdin(Stdio::null())
        .output()
        .map_err(|cause| format!("could not ask ffmpeg ({cause}); run: cargo xtask setup"))?;
    let samples =
        output.stdout.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
    if output.status.success() { Ok(samples.collect()) } else { Err(format!("ffmpeg cannot read {name}")) }
}

/// Runs a judge and returns what it printed on both outputs.
///
/// # Errors
/// When it is not installed or fails.
pub fn ask(program: &str, arguments: &[impl AsRef<std::ffi::OsStr>]) -> Asked<String> {
    let mut command = Command::new(program);
    command.args(arguments);
    answer(command)
}

fn answer(mut command: Command) -> Asked<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output =
        output.map_err(|cause| format!("could not ask {program} ({cause}); run: cargo xtask setup"))?;
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    if output.status.success() {
        Ok(text)
    } else {
        Err(format!("{program} failed ({}): {text}", output.status))
    }
}

fn parse_heard(line: &str) -> Option<Heard> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let (tonic, mode) = value["key"].as_str()?.split_once(' ')?;
    let sharps = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    let class = sharps.iter().position(|name| *name == tonic)?;
    Some(Heard {
        bpm: value["bpm"].as_f64().map(|bpm| Bpm(bpm as f32)),
        key: format!("{} {mode}", PITCH_NAMES[class]),
    })
}

/// Reads one time a line; the last column is the beat, whatever stands before it.
fn median_tempo(printed: &str) -> Option<Bpm> {
    let times: Vec<f64> =
        printed.lines().filter_map(|line| line.split_whitespace().last()?.parse().ok()).collect();
    // Over several beats, so that the detector's own grid weighs less.
    let mut steps: Vec<f64> = times.windows(SPAN + 1).map(|run| (run[SPAN] - run[0]) / SPAN as f64).collect();
    if steps.is_empty() {
        return None;
    }
    steps.sort_by(f64::total_cmp);
    Some(Bpm((60.0 / steps[steps.len() / 2]) as f32))
}

fn longest_inner(printed: &str, length: Seconds) -> Seconds {
    let number = |line: &str, label: &str| -> Option<f64> {
        line.split(label).nth(1)?.split_whitespace().next()?.parse().ok()
    };
    let mut longest = 0.0f64;
    let mut start = 0.0;
    for line in printed.lines() {
        if let Some(begin) = number(line, "silence_start: ") {
            start = begin;
        }
        // The silence before the first and after the last sound is no inner one.
        if let Some(end) = number(line, "silence_end: ")
            && start > 0.01
            && end < length.0 - 0.01
        {
            longest = longest.max(end - start);
        }
    }
    Seconds(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tempo_is_the_median_distance_of_beats() {
        assert_eq!(median_tempo("0.5\n1.0\n1.5\n2.0\n2.5\n3.0\n3.5\n9.0\n"), Some(Bpm(120.0)));
        assert_eq!(median_tempo("0.5\n1.0\n"), None);
    }

    #[test]
    fn half_and_double_tempo_are_the_same_beat() {
        assert!(same_tempo(Bpm(70.5), Bpm(140.0), 0.02));
        assert!(same_tempo(Bpm(140.0), Bpm(70.0), 0.02));
        assert!(!same_tempo(Bpm(100.0), Bpm(140.0), 0.02));
    }

    #[test]
    fn only_silence_between_sounds_counts() {
        let printed = "silence_start: 0\nsilence_end: 2.0 | silence_duration: 2.0\nsilence_start: 5\n\
                       silence_end: 5.8 | silence_duration: 0.8\nsilence_start: 28\nsilence_end: 30 | x\n";
        let longest = longest_inner(printed, Seconds(30.0)).0;
        assert!((longest - 0.8).abs() < 1e-9, "{longest}");
    }

    #[test]
    fn librosas_sharps_become_the_studios_names() {
        let heard = parse_heard(r#"{"bpm": 95.7, "key": "D# minor", "next_key": "F# major"}"#).unwrap();
        assert_eq!(heard, Heard { bpm: Some(Bpm(95.7)), key: "Eb minor".into() });
    }
}
