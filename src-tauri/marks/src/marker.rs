//! A sound marked as it flows: each tile is turned as little as makes it say its symbol, heard again, and turned better.

use crate::RATES;
use crate::code::{BLOCK, Code, HALF, ROWS, SYMBOLS, TILE, symbols};
use crate::contrast::{CLEAR, Contrasts, VOICE};
use crate::error::{Error, Result};
use crate::grid::{BANDS, FIRST_HIGH, FRAMES, Grid};

/// Most that half a tile is turned up or down, in dB: below 1 kHz, where the ear is fine, and above.
const STRONGEST: [f32; 2] = [1.2, 2.5];
/// What of a turn arrives, as neighbouring frames lie over one another.
const ARRIVES: f32 = 0.8;
/// What a tile is to say more than is clear, in dB: codecs and noise take some of it.
const RESERVE: f32 = 0.5;
/// Tiles that are worth less are left alone.
const LEAST_WORTH: f32 = 0.2;
/// How often a sound is marked, heard and marked better, and how much of what is missing is added each time.
const ROUNDS: usize = 4;
const STEP: f32 = 0.3;
/// Blocks that are marked at once, half a minute.
const AT_ONCE: usize = 15;

/// Puts a message into a sound that comes in parts of any size.
pub struct Marker {
    grid: Grid,
    code: Code,
    symbols: [f32; SYMBOLS],
    channels: usize,
    /// Samples that are marked at once.
    size: usize,
    waiting: Vec<f32>,
}

impl Marker {
    /// Begins a sound of interleaved `channels` at `rate` Hz, which is to carry `message`.
    ///
    /// # Errors
    /// [`Error::Rate`], [`Error::Channels`].
    pub fn new(rate: u32, channels: usize, message: u32) -> Result<Self> {
        if !RATES.contains(&rate) {
            return Err(Error::Rate(rate));
        }
        if channels == 0 {
            return Err(Error::Channels(channels));
        }
        let frames = (AT_ONCE * BLOCK) as u64 * u64::from(rate) / u64::from(FRAMES);
        Ok(Self {
            grid: Grid::new(rate),
            code: Code::new(),
            symbols: symbols(message),
            channels,
            size: frames as usize * channels,
            waiting: Vec::new(),
        })
    }

    /// Takes whole frames of samples and appends what is marked to `out`: half a minute later, the same length in all.
    pub fn push(&mut self, sound: &[f32], out: &mut Vec<f32>) {
        self.waiting.extend_from_slice(sound);
        while self.waiting.len() >= self.size {
            let rest = self.waiting.split_off(self.size);
            let part = std::mem::replace(&mut self.waiting, rest);
            self.mark(part, out);
        }
    }

    /// Appends what is left.
    pub fn finish(mut self, out: &mut Vec<f32>) {
        let rest = std::mem::take(&mut self.waiting);
        self.mark(rest, out);
    }

    /// Marks a part that begins where a block does.
    fn mark(&mut self, mut sound: Vec<f32>, out: &mut Vec<f32>) {
        let mono = mixed(&sound, self.channels);
        let turns = self.turns(&mono);
        if self.channels == 1 {
            self.turn(&mono, &turns, &mut sound);
        } else {
            for channel in 0..self.channels {
                let alone: Vec<f32> = sound.iter().skip(channel).step_by(self.channels).copied().collect();
                let mut marked = alone.clone();
                self.turn(&alone, &turns, &mut marked);
                let places = sound.iter_mut().skip(channel).step_by(self.channels);
                places.zip(marked).for_each(|(place, sample)| *place = sample);
            }
        }
        out.append(&mut sound);
    }

    /// Returns how far the first half of each tile is turned, in dB; the second is turned as far the other way.
    fn turns(&mut self, mono: &[f32]) -> Vec<[f32; BANDS]> {
        let before = Contrasts::new(&self.grid.powers(mono));
        let wishes = self.wishes(&before);
        let mut turns = vec![[0.0; BANDS]; wishes.len()];
        for round in 0..ROUNDS {
            let after = (round > 0).then(|| {
                let mut marked = mono.to_vec();
                self.turn(mono, &turns, &mut marked);
                Contrasts::new(&self.grid.powers(&marked))
            });
            let heard = after.as_ref().unwrap_or(&before);
            for (row, (turns, wishes)) in turns.iter_mut().zip(&wishes).enumerate() {
                for (band, (turn, wish)) in turns.iter_mut().zip(wishes).enumerate() {
                    let Some(wish) = wish else { continue };
                    let most = strongest(band);
                    *turn = (*turn + STEP * (wish - heard.at(row * TILE, band))).clamp(-most, most);
                }
            }
        }
        turns
    }

    /// Returns the contrast that each tile is to have, in dB; none for those that are left as they are.
    fn wishes(&self, before: &Contrasts) -> Vec<[Option<f32>; BANDS]> {
        let starts = (0..before.count()).step_by(TILE);
        let rows = starts.enumerate().map(|(number, start)| {
            let mut wishes = [None; BANDS];
            for (band, (wish, tile)) in wishes.iter_mut().zip(self.code.row(number % ROWS)).enumerate() {
                let sign = tile.sign * self.symbols[tile.symbol];
                if before.weight(start, band) >= LEAST_WORTH {
                    *wish = wanted(sign * before.at(start, band), band).map(|wanted| sign * wanted);
                }
            }
            wishes
        });
        rows.collect()
    }

    /// Adds to `marked` what turning the tiles changes of a sound.
    fn turn(&mut self, sound: &[f32], turns: &[[f32; BANDS]], marked: &mut [f32]) {
        for frame in 0..self.grid.frames(sound.len()) {
            let Some(turns) = turns.get(frame / TILE) else { break };
            let side = if frame % TILE < HALF { 1.0 } else { -1.0 };
            let mut factors = [1.0; BANDS];
            for (factor, turn) in factors.iter_mut().zip(turns).filter(|(_, turn)| **turn != 0.0) {
                *factor = 10f32.powf(side * turn / 20.0);
            }
            self.grid.add_change(sound, frame, &factors, marked);
        }
    }
}

/// Returns the contrast that a tile is to have, given its own, both positive where they say what they should. A tile that
/// says the contrary, out of reach, is turned so far that it says nothing.
fn wanted(contrast: f32, band: usize) -> Option<f32> {
    let reach = 2.0 * ARRIVES * strongest(band);
    if contrast > CLEAR || contrast <= -VOICE {
        None
    } else if contrast < -reach {
        Some((contrast - reach).max(-VOICE))
    } else {
        Some((contrast + reach).min(CLEAR + RESERVE))
    }
}

fn strongest(band: usize) -> f32 {
    STRONGEST[usize::from(band >= FIRST_HIGH)]
}

/// Returns the mean of the channels.
pub(crate) fn mixed(sound: &[f32], channels: usize) -> Vec<f32> {
    sound.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_is_turned_where_that_makes_it_say_more() {
        let high = FIRST_HIGH;
        assert_eq!(wanted(5.0, high), None, "it says so by itself");
        assert_eq!(wanted(0.0, high), Some(CLEAR + RESERVE));
        assert_eq!(wanted(-3.0, high), Some(1.0));
        assert_eq!(wanted(-4.5, high), Some(-VOICE), "it is made to say nothing");
        assert_eq!(wanted(-7.0, high), None);
    }
}
