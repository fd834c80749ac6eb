//! Makes finished strokes out of a kit's sheet.

use std::collections::HashMap;

use super::{Finish, KitSheet, Layer, Stroke};
use crate::SAMPLE_RATE;
use crate::drive::Drive;
use crate::drums::{self, Setting};
use crate::error::Result;
use crate::filter::{Biquad, Coefficients};
use crate::soundfont;
use crate::sounds::Sounds;

const RATE: f32 = SAMPLE_RATE as f32;
const FLAT: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Strengths at which strokes are baked: up to which velocity, and the cut of the highs in dB. A drum struck softly
/// is darker, not only quieter.
const STRENGTHS: [(u8, f32); 3] = [(54, -7.0), (88, -2.5), (127, 0.0)];

/// Longest stroke in seconds.
const LONGEST: f32 = 4.0;

/// The finished strokes of a kit.
#[derive(Debug)]
pub(crate) struct BakedKit {
    /// By key.
    strokes: HashMap<u8, usize>,
    baked: Vec<BakedStroke>,
}

/// A finished stroke.
#[derive(Debug)]
pub(crate) struct BakedStroke {
    pub choke: u8,
    /// By strength, then variant.
    buffers: Vec<Vec<Vec<[f32; 2]>>>,
}

impl BakedStroke {
    /// Returns the buffer for a velocity; `turn` counts the strokes so far.
    pub fn buffer(&self, velocity: u8, turn: usize) -> &[[f32; 2]] {
        let strength =
            STRENGTHS.iter().position(|(up_to, _)| velocity <= *up_to).unwrap_or(STRENGTHS.len() - 1);
        let variants = &self.buffers[strength];
        &variants[turn % variants.len()]
    }
}

impl BakedKit {
    /// Returns the place of a key's stroke.
    pub fn stroke(&self, key: u8) -> Option<usize> {
        self.strokes.get(&key).copied()
    }

    pub fn at(&self, place: usize) -> &BakedStroke {
        &self.baked[place]
    }
}

impl KitSheet {
    /// Bakes the kit.
    ///
    /// # Errors
    /// As [`Sounds::load`], for one-shots that turn out to be damaged.
    pub fn bake(&self, sounds: &Sounds) -> Result<BakedKit> {
        let mut kit = BakedKit { strokes: HashMap::new(), baked: Vec::new() };
        for stroke in self.strokes.values() {
            for key in &stroke.keys {
                kit.strokes.insert(*key, kit.baked.len());
            }
            kit.baked.push(bake_stroke(stroke, &self.finish, sounds)?);
        }
        Ok(kit)
    }
}

fn bake_stroke(stroke: &Stroke, finish: &Finish, sounds: &Sounds) -> Result<BakedStroke> {
    let sources = stroke.layers.iter().map(|layer| source(layer, sounds)).collect::<Result<Vec<_>>>()?;
    let mut buffers = Vec::new();
    for (_, darker) in STRENGTHS {
        let mut variants = Vec::new();
        for variant in 0..stroke.variants.max(1) {
            let mut mix = layered(stroke, &sources, variant);
            finish_stroke(&mut mix, stroke, finish);
            if darker < 0.0 {
                Biquad::new(Coefficients::high_shelf(3_000.0, darker)).run(&mut mix);
            }
            fade_out(&mut mix);
            variants.push(mix);
        }
        buffers.push(variants);
    }
    Ok(BakedStroke { choke: stroke.choke, buffers })
}

/// Returns a layer's sound, shaped, with a peak of its gain.
fn source(layer: &Layer, sounds: &Sounds) -> Result<Vec<[f32; 2]>> {
    let mut frames = match (&layer.file, layer.drum, layer.font) {
        (Some(file), _, _) => sounds.one_shot(file)?,
        (_, Some(drum), _) => {
            let setting = Setting { pitch: layer.pitch, decay: layer.length, tone: layer.tone };
            drums::stroke(drum, setting, layer.pitch.to_bits() ^ layer.length.to_bits())
        }
        (_, _, Some([program, key])) => {
            let preset = sounds.preset(128, program);
            soundfont::stroke(sounds.font(), preset, key, 2.5)?
        }
        _ => Vec::new(),
    };
    trim_start(&mut frames);
    frames = tuned(&frames, layer.tune);
    frames.truncate((LONGEST * RATE) as usize);
    if let Some(frequency) = layer.high_pass {
        Biquad::new(Coefficients::high_pass(frequency, FLAT)).run(&mut frames);
    }
    if let Some(frequency) = layer.low_pass {
        Biquad::new(Coefficients::low_pass(frequency, FLAT)).run(&mut frames);
    }
    if layer.hold.is_some() || layer.decay.is_some() {
        fade_from(&mut frames, layer.hold.unwrap_or(0.0), layer.decay.unwrap_or(0.05));
    }
    if let Some(width) = layer.width {
        for frame in &mut frames {
            let (mid, side) = ((frame[0] + frame[1]) * 0.5, (frame[0] - frame[1]) * 0.5 * width);
            *frame = [mid + side, mid - side];
        }
    }
    scale_to(&mut frames, 10f32.powf(layer.gain / 20.0));
    Ok(frames)
}

