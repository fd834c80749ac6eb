//! Sounds of the library under the playhead: a row of them or a pair, at any speed.

use std::time::Duration;

use son1k_domain::playback::{Side, Span};
use son1k_domain::unit::{Db, Seconds};

use super::pace::Pace;
use super::pair::Pair;
use super::row::Row;
use super::source::{Length, Spot, Step};
use super::{PlayerEvent, SoundFile};
use crate::error::Result;

/// How sounds are played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Listening {
    /// 0 is gapless, to the sample.
    pub crossfade: Seconds,
    pub repeat: bool,
    /// 0.25 to 4; 1 leaves every sample as it is.
    pub speed: f32,
}

/// A change of what is played or how.
#[derive(Debug)]
pub(super) enum Turn {
    Append(Vec<SoundFile>),
    Remove(usize),
    Entry(usize),
    Speed(f32),
    Crossfade(Seconds),
    Repeat(bool),
    Selection(Option<Span>),
    Side(Side),
}

pub(super) struct Sounds {
    body: Body,
    speed: f64,
    /// Of the entry with this key; of two that are compared, of both.
    selection: Option<(u64, (f64, f64))>,
    pace: Option<Pace>,
}

enum Body {
    Row(Box<Row>),
    Pair(Box<Pair>),
}

impl Sounds {
    pub(super) fn row(files: Vec<SoundFile>, listening: Listening) -> Self {
        let row = Row::new(files, listening.crossfade.0, listening.repeat);
        Self { body: Body::Row(Box::new(row)), speed: listening.speed.into(), selection: None, pace: None }
    }

    pub(super) fn pair(files: [SoundFile; 2], gains: [Db; 2], listening: Listening) -> Self {
        let pair = Pair::new(files, gains.map(Db::amplitude), listening.repeat);
        Self { body: Body::Pair(Box::new(pair)), speed: listening.speed.into(), selection: None, pace: None }
    }

    /// Returns the start of the entry at an index.
    pub(super) fn start_of(&mut self, index: usize) -> Option<Spot> {
        match &mut self.body {
            Body::Row(row) => row.start_of(index),
            Body::Pair(pair) => Some(pair.start()),
        }
    }

    pub(super) fn lengths(&self) -> Vec<Length> {
        match &self.body {
            Body::Row(row) => row.lengths(),
            Body::Pair(pair) => pair.lengths(),
        }
    }

    /// Makes a change, and returns where to go if what is on its way to the device is not right any more; `heard` is
    /// what is heard now.
    pub(super) fn turn(&mut self, turn: Turn, heard: Spot) -> Option<Spot> {
        match (turn, &mut self.body) {
            (Turn::Append(files), Body::Row(row)) => {
                row.append(files);
                None
            }
            (Turn::Remove(index), Body::Row(row)) => row.remove(index, heard),
            (Turn::Entry(index), Body::Row(row)) => {
                self.selection = None;
                row.start_of(index)
            }
            (Turn::Crossfade(seconds), Body::Row(row)) => {
                row.set_crossfade(seconds.0);
                None
            }
            (Turn::Repeat(repeat), Body::Row(row)) => {
                row.set_repeat(repeat);
                None
            }
            (Turn::Repeat(repeat), Body::Pair(pair)) => {
                pair.set_repeat(repeat);
                None
            }
            (Turn::Side(side), Body::Pair(pair)) => {
                pair.hear(side);
                None
            }
            (Turn::Speed(speed), _) => {
                let changed = self.speed != f64::from(speed);
                self.speed = speed.into();
                changed.then_some(heard)
            }
            (Turn::Selection(span), _) => {
                self.selection = span.map(|span| (heard.key, (span.from.0, span.to.0)));
                Some(heard)
            }
            _ => None,
        }
    }

    /// Makes the next frames those from a spot on; what lies behind a selection goes to its start.
    pub(super) fn seek(&mut self, mut spot: Spot, rate: u32, plain: bool) -> Result<()> {
        let is_pair = matches!(self.body, Body::Pair(_));
        let selected = self.selection.filter(|(key, _)| !plain && (is_pair || *key == spot.key));
        let span = selected.map(|(_, span)| span);
        if let Some((from, _)) = span.filter(|(_, to)| spot.seconds >= *to) {
            spot.seconds = from;
        }
        self.pace = (!plain && self.speed != 1.0).then(|| Pace::new(rate, self.speed));
        if let Some(pace) = &mut self.pace {
            let rate = f64::from(rate);
            let lead = pace.lead();
            let there = lead.min((spot.seconds * rate).round() as u64);
            pace.pad(lead - there);
            spot.seconds = (spot.seconds - there as f64 / rate).max(0.0);
        }
        match &mut self.body {
            Body::Row(row) => row.seek(spot, span, rate),
            Body::Pair(pair) => pair.seek(spot.seconds, span, rate),
        }
        Ok(())
    }

    /// Adds the next frames to `out`.
    pub(super) fn next(&mut self, out: &mut Vec<[f32; 2]>) -> Result<Step> {
        match &mut self.pace {
            Some(pace) => pace.next(out, |block| self.body.next(block)),
            None => self.body.next(out),
        }
    }

    pub(super) fn wait(&self, patience: Duration) {
        match &self.body {
            Body::Row(row) => row.wait(patience),
            Body::Pair(pair) => pair.wait(patience),
        }
    }

    pub(super) fn news(&mut self) -> Vec<PlayerEvent> {
        match &mut self.body {
            Body::Row(row) => row.news(),
            Body::Pair(pair) => pair.news(),
        }
    }
}

impl Body {
    fn next(&mut self, out: &mut Vec<[f32; 2]>) -> Result<Step> {
        match self {
            Self::Row(row) => row.next(out),
            Self::Pair(pair) => pair.next(out),
        }
    }
}
