//! The gate against its reference: silero-vad 6.2.3 with onnxruntime 1.31.1, on the same signals.

use std::slice::from_ref;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::*;
use crate::sessions::weights;
use crate::{Error, Runtime};

fn sessions() -> Sessions {
    let runtime = Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap();
    Sessions::new(runtime, 64 << 20)
}

fn model() -> std::path::PathBuf {
    weights("silero-vad/silero-vad.onnx")
}

fn heard(mono: &[f32]) -> Vec<Range<usize>> {
    let quiet = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    speech(&sessions(), &model(), mono, &quiet).unwrap()
}

/// Probabilities that wander, by a generator that the reference run had too (Numerical Recipes, `ranqd1`).
fn wandering(seed: u32) -> Vec<f32> {
    let (mut state, mut value) = (seed, 0.5_f64);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        value = (value + (f64::from(state) / 4_294_967_296.0 - 0.5) * 0.5).clamp(0.0, 1.0);
        value as f32
    };
    (0..200).map(|_| next()).collect()
}

#[test]
fn probabilities_become_the_stretches_of_the_reference() {
    let length = 200 * WINDOW - 100;
    let expected: [&[Range<usize>]; 3] = [
        &[18_464..29_664, 36_896..54_752, 57_376..78_816, 91_168..102_300],
        &[19_488..71_136, 73_248..81_888, 84_000..102_300],
        &[544..18_400, 49_184..75_744, 78_880..102_300],
    ];
    for (seed, expected) in (1..).zip(expected) {
        assert_eq!(stretches(&wandering(seed), length), expected, "seed {seed}");
    }
}

#[test]
fn speech_that_nearly_touches_shares_the_silence_between() {
    let loud = |windows: usize| vec![0.9; windows];
    let probabilities = [loud(10), vec![0.1; 5], loud(10)].concat();
    // 2,560 samples of silence are more than both surroundings.
    assert_eq!(stretches(&probabilities, 25 * WINDOW), [0..5_600, 7_200..12_800]);
    let mut near = [100..1_000, 1_500..3_000];
    widen(&mut near, 3_200);
    assert_eq!(near, [0..1_250, 1_250..3_200]);
}

#[test]
fn short_speech_is_none_and_short_silence_does_not_end_it() {
    assert!(stretches(&[0.9; 7], 7 * WINDOW).is_empty());
    assert_eq!(stretches(&[0.9; 8], 8 * WINDOW), from_ref(&(0..4_096)));
    let dipped = [[0.9; 5], [0.2, 0.2, 0.4, 0.2, 0.9], [0.9; 5]].concat();
    assert_eq!(
        stretches(&dipped, 15 * WINDOW),
        from_ref(&(0..7_680)),
        "0.4 does not begin speech and does not end it either"
    );
}

/// Vowels in syllables with a pause after each six, by a formula that the reference run had too.
fn vowels() -> Vec<f32> {
    const FORMANTS: [[f64; 3]; 3] = [[730.0, 200.0, 1.0], [1_090.0, 250.0, 0.6], [2_440.0, 400.0, 0.3]];
    let turn = std::f64::consts::TAU;
    let strength = |harmonic: i32| {
        let hz = 140.0 * f64::from(harmonic);
        let formants =
            FORMANTS.iter().map(|[centre, width, gain]| gain * (-((hz - centre) / width).powi(2)).exp());
        (formants.sum::<f64>() + 0.02) / f64::from(harmonic).sqrt()
    };
    let strengths: Vec<f64> = (1..31).map(strength).collect();
    let sample = |n: usize| {
        let t = n as f64 / 16_000.0;
        let phase = turn * 140.0 * t - 20.0 / 3.0 * ((turn * 3.0 * t).cos() - 1.0);
        let buzz: f64 = strengths.iter().zip(1..).map(|(gain, k)| gain * (f64::from(k) * phase).sin()).sum();
        let swell = if t % 4.0 < 2.4 { (turn * 2.5 * t).sin().max(0.0).sqrt() } else { 0.0 };
        (0.08 * buzz * swell) as f32
    };
    (0..160_000).map(sample).collect()
}

#[test]
fn every_tenth_window_is_as_likely_as_the_reference_says() {
    const EXPECTED: [f32; 32] = [
        0.3546, 0.0408, 0.0373, 0.0178, 0.0048, 0.209, 0.0107, 0.018, 0.004, 0.0047, 0.005, 0.0048, 0.0038,
        0.7977, 0.1921, 0.3953, 0.0049, 0.007, 0.1136, 0.0099, 0.0026, 0.003, 0.0033, 0.0035, 0.0035, 0.1319,
        0.0217, 0.0099, 0.0051, 0.0016, 0.0339, 0.0023,
    ];
    let (mut listening, sound) = (Listening::default(), vowels());
    let probabilities = sessions()
        .with(&"silero-vad".into(), &model(), |session| {
            sound
                .chunks(WINDOW)
                .map(|window| listening.hear(session, window))
                .collect::<ort::Result<Vec<_>>>()
        })
        .unwrap();
    assert_eq!(probabilities.len(), 313);
    let worst =
        probabilities.iter().step_by(10).zip(EXPECTED).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    println!("probabilities within {worst:.4} of the reference");
    assert!(worst < 0.002, "{worst}");
}

#[test]
fn nobody_speaks_in_silence_noise_and_music() {
    let noise: Vec<f32> = wandering(7)
        .iter()
        .cycle()
        .take(80_000)
        .enumerate()
        .map(|(n, v)| (v - 0.5) * (n as f32).sin())
        .collect();
    let chord: Vec<f32> = (0..80_000)
        .map(|n| [220.0, 277.2, 329.6].map(|hz: f32| 0.1 * (n as f32 * hz * 0.000_392_7).sin()).iter().sum())
        .collect();
    for sound in [vec![], vec![0.0; 80_000], vec![f32::NAN; 20_000], noise, chord] {
        assert!(heard(&sound).is_empty(), "{} samples", sound.len());
    }
}

#[test]
fn work_that_nobody_wants_any_more_ends_before_the_next_run() {
    let (told, cancelled) = (AtomicU32::new(0), AtomicBool::new(false));
    let report = |_| {
        told.fetch_add(1, Ordering::Relaxed);
        cancelled.store(true, Ordering::Relaxed);
    };
    let progress = Progress { report: &report, cancelled: &cancelled };
    let result = speech(&sessions(), &model(), &[0.0; 3 * RUN * WINDOW], &progress);
    assert!(matches!(result, Err(Error::Cancelled)));
    assert_eq!(told.into_inner(), 1);
}
