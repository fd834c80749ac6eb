//! Speed of a mark: a minute of a voice at 24 kHz put in, and looked for.
//!
//! `cargo bench -p son1k-marks --bench marks`. The throughput counts samples.

use divan::Bencher;
use divan::counter::ItemsCount;
use son1k_marks::{Detector, Marker};

const RATE: u32 = 24_000;

fn main() {
    divan::main();
}

/// A buzz that comes and goes: what it sounds like hardly changes the work.
fn voice() -> Vec<f32> {
    let sample = |n: u32| {
        let t = n as f32 / RATE as f32;
        let buzz: f32 = (1..20).map(|k| (std::f32::consts::TAU * 140.0 * k as f32 * t).cos()).sum();
        0.02 * buzz * (9.0 * t).sin()
    };
    (0..60 * RATE).map(sample).collect()
}

fn marked(sound: &[f32]) -> Vec<f32> {
    let mut out = Vec::new();
    if let Ok(mut marker) = Marker::new(RATE, 1, 1) {
        marker.push(sound, &mut out);
        marker.finish(&mut out);
    }
    out
}

#[divan::bench(sample_count = 9, sample_size = 1)]
fn put_in(bencher: Bencher) {
    let sound = voice();
    bencher.counter(ItemsCount::new(sound.len())).bench(|| marked(&sound));
}

#[divan::bench(sample_count = 9, sample_size = 1)]
fn looked_for(bencher: Bencher) {
    let sound = marked(&voice());
    bencher.counter(ItemsCount::new(sound.len())).bench(|| {
        let mut detector = Detector::new(RATE, 1).ok()?;
        detector.push(&sound);
        detector.finish()
    });
}
