//! Twelve ideas in both languages over the ten styles, through the `son1k` command, judged by others: ffmpeg's meter,
//! aubio and librosa. The songs are made once and looked at by every test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;
use son1k_domain::unit::{Bpm, Lufs};
use son1k_support::judge::{self, Heard, same_tempo};
use son1k_support::{clone, loudness};

/// An idea, the style it means, and the length it asks for.
struct Idea(&'static str, &'static str, f64);

const IDEAS: [Idea; 12] = [
    Idea("reggaetón oscuro en la menor, 95 bpm, 60 segundos", "reggaeton", 60.0),
    Idea("dark trap in F minor at 140 bpm, 60 seconds", "trap", 60.0),
    Idea("house alegre en do mayor a 124 bpm, 1 minuto", "house", 60.0),
    Idea("dreamy synthwave, night drive, 100 bpm, E minor, 1 minute", "synthwave", 60.0),
    Idea("lo-fi tranquilo para estudiar en re menor, 80 bpm, 50 segundos", "lo-fi", 50.0),
    Idea("happy pop song in G major, 75 seconds", "pop", 75.0),
    Idea("rock enérgico en mi menor a 132 bpm, 60 segundos", "rock", 60.0),
    // With a beat: what has none has no tempo that others could hear.
    Idea("energetic ambient with drums and percussion in D major, 90 bpm, 80 seconds", "ambient", 80.0),
    Idea("jazz nocturno en si bemol mayor, 110 bpm, 70 segundos", "jazz", 70.0),
    Idea("epic cinematic trailer in C minor, 90 bpm, 65 seconds", "cinematic", 65.0),
    Idea("reggaeton party without guitar, 92 bpm, 55 seconds", "reggaeton", 55.0),
    Idea("balada pop triste con piano en fa mayor, 76 bpm, 60 segundos", "pop", 60.0),
];
const SEED: u32 = 7;

/// A finished song: what the command said of it, and its file.
struct Made {
    said: Value,
    file: PathBuf,
}

impl Made {
    fn number(&self, field: &str) -> f64 {
        self.said[field].as_f64().unwrap_or(f64::NAN)
    }

    fn bpm(&self) -> Bpm {
        Bpm(self.number("bpm") as f32)
    }

    fn key(&self) -> &str {
        self.said["key"].as_str().unwrap_or_default()
    }
}

static SONGS: LazyLock<Vec<Made>> = LazyLock::new(|| {
    let made = IDEAS.iter().enumerate().map(|(number, idea)| make(&format!("song-{number}"), idea.0, SEED));
    made.collect()
});

/// Where the songs of this run lie; kept for the ears of whoever looks into a failure.
fn folder() -> PathBuf {
    clone::target().join("twelve-prompts")
}

/// Makes a song in a studio of its own, so that no cache answers.
fn make(name: &str, prompt: &str, seed: u32) -> Made {
    let data = folder().join(format!("{name}-data"));
    let file = folder().join(format!("{name}.wav"));
    let _ = std::fs::remove_dir_all(&data);
    std::fs::create_dir_all(&data).expect("the folder of songs can be made");
    let output = Command::new(clone::son1k())
        .args(["generate", "--prompt", prompt, "--seed", &seed.to_string(), "--json", "--out"])
        .arg(&file)
        .arg("--data-dir")
        .arg(&data)
        .env("SON1K_MODELS", clone::weights())
        .output()
        .expect("the son1k command is built");
    let _ = std::fs::remove_dir_all(&data);
    assert!(output.status.success(), "{prompt}: {}", String::from_utf8_lossy(&output.stderr));
    Made { said: serde_json::from_slice(&output.stdout).expect("--json prints JSON"), file }
}

/// Runs a look at each song and fails with every complaint at once.
fn every_song(look: impl Fn(&Idea, &Made) -> Result<(), String>) {
    let complaints: Vec<String> = IDEAS
        .iter()
        .zip(SONGS.iter())
        .filter_map(|(idea, made)| look(idea, made).err().map(|complaint| format!("{}: {complaint}", idea.0)))
        .collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn ensure(holds: bool, complaint: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(complaint()) }
}

fn heard() -> &'static [Heard] {
    static HEARD: LazyLock<Vec<Heard>> = LazyLock::new(|| {
        let files: Vec<&Path> = SONGS.iter().map(|made| made.file.as_path()).collect();
        judge::listen(&files).expect("the judge listens")
    });
    &HEARD
}

