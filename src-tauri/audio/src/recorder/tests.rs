//! The recorder with a fake input and a fake output: the test gives frames and takes them.

mod harm;

use super::phones::Phones;
use super::*;
use crate::device::Fill;
use crate::player::Trouble;
use son1k_sound::Reader;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;

const RATE: u32 = 48_000;
const STEPS: f32 = 8_388_608.0;

/// A recorder in the hands of the test. Each sample of the input is its own number, so that a file tells what is in it.
struct Hands {
    recorder: Recorder,
    inlets: Receiver<Inlet>,
    inlet: Option<Inlet>,
    outputs: Receiver<Phones>,
    events: Receiver<RecorderEvent>,
    /// When frame 0 was captured, and the next frame.
    start: Instant,
    next: u64,
    channels: usize,
    folder: tempfile::TempDir,
}

impl Hands {
    fn new(output: u32, ring: usize) -> Self {
        Self::over(channel(), output, ring)
    }

    fn over((inlets, taker): (Sender<Inlet>, Receiver<Inlet>), output: u32, ring: usize) -> Self {
        let (phones, outputs) = channel();
        let (sender, events) = channel();
        let place = Place::Hands { rates: [RATE, output], ring, inlets, phones };
        let recorder = Recorder::begin(place, Box::new(move |event| drop(sender.send(event))));
        let folder = tempfile::tempdir().unwrap();
        let start = Instant::now();
        Self { recorder, inlets: taker, inlet: None, outputs, events, start, next: 0, channels: 2, folder }
    }

    /// A recorder whose stereo input is open.
    fn open() -> Self {
        let mut hands = Self::new(RATE, 12);
        hands.open_with(&InputSettings { channels: 2, ..InputSettings::default() });
        hands
    }

    fn open_with(&mut self, settings: &InputSettings) {
        let opened = self.recorder.open(settings).unwrap();
        assert_eq!((opened.rate, self.recorder.state()), (RATE, RecorderState::Ready));
        self.inlet = Some(self.inlets.recv().unwrap());
        self.channels = usize::from(settings.first_channel + settings.channels);
    }

    /// Gives the next frames, a period of the device at a time.
    fn feed(&mut self, frames: usize) {
        let until = self.next + frames as u64;
        while self.next < until {
            let count = (until - self.next).min(480);
            let first = self.next * self.channels as u64;
            let last = first + count * self.channels as u64;
            let block: Vec<f32> = (first..last).map(|n| (n % (1 << 23)) as f32 / STEPS).collect();
            let captured = self.start + Duration::from_secs_f64(self.next as f64 / f64::from(RATE));
            self.inlet.as_mut().unwrap().take(&block, self.channels, captured, |sample| sample);
            self.next += count;
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("take.wav")
    }

    fn record(&self, beats: u8) -> Result<()> {
        let path = self.path();
        let file = File::create_new(&path).unwrap();
        self.recorder.record(path, file, (beats, Bpm(120.0)), None)
    }

    fn event(&self) -> RecorderEvent {
        self.events.recv_timeout(Duration::from_secs(10)).unwrap()
    }

    /// Returns the numbers in the take.
    fn numbers(&self) -> Vec<u64> {
        numbers(&self.path())
    }
}

fn numbers(path: &Path) -> Vec<u64> {
    let mut reader = Reader::open(path).unwrap();
    let (mut all, mut block) = (Vec::new(), Vec::new());
    while reader.read(&mut block).unwrap() > 0 {
        all.extend(block.iter().map(|sample| (sample * STEPS) as u64));
    }
    all
}

#[track_caller]
fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(10), "not {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_level_is_shown_before_anything_is_recorded() {
    let mut hands = Hands::open();
    let tone = |n: usize| [0.5, 1.0].map(|level| if n % 96 < 48 { level } else { -level });
    let sound: Vec<f32> = (0..24_000).flat_map(tone).collect();
    let now = Instant::now();
    hands.inlet.as_mut().unwrap().take(&sound, 2, now, |sample| sample);
    eventually("measured", || hands.recorder.frame().clipped == 24_000);
    hands.inlet.as_mut().unwrap().take(&sound, 2, now, |sample| sample);
    let mut frame = hands.recorder.frame();
    eventually("measured again", || {
        frame = hands.recorder.frame();
        frame.clipped == 48_000
    });
    assert!((frame.peak[0].0 + 6.02).abs() < 0.01 && frame.peak[1].0.abs() < 0.01, "{frame:?}");
    assert!((frame.rms[0].0 + 6.02).abs() < 0.01 && frame.rms[1].0.abs() < 0.01, "{frame:?}");
    assert_eq!((frame.recorded, frame.beats_left), (Seconds(0.0), None));
    hands.recorder.close();
    assert_eq!(hands.recorder.frame().peak, []);
    assert_eq!((hands.recorder.state(), hands.recorder.opened()), (RecorderState::Closed, None));
}

