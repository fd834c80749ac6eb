//! A voice in noise, of which both are known.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use son1k_domain::unit::Seconds;
use son1k_support::{tone, voice};

use super::*;
use crate::sessions::weights;
use crate::{Error, Runtime};

const LENGTH: Seconds = Seconds(8.0);

fn sessions() -> Sessions {
    let runtime = Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap();
    Sessions::new(runtime, 256 << 20)
}

fn clean(stereo: &[f32], strength: Db) -> Vec<f32> {
    let quiet = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    let model = weights("deepfilternet3/deepfilternet3.onnx");
    denoise(&sessions(), &model, stereo, strength, &quiet).unwrap()
}

fn sum(one: &[f32], other: &[f32]) -> Vec<f32> {
    one.iter().zip(other).map(|(a, b)| a + b).collect()
}

fn level(samples: impl Iterator<Item = f32>) -> f32 {
    let (mut energy, mut count) = (0.0_f64, 0.0);
    for sample in samples {
        energy += f64::from(sample * sample);
        count += 1.0;
    }
    (10.0 * (energy / count + 1e-12).log10()) as f32
}

fn level_of(samples: &[f32]) -> f32 {
    level(samples.iter().copied())
}

fn level_of_pauses(stereo: &[f32]) -> f32 {
    let frames = voice::pauses(LENGTH).into_iter().flat_map(|pause| pause.start * 2..pause.end * 2);
    level(frames.map(|n| stereo[n]))
}

/// Signal to distortion ratio in dB.
fn sdr(heard: &[f32], truth: &[f32]) -> f32 {
    level_of(truth) - level(heard.iter().zip(truth).map(|(a, b)| a - b))
}

fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    product(a, b) / (product(a, a) * product(b, b)).sqrt()
}

#[test]
fn noise_goes_and_the_voice_stays() {
    let spoken = voice::talking(LENGTH);
    for noise_peak in [-35.0, -25.0, -20.0] {
        let noisy = sum(&spoken, &tone::noise(7, Db(noise_peak), LENGTH));
        let cleaned = clean(&noisy, ALL);
        let (before, after) = (level_of_pauses(&noisy), level_of_pauses(&cleaned));
        let (match_before, match_after) = (correlation(&noisy, &spoken), correlation(&cleaned, &spoken));
        let (sdr_before, sdr_after) = (sdr(&noisy, &spoken), sdr(&cleaned, &spoken));
        println!(
            "pauses {before:.1} to {after:.1} dBFS, correlation {match_before:.3} to {match_after:.3}, SDR {sdr_before:.1} to {sdr_after:.1} dB"
        );
        assert!(after < before - 30.0, "pauses from {before} to {after} dB");
        assert!(match_after > 0.985, "correlation {match_after}");
        assert!(sdr_after > sdr_before + 4.0 && sdr_after > 14.0, "SDR from {sdr_before} to {sdr_after} dB");
    }
}

#[test]
fn a_clean_voice_is_left_alone() {
    let spoken = voice::talking(LENGTH);
    let cleaned = clean(&spoken, ALL);
    assert_eq!(cleaned.len(), spoken.len());
    let sdr = sdr(&cleaned, &spoken);
    println!("SDR of a clean voice {sdr:.1} dB");
    assert!(sdr > 22.0, "{sdr} dB");
}

#[test]
fn the_strength_says_how_far_noise_is_turned_down() {
    let noisy = sum(&voice::talking(LENGTH), &tone::noise(7, Db(-25.0), LENGTH));
    assert!(clean(&noisy, Db(0.0)) == noisy, "0 dB changes nothing");
    let before = level_of_pauses(&noisy);
    for strength in [6.0, 12.0, 24.0] {
        let reduction = before - level_of_pauses(&clean(&noisy, Db(strength)));
        assert!((reduction - strength).abs() < 1.0, "{reduction} dB, not {strength}");
    }
}

#[test]
fn a_stretch_at_a_time_is_as_good_as_all_at_once() {
    let noisy = sum(&voice::talking(LENGTH), &tone::noise(7, Db(-25.0), LENGTH));
    let (sound, lead) = led_in(&side(&noisy, 0));
    let (model, sessions) = (weights("deepfilternet3/deepfilternet3.onnx"), sessions());
    // All of it in one run, which no window cuts.
    let mut cleaning = Cleaning::new(&sound);
    let frames = cleaning.there.length(sound.len()).div_ceil(HOP) + 1;
    cleaning.hear(frames + AHEAD);
    let question = cleaning.features.question(AHEAD..frames + AHEAD, vec![0.0; 5 * 256]);
    let answer =
        sessions.with(&"deepfilternet3".into(), &model, |session| answers(session, question)).unwrap();
    (0..frames).for_each(|frame| cleaning.put(frame, &answer, frame));
    let whole = cleaning.finished(true);
    let pieces: Vec<f32> = clean(&noisy, ALL).iter().step_by(2).copied().collect();
    let difference = sdr(&pieces, &whole[lead..]);
    println!("windows against the whole: {difference:.1} dB");
    assert!(difference > 35.0, "{difference} dB");
}

#[test]
fn each_side_is_cleaned_by_itself() {
    let (spoken, noise) = (voice::talking(Seconds(4.0)), tone::noise(7, Db(-25.0), Seconds(4.0)));
    // A voice on the left, noise on the right.
    let stereo: Vec<f32> = (0..spoken.len()).map(|n| if n % 2 == 0 { spoken[n] } else { noise[n] }).collect();
    let cleaned = clean(&stereo, ALL);
    let side_level = |stereo: &[f32], side| level(stereo.iter().copied().skip(side).step_by(2));
    assert!((side_level(&cleaned, 0) - side_level(&stereo, 0)).abs() < 1.0);
    assert!(side_level(&cleaned, 1) < side_level(&stereo, 1) - 20.0);
}

#[test]
fn sounds_of_any_kind_and_length_keep_their_length() {
    for samples in [0, 2, 958, 88_200] {
        assert_eq!(clean(&vec![0.1; samples], ALL).len(), samples);
    }
    let broken = clean(&[f32::NAN, f32::INFINITY, 0.1, -0.1].repeat(5_000), ALL);
    assert!(broken.iter().all(|sample| sample.is_finite()));
}

#[test]
fn work_that_nobody_wants_any_more_ends_before_the_next_run() {
    let (told, cancelled) = (AtomicU32::new(0), AtomicBool::new(false));
    let report = |_| {
        told.fetch_add(1, Ordering::Relaxed);
        cancelled.store(true, Ordering::Relaxed);
    };
    let progress = Progress { report: &report, cancelled: &cancelled };
    let model = weights("deepfilternet3/deepfilternet3.onnx");
    let result = denoise(&sessions(), &model, &tone::noise(1, Db(-20.0), Seconds(10.0)), ALL, &progress);
    assert!(matches!(result, Err(Error::Cancelled)));
    assert_eq!(told.into_inner(), 1);
}
