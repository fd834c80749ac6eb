//! The synthesiser that a voice speaks with.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use son1k_domain::conversion::Wave;
use son1k_domain::conversion::limits::VOICES;

use crate::frames::Frames;
use crate::melody::hertz;
use crate::mouth::Moment;
use crate::noise::Noise;

/// Range of the bands in Hz: those of speech.
const LOWEST: f32 = 80.0;
const HIGHEST: f32 = 12_000.0;
/// Part of a period that a pulse is up: every fourth partial is missing.
const WIDTH: f32 = 0.25;
/// Semitones between the two oscillators of a note.
const SPREAD: f32 = 0.12;
/// Part of the mean below which a band of the carrier counts as empty: it is not turned up for what leaks into it.
const EMPTY: f32 = 0.01;

/// Notes without an end, heard through the bands of a voice (H. Dudley's vocoder, 1939, on spectra).
pub(crate) struct Carrier {
    wave: Wave,
    voices: usize,
    rate: f32,
    phases: [[f32; 2]; VOICES],
    /// 0 where there is no voice, 1 where there is.
    voiced: f32,
    noise: Noise,
    forward: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    hop: usize,
    /// One frame of the synthesiser's sound.
    sound: Vec<f32>,
    time: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    /// Place of each bin among the bands.
    places: Vec<f32>,
    bands: usize,
}

impl Carrier {
    pub fn new(
        wave: Wave,
        voices: usize,
        bands: usize,
        rate: u32,
        frames: &Frames,
        planner: &mut RealFftPlanner<f32>,
    ) -> Self {
        let size = Frames::size(rate);
        let forward = planner.plan_fft_forward(size);
        let highest = mel(HIGHEST.min(0.5 * rate as f32));
        let step = (highest - mel(LOWEST)) / (bands - 1) as f32;
        let place = |n: usize| (mel(n as f32 * rate as f32 / size as f32) - mel(LOWEST)) / step;
        let (time, spectrum) = (forward.make_input_vec(), forward.make_output_vec());
        Self {
            wave,
            voices,
            rate: rate as f32,
            phases: std::array::from_fn(|n| [0.17 * n as f32, 0.5 + 0.13 * n as f32]),
            voiced: 0.0,
            noise: Noise::new(2),
            forward,
            window: frames.window().to_vec(),
            hop: frames.hop(),
            sound: vec![0.0; size],
            time,
            spectrum,
            places: (0..=size / 2).map(|n| place(n).clamp(0.0, (bands - 1) as f32)).collect(),
            bands,
        }
    }

    /// Puts the synthesiser in the place of the voice in a frame, with the levels of the voice's envelope.
    pub fn speak(&mut self, frame: &mut [Complex<f32>], levels: &[f32], now: &Moment) {
        self.play(now);
        for (time, (sound, window)) in self.time.iter_mut().zip(self.sound.iter().zip(&self.window)) {
            *time = sound * window;
        }
        // Fails only for buffers of a wrong length, and these were made by the transform itself.
        let turned = self.forward.process(&mut self.time, &mut self.spectrum);
        debug_assert!(turned.is_ok());
        let wanted = self.powers(levels.iter().map(|level| level * level));
        let own = self.powers(self.spectrum.iter().map(Complex::norm_sqr));
        let empty = EMPTY * own.iter().sum::<f32>() / self.bands as f32 + 1e-12;
        let gains: Vec<f32> = wanted.iter().zip(&own).map(|(w, o)| (w / (o + empty)).sqrt()).collect();
        for ((value, carrier), place) in frame.iter_mut().zip(&self.spectrum).zip(&self.places) {
            *value = carrier * between(&gains, *place);
        }
    }

    /// Plays the next hop.
    fn play(&mut self, now: &Moment) {
        let hop = self.hop;
        self.sound.copy_within(hop.., 0);
        let start = self.sound.len() - hop;
        let goal = if now.pitch.is_some() { 1.0 } else { 0.0 };
        let from = self.voiced;
        for n in 0..hop {
            let voiced = from + (goal - from) * (n + 1) as f32 / hop as f32;
            let chord = if voiced > 0.0 { self.chord(&now.chord) } else { 0.0 };
            self.sound[start + n] = voiced * chord + (1.0 - voiced) * self.noise.even();
        }
        self.voiced = goal;
    }

    fn chord(&mut self, notes: &[f32; VOICES]) -> f32 {
        let mut sum = 0.0;
        for (phases, note) in self.phases.iter_mut().zip(notes).take(self.voices) {
            for (phase, side) in phases.iter_mut().zip([-0.5, 0.5]) {
                let step = (hertz(note + side * SPREAD) / self.rate).min(0.4);
                *phase = (*phase + step).fract();
                sum += match self.wave {
                    Wave::Saw => saw(*phase, step),
                    Wave::Pulse => saw(*phase, step) - saw((*phase + WIDTH).fract(), step),
                };
            }
        }
        sum
    }

    /// Returns the power of each band, a triangle around its place.
    fn powers(&self, bins: impl Iterator<Item = f32>) -> Vec<f32> {
        let mut powers = vec![0.0; self.bands];
        for (power, &place) in bins.zip(&self.places) {
            let (lower, part) = (place as usize, place.fract());
            powers[lower] += (1.0 - part) * power;
            if let Some(upper) = powers.get_mut(lower + 1) {
                *upper += part * power;
            }
        }
        powers
    }
}

/// Returns a value between those of two bands.
fn between(values: &[f32], place: f32) -> f32 {
    let lower = place as usize;
    let here = values.get(lower).copied().unwrap_or(0.0);
    here + place.fract() * (values.get(lower + 1).copied().unwrap_or(here) - here)
}

/// Returns a sawtooth whose edge is rounded by two samples, so that it hardly folds (V. Välimäki & A. Huovilainen,
/// "Antialiasing oscillators in subtractive synthesis", 2007: polyBLEP).
fn saw(phase: f32, step: f32) -> f32 {
    let edge = if phase < step {
        let x = phase / step;
        2.0 * x - x * x - 1.0
    } else if phase > 1.0 - step {
        let x = (phase - 1.0) / step;
        x * x + 2.0 * x + 1.0
    } else {
        0.0
    };
    2.0 * phase - 1.0 - edge
}

/// Returns the pitch of a frequency as ears measure it (D. O'Shaughnessy, 1987).
fn mel(hertz: f32) -> f32 {
    2_595.0 * (1.0 + hertz / 700.0).log10()
}
