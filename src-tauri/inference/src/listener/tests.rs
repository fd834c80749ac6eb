//! The models heard on speech whose words are known. Where the recordings come from is in `tests/fixtures/README.md`.

use std::slice::from_ref;
use std::sync::atomic::{AtomicBool, AtomicU32};

use super::*;
use crate::sessions::weights;
use crate::{Error, Runtime};

const ENGLISH_WORDS: &str = "the drummer keeps rushing the second verse so let's practice with a metronome";
const SPANISH_WORDS: &str = "necesito que bajes un poco el volumen por favor";
/// Where somebody speaks in the recordings, in samples.
const ENGLISH_SPEECH: Range<usize> = 3_200..67_600;
const SPANISH_SPEECH: Range<usize> = 3_200..51_500;

/// Returns the samples of a recording: 16,000 Hz, 16 bits, mono, behind a header of 44 bytes.
fn recording(name: &str) -> Vec<f32> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/speech");
    let bytes = std::fs::read(folder.join(name)).unwrap();
    bytes[44..]
        .as_chunks::<2>()
        .0
        .iter()
        .map(|sample| f32::from(i16::from_le_bytes(*sample)) / 32_768.0)
        .collect()
}

fn sessions() -> Sessions {
    let runtime = Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap();
    Sessions::new(runtime, 512 << 20)
}

fn hear_with(
    mono: &[f32],
    speech: &[Range<usize>],
    language: Option<Language>,
    progress: &Progress<'_>,
) -> Result<Heard> {
    let file = |name: &str| weights(&format!("whisper-base/{name}"));
    let (encoder, decoder, tokenizer) = (file("encoder.onnx"), file("decoder.onnx"), file("tokenizer.json"));
    let models = Models { encoder: &encoder, decoder: &decoder, tokenizer: &tokenizer };
    listen(&sessions(), models, mono, speech, language, progress)
}

fn hear(mono: &[f32], speech: &[Range<usize>]) -> Heard {
    let quiet = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    hear_with(mono, speech, None, &quiet).unwrap()
}

/// Returns the words without their punctuation.
fn plain(heard: &Heard) -> String {
    let text = heard.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ").to_lowercase();
    text.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '\'').collect()
}

fn words(heard: &Heard) -> Vec<&HeardWord> {
    heard.lines.iter().flat_map(|line| &line.words).collect()
}

fn seconds(samples: usize) -> f64 {
    samples as f64 / RATE as f64
}

#[test]
fn english_and_spanish_are_told_apart_and_heard_word_by_word() {
    let cases = [
        ("english.wav", ENGLISH_SPEECH, Language::En, ENGLISH_WORDS),
        ("spanish.wav", SPANISH_SPEECH, Language::Es, SPANISH_WORDS),
    ];
    for (name, speech, language, text) in cases {
        let heard = hear(&recording(name), from_ref(&speech));
        assert_eq!((heard.language, plain(&heard).as_str()), (Some(language), text));
        assert!(heard.confidence > 0.8, "{}", heard.confidence);
        let words = words(&heard);
        assert!(words.iter().all(|word| (0.3..=1.0).contains(&word.confidence)), "{words:?}");
        assert!(words.is_sorted_by(|a, b| a.end.0 <= b.start.0 + 0.021), "{words:?}");
        assert!((words[0].start.0 - seconds(speech.start)).abs() < 0.3, "{words:?}");
        assert!((words[words.len() - 1].end.0 - seconds(speech.end)).abs() < 0.4, "{words:?}");
    }
}

