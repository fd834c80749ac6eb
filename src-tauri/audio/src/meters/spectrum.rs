//! How loud the sound is along the ear's scale.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

/// Bands of equal width on a logarithmic scale.
pub const BANDS: usize = 48;

/// From the lowest to the highest note that is heard, in hertz.
const LOWEST: f32 = 20.0;
const HIGHEST: f32 = 20_000.0;

/// Seconds of a window at least: its bins are near enough to tell the notes of a bass.
const WINDOW: f32 = 0.16;

/// Seconds between two looks: what a screen shows.
const HOP: f32 = 1.0 / 30.0;

const SILENCE: f32 = -120.0;

pub(super) struct Spectrum {
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    /// The last frames, side by side, as a ring.
    sound: [Vec<f32>; 2],
    at: usize,
    waited: usize,
    hop: usize,
    /// For each band, its first bin and the one behind its last.
    bins: Vec<(usize, usize)>,
    bands: Vec<f32>,
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    powers: Vec<f32>,
}

impl Spectrum {
    pub(super) fn new(rate: u32, planner: &mut RealFftPlanner<f32>) -> Self {
        let length = ((WINDOW * rate as f32) as usize).next_power_of_two();
        let transform = planner.plan_fft_forward(length);
        let bin = rate as f32 / length as f32;
        let edge = |band: usize| LOWEST * (HIGHEST / LOWEST).powf(band as f32 / BANDS as f32) / bin;
        // Low bands are narrower than a bin; each has the one that is nearest.
        let bins = (0..BANDS).map(|band| {
            let first = (edge(band).round() as usize).min(length / 2);
            (first, (edge(band + 1).round() as usize).clamp(first + 1, length / 2 + 1))
        });
        let angle = |n: usize| std::f32::consts::TAU * n as f32 / length as f32;
        Self {
            window: (0..length).map(|n| 0.5 - 0.5 * angle(n).cos()).collect(),
            sound: [vec![0.0; length], vec![0.0; length]],
            at: 0,
            waited: 0,
            hop: (HOP * rate as f32) as usize,
            bins: bins.collect(),
            bands: vec![SILENCE; BANDS],
            input: transform.make_input_vec(),
            output: transform.make_output_vec(),
            scratch: transform.make_scratch_vec(),
            powers: vec![0.0; length / 2 + 1],
            transform,
        }
    }

    /// Takes frames, and returns whether the bands were looked at again.
    pub(super) fn add(&mut self, frames: &[[f32; 2]]) -> bool {
        for frame in frames {
            for (side, sample) in self.sound.iter_mut().zip(frame) {
                side[self.at] = *sample;
            }
            self.at = (self.at + 1) % self.window.len();
        }
        self.waited += frames.len();
        let due = self.waited >= self.hop;
        if due {
            self.waited = 0;
            self.look();
        }
        due
    }

    fn look(&mut self) {
        self.powers.fill(0.0);
        for side in &self.sound {
            let (newer, older) = side.split_at(self.at);
            let line = older.iter().chain(newer).zip(&self.window);
            self.input.iter_mut().zip(line).for_each(|(to, (sample, window))| *to = sample * window);
            // Lengths are those of the plan, so it cannot fail.
            let _ = self.transform.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch);
            self.powers.iter_mut().zip(&self.output).for_each(|(power, bin)| *power += 0.5 * bin.norm_sqr());
        }
        // A sine at full scale has half of the window's sum as its highest bin, which is a quarter of its length.
        let full = (self.window.len() as f32 / 4.0).powi(2);
        for (band, (first, end)) in self.bands.iter_mut().zip(&self.bins) {
            let highest = self.powers[*first..*end].iter().copied().fold(0.0, f32::max);
            *band = (10.0 * (highest / full).max(1e-12).log10()).max(SILENCE);
        }
    }

    pub(super) fn bands(&self) -> &[f32] {
        &self.bands
    }
}
