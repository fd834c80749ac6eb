//! The beginning of the line: what the input's thread does, and nothing else. It picks the channels, pushes them into
//! rings and counts; it never locks, allocates or logs.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rtrb::{Consumer, Producer, RingBuffer};

use super::signs::Signs;

/// Seconds that the ring holds: disks that have to wake up, or to tidy, keep one waiting for less.
pub(super) const RING: usize = 12;

/// Stretches that may be missing before the writer has noticed the first.
const GAPS: usize = 64;

/// Monitors that may come and go before the input's thread has noticed.
const MONITORS: usize = 8;

/// Part of a new reading of the clock in what is believed; the device's own reading trembles.
const TRUST: i64 = 32;

/// A reading that far off is no trembling: the device has skipped something.
const JUMP: i64 = 50_000_000;

/// Nothing is known yet.
pub(super) const UNKNOWN: i64 = i64::MIN;

/// A stereo line to the ears.
pub(super) type Ears = Producer<[f32; 2]>;

/// What the input's thread and the writer tell each other.
pub(super) struct Line {
    epoch: Instant,
    rate: u32,
    /// When the first frame was captured, in nanoseconds since the epoch, as later frames tell.
    origin: AtomicI64,
    /// The frame of the input that is the first in the line to the ears, later by what the line had no room for.
    skipped: AtomicU64,
    /// Frames for which there was no room.
    lost: AtomicU64,
    /// How often the device itself has thrown frames away.
    stumbles: AtomicU32,
    pub(super) signs: Signs,
}

/// Frames that are missing after so many that were pushed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap {
    pub(super) after: u64,
    pub(super) frames: u64,
}

/// The writer's side.
pub(super) struct Outgoing {
    pub(super) ring: Consumer<f32>,
    pub(super) gaps: Consumer<Gap>,
    pub(super) monitors: Producer<Ears>,
    /// Lines that nobody listens to any more, to be dropped where that may take its time.
    pub(super) spent: Consumer<Ears>,
    pub(super) line: Arc<Line>,
}

/// The device's side.
pub(crate) struct Inlet {
    ring: Producer<f32>,
    gaps: Producer<Gap>,
    monitors: Consumer<Ears>,
    spent: Producer<Ears>,
    monitor: Option<Ears>,
    line: Arc<Line>,
    first: usize,
    channels: usize,
    /// Frames that came, that were pushed, and that are missing since the last that was.
    seen: u64,
    pushed: u64,
    missing: u64,
}

/// Makes a line for `channels` from the channel `first` on, with a ring for `seconds`.
pub(super) fn line(
    rate: u32,
    first: u16,
    channels: u16,
    seconds: usize,
    epoch: Instant,
) -> (Inlet, Outgoing) {
    let (ring, samples) = RingBuffer::new(rate as usize * seconds * usize::from(channels));
    let (gaps, missing) = RingBuffer::new(GAPS);
    let (monitors, wanted) = RingBuffer::new(MONITORS);
    let (spent, useless) = RingBuffer::new(MONITORS);
    let line = Arc::new(Line {
        epoch,
        rate,
        origin: AtomicI64::new(UNKNOWN),
        skipped: AtomicU64::new(0),
        lost: AtomicU64::new(0),
        stumbles: AtomicU32::new(0),
        signs: Signs::default(),
    });
    let inlet = Inlet {
        ring,
        gaps,
        monitors: wanted,
        spent,
        monitor: None,
        line: Arc::clone(&line),
        first: usize::from(first),
        channels: usize::from(channels),
        seen: 0,
        pushed: 0,
        missing: 0,
    };
    (inlet, Outgoing { ring: samples, gaps: missing, monitors, spent: useless, line })
}

