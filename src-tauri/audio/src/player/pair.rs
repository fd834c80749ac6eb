//! Two sounds at the same place, one of them heard.

use std::time::Duration;

use son1k_domain::playback::Side;

use super::row::{BLOCK, Entry};
use super::source::{Length, Spot, Step};
use super::tape::Tape;
use super::voice::Voice;
use super::{Cue, PlayerEvent, SoundFile};
use crate::error::Result;

/// Seconds in which one side goes over into the other.
const SWITCH: f32 = 0.010;

/// Seconds that are read ahead.
const DEPTH: f64 = 2.0;

pub(super) struct Pair {
    entries: [Entry; 2],
    /// Linear.
    gains: [f32; 2],
    side: Side,
    /// How much of B is heard, 0 to 1.
    share: f32,
    rate: u32,
    repeat: bool,
    voices: Option<[Voice; 2]>,
    sides: [Vec<[f32; 2]>; 2],
    news: Vec<PlayerEvent>,
}

impl Pair {
    pub(super) fn new(files: [SoundFile; 2], gains: [f32; 2], repeat: bool) -> Self {
        let mut key = 0;
        let entries = files.map(|file| {
            key += 1;
            Entry { key: key - 1, path: file.path, length: file.duration.map_or(0.0, |duration| duration.0) }
        });
        Self {
            entries,
            gains,
            side: Side::A,
            share: 0.0,
            rate: 0,
            repeat,
            voices: None,
            sides: Default::default(),
            news: Vec::new(),
        }
    }

    pub(super) fn hear(&mut self, side: Side) {
        self.side = side;
    }

    pub(super) fn set_repeat(&mut self, repeat: bool) {
        self.repeat = repeat;
    }

    fn heard(&self) -> usize {
        usize::from(self.side == Side::B)
    }

    /// Returns the start of both, under the name of the one that is heard.
    pub(super) fn start(&self) -> Spot {
        Spot { key: self.entries[self.heard()].key, seconds: 0.0 }
    }

    pub(super) fn seek(&mut self, seconds: f64, span: Option<(f64, f64)>, rate: u32) {
        self.rate = rate;
        let cue = Cue { at: seconds, span };
        let tapes = match self.voices.take() {
            Some(voices) => voices.map(|voice| {
                voice.tape.cue(cue);
                voice.tape
            }),
            None => [0, 1].map(|index: usize| Tape::start(self.entries[index].path.clone(), cue, DEPTH)),
        };
        let mut keys = self.entries.iter().map(|entry| entry.key);
        self.voices = Some(tapes.map(|tape| Voice::new(keys.next().unwrap_or_default(), tape, rate)));
        self.share = self.heard() as f32;
    }

    /// Adds the next frames to `out`.
    pub(super) fn next(&mut self, out: &mut Vec<[f32; 2]>) -> Result<Step> {
        let heard = self.heard();
        let Some(voices) = &mut self.voices else { return Ok(Step::Over) };
        let mut count = BLOCK;
        let mut alive = false;
        for (index, voice) in voices.iter_mut().enumerate() {
            if let Some(fault) = voice.tape.fault() {
                self.news.push(PlayerEvent::Skipped { index, fault });
            }
            let Some(ready) = voice.fill_to_end(BLOCK)? else { return Ok(Step::Later) };
            if ready > 0 {
                (count, alive) = (count.min(ready), true);
            }
        }
        if !alive {
            return self.again();
        }
        let mut places = [None; 2];
        for ((voice, frames), place) in voices.iter_mut().zip(&mut self.sides).zip(&mut places) {
            frames.clear();
            while frames.len() < count && voice.rail.ready() > 0 {
                let from = voice.rail.give(count - frames.len(), frames);
                place.get_or_insert(from);
            }
            frames.resize(count, [0.0; 2]);
        }
        self.mix(out);
        let mut place = places[heard].or(places[1 - heard]);
        place.iter_mut().for_each(|place| place.spot.key = self.entries[heard].key);
        Ok(place.map_or(Step::Later, Step::Sound))
    }

    /// Both are over.
    fn again(&mut self) -> Result<Step> {
        let playable = |voices: &[Voice; 2]| voices.iter().any(|voice| voice.tape.rate().is_some());
        if !self.repeat || !self.voices.as_ref().is_some_and(playable) {
            return Ok(Step::Over);
        }
        self.seek(0.0, None, self.rate);
        Ok(Step::Later)
    }

    fn mix(&mut self, out: &mut Vec<[f32; 2]>) {
        let (wanted, step) = (self.heard() as f32, 1.0 / (SWITCH * self.rate as f32));
        let [a, b] = &self.sides;
        for (a, b) in a.iter().zip(b) {
            self.share += (wanted - self.share).clamp(-step, step);
            let gains = [self.gains[0] * (1.0 - self.share), self.gains[1] * self.share];
            out.push([0, 1].map(|side: usize| a[side] * gains[0] + b[side] * gains[1]));
        }
    }

    pub(super) fn wait(&self, patience: Duration) {
        for voice in self.voices.iter().flatten() {
            voice.tape.wait(patience / 2);
        }
    }

    pub(super) fn news(&mut self) -> Vec<PlayerEvent> {
        std::mem::take(&mut self.news)
    }

    pub(super) fn lengths(&self) -> Vec<Length> {
        self.entries.iter().map(|entry| Length { key: entry.key, seconds: entry.length }).collect()
    }
}
