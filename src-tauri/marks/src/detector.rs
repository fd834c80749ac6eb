//! A mark found again, wherever a sound was cut, and however it was turned up or down.

use crate::RATES;
use crate::code::{Code, PILOTS, ROWS, SYMBOLS, TILE, mended};
use crate::contrast::{Contrasts, says};
use crate::error::{Error, Result};
use crate::grid::{BANDS, FRAMES, Grid};
use crate::marker::mixed;

/// A score that proves a mark. For any sound that was not made with the key, each of the 392 places at which a block may
/// begin scores as much with a chance below exp(−score²/2) (W. Hoeffding, 1963, for the random signs of the pilots): at 6,
/// together, below 1 in 150,000. Where a sound is looked at in several parts, the score grows with them.
const PROOF: f32 = 6.0;
/// A score that proves a mark whose checksum is right, too: 392 × exp(−4.5²/2) / 65,536 is 1 in 4 million.
const HINT: f32 = 4.5;
/// Bits that may be wrong where a mark is proved.
const WRONG: usize = 2;
/// Length of the parts of a long sound, in s.
const PART: u32 = 15;

/// What was found of a mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// By how many standard deviations the signs that every mark has stand out of what chance gives, in the part where
    /// they do most.
    pub score: f32,
    /// What the mark says; none when its checksum is wrong.
    pub message: Option<u32>,
    /// The share of the sound, in parts of 15 s, in which the mark is, 0 to 1.
    pub share: f32,
}

/// Looks for a mark in a sound that comes in parts of any size.
pub struct Detector {
    grid: Grid,
    code: Code,
    channels: usize,
    /// Samples of a part of the mean of the channels.
    size: usize,
    waiting: Vec<f32>,
    heard: Vec<Option<Heard>>,
}

impl Detector {
    /// Begins a sound of interleaved `channels` at `rate` Hz.
    ///
    /// # Errors
    /// [`Error::Rate`], [`Error::Channels`].
    pub fn new(rate: u32, channels: usize) -> Result<Self> {
        if !RATES.contains(&rate) {
            return Err(Error::Rate(rate));
        }
        if channels == 0 {
            return Err(Error::Channels(channels));
        }
        let size = (rate * PART) as usize;
        let (grid, code) = (Grid::new(rate), Code::new());
        Ok(Self { grid, code, channels, size, waiting: Vec::new(), heard: Vec::new() })
    }

    /// Takes whole frames of samples.
    pub fn push(&mut self, sound: &[f32]) {
        self.waiting.extend(mixed(sound, self.channels));
        // The last part takes what is too short for one of its own.
        while self.waiting.len() >= 2 * self.size {
            let rest = self.waiting.split_off(self.size);
            let part = std::mem::replace(&mut self.waiting, rest);
            self.hear(&part);
        }
    }

    /// Returns what was found in all of it.
    pub fn finish(mut self) -> Option<Reading> {
        let rest = std::mem::take(&mut self.waiting);
        self.hear(&rest);
        let count = self.heard.len() as f32;
        let proof = (PROOF * PROOF + 2.0 * count.ln()).sqrt();
        let proved =
            |heard: &Heard| heard.score >= proof || heard.is_sure && heard.score >= proof - PROOF + HINT;
        let found: Vec<Heard> = self.heard.into_iter().flatten().filter(proved).collect();
        let strongest = found.iter().max_by(|one, other| one.rank().total_cmp(&other.rank()))?;
        let Heard { score, message, .. } = *strongest;
        Some(Reading { score, message, share: found.len() as f32 / count })
    }

    fn hear(&mut self, part: &[f32]) {
        let contrasts = Contrasts::new(&self.grid.powers(part));
        self.heard.push(best(&self.code, &contrasts));
    }
}

/// A mark at one place.
#[derive(Debug, Clone, Copy)]
struct Heard {
    score: f32,
    message: Option<u32>,
    /// Whether the checksum was right without any mending.
    is_sure: bool,
}

impl Heard {
    /// A message is worth more than any score.
    fn rank(&self) -> f32 {
        self.score + if self.message.is_some() { 1e6 } else { 0.0 }
    }
}

/// Returns the mark at the place where it stands out most.
fn best(code: &Code, contrasts: &Contrasts) -> Option<Heard> {
    let mut best: Option<Heard> = None;
    for phase in 0..TILE {
        let folded = fold(contrasts, phase);
        for turn in 0..ROWS {
            let (score, symbols) = hear(code, &folded, turn);
            if score < HINT {
                continue;
            }
            let sure = mended(&symbols, 0);
            if score < PROOF && sure.is_none() {
                continue;
            }
            let heard =
                Heard { score, message: sure.or_else(|| mended(&symbols, WRONG)), is_sure: sure.is_some() };
            if best.is_none_or(|best| heard.rank() > best.rank()) {
                best = Some(heard);
            }
        }
    }
    best
}

/// Lays all tiles that begin at a phase over one another, a block long.
fn fold(contrasts: &Contrasts, phase: usize) -> Vec<[f32; BANDS]> {
    let mut folded = vec![[0.0; BANDS]; ROWS];
    for (number, frame) in (phase..contrasts.count()).step_by(TILE).enumerate() {
        for (band, sum) in folded[number % ROWS].iter_mut().enumerate() {
            *sum += contrasts.weight(frame, band) * says(contrasts.at(frame, band));
        }
    }
    folded
}

/// Returns the score and the symbols of a block whose first row is `turn` rows into the folded sound.
fn hear(code: &Code, folded: &[[f32; BANDS]], turn: usize) -> (f32, [f32; SYMBOLS]) {
    let (mut symbols, mut energy) = ([0.0; SYMBOLS], 0.0);
    for row in 0..ROWS {
        for (tile, said) in code.row(row).iter().zip(&folded[(row + turn) % ROWS]) {
            symbols[tile.symbol] += tile.sign * said;
            if tile.symbol >= SYMBOLS - PILOTS {
                energy += said * said;
            }
        }
    }
    let pilots: f32 = symbols[SYMBOLS - PILOTS..].iter().sum();
    (if energy > 0.0 { pilots / energy.sqrt() } else { 0.0 }, symbols)
}

const _: () = assert!(TILE * ROWS == 392 && FRAMES == 200, "the chances that the docs give");
