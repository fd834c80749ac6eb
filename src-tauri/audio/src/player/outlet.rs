//! The end of the line: what the device's thread does, and nothing else. It takes frames from a ring, fades, and
//! counts; it never locks, allocates or logs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rtrb::{Consumer, Producer, RingBuffer};

/// Seconds of sound between the feeder and the device: long enough for a busy machine, short enough for a fader.
pub(super) const RING: f32 = 0.070;

/// Seconds in which sound comes and goes, so that nothing clicks.
const FADE: f32 = 0.005;

/// What feeder and device tell each other. Counts are of frames since the ring was made.
pub(super) struct Line {
    playing: AtomicBool,
    /// Frames before this count are not to be heard any more.
    flush: AtomicU64,
    /// Whether the next start may come at once: the beginning of a song needs no fade, and its first beat would suffer.
    at_once: AtomicBool,
    /// The volume, as the bits of an `f32`.
    volume: AtomicU32,
    popped: AtomicU64,
    underruns: AtomicU64,
    calls: AtomicU64,
    /// All sound there will be is in the ring: running empty is no underrun.
    draining: AtomicBool,
    trouble: Mutex<Option<Trouble>>,
}

/// What the device complains about.
#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    /// It is gone.
    Lost(String),
    /// It may go on all the same: sound servers stumble when a stream begins.
    Stumbled(String),
}

impl Line {
    pub(super) fn set_playing(&self, playing: bool) {
        self.playing.store(playing, Ordering::Release);
    }

    pub(super) fn is_playing(&self) -> bool {
        self.playing.load(Ordering::Acquire)
    }

    pub(super) fn set_volume(&self, volume: f32) {
        self.volume.store(volume.to_bits(), Ordering::Relaxed);
    }

    pub(super) fn set_draining(&self, draining: bool) {
        self.draining.store(draining, Ordering::Release);
    }

    /// Silences the `pushed` frames that are on their way.
    pub(super) fn flush(&self, pushed: u64, at_once: bool) {
        self.at_once.store(at_once, Ordering::Relaxed);
        self.draining.store(false, Ordering::Relaxed);
        self.flush.store(pushed, Ordering::Release);
    }

    /// Returns the frames that the device has taken, or that were flushed.
    pub(super) fn popped(&self) -> u64 {
        self.popped.load(Ordering::Acquire)
    }

    /// Returns how many frames were missing while the song played.
    pub(super) fn underruns(&self) -> u64 {
        self.underruns.load(Ordering::Relaxed)
    }

    /// Returns how often the device has asked for sound.
    pub(super) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Notes a complaint of the device; a loss stays. The lock is only taken when there is no sound left to disturb.
    pub(super) fn complain(&self, trouble: Trouble) {
        let mut noted = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(*noted, Some(Trouble::Lost(_))) {
            *noted = Some(trouble);
        }
    }

    /// Returns the last complaint.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Forgets a stumble that passed.
    pub(super) fn forgive(&self) {
        let mut noted = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*noted, Some(Trouble::Stumbled(_))) {
            *noted = None;
        }
    }
}

/// The device's side.
pub(crate) struct Outlet {
    ring: Consumer<[f32; 2]>,
    line: Arc<Line>,
    popped: u64,
    /// Fade, 0 to 1, and how far it goes in a frame.
    fade: f32,
    step: f32,
    volume: f32,
}

/// Makes a ring for a device that takes `rate` frames a second, with room for flushed frames beside those to be heard.
pub(super) fn line(rate: u32, volume: f32) -> (Producer<[f32; 2]>, Outlet, Arc<Line>) {
    let (producer, ring) = RingBuffer::new((2.0 * RING * rate as f32) as usize);
    let line = Arc::new(Line {
        playing: AtomicBool::new(false),
        flush: AtomicU64::new(0),
        at_once: AtomicBool::new(false),
        volume: AtomicU32::new(volume.to_bits()),
        popped: AtomicU64::new(0),
        underruns: AtomicU64::new(0),
        calls: AtomicU64::new(0),
        draining: AtomicBool::new(false),
        trouble: Mutex::new(None),
    });
    let step = 1.0 / (FADE * rate as f32);
    let outlet = Outlet { ring, line: Arc::clone(&line), popped: 0, fade: 0.0, step, volume };
    (producer, outlet, line)
}

impl Outlet {
    /// Gives the device its next frames.
    pub(crate) fn fill(&mut self, frames: usize, mut put: impl FnMut([f32; 2])) {
        let playing = self.line.playing.load(Ordering::Acquire);
        let flush = self.line.flush.load(Ordering::Acquire);
        let volume = f32::from_bits(self.line.volume.load(Ordering::Relaxed));
        let mut missing = 0;
        for _ in 0..frames {
            self.volume += (volume - self.volume) * self.step;
            match self.next(playing, flush) {
                Some(frame) => put(frame.map(|sample| sample * self.volume)),
                None => {
                    missing += 1;
                    put([0.0; 2]);
                }
            }
        }
        if missing > 0 && !self.line.draining.load(Ordering::Acquire) {
            self.line.underruns.fetch_add(missing, Ordering::Relaxed);
        }
        self.line.popped.store(self.popped, Ordering::Release);
        self.line.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the next frame, `None` if there should be one and is not.
    fn next(&mut self, playing: bool, flush: u64) -> Option<[f32; 2]> {
        if self.fade <= 0.0 && self.popped < flush {
            self.skip(flush);
        }
        let heard = playing && self.popped >= flush;
        if heard && self.fade <= 0.0 && self.line.at_once.swap(false, Ordering::Relaxed) {
            self.fade = 1.0;
        }
        self.fade = if heard { (self.fade + self.step).min(1.0) } else { (self.fade - self.step).max(0.0) };
        if self.fade <= 0.0 {
            return Some([0.0; 2]);
        }
        match self.ring.pop() {
            Ok(frame) => {
                self.popped += 1;
                Some(frame.map(|sample| sample * self.fade))
            }
            Err(_) => {
                self.fade = 0.0;
                (!heard).then_some([0.0; 2])
            }
        }
    }

    fn skip(&mut self, flush: u64) {
        let stale = usize::try_from(flush - self.popped).unwrap_or(usize::MAX).min(self.ring.slots());
        if let Ok(chunk) = self.ring.read_chunk(stale) {
            chunk.commit_all();
            self.popped += stale as u64;
        }
    }
}

#[cfg(test)]
impl Outlet {
    /// Returns how many frames are ready to be heard.
    pub(super) fn ready(&self) -> usize {
        let stale = self.line.flush.load(Ordering::Acquire).saturating_sub(self.popped);
        self.ring.slots().saturating_sub(stale as usize)
    }

    pub(super) fn line_is_draining(&self) -> bool {
        self.line.draining.load(Ordering::Acquire)
    }

    pub(super) fn complain(&self, trouble: Trouble) {
        self.line.complain(trouble);
    }
}