#[test]
fn a_take_holds_every_sample_of_the_chosen_channels_and_nothing_else() {
    let mut hands = Hands::new(RATE, 12);
    hands.open_with(&InputSettings { first_channel: 3, channels: 2, ..InputSettings::default() });
    hands.feed(10_000);
    hands.record(0).unwrap();
    assert_eq!(hands.recorder.state(), RecorderState::Recording);
    hands.feed(30_001);
    let take = hands.recorder.stop().unwrap();
    assert_eq!((take.path.clone(), take.lost), (hands.path(), Seconds(0.0)));
    assert_eq!(take.duration, Seconds(30_001.0 / 48_000.0));
    let expected: Vec<u64> = (10_000..40_001).flat_map(|frame| [5 * frame + 3, 5 * frame + 4]).collect();
    assert!(hands.numbers() == expected);
    assert_eq!(hands.recorder.state(), RecorderState::Ready);
    assert_eq!(hands.recorder.stop(), None);
    assert_eq!(hands.events.try_recv(), Err(TryRecvError::Empty));
}

/// Takes sound from an output, of which frame 0 is heard 350 ms after the first frame of the input was captured.
fn listen(phones: &mut Phones, start: Instant, rate: u32, frames: std::ops::Range<usize>) -> Vec<f32> {
    let mut heard = Vec::new();
    for first in frames.clone().step_by(441) {
        let at = start + Duration::from_secs_f64(0.35 + first as f64 / f64::from(rate));
        phones.fill(441.min(frames.end - first), at, |frame| heard.push(frame[0]));
    }
    heard
}

#[test]
fn after_the_count_the_take_begins_with_the_frame_that_is_played_on_the_beat() {
    let mut hands = Hands::new(44_100, 12);
    hands.open_with(&InputSettings { channels: 2, ..InputSettings::default() });
    hands.feed(4_800);
    hands.record(4).unwrap();
    assert_eq!(hands.recorder.state(), RecorderState::CountingIn);
    let mut phones = hands.outputs.recv().unwrap();
    let clicks = listen(&mut phones, hands.start, 44_100, 0..22_050);
    let click = clicks.iter().position(|sample| *sample != 0.0).unwrap();
    eventually("counted", || hands.recorder.frame().beats_left == Some(3));
    hands.feed(48_000);
    listen(&mut phones, hands.start, 44_100, 22_050..88_200);
    hands.feed(86_400);
    listen(&mut phones, hands.start, 44_100, 88_200..132_300);
    assert_eq!(hands.event(), RecorderEvent::Started);
    hands.feed(48_000);
    let take = hands.recorder.stop().unwrap();
    // Four beats of half a second after the first click, which sounds from one frame before on.
    let begins = 0.35 + (click as f64 - 1.0) / 44_100.0 + 2.0;
    let first = hands.numbers()[0] / 2;
    assert!((first as f64 - begins * 48_000.0).abs() <= 2.0, "{first}, {}", begins * 48_000.0);
    assert_eq!(take.duration, Seconds((hands.next - first) as f64 / 48_000.0));
    drop(phones);
}

#[test]
fn a_count_that_is_stopped_leaves_no_file_and_no_output() {
    let mut hands = Hands::open();
    hands.feed(480);
    hands.record(8).unwrap();
    let mut phones = hands.outputs.recv().unwrap();
    listen(&mut phones, hands.start, RATE, 0..9_000);
    hands.feed(9_600);
    assert_eq!(hands.recorder.stop(), None);
    assert!(!hands.path().exists());
    assert_eq!(hands.recorder.state(), RecorderState::Ready);
    assert_eq!(hands.recorder.frame().beats_left, None);
    hands.record(0).unwrap();
    hands.feed(9_600);
    assert!(hands.recorder.stop().is_some(), "the next one can begin");
}

