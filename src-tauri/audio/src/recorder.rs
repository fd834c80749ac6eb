//! Recording from an input: level check, count-in, monitor and takes.
//!
//! The input's own thread only pushes into a ring that holds 12 seconds; a writer thread empties it into the level check
//! and the take's file, which is a valid WAVE file at every moment (see `wave`). Count and monitor are heard on an output
//! of their own, and the player goes on beside them. Whatever happens to devices and disk, what was recorded stays.

mod changed;
mod ear;
mod inlet;
mod levels;
mod output;
mod phones;
mod signs;
mod status;
mod take;
mod wave;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Instant;

use son1k_domain::recording::{InputDevice, InputFrame, InputSettings, RecorderState};
use son1k_domain::unit::{Bpm, Seconds};

use crate::device;
use crate::error::{Error, Result};
use output::Output;
use phones::{Count, phones};
use status::Status;
use take::Take;
use wave::Shape;
use writer::{Command, OpenInput, Start, Writer};

pub use changed::Change;
pub(crate) use inlet::Inlet;
pub use take::{Cut, TakeFile};

/// Frames that the devices are asked to give and to take at a time.
#[derive(Debug, Clone, Copy)]
struct Periods {
    input: u32,
    output: u32,
}

/// 11 ms for the input, because nothing of a take may be lost; 5 ms for the output, so that a monitor is no echo.
const STEADY: Periods = Periods { input: 512, output: 256 };
/// 3 ms: what changes a voice takes most of the time that nobody hears as an echo.
const PROMPT: Periods = Periods { input: 128, output: 128 };

/// An input in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub device: InputDevice,
    /// Frames a second.
    pub rate: u32,
}

/// What changed on its own, without a call that asked for it.
#[derive(Debug, Clone, PartialEq)]
pub enum RecorderEvent {
    /// The count is over, and the take has begun.
    Started,
    /// The take ended, and why; without a file when nothing was recorded yet. The input is closed if it is gone.
    BrokenOff { take: Option<TakeFile>, cut: Cut },
    /// The input is gone while nothing was recorded, with the reason.
    InputLost(String),
    /// The output of the monitor is gone, with the reason; the take goes on.
    MonitorLost(String),
    /// A part of the take is missing, for the first time; the take goes on.
    Dropped,
}

/// Where sound comes from, and where count and monitor go.
enum Place {
    Devices(Periods),
    /// A test that gives and takes the sound itself, at these rates of input and output.
    #[cfg(test)]
    Hands {
        rates: [u32; 2],
        ring: usize,
        inlets: Sender<Inlet>,
        phones: Sender<phones::Phones>,
    },
}

