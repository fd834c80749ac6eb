//! What the player shows to others: state, playhead and meters.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use son1k_domain::id::TrackId;
use son1k_domain::playback::{MeterFrame, PlaybackState, TrackLevel};
use son1k_domain::unit::{Db, Seconds};

use super::outlet::Line;
use crate::SAMPLE_RATE;
use crate::meters::Meters;

/// Readings kept while nobody looks: about a second.
const READINGS: usize = 100;

const SILENCE: Db = Db(-120.0);

/// Shared by the feeder and those who ask; never by the device's thread.
#[derive(Clone)]
pub(super) struct Status(Arc<Mutex<Facts>>);

/// The facts behind the lock.
pub(super) struct Facts {
    pub(super) state: PlaybackState,
    pub(super) device: Option<String>,
    pub(super) problem: Option<String>,
    /// Length of the song in frames.
    pub(super) frames: u64,
    pub(super) tracks: Vec<TrackId>,
    /// The frame of the song at count `origin` of the line.
    pub(super) frame: u64,
    pub(super) origin: u64,
    pub(super) rate: u32,
    pub(super) line: Option<Arc<Line>>,
    readings: VecDeque<Reading>,
}

/// The meters after a block whose last frame has the count `at`.
struct Reading {
    at: u64,
    peak: [Db; 2],
    rms: [Db; 2],
    momentary: f32,
    tracks: Vec<f32>,
}

impl Status {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Facts {
            state: PlaybackState::Empty,
            device: None,
            problem: None,
            frames: 0,
            tracks: Vec::new(),
            frame: 0,
            origin: 0,
            rate: SAMPLE_RATE,
            line: None,
            readings: VecDeque::new(),
        })))
    }

    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Facts {
    /// Returns the frame of the song that the device takes next.
    pub(super) fn position(&self) -> u64 {
        let popped = self.line.as_ref().map_or(self.origin, |line| line.popped());
        let played = popped.saturating_sub(self.origin);
        let frames = u128::from(played) * u128::from(SAMPLE_RATE) / u128::from(self.rate.max(1));
        (self.frame + frames as u64).min(self.frames)
    }

    /// Says where the song goes on, and at which count of the line that will be heard.
    pub(super) fn set_origin(&mut self, frame: u64, origin: u64) {
        self.frame = frame;
        self.origin = origin;
        self.readings.clear();
    }

    /// Keeps what the meters show for the moment when it is heard.
    pub(super) fn read(&mut self, meters: &mut Meters, at: u64) {
        if self.readings.len() >= READINGS {
            self.readings.pop_front();
        }
        self.readings.push_back(Reading {
            at,
            peak: meters.peak(),
            rms: meters.rms(),
            momentary: meters.momentary().0,
            tracks: (0..self.tracks.len()).map(|index| meters.track_peak(index)).collect(),
        });
        meters.restart();
    }

    /// Returns what is heard now; peaks are the highest since the last call.
    pub(super) fn frame(&mut self) -> MeterFrame {
        let playing = self.state == PlaybackState::Playing;
        let mut frame = MeterFrame {
            position: Seconds(self.position() as f64 / f64::from(SAMPLE_RATE)),
            playing,
            peak: [SILENCE; 2],
            rms: [SILENCE; 2],
            momentary: SILENCE.0,
            tracks: self
                .tracks
                .iter()
                .map(|track| TrackLevel { track: track.clone(), peak: SILENCE })
                .collect(),
        };
        let heard = self.line.as_ref().map_or(0, |line| line.popped());
        // The newest heard reading stays: the next frame may come before the next block is heard.
        while playing && self.readings.front().is_some_and(|reading| reading.at <= heard) {
            self.show(&mut frame);
            if self.readings.len() == 1 {
                break;
            }
            self.readings.pop_front();
        }
        if playing && frame.rms == [SILENCE; 2] {
            self.show(&mut frame);
        }
        frame
    }

    fn show(&self, frame: &mut MeterFrame) {
        let Some(reading) = self.readings.front() else { return };
        for (shown, peak) in frame.peak.iter_mut().zip(reading.peak) {
            shown.0 = shown.0.max(peak.0);
        }
        for (level, peak) in frame.tracks.iter_mut().zip(&reading.tracks) {
            level.peak.0 = level.peak.0.max(Db::from_amplitude(*peak).0);
        }
        frame.rms = reading.rms;
        frame.momentary = reading.momentary;
    }
}
