//! The shared room: a feedback delay network.
//!
//! Eight lines of coprime lengths feed back through a Householder matrix (J.-M. Jot and A. Chaigne, "Digital delay
//! networks for designing artificial reverberators", AES 90, 1991), behind a pre-delay and allpass diffusers. Two
//! lines move slowly, so that the tail does not ring.

use son1k_domain::unit::Seconds;

use crate::SAMPLE_RATE;
use crate::filter::{Biquad, Coefficients};
use crate::oscillator::{sine, wrap};

const RATE: f32 = SAMPLE_RATE as f32;
const LINES: usize = 8;
/// Lengths in frames, 32 to 76 ms, all prime.
const LENGTHS: [usize; LINES] = [1_423, 1_699, 1_933, 2_203, 2_459, 2_731, 3_001, 3_347];
/// A power of two above the longest line and its movement.
const SIZE: usize = 4_096;
const MASK: usize = SIZE - 1;
/// Lengths of the diffusers of each side.
const DIFFUSERS: [[usize; 4]; 2] = [[113, 337, 571, 797], [127, 349, 557, 821]];
/// Pre-delay in frames: 18 ms keeps the room behind the sound.
const BEFORE: usize = 794;
/// The highs' reverberation time is this part of the whole.
const HIGHS: f32 = 0.42;
/// Movement of the moving lines in frames, and its speed in hertz.
const MOVEMENT: f32 = 7.0;
const SPEED: f32 = 0.63;
/// A signal far below hearing keeps the loop's decay out of denormal numbers.
const FLOOR: f32 = 1e-18;

#[derive(Debug)]
struct Allpass {
    line: Vec<f32>,
    at: usize,
}

impl Allpass {
    fn new(length: usize) -> Self {
        Self { line: vec![0.0; length], at: 0 }
    }

    #[inline]
    fn tick(&mut self, x: f32) -> f32 {
        const G: f32 = 0.62;
        let old = self.line[self.at];
        let v = x - G * old;
        self.line[self.at] = v;
        self.at += 1;
        if self.at == self.line.len() {
            self.at = 0;
        }
        old + G * v
    }
}

/// The reverb of the mix.
#[derive(Debug)]
pub(crate) struct Reverb {
    before: Vec<[f32; 2]>,
    before_at: usize,
    low: Biquad,
    high: Biquad,
    diffusers: [Vec<Allpass>; 2],
    lines: Vec<[f32; LINES]>,
    at: usize,
    feedback: [f32; LINES],
    damping: f32,
    damped: [f32; LINES],
    phase: f32,
    level: f32,
}

impl Reverb {
    /// `time` is the time in which the tail falls by 60 dB.
    pub fn new(time: Seconds) -> Self {
        let time = (time.0 as f32).clamp(0.2, 12.0);
        let mut feedback = [0.0; LINES];
        for (gain, length) in feedback.iter_mut().zip(LENGTHS) {
            *gain = 10f32.powf(-3.0 * length as f32 / (time * RATE));
        }
        // Steady noise comes out as loud as it goes in, whatever the time.
        let energy: f32 = feedback.iter().map(|g| g * g).sum::<f32>() / LINES as f32;
        Self {
            before: vec![[0.0; 2]; BEFORE],
            before_at: 0,
            low: Biquad::new(Coefficients::high_pass(160.0, 0.7)),
            high: Biquad::new(Coefficients::low_pass(9_500.0, 0.7)),
            diffusers: DIFFUSERS.map(|side| side.into_iter().map(Allpass::new).collect()),
            lines: vec![[0.0; LINES]; SIZE],
            at: 0,
            feedback,
            damping: damping(time),
            damped: [0.0; LINES],
            phase: 0.0,
            level: (1.0 - energy).sqrt(),
        }
    }

    /// Adds the room of `input` to `out`.
    pub fn run(&mut self, input: &[[f32; 2]], out: &mut [[f32; 2]]) {
        for (frame, result) in input.iter().zip(out) {
            let wet = self.tick(*frame);
            *result = [result[0] + wet[0], result[1] + wet[1]];
        }
        self.low.settle();
        self.high.settle();
    }

    #[inline]
    fn tick(&mut self, frame: [f32; 2]) -> [f32; 2] {
        let late = std::mem::replace(&mut self.before[self.before_at], frame);
        self.before_at += 1;
        if self.before_at == BEFORE {
            self.before_at = 0;
        }
        let mut x = self.high.tick(self.low.tick(late));
        for (value, diffusers) in x.iter_mut().zip(&mut self.diffusers) {
            for diffuser in diffusers {
                *value = diffuser.tick(*value);
            }
        }
        let taps = self.taps();
        let mut sum = 0.0;
        for (damped, tap) in self.damped.iter_mut().zip(taps) {
            *damped += (tap - *damped) * self.damping;
            sum += *damped;
        }
        let shared = sum * (2.0 / LINES as f32);
        let mut next = [0.0; LINES];
        for n in 0..LINES {
            next[n] = (self.damped[n] - shared) * self.feedback[n] + x[n & 1] + FLOOR;
        }
        self.lines[self.at & MASK] = next;
        self.at = self.at.wrapping_add(1);
        let left = taps[0] + taps[2] - taps[4] + taps[6] - 0.35 * (taps[1] - taps[5]);
        let right = taps[1] - taps[3] + taps[5] + taps[7] - 0.35 * (taps[2] - taps[6]);
        [left * self.level * 0.5, right * self.level * 0.5]
    }

