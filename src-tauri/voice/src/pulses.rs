//! Where the glottis closes: one pulse a period, found in the sound with the help of its pitch.
//!
//! The pitch that is given says where to look; where the pulse is, the sound itself says: each is the place that looks
//! most like the one before (E. Moulines & F. Charpentier, "Pitch-synchronous waveform processing techniques for
//! text-to-speech synthesis using diphones", 1990; the marks by correlation as in Praat's *To PointProcess (cc)*). The
//! distance between pulses is therefore a measurement of the pitch of its own, without delay and finer than a sample.

use std::collections::VecDeque;

use crate::history::{Contour, History};
use crate::melody::Sung;

/// Distance of pulses where there is no pitch, in seconds.
const UNVOICED: f64 = 0.005;
/// How far a period may be from the one before, as a part of it.
pub(crate) const REACH: f64 = 0.12;
/// How far a period may be from the pitch that was given.
const TRUST: f64 = 0.25;
/// Periods less alike are not taken for periods: noise of a few hundred samples stays below 0.2.
const ALIKE: f64 = 0.3;
/// Part of the compared period that lies behind the pulse. More would wait longer for the sound to come.
const AHEAD: f64 = 0.1;
/// Mean square of −80 dBFS: what is more silent has no periods worth keeping.
const SILENT: f64 = 1e-8;
/// Seconds over which the energy of a pulse is gathered.
const STROKE: f64 = 0.001;

/// One pulse. All distances in samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pulse {
    pub at: f64,
    /// Distance to the pulse before.
    pub left: f64,
    /// Distance to the next pulse.
    pub right: f64,
    /// The period here; without meaning where there is no voice.
    pub period: f64,
    pub voiced: bool,
    /// How far the sound must have come before it could be found.
    pub known: i64,
}

/// The last pulse, known as far as it can be before the next is found.
#[derive(Debug, Clone, Copy)]
struct Held {
    at: f64,
    left: f64,
    voiced: bool,
    /// Whether the pulse before is one period away.
    follows: bool,
    known: i64,
}

/// What comes behind a pulse.
enum Next {
    /// A pulse a period away.
    Period(f64),
    /// The first pulse of a voice.
    Onset(f64),
    /// No pulse.
    Nothing,
}

/// Parts of a period that must be known behind the next pulse before this one is.
pub(crate) const LOOK_AHEAD: f64 = 1.0 + REACH + AHEAD;

/// Parts of a period by which the last pulse that is known may be behind the sound.
pub(crate) const BEHIND: f64 = LOOK_AHEAD + 1.0 + REACH;

/// Finds pulses, one after the other.
#[derive(Debug)]
pub(crate) struct Marker {
    rate: f64,
    longest: f64,
    unvoiced: f64,
    /// Whether a pulse is told before the next is found, its period as long as the last.
    prompt: bool,
    held: Held,
}

impl Marker {
    /// `longest` is the longest period that is followed, in samples.
    pub fn new(rate: u32, longest: f64, prompt: bool) -> Self {
        let rate = f64::from(rate);
        let unvoiced = UNVOICED * rate;
        let held = Held { at: 0.0, left: unvoiced, voiced: false, follows: false, known: 0 };
        Self { rate, longest, unvoiced, prompt, held }
    }

    /// Returns the pulse that stands for what lies before the sound.
    pub fn silence(&self) -> Pulse {
        Pulse { at: 0.0, left: self.unvoiced, right: self.unvoiced, period: 0.0, voiced: false, known: 0 }
    }

    /// Returns the next pulse; none until more of the sound is there.
    pub fn next(&mut self, sound: &History, contour: &Contour) -> Option<Pulse> {
        let held = self.held;
        // Behind the sound there is nothing to find, also where the pitch says for ever that there is none.
        if held.at + self.unvoiced > sound.end() as f64 {
            return None;
        }
        let found = if held.voiced { self.successor(sound, contour)? } else { self.onset(sound, contour)? };
        let (next, known) = found;
        // Not before the one before.
        let known = known.max((held.at + self.unvoiced).ceil() as i64).max(held.known);
        let (at, voiced, follows) = match next {
            Next::Period(at) => (at, true, true),
            Next::Onset(at) => (at, true, false),
            Next::Nothing => (held.at + self.unvoiced, false, false),
        };
        let left = at - held.at;
        self.held = Held { at, left, voiced, follows, known };
        if self.prompt {
            let right = if follows { left } else { self.unvoiced };
            return Some(Pulse { at, left, right, period: left, voiced: follows, known });
        }
        // A pulse without a neighbour is none.
        let voiced = held.voiced && (follows || held.follows);
        let period = if follows { left } else { held.left };
        Some(Pulse { at: held.at, left: held.left, right: left, period, voiced, known })
    }

    /// Returns the period of the pitch at a place: 0 for none, `None` if it is not known yet.
    fn period(&self, contour: &Contour, at: f64) -> Option<f64> {
        let period = self.rate / f64::from(contour.at(at)?);
        Some(if period.is_finite() && (4.0..=self.longest).contains(&period) { period } else { 0.0 })
    }

