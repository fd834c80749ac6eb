//! Sound under a pointer that drags: short grains from where it is, each going over into the next.

use std::collections::VecDeque;
use std::time::Duration;

use super::source::{Source, Spot, Step};
use crate::error::Result;

/// Seconds of a grain: long enough to tell a note, short enough to find its beginning. They begin at half of each other.
const GRAIN: f32 = 0.080;

/// Frames given at a time.
const BLOCK: usize = 256;

pub(super) struct Scrub {
    /// Whether there was playing before, and so will be after.
    pub(super) was_playing: bool,
    /// Where the pointer is.
    pub(super) spot: Spot,
    /// The pointer has moved since the last grain began.
    moved: bool,
    /// The grain that is fetched, until it is whole.
    grain: Option<Vec<[f32; 2]>>,
    length: usize,
    /// Grains on their way, laid over each other.
    sounding: VecDeque<[f32; 2]>,
    block: Vec<[f32; 2]>,
}

impl Scrub {
    pub(super) fn new(was_playing: bool, spot: Spot, rate: u32) -> Self {
        Self {
            was_playing,
            spot,
            moved: true,
            grain: None,
            length: (GRAIN * rate as f32) as usize,
            sounding: VecDeque::new(),
            block: Vec::new(),
        }
    }

    pub(super) fn move_to(&mut self, spot: Spot) {
        (self.spot, self.moved) = (spot, true);
    }

    /// Adds the next frames to `out`: silence where the pointer rests, or the disk is slow.
    pub(super) fn next(&mut self, source: &mut Source, rate: u32, out: &mut Vec<[f32; 2]>) -> Result<()> {
        let may_begin = self.sounding.len() <= self.length / 2;
        if self.moved && self.grain.is_none() && may_begin {
            source.seek(self.spot, rate, true)?;
            (self.moved, self.grain) = (false, Some(Vec::with_capacity(self.length)));
            source.wait(Duration::from_millis(5));
        }
        self.gather(source)?;
        if may_begin && let Some(grain) = self.grain.take_if(|grain| grain.len() >= self.length) {
            self.lay(&grain);
        }
        out.extend((0..BLOCK).map(|_| self.sounding.pop_front().unwrap_or_default()));
        Ok(())
    }

    fn gather(&mut self, source: &mut Source) -> Result<()> {
        let Some(grain) = &mut self.grain else { return Ok(()) };
        while grain.len() < self.length {
            match source.next(&mut self.block)? {
                Step::Sound(_) => grain.extend_from_slice(&self.block),
                Step::Later => break,
                Step::Over => grain.resize(self.length, [0.0; 2]),
            }
        }
        Ok(())
    }

    /// Lays a grain over what sounds, in a window of von Hann: two at half of each other make up a whole.
    fn lay(&mut self, grain: &[[f32; 2]]) {
        self.sounding.resize(self.length.max(self.sounding.len()), [0.0; 2]);
        for (index, (sum, frame)) in self.sounding.iter_mut().zip(grain).enumerate() {
            let turn = (index as f32 + 0.5) / self.length as f32 * std::f32::consts::TAU;
            let window = 0.5 - 0.5 * turn.cos();
            *sum = [sum[0] + window * frame[0], sum[1] + window * frame[1]];
        }
    }
}
