//! The thread that empties the input's ring: into the level check and, while a take runs, into its file.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use son1k_domain::recording::RecorderState;
use son1k_domain::unit::Seconds;

use super::inlet::{Gap, Outgoing};
use super::levels::Levels;
use super::output::Output;
use super::phones::Count;
use super::signs::Look;
use super::status::Status;
use super::take::{Cut, Take, TakeFile};
use super::wave::Shape;
use super::{Opened, RecorderEvent};

/// How often the ring is emptied, and the file made to hold what was in it. A kill costs as much, and a period of the
/// device.
const TICK: Duration = Duration::from_millis(40);

pub(super) enum Command {
    Open(Box<OpenInput>, Sender<()>),
    Close(Sender<Option<TakeFile>>),
    /// What is heard: the output, and whether the input is on it.
    Hear(Option<Output>, bool, Sender<()>),
    Record(Box<Start>, Sender<()>),
    Stop(Sender<Option<TakeFile>>),
    Leave,
}

/// A take to begin: its file is there and empty.
pub(super) struct Start {
    pub(super) take: Take,
    pub(super) count: Option<(Count, Option<Output>)>,
}

/// An open input.
pub(super) struct OpenInput {
    pub(super) out: Outgoing,
    pub(super) shape: Shape,
    pub(super) stream: Option<cpal::Stream>,
    pub(super) opened: Opened,
}

/// An input that is listened to.
struct Listening {
    input: Box<OpenInput>,
    levels: Levels,
    /// Frames that were taken out of the ring, and those of the input, with what is missing.
    popped: u64,
    frame: u64,
    gap: Option<Gap>,
    look: Look,
}

pub(super) struct Writer {
    commands: Receiver<Command>,
    status: Status,
    on_change: Box<dyn Fn(RecorderEvent) + Send>,
    input: Option<Listening>,
    output: Option<Output>,
    monitor: bool,
    take: Option<Running>,
    samples: Vec<f32>,
}

/// A take that runs, or is counted in.
struct Running {
    take: Take,
    counting: bool,
    /// What the input had lost before.
    lost: u64,
    stumbles: u32,
    told: bool,
}

impl Writer {
    pub(super) fn new(
        commands: Receiver<Command>,
        status: Status,
        on_change: Box<dyn Fn(RecorderEvent) + Send>,
    ) -> Self {
        let samples = Vec::new();
        Self { commands, status, on_change, input: None, output: None, monitor: false, take: None, samples }
    }

    pub(super) fn run(mut self) {
        loop {
            let command = match self.input {
                Some(_) => self.commands.recv_timeout(TICK),
                None => self.commands.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match command {
                Ok(Command::Leave) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(command) => {
                    // What came before a command belongs before it.
                    self.empty();
                    self.obey(command);
                }
                Err(RecvTimeoutError::Timeout) => self.empty(),
            }
            self.watch();
            self.report();
        }
        self.empty();
        self.end();
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Open(input, done) => {
                self.open(input);
                answer(done, ());
            }
            Command::Close(done) => {
                let take = self.end();
                // Whoever asked may want to open the device again.
                drop(self.close());
                answer(done, take);
            }
            Command::Hear(output, monitor, done) => {
                self.hear(output, monitor);
                answer(done, ());
            }
            Command::Record(start, done) => {
                self.record(*start);
                answer(done, ());
            }
            Command::Stop(done) => {
                let take = self.end();
                answer(done, take);
            }
            Command::Leave => {}
        }
    }

    fn open(&mut self, input: Box<OpenInput>) {
        drop(self.close());
        let levels = Levels::new(input.shape.rate, input.shape.channels);
        let mut facts = self.status.facts();
        facts.opened = Some(input.opened.clone());
        facts.shape = input.shape;
        facts.state = RecorderState::Ready;
        drop(facts);
        let look = Look::new(Instant::now());
        self.input = Some(Listening { input, levels, popped: 0, frame: 0, gap: None, look });
        self.report();
    }

    /// Lets go of the input, and returns what is left to close.
    fn close(&mut self) -> Option<cpal::Stream> {
        self.silence();
        self.monitor = false;
        self.status.close();
        self.input.take().and_then(|listening| listening.input.stream)
    }