impl Inlet {
    /// Takes a block of the device's interleaved samples, of which the first frame was captured at `captured`. A block
    /// that does not fit into the ring is missing as a whole.
    pub(crate) fn take<T: Copy>(
        &mut self,
        data: &[T],
        device_channels: usize,
        captured: Instant,
        convert: impl Fn(T) -> f32,
    ) {
        let frames = data.chunks_exact(device_channels);
        let count = frames.len();
        self.note(captured);
        self.seen += count as u64;
        self.line.signs.called();
        let picked = self.first..self.first + self.channels;
        let (first, mono) = (self.first, self.channels == 1);
        let heard = frames.clone().map(|frame| {
            let left = convert(frame[first]);
            [left, if mono { left } else { convert(frame[first + 1]) }]
        });
        self.hear(heard, count);
        if !self.close_gap() {
            self.lose(count);
            return;
        }
        match self.ring.write_chunk_uninit(count * self.channels) {
            Ok(chunk) => {
                chunk.fill_from_iter(frames.flat_map(|frame| &frame[picked.clone()]).map(|s| convert(*s)));
                self.pushed += count as u64;
            }
            Err(_) => self.lose(count),
        }
    }

    /// Tells the writer what is missing before the next block, if there will be room for it; false if that is not
    /// known.
    fn close_gap(&mut self) -> bool {
        if self.missing == 0 {
            return true;
        }
        // A gap closes when the writer is at work again, not for one block in between.
        if self.ring.slots() < self.ring.buffer().capacity() / 4 {
            return false;
        }
        let told = self.gaps.push(Gap { after: self.pushed, frames: self.missing }).is_ok();
        if told {
            self.missing = 0;
        }
        told
    }

    fn lose(&mut self, frames: usize) {
        self.missing += frames as u64;
        self.line.lost.fetch_add(frames as u64, Ordering::Relaxed);
    }

    /// Notes when the input began, as this block tells.
    fn note(&self, captured: Instant) {
        let since = captured.saturating_duration_since(self.line.epoch).as_nanos() as i64;
        let told = since - self.line.nanos(self.seen);
        let known = self.line.origin.load(Ordering::Relaxed);
        self.line.origin.store(believed(known, told), Ordering::Release);
    }

    /// Passes so many frames, the last that came, on to whoever listens.
    fn hear(&mut self, frames: impl Iterator<Item = [f32; 2]>, count: usize) {
        if !self.spent.is_full()
            && let Ok(next) = self.monitors.pop()
        {
            self.line.skipped.store(self.seen - count as u64, Ordering::Relaxed);
            if let Some(before) = self.monitor.replace(next) {
                // There is room: it was looked for.
                let _ = self.spent.push(before);
            }
        }
        if !self.spent.is_full()
            && let Some(useless) = self.monitor.take_if(|monitor| monitor.is_abandoned())
        {
            let _ = self.spent.push(useless);
        }
        let Some(monitor) = &mut self.monitor else { return };
        // A full line loses what comes last; the listener notices that it is behind, and skips.
        let room = monitor.slots();
        if let Ok(chunk) = monitor.write_chunk_uninit(room) {
            let heard = chunk.fill_from_iter(frames);
            self.line.skipped.fetch_add((count - heard) as u64, Ordering::Relaxed);
        }
    }
}

/// Returns what is believed of a clock that trembles after another reading.
pub(super) fn believed(known: i64, told: i64) -> i64 {
    let far = known == UNKNOWN || (told - known).abs() > JUMP;
    if far { told } else { known + (told - known) / TRUST }
}

impl Line {
    /// Returns when the first frame in the line to the ears was captured, in nanoseconds since the epoch; `None` before the
    /// first block.
    pub(super) fn first_heard(&self) -> Option<i64> {
        let origin = self.origin.load(Ordering::Acquire);
        (origin != UNKNOWN).then(|| origin + self.nanos(self.skipped.load(Ordering::Relaxed)))
    }

    fn nanos(&self, frames: u64) -> i64 {
        (frames as f64 * 1e9 / f64::from(self.rate)).round() as i64
    }