/// Records one take at a time. It can be shared between threads; calls return when they have taken effect.
pub struct Recorder {
    commands: Sender<Command>,
    place: Mutex<Place>,
    epoch: Instant,
    status: Status,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Recorder {
    /// Begins without an input. `on_change` is called on a thread of the recorder, and must not call anything of the
    /// recorder but what reads.
    pub fn new(on_change: Box<dyn Fn(RecorderEvent) + Send>) -> Self {
        Self::begin(Place::Devices(STEADY), on_change)
    }

    /// The same for an input that is above all heard: its devices give and take as little at a time as they can.
    pub fn prompt(on_change: Box<dyn Fn(RecorderEvent) + Send>) -> Self {
        Self::begin(Place::Devices(PROMPT), on_change)
    }

    fn begin(place: Place, on_change: Box<dyn Fn(RecorderEvent) + Send>) -> Self {
        let (commands, orders) = channel();
        let status = Status::default();
        let writer = Writer::new(orders, status.clone(), on_change);
        // Without a thread every call says that the recorder has stopped.
        let thread = std::thread::Builder::new().name("recorder".into()).spawn(move || writer.run());
        let writer = Mutex::new(thread.ok());
        Self { commands, place: Mutex::new(place), epoch: Instant::now(), status, writer }
    }

    /// Opens an input in the place of the one before; the monitor is off.
    ///
    /// # Errors
    /// [`Error::Recording`] while a take runs, [`Error::Device`] when the input cannot be opened, [`Error::Channels`] when it
    /// has not as many channels; no input is open after the last two.
    pub fn open(&self, settings: &InputSettings) -> Result<Opened> {
        if self.is_recording() {
            return Err(Error::Recording);
        }
        self.close();
        let input = self.place().open(settings, self.epoch)?;
        let opened = input.opened.clone();
        self.ask(|done| Command::Open(Box::new(input), done)).ok_or_else(gone)?;
        Ok(opened)
    }

    /// Closes the input; a take that runs comes to its end and is returned.
    pub fn close(&self) -> Option<TakeFile> {
        self.ask(Command::Close).flatten()
    }

    /// Has the input heard on an output (the system's default without a name), or not; nothing happens without an input.
    ///
    /// # Errors
    /// [`Error::Device`] when the output cannot be opened.
    pub fn set_monitor(&self, monitor: bool, output: Option<&str>) -> Result<()> {
        self.hear(monitor, output, None)
    }

    /// Has the input heard on an output as `change` makes it, until the input is closed; nothing happens without an input,
    /// or while it is heard already.
    ///
    /// # Errors
    /// [`Error::Device`] when the output cannot be opened, [`Error::Io`] when the system has no thread for the change.
    pub fn set_changed_monitor(&self, change: Change, output: Option<&str>) -> Result<()> {
        self.hear(true, output, Some(change))
    }

    fn hear(&self, monitor: bool, output: Option<&str>, change: Option<Change>) -> Result<()> {
        let (rate, heard) = {
            let facts = self.status.facts();
            (facts.opened.as_ref().map(|opened| opened.rate), facts.monitor)
        };
        let output = match rate.filter(|_| monitor && !heard) {
            Some(rate) => {
                let mut output = self.place().listen(output, rate, self.epoch)?;
                if let Some(change) = change {
                    output.change(rate, change)?;
                }
                Some(output)
            }
            None => None,
        };
        self.ask(|done| Command::Hear(output, monitor, done)).ok_or_else(gone)
    }

    /// Records into `file`, which is at `path` and empty, after so many beats on the output. A take that is stopped
    /// before they are over leaves no file.
    ///
    /// # Errors
    /// [`Error::Recording`] while a take runs, [`Error::Device`] when no input is open or the output for the count cannot be,
    /// [`Error::Io`] when the disk refuses. The file stays as it is then.
    pub fn record(&self, path: PathBuf, file: File, count: (u8, Bpm), output: Option<&str>) -> Result<()> {
        let (shape, heard) = {
            let facts = self.status.facts();
            if facts.state != RecorderState::Ready {
                let closed = facts.state == RecorderState::Closed;
                return Err(if closed { Error::Device("no input is open".into()) } else { Error::Recording });
            }
            (facts.shape, facts.monitor)
        };
        let take = Take::start(path, file, shape)?;
        let (beats, Bpm(bpm)) = count;
        let count = match beats {
            0 => None,
            beats => {
                let output = match heard {
                    true => None,
                    false => Some(self.place().listen(output, shape.rate, self.epoch)?),
                };
                Some((Count { beats, bpm: f64::from(bpm) }, output))
            }
        };
        self.ask(|done| Command::Record(Box::new(Start { take, count }), done)).ok_or_else(gone)
    }

    /// Ends the take; `None` when there is none, or nothing of it yet. The input stays open.
    pub fn stop(&self) -> Option<TakeFile> {
        self.ask(Command::Stop).flatten()
    }

    pub fn state(&self) -> RecorderState {
        self.status.facts().state
    }

    /// Returns the input in use.
    pub fn opened(&self) -> Option<Opened> {
        self.status.facts().opened.clone()
    }

    pub fn monitor(&self) -> bool {
        self.status.facts().monitor
    }

    /// Returns how long after it was captured the input is heard, measured by the clocks of both devices; `None` while it is
    /// not heard.
    pub fn latency(&self) -> Option<Seconds> {
        self.status.facts().latency
    }

    fn is_recording(&self) -> bool {
        matches!(self.state(), RecorderState::CountingIn | RecorderState::Recording)
    }

    /// Returns the level check for the eye; made to be called 30 times a second by one caller, as peaks are those since
    /// the last call.
    pub fn frame(&self) -> InputFrame {
        self.status.facts().frame()
    }

    fn place(&self) -> std::sync::MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Sends a command and waits until it has taken effect; `None` without a writer.
    fn ask<T>(&self, command: impl FnOnce(Sender<T>) -> Command) -> Option<T> {
        let (done, answer) = channel();
        self.commands.send(command(done)).ok()?;
        answer.recv().ok()
    }
}

impl Place {
    fn open(&self, settings: &InputSettings, epoch: Instant) -> Result<OpenInput> {
        let InputSettings { first_channel: first, channels, .. } = *settings;
        let wanted = first.saturating_add(channels);
        match self {
            Self::Devices(periods) => {
                let found = device::Input::find(settings.device.as_deref(), wanted, periods.input)?;
                if channels == 0 || found.channels() < wanted {
                    return Err(Error::Channels(found.facts.channels));
                }
                let shape = Shape { rate: found.rate(), channels };
                let (inlet, out) = inlet::line(shape.rate, first, channels, inlet::RING, epoch);
                let line = Arc::clone(&out.line);
                let stream = found.start(inlet, move |trouble| match trouble {
                    Some(trouble) => line.signs.complain(trouble),
                    None => line.stumble(),
                })?;
                let opened = Opened { device: found.facts, rate: shape.rate };
                Ok(OpenInput { out, shape, stream: Some(stream), opened })
            }
            #[cfg(test)]
            Self::Hands { rates: [rate, _], ring, inlets, .. } => {
                let shape = Shape { rate: *rate, channels };
                let (inlet, out) = inlet::line(*rate, first, channels, *ring, epoch);
                inlets.send(inlet).map_err(|_| Error::Device("nobody plays".into()))?;
                let device = InputDevice { name: "hands".into(), channels: wanted };
                Ok(OpenInput { out, shape, stream: None, opened: Opened { device, rate: *rate } })
            }
        }
    }

