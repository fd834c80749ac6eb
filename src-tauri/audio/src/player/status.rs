//! What the player shows to others: state, playhead and meters.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use son1k_domain::id::TrackId;
use son1k_domain::playback::{MeterFrame, PlaybackState, TrackLevel};
use son1k_domain::unit::{Db, Seconds};

use super::outlet::Line;
use super::source::{Length, Place, Spot};
use crate::meters::Reading;

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
    /// What is under the playhead, in its order.
    pub(super) entries: Vec<Length>,
    pub(super) tracks: Vec<TrackId>,
    pub(super) line: Option<Arc<Line>>,
    /// Grains are heard, though nothing plays.
    pub(super) scrubbing: bool,
    /// From which count of the line on frames are from where; never empty.
    places: VecDeque<(u64, Place)>,
    readings: VecDeque<Shown>,
    /// What stays on the meters when it is silent.
    kept: Reading,
}

/// The meters after a block whose last frame has the count `at`.
struct Shown {
    at: u64,
    reading: Reading,
    tracks: Vec<f32>,
}

impl Status {
    pub(super) fn new() -> Self {
        let place = Place { spot: Spot { key: 0, seconds: 0.0 }, slope: 0.0 };
        Self(Arc::new(Mutex::new(Facts {
            state: PlaybackState::Empty,
            device: None,
            problem: None,
            entries: Vec::new(),
            tracks: Vec::new(),
            line: None,
            scrubbing: false,
            places: VecDeque::from([(0, place)]),
            readings: VecDeque::new(),
            kept: Reading::silence(),
        })))
    }

    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Facts {
    fn heard(&self) -> u64 {
        self.line.as_ref().map_or(0, |line| line.popped())
    }

    /// Returns what the device takes next.
    pub(super) fn spot(&self) -> Spot {
        let heard = self.heard();
        let found = self.places.iter().rev().find(|(at, _)| *at <= heard).or(self.places.front());
        let Some((at, place)) = found else { return Spot { key: 0, seconds: 0.0 } };
        // What lies behind the last block is not known; the playhead waits there.
        let next = self.places.iter().map(|(next, _)| *next).find(|next| next > at);
        let played = next.map_or(heard, |next| heard.min(next)).saturating_sub(*at);
        let seconds = place.spot.seconds + played as f64 * place.slope;
        let most = self.length_of(place.spot.key).filter(|length| *length > 0.0);
        Spot { key: place.spot.key, seconds: most.map_or(seconds, |most| seconds.min(most)) }
    }

    fn length_of(&self, key: u64) -> Option<f64> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| entry.seconds)
    }

    /// Returns the length of the entry that is heard, in seconds.
    pub(super) fn length(&self) -> f64 {
        self.length_of(self.spot().key).unwrap_or(0.0)
    }

    /// Returns the place of the entry that is heard among the entries.
    pub(super) fn current(&self) -> Option<usize> {
        let key = self.spot().key;
        self.entries.iter().position(|entry| entry.key == key)
    }

    /// Says where it goes on, and at which count of the line that will be heard.
    pub(super) fn set_origin(&mut self, spot: Spot, origin: u64) {
        self.places.clear();
        self.places.push_back((origin, Place { spot, slope: 0.0 }));
        self.readings.clear();
    }

    /// Says where a pointer is that drags the playhead.
    pub(super) fn point(&mut self, spot: Spot) {
        self.places.clear();
        self.places.push_back((0, Place { spot, slope: 0.0 }));
    }

    /// Says where the frames from a count of the line on are from.
    pub(super) fn follow(&mut self, at: u64, place: Place) {
        let heard = self.heard();
        while self.places.back().is_some_and(|(last, _)| *last >= at) {
            self.places.pop_back();
        }
        self.places.push_back((at, place));
        while self.places.get(1).is_some_and(|(next, _)| *next <= heard) {
            self.places.pop_front();
        }
    }

    /// Keeps what the meters show for the moment when it is heard.
    pub(super) fn read(&mut self, reading: Reading, tracks: Vec<f32>, at: u64) {
        if self.readings.len() >= READINGS {
            self.readings.pop_front();
        }
        self.readings.push_back(Shown { at, reading, tracks });
    }

    /// Forgets what the meters kept; what is on its way is measured anew.
    pub(super) fn restart_meters(&mut self) {
        self.kept = Reading::silence();
        for shown in &mut self.readings {
            let silence = Reading::silence();
            (shown.reading.integrated, shown.reading.range) = (None, None);
            shown.reading.true_peak = silence.true_peak;
        }
    }

    /// Returns what is heard now; peaks are the highest since the last call.
    pub(super) fn frame(&mut self) -> MeterFrame {
        let playing = self.state == PlaybackState::Playing;
        let sounds = playing || self.scrubbing;
        let silence = Reading::silence();
        let silent = |track: &TrackId| TrackLevel { track: track.clone(), peak: SILENCE };
        let mut frame = MeterFrame {
            position: Seconds(self.spot().seconds),
            playing,
            peak: [SILENCE; 2],
            rms: [SILENCE; 2],
            momentary: silence.momentary,
            short_term: silence.short_term,
            integrated: self.kept.integrated,
            range: self.kept.range,
            true_peak: self.kept.true_peak,
            correlation: silence.correlation,
            spectrum: silence.spectrum,
            tracks: self.tracks.iter().map(silent).collect(),
        };
        let heard = self.heard();
        // The newest heard reading stays: the next frame may come before the next block is heard.
        let mut shown = false;
        while sounds && self.readings.front().is_some_and(|reading| reading.at <= heard) {
            self.show(&mut frame);
            shown = true;
            if self.readings.len() == 1 {
                break;
            }
            self.readings.pop_front();
        }
        if sounds && !shown {
            self.show(&mut frame);
        }
        frame
    }

    fn show(&mut self, frame: &mut MeterFrame) {
        let Some(Shown { reading, tracks, .. }) = self.readings.front() else { return };
        for (shown, peak) in frame.peak.iter_mut().zip(reading.peak) {
            shown.0 = shown.0.max(peak.0);
        }
        for (level, peak) in frame.tracks.iter_mut().zip(tracks) {
            level.peak.0 = level.peak.0.max(Db::from_amplitude(*peak).0);
        }
        frame.rms = reading.rms;
        (frame.momentary, frame.short_term) = (reading.momentary, reading.short_term);
        (frame.integrated, frame.range) = (reading.integrated, reading.range);
        (frame.true_peak, frame.correlation) = (reading.true_peak, reading.correlation);
        frame.spectrum.clone_from(&reading.spectrum);
        self.kept = reading.clone();
    }
}
