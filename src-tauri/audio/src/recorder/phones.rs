//! What is heard while recording: the clicks that count in, and the input itself. An output of its own, so that the
//! player goes on undisturbed; its thread never locks, allocates or logs.

use std::f64::consts::TAU;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rtrb::{Consumer, Producer, RingBuffer};

use super::ear::Ear;
use super::inlet::{Ears, UNKNOWN, believed};
use super::signs::Signs;
use crate::device::Fill;

/// Seconds of the monitor's line; most of it is room for when the output is late.
const LINE: f64 = 0.5;

/// Silence before the first click: what the output is busy with when it is asked for.
const LEAD: f64 = 0.1;

/// A click: a short tone that rings down, higher on the first beat of a bar.
const CLICK: [f64; 2] = [1_000.0, 1_600.0];
const CLICK_LEVEL: [f64; 2] = [0.25, 0.4];
const CLICK_SECONDS: f64 = 0.03;
const CLICK_DECAY: f64 = 0.006;
const BAR: u32 = 4;

/// Beats to be counted in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count {
    pub(super) beats: u8,
    pub(super) bpm: f64,
}

/// What phones and writer tell each other.
pub(super) struct Wire {
    epoch: Instant,
    /// Whether the input is heard.
    open: AtomicBool,
    /// When the beat after the count is heard, in nanoseconds since the epoch.
    begins: AtomicI64,
    left: AtomicU8,
    /// When the first frame of the line to the ears would have been heard, in nanoseconds since the epoch, as later frames
    /// tell.
    first: AtomicI64,
    /// Frames by which what changes the sound on its way is behind.
    behind: AtomicUsize,
    pub(super) signs: Signs,
}

impl Wire {
    /// Returns that moment, later by what changes the sound; `None` while the input is not heard.
    pub(super) fn first_heard(&self, rate: u32) -> Option<i64> {
        let first = self.first.load(Ordering::Acquire);
        let behind = self.behind.load(Ordering::Relaxed) as f64 * 1e9 / f64::from(rate);
        (first != UNKNOWN).then(|| first + behind as i64)
    }

    pub(super) fn set_behind(&self, frames: usize) {
        self.behind.store(frames, Ordering::Relaxed);
    }

    pub(super) fn set_open(&self, open: bool) {
        self.open.store(open, Ordering::Release);
    }

    /// Returns the moment since the epoch at which the beat after the count is heard.
    pub(super) fn begins(&self) -> Option<Duration> {
        let nanos = self.begins.load(Ordering::Acquire);
        (nanos != UNKNOWN).then(|| Duration::from_nanos(nanos.max(0) as u64))
    }

    /// Returns how many beats are still to come.
    pub(super) fn beats_left(&self) -> u8 {
        self.left.load(Ordering::Relaxed)
    }
}

/// The writer's side.
pub(super) struct Desk {
    /// The end that the input has to fill; `None` when it was handed on.
    pub(super) ears: Option<Ears>,
    counts: Producer<Count>,
    pub(super) wire: Arc<Wire>,
}

impl Desk {
    /// Begins to count.
    pub(super) fn count(&mut self, count: Count) {
        self.wire.begins.store(UNKNOWN, Ordering::Release);
        self.wire.left.store(count.beats, Ordering::Relaxed);
        // One count runs at a time, and the line takes two.
        let _ = self.counts.push(count);
    }
}

/// The device's side.
pub(crate) struct Phones {
    rate: f64,
    input: f64,
    ear: Ear,
    counts: Consumer<Count>,
    counting: Option<Counting>,
    wire: Arc<Wire>,
}

struct Counting {
    count: Count,
    /// Frames since the count was asked for, and of a beat.
    frame: u64,
    beat: f64,
    /// Readings of the clock that the beginning is the mean of.
    readings: i64,
}

/// Returns how many frames a line to the ears takes.
pub(super) fn line(input: u32) -> usize {
    (LINE * f64::from(input)) as usize
}

/// Makes phones for an output and an input of some rates; the input gives `period` frames at a time.
pub(super) fn phones(output: u32, input: u32, period: u32, epoch: Instant) -> (Phones, Desk) {
    let (ears, ring) = RingBuffer::new(line(input));
    let (counts, wanted) = RingBuffer::new(2);
    let wire = Arc::new(Wire {
        epoch,
        open: AtomicBool::new(false),
        begins: AtomicI64::new(UNKNOWN),
        left: AtomicU8::new(0),
        first: AtomicI64::new(UNKNOWN),
        behind: AtomicUsize::new(0),
        signs: Signs::default(),
    });
    let ear = Ear::new(ring, input, output, period);
    let (rate, input) = (f64::from(output), f64::from(input));
    let phones = Phones { rate, input, ear, counts: wanted, counting: None, wire: Arc::clone(&wire) };
    (phones, Desk { ears: Some(ears), counts, wire })
}

impl Fill for Phones {
    fn fill(&mut self, frames: usize, heard: Instant, mut put: impl FnMut([f32; 2])) {
        if let Ok(count) = self.counts.pop() {
            let beat = self.rate * 60.0 / count.bpm;
            self.counting = Some(Counting { count, frame: 0, beat, readings: 0 });
        }
        if let Some(counting) = &mut self.counting {
            counting.tell(&self.wire, heard, self.rate);
        }
        self.ear.set_open(self.wire.open.load(Ordering::Acquire), frames);
        if let Some(place) = self.ear.place() {
            self.note(heard, place);
        }
        for _ in 0..frames {
            let click = self.counting.as_mut().map_or(0.0, |counting| counting.click(self.rate));
            put(self.ear.listen().map(|sample| (sample + click).clamp(-1.0, 1.0)));
        }
        if let Some(counting) = &self.counting {
            self.wire.left.store(counting.left(self.rate), Ordering::Relaxed);
        }
        self.counting.take_if(|counting| counting.is_over(self.rate));
        self.wire.signs.called();
    }
}

