//! What is asked for cannot be made.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use son1k_domain::ErrorCode::{self, EmptyPrompt, InvalidField, NotFound, PromptTooLong, UnsupportedFile};
use son1k_domain::setting::Language;
use son1k_services::{Options, Services};

use super::{ENGLISH, SPANISH, Said, Son1k};

/// Arguments, and parts of the message and the hint in both languages.
type Wrong<'a> = (&'a [&'a str], ErrorCode, [&'a str; 2], [&'a str; 2]);

const TEMPO: ([&str; 2], [&str; 2]) =
    (["the tempo", "between 40 and 240 BPM"], ["el tempo", "entre 40 y 240 BPM"]);
const LENGTH: ([&str; 2], [&str; 2]) =
    (["the length", "10 seconds and 10"], ["la duración", "10 segundos y 10"]);
const COUNT: ([&str; 2], [&str; 2]) = (["the variations", "1 to 8"], ["las variaciones", "1 a 8"]);
const NOTHING: ([&str; 2], [&str; 2]) =
    (["nothing to make a song from", "Write a few words"], ["no hay nada", "Escribe unas palabras"]);
const SEED: ([&str; 2], [&str; 2]) = (["the seed", "whole number"], ["la semilla", "número entero"]);

const WRONG: [Wrong; 16] = [
    (&["--key", "H"], InvalidField, ["“H”", "such as A minor"], ["«H»", "como la menor"]),
    (&["--bpm", "5000"], InvalidField, TEMPO.0, TEMPO.1),
    (&["--bpm", "NaN"], InvalidField, TEMPO.0, TEMPO.1),
    (&["--bpm", "fast"], InvalidField, TEMPO.0, TEMPO.1),
    (&["--duration", "-1"], InvalidField, LENGTH.0, LENGTH.1),
    (&["--duration", "1e9"], InvalidField, LENGTH.0, LENGTH.1),
    (&["--duration", "inf"], InvalidField, LENGTH.0, LENGTH.1),
    (&["--variations", "0"], InvalidField, COUNT.0, COUNT.1),
    (&["--variations", "9"], InvalidField, COUNT.0, COUNT.1),
    (&["--variations", "-1"], InvalidField, COUNT.0, COUNT.1),
    (&["--seed", "-1"], InvalidField, SEED.0, SEED.1),
    (&["--style", "polka"], InvalidField, ["“polka”", "reggaeton, trap"], ["«polka»", "reggaeton, trap"]),
    (&["--out", "song.xyz"], InvalidField, ["“song.xyz”", ".flac"], ["«song.xyz»", ".flac"]),
    (&["--prompt", ""], EmptyPrompt, NOTHING.0, NOTHING.1),
    (&["--prompt", " \t\n "], EmptyPrompt, NOTHING.0, NOTHING.1),
    (&["--prompt", "-"], EmptyPrompt, NOTHING.0, NOTHING.1),
];

#[track_caller]
fn assert_told(said: &Said, code: ErrorCode, [message, hint]: [&str; 2]) {
    let problem = said.refusal(code);
    assert!(
        problem.message.contains(message) && problem.hint.contains(hint),
        "{message}, {hint}: {problem:?}"
    );
}

/// Asks for a song with one thing wrong.
fn ask(son1k: &Son1k, wrong: &[&str]) -> Said {
    let prompt: &[&str] = if wrong[0] == "--prompt" { &[] } else { &["--prompt", "pop"] };
    son1k.run(&[&["generate", "--json"], prompt, wrong].concat())
}

#[test]
fn fields_that_make_no_sense_are_refused_in_both_languages_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let son1k = Son1k::new(&folder.path().join("data"));
    let out = folder.path().join("song.wav");
    son1k.song(&out);
    let before = super::files(folder.path());
    for (arguments, code, english, spanish) in WRONG {
        assert_told(&ask(&son1k, arguments), code, english);
        assert_told(&ask(&son1k.speaking(SPANISH), arguments), code, spanish);
    }
    assert_eq!(super::files(folder.path()), before);
    son1k.assert_song_is_kept(&out);
}

