//! One voice made of another by pitch-synchronous overlap-add.
//!
//! Around each pulse two periods are cut out, and set down again at the distance that the new pitch wants: the formants
//! stay because each piece stays as it is. Read faster or slower, a piece moves its formants and nothing else. What has
//! no pitch is copied (Moulines & Charpentier 1990, TD-PSOLA).

use std::f64::consts::PI;

use crate::history::History;
use crate::kernel::{Kernel, dot};
use crate::melody::Sung;
use crate::noise::{Noise, Wander};
use crate::pulses::{LOOK_AHEAD, Pulse, Pulses, REACH};

/// Half of a piece without pitch, in seconds.
const HALF: f64 = 0.005;
/// Where somebody hears himself: the longest left side of a piece, in seconds. What a glottis does begins with its pulse,
/// and before it little is left of the period before.
const LEFT: f64 = 0.006;
/// There, seconds for which the next pulse is waited for: half a period of most voices. Of lower ones, pieces come later.
const WAIT: f64 = 0.003;
/// Below this, windows are not divided out: where pieces lie far apart, the gap between them is part of the sound; where
/// one kind of piece gives way to the other, a dip is not.
const THIN: f32 = 0.5;
/// Tremors of an old voice in Hz (physiological tremor of the larynx lies at 4 to 6 Hz).
const TREMOR: f64 = 4.7;

/// Which notes a singer sings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// The voice as it was.
    Own,
    Lead,
    /// That of the harmony's voices.
    Harmony(usize),
}

/// How a singer sings them.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub line: Line,
    /// Semitones beside the note.
    pub detune: f32,
    /// Semitones by which the pitch wanders.
    pub wander: f32,
    /// Seconds behind the others.
    pub delay: f64,
    /// Factor on the formants.
    pub formants: f64,
    pub gain: f32,
    /// Gain of what has no pitch, beside `gain`: several of the same consonant are a nuisance.
    pub consonants: f32,
    pub roughness: Roughness,
}

/// How uneven a voice is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Roughness {
    /// Deviation of a period, as a part of it.
    pub jitter: f32,
    /// Deviation of a period's level, as a part of it.
    pub shimmer: f32,
    /// Semitones of a slow tremor.
    pub tremor: f32,
    /// How much weaker each second pulse is: 1 is an octave down.
    pub growl: f32,
}

impl Part {
    pub fn new(line: Line, formants: f64) -> Self {
        let roughness = Roughness::default();
        Self { line, detune: 0.0, wander: 0.0, delay: 0.0, formants, gain: 1.0, consonants: 1.0, roughness }
    }
}

/// A piece to set down.
#[derive(Debug)]
struct Piece {
    /// Where it is read and where it is set down.
    from: f64,
    to: f64,
    /// Lengths of its sides, in samples of the source.
    left: f64,
    right: f64,
    gain: f32,
    /// Whether it is alike its neighbours, so that they add as amplitudes and not as powers.
    alike: bool,
}

/// A piece that is set down as far as its source goes.
#[derive(Debug)]
struct Open {
    piece: Piece,
    /// Its first sample, its next one, and the one behind its last.
    start: i64,
    next: i64,
    end: i64,
}

/// Sings one part.
#[derive(Debug)]
pub(crate) struct Singer {
    part: Part,
    rate: f64,
    /// Seconds of the source for each second that is sung.
    speed: f64,
    longest: f64,
    /// Whether somebody hears himself, and nothing is waited for that can be done without.
    prompt: bool,
    kernel: Kernel,
    taps: Vec<f32>,
    open: Vec<Open>,
    /// The place up to which open pieces are set down.
    reached: i64,
    /// Where the next piece is set down, and where the last was.
    cursor: f64,
    last: f64,
    /// Whether the last piece had a pitch.
    voiced: bool,
    pulse: usize,
    /// What is sung so far, from the place `first` on, and the windows that lie on it.
    sum: Vec<f32>,
    weight: Vec<f32>,
    first: i64,
    noise: Noise,
    wander: Wander,
    second: bool,
}

impl Singer {
    /// `longest` is the longest period in samples; `seed` makes singers of the same part differ.
    pub fn new(part: Part, rate: u32, speed: f64, longest: f64, prompt: bool, seed: u64) -> Self {
        let wander = Wander::new(seed, part.wander, 0.4);
        Self {
            kernel: Kernel::new(part.formants),
            rate: f64::from(rate),
            speed,
            longest,
            prompt,
            taps: Vec::new(),
            open: Vec::new(),
            reached: 0,
            cursor: 0.0,
            last: -HALF * f64::from(rate),
            voiced: false,
            pulse: 0,
            sum: Vec::new(),
            weight: Vec::new(),
            first: 0,
            noise: Noise::new(seed.wrapping_add(0x5eed)),
            wander,
            second: false,
            part,
        }
    }