    fn hear(&mut self, output: Option<Output>, monitor: bool) {
        self.set_monitor(monitor && self.input.is_some());
        match output.filter(|_| self.monitor) {
            // The count goes on where it is heard.
            Some(output) if self.output.is_some() => part(output.stream),
            Some(output) => self.output = Some(output),
            None => {}
        }
        let counting = self.take.as_ref().is_some_and(|running| running.counting);
        match (&mut self.output, &mut self.input) {
            (Some(output), Some(listening)) if self.monitor => {
                if let Some(ears) = output.desk.ears.take() {
                    // There is room: the input's thread takes one a block.
                    let _ = listening.input.out.monitors.push(ears);
                }
                output.desk.wire.set_open(true);
            }
            (Some(output), _) if counting => output.desk.wire.set_open(false),
            _ => self.silence(),
        }
    }

    /// Whoever asked, or is told next, finds it so.
    fn set_monitor(&mut self, monitor: bool) {
        self.monitor = monitor;
        self.status.facts().monitor = monitor;
    }

    /// Lets go of the output.
    fn silence(&mut self) {
        part(self.output.take().and_then(|output| output.stream));
    }

    fn record(&mut self, start: Start) {
        let Some(listening) = &mut self.input else { return };
        listening.levels.forgive();
        let line = &listening.input.out.line;
        let (lost, stumbles) = (line.lost(), line.stumbles());
        let counting = start.count.is_some();
        if let Some((count, output)) = start.count {
            match output {
                Some(output) if self.output.is_some() => part(output.stream),
                Some(output) => self.output = Some(output),
                None => {}
            }
            if let Some(output) = &mut self.output {
                output.desk.count(count);
            }
        }
        let state = if counting { RecorderState::CountingIn } else { RecorderState::Recording };
        self.status.facts().state = state;
        self.take = Some(Running { take: start.take, counting, lost, stumbles, told: false });
    }

    /// Takes everything out of the ring, and makes the file hold it.
    fn empty(&mut self) {
        let begins = self.begins();
        let Some(listening) = &mut self.input else { return };
        while listening.input.out.spent.pop().is_ok() {}
        let mut failed = None;
        while listening.next(&mut self.samples) {
            listening.levels.measure(&self.samples);
            let Some(running) = &mut self.take else { continue };
            let frames = self.samples.len() / usize::from(listening.input.shape.channels);
            let first = listening.frame - frames as u64;
            let skipped = match running.counting {
                false => 0,
                true => match begins {
                    Some(begins) if begins < listening.frame => begins.saturating_sub(first) as usize,
                    _ => continue,
                },
            };
            if running.counting {
                running.counting = false;
                self.status.facts().state = RecorderState::Recording;
                (self.on_change)(RecorderEvent::Started);
            }
            let from = skipped * usize::from(listening.input.shape.channels);
            if let Err(error) = running.take.append(&self.samples[from..]) {
                failed = Some(error);
                break;
            }
        }
        if failed.is_none()
            && let Some(running) = &mut self.take
        {
            failed = running.take.keep().err();
        }
        if let Some(error) = failed {
            self.break_off(Cut::of(&error));
        }
    }

    /// Returns the input's frame that was captured when the beat after the count was heard.
    fn begins(&self) -> Option<u64> {
        let listening = self.input.as_ref()?;
        let moment = self.output.as_ref()?.desk.wire.begins()?;
        listening.input.out.line.frame_at(moment)
    }

    /// Ends the take and returns its file, if there is sound in it.
    fn end(&mut self) -> Option<TakeFile> {
        let running = self.take.take()?;
        let line = &self.input.as_ref()?.input.out.line;
        let lost = line.lost().saturating_sub(running.lost);
        let stumbles = line.stumbles().saturating_sub(running.stumbles);
        self.status.facts().rest();
        running.take.finish(lost, stumbles)
    }

    fn break_off(&mut self, cut: Cut) {
        let take = self.end();
        (self.on_change)(RecorderEvent::BrokenOff { take, cut });
    }

