//! What is under the playhead: the stems of a song, or sounds one after the other.

use std::time::Duration;

use super::PlayerEvent;
use super::song::Stems;
use super::sounds::Sounds;
use crate::error::Result;

/// A place in a source: which of its entries, and how far into it in seconds. A song has one entry, 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    pub(super) key: u64,
    pub(super) seconds: f64,
}

/// Where a stretch of frames is from: its first frame, and how many seconds of the entry go by with a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    pub(super) spot: Spot,
    pub(super) slope: f64,
}

/// One entry, for those who show it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Length {
    pub(super) key: u64,
    /// 0 where it is not known.
    pub(super) seconds: f64,
}

/// What a source has to give now.
#[derive(Debug)]
pub(super) enum Step {
    /// The frames are in what was handed in.
    Sound(Place),
    /// The disk has not given them yet.
    Later,
    Over,
}

pub(super) enum Source {
    Song(Box<Stems>),
    Sounds(Box<Sounds>),
}

impl Source {
    /// Returns the entries in their order.
    pub(super) fn lengths(&self) -> Vec<Length> {
        match self {
            Self::Song(song) => vec![Length { key: 0, seconds: song.seconds() }],
            Self::Sounds(sounds) => sounds.lengths(),
        }
    }

    /// Makes the next frames those from a spot on, for a device of `rate`; `plain` is for grains: neither speed nor
    /// selection count.
    pub(super) fn seek(&mut self, spot: Spot, rate: u32, plain: bool) -> Result<()> {
        match self {
            Self::Song(song) => song.seek(spot.seconds, rate),
            Self::Sounds(sounds) => sounds.seek(spot, rate, plain),
        }
    }

    /// Puts the next frames into `out`, which it empties first.
    pub(super) fn next(&mut self, out: &mut Vec<[f32; 2]>) -> Result<Step> {
        out.clear();
        match self {
            Self::Song(song) => song.next(out),
            Self::Sounds(sounds) => sounds.next(out),
        }
    }

    /// Waits until there is more, or the patience is over.
    pub(super) fn wait(&self, patience: Duration) {
        match self {
            Self::Song(_) => {}
            Self::Sounds(sounds) => sounds.wait(patience),
        }
    }

    /// Returns what went wrong with single sounds since it was last asked.
    pub(super) fn news(&mut self) -> Vec<PlayerEvent> {
        match self {
            Self::Song(_) => Vec::new(),
            Self::Sounds(sounds) => sounds.news(),
        }
    }
}
