//! What each preset makes of a voice: how pitch and formants move, and whether one still understands it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::headless::{Headless, text_of};
use super::reading::sentences;
use super::words::{Errors, Language, compare, words};
use crate::error::{Error, Result, io};
use crate::repository::Repository;

/// A woman and a man in each language.
const SPEAKERS: [(&str, Language); 4] = [
    ("af_heart", Language::English),
    ("am_michael", Language::English),
    ("ef_dora", Language::Spanish),
    ("em_alex", Language::Spanish),
];
/// Sentences that each says: some twenty seconds.
const SAID: usize = 6;
const PRESETS: [&str; 16] = [
    "deeper",
    "higher",
    "woman",
    "man",
    "child",
    "old",
    "whisper",
    "robot",
    "telephone",
    "radio",
    "monster",
    "choir",
    "harmony",
    "autotune",
    "vocoder",
    "doubling",
];
const MEASURE: &str = "src-tauri/xtask/src/bench/presets/measure.py";

/// What Python hears of a voice, in Hz.
#[derive(Debug, Clone)]
struct Measured {
    pitch: Option<f64>,
    formants: [f64; 3],
}

impl Measured {
    fn read(value: &Value) -> Option<Self> {
        let formant = |number: usize| value["formants"][number].as_f64();
        Some(Self { pitch: value["pitch"].as_f64(), formants: [formant(0)?, formant(1)?, formant(2)?] })
    }
}

/// A voice as it was, or as one preset made it.
struct Voice {
    measured: Measured,
    errors: Errors,
}

/// Four voices in each preset: median pitch and formants beside those of the original, words that Whisper hears otherwise.
pub fn bench(repository: &Repository) -> Result<String> {
    crate::setup::judge(repository)?;
    super::build_son1k(repository)?;
    let folder = repository.workshop().join("bench").join("presets");
    fs::create_dir_all(&folder).map_err(io("make the folder of the bench"))?;
    let studio = Headless::new(repository, &folder);
    let speakers = SPEAKERS.iter().map(|(voice, language)| {
        println!("  … {voice}");
        let said = sentences(repository, *language)?.into_iter().take(SAID).collect::<Vec<_>>().join(" ");
        let (text, spoken) = (folder.join(format!("{voice}.txt")), folder.join(format!("{voice}.wav")));
        fs::write(&text, &said).map_err(io("write the text"))?;
        studio.speak(voice, &text, None, &spoken)?;
        let changed = PRESETS.iter().map(|preset| {
            let out = folder.join(format!("{voice}-{preset}.wav"));
            studio.modulate(&spoken, preset, &out)?;
            Ok(out)
        });
        let files = [Ok(spoken.clone())].into_iter().chain(changed).collect::<Result<Vec<_>>>()?;
        heard(repository, &folder, &studio, &files, &said, *language)
    });
    let speakers = speakers.collect::<Result<Vec<_>>>()?;
    Ok(table(&speakers))
}

/// Listens to files in which the same is said.
fn heard(
    repository: &Repository,
    folder: &Path,
    studio: &Headless<'_>,
    files: &[PathBuf],
    said: &str,
    language: Language,
) -> Result<Vec<Voice>> {
    let measured = measured(repository, folder, files)?;
    let voice = |(file, measured): (&PathBuf, Measured)| {
        let transcript = studio.transcribe(file)?;
        let errors = compare(&words(said, language), &words(text_of(&transcript, "text"), language));
        Ok(Voice { measured, errors })
    };
    files.iter().zip(measured).map(voice).collect()
}

fn measured(repository: &Repository, folder: &Path, files: &[PathBuf]) -> Result<Vec<Measured>> {
    let mut python = repository.command(repository.judge_python());
    python.arg(repository.root.join(MEASURE)).args(files);
    // Two programs that compile into one cache of numba's crash each other.
    python.env("NUMBA_CACHE_DIR", folder.join("numba"));
    let (printed, _) = super::timed(python)?;
    let list: Vec<Value> = serde_json::from_str(&printed).unwrap_or_default();
    let read = list.iter().filter_map(Measured::read).collect::<Vec<_>>();
    if read.len() == files.len() { Ok(read) } else { Err(Error::new("these are no measures", printed)) }
}

fn table(speakers: &[Vec<Voice>]) -> String {
    let names: Vec<&str> = SPEAKERS.iter().map(|(voice, _)| *voice).collect();
    let mut table = format!(
        "### What presets make of a voice: {}, {SAID} sentences each\n\n\
         | preset | pitch, semitones | formants, semitones | word error rate |\n|---|---|---|---|\n",
        names.join(", ")
    );
    for (number, preset) in ["none"].iter().chain(&PRESETS).enumerate() {
        let each = || speakers.iter().map(|speaker| (&speaker[0], &speaker[number]));
        let pitches: Vec<_> = each().map(|(was, is)| pitch(&was.measured, &is.measured)).collect();
        let formants: Vec<_> = each().map(|(was, is)| formants(&was.measured, &is.measured)).collect();
        let mut errors = Errors::default();
        each().for_each(|(_, is)| errors.add(is.errors.clone()));
        table += &format!(
            "| {preset} | {} | {} | {:.1} % |\n",
            span(&pitches.into_iter().flatten().collect::<Vec<_>>()),
            span(&formants),
            100.0 * errors.rate()
        );
    }
    table
}

fn pitch(was: &Measured, is: &Measured) -> Option<f64> {
    Some(semitones(is.pitch? / was.pitch?))
}

/// Returns how far the first three formants moved, on the mean.
fn formants(was: &Measured, is: &Measured) -> f64 {
    was.formants.iter().zip(is.formants).map(|(was, is)| semitones(is / was)).sum::<f64>() / 3.0
}

fn semitones(ratio: f64) -> f64 {
    12.0 * ratio.log2()
}

/// Words the least and the most of the speakers.
fn span(values: &[f64]) -> String {
    let least = values.iter().copied().fold(f64::MAX, f64::min);
    let most = values.iter().copied().fold(f64::MIN, f64::max);
    match values.is_empty() {
        true => "no pitch".to_owned(),
        false => format!("{least:+.1} to {most:+.1}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_octave_is_twelve_semitones_and_formants_are_a_mean() {
        let was = Measured { pitch: Some(100.0), formants: [500.0, 1_500.0, 2_500.0] };
        let is = Measured { pitch: Some(200.0), formants: [1_000.0, 1_500.0, 2_500.0] };
        assert_eq!((pitch(&was, &is), formants(&was, &is)), (Some(12.0), 4.0));
        assert_eq!(pitch(&was, &Measured { pitch: None, ..is }), None);
        assert_eq!((span(&[1.0, -2.04]), span(&[])), ("-2.0 to +1.0".to_owned(), "no pitch".to_owned()));
    }
}
