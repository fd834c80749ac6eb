//! Another speed at the same pitch: Signalsmith Stretch (a phase vocoder that follows peaks), lined up to the sample.
//!
//! After its pre-roll, which ends at frame `e` of what it is fed, the frame `j` that it gives out shows the frame
//! `e − input latency + (j − output latency) · speed`. It is fed from so far before the wanted frame that the first
//! frames it gives, whose windows lack their past, need not be heard.

use std::collections::VecDeque;

use signalsmith_stretch::Stretch;

use super::source::{Place, Step};
use crate::error::Result;

/// Frames given at a time.
const BLOCK: usize = 512;

/// Seconds of pre-roll: a window of the engine's preset and the distance to the next.
const PREROLL: f64 = 0.15;

pub(super) struct Pace {
    engine: Stretch,
    speed: f64,
    /// Frames of pre-roll before the engine's own latency.
    preroll: u64,
    latencies: [u64; 2],
    /// Frames that are not fed yet, interleaved.
    waiting: Vec<f32>,
    fed: u64,
    /// From which frame fed on frames are from where.
    places: VecDeque<(u64, Place)>,
    /// Frames that the engine gave, heard or not.
    made: u64,
    /// The frame behind the last of the sound.
    end: Option<u64>,
    begun: bool,
    block: Vec<[f32; 2]>,
    stretched: Vec<f32>,
}

impl Pace {
    pub(super) fn new(rate: u32, speed: f64) -> Self {
        let engine = Stretch::preset_default(2, rate);
        let latencies = [engine.input_latency() as u64, engine.output_latency() as u64];
        Self {
            engine,
            speed,
            preroll: (PREROLL * f64::from(rate)).ceil() as u64 + 1,
            latencies,
            waiting: Vec::new(),
            fed: 0,
            places: VecDeque::new(),
            made: 0,
            end: None,
            begun: false,
            block: Vec::new(),
            stretched: Vec::new(),
        }
    }

    /// Returns how many frames are to be fed before the first that is to be heard.
    pub(super) fn lead(&self) -> u64 {
        self.preroll + (self.latencies[1] as f64 * self.speed).round() as u64
    }

    /// Feeds silence in the place of what is before the start of a sound.
    pub(super) fn pad(&mut self, frames: u64) {
        self.waiting.resize(self.waiting.len() + 2 * frames as usize, 0.0);
    }

    /// Returns the frame fed that the next frame shows.
    fn head(&self) -> f64 {
        self.preroll as f64 + (self.made as f64 - self.latencies[1] as f64) * self.speed
    }

    /// Adds the next frames to `out`, from what `pull` adds to its own.
    pub(super) fn next(
        &mut self,
        out: &mut Vec<[f32; 2]>,
        mut pull: impl FnMut(&mut Vec<[f32; 2]>) -> Result<Step>,
    ) -> Result<Step> {
        if !self.begun && !self.begin(&mut pull)? {
            return Ok(Step::Later);
        }
        let unheard = 2 * self.latencies[1];
        while self.made < unheard {
            let count = ((unheard - self.made) as usize).min(BLOCK);
            if !self.stretch(count, &mut pull)? {
                return Ok(Step::Later);
            }
        }
        let head = self.head();
        while self.places.get(1).is_some_and(|(at, _)| *at as f64 <= head) {
            self.places.pop_front();
        }
        let speed = self.speed;
        let until = |at: u64| ((at as f64 - head) / speed).ceil().max(0.0) as usize;
        let count = BLOCK.min(self.places.get(1).map_or(BLOCK, |(at, _)| until(*at)).max(1));
        if !self.stretch(count, &mut pull)? {
            return Ok(Step::Later);
        }
        let rest = self.end.map_or(usize::MAX, until).min(count);
        let Some((at, place)) = self.places.front().filter(|_| rest > 0) else { return Ok(Step::Over) };
        out.extend_from_slice(&self.stretched.as_chunks().0[..rest]);
        let mut place = *place;
        place.spot.seconds += (head - *at as f64).max(0.0) * place.slope;
        place.slope *= self.speed;
        Ok(Step::Sound(place))
    }

    fn begin(&mut self, pull: &mut impl FnMut(&mut Vec<[f32; 2]>) -> Result<Step>) -> Result<bool> {
        let count = self.preroll + self.latencies[0];
        if !self.gather(count, pull)? {
            return Ok(false);
        }
        self.engine.seek(&self.waiting[..2 * count as usize], self.speed);
        self.waiting.drain(..2 * count as usize);
        (self.fed, self.begun) = (count, true);
        Ok(true)
    }

    /// Puts so many frames into `stretched`; false when there is not enough to make them from yet.
    fn stretch(
        &mut self,
        count: usize,
        pull: &mut impl FnMut(&mut Vec<[f32; 2]>) -> Result<Step>,
    ) -> Result<bool> {
        let made = self.made + count as u64;
        let until = self.preroll + self.latencies[0] + (made as f64 * self.speed).round() as u64;
        if !self.gather(until, pull)? {
            return Ok(false);
        }
        let needed = 2 * (until - self.fed) as usize;
        self.stretched.resize(2 * count, 0.0);
        self.engine.process(&self.waiting[..needed], &mut self.stretched[..]);
        self.waiting.drain(..needed);
        (self.fed, self.made) = (until, made);
        Ok(true)
    }

    /// Gathers frames up to a count; behind the end there is silence.
    fn gather(
        &mut self,
        until: u64,
        pull: &mut impl FnMut(&mut Vec<[f32; 2]>) -> Result<Step>,
    ) -> Result<bool> {
        let there = |pace: &Self| pace.fed + (pace.waiting.len() / 2) as u64;
        while there(self) < until && self.end.is_none() {
            self.block.clear();
            match pull(&mut self.block)? {
                Step::Sound(place) => {
                    self.places.push_back((there(self), place));
                    self.waiting.extend_from_slice(self.block.as_flattened());
                }
                Step::Later => return Ok(false),
                Step::Over => self.end = Some(there(self)),
            }
        }
        self.pad(until.saturating_sub(there(self)));
        Ok(true)
    }
}