/// Major and minor are all that the judge knows: a mode counts by its third.
fn same_key(said: &str, heard: &str) -> bool {
    let parts = |key: &str| key.split_once(' ').map(|(tonic, mode)| (tonic.to_owned(), is_minor(mode)));
    parts(said) == parts(heard)
}

fn is_minor(mode: &str) -> bool {
    ["minor", "dorian", "phrygian"].contains(&mode)
}

#[test]
fn each_idea_is_understood_as_its_style() {
    every_song(|idea, made| {
        let chips = made.said["understood"].as_array().cloned().unwrap_or_default();
        let style = chips.iter().find(|chip| chip["kind"] == "style").map(|chip| chip["value"].clone());
        ensure(style == Some(idea.1.into()), || format!("understood as {style:?}"))
    });
}

#[test]
fn the_length_is_within_two_seconds_of_what_was_asked() {
    every_song(|idea, made| {
        let length = judge::duration(&made.file)?.0;
        ensure((length - idea.2).abs() <= 2.0, || format!("{length:.1} s"))
    });
}

#[test]
fn ffmpegs_meter_confirms_loudness_and_peak() {
    every_song(|_, made| {
        let found = loudness::loudness(&made.file)?;
        let Lufs(measured) = found.integrated;
        ensure((measured + 14.0).abs() <= 0.25, || format!("{measured} LUFS"))?;
        ensure((f64::from(measured) - made.number("lufs")).abs() <= 0.2, || {
            format!("said {} LUFS", made.number("lufs"))
        })?;
        // ffmpeg interpolates with another filter than the limiter: a tenth of a decibel is between the two.
        ensure(found.true_peak.0 <= -0.9, || format!("{} dBTP", found.true_peak.0))
    });
}

#[test]
fn no_silence_inside_a_song_is_longer_than_a_second_and_a_half() {
    every_song(|_, made| {
        let longest = judge::longest_inner_silence(&made.file)?.0;
        ensure(longest <= 1.5, || format!("{longest:.2} s"))
    });
}

#[test]
fn others_hear_the_tempo_within_two_percent_or_an_octave_of_it() {
    every_song(|_, made| {
        let mut songs = SONGS.iter().zip(heard());
        let by_librosa = songs.find(|(song, _)| song.file == made.file).and_then(|(_, heard)| heard.bpm);
        let by_aubio = judge::tempo_by_aubio(&made.file).ok();
        let agrees =
            [by_librosa, by_aubio].into_iter().flatten().any(|bpm| same_tempo(bpm, made.bpm(), 0.02));
        ensure(agrees, || format!("{:?}, librosa {by_librosa:?}, aubio {by_aubio:?}", made.bpm()))
    });
}

#[test]
fn others_hear_the_key_in_at_least_nine_of_the_twelve() {
    let wrong: Vec<String> = SONGS
        .iter()
        .zip(heard())
        .filter(|(made, heard)| !same_key(made.key(), &heard.key))
        .map(|(made, heard)| format!("{}: heard {}", made.key(), heard.key))
        .collect();
    assert!(wrong.len() <= 3, "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_same_seed_makes_the_same_file_and_another_seed_another_song() {
    let Idea(prompt, _, _) = IDEAS[6];
    let again = make("again", prompt, SEED);
    let bytes = |made: &Made| std::fs::read(&made.file).expect("the song can be read");
    assert!(bytes(&SONGS[6]) == bytes(&again), "the same seed made another file");

    let other = make("other", prompt, SEED + 1);
    let (one, two) = (outline(&SONGS[6]), outline(&other));
    assert!(likeness(&one, &two) < 0.3, "two seeds are alike: {}", likeness(&one, &two));
    assert!(likeness(&one, &outline(&again)) > 0.999);
}

fn outline(made: &Made) -> Vec<f32> {
    judge::outline(&made.file).expect("ffmpeg reads the song")
}

/// Returns the correlation of two songs, 0 to 1.
fn likeness(one: &[f32], two: &[f32]) -> f64 {
    let product =
        |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    product(one, two).abs() / (product(one, one) * product(two, two)).sqrt().max(f64::MIN_POSITIVE)
}

#[test]
fn a_mode_is_heard_by_its_third() {
    assert!(same_key("A dorian", "A minor") && same_key("G mixolydian", "G major"));
    assert!(!same_key("A minor", "C major") && !same_key("A minor", "A major"));
}
