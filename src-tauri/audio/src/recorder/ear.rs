//! The monitor's end of the line: the input at the rate of the output, a short while later.
//!
//! Two devices never run at quite the same speed. The ear reads a trace faster or slower when its line fills or empties
//! (which nobody hears), and fades over the cut when it has to skip.

use rtrb::Consumer;

/// Seconds in which sound comes and goes.
const FADE: f64 = 0.005;

/// How much more is kept in the line each time that it ran dry, and never more than so many frames: devices that give and
/// take unevenly are heard later, and not in pieces.
const MORE: f64 = 1.5;
const MOST: f64 = 4_096.0;

/// How much faster or slower: 3 cents, which no ear can tell.
const PULL: f64 = 0.001_7;

/// Part of a new reading in the mean of how full the line is.
const TRUST: f64 = 0.05;

pub(super) struct Ear {
    ring: Consumer<[f32; 2]>,
    /// Frames of the input in one of the output, without and with the pull.
    ratio: f64,
    step: f64,
    /// The last four frames, and where between the second and the third the next one lies.
    past: [[f32; 2]; 4],
    place: f64,
    open: bool,
    /// Whether the line is left to fill.
    filling: bool,
    /// Whether the sound goes away to come back later in the line.
    skipping: bool,
    /// The mean of what is in the line when the output asks, and what should be.
    level: f64,
    target: f64,
    /// Frames that wait in the line beside what the output takes at a time.
    slack: f64,
    /// Frames that have left the line.
    taken: u64,
    gain: f32,
    fade: f32,
}

impl Ear {
    /// `slack` frames wait in the line beside what the output takes at a time: a period of the input.
    pub(super) fn new(ring: Consumer<[f32; 2]>, input: u32, output: u32, slack: u32) -> Self {
        let ratio = f64::from(input) / f64::from(output);
        Self {
            ring,
            ratio,
            step: ratio,
            past: [[0.0; 2]; 4],
            place: 0.0,
            open: false,
            filling: true,
            skipping: false,
            level: 0.0,
            target: f64::from(slack),
            slack: f64::from(slack),
            taken: 0,
            gain: 0.0,
            fade: (1.0 / (FADE * f64::from(output))) as f32,
        }
    }

    /// Says whether the input is to be heard in the next `frames`, and keeps pace with it.
    pub(super) fn set_open(&mut self, open: bool, frames: usize) {
        self.open = open;
        self.target = frames as f64 * self.ratio + self.slack;
        let full = self.ring.slots() as f64;
        if !open && self.gain <= 0.0 {
            self.skip(0.0);
            self.filling = true;
            return;
        }
        if self.filling {
            self.filling = full < self.target;
            self.level = full;
            return;
        }
        self.level += (full - self.level) * TRUST;
        self.skipping |= full > 3.0 * self.target;
        if self.level > 1.5 * self.target {
            self.step = self.ratio * (1.0 + PULL);
        } else if self.level < 0.6 * self.target {
            self.step = self.ratio * (1.0 - PULL);
        } else if (self.level - self.target).abs() < 0.2 * self.target {
            self.step = self.ratio;
        }
    }

    /// Returns which frame of the line is heard next; `None` while none is.
    pub(super) fn place(&self) -> Option<u64> {
        (self.open && !self.filling && !self.skipping).then_some(self.taken)
    }

    /// Returns the next frame.
    pub(super) fn listen(&mut self) -> [f32; 2] {
        if self.skipping && self.gain <= 0.0 {
            self.skip(self.target);
            self.level = self.target;
            self.skipping = false;
        }
        let heard = self.open && !self.filling && !self.skipping;
        self.gain = if heard { (self.gain + self.fade).min(1.0) } else { (self.gain - self.fade).max(0.0) };
        if self.filling && self.gain <= 0.0 {
            return [0.0; 2];
        }
        self.place += self.step;
        while self.place >= 1.0 {
            self.place -= 1.0;
            // An empty line stays where it was while the sound goes away.
            let next = match self.ring.pop() {
                Ok(next) => {
                    self.taken += 1;
                    next
                }
                Err(_) => {
                    self.run_dry();
                    self.past[3]
                }
            };
            self.past = [self.past[1], self.past[2], self.past[3], next];
        }
        [0, 1].map(|side| self.gain * between(self.past.map(|frame| frame[side]), self.place as f32))
    }

    fn run_dry(&mut self) {
        if !self.filling {
            self.slack = (self.slack * MORE).min(MOST);
        }
        self.filling = true;
    }

    /// Throws away all but `keep` frames of the line.
    fn skip(&mut self, keep: f64) {
        let stale = self.ring.slots().saturating_sub(keep as usize);
        if let Ok(chunk) = self.ring.read_chunk(stale) {
            chunk.commit_all();
            self.taken += stale as u64;
        }
    }
}

