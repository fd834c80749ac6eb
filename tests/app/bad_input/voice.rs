//! Texts that cannot be spoken, recordings that nobody speaks in, a shelf without voices.

use std::path::{Path, PathBuf};

use serde_json::json;
use son1k_domain::ErrorCode::{
    self, ConsentMissing, DiskFull, EmptyPrompt, InvalidField, ModelMissing, NotFound, PromptTooLong,
    UnsupportedFile, Unwritable,
};
use son1k_domain::unit::{Db, Hertz, Seconds};
use son1k_support::room::Room;
use son1k_support::{clone, tone};

use super::{Bench, SPANISH, Son1k, files};
use crate::desk::Desk;
use crate::library::write_wav;
use crate::profiles::recording;
use crate::turning::sampled;

impl Bench {
    /// Fails unless it is refused in both languages, with these words in message and hint, and nothing is written.
    #[track_caller]
    fn refused(&self, arguments: &[&str], code: ErrorCode, words: [[&str; 2]; 2]) {
        let before = files(self.folder.path());
        for (locale, [message, hint]) in [super::ENGLISH, SPANISH].into_iter().zip(words) {
            let problem = self.son1k.speaking(locale).run(&[arguments, &["--json"]].concat()).refusal(code);
            assert!(problem.message.contains(message) && problem.hint.contains(hint), "{problem:?}");
        }
        if !before.is_empty() {
            assert_eq!(files(self.folder.path()), before);
        }
    }
}

const NOTHING: [[&str; 2]; 2] =
    [["nothing in this text", "at least one word"], ["no hay nada", "al menos una palabra"]];
const LONG: [[&str; 2]; 2] = [["longer than 50,000", "Cut it"], ["más de 50", "Córtalo"]];

#[test]
fn texts_that_cannot_be_spoken_are_refused_in_both_languages_and_nothing_is_written() {
    let bench = Bench::new();
    bench.son1k.run(&["voices"]);
    let out = bench.path("no.wav");
    let say = |text: &str, code, words| {
        bench.refused(&["speak", "--text", text, "--voice", "af_heart", "--out", &out], code, words)
    };
    for nothing in ["", " \t\n ", "🎸🥁🎺", "… — ¡!"] {
        say(nothing, EmptyPrompt, NOTHING);
    }
    say(&"palabra ".repeat(6_251), PromptTooLong, LONG);
    let megabyte = bench.path("megabyte.txt");
    std::fs::write(&megabyte, "a".repeat(1 << 20)).unwrap();
    bench.refused(&["speak", "--file", &megabyte, "--out", &out], PromptTooLong, LONG);
    let latin = bench.path("latin.txt");
    std::fs::write(&latin, b"canci\xf3n").unwrap();
    let not_text = [["the text to speak", "UTF-8"], ["el texto que se dice", "UTF-8"]];
    bench.refused(&["speak", "--file", &latin, "--out", &out], InvalidField, not_text);
    let none = bench.path("none.txt");
    bench.refused(&["speak", "--file", &none, "--out", &out], NotFound, [["none.txt", ""]; 2]);
    assert!(!Path::new(&out).exists());
}

#[test]
fn a_wish_that_makes_no_sense_is_refused_in_both_languages() {
    let bench = Bench::new();
    let out = bench.path("no.wav");
    let wrong = |extra: &[&str], words| {
        let wish = [&["speak", "--text", "Hola.", "--out", &out], extra].concat();
        bench.refused(&wish, InvalidField, words);
    };
    wrong(&["--voice", "nobody"], [["the voice", "son1k voices"], ["la voz", "son1k voices"]]);
    wrong(&["--lang", "fr"], [["the language", "en or es"], ["el idioma", "en o es"]]);
    let other = [["the language of the voice", "son1k voices"], ["el idioma de la voz", "son1k voices"]];
    wrong(&["--lang", "es", "--voice", "af_heart"], other);
    for speed in ["0", "9", "NaN", "fast"] {
        wrong(&["--speed", speed], [["the pace", "0.5 and 2"], ["el ritmo", "0,5 y 2"]]);
    }
    wrong(&["--loudness", "0"], [["the loudness", "−36 and −9"], ["la sonoridad", "−36 y −9"]]);
    wrong(&["--stability", "2"], [["the stability", "0 to 1"], ["la estabilidad", "0 a 1"]]);
    wrong(&["--say", "SQL"], [["the dictionary", "1,000"], ["el diccionario", "1000"]]);
    let format = ["speak", "--text", "Hola.", "--out", &bench.path("no.xyz")].map(str::to_owned);
    let format: Vec<&str> = format.iter().map(String::as_str).collect();
    bench.refused(&format, InvalidField, [["no.xyz", ".flac"], ["no.xyz", ".flac"]]);
    let nowhere = bench.path("none/no.wav");
    let words = [["no.wav could not be written", "another folder"], ["No se pudo escribir", "otra carpeta"]];
    bench.refused(&["speak", "--text", "Hola.", "--lang", "es", "--out", &nowhere], Unwritable, words);
}

