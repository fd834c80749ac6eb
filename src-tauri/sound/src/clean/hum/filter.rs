//! The notches against hum.

use super::Mains;
use crate::biquad::{Biquad, Coefficients};
use crate::encode::Spec;

/// Width of a notch in hertz at its −3 dB points, and what it grows by with each hertz of its frequency: the mains drift,
/// their harmonics with them.
const WIDTH: f64 = 1.6;
const GROWTH: f64 = 0.002;
/// The filters listen to so much of the beginning before they begin, in seconds, so that there is no hum in it either:
/// several times the 0.2 s that the narrowest of them takes.
const PRIMING: f64 = 1.6;

/// Takes hum out of sound that flows through. As many frames come out as went in.
pub struct HumFilter {
    /// Notches for each pair of channels.
    pairs: Vec<Vec<Biquad>>,
    channels: usize,
    /// Frames after which all lines are where they were at the beginning.
    cycle: usize,
    /// The beginning, until it is long enough.
    beginning: Option<Vec<f32>>,
    frames: Vec<[f32; 2]>,
}

impl HumFilter {
    /// Prepares the notches for sound of this rate and these channels.
    pub fn new(spec: Spec, mains: &Mains) -> Self {
        let channels = usize::from(spec.channels).max(1);
        let rate = f64::from(spec.rate);
        let notch = |hertz: &f64| {
            let width = WIDTH + GROWTH * hertz;
            Biquad::new(Coefficients::notch(spec.rate, *hertz as f32, (hertz / width) as f32))
        };
        let audible = mains.lines.iter().filter(|hertz| **hertz < 0.45 * rate);
        let notches: Vec<Biquad> = audible.map(notch).collect();
        Self {
            pairs: vec![notches; channels.div_ceil(2)],
            channels,
            cycle: cycle(rate, mains.frequency),
            beginning: Some(Vec::new()),
            frames: Vec::new(),
        }
    }

    /// Takes whole frames and adds those that are done to `out`.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        let Some(mut beginning) = self.beginning.take() else { return self.run(samples, out) };
        beginning.extend_from_slice(samples);
        if beginning.len() < self.cycle * self.channels {
            self.beginning = Some(beginning);
            return;
        }
        self.begin(&beginning, out);
    }

    /// Adds what is left to `out`.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        if let Some(beginning) = self.beginning.take() {
            self.begin(&beginning, out);
        }
    }

    fn begin(&mut self, beginning: &[f32], out: &mut Vec<f32>) {
        let whole = self.cycle * self.channels;
        if beginning.len() >= whole {
            self.run(&beginning[..whole], &mut Vec::new());
        }
        self.run(beginning, out);
    }

    fn run(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        let begin = out.len();
        out.extend_from_slice(samples);
        for (number, notches) in self.pairs.iter_mut().enumerate() {
            let (left, right) = (2 * number, 2 * number + 1);
            self.frames.clear();
            self.frames.extend(
                samples
                    .chunks_exact(self.channels)
                    .map(|frame| [frame[left], frame.get(right).copied().unwrap_or_default()]),
            );
            Biquad::run_all(notches, &mut self.frames);
            for (frame, [a, b]) in out[begin..].chunks_exact_mut(self.channels).zip(&self.frames) {
                frame[left] = *a;
                if let Some(sample) = frame.get_mut(right) {
                    *sample = *b;
                }
            }
        }
    }
}

/// Returns how many frames near [`PRIMING`] hold whole periods of the mains, as nearly as any.
fn cycle(rate: f64, mains: f64) -> usize {
    let periods = (PRIMING * mains) as usize;
    let off = |count: &usize| {
        let frames = *count as f64 * rate / mains;
        (frames - frames.round()).abs()
    };
    let best = (periods..periods + periods / 2).min_by(|a, b| off(a).total_cmp(&off(b)));
    (best.unwrap_or(periods) as f64 * rate / mains).round() as usize
}
