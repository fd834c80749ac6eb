//! A voice that says vowels: what models trained on voices take for one, made from its textbook description (a buzz of
//! harmonics through the resonances of a mouth: G. Fant, "Acoustic theory of speech production", 1960).

use std::f64::consts::{PI, TAU};
use std::ops::Range;

use son1k_domain::unit::Seconds;

use crate::tone::SAMPLE_RATE;

/// Resonances of a, i, u, e, o in hertz (Peterson & Barney 1952), with their bandwidths and strengths.
const VOWELS: [[f64; 3]; 5] = [
    [730.0, 1_090.0, 2_440.0],
    [270.0, 2_290.0, 3_010.0],
    [300.0, 870.0, 2_240.0],
    [530.0, 1_840.0, 2_480.0],
    [570.0, 840.0, 2_410.0],
];
const BANDWIDTHS: [f64; 3] = [80.0, 100.0, 140.0];
const STRENGTHS: [f64; 3] = [1.0, 0.6, 0.3];
const HARMONICS: usize = 60;
const PITCH_HZ: f64 = 140.0;
const SYLLABLE_SECONDS: f64 = 0.22;
/// Each sixth syllable is a pause.
const PHRASE: usize = 6;
const PEAK: f64 = 0.25;

/// Returns a talking voice, stereo interleaved, the same on both sides; it peaks at −12 dBFS.
pub fn talking(duration: Seconds) -> Vec<f32> {
    let buzz = buzz((duration.0 * f64::from(SAMPLE_RATE)).round() as usize);
    let length = syllable();
    let mut voice: Vec<f64> = Vec::with_capacity(buzz.len());
    for (number, part) in buzz.chunks(length).enumerate() {
        let loud = if number % PHRASE == PHRASE - 1 { 0.0 } else { 1.0 };
        let spoken = mouth(part, &VOWELS[number % VOWELS.len()]);
        voice.extend(
            spoken.iter().enumerate().map(|(n, value)| value * loud * swell(n as f64 / length as f64)),
        );
    }
    let peak = voice.iter().fold(1e-9_f64, |peak, value| peak.max(value.abs()));
    voice.iter().flat_map(|value| [(value * PEAK / peak) as f32; 2]).collect()
}

/// Returns the frames of the pauses within so long a speech, without their edges.
pub fn pauses(duration: Seconds) -> Vec<Range<usize>> {
    let end = (duration.0 * f64::from(SAMPLE_RATE)).round() as usize;
    let pause =
        |number: usize| number * syllable() + syllable() / 4..(number + 1) * syllable() - syllable() / 8;
    (0..).map(|phrase| pause(phrase * PHRASE + PHRASE - 1)).take_while(|pause| pause.end <= end).collect()
}

fn syllable() -> usize {
    (SYLLABLE_SECONDS * f64::from(SAMPLE_RATE)) as usize
}

fn buzz(frames: usize) -> Vec<f64> {
    let rate = f64::from(SAMPLE_RATE);
    let mut turn = 0.0;
    let sample = |n: usize| {
        let t = n as f64 / rate;
        let hz = PITCH_HZ * (1.0 + 0.15 * (TAU * 0.7 * t).sin() + 0.02 * (TAU * 5.0 * t).sin());
        turn += hz / rate;
        let audible = HARMONICS.min((0.45 * rate / hz) as usize);
        (1..=audible).map(|k| (TAU * k as f64 * turn).sin() / (k as f64).powf(1.1)).sum()
    };
    (0..frames).map(sample).collect()
}

/// Three resonators side by side.
fn mouth(buzz: &[f64], vowel: &[f64; 3]) -> Vec<f64> {
    let mut spoken = vec![0.0; buzz.len()];
    for ((hz, bandwidth), strength) in vowel.iter().zip(BANDWIDTHS).zip(STRENGTHS) {
        let rate = f64::from(SAMPLE_RATE);
        let radius = (-PI * bandwidth / rate).exp();
        let turn = 2.0 * radius * (TAU * hz / rate).cos();
        let (mut last, mut before) = (0.0, 0.0);
        for (place, sample) in spoken.iter_mut().zip(buzz) {
            let value = (1.0 - radius) * sample + turn * last - radius * radius * before;
            (before, last) = (last, value);
            *place += strength * value;
        }
    }
    spoken
}

/// The loudness of a syllable over its time.
fn swell(at: f64) -> f64 {
    (at / 0.15).min((1.0 - at) / 0.25).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_speaks_and_pauses() {
        let voice = talking(Seconds(3.0));
        assert_eq!(voice.len(), 264_600);
        let loudest = |frames: Range<usize>| {
            voice[frames.start * 2..frames.end * 2].iter().fold(0.0_f32, |m, v| m.max(v.abs()))
        };
        assert!((loudest(0..132_300) - 0.25).abs() < 1e-6);
        let pauses = pauses(Seconds(3.0));
        assert_eq!(pauses.len(), 2);
        assert!(pauses.into_iter().all(|pause| loudest(pause) == 0.0));
    }
}
