//! Makes finished strokes out of a kit's sheet.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use son1k_domain::score::Kit;

use super::{Finish, KitSheet, Layer, Stroke};
use crate::SAMPLE_RATE;
use crate::drive::Drive;
use crate::drums::{self, Setting};
use crate::error::Result;
use crate::level::peak;
use crate::soundfont;
use crate::sounds::Sounds;
use son1k_sound::biquad::{Biquad, Coefficients};

const RATE: f32 = SAMPLE_RATE as f32;
const FLAT: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Strengths at which strokes are baked: up to which velocity, and the cut of the highs in dB. A drum struck softly
/// is darker, not only quieter.
const STRENGTHS: [(u8, f32); 3] = [(54, -7.0), (88, -2.5), (127, 0.0)];

/// Longest stroke in seconds.
const LONGEST: f32 = 4.0;

/// The finished strokes of a kit, by key: those that were asked for.
#[derive(Debug)]
pub(crate) struct BakedKit(Vec<Option<Arc<BakedStroke>>>);

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
    /// Returns the stroke of a key.
    pub fn stroke(&self, key: u8) -> Option<&Arc<BakedStroke>> {
        self.0.get(usize::from(key)).and_then(Option::as_ref)
    }
}

/// Strokes baked so far, by kit and key.
#[derive(Debug, Default)]
pub(crate) struct Oven(Mutex<HashMap<(Kit, u8), Arc<BakedStroke>>>);

impl Oven {
    fn baked(&self) -> MutexGuard<'_, HashMap<(Kit, u8), Arc<BakedStroke>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a kit with the strokes of `keys`. Keys that the kit does not have stay silent.
    ///
    /// # Errors
    /// [`crate::Error::Sound`] or [`crate::Error::Io`] for one-shots that turn out to be damaged or gone.
    pub fn kit(&self, kit: Kit, keys: &BTreeSet<u8>, sounds: &Sounds) -> Result<BakedKit> {
        let sheet = KitSheet::read(kit)?;
        for stroke in sheet.strokes.values() {
            let wanted = |key: &u8| keys.contains(key) && !self.baked().contains_key(&(kit, *key));
            if !stroke.keys.iter().any(wanted) {
                continue;
            }
            // Baked outside of the lock: another track may need another kit meanwhile.
            let baked = Arc::new(bake_stroke(stroke, &sheet.finish, sounds)?);
            let mut oven = self.baked();
            for key in &stroke.keys {
                oven.insert((kit, *key), Arc::clone(&baked));
            }
        }
        let oven = self.baked();
        Ok(BakedKit((0..128).map(|key| oven.get(&(kit, key)).cloned()).collect()))
    }
}

fn bake_stroke(stroke: &Stroke, finish: &Finish, sounds: &Sounds) -> Result<BakedStroke> {
    let sources = stroke.layers.iter().map(|layer| source(layer, sounds)).collect::<Result<Vec<_>>>()?;
    let variants: Vec<_> = (0..stroke.variants.max(1))
        .map(|variant| {
            let mut mix = layered(stroke, &sources, variant);
            finish_stroke(&mut mix, stroke, finish);
            mix
        })
        .collect();
    let buffers = STRENGTHS
        .map(|(_, darker)| {
            let mut buffers = variants.clone();
            for buffer in &mut buffers {
                if darker < 0.0 {
                    Biquad::new(Coefficients::high_shelf(SAMPLE_RATE, 3_000.0, darker)).run(buffer);
                }
                fade_out(buffer);
            }
            buffers
        })
        .into();
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
        Biquad::new(Coefficients::high_pass(SAMPLE_RATE, frequency, FLAT)).run(&mut frames);
    }
    if let Some(frequency) = layer.low_pass {
        Biquad::new(Coefficients::low_pass(SAMPLE_RATE, frequency, FLAT)).run(&mut frames);
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
        Biquad::new(Coefficients::low_pass(SAMPLE_RATE, frequency, FLAT)).run(mix);
    }
    // One-shots with an offset would leave a step at their end.
    Biquad::new(Coefficients::high_pass(SAMPLE_RATE, 22.0, FLAT)).run(mix);
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
