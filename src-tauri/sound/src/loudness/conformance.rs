//! The signals of EBU Tech 3341 (2023, table 1) and Tech 3342 (2023, table 1), made from the tables, measured, and told
//! in `docs/loudness.md`.

use std::f64::consts::{PI, TAU};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use son1k_domain::unit::Lufs;

use super::*;
use crate::progress::Progress;

const RATE: u32 = 48_000;
/// Set to write the table anew instead of comparing it.
const WRITE: &str = "SON1K_WRITE_DOCS";
const BEGIN: &str = "<!-- table -->\n";
const END: &str = "<!-- end of table -->";

/// A signal of the tables: what it is, what a meter must show, and what ours showed with the band it had to be in.
struct Row {
    case: String,
    signal: String,
    required: String,
    got: Vec<(&'static str, f32)>,
    band: [f32; 2],
}

impl Row {
    fn passes(&self) -> bool {
        self.got.iter().all(|(_, value)| (self.band[0]..=self.band[1]).contains(value))
    }

    fn line(&self) -> String {
        let got: Vec<String> = self.got.iter().map(|(name, value)| format!("{name} {value:.2}")).collect();
        let cells = format!("{} | {} | {}", self.signal, self.required, got.join(", ")).replace('-', "−");
        format!("| {} | {cells} |\n", self.case)
    }
}

/// A stretch of a 1 kHz sine: its level in dBFS (silence without), and its seconds.
type Tone = (Option<f64>, f64);

/// Returns tones one after the other, in one phase, on `gains.len()` channels with their gains in dB.
fn tones_on(gains: &[f64], tones: &[Tone]) -> Vec<f32> {
    let mut samples = Vec::new();
    let mut frame = 0u32;
    for (level, seconds) in tones {
        let amplitude = level.map_or(0.0, |level| 10f64.powf(level / 20.0));
        for _ in 0..(seconds * f64::from(RATE)).round() as usize {
            let sine = amplitude * (TAU * 1_000.0 * f64::from(frame) / f64::from(RATE)).sin();
            samples.extend(gains.iter().map(|gain| (sine * 10f64.powf(gain / 20.0)) as f32));
            frame += 1;
        }
    }
    samples
}

fn tones(tones: &[Tone]) -> Vec<f32> {
    tones_on(&[0.0, 0.0], tones)
}

fn measure(samples: &[f32], channels: usize) -> Loudness {
    let progress = Progress { report: &|_| {}, cancelled: &AtomicBool::new(false) };
    Gauge::new(RATE, channels).unwrap().measure(samples, &progress).unwrap().loudness
}

/// Streams tones in steps of 10 ms; returns what `live` shows after each.
fn watch(samples: &[f32], live: fn(&Meter) -> Option<Lufs>) -> Vec<f32> {
    let mut meter = Gauge::new(RATE, 2).unwrap().meter();
    let shown = samples.chunks(960).map(|step| {
        meter.add(step);
        live(&meter).map_or(f32::NEG_INFINITY, |level| level.0)
    });
    shown.collect()
}

fn lowest(values: impl IntoIterator<Item = f32>) -> f32 {
    values.into_iter().fold(f32::INFINITY, f32::min)
}

fn highest(values: impl IntoIterator<Item = f32>) -> f32 {
    values.into_iter().fold(f32::NEG_INFINITY, f32::max)
}

fn loudness_row(case: u32, signal: &str, required: &str, target: f32, got: Vec<(&'static str, f32)>) -> Row {
    Row {
        case: format!("3341-{case}"),
        signal: signal.into(),
        required: required.into(),
        got,
        band: [target - 0.1, target + 0.1],
    }
}

/// Cases 1 to 6: integrated loudness.
fn integrated_rows() -> Vec<Row> {
    let all = |level: f64| {
        let found = measure(&tones(&[(Some(level), 20.0)]), 2);
        let [m, s, i] =
            [found.max_momentary, found.max_short_term, found.integrated].map(|value| value.unwrap().0);
        vec![("M", m), ("S", s), ("I", i)]
    };
    let gated = |parts: &[(f64, f64)]| {
        let parts: Vec<Tone> = parts.iter().map(|(level, seconds)| (Some(*level), *seconds)).collect();
        vec![("I", measure(&tones(&parts), 2).integrated.unwrap().0)]
    };
    let surround = tones_on(&[-28.0, -28.0, -24.0, -30.0, -30.0], &[(Some(0.0), 20.0)]);
    let surround = vec![("I", measure(&surround, 5).integrated.unwrap().0)];
    let steps = [(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)];
    let more = [(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)];
    let loud = [(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)];
    let required = "I = -23.0 ±0.1 LUFS";
    vec![
        loudness_row(
            1,
            "stereo sine 1 kHz, -23.0 dBFS, 20 s",
            "M, S, I = -23.0 ±0.1 LUFS",
            -23.0,
            all(-23.0),
        ),
        loudness_row(2, "as 1 at -33.0 dBFS", "M, S, I = -33.0 ±0.1 LUFS", -33.0, all(-33.0)),
        loudness_row(3, "-36.0 dBFS 10 s, -23.0 60 s, -36.0 10 s", required, -23.0, gated(&steps)),
        loudness_row(4, "as 3 between 10 s each of -72.0 dBFS", required, -23.0, gated(&more)),
        loudness_row(5, "-26.0 dBFS 20 s, -20.0 20.1 s, -26.0 20 s", required, -23.0, gated(&loud)),
        loudness_row(6, "5.0: L, R -28.0 dBFS, C -24.0, Ls, Rs -30.0, 20 s", required, -23.0, surround),
    ]
}

/// Cases 9 to 11: short-term loudness.
fn short_term_rows() -> Vec<Row> {
    let steps = [(Some(-20.0), 1.34), (Some(-30.0), 1.66)].repeat(5);
    let shown = watch(&tones(&steps), Meter::short_term);
    let after = || shown[300..].iter().copied();
    let places: Vec<f32> = (0..20)
        .map(|i| {
            let parts = [(None, f64::from(i) * 0.15), (Some(-23.0), 3.0), (None, 1.0)];
            measure(&tones(&parts), 2).max_short_term.unwrap().0
        })
        .collect();
    let rising: Vec<Tone> = (0..20)
        .map(f64::from)
        .flat_map(|i| [(None, i * 0.15), (Some(i - 38.0), 3.0), (None, 3.0 - i * 0.15)])
        .collect();
    let shown_rising = watch(&tones(&rising), Meter::short_term);
    // Each segment is 6 s long; what it should show is taken off, so that one value stands for all.
    let errors: Vec<f32> = shown_rising
        .chunks(600)
        .zip(0u8..)
        .map(|(segment, i)| highest(segment.to_vec()) + 38.0 - f32::from(i))
        .collect();
    vec![
        loudness_row(
            9,
            "-20.0 dBFS 1.34 s, -30.0 dBFS 1.66 s, five times; live",
            "S = -23.0 ±0.1 LUFS, constant after 3 s",
            -23.0,
            vec![("S lowest", lowest(after())), ("highest", highest(after()))],
        ),
        loudness_row(
            10,
            "20 files: i·0.15 s silence, -23.0 dBFS 3 s, 1 s silence",
            "max S = -23.0 ±0.1 LUFS for each",
            -23.0,
            vec![("max S lowest", lowest(places.clone())), ("highest", highest(places))],
        ),
        loudness_row(
            11,
            "20 segments: i·0.15 s silence, -38.0 + i dBFS 3 s, 3 s - i·0.15 s silence; live",
            "max S = -38.0, -37.0 … -19.0 ±0.1 LUFS",
            0.0,
            vec![("error lowest", lowest(errors.clone())), ("highest", highest(errors))],
        ),
    ]
}

/// Cases 12 to 14: momentary loudness.
fn momentary_rows() -> Vec<Row> {
    let steps = [(Some(-20.0), 0.18), (Some(-30.0), 0.22)].repeat(25);
    let shown = watch(&tones(&steps), Meter::momentary);
    let after = || shown[100..].iter().copied();
    let places: Vec<f32> = (0..20)
        .map(|i| {
            let parts = [(None, f64::from(i) * 0.02), (Some(-23.0), 0.4), (None, 1.0)];
            measure(&tones(&parts), 2).max_momentary.unwrap().0
        })
        .collect();
    let rising: Vec<Tone> = (0..20)
        .map(f64::from)
        .flat_map(|i| [(None, i * 0.02), (Some(i - 38.0), 0.4), (None, 0.4 - i * 0.02)])
        .collect();
    let shown_rising = watch(&tones(&rising), Meter::momentary);
    let errors: Vec<f32> = shown_rising
        .chunks(80)
        .zip(0u8..)
        .map(|(segment, i)| highest(segment.to_vec()) + 38.0 - f32::from(i))
        .collect();
    vec![
        loudness_row(
            12,
            "-20.0 dBFS 0.18 s, -30.0 dBFS 0.22 s, 25 times; live",
            "M = -23.0 ±0.1 LUFS, constant after 1 s",
            -23.0,
            vec![("M lowest", lowest(after())), ("highest", highest(after()))],
        ),
        loudness_row(
            13,
            "20 files: i·20 ms silence, -23.0 dBFS 400 ms, 1 s silence",
            "max M = -23.0 ±0.1 LUFS for each",
            -23.0,
            vec![("max M lowest", lowest(places.clone())), ("highest", highest(places))],
        ),
        loudness_row(
            14,
            "20 segments: i·20 ms silence, -38.0 + i dBFS 400 ms, 400 ms - i·20 ms silence; live",
            "max M = -38.0, -37.0 … -19.0 ±0.1 LUFS",
            0.0,
            vec![("error lowest", lowest(errors.clone())), ("highest", highest(errors))],
        ),
    ]
}

/// Fades the first and last `length` values in and out.
fn faded(mut wave: Vec<f64>, length: usize) -> Vec<f64> {
    let last = wave.len() - 1;
    for n in 0..length {
        let gain = n as f64 / length as f64;
        wave[n] *= gain;
        wave[last - n] *= gain;
    }
    wave
}

fn peak_of(wave: &[f64]) -> Vec<(&'static str, f32)> {
    let samples: Vec<f32> = wave.iter().flat_map(|value| [*value as f32; 2]).collect();
    vec![("TP", measure(&samples, 2).true_peak.unwrap().0)]
}

fn peak_row(case: u32, signal: String, target: f32, wave: &[f64]) -> Row {
    Row {
        case: format!("3341-{case}"),
        signal,
        required: format!("{target:.1} +0.2/-0.4 dBTP"),
        got: peak_of(wave),
        band: [target - 0.4, target + 0.2],
    }
}

/// Cases 15 to 19: sines whose peaks lie between the samples.
fn sine_peak_rows() -> Vec<Row> {
    let cases = [
        (15, 4, 0.50, 0.0),
        (16, 4, 0.50, 45.0),
        (17, 6, 0.50, 60.0),
        (18, 8, 0.50, 67.5),
        (19, 4, 1.41, 45.0),
    ];
    let row = |(case, divisor, amplitude, degrees): (u32, u32, f64, f64)| {
        let phase = |n: usize| TAU * n as f64 / f64::from(divisor) + degrees * PI / 180.0;
        let wave = (0..48_000).map(|n| amplitude * phase(n).sin()).collect();
        let target = if amplitude > 1.0 { 3.0 } else { -6.0 };
        let signal = format!("stereo sine fs/{divisor}, {amplitude:.2} FFS, phase {degrees:.1}°");
        peak_row(case, signal, target, &faded(wave, 480))
    };
    cases.into_iter().map(row).collect()
}

/// Cases 20 to 23: one period of fs/4 at full scale in a sine of fs/6, made at four times the rate.
fn burst_rows() -> Vec<Row> {
    let carrier = |n: usize| 0.5 * (TAU * n as f64 / 24.0).sin();
    let mut wave: Vec<f64> = (0..24 * 400).map(carrier).collect();
    wave.extend((0..16).map(|n| (TAU * f64::from(n) / 16.0).sin()));
    wave.extend((0..24 * 400).map(carrier));
    let wave = faded(wave, 960);
    let row = |offset: usize| {
        let moved: Vec<f64> = std::iter::repeat_n(0.0, offset).chain(wave.iter().copied()).collect();
        let signal =
            format!("sine fs/6, 0.50 FFS, in it one period fs/4, 1.00 FFS; from 4 fs, offset {offset}");
        peak_row(20 + offset as u32, signal, 0.0, &every_fourth(&moved))
    };
    (0..4).map(row).collect()
}

/// Brings a wave to a fourth of its rate: a sinc of 1025 taps under a Blackman window.
fn every_fourth(wave: &[f64]) -> Vec<f64> {
    const HALF: usize = 512;
    let tap = |away: i64| {
        let x = PI * away as f64 / 4.0;
        let sinc = if away == 0 { 1.0 } else { x.sin() / x };
        let turn = PI * away as f64 / HALF as f64;
        sinc * (0.42 + 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos()) / 4.0
    };
    let taps: Vec<f64> = (0..=2 * HALF).map(|n| tap(n as i64 - HALF as i64)).collect();
    let padded: Vec<f64> = [vec![0.0; HALF], wave.to_vec(), vec![0.0; HALF]].concat();
    let around = padded.windows(2 * HALF + 1).step_by(4);
    around.map(|window| window.iter().zip(&taps).map(|(value, tap)| value * tap).sum()).collect()
}

/// Cases 1 to 4 of Tech 3342: the loudness range.
fn range_rows() -> Vec<Row> {
    let cases: [(u32, &[f64], f32); 4] = [
        (1, &[-20.0, -30.0], 10.0),
        (2, &[-20.0, -15.0], 5.0),
        (3, &[-40.0, -20.0], 20.0),
        (4, &[-50.0, -35.0, -20.0, -35.0, -50.0], 15.0),
    ];
    let row = |(case, levels, target): (u32, &[f64], f32)| {
        let parts: Vec<Tone> = levels.iter().map(|level| (Some(*level), 20.0)).collect();
        let names: Vec<String> = levels.iter().map(|level| format!("{level:.1}")).collect();
        Row {
            case: format!("3342-{case}"),
            signal: format!("stereo sine 1 kHz, 20 s each of {} dBFS", names.join(", ")),
            required: format!("LRA = {target:.0} ±1 LU"),
            got: vec![("LRA", measure(&tones(&parts), 2).range.unwrap().0)],
            band: [target - 1.0, target + 1.0],
        }
    };
    cases.into_iter().map(row).collect()
}

#[test]
fn every_signal_of_the_standards_measures_as_required_and_is_told_in_the_docs() {
    let rows = [
        integrated_rows(),
        short_term_rows(),
        momentary_rows(),
        sine_peak_rows(),
        burst_rows(),
        range_rows(),
    ];
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    let mut table = String::from("| case | signal | required | got |\n|---|---|---|---|\n");
    rows.iter().for_each(|row| table.write_str(&row.line()).unwrap());
    println!("{table}");
    let wrong: Vec<&str> = rows.iter().filter(|row| !row.passes()).map(|row| row.case.as_str()).collect();
    assert!(wrong.is_empty(), "outside of what is required: {wrong:?}\n{table}");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/loudness.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let fresh = format!("{before}{BEGIN}{table}{END}{after}");
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, fresh).unwrap();
    } else {
        assert_eq!(text, fresh, "docs/loudness.md tells something else; write it anew with {WRITE}=1");
    }
}