    /// Reads the ends of the lines; the first and the last one move.
    #[inline]
    fn taps(&mut self) -> [f32; LINES] {
        let mut taps = [0.0; LINES];
        for (n, (tap, length)) in taps.iter_mut().zip(LENGTHS).enumerate().take(LINES - 1).skip(1) {
            *tap = self.lines[self.at.wrapping_sub(length) & MASK][n];
        }
        self.phase = wrap(self.phase + SPEED / RATE);
        let swing = MOVEMENT * sine(self.phase);
        for (n, offset) in [(0, swing), (LINES - 1, -swing)] {
            let delay = LENGTHS[n] as f32 + offset;
            let (whole, part) = (delay as usize, delay.fract());
            let a = self.lines[self.at.wrapping_sub(whole) & MASK][n];
            let b = self.lines[self.at.wrapping_sub(whole + 1) & MASK][n];
            taps[n] = a + (b - a) * part;
        }
        taps
    }

    /// Silences the room.
    pub fn reset(&mut self) {
        self.before.fill([0.0; 2]);
        self.lines.fill([0.0; LINES]);
        self.damped = [0.0; LINES];
        for diffuser in self.diffusers.iter_mut().flatten() {
            diffuser.line.fill(0.0);
        }
        self.low.reset();
        self.high.reset();
    }
}

/// Returns the coefficient of the one-pole low-pass in each line that shortens the tail at 6 kHz to [`HIGHS`].
fn damping(time: f32) -> f32 {
    let length = LENGTHS.iter().sum::<usize>() as f32 / LINES as f32;
    let extra = 10f32.powf(-3.0 * length / RATE * (1.0 / (time * HIGHS) - 1.0 / time));
    // |H(ω)|² = d² / (1 + (1−d)² − 2(1−d)·cos ω) = g² is a quadratic in d: (1−g²)·d² + q·d − q = 0.
    let (g2, c) = (extra * extra, (std::f32::consts::TAU * 6_000.0 / RATE).cos());
    let (a, q) = (1.0 - g2, 2.0 * g2 * (1.0 - c));
    ((-q + (q * q + 4.0 * a * q).sqrt()) / (2.0 * a)).clamp(0.05, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn impulse(time: f64, seconds: f32) -> Vec<[f32; 2]> {
        let mut input = vec![[0.0; 2]; (seconds * RATE) as usize];
        input[0] = [1.0, 1.0];
        let mut out = vec![[0.0; 2]; input.len()];
        Reverb::new(Seconds(time)).run(&input, &mut out);
        out
    }

    fn energy(frames: &[[f32; 2]]) -> f32 {
        10.0 * (frames.iter().flatten().map(|v| v * v).sum::<f32>() + 1e-20).log10()
    }

    #[test]
    fn the_tail_falls_by_sixty_decibels_in_about_its_time() {
        for time in [0.8, 1.8, 3.5] {
            let out = impulse(time, time as f32 * 1.2);
            let part = |at: f32| {
                let start = (at * time as f32 * RATE) as usize;
                energy(&out[start..start + 4_000])
            };
            let fall = (part(0.2) - part(0.8)) / 0.6;
            // Damped highs make the whole fall faster than the lows, whose time is the one that is set.
            assert!((55.0..95.0).contains(&fall), "{time} s: {fall} dB");
        }
    }

    #[test]
    fn the_room_is_about_as_loud_as_what_is_sent_to_it() {
        for time in [0.8, 1.8, 4.0] {
            let mut noise = crate::oscillator::Noise::new(5);
            let mut band = Biquad::new(Coefficients::band_pass(1_000.0, 0.5));
            let mut input: Vec<[f32; 2]> = (0..6 * 44_100).map(|_| [noise.tick(), noise.tick()]).collect();
            band.run(&mut input);
            let mut out = vec![[0.0; 2]; input.len()];
            Reverb::new(Seconds(time)).run(&input, &mut out);
            let gain = energy(&out[150_000..]) - energy(&input[150_000..]);
            assert!(gain.abs() < 2.0, "{time} s: {gain} dB");
        }
    }

    #[test]
    fn both_sides_are_decorrelated_and_equally_loud() {
        let out = impulse(2.0, 2.0);
        let (mut ll, mut rr, mut lr) = (0.0, 0.0, 0.0);
        for [l, r] in &out[3_000..] {
            ll += l * l;
            rr += r * r;
            lr += l * r;
        }
        assert!((lr / (ll * rr).sqrt()).abs() < 0.35);
        assert!((10.0 * (ll / rr).log10()).abs() < 1.5);
    }
}
