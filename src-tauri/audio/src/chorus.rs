//! A stereo chorus: two slowly moving delays on each side.

use crate::SAMPLE_RATE;
use crate::oscillator::{sine, wrap};

const SIZE: usize = 2_048;
const MASK: usize = SIZE - 1;
/// Frames between two positions of the moving delays.
const STEP: usize = 16;

/// Adds a detuned, wide copy to a sound.
#[derive(Debug, Clone)]
pub(crate) struct Chorus {
    line: Box<[[f32; 2]; SIZE]>,
    at: usize,
    phase: f32,
    delay: [f32; 2],
    mix: f32,
}

impl Chorus {
    /// `mix` is 0 (dry) to 1 (as much wet as dry).
    pub fn new(mix: f32) -> Self {
        Self { line: Box::new([[0.0; 2]; SIZE]), at: 0, phase: 0.0, delay: Self::place(0.0), mix }
    }

    /// Delays in frames around 12 ms; the sides move against each other.
    fn place(phase: f32) -> [f32; 2] {
        let centre = 0.012 * SAMPLE_RATE as f32;
        let depth = 0.0022 * SAMPLE_RATE as f32;
        [centre + depth * sine(wrap(phase)), centre * 1.13 - depth * sine(wrap(phase + 0.21))]
    }

    /// Runs over frames in place. Call lengths must be multiples of 16 for the result not to depend on them.
    pub fn run(&mut self, frames: &mut [[f32; 2]]) {
        let dry = 1.0 / (1.0 + 0.6 * self.mix);
        let wet = self.mix * dry;
        for chunk in frames.chunks_mut(STEP) {
            self.phase = wrap(self.phase + 0.55 * STEP as f32 / SAMPLE_RATE as f32);
            let target = Self::place(self.phase);
            let step = [0, 1].map(|s: usize| (target[s] - self.delay[s]) / STEP as f32);
            for frame in chunk {
                self.line[self.at & MASK] = *frame;
                for side in 0..2 {
                    self.delay[side] += step[side];
                    let whole = self.delay[side] as i32;
                    let part = self.delay[side] - whole as f32;
                    let back = self.at.wrapping_sub(whole as usize);
                    let a = self.line[back & MASK][side];
                    let b = self.line[back.wrapping_sub(1) & MASK][side];
                    frame[side] = frame[side] * dry + wet * (a + (b - a) * part);
                }
                self.at = self.at.wrapping_add(1);
            }
        }
    }
}
