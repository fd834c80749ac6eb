//! Speed of each preset: ten seconds of a voice at 48 kHz.
//!
//! `cargo bench -p son1k-voice --bench convert`. Real time is 10 s; the throughput counts samples.

use std::sync::atomic::AtomicBool;

use divan::Bencher;
use divan::counter::ItemsCount;
use son1k_domain::conversion::{Conversion, ConversionPreset};
use son1k_domain::unit::Seconds;
use son1k_voice::{Progress, Track, convert, presets};

const RATE: u32 = 48_000;
const SECONDS: usize = 10;

fn main() {
    divan::main();
}

/// A buzz with a gliding pitch and rests: what it sounds like does not change the work, how it is voiced does.
fn voice() -> (Vec<f32>, Track) {
    let hertz = |t: f64| if t % 0.6 < 0.15 { 0.0 } else { 150.0 + 40.0 * (3.0 * t).sin() };
    let mut phase = 0.0;
    let sound = (0..SECONDS * RATE as usize).map(|n| {
        phase = (phase + hertz(n as f64 / f64::from(RATE)) / f64::from(RATE)).fract();
        let partials = (1..12).map(|k| (std::f64::consts::TAU * f64::from(k) * phase).cos() / f64::from(k));
        0.1 * partials.sum::<f64>() as f32
    });
    let track = (0..SECONDS * 100).map(|n| hertz(n as f64 / 100.0) as f32).collect();
    (sound.collect(), Track { hop: Seconds(0.01), hertz: track })
}

fn run(bencher: Bencher, conversion: &Conversion) {
    let (sound, track) = voice();
    let cancelled = AtomicBool::new(false);
    bencher.counter(ItemsCount::new(sound.len())).bench(|| {
        let progress = Progress { report: &|_| (), cancelled: &cancelled };
        convert(&sound, RATE, &track, conversion, &progress)
    });
}

#[divan::bench(args = ConversionPreset::ALL.map(ConversionPreset::id), sample_count = 9, sample_size = 1)]
fn preset(bencher: Bencher, id: &str) {
    if let Some(preset) = ConversionPreset::by_id(id) {
        run(bencher, &presets::conversion(preset));
    }
}

#[divan::bench(sample_count = 9, sample_size = 1)]
fn half_the_pace(bencher: Bencher) {
    run(bencher, &Conversion { speed: 0.5, ..Conversion::default() });
}
