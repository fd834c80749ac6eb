//! Drums made from nothing: kicks, snares, claps, hats and shakers, computed once when a kit is made.
//!
//! The recipes are those of the classic analogue rhythm machines: falling sines, tuned noise, clusters of squares.

use crate::SAMPLE_RATE;
use crate::oscillator::{Noise, sine, wrap};
use son1k_sound::biquad::{Biquad, Coefficients};

const RATE: f32 = SAMPLE_RATE as f32;

/// Kinds of drum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Drum {
    /// A falling sine with a click.
    Kick,
    /// Two shells and wires.
    Snare,
    /// Hands, not quite together.
    Clap,
    /// Six squares and noise through a high-pass.
    Hat,
    /// Noise that swells and stops.
    Shaker,
    /// A stick on the rim.
    Rim,
    /// A tuned skin.
    Tom,
    /// A long, bright wash.
    Cymbal,
}

/// How a drum is set up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// Fundamental, or centre of the noise, in hertz.
    pub pitch: f32,
    /// Seconds until it has fallen by 60 dB.
    pub decay: f32,
    /// Dark (0) to bright (1).
    pub tone: f32,
}

/// Returns one stroke.
pub(crate) fn stroke(drum: Drum, setting: Setting, seed: u32) -> Vec<[f32; 2]> {
    let mut noise = Noise::new(seed);
    match drum {
        Drum::Kick => kick(setting, &mut noise),
        Drum::Snare => snare(setting, &mut noise),
        Drum::Clap => clap(setting, &mut noise),
        Drum::Hat | Drum::Cymbal => metal(setting, &mut noise, drum == Drum::Cymbal),
        Drum::Shaker => shaker(setting, &mut noise),
        Drum::Rim => rim(setting, &mut noise),
        Drum::Tom => tom(setting, &mut noise),
    }
}

/// Level of an exponential decay by 60 dB in `decay` seconds.
fn decay(t: f32, decay: f32) -> f32 {
    (-6.907_755 * t / decay).exp()
}

/// Runs a recipe over time, a little longer than its decay.
fn frames(seconds: f32, mut recipe: impl FnMut(f32) -> [f32; 2]) -> Vec<[f32; 2]> {
    let count = (seconds * RATE) as usize;
    (0..count).map(|n| recipe(n as f32 / RATE)).collect()
}

fn kick(s: Setting, noise: &mut Noise) -> Vec<[f32; 2]> {
    let mut phase = 0.0;
    let mut click = Biquad::new(Coefficients::band_pass(SAMPLE_RATE, 1_800.0 + 3_000.0 * s.tone, 0.7));
    frames(s.decay * 1.1, |t| {
        let frequency = s.pitch * (1.0 + 3.2 * decay(t, 0.09) + (2.0 + 5.0 * s.tone) * decay(t, 0.018));
        phase = wrap(phase + frequency / RATE);
        let body = (1.4 * sine(phase) * decay(t, s.decay)).tanh() * (t / 0.0008).min(1.0);
        let click = click.tick([noise.tick() * decay(t, 0.012); 2])[0];
        [body + click * (0.15 + 0.9 * s.tone); 2]
    })
}

fn snare(s: Setting, noise: &mut Noise) -> Vec<[f32; 2]> {
    let (mut low, mut high) = (0.0, 0.0);
    let mut wires = Biquad::new(Coefficients::high_pass(SAMPLE_RATE, 900.0 + 2_200.0 * s.tone, 0.7));
    let mut air = Biquad::new(Coefficients::peaking(SAMPLE_RATE, 4_800.0, 5.0, 0.8));
    frames(s.decay * 1.1, |t| {
        let bend = 1.0 + 0.5 * decay(t, 0.04);
        low = wrap(low + s.pitch * bend / RATE);
        high = wrap(high + s.pitch * 1.72 * bend / RATE);
        let shell = 0.8 * sine(low) * decay(t, 0.16) + 0.45 * sine(high) * decay(t, 0.1);
        let middle = noise.tick();
        let hiss = wires.tick([0.8 * middle + 0.35 * noise.tick(), 0.8 * middle + 0.35 * noise.tick()]);
        let hiss = air.tick(hiss);
        let level = 0.75 * decay(t, s.decay) + 0.5 * decay(t, 0.03);
        [0, 1].map(|side: usize| shell + hiss[side] * level * (0.35 + 0.65 * s.tone))
    })
}

