//! The monitor's end of the line: the input at the rate of the output, a short while later.
//!
//! Two devices never run at quite the same speed. The ear reads a trace faster or slower when its line fills or empties
//! (which nobody hears), and fades over the cut when it has to skip. How much waits in the line follows the devices: more
//! when it ran dry, less again once it is seen that less would do.

use rtrb::Consumer;

/// Seconds in which sound comes and goes.
const FADE: f64 = 0.005;

/// How much more is kept in the line when it runs dry again and again, and never more than so many frames: devices that give
/// and take unevenly are heard later, and not in pieces.
const MORE: f64 = 1.5;
const MOST: f64 = 4_096.0;

/// Seconds after which a line that ran dry did so for once: no more is kept then, and what was not needed for so long is
/// given back.
const SELDOM: f64 = 10.0;

/// Seconds in which it runs dry several times for one reason.
const AT_ONCE: f64 = 0.5;

/// Seconds in which an output that was late is known from one that takes unevenly, and how much more than twice what should
/// be left may be left all the time: what came in while the output stood still is let go, for it would be heard late for
/// long.
const BRIEF: f64 = 0.05;
const TOO_MUCH: f64 = 0.005;

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
    /// Frames that wait in the line beside what the output takes at a time, and never fewer than so many.
    slack: f64,
    floor: f64,
    /// Frames beyond twice of it that are let go.
    excess: f64,
    brief: Watch,
    long: Watch,
    stumbles: Stumbles,
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
            floor: f64::from(slack),
            excess: TOO_MUCH * f64::from(input),
            brief: Watch::new(BRIEF * f64::from(output)),
            long: Watch::new(SELDOM * f64::from(output)),
            stumbles: Stumbles::new(f64::from(output)),
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
            self.fill(full);
            return;
        }
        self.stumbles.pass(frames);
        let left = full - frames as f64 * self.ratio;
        if let Some(least) = self.brief.see(left, frames) {
            self.skipping |= least > 2.0 * self.slack + self.excess;
        }
        if let Some(least) = self.long.see(left, frames) {
            // Half a period stays for what was not seen.
            self.slack = (self.slack - (least - 0.5 * self.floor).max(0.0)).max(self.floor);
        }
        self.level += (full - self.level) * TRUST;
        if self.level > 1.2 * self.target {
            self.step = self.ratio * (1.0 + PULL);
        } else if self.level < 0.8 * self.target {
            self.step = self.ratio * (1.0 - PULL);
        } else if (self.level - self.target).abs() < 0.1 * self.target {
            self.step = self.ratio;
        }
    }

    /// Goes on once enough is there; what is more has waited long enough, and nobody hears it go.
    fn fill(&mut self, full: f64) {
        self.filling = full < self.target;
        self.level = full;
        if !self.filling && self.gain <= 0.0 {
            self.skip(self.target);
            self.level = self.target;
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
            self.watch_anew();
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
        // The first frame that is missing tells of all that follow.
        if self.filling {
            return;
        }
        if self.stumbles.count() {
            self.slack = (self.slack * MORE).min(MOST);
        }
        self.filling = true;
        self.watch_anew();
    }

    fn watch_anew(&mut self) {
        self.brief.begin();
        self.long.begin();
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

/// Looks for the least that is left in the line, again and again.
struct Watch {
    /// Frames of the output that a watch lasts, and those that this one has lasted.
    length: f64,
    passed: f64,
    least: f64,
}

impl Watch {
    fn new(length: f64) -> Self {
        Self { length, passed: 0.0, least: f64::INFINITY }
    }

    fn begin(&mut self) {
        *self = Self::new(self.length);
    }

    /// Sees what is left once the output has taken its `frames`; returns the least of a watch when it is over.
    fn see(&mut self, left: f64, frames: usize) -> Option<f64> {
        self.passed += frames as f64;
        self.least = self.least.min(left);
        let least = (self.passed >= self.length).then_some(self.least)?;
        self.begin();
        Some(least)
    }
}

/// Counts how often the line runs dry.
struct Stumbles {
    /// Frames of the output in a second, those since the last one, and those since more is kept.
    rate: f64,
    steady: f64,
    kept: f64,
}

impl Stumbles {
    fn new(rate: f64) -> Self {
        Self { rate, steady: f64::INFINITY, kept: f64::INFINITY }
    }

    fn pass(&mut self, frames: usize) {
        self.steady += frames as f64;
        self.kept += frames as f64;
    }

    /// The line ran dry: returns whether it does so often, and more is to be kept.
    fn count(&mut self) -> bool {
        let often = std::mem::replace(&mut self.steady, 0.0) < SELDOM * self.rate;
        let more = often && self.kept >= AT_ONCE * self.rate;
        if more {
            self.kept = 0.0;
        }
        more
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

    /// Lets both devices run evenly in steps of 128 frames, but the input comes to a stop for `stop` steps at times and then
    /// gives at once what it owes. Returns how often the line ran dry.
    fn stumbling(listening: &mut Listening, steps: usize, stop: usize, every: usize) -> usize {
        let mut dry = 0;
        for n in 0..steps {
            match n % every {
                at if at < stop => {}
                at if at == stop => listening.feed(128 * (stop + 1), RATE),
                _ => listening.feed(128, RATE),
            }
            let was = listening.ear.filling;
            listening.hear(128);
            dry += usize::from(!was && listening.ear.filling);
        }
        dry
    }

    fn prompt() -> Listening {
        let mut listening = Listening::new(RATE);
        (listening.ear.slack, listening.ear.floor) = (128.0, 128.0);
        listening
    }

    #[test]
    fn what_seldom_stumbles_is_heard_as_soon_as_before() {
        let mut listening = prompt();
        // Eight stops, the first of them before anything came.
        assert_eq!(stumbling(&mut listening, 375 * 120, 10, 375 * 15), 7);
        assert_eq!(listening.ear.slack, 128.0);
        assert!(listening.ear.ring.slots() < 400, "{}", listening.ear.ring.slots());
    }

    #[test]
    fn what_was_kept_while_it_stumbled_is_given_back() {
        let mut listening = prompt();
        // A stop of 21 ms each second.
        let dry = stumbling(&mut listening, 375 * 10, 8, 375);
        let kept = listening.ear.slack;
        assert!((2..=8).contains(&dry) && kept > 600.0, "{dry} times, {kept}");
        assert_eq!(stumbling(&mut listening, 375 * 30, 8, 375), 0);
        assert_eq!(stumbling(&mut listening, 375 * 60, 0, 1), 0);
        assert!(listening.ear.slack < 140.0, "{} of {kept}", listening.ear.slack);
        assert!(listening.ear.ring.slots() < 300, "{}", listening.ear.ring.slots());
        assert!(listening.roughest() < 0.06, "{}", listening.roughest());
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
