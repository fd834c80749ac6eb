//! The master chain: tone, gain, limiter.

use son1k_domain::score::MixPlan;
use son1k_domain::unit::Db;

use crate::SAMPLE_RATE;
use crate::mixer::smoothing_frames;
use son1k_sound::biquad::{Biquad, Coefficients};
use son1k_sound::limiter::Limiter;

/// Ceiling of the limiter in dBTP. The interpolation of the standard misses true peaks by up to 0.1 dB; with that in
/// hand, −1 dBTP holds on every meter.
const CEILING: f32 = -1.12;

/// What the sum of all tracks goes through.
#[derive(Debug)]
pub(crate) struct MasterChain {
    tone: [Biquad; 3],
    gain: f32,
    target: f32,
    step: f32,
    left: u32,
    limiter: Limiter,
    ceiling: f32,
}

impl MasterChain {
    pub fn new(plan: &MixPlan) -> Self {
        let tone = [
            // Below hearing there is only what eats the limiter's room.
            Biquad::new(Coefficients::high_pass(SAMPLE_RATE, 24.0, 0.7)),
            Biquad::new(Coefficients::low_shelf(SAMPLE_RATE, 90.0, plan.low_shelf.0.clamp(-12.0, 12.0))),
            Biquad::new(Coefficients::high_shelf(SAMPLE_RATE, 9_000.0, plan.high_shelf.0.clamp(-12.0, 12.0))),
        ];
        let ceiling = 10f32.powf(CEILING / 20.0);
        Self {
            tone,
            gain: 1.0,
            target: 1.0,
            step: 0.0,
            left: 0,
            limiter: Limiter::new(SAMPLE_RATE, ceiling),
            ceiling,
        }
    }

    /// Lowers the ceiling by so many dB, for material that slips past it.
    pub fn lower_ceiling(&mut self, by: f32) {
        self.ceiling *= 10f32.powf(-by / 20.0);
        self.limiter = Limiter::new(SAMPLE_RATE, self.ceiling);
    }

    pub fn set_gain(&mut self, gain: Db) {
        self.target = gain.amplitude();
        self.left = smoothing_frames();
        self.step = (self.target - self.gain) / self.left as f32;
    }

    /// Takes the gain at once and forgets all sound.
    pub fn reset(&mut self) {
        self.tone.iter_mut().for_each(Biquad::reset);
        (self.gain, self.left) = (self.target, 0);
        self.limiter.reset();
    }

    /// Returns the frames by which the output is late.
    pub fn latency(&self) -> usize {
        self.limiter.latency()
    }

    /// Runs the part before the gain.
    pub fn tone(&mut self, frames: &mut [[f32; 2]]) {
        Biquad::run_all(&mut self.tone, frames);
    }

    /// Runs the gain and the limiter.
    pub fn level(&mut self, frames: &mut [[f32; 2]]) {
        for frame in frames.iter_mut() {
            if self.left > 0 {
                self.left -= 1;
                self.gain = if self.left == 0 { self.target } else { self.gain + self.step };
            }
            *frame = [frame[0] * self.gain, frame[1] * self.gain];
        }
        self.limiter.run(frames);
    }

    /// Runs everything.
    pub fn run(&mut self, frames: &mut [[f32; 2]]) {
        self.tone(frames);
        self.level(frames);
    }

    /// Returns the lowest gain of the limiter since the last call.
    pub fn take_reduction(&mut self) -> f32 {
        self.limiter.take_reduction()
    }
}
