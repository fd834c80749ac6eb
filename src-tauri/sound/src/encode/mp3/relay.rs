//! One sound, coded by several encoders at a time.
//!
//! LAME has use for one core only. So each leg of the sound has its own encoder, which goes on a little into the next
//! leg; both have heard the same there, and where the one that begins reaches back no farther than the one that ends, the
//! stream goes on with its frames. Where the legs begin does not depend on the machine, and neither do the bytes.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::frame::{Frame, Shape, frames};
use super::lame::Lame;
use super::reservoir::Reservoir;
use crate::error::{Error, Result};

/// Frames of a leg: half a minute, and a multiple of every [`Shape::period`], so that all encoders make the longer frames
/// at the same places.
pub(super) const LEG: usize = 1_176;
/// Frames for which two encoders code the same. LAME's reservoir is full, and its thresholds have settled, after a few.
const TOGETHER: usize = 48;
/// Frames after which an encoder is warm.
const WARM: usize = 24;
/// Frames that an encoder is given beyond those that are used: it looks ahead, and its last ones fade into silence.
const AHEAD: usize = 4;
/// Most legs that are coded at a time, each of which keeps its samples: 10 MiB of stereo at 48 kHz.
const MOST_AT_ONCE: usize = 8;
/// How long the flag goes unread.
const PATIENCE: Duration = Duration::from_millis(5);

struct Leg {
    frames: Vec<Frame>,
    /// The first frame of the file, as the encoder of this leg knows it.
    tag: Vec<u8>,
}

pub(super) struct Relay<'a, W> {
    shape: Shape,
    /// What no encoder has yet, from where the next leg begins.
    waiting: Vec<f32>,
    running: VecDeque<JoinHandle<Result<Leg>>>,
    pub(super) at_once: usize,
    /// The leg that was coded last, and how many of its frames are placed.
    last: Option<(Leg, usize)>,
    stream: Reservoir<W>,
    cancelled: &'a AtomicBool,
    /// Tells the encoders that nobody waits for them.
    dropped: Arc<AtomicBool>,
}

impl<'a, W: Write> Relay<'a, W> {
    pub fn new(out: W, shape: Shape, cancelled: &'a AtomicBool) -> Self {
        debug_assert_eq!(LEG % shape.period(), 0, "{shape:?}");
        Self {
            shape,
            waiting: Vec::new(),
            running: VecDeque::new(),
            at_once: thread::available_parallelism().map_or(1, usize::from).min(MOST_AT_ONCE),
            last: None,
            stream: Reservoir::new(out, shape),
            cancelled,
            dropped: Arc::default(),
        }
    }

    fn samples(&self, frames: usize) -> usize {
        frames * self.shape.samples() * usize::from(self.shape.channels)
    }

    pub fn write(&mut self, samples: &[f32]) -> Result<()> {
        self.waiting.extend_from_slice(samples);
        let (leg, heard) = (self.samples(LEG), self.samples(LEG + TOGETHER + AHEAD));
        while self.waiting.len() >= heard {
            self.start(self.waiting[..heard].to_vec());
            self.waiting.drain(..leg);
            if self.running.len() > self.at_once {
                self.take()?;
            }
        }
        Ok(())
    }

    fn start(&mut self, samples: Vec<f32>) {
        let (shape, dropped) = (self.shape, self.dropped.clone());
        let block = self.samples(1);
        self.running.push_back(thread::spawn(move || {
            let mut lame = Lame::start(shape)?;
            for block in samples.chunks(block) {
                if dropped.load(Ordering::Relaxed) {
                    return Err(Error::Cancelled);
                }
                lame.write(block)?;
            }
            let (tag, stream) = lame.finish()?;
            Ok(Leg { frames: frames(&stream, shape)?, tag })
        }));
    }

    /// Waits for the leg that was begun first, and places what the one before it has until both meet.
    fn take(&mut self) -> Result<()> {
        let Some(leg) = self.running.pop_front() else { return Ok(()) };
        while !leg.is_finished() {
            if self.cancelled.load(Ordering::Relaxed) {
                return Err(Error::Cancelled);
            }
            thread::sleep(PATIENCE);
        }
        let next = leg.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let mut placed = 0;
        if let Some((last, from)) = self.last.take() {
            placed = meeting(&last.frames[LEG..], &next.frames);
            for frame in last.frames.into_iter().take(LEG + placed).skip(from) {
                self.stream.place(frame)?;
            }
        }
        self.last = Some((next, placed));
        Ok(())
    }

    /// Codes what is left. Returns what the stream is written to, its frames, and the tag of the last encoder, which
    /// knows how the sound ends but not how it began.
    pub fn finish(&mut self) -> Result<(&mut W, u32, Vec<u8>)> {
        let rest = std::mem::take(&mut self.waiting);
        self.start(rest);
        while !self.running.is_empty() {
            self.take()?;
        }
        let (last, from) = self.last.take().ok_or_else(|| Error::Encode("LAME coded nothing".into()))?;
        for frame in last.frames.into_iter().skip(from) {
            self.stream.place(frame)?;
        }
        let (out, frames) = self.stream.finish()?;
        Ok((out, frames, last.tag))
    }
}

impl<W> Drop for Relay<'_, W> {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::Relaxed);
    }
}

/// Returns the first frame with which `next` can go on for `last`: one that finds its room, of a warm encoder if there
/// is any. The very first reaches back nowhere.
fn meeting(last: &[Frame], next: &[Frame]) -> usize {
    let fits =
        |at: &usize| last.get(*at).zip(next.get(*at)).is_some_and(|(last, next)| next.reach <= last.reach);
    (WARM..TOGETHER).find(fits).or_else(|| (0..WARM).rev().find(fits)).unwrap_or(0)
}