    /// Returns how far behind the source it is at most, in samples, at the source's own pace.
    pub fn latency(&self) -> usize {
        let (half, formants, longest) = (HALF * self.rate, self.part.formants, self.longest);
        if self.prompt {
            return ((LEFT + WAIT) * self.rate).max(self.ahead()).ceil() as usize + 2;
        }
        // The next pulse must be known, the last piece is at most half a period before this one (where a voice begins,
        // half a period and a piece without pitch), and the next piece reaches back by a period.
        let voiced = (LOOK_AHEAD + 0.5 * (1.0 + REACH) + 1.0 / formants) * longest + 1.5 * half;
        let unvoiced = (1.0 + 1.0 / formants) * longest + half * (2.0 + formants);
        (voiced.max(unvoiced) + 2.0 * self.kernel.side() as f64).ceil() as usize
    }

    /// Returns how far behind the place that is sung its source must be there, in samples: a pulse that was waited for may be
    /// further on, and read faster, its end is.
    fn ahead(&self) -> f64 {
        let formants = self.part.formants;
        let faster = (HALF * self.rate * (formants - 1.0)).max(self.longest * (1.0 - 1.0 / formants));
        WAIT * self.rate + faster.max(0.0) + 2.0 * self.kernel.side() as f64 + 4.0
    }

    /// Sings as far as the source goes.
    pub fn sing(&mut self, sound: &History, pulses: &Pulses) {
        self.reached = if self.prompt { sound.end() - self.ahead().ceil() as i64 } else { i64::MAX };
        self.go_on(sound);
        while self.step(sound, pulses).is_some() {}
    }

    /// Sets one piece down; none when the source does not go that far yet.
    fn step(&mut self, sound: &History, pulses: &Pulses) -> Option<()> {
        let delay = self.part.delay * self.rate;
        let place = self.cursor * self.speed - delay;
        // What is known is the same however the sound is cut into calls.
        let by = self.prompt.then_some((self.cursor + WAIT * self.rate) as i64);
        if by.is_some_and(|by| by > sound.end()) {
            return None;
        }
        let (index, pulse, sung) = pulses.nearest(place, self.pulse, by)?;
        let half = HALF * self.rate * self.part.formants;
        let last = if pulse.voiced { pulse.at + pulse.right.max(pulse.period) } else { place + half };
        if !self.prompt && last as i64 + 2 * self.kernel.side() as i64 + 4 > sound.end() {
            return None;
        }
        match self.place_of(pulse, delay) {
            None => {
                let piece = self.copied(place, half);
                self.set_down(sound, piece);
                (self.last, self.voiced) = (self.cursor, false);
                self.cursor += HALF * self.rate;
            }
            Some(to) => {
                let (distance, gain) = self.distance(pulse, sung);
                let piece = self.pulsed(pulse, to, gain);
                self.set_down(sound, piece);
                (self.last, self.voiced) = (to, true);
                self.cursor = to + self.uneven(distance);
                self.second = !self.second;
            }
        }
        self.pulse = index;
        Some(())
    }

    /// Returns where a pulse is set down; none where there is no voice, or not yet.
    fn place_of(&self, pulse: &Pulse, delay: f64) -> Option<f64> {
        if !pulse.voiced || self.voiced {
            return pulse.voiced.then_some(self.cursor);
        }
        // The first pulse of a voice stays where it was, and all others follow from it.
        let start = (pulse.at + delay) / self.speed;
        if !self.prompt {
            return Some(start.max(self.last + 1.0));
        }
        // That place may be over; the voice comes back to its like after each period.
        let to = start + ((self.cursor - start) / pulse.period).ceil().max(0.0) * pulse.period;
        (to <= self.cursor + HALF * self.rate).then_some(to)
    }

    /// Returns the longest left side of a piece, in samples of the source: nothing of it may lie where all is settled.
    fn most_left(&self, to: f64) -> f64 {
        if self.prompt { (to - self.cursor + LEFT * self.rate) * self.part.formants } else { self.longest }
    }

    /// Returns the distance to the next piece in samples, and the gain that keeps the level.
    fn distance(&self, pulse: &Pulse, sung: &Sung) -> (f64, f32) {
        let semitones = match self.part.line {
            Line::Own => 0.0,
            Line::Lead => sung.lead,
            Line::Harmony(voice) => sung.lead + sung.harmony.get(voice).copied().unwrap_or(0.0),
        };
        let moved = f64::from(semitones + self.part.detune);
        let ratio = (moved / 12.0).exp2();
        // Pieces that overlap more are divided by what lies upon each other: their partials are as strong as before,
        // but fewer. Pieces that overlap less are not: their partials are weaker, but more.
        let dense = ratio / self.part.formants;
        let gain = if dense > 1.0 { dense.sqrt() } else { (self.part.formants / ratio.sqrt()).min(4.0) };
        (pulse.period / ratio, gain as f32)
    }

    /// Returns the distance with all that makes a voice uneven.
    fn uneven(&mut self, distance: f64) -> f64 {
        let Roughness { jitter, tremor, .. } = self.part.roughness;
        let wander = self.wander.after((distance / self.rate) as f32);
        let seconds = self.cursor / self.rate;
        let tremor = f64::from(tremor) * (2.0 * PI * TREMOR * seconds).sin();
        let jitter = if jitter > 0.0 { f64::from(jitter * self.noise.even()) } else { 0.0 };
        distance * (-(f64::from(wander) + tremor) / 12.0).exp2() * (1.0 + jitter)
    }

