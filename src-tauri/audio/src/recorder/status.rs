//! What the recorder shows to others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use son1k_domain::recording::{InputFrame, RecorderState};
use son1k_domain::unit::{Db, Seconds};

use super::Opened;
use super::wave::Shape;

const SILENCE: Db = Db(-120.0);

/// Shared by the writer and those who ask; never by a device's thread.
#[derive(Clone, Default)]
pub(super) struct Status(Arc<Mutex<Facts>>);

/// The facts behind the lock.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) state: RecorderState,
    pub(super) opened: Option<Opened>,
    pub(super) shape: Shape,
    pub(super) monitor: bool,
    /// From the microphone to the ear.
    pub(super) latency: Option<Seconds>,
    pub(super) rms: Vec<Db>,
    pub(super) clipped: u32,
    pub(super) recorded: f64,
    pub(super) beats_left: Option<u8>,
    peak: Vec<Db>,
}

impl Status {
    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing is open any more.
    pub(super) fn close(&self) {
        *self.facts() = Facts::default();
    }
}

impl Facts {
    /// No take runs any more.
    pub(super) fn rest(&mut self) {
        self.state = RecorderState::Ready;
        (self.recorded, self.beats_left) = (0.0, None);
    }

    /// Lifts the peaks to new ones.
    pub(super) fn raise(&mut self, peaks: Vec<Db>) {
        self.peak.resize(peaks.len(), SILENCE);
        for (known, new) in self.peak.iter_mut().zip(peaks) {
            known.0 = known.0.max(new.0);
        }
    }

    /// Returns a frame for the eye, and begins new peaks.
    pub(super) fn frame(&mut self) -> InputFrame {
        let next = vec![SILENCE; self.peak.len()];
        InputFrame {
            peak: std::mem::replace(&mut self.peak, next),
            rms: self.rms.clone(),
            clipped: self.clipped,
            recorded: Seconds(self.recorded),
            beats_left: self.beats_left,
        }
    }
}
