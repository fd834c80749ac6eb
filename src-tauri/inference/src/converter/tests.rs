//! The smallest converters there are, and what is wrong with others. How they are made is in
//! `tests/fixtures/converters/make.py`.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use super::*;
use crate::Runtime;
use crate::sessions::weights;

static NOBODY: AtomicBool = AtomicBool::new(false);

fn quiet() -> Progress<'static> {
    Progress { report: &|_| (), cancelled: &NOBODY }
}

fn sessions() -> Sessions {
    Sessions::new(Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap(), 1 << 30)
}

fn fixture(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/converters");
    folder.join(format!("{name}.onnx"))
}

fn print() -> VoicePrint {
    VoicePrint::towards((0..WIDTH).map(|n| (n % 7) as f32).collect()).unwrap()
}

fn sine(rate: u32, samples: usize) -> Vec<f32> {
    let turn = 2.0 * std::f64::consts::PI * 220.0 / f64::from(rate);
    (0..samples).map(|n| 0.5 * (turn * n as f64).sin() as f32).collect()
}

fn read(name: &str) -> Contract {
    contract(&sessions(), &name.into(), &fixture(name)).unwrap()
}

fn say_with(name: &str, source: &[f32], reference: &[f32], pitch: &[f32]) -> Result<Vec<f32>> {
    let (sessions, id, print) = (sessions(), ModelId(name.into()), print());
    let contract = contract(&sessions, &id, &fixture(name))?;
    let guide = Guide { print: &print, reference, pitch };
    convert(&sessions, &id, &fixture(name), &contract, source, &guide, &quiet())
}

fn breach<T: std::fmt::Debug>(result: Result<T>) -> Breach {
    match result {
        Err(Error::Contract { breach, .. }) => breach,
        other => panic!("{other:?}"),
    }
}

fn farthest(one: &[f32], other: &[f32]) -> f32 {
    assert_eq!(one.len(), other.len());
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
}

/// Returns what is wrong with the mirror once some of its bytes are others, as many as before.
fn spoiled(from: &str, to: &str) -> Breach {
    assert_eq!(from.len(), to.len());
    let folder = tempfile::tempdir().unwrap();
    let (file, mut bytes) = (folder.path().join("spoiled.onnx"), std::fs::read(fixture("mirror")).unwrap());
    let places: Vec<usize> =
        (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from.as_bytes())).collect();
    assert!(!places.is_empty(), "{from}");
    places.iter().for_each(|at| bytes[*at..at + to.len()].copy_from_slice(to.as_bytes()));
    std::fs::write(&file, bytes).unwrap();
    breach(contract(&sessions(), &"spoiled".into(), &file))
}

#[test]
fn a_model_says_of_itself_what_it_takes() {
    let mirror = read("mirror");
    assert_eq!((mirror.name.as_str(), mirror.licence.as_str()), ("Mirror", "MIT"));
    assert_eq!((mirror.rate, mirror.hop, mirror.window, mirror.fixed), (16_000, 160, 16_000, false));
    assert_eq!((mirror.target, mirror.reference, mirror.pitch), (true, None, false));
    let reference = read("reference");
    assert_eq!((reference.rate, reference.window, reference.fixed), (22_050, 22_050, true));
    assert_eq!((reference.target, reference.reference), (false, Some(Reference::Exactly(4_096))));
    assert!(read("melody").pitch);
}

#[test]
fn a_long_sound_comes_out_of_a_mirror_as_it_went_in_without_a_seam() {
    // Shorter than a hop, than a window, one window, a little more, and many that do not come out even.
    for samples in [1, 100, 4_000, 16_000, 16_001, 16_160, 50_000, 123_457] {
        let sound = sine(16_000, samples);
        let said = say_with("mirror", &sound, &[], &[]).unwrap();
        assert!(farthest(&sound, &said) < 1e-5, "{samples}: {}", farthest(&sound, &said));
    }
    assert!(say_with("mirror", &[], &[], &[]).unwrap().is_empty());
}

#[test]
fn windows_of_one_length_are_filled_up_and_the_reference_is_repeated() {
    let sound = sine(22_050, 70_001);
    let reference: Vec<f32> = (0..1_000).map(|n| n as f32 / 1_998.0).collect();
    let said = say_with("reference", &sound, &reference, &[]).unwrap();
    let half: Vec<f32> = sound.iter().map(|sample| 0.5 * sample).collect();
    assert!(farthest(&half, &said) < 1e-5);
}

#[test]
fn the_melody_of_each_window_is_that_of_its_place() {
    let pitch: Vec<f32> = (0..400).map(|frame| 100.0 + frame as f32).collect();
    let said = say_with("melody", &[1.0; 56_000], &[], &pitch).unwrap();
    let wanted: Vec<f32> = (0..56_000).map(|sample| 0.1 + (sample / 160) as f32 / 1_000.0).collect();
    assert!(farthest(&wanted, &said) < 1e-5);
    let short = say_with("melody", &[1.0; 480], &[], &[200.0]).unwrap();
    assert!((short[0] - 0.2).abs() < 1e-5 && short[160..] == [0.0; 320], "what is missing has no tone");
}