#[test]
fn a_shelf_without_voices_names_all_that_has_to_be_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let son1k = Son1k { models: folder.path().join("none"), ..Son1k::new(&folder.path().join("data")) };
    let sound = folder.path().join("a.wav");
    write_wav(&sound, &tone::silence(Seconds(1.0)));
    let (sound, out) = (sound.display().to_string(), folder.path().join("no.wav").display().to_string());
    for (arguments, ids) in [
        (vec!["speak", "--text", "Hello.", "--out", &out], "onnxruntime kokoro kokoro-voices english"),
        (vec!["speak", "--text", "Hola.", "--lang", "es", "--out", &out], "onnxruntime kokoro kokoro-voices"),
        (vec!["transcribe", &sound], "onnxruntime silero-vad whisper-base"),
        (vec!["modulate", &sound, "--preset", "deeper", "--out", &out], "onnxruntime swift-f0"),
    ] {
        for locale in [super::ENGLISH, SPANISH] {
            let said = son1k.speaking(locale).run(&[&arguments[..], &["--json"]].concat());
            let problem = said.refusal(ModelMissing);
            assert!(problem.hint.ends_with(&format!("son1k models fetch {ids}")), "{problem:?}");
        }
    }
    let voices = son1k.run(&["voices", "--json"]).json();
    let voices = voices["voices"].as_array().unwrap();
    assert!(voices.len() == 32 && voices.iter().all(|voice| voice["ready"] == false));
}

#[test]
fn nobody_is_heard_in_silence_and_in_music() {
    let bench = Bench::new();
    let chord = [220.0, 277.2, 329.6].map(|hertz| tone::sine(Hertz(hertz), Db(-18.0), Seconds(4.0)));
    let music: Vec<f32> = (0..chord[0].len()).map(|at| chord.iter().map(|tone| tone[at]).sum()).collect();
    for (name, samples) in [("silence.wav", tone::silence(Seconds(4.0))), ("music.wav", music)] {
        let path = bench.path(name);
        write_wav(Path::new(&path), &samples);
        let heard = bench.son1k.run(&["transcribe", &path, "--json"]);
        assert_eq!(heard.code, Some(0), "{heard:?}");
        let heard = heard.json();
        assert_eq!((heard["text"].as_str(), heard["words"].as_array().map(Vec::len)), (Some(""), Some(0)));
        assert!(heard["language"].is_null(), "{heard}");
    }
}

#[test]
fn recordings_that_are_none_are_refused_and_a_truncated_one_is_heard_as_far_as_it_goes() {
    let bench = Bench::new();
    let whole = bench.path("whole.wav");
    let spoken = bench.son1k.run(&[
        "speak",
        "--text",
        "The first sentence is here. And this is the second one.",
        "--voice",
        "af_heart",
        "--out",
        &whole,
    ]);
    assert_eq!(spoken.code, Some(0), "{spoken:?}");
    let bytes = std::fs::read(&whole).unwrap();
    let half = bench.path("half.wav");
    std::fs::write(&half, &bytes[..bytes.len() / 2]).unwrap();
    let heard = bench.son1k.run(&["transcribe", &half, "--json"]).json();
    let text = heard["text"].as_str().unwrap().to_lowercase();
    assert!(text.contains("first") && !text.contains("second one"), "{text}");
    let empty = bench.path("empty.wav");
    std::fs::write(&empty, "").unwrap();
    let words = [["The file is empty", "Copy it again"], ["El archivo está vacío", "Cópialo otra vez"]];
    bench.refused(&["transcribe", &empty], UnsupportedFile, words);
    let out = bench.path("no.wav");
    bench.refused(&["modulate", &empty, "--preset", "robot", "--out", &out], UnsupportedFile, words);
    let none = bench.path("none.wav");
    bench.refused(&["transcribe", &none], NotFound, [["none.wav", ""]; 2]);
    let choose = [["the preset", "deeper"], ["el ajuste", "deeper"]];
    bench.refused(&["modulate", &whole, "--preset", "ghost", "--out", &out], InvalidField, choose);
    let nothing = [["the change of the voice", "a preset"], ["el cambio de la voz", "un ajuste"]];
    bench.refused(&["modulate", &whole, "--out", &out], InvalidField, nothing);
}