    fn pulsed(&mut self, pulse: &Pulse, to: f64, gain: f32) -> Piece {
        let Roughness { shimmer, growl, .. } = self.part.roughness;
        let shimmer = if shimmer > 0.0 { 1.0 + shimmer * self.noise.even() } else { 1.0 };
        let growl = if self.second { 1.0 - growl } else { 1.0 };
        Piece {
            from: pulse.at,
            to,
            left: pulse.left.min(self.most_left(to)),
            // Behind the last pulse, the voice rings on for a period.
            right: pulse.right.max(pulse.period).min(self.longest),
            gain: gain * shimmer * growl,
            alike: true,
        }
    }

    /// Returns a piece without pitch: the same place, as it is.
    fn copied(&mut self, place: f64, half: f64) -> Piece {
        let same = self.speed == 1.0 && self.part.formants == 1.0;
        // Slowed down, pieces come twice; at the same distance each time, that would be heard as a tone.
        let shaken = if self.speed < 1.0 { f64::from(self.noise.even()) * half / 2.0 } else { 0.0 };
        let left = if self.voiced { (self.cursor - self.last) * self.part.formants } else { half };
        Piece {
            from: place - shaken.abs(),
            to: self.cursor,
            left: left.min(self.most_left(self.cursor)).max(half),
            right: half,
            gain: self.part.consonants,
            alike: same,
        }
    }

    /// Adds a piece to what is sung, as far as its source goes.
    fn set_down(&mut self, sound: &History, piece: Piece) {
        let step = self.part.formants;
        let start = (piece.to - piece.left / step).ceil() as i64;
        let start = start.max(self.first);
        let end = (piece.to + piece.right / step).floor() as i64 + 1;
        self.open.push(Open { piece, start, next: start, end });
        self.go_on(sound);
    }

    /// Goes on with the pieces that are open, in the order in which they were begun.
    fn go_on(&mut self, sound: &History) {
        let mut open = std::mem::take(&mut self.open);
        open.retain_mut(|open| {
            let to = open.end.min(self.reached);
            if to <= open.next {
                return open.next < open.end;
            }
            self.add(sound, open, to);
            open.next = to;
            to < open.end
        });
        self.open = open;
    }

    /// Adds a piece up to the place `to`. What lies before the sound is silence.
    fn add(&mut self, sound: &History, open: &Open, to: i64) {
        let (piece, step) = (&open.piece, self.part.formants);
        let read = |place: i64| piece.from + (place as f64 - piece.to) * step;
        let side = self.kernel.side() as i64;
        let base = read(open.next).floor() as i64 - side - 1;
        let needed = read(to).floor() as i64 + side + 1;
        let Some(samples) = sound.get(base, needed) else { return };
        let length = (to - self.first).max(0) as usize;
        if self.sum.len() < length {
            self.sum.resize(length, 0.0);
            self.weight.resize(length, 0.0);
        }
        let straight = step == 1.0;
        let whole = read(open.start).floor();
        if straight {
            self.kernel.taps(read(open.start) - whole, &mut self.taps);
        }
        let skip = whole as i64 - base + 1 - side;
        for n in open.next..to {
            let away = (n as f64 - piece.to) * step;
            let half = if away < 0.0 { piece.left } else { piece.right };
            let hann = 0.5 + 0.5 * (PI * (away / half).clamp(-1.0, 1.0)).cos() as f32;
            let x = if straight {
                let from = (skip + n - open.start) as usize;
                samples.get(from..from + self.taps.len()).map_or(0.0, |part| dot(part, &self.taps))
            } else {
                self.kernel.read(samples, read(n) - base as f64)
            };
            let index = (n - self.first) as usize;
            let window = if piece.alike { hann } else { hann.sqrt() };
            self.sum[index] += window * piece.gain * x;
            self.weight[index] += hann;
        }
    }

    /// Returns the place up to which nothing will be added any more.
    pub fn settled(&self) -> i64 {
        if self.prompt {
            return self.reached.min((self.cursor - LEFT * self.rate).floor() as i64);
        }
        // A voice that begins may begin before the cursor, where its pulse is, but behind the last piece.
        let next = if self.voiced { self.cursor } else { self.last };
        (next - self.longest / self.part.formants).floor() as i64
    }

    /// Adds what is sung from the last call up to the place `to` to `mix`.
    pub fn take(&mut self, to: i64, mix: &mut [f32]) {
        let count = (to - self.first).max(0) as usize;
        if self.sum.len() < count {
            self.sum.resize(count, 0.0);
            self.weight.resize(count, 0.0);
        }
        for ((mix, sum), weight) in mix.iter_mut().zip(&self.sum[..count]).zip(&self.weight) {
            *mix += self.part.gain * sum / weight.max(THIN);
        }
        self.sum.drain(..count);
        self.weight.drain(..count);
        self.first = to.max(self.first);
    }
}
