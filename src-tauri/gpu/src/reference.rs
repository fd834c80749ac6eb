//! The spectrogram on the processor: what the GPU must show within one shade in 255, and what is shown without one.

use rayon::prelude::*;
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use std::sync::Arc;

use crate::Picture;
use crate::colours::palette;
use crate::ladder::RUNGS;
use crate::plan::{BINS, CALIBRATION, FLOOR, Plan, Reach, SHADES, WINDOW, range, tables};

/// Neighbours of a place on the curve count no deeper than the slope of a Hann window goes, in dB.
const DEEPEST: f32 = 16.0;

/// Draws what the plan says, on as many threads as there are.
pub(crate) fn draw(plan: &Plan) -> Picture {
    let ear = Ear::new();
    let columns: Vec<Vec<[u8; 4]>> = (0..plan.whole)
        .into_par_iter()
        .map_init(|| ear.buffers(), |buffers, column| ear.column(plan, column, buffers))
        .collect();
    let mut picture = Picture::empty(plan.columns as u32, plan.rows as u32);
    let mut pixels = picture.pixels.as_chunks_mut::<4>().0.chunks_exact_mut(plan.columns.max(1));
    for row in 0..plan.rows {
        let Some(line) = pixels.next() else { break };
        line.iter_mut().zip(&columns).for_each(|(pixel, column)| *pixel = column[row]);
    }
    picture
}

struct Ear {
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
}

struct Buffers {
    sides: [Vec<f32>; 2],
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl Ear {
    fn new() -> Self {
        let transform = RealFftPlanner::new().plan_fft_forward(WINDOW);
        Self { transform, window: tables().iter().map(|row| row[2]).collect() }
    }

    fn buffers(&self) -> Buffers {
        let silence = || vec![0.0; WINDOW];
        Buffers {
            sides: [silence(), silence()],
            spectrum: self.transform.make_output_vec(),
            scratch: self.transform.make_scratch_vec(),
        }
    }

    fn column(&self, plan: &Plan, column: usize, buffers: &mut Buffers) -> Vec<[u8; 4]> {
        let mut levels = Vec::with_capacity(RUNGS * BINS);
        for layer in &plan.layers {
            let first = layer.starts as usize + column * layer.looks as usize;
            let frames = &plan.samples[2 * layer.first as usize..][..2 * layer.frames as usize];
            let mut sums = [0.0; BINS];
            for start in &plan.starts[first..first + layer.looks as usize] {
                self.look(frames, *start, buffers, &mut sums);
            }
            levels.extend(sums.iter().map(|sum| decibels((sum / layer.looks as f32).sqrt())));
        }
        plan.reaches.iter().map(|reaches| shade(reaches, &levels)).collect()
    }

    /// Adds the square of each bin's power, the mean of both sides: quadratically, a short sound in a long column loses
    /// half as many decibels as in a plain mean, and noise gains 1.5 dB and not the 6 dB and more of a maximum.
    fn look(&self, frames: &[f32], start: i32, buffers: &mut Buffers, sums: &mut [f32; BINS]) {
        let frames = frames.as_chunks::<2>().0;
        for (at, window) in self.window.iter().enumerate() {
            let frame = usize::try_from(start + at as i32).ok().and_then(|frame| frames.get(frame));
            let frame = frame.copied().unwrap_or_default();
            buffers.sides.iter_mut().zip(frame).for_each(|(side, sample)| side[at] = sample * window);
        }
        let mut powers = [0.0; BINS];
        for side in &mut buffers.sides {
            let heard =
                self.transform.process_with_scratch(side, &mut buffers.spectrum, &mut buffers.scratch);
            if let Err(error) = heard {
                tracing::error!(%error, "a window was left out of a spectrogram");
                return;
            }
            for (power, value) in powers.iter_mut().zip(&buffers.spectrum) {
                *power += 0.5 * CALIBRATION * value.norm_sqr();
            }
        }
        sums.iter_mut().zip(powers).for_each(|(sum, power)| *sum += power * power);
    }
}

fn decibels(power: f32) -> f32 {
    (10.0 * power.max(1e-20).log10()).max(FLOOR)
}

fn shade(reaches: &[Reach; 2], levels: &[f32]) -> [u8; 4] {
    let parts = reaches.iter().filter(|reach| reach.weight > 0.0);
    let level = FLOOR + parts.map(|reach| shown(reach, levels)).sum::<f32>();
    let [black, range] = range();
    let shade = ((level - black) / range).clamp(0.0, 1.0) * (SHADES - 1) as f32;
    palette()[(shade + 0.5).floor() as usize]
}

fn shown(reach: &Reach, levels: &[f32]) -> f32 {
    let levels = &levels[reach.layer as usize * BINS..][..BINS];
    let halves = (reach.first..reach.first + reach.count).map(|half| curve(levels, 0.5 * half as f32));
    reach.weight * (halves.fold(curve(levels, reach.middle), f32::max) - FLOOR)
}

/// Catmull and Rom's curve through the levels.
fn curve(levels: &[f32], place: f32) -> f32 {
    let (bin, x) = (place.floor() as usize, place.fract());
    let level = |at: usize| levels[at.min(BINS - 1)];
    let (b, c) = (level(bin), level(bin + 1));
    let deepest = b.max(c) - DEEPEST;
    let (a, d) = (level(bin.saturating_sub(1)).max(deepest), level(bin + 2).max(deepest));
    b + 0.5 * x * (c - a + x * (2.0 * a - 5.0 * b + 4.0 * c - d + x * (3.0 * (b - c) + d - a)))
}
