//! The shared delay: echoes in time with the song that go from side to side and grow darker.

use son1k_domain::unit::Bpm;

use crate::SAMPLE_RATE;
use son1k_sound::biquad::{Biquad, Coefficients};

/// Most frames handled at a time: fewer than the shortest echo has.
const STEP: usize = 64;

/// Longest echo in seconds.
const LONGEST: f32 = 4.0;

/// A ping-pong delay.
#[derive(Debug)]
pub(crate) struct Delay {
    /// The line of the left side feeds the right one and the other way round.
    line: Vec<[f32; 2]>,
    at: usize,
    feedback: f32,
    /// High-pass and low-pass of what comes back.
    band: [Biquad; 2],
}

impl Delay {
    /// `quarters` is the time between two echoes in quarter notes, `feedback` what is left of each, 0 to 0.8.
    pub fn new(bpm: Bpm, quarters: f32, feedback: f32) -> Self {
        let seconds = (60.0 / bpm.0.max(10.0) * quarters.max(0.0)).clamp(0.02, LONGEST);
        Self {
            line: vec![[0.0; 2]; (seconds * SAMPLE_RATE as f32) as usize],
            at: 0,
            feedback: feedback.clamp(0.0, 0.8),
            band: [
                Biquad::new(Coefficients::high_pass(SAMPLE_RATE, 280.0, 0.7)),
                Biquad::new(Coefficients::low_pass(SAMPLE_RATE, 4_800.0, 0.7)),
            ],
        }
    }

    /// Adds the echoes of `input` to `out`.
    pub fn run(&mut self, input: &[[f32; 2]], out: &mut [[f32; 2]]) {
        for (input, out) in input.chunks(STEP).zip(out.chunks_mut(STEP)) {
            let length = self.line.len();
            let mut echoes = [[0.0; 2]; STEP];
            let echoes = &mut echoes[..input.len()];
            for (n, (echo, result)) in echoes.iter_mut().zip(out).enumerate() {
                let at = self.at + n;
                *echo = self.line[if at < length { at } else { at - length }];
                *result = [result[0] + echo[0], result[1] + echo[1]];
            }
            Biquad::run_all(&mut self.band, echoes);
            for (frame, back) in input.iter().zip(echoes) {
                // New sound enters on the left only; it comes to the right with the second echo.
                let fresh = 0.5 * (frame[0] + frame[1]);
                self.line[self.at] = [fresh + back[1] * self.feedback, back[0] * self.feedback.max(0.35)];
                self.at += 1;
                if self.at == self.line.len() {
                    self.at = 0;
                }
            }
        }
    }

    /// Forgets all echoes.
    pub fn reset(&mut self) {
        self.line.fill([0.0; 2]);
        self.band.iter_mut().for_each(Biquad::reset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echoes_come_in_time_and_change_sides() {
        let mut input = vec![[0.0; 2]; 44_100];
        input[0] = [1.0, 1.0];
        let mut out = vec![[0.0; 2]; 44_100];
        // A dotted eighth at 120 is 375 ms.
        Delay::new(Bpm(120.0), 0.75, 0.5).run(&input, &mut out);
        let first = out.iter().position(|f| f[0].abs() > 0.3).unwrap();
        assert_eq!(first, 16_537);
        assert!(out[first][1].abs() < 1e-6);
        let second = &out[2 * first..2 * first + 200];
        assert!(second.iter().any(|f| f[1].abs() > 0.02), "the second echo is on the right");
        assert!(second.iter().all(|f| f[0].abs() < 1e-3));
    }
}