#[test]
fn the_language_of_the_settings_goes_before_the_systems() {
    let folder = tempfile::tempdir().unwrap();
    choose(folder.path(), Language::Es);
    assert_told(&ask(&Son1k::new(folder.path()), &["--key", "H"]), InvalidField, ["«H»", "como la menor"]);
}

fn choose(data: &Path, language: Language) {
    tauri::async_runtime::block_on(async {
        let options = Options { data_dir: Some(data.to_owned()), ..Options::default() };
        let services = Services::open(options).await.expect("the studio opens");
        let settings =
            son1k_domain::setting::Settings { language: Some(language), ..services.settings.get() };
        services.save_settings(settings).await.expect("the settings are kept");
        services.close(std::time::Duration::ZERO).await;
    });
}

#[test]
fn only_emoji_make_a_song_and_are_named_as_not_understood() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("song.ogg").display().to_string();
    let son1k = Son1k::new(folder.path()).speaking(SPANISH);
    let said = son1k.run(&["generate", "--prompt", "🦑🧮", "--duration", "10", "--seed", "1", "--out", &out]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("no entendido: 🦑, 🧮"), "{said:?}");
}

/// Says the prompt over standard input, as one argument may not be that long.
fn say(son1k: &Son1k, prompt: &[u8]) -> Said {
    let mut command = son1k.command(&["generate", "--json", "--prompt", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the son1k command is built");
    let mut input = child.stdin.take().expect("its input");
    // It may stop reading before all is said.
    let _all_said = input.write_all(prompt);
    drop(input);
    Said::of(child.wait_with_output().expect("it ends"))
}

#[test]
fn a_megabyte_of_prompt_is_refused_with_its_size_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let son1k = Son1k::new(folder.path());
    let prompt = "lo-fi ".repeat(170_000);
    assert_told(&say(&son1k, prompt.as_bytes()), PromptTooLong, ["1020 kB of at most 10 kB", "Shorten"]);
    let said = say(&son1k.speaking(SPANISH), prompt.as_bytes());
    assert_told(&said, PromptTooLong, ["1020 kB de un máximo de 10 kB", "Acorta"]);
}

#[test]
fn a_prompt_that_is_no_text_is_refused_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let son1k = Son1k::new(folder.path());
    assert_told(&say(&son1k, b"\xff\xfe pop"), InvalidField, ["the prompt", "UTF-8"]);
    assert_told(&say(&son1k.speaking(SPANISH), b"\xff\xfe pop"), InvalidField, ["la descripción", "UTF-8"]);
}

#[test]
fn lyrics_that_are_missing_no_text_or_huge_are_refused_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let son1k = Son1k::new(&folder.path().join("data"));
    let make = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path.display().to_string()
    };
    let missing = folder.path().join("nowhere.txt").display().to_string();
    let (binary, huge) = (make("binary.txt", b"\xff\xfe\0letra"), make("huge.txt", &[b'a'; 1_000_000]));
    let picture = make("picture.png", b"\x89PNG");
    let cases: [(&str, ErrorCode, [&str; 2], [&str; 2]); 5] = [
        (&missing, NotFound, ["nowhere.txt", "check its name"], ["nowhere.txt", "revisa el nombre"]),
        (&binary, UnsupportedFile, ["binary.txt", "in UTF-8"], ["binary.txt", "en UTF-8"]),
        (&picture, UnsupportedFile, ["picture.png", "text file"], ["picture.png", "archivo de texto"]),
        (".", UnsupportedFile, ["“.”", "text file"], ["«.»", "archivo de texto"]),
        (&huge, InvalidField, ["1000 kB", "up to 50 kB"], ["1000 kB", "hasta 50 kB"]),
    ];
    for (lyrics, code, english, spanish) in cases {
        for (locale, told) in [(ENGLISH, english), (SPANISH, spanish)] {
            assert_told(&ask(&son1k.speaking(locale), &["--lyrics", lyrics]), code, told);
        }
    }
}
