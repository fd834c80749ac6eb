//! How long tiles take on the GPU and on the processor, and how far the two are apart.

use std::time::Instant;

use son1k_domain::spectrogram::{COLUMNS, ROWS};
use son1k_gpu::{Painter, Passage, Picture, View};

const RATE: u32 = 48_000;
const ROUNDS: usize = 9;
/// Seconds of a tile.
const TILES: [f64; 5] = [1.0, 4.0, 16.0, 64.0, 256.0];

fn main() {
    let started = Instant::now();
    let (gpu, processor) = (Painter::on_any_adapter(), Painter::on_processor());
    println!("{:?}, opened in {:.0} ms\n", gpu.drawn_by(), started.elapsed().as_secs_f64() * 1e3);
    println!("| tile | GPU | processor | processor to GPU | pixels that differ |\n|---|---|---|---|---|");
    for seconds in TILES {
        let samples = music(seconds);
        let column = seconds / f64::from(COLUMNS);
        let columns = (0..COLUMNS).map(|at| f64::from(at) * column..f64::from(at + 1) * column).collect();
        let view = View { columns, rows: ROWS, whole: COLUMNS };
        let passage = Passage { samples: &samples, rate: RATE };
        let (ours, one) = median(|| gpu.draw(passage, &view));
        let (theirs, other) = median(|| processor.draw(passage, &view));
        let differ = one.pixels.chunks(4).zip(other.pixels.chunks(4)).filter(|(one, other)| one != other);
        println!(
            "| {seconds} s | {ours:.1} ms | {theirs:.1} ms | {:.2} × | {} of {} |",
            theirs / ours,
            differ.count(),
            COLUMNS * ROWS
        );
    }
}

/// Returns the median time in milliseconds, after one round that does not count, and the picture.
fn median(draw: impl Fn() -> Picture) -> (f64, Picture) {
    let picture = draw();
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            let _as_the_first = draw();
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[ROUNDS / 2], picture)
}

/// A chord of saw waves over noise.
fn music(seconds: f64) -> Vec<f32> {
    let mut noise = 1u32;
    let frame = |at: usize| {
        let time = at as f64 / f64::from(RATE);
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let saw = |hertz: f64| (time * hertz).fract() * 2.0 - 1.0;
        let hiss = f64::from(noise) / f64::from(u32::MAX) - 0.5;
        let chord = 0.2 * (saw(110.0) + saw(138.6) + saw(164.8));
        [(chord + 0.02 * hiss) as f32, (chord - 0.02 * hiss) as f32]
    };
    (0..(seconds * f64::from(RATE)) as usize).flat_map(frame).collect()
}