#[test]
fn what_the_writer_could_not_take_is_silent_in_its_place_and_told() {
    let mut hands = Hands::new(RATE, 1);
    hands.open_with(&InputSettings { channels: 2, ..InputSettings::default() });
    hands.record(0).unwrap();
    hands.feed(9_600);
    // Ten seconds at once do not fit into one.
    hands.feed(480_000);
    assert_eq!(hands.event(), RecorderEvent::Dropped);
    std::thread::sleep(Duration::from_millis(200));
    hands.feed(9_600);
    std::thread::sleep(Duration::from_millis(200));
    hands.feed(9_600);
    let take = hands.recorder.stop().unwrap();
    assert!(take.lost.0 > 1.0, "{take:?}");
    let numbers = hands.numbers();
    assert_eq!(numbers.len() as u64, 2 * hands.next);
    assert!(numbers.iter().enumerate().all(|(n, number)| *number == n as u64 || *number == 0));
    let silent = numbers.iter().skip(1).filter(|number| **number == 0).count();
    assert_eq!(silent, (take.lost.0 * 96_000.0).round() as usize);
    assert_eq!(hands.events.try_recv(), Err(TryRecvError::Empty), "it is told once");
}

#[test]
fn the_input_is_heard_while_it_is_monitored_and_the_take_goes_on_without() {
    let mut hands = Hands::open();
    assert!(!hands.recorder.monitor());
    hands.recorder.set_monitor(true, None).unwrap();
    assert!(hands.recorder.monitor());
    let mut phones = hands.outputs.recv().unwrap();
    hands.record(4).unwrap();
    assert!(hands.outputs.try_recv().is_err(), "the count is heard where the monitor is");
    let mut heard = Vec::new();
    for n in 0..300 {
        hands.feed(480);
        let at = hands.start + Duration::from_secs_f64(n as f64 / 100.0);
        phones.fill(480, at, |frame| heard.push(frame));
    }
    assert!(heard.iter().any(|frame| frame[0] > 1_000.0 / STEPS));
    assert_eq!(hands.event(), RecorderEvent::Started);
    phones.signs().complain(Trouble::Lost("headphones pulled".into()));
    assert_eq!(hands.event(), RecorderEvent::MonitorLost("headphones pulled".into()));
    assert!(!hands.recorder.monitor());
    assert_eq!(hands.recorder.state(), RecorderState::Recording);
    hands.feed(4_800);
    assert!(hands.recorder.stop().unwrap().duration.0 > 0.1);
}

#[test]
fn the_input_is_heard_changed_and_as_late_as_its_clocks_and_the_change_say() {
    let mut hands = Hands::new(RATE, 12);
    hands.open_with(&InputSettings::default());
    assert_eq!(hands.recorder.latency(), None);
    // It takes the sign away, and says that it is 480 frames behind.
    let change: Change = Box::new(|block: &mut [f32]| {
        block.iter_mut().for_each(|sample| *sample = -*sample);
        480
    });
    hands.recorder.set_changed_monitor(change, None).unwrap();
    let mut phones = hands.outputs.recv().unwrap();
    let mut heard = Vec::new();
    for n in 0..200 {
        hands.feed(480);
        // What is given is changed on a thread of its own.
        std::thread::sleep(Duration::from_millis(5));
        let at = hands.start + Duration::from_secs_f64(0.02 + n as f64 / 100.0);
        phones.fill(480, at, |frame| heard.push(frame[0]));
    }
    assert!(heard.iter().all(|sample| *sample <= 0.0) && heard.iter().any(|sample| *sample < 0.0));
    // The last that is heard was captured as many frames ago as its number says.
    let number = (-heard[heard.len() - 1] * STEPS) as f64;
    let waited = 0.02 + (heard.len() as f64 - number) / f64::from(RATE) + 0.01;
    eventually("measured", || hands.recorder.latency().is_some_and(|told| (told.0 - waited).abs() < 0.002));
    hands.recorder.close();
    assert_eq!(hands.recorder.latency(), None);
}

#[test]
fn what_cannot_be_now_is_refused() {
    let mut hands = Hands::new(RATE, 12);
    assert!(matches!(hands.record(0), Err(Error::Device(_))), "nothing is open");
    std::fs::remove_file(hands.path()).unwrap();
    assert!(hands.recorder.set_monitor(true, None).is_ok(), "there is nothing to hear yet");
    assert!(!hands.recorder.monitor());
    hands.open_with(&InputSettings { channels: 2, ..InputSettings::default() });
    hands.record(0).unwrap();
    assert!(matches!(hands.recorder.open(&InputSettings::default()), Err(Error::Recording)));
    let other = hands.folder.path().join("other.wav");
    let file = File::create_new(&other).unwrap();
    let refused = hands.recorder.record(other, file, (0, Bpm(120.0)), None);
    assert!(matches!(refused, Err(Error::Recording)));
    hands.feed(960);
    assert!(hands.recorder.close().is_some(), "closing ends the take");
    assert_eq!(hands.numbers().len(), 1_920);
}
