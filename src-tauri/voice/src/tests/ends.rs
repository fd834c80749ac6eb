//! Sounds that are none, and pitches that are wrong.

use std::sync::atomic::AtomicBool;

use son1k_domain::conversion::{Conversion, ConversionPreset, Tune};
use son1k_domain::unit::Seconds;

use super::support::*;
use crate::noise::Noise;
use crate::{Error, Progress, Track, convert, presets};

const RATE: u32 = 22_050;

fn track(hertz: Vec<f32>) -> Track {
    Track { hop: Seconds(0.016), hertz }
}

fn oddities() -> Vec<Vec<f32>> {
    let mut noise = Noise::new(3);
    vec![
        vec![],
        vec![0.5],
        vec![0.0; 9_000],
        vec![0.7; 9_000],
        (0..9_000).map(|_| noise.even()).collect(),
        (0..9_000).map(|n| if n % 100 == 0 { f32::NAN } else { 0.1 }).collect(),
        (0..9_000).map(|n| if n == 4_000 { 1.0 } else { 0.0 }).collect(),
    ]
}

fn tracks() -> Vec<Track> {
    let mut noise = Noise::new(4);
    vec![
        track(vec![]),
        track(vec![150.0; 10]),
        track(vec![150.0; 1_000]),
        track((0..90).map(|_| 3_000.0 * noise.even()).collect()),
        track(vec![f32::NAN, f32::INFINITY, -1.0, 1e-30, 1e30, 200.0, 0.0, 200.0]),
        Track { hop: Seconds(0.0), hertz: vec![100.0; 5] },
        Track { hop: Seconds(-1.0), hertz: vec![100.0; 5] },
    ]
}

#[test]
fn whatever_goes_in_numbers_of_the_same_length_come_out() {
    for preset in ConversionPreset::ALL {
        let conversion = presets::conversion(preset);
        for sound in oddities() {
            for track in tracks() {
                let out = Take { rate: RATE, sound: sound.clone(), track }.converted(&conversion);
                assert_eq!(out.len(), sound.len(), "{preset:?}");
                assert!(out.iter().all(|x| x.is_finite() && x.abs() < 20.0), "{preset:?}");
            }
        }
    }
}

#[test]
fn silence_stays_silence() {
    for preset in ConversionPreset::ALL {
        let take = Take { rate: RATE, sound: vec![0.0; 20_000], track: track(vec![120.0; 100]) };
        let out = take.converted(&presets::conversion(preset));
        assert!(out.iter().all(|x| x.abs() < 1e-4), "{preset:?}");
    }
}

#[test]
fn nothing_changed_is_the_same_to_the_last_bit() {
    let take = sing(RATE, 1.0, words);
    let mut sound = take.sound.clone();
    sound[5] = -0.0;
    let take = Take { sound, ..take };
    let tune = Some(Tune { retune: Seconds(0.0), amount: 0.0 });
    for conversion in [
        Conversion::default(),
        Conversion { mix: 0.0, pitch: 7.0, ..Conversion::default() },
        Conversion { tune, ..Conversion::default() },
    ] {
        let out = take.converted(&conversion);
        assert!(out.iter().map(|x| x.to_bits()).eq(take.sound.iter().map(|x| x.to_bits())));
    }
}

#[test]
fn what_has_no_pitch_is_left_as_it_is() {
    let mut noise = Noise::new(9);
    let sound: Vec<f32> = (0..20_000).map(|_| 0.3 * noise.even()).collect();
    let take = Take { rate: RATE, sound, track: track(vec![]) };
    let out = take.converted(&Conversion { pitch: 5.0, ..Conversion::default() });
    let worst = out.iter().zip(&take.sound).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst < 1e-5, "{worst}");
}

#[test]
fn a_pitch_that_is_wrong_about_noise_makes_no_tone_of_it() {
    let mut noise = Noise::new(9);
    let sound: Vec<f32> = (0..30_000).map(|_| 0.3 * noise.even()).collect();
    let take = Take { rate: RATE, sound, track: track(vec![150.0; 100]) };
    let out = take.converted(&Conversion { pitch: 5.0, ..Conversion::default() });
    assert!(periodicity(&out, RATE) < 0.25);
}

#[test]
fn a_mix_with_the_voice_itself_does_not_thin_it() {
    let take = sing(44_100, 2.0, words);
    let half = take.converted(&Conversion { range: 1.000_001, mix: 0.5, ..Conversion::default() });
    let error: Vec<f32> = half.iter().zip(&take.sound).map(|(a, b)| a - b).collect();
    assert!(decibels(rms(&error) / rms(&take.sound)) < -40.0);
}

#[test]
fn work_that_nobody_wants_ends_and_tells_how_far_it_is_before() {
    let take = sing(RATE, 2.0, words);
    let told = std::sync::Mutex::new(Vec::new());
    let report = |done: f32| told.lock().unwrap().push(done);
    let conversion = Conversion { pitch: 2.0, ..Conversion::default() };
    let go = |cancelled: bool| {
        let progress = Progress { report: &report, cancelled: &AtomicBool::new(cancelled) };
        convert(&take.sound, RATE, &take.track, &conversion, &progress)
    };
    assert!(go(false).is_ok());
    let told_now = told.lock().unwrap().clone();
    assert!(told_now.len() > 5 && told_now.is_sorted() && told_now.last() == Some(&1.0));
    assert!(matches!(go(true), Err(Error::Cancelled)));
}

#[test]
fn a_rate_that_no_voice_has_is_refused() {
    let progress = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    let refused = convert(&[0.0; 10], 100, &track(vec![]), &Conversion::default(), &progress);
    assert!(matches!(refused, Err(Error::Rate(100))));
}
