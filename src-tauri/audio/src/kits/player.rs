//! Plays a baked kit.

use std::sync::Arc;

use super::bake::{BakedKit, BakedStroke};
use crate::SAMPLE_RATE;
use crate::instrument::{Instrument, PlayedNote, velocity_gain};
use crate::oscillator::Noise;

/// Frames in which a choked stroke falls silent: 7 ms.
const CHOKE: f32 = 0.007 * SAMPLE_RATE as f32;

/// Strokes that may ring at once.
const POLYPHONY: usize = 48;

struct Ringing {
    stroke: Arc<BakedStroke>,
    velocity: u8,
    turn: usize,
    start: u64,
    gain: f32,
    choke: u8,
    /// Frame at which it was choked.
    choked: Option<u64>,
}

/// Plays a track's notes with a kit; each stroke starts on its very frame.
pub(crate) struct KitPlayer {
    kit: BakedKit,
    notes: Vec<PlayedNote>,
    next: usize,
    ringing: Vec<Ringing>,
    noise: Noise,
    turns: [usize; 128],
    gain: f32,
}

impl KitPlayer {
    pub fn new(kit: BakedKit, notes: Vec<PlayedNote>, seed: u32, gain: f32) -> Self {
        let ringing = Vec::with_capacity(POLYPHONY + 8);
        Self { kit, notes, next: 0, ringing, noise: Noise::new(seed), turns: [0; 128], gain }
    }

    fn strike(&mut self, note: PlayedNote) {
        let Some(stroke) = self.kit.stroke(note.pitch).cloned() else { return };
        let choke = stroke.choke;
        for ringing in &mut self.ringing {
            if choke != 0 && ringing.choke == choke && ringing.choked.is_none() {
                ringing.choked = Some(note.start);
            }
        }
        if self.ringing.len() >= POLYPHONY {
            self.ringing.remove(0);
        }
        let turn = &mut self.turns[usize::from(note.pitch & 127)];
        *turn += 1;
        // No two strokes of a hand are equally strong: ±0.6 dB.
        let hand = 10f32.powf(self.noise.tick() * 0.6 / 20.0);
        self.ringing.push(Ringing {
            stroke,
            velocity: note.velocity,
            turn: *turn,
            start: note.start,
            gain: self.gain * velocity_gain(note.velocity) * hand,
            choke,
            choked: None,
        });
    }
}

/// Adds a stroke to the frames from `at` on; returns whether it goes on after them.
fn ring(ringing: &Ringing, buffer: &[[f32; 2]], at: u64, out: &mut [[f32; 2]]) -> bool {
    let skip = ringing.start.saturating_sub(at) as usize;
    let from = at.saturating_sub(ringing.start) as usize;
    let Some(rest) = buffer.get(from..) else { return false };
    for (n, (frame, value)) in out.iter_mut().skip(skip).zip(rest).enumerate() {
        let mut gain = ringing.gain;
        if let Some(choked) = ringing.choked {
            let now = at + (skip + n) as u64;
            gain *= (1.0 - now.saturating_sub(choked) as f32 / CHOKE).max(0.0);
        }
        *frame = [frame[0] + value[0] * gain, frame[1] + value[1] * gain];
    }
    let end = at + out.len() as u64;
    let choked_out = ringing.choked.is_some_and(|c| end > c + CHOKE as u64);
    !choked_out && rest.len() + skip > out.len()
}

impl Instrument for KitPlayer {
    fn play(&mut self, at: u64, out: &mut [[f32; 2]]) -> bool {
        let end = at + out.len() as u64;
        while let Some(&note) = self.notes.get(self.next).filter(|n| n.start < end) {
            self.next += 1;
            self.strike(note);
        }
        let sounds = !self.ringing.is_empty();
        self.ringing.retain(|r| ring(r, r.stroke.buffer(r.velocity, r.turn), at, out));
        sounds
    }
}
