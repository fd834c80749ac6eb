//! Metronomes and drums whose beats are known.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::Runtime;
use crate::sessions::weights;

fn heard(stereo: &[f32]) -> Option<Pulse> {
    let runtime = Runtime::open(&weights("onnxruntime/libonnxruntime.so")).unwrap();
    let quiet = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
    pulse(&Sessions::new(runtime, 256 << 20), &weights("beatnet/beatnet.onnx"), stereo, &quiet).unwrap()
}

/// A sound on its way: when it was struck, and what it is of the time since.
type Stroke = fn(f64) -> f64;

/// A kick that falls from 150 to 50 Hz, a snare of noise, a hat of shorter noise, and a click.
const KICK: Stroke =
    |t| 0.9 * (std::f64::consts::TAU * (50.0 * t + 5.0 * (1.0 - (-t * 20.0).exp()))).sin() * (-t * 9.0).exp();
const SOFT_KICK: Stroke = |t| 0.5 * KICK(t);
const BASS: Stroke = |t| 0.3 * (std::f64::consts::TAU * 55.0 * t).sin() * (-t * 2.0).exp();
const SNARE: Stroke = |t| 0.4 * noise(t) * (-t * 18.0).exp();
const HAT: Stroke = |t| 0.12 * noise(t) * (-t * 60.0).exp();
const LOW_CLICK: Stroke = |t| 0.5 * (std::f64::consts::TAU * 1_000.0 * t).sin() * (-t * 120.0).exp();
const HIGH_CLICK: Stroke = |t| 0.8 * (std::f64::consts::TAU * 1_600.0 * t).sin() * (-t * 120.0).exp();

fn noise(t: f64) -> f64 {
    let n = ((t * 44_100.0) as u32).wrapping_mul(2_654_435_761);
    f64::from(n ^ (n >> 15)) / f64::from(u32::MAX) * 2.0 - 1.0
}

fn sound(strokes: &[(f64, Stroke)], seconds: f64) -> Vec<f32> {
    let mut mono = vec![0.0_f32; (seconds * 44_100.0) as usize];
    for (at, stroke) in strokes {
        let start = (at * 44_100.0) as usize;
        for (n, sample) in mono.iter_mut().skip(start).take(13_230).enumerate() {
            *sample += stroke(n as f64 / 44_100.0) as f32;
        }
    }
    mono.into_iter().flat_map(|sample| [sample; 2]).collect()
}

/// Seconds of the beats from 0.3 s on.
fn times(bpm: f64, seconds: f64) -> Vec<f64> {
    (0..).map(|beat| 0.3 + f64::from(beat) * 60.0 / bpm).take_while(|at| *at < seconds - 0.3).collect()
}

fn metronome(bpm: f64, meter: usize, seconds: f64) -> Vec<f32> {
    let click = |(beat, at): (usize, f64)| (at, if beat % meter == 0 { HIGH_CLICK } else { LOW_CLICK });
    sound(&times(bpm, seconds).into_iter().enumerate().map(click).collect::<Vec<_>>(), seconds)
}

fn drums(bpm: f64, meter: usize, seconds: f64) -> Vec<f32> {
    let mut strokes: Vec<(f64, Stroke)> = Vec::new();
    for (beat, at) in times(bpm, seconds).into_iter().enumerate() {
        let place = beat % meter;
        strokes.extend([(at, HAT), (at + 30.0 / bpm, HAT)]);
        match place {
            0 => strokes.extend([(at, KICK), (at, BASS)]),
            2 if meter == 4 => strokes.push((at, SOFT_KICK)),
            _ => strokes.push((at, SNARE)),
        }
    }
    sound(&strokes, seconds)
}

/// The F-measure with the usual tolerance of 70 ms; without the first five seconds, as usual too.
fn f_measure(found: &[f64], truth: &[f64]) -> f64 {
    let later = |times: &[f64]| times.iter().copied().filter(|at| *at >= 5.0).collect::<Vec<_>>();
    let (found, truth) = (later(found), later(truth));
    let hits = truth.iter().filter(|at| found.iter().any(|other| (**at - other).abs() <= 0.07)).count();
    2.0 * hits as f64 / (found.len() + truth.len()) as f64
}

struct Score {
    tempo_error: f64,
    beats: f64,
    downbeats: f64,
    /// Seconds, on the mean.
    late: f64,
}

fn score(stereo: &[f32], bpm: f64, meter: usize, seconds: f64) -> Score {
    let pulse = heard(stereo).unwrap_or_else(|| panic!("no pulse at {bpm} BPM"));
    let truth = times(bpm, seconds);
    let found: Vec<f64> = pulse.beats.iter().map(|beat| beat.at.0).collect();
    let down: Vec<f64> = pulse.beats.iter().filter(|beat| beat.downbeat).map(|beat| beat.at.0).collect();
    let truth_down: Vec<f64> = truth.iter().copied().step_by(meter).collect();
    let late =
        |at: &f64| truth.iter().map(|other| at - other).min_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap();
    Score {
        tempo_error: (f64::from(pulse.bpm.0) / bpm - 1.0).abs(),
        beats: f_measure(&found, &truth),
        downbeats: f_measure(&down, &truth_down),
        late: found.iter().map(late).sum::<f64>() / found.len() as f64,
    }
}

fn assert_heard(what: &str, make: fn(f64, usize, f64) -> Vec<f32>, tempi: &[(f64, usize)], downbeats: f64) {
    for &(bpm, meter) in tempi {
        let score = score(&make(bpm, meter, 30.0), bpm, meter, 30.0);
        println!(
            "{what} {bpm} BPM in {meter}: tempo {:.2} % off, beats F {:.2}, downbeats F {:.2}, {:.0} ms late",
            score.tempo_error * 100.0,
            score.beats,
            score.downbeats,
            score.late * 1e3
        );
        assert!(score.tempo_error < 0.02 && score.beats > 0.95, "{what} {bpm} BPM in {meter}");
        assert!(score.downbeats >= downbeats, "{what} {bpm} BPM in {meter}: downbeats");
        assert!(score.late.abs() < 0.02, "{what} {bpm} BPM: {} s late", score.late);
    }
}

#[test]
fn a_metronome_is_followed() {
    assert_heard("metronome", metronome, &[(90.0, 4), (120.0, 4), (174.0, 4), (120.0, 3)], 0.9);
}

#[test]
fn drums_are_followed_with_their_bars() {
    assert_heard("drums", drums, &[(120.0, 4)], 0.9);
    // At this pace the net takes every second beat for the first of a bar: beats only.
    assert_heard("drums", drums, &[(174.0, 4)], 0.0);
}

#[test]
fn a_quiet_sound_has_the_beats_of_a_loud_one() {
    let loud = drums(120.0, 4, 12.0);
    let quiet: Vec<f32> = loud.iter().map(|sample| sample * 0.01).collect();
    let (loud, quiet) = (heard(&loud).unwrap(), heard(&quiet).unwrap());
    assert_eq!(loud.beats.len(), quiet.beats.len());
    assert!((loud.bpm.0 - quiet.bpm.0).abs() < 0.5);
}

#[test]
fn what_has_no_beat_gives_none() {
    assert_eq!(heard(&[]), None);
    assert_eq!(heard(&vec![0.0; 400_000]), None);
    assert_eq!(heard(&[0.5; 2]), None);
    assert_eq!(heard(&[f32::NAN; 80_000]), None);
    let tone: Vec<f32> = (0..441_000).flat_map(|n| [0.3 * (n as f32 * 0.05).sin(); 2]).collect();
    assert_eq!(heard(&tone), None);
}