#[test]
fn a_spoken_file_that_does_not_fit_is_told_and_leaves_no_piece() {
    let folder = tempfile::tempdir().unwrap();
    // A limit on the size of files would also stop the database and the cache of phrases.
    let room = Room::every_kind(folder.path(), 2 << 20).into_iter().next().expect("one kind");
    let son1k = Son1k::new(&folder.path().join("data")).inside(&room);
    room.fill(64 << 10);
    let before = files(&room.seen(room.folder()));
    let out: PathBuf = room.folder().join("long.wav");
    let text = "This text takes more room than there is left on this disk, as far as anybody can tell.";
    let wish = ["speak", "--text", text, "--out", &out.display().to_string(), "--json"].map(str::to_owned);
    let wish: Vec<&str> = wish.iter().map(String::as_str).collect();
    let problem = son1k.run(&wish).refusal(DiskFull);
    assert!(problem.message.contains("long.wav"), "{problem:?}");
    assert_eq!(files(&room.seen(room.folder())), before);
    assert!(clone::weights().is_dir());
}

#[test]
fn what_is_said_at_the_end_of_three_hours_is_written_down_with_its_time() {
    let bench = Bench::new();
    let (spoken, long) = (bench.path("said.wav"), bench.path("long.flac"));
    let said = bench.son1k.run(&["speak", "--text", "Good evening, and welcome.", "--out", &spoken]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let silence = 3 * 3_600 - 10;
    let late = format!("adelay={silence}s:all=1");
    bench.ffmpeg(&spoken, &["-af", &late, "-ar", "16000"], "long.flac");
    let heard = bench.son1k.run(&["transcribe", &long, "--json"]).json();
    assert!(heard["duration_s"].as_f64().unwrap() > f64::from(silence), "{heard}");
    let text = heard["text"].as_str().unwrap().to_lowercase();
    assert!(text.contains("good evening") && text.contains("welcome"), "{heard}");
    let first = heard["words"][0]["start"].as_f64().unwrap() - f64::from(silence);
    assert!((-0.5..1.0).contains(&first), "{heard}");
}

#[test]
fn a_voice_is_turned_toward_that_of_somebody_else_only_with_consent() {
    let bench = Bench::new();
    let data = bench.folder.path().join("data");
    let desk = Desk::open(&data);
    let id = sampled(&desk, bench.folder.path(), false);
    desk.close();
    let (english, out) = (recording("english.wav").display().to_string(), bench.path("turned.wav"));
    let toward = ["modulate", &english, "--to", "Alejandro", "--out", &out];
    bench.refused(&toward, ConsentMissing, [["Alejandro", "Ask the person"], ["Alejandro", "Pídeselo"]]);
    let nobody = ["modulate", &english, "--to", "Nobody", "--out", &out];
    bench.refused(&nobody, NotFound, [["Nobody", ""]; 2]);
    let broken = [&toward[..], &["--converter", &english]].concat();
    bench.refused(&broken, UnsupportedFile, [["english", ".onnx"]; 2]);
    assert!(!Path::new(&out).exists());

    let desk = Desk::open(&data);
    let consent = json!({ "profile": id, "person": "Alejandro", "purpose": "una prueba" });
    desk.done::<()>("give_consent", consent);
    desk.close();
    let turned = bench.son1k.run(&toward);
    assert_eq!(turned.code, Some(0), "{turned:?}");
    assert!(turned.out.contains("similarity: 0.") && turned.out.contains("closest match"), "{turned:?}");
    let marks = bench.son1k.run(&["verify", &out, "--json"]).json();
    assert_eq!(marks["certificate"]["voice"], "toward Alejandro");
    assert_eq!(marks["certificate"]["consent"][0]["person"], "Alejandro");
}
