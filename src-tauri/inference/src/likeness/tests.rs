//! Voices against the same net run by onnxruntime 1.31.1 in Python behind the reference's own preparation, and against each
//! other. Where the recordings come from is in `tests/fixtures/README.md`.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::resample::Resampler;
use crate::sessions::weights;
use crate::speaker::{self, Manner, Style};
use crate::{Error, Runtime};

/// "It was a bright cold day in April, and the clocks were striking thirteen."
const PHRASE: &str = "ɪt wʌz ɐ bɹˈIt kˈOld dˈA ɪn ˈApɹəl, ænd ðə klˈɑks wɜɹ stɹˈIkɪŋ θɜɹtˈin.";

/// Returns the samples of a recording: 16,000 Hz, 16 bits, mono, behind a header of 44 bytes.
fn recording(name: &str) -> Vec<f32> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/speech");
    let bytes = std::fs::read(folder.join(name)).unwrap();
    let samples = bytes[44..].as_chunks::<2>().0.iter();
    samples.map(|sample| f32::from(i16::from_le_bytes(*sample)) / 32_768.0).collect()
}

fn sessions() -> Sessions {
    Sessions::new(Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap(), 512 << 20)
}

fn model() -> PathBuf {
    weights("resemblyzer/resemblyzer.onnx")
}

fn print_of(sessions: &Sessions, mono: &[f32]) -> Option<VoicePrint> {
    let quiet = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    print(sessions, &model(), mono, &quiet).unwrap()
}

/// Returns a phrase as a voice of Kokoro says it, at [`RATE`].
fn spoken(sessions: &Sessions, voice: &str) -> Vec<f32> {
    let file = weights(&format!("kokoro-voices/{voice}.bin"));
    let style = Style::read(&std::fs::read(file).unwrap()).unwrap();
    let manner = Manner { speed: 1.0, style: 0.15, stability: 1.0, similarity: 0.5, seed: 0 };
    let model = weights("kokoro/kokoro.onnx");
    let speech = speaker::speak(sessions, &model, PHRASE, &style, &style, &manner).unwrap();
    Resampler::new(speaker::RATE as usize, RATE as usize).stretch(&speech, 0..usize::MAX)
}

#[test]
fn the_vector_is_that_of_the_reference() {
    let sessions = sessions();
    let (english, spanish) = (recording("english.wav"), recording("spanish.wav"));
    let (english, spanish) = (print_of(&sessions, &english).unwrap(), print_of(&sessions, &spanish).unwrap());
    let greatest = [
        (&english, [(202, 0.2247), (160, 0.2196), (197, 0.217), (193, 0.2163), (20, 0.2078)]),
        (&spanish, [(243, 0.2387), (109, 0.2273), (35, 0.2115), (122, 0.1963), (187, 0.1954)]),
    ];
    for (print, expected) in greatest {
        for (place, value) in expected {
            assert!((print.values()[place] - value).abs() < 1e-3, "{place}: {}", print.values()[place]);
        }
    }
    assert!((english.likeness(&spanish) - 0.4625).abs() < 2e-3);
}

#[test]
fn a_voice_is_like_itself_in_other_words_and_unlike_others() {
    let sessions = sessions();
    let bella = print_of(&sessions, &recording("english.wav")).unwrap();
    let like = |voice: &str| print_of(&sessions, &spoken(&sessions, voice)).unwrap().likeness(&bella);
    let itself = like("af_bella");
    assert!(itself >= SAME, "{itself}");
    for other in ["am_adam", "bm_george", "af_nicole"] {
        let likeness = like(other);
        assert!(likeness < SAME && likeness < itself - 0.1, "{other}: {likeness}");
    }
}

#[test]
fn how_loud_it_is_recorded_changes_nothing_below_the_level_of_the_training() {
    let (sessions, loud) = (sessions(), recording("english.wav"));
    let quiet: Vec<f32> = loud.iter().map(|sample| sample * 0.001).collect();
    let quieter: Vec<f32> = loud.iter().map(|sample| sample * 0.0001).collect();
    let (quiet, quieter) = (print_of(&sessions, &quiet).unwrap(), print_of(&sessions, &quieter).unwrap());
    assert!(quiet.likeness(&quieter) > 0.9999);
}

#[test]
fn a_second_of_it_gives_one_window_and_nothing_gives_none() {
    let sessions = sessions();
    let quiet = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    let all = |mono: &[f32]| prints(&sessions, &model(), mono, &quiet).unwrap();
    let sound = recording("english.wav");
    assert_eq!(all(&sound[16_000..32_000]).len(), 1);
    assert_eq!(all(&sound[..2 * 25_600]).len(), 3);
    for nothing in [&[][..], &[0.0; 32_000], &[f32::NAN; 32_000]] {
        assert!(all(nothing).is_empty());
    }
    let stopped = Progress { report: &|_| (), cancelled: &AtomicBool::new(true) };
    assert!(matches!(prints(&sessions, &model(), &sound, &stopped), Err(Error::Cancelled)));
}

#[test]
fn windows_begin_where_the_reference_begins_them() {
    assert_eq!(windows(0), [0]);
    assert_eq!(windows(25_600), [0]);
    assert_eq!(windows(160 * 237), [0, 77]);
    assert_eq!(windows(16_000 * 4), [0, 77, 154, 231]);
}

#[test]
fn a_mean_points_between_its_voices() {
    let print = |place: usize| {
        let mut values = vec![0.0; WIDTH];
        values[place] = 3.0;
        VoicePrint::towards(values).unwrap()
    };
    let (one, other) = (print(0), print(1));
    let mean = VoicePrint::mean([&one, &other]).unwrap();
    assert!((mean.likeness(&one) - 0.5_f32.sqrt()).abs() < 1e-6);
    assert_eq!(VoicePrint::blend([(&one, 1.0), (&other, 0.0)]), Some(one));
    assert_eq!(VoicePrint::mean([]), None);
    assert_eq!(VoicePrint::towards(vec![1.0]), None);
    assert_eq!(VoicePrint::towards(vec![f32::NAN; WIDTH]), None);
}
