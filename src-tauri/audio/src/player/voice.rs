//! One sound under way: read from its tape, brought to the rate of the device by its rail.

use super::rail::Rail;
use super::tape::{Taken, Tape};
use crate::error::Result;

pub(super) struct Voice {
    pub(super) key: u64,
    pub(super) tape: Tape,
    pub(super) rail: Rail,
}

/// How far a voice got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filled {
    /// As many frames as were asked for are on the rail.
    Full,
    /// The disk has not given them yet.
    Later,
    /// The tape is empty; what is on the rail is the rest.
    Over,
}

impl Voice {
    pub(super) fn new(key: u64, tape: Tape, rate: u32) -> Self {
        Self { key, tape, rail: Rail::new(rate) }
    }

    /// Moves pieces from the tape to the rail until so many frames are ready there.
    pub(super) fn fill(&mut self, frames: usize) -> Result<Filled> {
        while self.rail.ready() < frames {
            match self.tape.take() {
                Taken::Piece(piece) => {
                    let rate = self.tape.rate().unwrap_or_default();
                    self.rail.push(self.key, rate, &piece)?;
                }
                Taken::Later => return Ok(Filled::Later),
                Taken::Over => return Ok(Filled::Over),
            }
        }
        Ok(Filled::Full)
    }

    /// As [`Self::fill`], and brings out what the rail holds back when nothing follows; returns how many frames are
    /// ready, none when they come later.
    pub(super) fn fill_to_end(&mut self, frames: usize) -> Result<Option<usize>> {
        match self.fill(frames)? {
            Filled::Over => self.rail.finish()?,
            Filled::Later if self.rail.ready() == 0 => return Ok(None),
            Filled::Full | Filled::Later => {}
        }
        Ok(Some(self.rail.ready().min(frames)))
    }

    /// Returns how many frames of the device are still to come, once the end is in sight.
    pub(super) fn remaining(&self) -> Option<usize> {
        self.tape.left().map(|left| self.rail.remaining(left))
    }
}