impl Phones {
    /// Notes when the line began, as the frame that is heard next tells.
    fn note(&self, heard: Instant, place: u64) {
        let since = heard.saturating_duration_since(self.wire.epoch).as_nanos() as i64;
        let told = since - (place as f64 * 1e9 / self.input) as i64;
        let known = self.wire.first.load(Ordering::Relaxed);
        self.wire.first.store(believed(known, told), Ordering::Release);
    }
}

impl Counting {
    /// Returns the beats since the first one at a frame; negative before it.
    fn beats_at(&self, frame: u64, rate: f64) -> f64 {
        (frame as f64 - LEAD * rate) / self.beat
    }

    fn left(&self, rate: f64) -> u8 {
        let clicked = self.beats_at(self.frame, rate).ceil().clamp(0.0, 255.0) as u8;
        self.count.beats.saturating_sub(clicked)
    }

    fn is_over(&self, rate: f64) -> bool {
        self.beats_at(self.frame, rate) >= f64::from(self.count.beats)
    }

    /// Notes when the beat after the last will be heard, as the mean of what this and all blocks before say.
    fn tell(&mut self, wire: &Wire, heard: Instant, rate: f64) {
        let to_come = LEAD + (f64::from(self.count.beats) * self.beat - self.frame as f64) / rate;
        let now = heard.saturating_duration_since(wire.epoch).as_nanos() as i64;
        let told = now + (to_come * 1e9) as i64;
        self.readings += 1;
        let known = wire.begins.load(Ordering::Relaxed);
        let believed = if known == UNKNOWN { told } else { known + (told - known) / self.readings };
        wire.begins.store(believed, Ordering::Release);
    }

    /// Returns the next sample of the clicks.
    fn click(&mut self, rate: f64) -> f32 {
        let at = self.beats_at(self.frame, rate);
        self.frame += 1;
        let beat = at.floor();
        if at < 0.0 || beat >= f64::from(self.count.beats) {
            return 0.0;
        }
        let since = (at - beat) * self.beat / rate;
        if since > CLICK_SECONDS {
            return 0.0;
        }
        // The take begins with a bar, so bars are counted back from there.
        let kind = usize::from((u32::from(self.count.beats) - beat as u32).is_multiple_of(BAR));
        (CLICK_LEVEL[kind] * (TAU * CLICK[kind] * since).sin() * (-since / CLICK_DECAY).exp()) as f32
    }
}

#[cfg(test)]
impl Phones {
    pub(super) fn signs(&self) -> &Signs {
        &self.wire.signs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(phones: &mut Phones, blocks: usize, block: usize, epoch: Instant) -> Vec<f32> {
        let mut heard = Vec::new();
        for n in 0..blocks {
            let at = epoch + Duration::from_secs_f64((n * block) as f64 / 48_000.0 + 0.02);
            phones.fill(block, at, |frame| heard.push(frame[0]));
        }
        heard
    }

    #[test]
    fn four_beats_are_clicked_the_first_of_them_higher_and_louder() {
        let epoch = Instant::now();
        let (mut phones, mut desk) = phones(48_000, 48_000, 512, epoch);
        desk.count(Count { beats: 4, bpm: 120.0 });
        assert_eq!(desk.wire.beats_left(), 4);
        let heard = count(&mut phones, 10, 480, epoch);
        assert!(heard[..4_800].iter().all(|sample| *sample == 0.0));
        assert_eq!(desk.wire.begins(), Some(Duration::from_millis(2_120)));
        let more = count(&mut phones, 10, 4_800, epoch + Duration::from_millis(100));
        let peaks =
            [0, 24_000].map(|at| more[at..at + 1_440].iter().fold(0.0f32, |peak, s| peak.max(s.abs())));
        assert!(peaks[0] > 1.3 * peaks[1] && peaks[1] > 0.15, "{peaks:?}");
        assert!(more[1_500..24_000].iter().all(|sample| *sample == 0.0));
        assert_eq!(desk.wire.beats_left(), 2);
        count(&mut phones, 11, 4_800, epoch + Duration::from_millis(1_100));
        assert_eq!(desk.wire.beats_left(), 0);
        let begins = desk.wire.begins().unwrap().as_secs_f64();
        assert!((begins - 2.12).abs() < 0.001, "{begins}");
        assert!(phones.counting.is_none());
    }

    #[test]
    fn the_input_is_heard_only_while_the_monitor_is_on() {
        let epoch = Instant::now();
        let (mut phones, mut desk) = phones(48_000, 48_000, 512, epoch);
        let mut ears = desk.ears.take().unwrap();
        let mut hear = |open: bool| {
            desk.wire.set_open(open);
            let mut heard = Vec::new();
            for _ in 0..20 {
                ears.push_entire_slice(&[[0.5; 2]; 480]).unwrap();
                phones.fill(480, epoch, |frame| heard.push(frame[0]));
            }
            heard
        };
        assert!(hear(false).iter().all(|sample| *sample == 0.0));
        let heard = hear(true);
        assert!(heard[8_000..].iter().all(|sample| (sample - 0.5).abs() < 1e-3));
        assert!(heard.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.01), "it comes without a click");
        assert!(hear(false)[1_000..].iter().all(|sample| *sample == 0.0));
    }
}