    /// Opens an output for count and monitor of an input of a rate.
    fn listen(&self, name: Option<&str>, input: u32, epoch: Instant) -> Result<Output> {
        match self {
            Self::Devices(periods) => {
                let found = device::Output::find_at(name, input, periods.output)?;
                let (phones, desk) = phones(found.rate(), input, periods.input, epoch);
                let wire = Arc::clone(&desk.wire);
                let stream = found.start(phones, move |trouble| wire.signs.complain(trouble))?;
                Ok(Output::new(desk, Some(stream)))
            }
            #[cfg(test)]
            Self::Hands { rates: [_, rate], phones: taker, .. } => {
                let (phones, desk) = phones(*rate, input, STEADY.input, epoch);
                taker.send(phones).map_err(|_| Error::Device("nobody listens".into()))?;
                Ok(Output::new(desk, None))
            }
        }
    }
}

/// Repairs what was left of a take when the studio was killed, or the machine lost its power, and returns its length; 0
/// of one that had not begun.
///
/// # Errors
/// [`Error::Io`] when it cannot be read or written, or is no take of a recorder: it is left as it is then.
pub fn repair(path: &Path) -> Result<Seconds> {
    let (frames, rate) = wave::repair(path)?;
    Ok(Seconds(frames as f64 / f64::from(rate.max(1))))
}

fn gone() -> Error {
    Error::Device("the recorder has stopped working".into())
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // Without a writer there is nothing to end.
        let _ = self.commands.send(Command::Leave);
        let thread = self.writer.lock().ok().and_then(|mut writer| writer.take());
        // The recorder may be dropped by its own callback, on the writer's thread.
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