    /// Notices lost devices, and what the input had to throw away.
    fn watch(&mut self) {
        if let Some(reason) = self.input.as_mut().and_then(Listening::gone) {
            tracing::warn!(reason, "input lost");
            let recording = self.take.is_some();
            let take = self.end();
            part(self.close());
            (self.on_change)(match recording {
                true => RecorderEvent::BrokenOff { take, cut: Cut::Lost(reason) },
                false => RecorderEvent::InputLost(reason),
            });
        }
        if let Some(reason) = self.output.as_mut().and_then(Output::gone) {
            tracing::warn!(reason, "output of the recorder lost");
            self.silence();
            self.set_monitor(false);
            match self.take.as_ref().is_some_and(|running| running.counting) {
                true => self.break_off(Cut::Unheard(reason)),
                false => (self.on_change)(RecorderEvent::MonitorLost(reason)),
            }
        }
        if !self.monitor && self.take.as_ref().is_none_or(|running| !running.counting) {
            self.silence();
        }
        if let (Some(running), Some(listening)) = (&mut self.take, &self.input) {
            let line = &listening.input.out.line;
            let missing = line.lost() > running.lost || line.stumbles() > running.stumbles;
            if missing && !running.told {
                running.told = true;
                (self.on_change)(RecorderEvent::Dropped);
            }
        }
    }

    /// Returns how long after it was captured the input is heard, as both devices tell; `None` while it is not.
    fn latency(&self) -> Option<Seconds> {
        let input = &self.input.as_ref()?.input;
        let heard = self.output.as_ref()?.desk.wire.first_heard(input.shape.rate)?;
        let captured = input.out.line.first_heard()?;
        self.monitor.then(|| Seconds((heard - captured).max(0) as f64 / 1e9))
    }

    /// Shows the levels.
    fn report(&mut self) {
        let latency = self.latency();
        let Some(listening) = &mut self.input else { return };
        let counting = self.take.as_ref().is_some_and(|running| running.counting);
        let wire = self.output.as_ref().map(|output| &output.desk.wire);
        let mut facts = self.status.facts();
        facts.latency = latency;
        facts.rms = listening.levels.rms();
        facts.raise(listening.levels.peaks());
        facts.clipped = listening.levels.clipped();
        facts.beats_left = wire.filter(|_| counting).map(|wire| wire.beats_left());
        facts.recorded = self.take.as_ref().map_or(0.0, |running| running.take.seconds().0);
    }
}

impl Listening {
    /// Takes the next samples, at most a second of them; false when there are none. What is missing is silence.
    fn next(&mut self, samples: &mut Vec<f32>) -> bool {
        samples.clear();
        let channels = usize::from(self.input.shape.channels);
        let second = self.input.shape.rate as usize;
        // In this order: the inlet tells of a gap before it pushes what comes after.
        let ready = (self.input.out.ring.slots() / channels).min(second);
        self.gap = self.gap.or_else(|| self.input.out.gaps.pop().ok());
        if let Some(gap) = &mut self.gap
            && gap.after == self.popped
        {
            let frames = gap.frames.min(second as u64);
            gap.frames -= frames;
            if gap.frames == 0 {
                self.gap = None;
            }
            samples.resize(frames as usize * channels, 0.0);
            self.frame += frames;
            return true;
        }
        let until = self.gap.map_or(u64::MAX, |gap| gap.after - self.popped);
        let frames = (ready as u64).min(until) as usize;
        let Ok(chunk) = self.input.out.ring.read_chunk(frames * channels) else { return false };
        let (one, other) = chunk.as_slices();
        samples.extend_from_slice(one);
        samples.extend_from_slice(other);
        chunk.commit_all();
        self.popped += frames as u64;
        self.frame += frames as u64;
        frames > 0
    }

    /// Returns why the input is gone, if it is.
    fn gone(&mut self) -> Option<String> {
        self.look.gone(&self.input.out.line.signs, Instant::now())
    }
}

/// A dead device may take its time to close, and nobody has to wait for it.
fn part(stream: Option<cpal::Stream>) {
    if let Some(stream) = stream {
        let _ = std::thread::Builder::new().name("close".into()).spawn(move || drop(stream));
    }
}

/// Whoever asked may be gone; the command holds all the same.
fn answer<T>(asker: Sender<T>, answer: T) {
    let _ = asker.send(answer);
}
