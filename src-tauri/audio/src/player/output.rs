//! An open output, from the feeder's side.

use std::sync::Arc;
#[cfg(test)]
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use rtrb::Producer;

#[cfg(test)]
use super::outlet::Outlet;
use super::outlet::{Line, RING, Trouble, line};
use crate::device;
#[cfg(test)]
use crate::error::Error;
use crate::error::Result;

/// A device that asks for nothing for so long is gone, whatever it says.
const STALLED: Duration = Duration::from_secs(5);

/// The same, after it has complained.
const STUMBLED: Duration = Duration::from_millis(500);

/// Where the sound goes.
pub(super) enum Target {
    /// An output of the machine, by its name; `None` is the default.
    Device(Option<String>),
    /// A test that takes the sound itself, at a rate; no output when it has hung up.
    #[cfg(test)]
    Hands { rate: u32, taker: Sender<Outlet> },
}

/// An open output.
pub(super) struct Output {
    ring: Producer<[f32; 2]>,
    pub(super) line: Arc<Line>,
    pub(super) rate: u32,
    pub(super) stream: Option<cpal::Stream>,
    /// Frames that did not fit into the ring yet.
    pub(super) waiting: Vec<[f32; 2]>,
    /// Frames that went into the ring, and how many of them were flushed.
    pub(super) pushed: u64,
    flushed: u64,
    /// All there is to hear is on its way.
    pub(super) complete: bool,
    calls: u64,
    pub(super) called: Instant,
}

impl Output {
    fn new(ring: Producer<[f32; 2]>, line: Arc<Line>, rate: u32, stream: Option<cpal::Stream>) -> Self {
        let waiting = Vec::new();
        Self {
            ring,
            line,
            rate,
            stream,
            waiting,
            pushed: 0,
            flushed: 0,
            complete: false,
            calls: 0,
            called: Instant::now(),
        }
    }

    /// Moves what waits into the ring; false when enough is in it. Flushed frames do not count, so that a seek leaves
    /// no gap.
    pub(super) fn push(&mut self) -> bool {
        let fresh = self.pushed - self.line.popped().max(self.flushed);
        let wanted = ((RING * self.rate as f32) as u64).saturating_sub(fresh) as usize;
        let (_, rest) = self.ring.push_partial_slice(&self.waiting[..wanted.min(self.waiting.len())]);
        let pushed = wanted.min(self.waiting.len()) - rest.len();
        self.waiting.drain(..pushed);
        self.pushed += pushed as u64;
        self.waiting.is_empty()
    }

    /// Returns the count of the next frame that is added to those that wait.
    pub(super) fn coming(&self) -> u64 {
        self.pushed + self.waiting.len() as u64
    }

    /// Returns whether enough is in the ring.
    pub(super) fn is_full(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Silences everything on its way, and returns the count at which the next frame will be.
    pub(super) fn flush(&mut self, at_once: bool) -> u64 {
        self.waiting.clear();
        self.complete = false;
        self.flushed = self.pushed;
        self.line.flush(self.pushed, at_once);
        self.pushed
    }

    /// Returns why the device is gone, if it is: it says so, or it asks for nothing any more.
    pub(super) fn lost(&mut self) -> Option<String> {
        let calls = self.line.calls();
        if calls != self.calls {
            (self.calls, self.called) = (calls, Instant::now());
            self.line.forgive();
        }
        let waited = self.called.elapsed();
        match self.line.trouble() {
            Some(Trouble::Lost(reason)) => Some(reason),
            Some(Trouble::Stumbled(reason)) => (waited > STUMBLED).then_some(reason),
            None => (self.stream.is_some() && waited > STALLED).then(|| "it takes no sound any more".into()),
        }
    }
}

impl Target {
    pub(super) fn open(&self, volume: f32) -> Result<(Output, String)> {
        match self {
            Self::Device(name) => {
                let found = device::Output::find(name.as_deref())?;
                let (ring, outlet, line) = line(found.rate(), volume);
                let told = Arc::clone(&line);
                let stream = found.start(outlet, move |trouble| told.complain(trouble))?;
                Ok((Output::new(ring, line, found.rate(), Some(stream)), found.name))
            }
            #[cfg(test)]
            Self::Hands { rate, taker } => {
                let (ring, outlet, line) = line(*rate, volume);
                taker.send(outlet).map_err(|_| Error::Device("nobody listens".into()))?;
                Ok((Output::new(ring, line, *rate, None), "hands".into()))
            }
        }
    }
}
