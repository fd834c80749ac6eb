use std::sync::atomic::AtomicBool;

use super::*;
use son1k_domain::unit::{Db, Seconds};
use son1k_support::tone::noise;

fn with_progress<T>(work: impl FnOnce(&Progress) -> T) -> T {
    work(&Progress { report: &|_| {}, cancelled: &AtomicBool::new(false) })
}

/// Noise that swells and fades, so that both gates have something to do.
fn swelling(seconds: usize) -> Vec<f32> {
    let duration = Seconds(seconds as f64);
    let (left, right) = (noise(9, Db(0.0), duration), noise(10, Db(0.0), duration));
    let wave = |n: usize| (0.5 + 0.5 * (n as f32 / 44_100.0 * 0.4).sin()).powi(6);
    (0..seconds * 44_100).flat_map(|n| [left[2 * n] * wave(n) * 0.6, right[2 * n] * wave(n) * 0.3]).collect()
}

#[test]
fn segments_measure_what_another_meter_measures_in_one_pass() {
    for seconds in [1, 9, 10, 31] {
        let samples = swelling(seconds);
        let mut meter = EbuR128::new(2, SAMPLE_RATE, Mode::I | Mode::TRUE_PEAK).unwrap();
        meter.add_frames_f32(&samples).unwrap();
        let loudness = with_progress(|p| integrated(&samples, p)).unwrap();
        assert!((f64::from(loudness.0) - meter.loudness_global().unwrap()).abs() < 0.005, "{seconds} s");
        let peak = with_progress(|p| true_peak(&samples, p)).unwrap();
        let whole = meter.true_peak(0).unwrap().max(meter.true_peak(1).unwrap());
        assert!((f64::from(peak.0) - 20.0 * whole.log10()).abs() < 1e-3, "{seconds} s");
    }
}

#[test]
fn a_sine_reads_as_the_standard_says() {
    // BS.1770-4: 997 Hz at 0 dBFS on one side is −3.01 LUFS.
    let sine = |n: usize| (std::f32::consts::TAU * 997.0 * n as f32 / 44_100.0).sin();
    let samples: Vec<f32> = (0..5 * 44_100).flat_map(|n| [sine(n), 0.0]).collect();
    let loudness = with_progress(|p| integrated(&samples, p)).unwrap();
    assert!((loudness.0 + 3.01).abs() < 0.02, "{loudness:?}");
}

#[test]
fn silence_and_what_is_shorter_than_a_block_have_no_loudness() {
    for frames in [0, 100, 3 * STEP, 20 * STEP] {
        assert_eq!(with_progress(|p| integrated(&vec![0.0; frames * 2], p)).unwrap(), SILENCE);
    }
    assert_eq!(with_progress(|p| integrated(&vec![0.5; 2 * 3 * STEP], p)).unwrap(), SILENCE);
}

#[test]
fn what_is_no_number_is_an_error_and_a_raised_flag_ends_the_work() {
    let mut samples = swelling(2);
    samples[5_000] = f32::NAN;
    assert!(matches!(with_progress(|p| integrated(&samples, p)), Err(Error::Measure(_))));
    let cancelled = AtomicBool::new(true);
    let progress = Progress { report: &|_| {}, cancelled: &cancelled };
    assert!(matches!(integrated(&samples, &progress), Err(Error::Cancelled)));
    assert!(matches!(true_peak(&samples, &progress), Err(Error::Cancelled)));
}