    /// Looks for the start of a voice: the strongest stroke within its first period. Also returns how far the sound must
    /// have come for that.
    fn onset(&self, sound: &History, contour: &Contour) -> Option<(Next, i64)> {
        let place = self.held.at + self.unvoiced;
        let period = self.period(contour, place)?;
        if period == 0.0 {
            return Some((Next::Nothing, place as i64 + 1));
        }
        let stroke = (STROKE * self.rate) as usize;
        let from = (self.held.at + self.unvoiced / 2.0) as i64;
        let to = from + period as i64 + 1;
        let heard = sound.get(from - (stroke / 2) as i64, to + stroke as i64)?;
        let mut energy: f64 = heard.iter().take(stroke).map(|x| f64::from(x * x)).sum();
        let (mut best, mut most) = (0, energy);
        for n in 1..(to - from) as usize {
            energy += f64::from(heard[n + stroke - 1].powi(2)) - f64::from(heard[n - 1].powi(2));
            if energy > most {
                (best, most) = (n, energy);
            }
        }
        let known = (to + stroke as i64).max(place as i64 + 1);
        Some((Next::Onset((from + best as i64) as f64), known))
    }

    /// Looks for the place one period on that is most like the held pulse. Also returns how far the sound must have come
    /// for that.
    fn successor(&self, sound: &History, contour: &Contour) -> Option<(Next, i64)> {
        let held = self.held;
        let first = self.period(contour, held.at)?;
        let given = if first > 0.0 { self.period(contour, held.at + first)? } else { 0.0 };
        let told = (held.at + first) as i64 + 1;
        if given == 0.0 {
            return Some((Next::Nothing, told));
        }
        let near = held.follows && (held.left / given - 1.0).abs() < TRUST;
        let period = if near { held.left } else { given };
        let reach = (REACH * period).max(2.0) as i64;
        let (before, behind) = (((1.0 - AHEAD) * period) as i64, (AHEAD * period) as i64 + 1);
        let base = held.at.round() as i64;
        let middle = base + period.round() as i64;
        let end = middle + reach + behind + 1;
        if end > sound.end() {
            return None;
        }
        let here = sound.get(base - before, base + behind);
        let there = sound.get(middle - reach - before, end);
        let alike = here.zip(there).and_then(|(here, there)| most_alike(here, there));
        let found = alike.map(|offset| (middle - reach) as f64 + offset);
        let at = found.map(|place| place + (held.at - base as f64));
        let next = match at {
            Some(at) if ((at - held.at) / given - 1.0).abs() < TRUST => Next::Period(at),
            _ => Next::Nothing,
        };
        Some((next, end.max(told)))
    }
}

/// Returns where in `there` lies what is most like `here`, finer than a sample; none if nothing is alike.
fn most_alike(here: &[f32], there: &[f32]) -> Option<f64> {
    let count = there.len().checked_sub(here.len())? + 1;
    let squares = |part: &[f32]| part.iter().map(|x| f64::from(x * x)).sum::<f64>();
    let own = squares(here);
    let mut other = squares(&there[..here.len()]);
    let silent = SILENT * here.len() as f64;
    let mut scores = Vec::with_capacity(count);
    for n in 0..count {
        if n > 0 {
            other += f64::from(there[n + here.len() - 1].powi(2)) - f64::from(there[n - 1].powi(2));
        }
        let product = f64::from(crate::kernel::dot(here, &there[n..n + here.len()]));
        let loud = own > silent && other > silent;
        scores.push(if loud { product / (own * other).sqrt() } else { 0.0 });
    }
    let (best, &most) = scores.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    if most < ALIKE {
        return None;
    }
    let (Some(&before), Some(&after)) = (scores.get(best.wrapping_sub(1)), scores.get(best + 1)) else {
        return Some(best as f64);
    };
    // The top of the parabola through three points.
    let bend = before - 2.0 * most + after;
    let top = if bend < 0.0 { 0.5 * (before - after) / bend } else { 0.0 };
    Some(best as f64 + top.clamp(-0.5, 0.5))
}

/// The pulses that are still of use, with what is to be sung at each.
#[derive(Debug, Default)]
pub(crate) struct Pulses {
    list: VecDeque<(Pulse, Sung)>,
    /// How many were forgotten.
    first: usize,
}

impl Pulses {
    pub fn push(&mut self, pulse: Pulse, sung: Sung) {
        self.list.push_back((pulse, sung));
    }

    /// Forgets pulses before a place, but never the last.
    pub fn forget(&mut self, place: f64) {
        while self.list.len() > 1 && self.list[0].0.at + self.list[0].0.right < place {
            self.list.pop_front();
            self.first += 1;
        }
    }

    /// Returns the place of the last pulse.
    pub fn end(&self) -> f64 {
        self.list.back().map_or(0.0, |(pulse, _)| pulse.at)
    }

    /// Returns the pulse nearest to a place, searching from the pulse `from` on: none until it is known, or else the nearest
    /// of those that are known when the sound has come to `by`. Also returns its number, to search from the next time.
    pub fn nearest(&self, place: f64, from: usize, by: Option<i64>) -> Option<(usize, &Pulse, &Sung)> {
        let start = from.saturating_sub(self.first);
        let mut last = None;
        for (index, (pulse, sung)) in self.list.iter().enumerate().skip(start) {
            if by.is_some_and(|by| pulse.known > by) {
                break;
            }
            last = Some((self.first + index, pulse, sung));
            if place - pulse.at <= pulse.right / 2.0 {
                return last;
            }
        }
        last.filter(|_| by.is_some())
    }
}