    /// Returns which frame was captured at a moment since the epoch; `None` before the first block.
    pub(super) fn frame_at(&self, moment: Duration) -> Option<u64> {
        let origin = self.origin.load(Ordering::Acquire);
        let since = (moment.as_nanos() as i64).saturating_sub(origin);
        (origin != UNKNOWN).then(|| (since.max(0) as f64 * f64::from(self.rate) / 1e9).round() as u64)
    }

    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    pub(super) fn stumbles(&self) -> u32 {
        self.stumbles.load(Ordering::Relaxed)
    }

    /// Notes that the device itself has thrown frames away.
    pub(super) fn stumble(&self) {
        self.stumbles.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
impl Inlet {
    pub(super) fn signs(&self) -> &Signs {
        &self.line.signs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(frames: std::ops::Range<usize>, channels: usize) -> Vec<f32> {
        frames.flat_map(|frame| (0..channels).map(move |channel| (100 * frame + channel) as f32)).collect()
    }

    fn everything(ring: &mut Consumer<f32>) -> Vec<f32> {
        std::iter::from_fn(|| ring.pop().ok()).collect()
    }

    #[test]
    fn only_the_chosen_channels_are_taken() {
        let epoch = Instant::now();
        let (mut inlet, mut out) = line(100, 2, 2, 1, epoch);
        inlet.take(&block(0..3, 5), 5, epoch, |sample| sample);
        assert_eq!(everything(&mut out.ring), [2.0, 3.0, 102.0, 103.0, 202.0, 203.0]);
        let (mut inlet, mut out) = line(100, 4, 1, 1, epoch);
        inlet.take(&[0i16, 0, 0, 0, 16_384], 5, epoch, |sample| f32::from(sample) / 32_768.0);
        assert_eq!(everything(&mut out.ring), [0.5]);
    }

    #[test]
    fn what_does_not_fit_is_counted_and_keeps_its_place() {
        let epoch = Instant::now();
        let (mut inlet, mut out) = line(100, 0, 1, 1, epoch);
        inlet.take(&block(0..80, 1), 1, epoch, |sample| sample);
        inlet.take(&block(80..120, 1), 1, epoch, |sample| sample);
        assert_eq!((out.ring.slots(), out.line.lost()), (80, 40));
        everything(&mut out.ring);
        inlet.take(&block(120..130, 1), 1, epoch, |sample| sample);
        let gap = out.gaps.pop().unwrap();
        assert_eq!((gap.after, gap.frames), (80, 40));
        assert_eq!(out.ring.pop(), Ok(12_000.0));
        assert_eq!(out.line.lost(), 40);
    }

    #[test]
    fn a_moment_becomes_a_frame_although_the_device_s_clock_trembles() {
        let epoch = Instant::now();
        let (mut inlet, out) = line(48_000, 0, 1, 5, epoch);
        assert_eq!(out.line.frame_at(Duration::from_secs(1)), None);
        for n in 0..300u64 {
            let tremble = Duration::from_micros([0, 900, 300, 1_200][n as usize % 4]);
            let at = epoch + Duration::from_secs(1) + Duration::from_nanos(n * 512 * 1_000_000_000 / 48_000);
            inlet.take(&block(0..512, 1), 1, at + tremble, |sample| sample);
        }
        // The mean delay of 0.6 ms is 29 frames.
        let frame = out.line.frame_at(Duration::from_secs(3)).unwrap() as i64;
        assert!((frame - (96_000 - 29)).abs() < 10, "{frame}");
    }

    #[test]
    fn a_listener_comes_and_goes_without_the_device_s_thread_freeing_anything() {
        let epoch = Instant::now();
        let (mut inlet, mut out) = line(100, 1, 1, 1, epoch);
        let (ears, mut heard) = RingBuffer::new(8);
        out.monitors.push(ears).unwrap();
        inlet.take(&block(0..2, 3), 3, epoch, |sample| sample);
        assert_eq!((heard.pop(), heard.pop()), (Ok([1.0; 2]), Ok([101.0; 2])));
        drop(heard);
        inlet.take(&block(0..2, 3), 3, epoch, |sample| sample);
        assert!(out.spent.pop().is_ok());
        assert_eq!(out.ring.slots(), 4);
    }
}