fn clap(s: Setting, noise: &mut Noise) -> Vec<[f32; 2]> {
    // Four pairs of hands within 32 ms; the last one rings.
    const HANDS: [(f32, f32); 4] = [(0.0, 0.75), (0.0095, 0.85), (0.0205, 0.7), (0.0315, 1.0)];
    let mut band = Biquad::new(Coefficients::band_pass(SAMPLE_RATE, s.pitch, 1.1));
    let mut air = Biquad::new(Coefficients::high_pass(SAMPLE_RATE, 600.0 + 500.0 * s.tone, 0.7));
    frames(s.decay * 1.15, |t| {
        let mut level = 0.0;
        for (index, (at, strength)) in HANDS.into_iter().enumerate() {
            if t >= at {
                let ring = if index == 3 { s.decay } else { 0.028 };
                level += strength * decay(t - at, ring) * if index == 3 { 0.75 } else { 1.0 };
            }
        }
        let middle = noise.tick();
        let white = [0.6 * middle + 0.6 * noise.tick(), 0.6 * middle + 0.6 * noise.tick()];
        let palm = band.tick(white);
        let bright = air.tick(white);
        [0, 1].map(|side: usize| level * (palm[side] + (0.05 + 0.22 * s.tone) * bright[side]))
    })
}

/// Hats and cymbals: six squares that do not fit each other, as in the TR-808, and noise.
fn metal(s: Setting, noise: &mut Noise, wash: bool) -> Vec<[f32; 2]> {
    const RATIOS: [f32; 6] = [1.0, 1.483, 1.8, 2.546, 2.63, 3.897];
    let mut phases = [0.0f32; 6];
    let corner = if wash { 2_600.0 } else { 6_200.0 } + 2_200.0 * s.tone;
    let mut first = Biquad::new(Coefficients::high_pass(SAMPLE_RATE, corner, 0.8));
    let mut second = Biquad::new(Coefficients::high_pass(SAMPLE_RATE, corner * 0.9, 0.7));
    // Noise is wider in a cymbal, which one hears from all around.
    let width = if wash { 0.7 } else { 0.3 };
    frames(s.decay * 1.1, |t| {
        let mut squares = 0.0;
        for (phase, ratio) in phases.iter_mut().zip(RATIOS) {
            *phase = wrap(*phase + s.pitch * ratio / RATE);
            squares += if *phase < 0.5 { 1.0 } else { -1.0 };
        }
        let middle = noise.tick() * (1.0 - width);
        let white = [middle + width * noise.tick(), middle + width * noise.tick()];
        let mix = if wash { 0.06 } else { 0.12 };
        let raw = [0, 1].map(|side: usize| squares * mix + white[side] * 0.6);
        let out = second.tick(first.tick(raw));
        let level = (t / 0.0006).min(1.0) * (0.55 * decay(t, s.decay) + 0.45 * decay(t, s.decay * 0.3));
        [out[0] * level, out[1] * level]
    })
}

fn shaker(s: Setting, noise: &mut Noise) -> Vec<[f32; 2]> {
    let mut band = Biquad::new(Coefficients::band_pass(SAMPLE_RATE, s.pitch, 0.8));
    let mut high = Biquad::new(Coefficients::high_pass(SAMPLE_RATE, s.pitch * 0.6, 0.7));
    frames(s.decay * 1.2 + 0.03, |t| {
        // The grains fly for 14 ms before they land.
        let level = if t < 0.014 { (t / 0.014).powi(2) } else { decay(t - 0.014, s.decay) };
        let middle = 0.7 * noise.tick();
        let white = [middle + 0.4 * noise.tick(), middle + 0.4 * noise.tick()];
        let out = high.tick(band.tick(white));
        [out[0] * level, out[1] * level]
    })
}

fn rim(s: Setting, noise: &mut Noise) -> Vec<[f32; 2]> {
    let (mut low, mut high) = (0.0, 0.0);
    let mut click = Biquad::new(Coefficients::high_pass(SAMPLE_RATE, 2_500.0, 0.7));
    frames(s.decay * 1.2, |t| {
        low = wrap(low + s.pitch / RATE);
        high = wrap(high + s.pitch * 3.43 / RATE);
        let body = 0.55 * sine(low) * decay(t, s.decay) + 0.6 * sine(high) * decay(t, s.decay * 0.55);
        let tick = click.tick([noise.tick() * decay(t, 0.01); 2])[0];
        [(2.2 * body).tanh() * (t / 0.0003).min(1.0) + tick * (0.2 + 0.6 * s.tone); 2]
    })
}

fn tom(s: Setting, noise: &mut Noise) -> Vec<[f32; 2]> {
    let (mut first, mut second) = (0.0, 0.0);
    let mut skin = Biquad::new(Coefficients::band_pass(SAMPLE_RATE, 900.0 + 2_000.0 * s.tone, 0.6));
    frames(s.decay * 1.1, |t| {
        let bend = 1.0 + 0.55 * decay(t, 0.12);
        first = wrap(first + s.pitch * bend / RATE);
        // The second mode of a round skin (Bessel zeros of a membrane).
        second = wrap(second + s.pitch * 1.593 * bend / RATE);
        let body = sine(first) * decay(t, s.decay) + 0.3 * sine(second) * decay(t, s.decay * 0.4);
        let skin = skin.tick([noise.tick() * decay(t, 0.06); 2])[0];
        [((1.2 * body).tanh() + skin * (0.2 + 0.8 * s.tone)) * (t / 0.0008).min(1.0); 2]
    })
}
