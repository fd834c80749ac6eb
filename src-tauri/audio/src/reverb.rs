//! The shared room: a feedback delay network.
//!
//! Eight lines of coprime lengths feed back through a Householder matrix (J.-M. Jot and A. Chaigne, "Digital delay
//! networks for designing artificial reverberators", AES 90, 1991), behind a pre-delay and allpass diffusers. Two
//! lines move slowly, so that the tail does not ring.

use son1k_domain::unit::Seconds;

use crate::SAMPLE_RATE;
use crate::oscillator::{sine, wrap};
use son1k_sound::biquad::{Biquad, Coefficients};

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

/// Most frames handled at a time: fewer than the shortest line, so that no frame of a stretch hears another one.
const STEP: usize = 64;

#[derive(Debug)]
struct Allpass {
    line: Vec<f32>,
    at: usize,
}

impl Allpass {
    fn new(length: usize) -> Self {
        Self { line: vec![0.0; length], at: 0 }
    }

    /// Runs over at most [`STEP`] values.
    fn run(&mut self, values: &mut [f32]) {
        const G: f32 = 0.62;
        let (before_end, after) = values.split_at_mut(values.len().min(self.line.len() - self.at));
        let (start, end) = self.line.split_at_mut(self.at);
        for (value, place) in before_end.iter_mut().zip(end).chain(after.iter_mut().zip(start)) {
            let (x, old) = (*value, *place);
            *place = x - G * old;
            *value = old + G * *place;
        }
        self.at = (self.at + values.len()) % self.line.len();
    }
}

/// The reverb of the mix.
#[derive(Debug)]
pub(crate) struct Reverb {
    before: Vec<[f32; 2]>,
    before_at: usize,
    /// High-pass and low-pass.
    band: [Biquad; 2],
    diffusers: [Vec<Allpass>; 2],
    lines: [Box<[f32; SIZE]>; LINES],
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
            band: [
                Biquad::new(Coefficients::high_pass(SAMPLE_RATE, 160.0, 0.7)),
                Biquad::new(Coefficients::low_pass(SAMPLE_RATE, 9_500.0, 0.7)),
            ],
            diffusers: DIFFUSERS.map(|side| side.into_iter().map(Allpass::new).collect()),
            lines: std::array::from_fn(|_| Box::new([0.0; SIZE])),
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
        for (input, out) in input.chunks(STEP).zip(out.chunks_mut(STEP)) {
            let mut late = [[0.0; 2]; STEP];
            let late = &mut late[..input.len()];
            self.delay(input, late);
            Biquad::run_all(&mut self.band, late);
            self.diffuse(late);
            self.ring(late, out);
        }
    }

    /// The pre-delay.
    fn delay(&mut self, input: &[[f32; 2]], late: &mut [[f32; 2]]) {
        for (frame, late) in input.iter().zip(late) {
            *late = std::mem::replace(&mut self.before[self.before_at], *frame);
            self.before_at += 1;
            if self.before_at == BEFORE {
                self.before_at = 0;
            }
        }
    }

    fn diffuse(&mut self, frames: &mut [[f32; 2]]) {
        for (side, diffusers) in self.diffusers.iter_mut().enumerate() {
            let mut values = [0.0; STEP];
            let values = &mut values[..frames.len()];
            for (value, frame) in values.iter_mut().zip(frames.iter()) {
                *value = frame[side];
            }
            diffusers.iter_mut().for_each(|diffuser| diffuser.run(values));
            for (value, frame) in values.iter().zip(frames.iter_mut()) {
                frame[side] = *value;
            }
        }
    }

    /// Feeds the lines and adds what comes out of them.
    fn ring(&mut self, frames: &[[f32; 2]], out: &mut [[f32; 2]]) {
        let mut taps = [[0.0; LINES]; STEP];
        let taps = &mut taps[..frames.len()];
        self.taps(taps);
        let level = self.level * 0.5;
        for ((taps, x), out) in taps.iter_mut().zip(frames).zip(out) {
            let left = taps[0] + taps[2] - taps[4] + taps[6] - 0.35 * (taps[1] - taps[5]);
            let right = taps[1] - taps[3] + taps[5] + taps[7] - 0.35 * (taps[2] - taps[6]);
            *out = [out[0] + left * level, out[1] + right * level];
            *taps = self.feed(*taps, *x);
        }
        for (n, line) in self.lines.iter_mut().enumerate() {
            for (place, next) in taps.iter().enumerate() {
                line[(self.at + place) & MASK] = next[n];
            }
        }
        self.at = (self.at + frames.len()) & MASK;
    }

    /// Returns what goes back into the lines.
    #[inline]
    fn feed(&mut self, taps: [f32; LINES], x: [f32; 2]) -> [f32; LINES] {
        for (damped, tap) in self.damped.iter_mut().zip(taps) {
            *damped += (tap - *damped) * self.damping;
        }
        let d = &self.damped;
        let shared =
            (((d[0] + d[4]) + (d[2] + d[6])) + ((d[1] + d[5]) + (d[3] + d[7]))) * (2.0 / LINES as f32);
        let mut next = [0.0; LINES];
        for n in 0..LINES {
            next[n] = (self.damped[n] - shared) * self.feedback[n] + x[n & 1] + FLOOR;
        }
        next
    }

    /// Reads the ends of the lines; the first and the last one move.
    fn taps(&mut self, taps: &mut [[f32; LINES]]) {
        for n in 1..LINES - 1 {
            let start = self.at.wrapping_sub(LENGTHS[n]);
            for (place, taps) in taps.iter_mut().enumerate() {
                taps[n] = self.lines[n][start.wrapping_add(place) & MASK];
            }
        }
        for (place, taps) in taps.iter_mut().enumerate() {
            self.phase = wrap(self.phase + SPEED / RATE);
            let swing = MOVEMENT * sine(self.phase);
            for (n, offset) in [(0, swing), (LINES - 1, -swing)] {
                let delay = LENGTHS[n] as f32 + offset;
                let whole = delay as usize;
                let part = delay - whole as f32;
                let back = (self.at + place).wrapping_sub(whole);
                let a = self.lines[n][back & MASK];
                let b = self.lines[n][back.wrapping_sub(1) & MASK];
                taps[n] = a + (b - a) * part;
            }
        }
    }

    /// Silences the room.
    pub fn reset(&mut self) {
        self.before.fill([0.0; 2]);
        self.lines.iter_mut().for_each(|line| line.fill(0.0));
        self.damped = [0.0; LINES];
        for diffuser in self.diffusers.iter_mut().flatten() {
            diffuser.line.fill(0.0);
        }
        self.band.iter_mut().for_each(Biquad::reset);
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
            let mut band = Biquad::new(Coefficients::band_pass(SAMPLE_RATE, 1_000.0, 0.5));
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