#[test]
fn what_differs_from_window_to_window_is_faded_and_never_jumps() {
    let mut seam = Seam { made: Vec::new(), overlap: 200 };
    seam.join(0, &[0.2; 1_000]);
    seam.join(800, &[0.8; 1_000]);
    seam.join(1_000, &[0.8; 1_000]);
    assert_eq!(seam.made.len(), 2_000);
    let jump = seam.made.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(jump < 0.006, "{jump}");
    assert_eq!((seam.made[799], seam.made[1_000]), (0.2, 0.8));
}

#[test]
fn the_last_window_is_as_full_as_the_others_and_each_goes_over_the_end_of_the_one_before() {
    for (hop, window, samples) in [(1, 1_000, 5_003), (160, 16_000, 16_001), (441, 22_050, 100_000)] {
        let contract = Contract { hop, window, fixed: false, ..read("mirror") };
        let starts = contract.starts(samples);
        assert!(starts.iter().all(|start| start % hop == 0));
        let last = *starts.last().unwrap();
        assert!(last + window >= samples && samples - last > window - hop, "{starts:?}");
        let gone_over = |pair: &[usize]| pair[0] + window >= pair[1] + contract.overlap();
        assert!(starts.windows(2).all(gone_over), "{starts:?}");
    }
}

#[test]
fn what_is_missing_is_named() {
    assert_eq!(spoiled("source", "sauces"), Breach::NoSource);
    assert_eq!(spoiled("target", "budget"), Breach::NoTarget);
    assert_eq!(spoiled("converted", "konverted"), Breach::NoConverted);
    assert_eq!(spoiled("son1k.rate", "son1k.rota"), Breach::NoMetadata("son1k.rate"));
    assert_eq!(spoiled("son1k.licence", "son1k.license"), Breach::NoMetadata("son1k.licence"));
    assert_eq!(spoiled("son1k.name", "son1k.noun"), Breach::NoMetadata("son1k.name"));
    let flat = breach(contract(&sessions(), &"flat".into(), &fixture("flat")));
    assert!(
        matches!(&flat, Breach::Tensor { name, wanted: "f32 [1, n]", .. } if name == "source"),
        "{flat:?}"
    );
}

#[test]
fn metadata_that_cannot_be_is_named_with_its_value() {
    let metadata = |key, value: &str| Breach::Metadata { key, value: value.into() };
    // The rate is the first of both numbers in the file, the window the last: each is spoiled with its key.
    assert_eq!(spoiled("Mirror", "  \t   "), metadata("son1k.name", ""));
    assert_eq!(spoiled("\u{3}160", "\u{3}16O"), metadata("son1k.hop", "16O"));
    assert_eq!(spoiled("16000", "96000"), metadata("son1k.rate", "96000"));
    assert_eq!(spoiled("16000", "07999"), metadata("son1k.rate", "7999"));
    assert_eq!(spoiled("16000", "+fast"), metadata("son1k.rate", "+fast"));
}

#[test]
fn what_is_no_model_or_broken_off_is_told_apart_from_one_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(fixture("mirror")).unwrap();
    let text = b"a text that is no model at all".to_vec();
    for (number, bytes) in [text, whole[..whole.len() / 2].to_vec(), Vec::new()].into_iter().enumerate() {
        let file = folder.path().join(format!("{number}.onnx"));
        std::fs::write(&file, bytes).unwrap();
        let found = breach(contract(&sessions(), &"no model".into(), &file));
        // A file that breaks off may still be read, and then lacks something.
        assert!(matches!(found, Breach::NoModel(_) | Breach::NoSource | Breach::NoConverted), "{found:?}");
    }
    let gone = contract(&sessions(), &"gone".into(), &folder.path().join("gone.onnx"));
    assert!(matches!(gone, Err(Error::ModelMissing(_))));
    let sound = sine(16_000, 8_000);
    let twice = breach(say_with("twice", &sound, &[], &[]));
    assert_eq!(twice, Breach::Length { asked: 8_000, given: 16_000 });
    assert_eq!(breach(say_with("lost", &sound, &[], &[])), Breach::NotFinite);
}

#[test]
fn a_converter_runs_to_the_end_in_less_memory_than_it_wants_and_stops_when_nobody_waits() {
    let (sessions, id, print) = (sessions(), ModelId("mirror".into()), print());
    sessions.set_budget(1);
    let mirror = contract(&sessions, &id, &fixture("mirror")).unwrap();
    let (sound, guide) = (sine(16_000, 40_000), Guide { print: &print, reference: &[], pitch: &[] });
    let run = |progress: &Progress<'_>| {
        convert(&sessions, &id, &fixture("mirror"), &mirror, &sound, &guide, progress)
    };
    assert_eq!(run(&quiet()).unwrap().len(), sound.len());
    let raised = AtomicBool::new(true);
    let stopped = run(&Progress { report: &|_| (), cancelled: &raised });
    assert!(matches!(stopped, Err(Error::Cancelled)));
}