#[test]
fn words_keep_their_times_wherever_the_speech_lies() {
    let spoken = recording("english.wav");
    // Twice the same, 40 s apart; somebody hums between them, to which nobody listens.
    let second = 40 * RATE;
    let mut sound: Vec<f32> = (0..second).map(|n| 0.1 * (n as f32 * 0.05).sin()).collect();
    sound[..spoken.len()].copy_from_slice(&spoken);
    sound.extend(&spoken);
    let speech = [ENGLISH_SPEECH, second + ENGLISH_SPEECH.start..second + ENGLISH_SPEECH.end];
    let heard = hear(&sound, &speech);
    let words = words(&heard);
    assert_eq!(plain(&heard), format!("{ENGLISH_WORDS} {ENGLISH_WORDS}"));
    let (first, again) = words.split_at(words.len() / 2);
    for (word, twin) in first.iter().zip(again) {
        let apart = twin.start.0 - word.start.0;
        assert!((apart - 40.0).abs() < 0.15, "{word:?} {twin:?}");
    }
}

#[test]
fn a_long_sound_is_heard_window_by_window_to_its_end() {
    let spoken = recording("spanish.wav");
    let sound = spoken.repeat(15);
    let speech: Vec<_> = (0..15)
        .map(|n| n * spoken.len() + SPANISH_SPEECH.start..n * spoken.len() + SPANISH_SPEECH.end)
        .collect();
    let told = AtomicU32::new(0);
    let report = |part: f32| told.store(part.to_bits(), Ordering::Relaxed);
    let progress = Progress { report: &report, cancelled: &AtomicBool::new(false) };
    let heard = hear_with(&sound, &speech, Some(Language::Es), &progress).unwrap();
    assert_eq!(plain(&heard).matches("volumen").count(), 15, "{}", plain(&heard));
    assert_eq!((heard.language, heard.confidence), (Some(Language::Es), 1.0));
    assert!(
        heard.lines.iter().all(|line| line.text.chars().count() <= 42 && line.end.0 - line.start.0 <= 7.0)
    );
    assert_eq!(f32::from_bits(told.into_inner()), 1.0);
}

#[test]
fn the_same_sound_gives_the_same_words() {
    let sound = recording("spanish.wav");
    // A tempo that no voice has makes the model guess, and draw.
    let odd: Vec<f32> = sound.iter().step_by(3).copied().collect();
    for sound in [sound, odd] {
        let all = 0..sound.len();
        assert_eq!(hear(&sound, from_ref(&all)), hear(&sound, from_ref(&all)));
    }
}

#[test]
fn nothing_is_heard_where_nobody_speaks() {
    let empty = Heard { lines: Vec::new(), language: None, confidence: 0.0 };
    assert_eq!(hear(&recording("english.wav"), &[]), empty);
    assert_eq!(hear(&[], from_ref(&(0..16_000))), empty);
    // What the voice detector took for speech by mistake.
    let noise: Vec<f32> =
        (0..80_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 16) as f32 / 3e6 - 0.01).collect();
    for sound in [vec![0.0; 80_000], vec![f32::NAN; 80_000], noise] {
        assert_eq!(hear(&sound, from_ref(&(0..80_000))), empty);
    }
}

#[test]
fn texts_that_repeat_themselves_shrink_the_most() {
    assert!(compression("thank you ".repeat(20).as_str()) > COMPRESSION);
    assert!(compression(ENGLISH_WORDS) < COMPRESSION && compression("") < COMPRESSION);
}

#[test]
fn the_language_changes_only_when_the_model_is_sure() {
    assert_eq!(better(0.2, 0.3, None), Language::Es);
    assert_eq!(better(0.2, 0.3, Some(Language::En)), Language::En);
    assert_eq!(better(0.01, 0.9, Some(Language::En)), Language::Es);
    assert_eq!(better(0.6, 0.3, Some(Language::Es)), Language::Es);
    assert_eq!(better(0.0, 0.0, None), Language::En);
}

#[test]
fn work_that_nobody_wants_any_more_ends_early() {
    let cancelled = AtomicBool::new(false);
    let report = |_| cancelled.store(true, Ordering::Relaxed);
    let progress = Progress { report: &report, cancelled: &cancelled };
    let result = hear_with(&recording("english.wav"), &[ENGLISH_SPEECH], None, &progress);
    assert!(matches!(result, Err(Error::Cancelled)), "{result:?}");
}
