//! Sounds without pitch: the riser and the vinyl.

use crate::SAMPLE_RATE;
use crate::envelope::CONTROL;
use crate::filter::Svf;
use crate::instrument::{Instrument, PlayedNote, velocity_gain};
use crate::oscillator::{Noise, SawBank, sine, wrap};
use son1k_sound::biquad::{Biquad, Coefficients};

const RATE: f32 = SAMPLE_RATE as f32;

/// Seconds in which a texture fades when its note ends.
const FADE: f32 = 0.08;

/// How far a note is, and its loudness envelope for a straight fade at its end.
fn place(note: &PlayedNote, now: u64) -> Option<(f32, f32)> {
    let fade = (FADE * RATE) as u64;
    if now < note.start || now >= note.end + fade {
        return None;
    }
    let part = (now - note.start) as f32 / (note.end - note.start).max(1) as f32;
    let fading = if now < note.end { 1.0 } else { 1.0 - (now - note.end) as f32 / fade as f32 };
    Some((part.min(1.0), fading))
}

/// Finds the note that sounds at a frame, dropping those that are over.
fn current(notes: &[PlayedNote], next: &mut usize, now: u64) -> Option<PlayedNote> {
    while notes.get(*next).is_some_and(|n| now >= n.end + (FADE * RATE) as u64) {
        *next += 1;
    }
    notes.get(*next).copied().filter(|n| now + CONTROL as u64 > n.start)
}

/// Noise and saws that rise over the whole note: filter, pitch and loudness.
pub(super) struct Riser {
    notes: Vec<PlayedNote>,
    next: usize,
    noise: Noise,
    filter: Svf,
    saws: SawBank,
    level: f32,
    gain: f32,
}

impl Riser {
    pub fn new(notes: Vec<PlayedNote>, seed: u32, gain: f32) -> Self {
        let mut noise = Noise::new(seed);
        let saws = SawBank::new(5, 24.0, 0.9, false, &mut noise);
        Self { notes, next: 0, noise, filter: Svf::default(), saws, level: 0.0, gain }
    }
}

impl Instrument for Riser {
    fn play(&mut self, at: u64, out: &mut [[f32; 2]]) -> bool {
        let mut sounds = false;
        for (index, chunk) in out.chunks_mut(CONTROL).enumerate() {
            let now = at + (index * CONTROL) as u64;
            let Some(note) = current(&self.notes, &mut self.next, now) else {
                self.level = 0.0;
                continue;
            };
            sounds = true;
            let (part, fading) = place(&note, now.max(note.start)).unwrap_or((1.0, 0.0));
            // Loudness rises by 36 dB and the filter opens by more than five octaves, fastest at the end.
            let target = self.gain * velocity_gain(note.velocity) * fading * 10f32.powf(-1.8 * (1.0 - part));
            self.filter.set(280.0 * (5.4 * part.powf(1.3)).exp2(), 0.55 - 0.3 * part);
            let pitch = f32::from(note.pitch) + 12.0 * part * part;
            let (mut l, mut r) = ([0.0; CONTROL], [0.0; CONTROL]);
            self.saws.add(440.0 * ((pitch - 69.0) / 12.0).exp2(), &mut l, &mut r);
            let (from, step) = (self.level, (target - self.level) / CONTROL as f32);
            self.level = target;
            for (n, frame) in chunk.iter_mut().enumerate() {
                let level = from + step * (n + 1) as f32;
                for (side, saw) in [l[n], r[n]].into_iter().enumerate() {
                    let (_, band) = self.filter.tick(side, 0.8 * self.noise.tick() + 0.18 * saw);
                    frame[side] += band * level;
                }
            }
            self.filter.settle();
        }
        sounds
    }
}

/// The surface of a record: hiss, rumble, dust, and one scratch that comes back with every turn.
pub(super) struct Vinyl {
    notes: Vec<PlayedNote>,
    next: usize,
    noise: Noise,
    hiss: Biquad,
    dust: Biquad,
    rumble: Biquad,
    turn: f32,
    swell: f32,
    level: f32,
    gain: f32,
}

impl Vinyl {
    pub fn new(notes: Vec<PlayedNote>, seed: u32, gain: f32) -> Self {
        Self {
            notes,
            next: 0,
            noise: Noise::new(seed),
            hiss: Biquad::new(Coefficients::band_pass(SAMPLE_RATE, 4_200.0, 0.35)),
            dust: Biquad::new(Coefficients::band_pass(SAMPLE_RATE, 2_600.0, 0.9)),
            rumble: Biquad::new(Coefficients::low_pass(SAMPLE_RATE, 70.0, 0.7)),
            turn: 0.0,
            swell: 0.0,
            level: 0.0,
            gain,
        }
    }

    /// A speck of dust now and then: most are small, a few are not.
    fn speck(&mut self) -> [f32; 2] {
        // 33⅓ turns a minute.
        self.turn += 100.0 / 180.0 / RATE;
        if self.turn >= 1.0 {
            self.turn -= 1.0;
            return [0.9, 0.7];
        }
        if self.noise.unit() > 14.0 / RATE {
            return [0.0; 2];
        }
        let size = 0.2 + 1.0 * self.noise.unit().powi(4);
        let side = self.noise.unit();
        let sign = self.noise.tick().signum();
        [sign * size * (0.3 + 0.7 * side), sign * size * (1.0 - 0.7 * side)]
    }

    fn frame(&mut self) -> [f32; 2] {
        self.swell = wrap(self.swell + 0.13 / RATE);
        let speck = self.speck();
        let white = [self.noise.tick(), self.noise.tick()];
        let hiss = self.hiss.tick(white);
        let dust = self.dust.tick(speck);
        let rumble = self.rumble.tick([white[0]; 2]);
        let breath = 0.05 * (1.0 + 0.25 * sine(self.swell));
        [0, 1].map(|s: usize| hiss[s] * breath + dust[s] * 1.5 + rumble[s] * 0.35)
    }
}

impl Instrument for Vinyl {
    fn play(&mut self, at: u64, out: &mut [[f32; 2]]) -> bool {
        let mut sounds = false;
        for (index, chunk) in out.chunks_mut(CONTROL).enumerate() {
            let now = at + (index * CONTROL) as u64;
            let Some(note) = current(&self.notes, &mut self.next, now) else {
                self.level = 0.0;
                continue;
            };
            sounds = true;
            let fading = place(&note, now.max(note.start)).map_or(0.0, |(_, fading)| fading);
            // The needle goes down in 50 ms.
            let rise = ((now.max(note.start) - note.start) as f32 / (0.05 * RATE)).min(1.0);
            let target = self.gain * velocity_gain(note.velocity) * fading * rise;
            let (from, step) = (self.level, (target - self.level) / CONTROL as f32);
            self.level = target;
            for (n, frame) in chunk.iter_mut().enumerate() {
                let level = from + step * (n + 1) as f32;
                let value = self.frame();
                *frame = [frame[0] + value[0] * level, frame[1] + value[1] * level];
            }
        }
        sounds
    }
}