/// Cuts silence before the stroke, which would make it late.
fn trim_start(frames: &mut Vec<[f32; 2]>) {
    let peak = peak(frames);
    let start = frames.iter().position(|f| f[0].abs().max(f[1].abs()) > peak * 0.004).unwrap_or(0);
    frames.drain(..start.saturating_sub(8));
}

fn peak(frames: &[[f32; 2]]) -> f32 {
    frames.iter().flatten().fold(0.0, |peak: f32, v| peak.max(v.abs()))
}

fn scale_to(frames: &mut [[f32; 2]], wanted: f32) {
    let peak = peak(frames);
    if peak > 0.0 {
        let factor = wanted / peak;
        frames.iter_mut().flatten().for_each(|v| *v *= factor);
    }
}

/// Plays frames faster or slower, with Catmull-Rom interpolation.
fn tuned(frames: &[[f32; 2]], semitones: f32) -> Vec<[f32; 2]> {
    if semitones == 0.0 || frames.len() < 4 {
        return frames.to_vec();
    }
    let step = f64::from(semitones / 12.0).exp2();
    let count = ((frames.len() - 3) as f64 / step) as usize;
    let at = |index: usize, side: usize| frames.get(index).map_or(0.0, |f| f[side]);
    (0..count)
        .map(|n| {
            let place = n as f64 * step;
            let (i, x) = (place as usize, place.fract() as f32);
            [0, 1].map(|side: usize| {
                let (a, b, c, d) = (
                    if i == 0 { 0.0 } else { at(i - 1, side) },
                    at(i, side),
                    at(i + 1, side),
                    at(i + 2, side),
                );
                b + 0.5 * x * (c - a + x * (2.0 * a - 5.0 * b + 4.0 * c - d + x * (3.0 * (b - c) + d - a)))
            })
        })
        .collect()
}

/// Lets frames fall by 60 dB in `decay` seconds from `hold` seconds on.
fn fade_from(frames: &mut Vec<[f32; 2]>, hold: f32, decay: f32) {
    frames.truncate(((hold + decay * 1.2) * RATE) as usize);
    for (n, frame) in frames.iter_mut().enumerate() {
        let t = n as f32 / RATE - hold;
        if t > 0.0 {
            let level = (-6.907_755 * t / decay).exp();
            *frame = [frame[0] * level, frame[1] * level];
        }
    }
}

/// Mixes the layers. Variants differ by a few cents and fractions of a decibel, as strokes of one hand do.
fn layered(stroke: &Stroke, sources: &[Vec<[f32; 2]>], variant: u8) -> Vec<[f32; 2]> {
    const CENTS: [f32; 4] = [0.0, 9.0, -7.0, 4.0];
    const GAINS: [f32; 4] = [1.0, 0.96, 1.03, 0.98];
    let place = usize::from(variant) % CENTS.len();
    let mut mix: Vec<[f32; 2]> = Vec::new();
    for (index, (layer, source)) in stroke.layers.iter().zip(sources).enumerate() {
        let source = tuned(source, CENTS[place] / 100.0);
        // Layers trade a little of their share from stroke to stroke.
        let gain = GAINS[(place + index) % GAINS.len()];
        let late = (layer.delay.max(0.0) * RATE / 1_000.0) as usize;
        if mix.len() < source.len() + late {
            mix.resize(source.len() + late, [0.0; 2]);
        }
        for (out, frame) in mix[late..].iter_mut().zip(&source) {
            *out = [out[0] + frame[0] * gain, out[1] + frame[1] * gain];
        }
    }
    mix
}

fn finish_stroke(mix: &mut [[f32; 2]], stroke: &Stroke, finish: &Finish) {
    scale_to(mix, 0.5);
    for amount in [stroke.drive, finish.drive] {
        if amount > 0.0 {
            Drive::new(amount).run(mix);
        }
    }
    if let Some(frequency) = finish.low_pass {
        Biquad::new(Coefficients::low_pass(frequency, FLAT)).run(mix);
    }
    // One-shots with an offset would leave a step at their end.
    Biquad::new(Coefficients::high_pass(22.0, FLAT)).run(mix);
    scale_to(mix, 10f32.powf(stroke.gain / 20.0));
    let angle = (stroke.pan.clamp(-1.0, 1.0) + 1.0) * std::f32::consts::FRAC_PI_4;
    let (l, r) = (angle.cos() * std::f32::consts::SQRT_2, angle.sin() * std::f32::consts::SQRT_2);
    for frame in mix {
        *frame = [frame[0] * l, frame[1] * r];
    }
}

/// Ends a buffer at zero.
fn fade_out(mix: &mut [[f32; 2]]) {
    let frames = mix.len().min((0.012 * RATE) as usize);
    let start = mix.len() - frames;
    for (n, frame) in mix[start..].iter_mut().enumerate() {
        let level = 1.0 - (n + 1) as f32 / frames as f32;
        *frame = [frame[0] * level, frame[1] * level];
    }
}
