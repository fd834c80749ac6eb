//! Tones whose pitch is known, and the seams of a long sound.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::Runtime;
use crate::sessions::weights;

const ALL: RangeInclusive<Hertz> = Hertz(0.0)..=Hertz(f32::INFINITY);

fn heard(mono: &[f32], range: RangeInclusive<Hertz>) -> Pitch {
    let runtime = Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap();
    let quiet = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    let model = weights("swift-f0/swift-f0.onnx");
    pitch(&Sessions::new(runtime, 64 << 20), &model, mono, range, &quiet).unwrap()
}

/// A sound of eight harmonics; the pitch at each second is told by `hertz`.
fn tone(seconds: f64, hertz: impl Fn(f64) -> f64) -> Vec<f32> {
    let mut phase = 0.0;
    let mut sample = |n: usize| {
        phase += std::f64::consts::TAU * hertz(n as f64 / 16_000.0) / 16_000.0;
        (1..9).map(|k| 0.2 * (f64::from(k) * phase).sin() / f64::from(k)).sum::<f64>() as f32
    };
    (0..(seconds * 16_000.0) as usize).map(&mut sample).collect()
}

/// How far a frame is from a pitch, in cents.
fn cents(hertz: f32, truth: f64) -> f64 {
    1_200.0 * (f64::from(hertz) / truth).log2().abs()
}

#[test]
fn steady_tones_are_heard_within_a_few_cents() {
    // Where voices sing; higher tones without partials are heard an octave too high.
    for hertz in [65.4, 110.0, 220.0, 440.0] {
        let found = heard(&tone(1.0, |_| hertz), ALL);
        assert_eq!((found.hertz.len(), found.confidence.len(), found.hop, found.rate), (62, 62, 256, 16_000));
        let inner = 5..57;
        let worst = inner.clone().map(|n| cents(found.hertz[n], hertz)).fold(0.0, f64::max);
        println!("{hertz} Hz within {worst:.1} cents");
        assert!(worst < 20.0, "{hertz} Hz: {worst} cents");
        assert!(inner.clone().all(|n| found.confidence[n] > VOICED), "{hertz} Hz is voiced");
    }
}

#[test]
fn a_glide_and_vibrato_are_followed_frame_by_frame() {
    let melody = |t: f64| 220.0 * 2_f64.powf(t / 2.0 + 0.04 * (std::f64::consts::TAU * 5.0 * t).sin());
    let found = heard(&tone(3.0, melody), ALL);
    let errors: Vec<f64> = (5..180).map(|n| cents(found.hertz[n], melody(n as f64 * 0.016))).collect();
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    println!("a glide with vibrato within {mean:.1} cents on average");
    assert!(mean < 15.0, "{mean} cents");
}

#[test]
fn a_seam_between_two_runs_changes_nothing() {
    let sound = tone(31.0, |t| 200.0 + 50.0 * (t * 2.0).sin());
    let found = heard(&sound, ALL);
    assert_eq!(found.hertz.len(), sound.len() / HOP);
    // Around frame 1,875, heard by itself.
    let first = RUN - 40;
    let alone = heard(&sound[first * HOP..(RUN + 40) * HOP], ALL);
    for n in 15..65 {
        let difference = cents(found.hertz[first + n], f64::from(alone.hertz[n]));
        assert!(difference < 0.5, "frame {}: {difference} cents", first + n);
    }
}

#[test]
fn nothing_is_voiced_in_silence_and_noise() {
    let mut state = 1_u32;
    let noise: Vec<f32> = (0..16_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (f64::from(state) / 4_294_967_296.0 - 0.5) as f32 * 0.3
        })
        .collect();
    for sound in [vec![0.0; 16_000], noise, vec![f32::NAN; 16_000]] {
        let found = heard(&sound, ALL);
        let voiced = found.confidence.iter().filter(|sure| **sure >= VOICED).count();
        assert!(voiced <= 2, "{voiced} of {}", found.confidence.len());
        assert!(found.hertz.iter().all(|hertz| hertz.is_finite()));
    }
}

#[test]
fn sounds_of_any_length_have_a_frame_a_hop() {
    for (samples, frames) in [(0, 0), (1, 1), (255, 1), (256, 1), (600, 2), (16_000, 62)] {
        let found = heard(&vec![0.1; samples], ALL);
        assert_eq!((found.hertz.len(), found.confidence.len()), (frames, frames), "{samples} samples");
    }
}

#[test]
fn only_the_range_is_looked_in() {
    let sound = tone(1.0, |_| 220.0);
    let found = heard(&sound, Hertz(300.0)..=Hertz(600.0));
    assert!(found.hertz[10..50].iter().all(|hertz| (290.0..620.0).contains(hertz)), "{:?}", found.hertz);
    for odd in [Hertz(220.0)..=Hertz(220.0), Hertz(f32::NAN)..=Hertz(f32::NAN), Hertz(9_000.0)..=Hertz(1.0)] {
        assert_eq!(heard(&sound, odd).hertz.len(), 62);
    }
}
