//! Pieces of files on their way to the rate of the device. Files of one rate that follow each other run through it as one
//! sound, so that no seam is between them.

use std::collections::VecDeque;

use son1k_sound::Resampler;

use super::source::{Place, Spot};
use super::tape::Piece;
use crate::error::Result;

pub(super) struct Rail {
    /// Of the device, in hertz.
    to: u32,
    /// Of the files, with what brings them to the device.
    from: Option<(u32, Resampler)>,
    /// Frames that the resampler took.
    taken: u64,
    /// Frames given out, counted from the start of the rail, when the resampler began.
    base: u64,
    /// Interleaved samples that are ready, the first `spent` of them given away.
    ready: Vec<f32>,
    spent: usize,
    given: u64,
    /// From which frame given on frames are from where.
    marks: VecDeque<(u64, Spot)>,
    /// The entry and frame that would follow without a jump.
    follows: (u64, u64),
}

impl Rail {
    pub(super) fn new(to: u32) -> Self {
        Self {
            to,
            from: None,
            taken: 0,
            base: 0,
            ready: Vec::new(),
            spent: 0,
            given: 0,
            marks: VecDeque::new(),
            follows: (u64::MAX, 0),
        }
    }

    /// Takes a piece of the entry `key`, whose file has this rate.
    pub(super) fn push(&mut self, key: u64, rate: u32, piece: &Piece) -> Result<()> {
        if self.from.as_ref().is_none_or(|(from, _)| *from != rate) {
            self.finish()?;
            self.from = Some((rate, Resampler::new(rate, self.to, 2)?));
        }
        if self.follows != (key, piece.at) {
            let taken = u128::from(self.taken) * u128::from(self.to);
            let at = self.base + taken.div_ceil(u128::from(rate)) as u64;
            let seconds = piece.at as f64 / f64::from(rate);
            self.marks.push_back((at, Spot { key, seconds }));
        }
        self.follows = (key, piece.at + piece.frames.len() as u64);
        self.taken += piece.frames.len() as u64;
        if let Some((_, resampler)) = &mut self.from {
            resampler.push(piece.frames.as_flattened(), &mut self.ready)?;
        }
        Ok(())
    }

    /// Gives out what the resampler holds back: nothing of the same rate follows.
    pub(super) fn finish(&mut self) -> Result<()> {
        if let Some((_, mut resampler)) = self.from.take() {
            resampler.finish(&mut self.ready)?;
        }
        self.base = self.given + self.ready() as u64;
        self.taken = 0;
        Ok(())
    }

    /// Returns how many frames can be given now.
    pub(super) fn ready(&self) -> usize {
        (self.ready.len() - self.spent) / 2
    }

    /// Returns how many frames there will be when so many of the file's are still to come and nothing else.
    pub(super) fn remaining(&self, frames: usize) -> usize {
        let Some((from, _)) = &self.from else { return self.ready() };
        let all = u128::from(self.taken + frames as u64) * u128::from(self.to);
        (self.base + all.div_ceil(u128::from(*from)) as u64).saturating_sub(self.given) as usize
    }

    /// Adds at most `most` frames to `out`, as many as run on from one place, and returns the place.
    pub(super) fn give(&mut self, most: usize, out: &mut Vec<[f32; 2]>) -> Place {
        while self.marks.get(1).is_some_and(|(at, _)| *at <= self.given) {
            self.marks.pop_front();
        }
        let slope = 1.0 / f64::from(self.to);
        let (start, mut spot) =
            self.marks.front().copied().unwrap_or((self.given, Spot { key: 0, seconds: 0.0 }));
        spot.seconds += self.given.saturating_sub(start) as f64 * slope;
        let next = self.marks.get(1).map_or(usize::MAX, |(at, _)| (at - self.given) as usize);
        let count = most.min(self.ready()).min(next);
        out.extend_from_slice(self.ready[self.spent..self.spent + 2 * count].as_chunks().0);
        self.spent += 2 * count;
        self.given += count as u64;
        if self.spent * 2 > self.ready.len() {
            self.ready.drain(..self.spent);
            self.spent = 0;
        }
        Place { spot, slope }
    }
}
