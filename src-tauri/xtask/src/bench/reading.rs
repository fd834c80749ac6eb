//! The reading test: what the studio's voices say is heard by the studio's own Whisper.

mod joins;
mod wave;

use std::fs::{self, File};
use std::path::Path;

use serde_json::Value;

use super::headless::{Headless, text_of};
use super::loudness::integrated;
use super::words::{Errors, Language, compare, words};
use crate::error::{Error, Result, io};
use crate::repository::Repository;
use joins::Joins;
use wave::Wave;

pub(super) const VOICES: [(&str, Language); 6] = [
    ("af_heart", Language::English),
    ("am_michael", Language::English),
    ("bf_emma", Language::English),
    ("ef_dora", Language::Spanish),
    ("em_alex", Language::Spanish),
    ("em_santa", Language::Spanish),
];

/// What is asked for, in LUFS, and how far the result may be from it.
const LOUDNESS: f64 = -16.0;
const TOLERANCE: f64 = 0.2;

/// What was found of one voice.
struct Heard {
    voice: &'static str,
    language: Language,
    /// The one that Whisper heard: it is not told.
    told: String,
    errors: Errors,
    joins: Joins,
    loudness: f64,
    duration: f64,
}

/// 60 sentences in each of two languages by six voices: word errors, clicks at the joins of phrases, loudness.
pub fn bench(repository: &Repository) -> Result<String> {
    super::build_son1k(repository)?;
    let folder = repository.workshop().join("bench").join("reading");
    // What was spoken by an earlier version is in the cache of results.
    let _none_at_the_first_run = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(io("make the folder of the bench"))?;
    let mut all = Vec::new();
    for (voice, language) in VOICES {
        println!("  … {voice} reads");
        let heard = read(repository, &folder, voice, language)?;
        println!("  … {voice}: {:.1} % of words wrong", 100.0 * heard.errors.rate());
        all.push(heard);
    }
    let told = folder.join("errors.txt");
    fs::write(&told, wrong(&all)).map_err(io("write what was heard wrongly"))?;
    Ok(format!("{}\nEvery error: {}\n", table(&all), told.display()))
}

/// Returns the sentences of a language, a line each.
pub(super) fn sentences(repository: &Repository, language: Language) -> Result<Vec<String>> {
    let file = repository.root.join(format!("tests/fixtures/reading/{}.txt", language.code()));
    let text = fs::read_to_string(&file).map_err(io("read the sentences"))?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn read(repository: &Repository, folder: &Path, voice: &'static str, language: Language) -> Result<Heard> {
    let sentences = sentences(repository, language)?;
    let (text, sound) = (folder.join(format!("{voice}.txt")), folder.join(format!("{voice}.wav")));
    // Each is a paragraph of its own.
    fs::write(&text, sentences.join("\n\n")).map_err(io("write the text"))?;
    let studio = Headless::new(repository, folder);
    let spoken = studio.speak(voice, &text, Some(LOUDNESS), &sound)?;
    let transcript = studio.transcribe(&sound)?;
    let heard = words(text_of(&transcript, "text"), language);
    let wave = Wave::read(&sound)?;
    Ok(Heard {
        voice,
        language,
        told: text_of(&transcript, "language").to_owned(),
        errors: compare(&words(&sentences.join("\n"), language), &heard),
        joins: Joins::of(&wave, &ends(&spoken)),
        loudness: loudness(repository, folder, &sound)?,
        duration: spoken["duration_s"].as_f64().unwrap_or_default(),
    })
}

/// Returns where phrases begin and end, in seconds.
fn ends(spoken: &Value) -> Vec<(f64, f64)> {
    let phrases = spoken["phrases"].as_array().map(Vec::as_slice).unwrap_or_default();
    phrases.iter().filter_map(|phrase| Some((phrase["start"].as_f64()?, phrase["end"].as_f64()?))).collect()
}

fn loudness(repository: &Repository, folder: &Path, sound: &Path) -> Result<f64> {
    let told = folder.join("loudness.txt");
    let mut ffmpeg = repository.command("ffmpeg");
    ffmpeg.args(["-hide_banner", "-nostats", "-i"]).arg(sound).args([
        "-af",
        "ebur128=peak=true",
        "-f",
        "null",
        "-",
    ]);
    ffmpeg.stderr(File::create(&told).map_err(io("keep what ffmpeg prints"))?);
    super::measure(ffmpeg)?;
    let text = fs::read_to_string(&told).map_err(io("read what ffmpeg printed"))?;
    integrated(&text).ok_or_else(|| Error::new("ffmpeg printed no loudness", text))
}

fn table(all: &[Heard]) -> String {
    let mut table = format!(
        "### The reading test: 60 sentences a voice, heard by Whisper base\n\n\
         | voice | heard as | speech | words | other, missing, added | word error rate | joins | clicks | loudest at a join | \
         loudness for {LOUDNESS} LUFS |\n|---|---|---|---|---|---|---|---|---|---|\n"
    );
    for one in all {
        let Heard { voice, told, errors, joins, loudness, duration, .. } = one;
        let Errors { substituted, left_out, added, of, .. } = errors;
        let within = if (loudness - LOUDNESS).abs() <= TOLERANCE { "" } else { " (too far)" };
        table += &format!(
            "| {voice} | {told} | {duration:.0} s | {of} | {substituted}, {left_out}, {added} | {:.1} % | {} | {} | {:.1} dBFS | \
             {loudness:.1} LUFS{within} |\n",
            100.0 * errors.rate(),
            joins.count,
            joins.clicks,
            joins.loudest,
        );
    }
    for language in Language::BOTH {
        let mut errors = Errors::default();
        all.iter().filter(|one| one.language == language).for_each(|one| errors.add(one.errors.clone()));
        table += &format!(
            "\nAll voices in {}: {:.1} % of {} words.\n",
            language.code(),
            100.0 * errors.rate(),
            errors.of
        );
    }
    table
}

fn wrong(all: &[Heard]) -> String {
    let of = |one: &Heard| format!("{}\n  {}\n", one.voice, one.errors.list.join("\n  "));
    all.iter().map(of).collect()
}