/// Returns what lies between the second and the third sample (Catmull & Rom, "A class of local interpolating splines",
/// 1974); exactly the second one at 0.
fn between([a, b, c, d]: [f32; 4], place: f32) -> f32 {
    let slope = 0.5 * (c - a);
    let bend = a - 2.5 * b + 2.0 * c - 0.5 * d;
    let twist = 0.5 * (d - a) + 1.5 * (b - c);
    ((twist * place + bend) * place + slope) * place + b
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtrb::{Producer, RingBuffer};

    const RATE: u32 = 48_000;

    struct Listening {
        line: Producer<[f32; 2]>,
        ear: Ear,
        fed: usize,
        heard: Vec<f32>,
    }

    impl Listening {
        fn new(input: u32) -> Self {
            let (line, ring) = RingBuffer::new(RATE as usize);
            Self { line, ear: Ear::new(ring, input, RATE, 512), fed: 0, heard: Vec::new() }
        }

        fn feed(&mut self, frames: usize, rate: u32) {
            for _ in 0..frames {
                let sample = (std::f64::consts::TAU * 440.0 * self.fed as f64 / f64::from(rate)).sin() as f32;
                let _ = self.line.push([0.5 * sample; 2]);
                self.fed += 1;
            }
        }

        fn hear(&mut self, frames: usize) {
            self.ear.set_open(true, frames);
            for _ in 0..frames {
                self.heard.push(self.ear.listen()[0]);
            }
        }

        /// Returns the greatest step from one sample to the next; a tone of 440 Hz at −6 dB goes 0.029 at most.
        fn roughest(&self) -> f32 {
            self.heard.windows(2).fold(0.0, |most, pair| most.max((pair[1] - pair[0]).abs()))
        }
    }

    #[test]
    fn at_equal_rates_the_samples_pass_as_they_are() {
        let mut listening = Listening::new(RATE);
        for _ in 0..200 {
            listening.feed(480, RATE);
            listening.hear(480);
        }
        let start = listening.heard.iter().position(|sample| *sample != 0.0).unwrap();
        assert!(start < 2_000, "{start}");
        let tail = &listening.heard[4_000..];
        let sample = |n: usize| (0.5 * (std::f64::consts::TAU * 440.0 * n as f64 / 48_000.0).sin()) as f32;
        // The same phase comes back, and what comes later is equal but for the rounding of the sine.
        let same = |shift: usize, tail: &[f32]| {
            tail.iter().enumerate().all(|(n, heard)| (heard - sample(n + shift)).abs() < 1e-6)
        };
        let shift = (0..4_000).find(|shift| same(*shift, &tail[..200])).unwrap();
        assert!(same(shift, tail));
    }

    #[test]
    fn another_rate_is_heard_at_the_same_pitch() {
        let mut listening = Listening::new(44_100);
        for _ in 0..200 {
            listening.feed(441, 44_100);
            listening.hear(480);
        }
        let tail = &listening.heard[4_800..52_800];
        let rises = tail.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        assert!((439..=441).contains(&rises), "{rises}");
        assert!(listening.roughest() < 0.03, "{}", listening.roughest());
    }

    #[test]
    fn clocks_that_drift_apart_are_followed_without_a_click() {
        for drift in [-1isize, 1] {
            let mut listening = Listening::new(RATE);
            // One frame in 2400 is 417 ppm: worse than any two devices.
            for n in 0..3_000isize {
                listening.feed((480 + if n % 5 == 0 { drift } else { 0 }) as usize, RATE);
                listening.hear(480);
            }
            assert!(listening.roughest() < 0.03, "{drift}: {}", listening.roughest());
            let (left, target) = (listening.ear.ring.slots() as f64, listening.ear.target);
            assert!((0.2 * target..2.0 * target).contains(&left), "{drift}: {left} of {target}");
            let silent = listening.heard[4_000..].windows(3).filter(|frames| **frames == [0.0; 3]).count();
            assert_eq!(silent, 0);
        }
    }

    #[test]
    fn a_line_that_runs_dry_keeps_more_until_it_does_no_more() {
        let mut listening = Listening::new(RATE);
        listening.ear.slack = 64.0;
        // The input gives four periods of the output at once, and is late by two of them now and then.
        for n in 0..20_000 {
            let late = n % 64 < 4;
            if (late && n % 64 == 2) || (!late && n % 4 == 0) {
                listening.feed(512, RATE);
            }
            listening.hear(128);
        }
        assert!((128.0..1_024.0).contains(&listening.ear.slack), "{}", listening.ear.slack);
        let end = &listening.heard[listening.heard.len() - 256_000..];
        assert_eq!(end.windows(3).filter(|frames| **frames == [0.0; 3]).count(), 0);
        assert_eq!(listening.ear.place(), Some(listening.ear.taken));
    }

    #[test]
    fn a_late_output_skips_and_an_early_one_waits_without_a_click() {
        let mut listening = Listening::new(RATE);
        for n in 0..400 {
            match n {
                100 => listening.feed(20_000, RATE),
                200 => listening.hear(5_000),
                _ => {
                    listening.feed(480, RATE);
                    listening.hear(480);
                }
            }
        }
        assert!(listening.roughest() < 0.06, "{}", listening.roughest());
        assert!((listening.ear.ring.slots() as f64) < 2.0 * listening.ear.target);
        assert!(listening.heard[listening.heard.len() - 480..].iter().any(|sample| sample.abs() > 0.4));
    }
}
