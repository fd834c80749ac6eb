//! The thread that obeys commands, keeps the ring full, and looks after the output.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use rtrb::Producer;
use son1k_domain::id::TrackId;
use son1k_domain::playback::PlaybackState;
use son1k_domain::project::Strip;

use super::PlayerEvent;
#[cfg(test)]
use super::outlet::Outlet;
use super::outlet::{Line, RING, Trouble, line};
use super::source::Source;
use super::status::Status;
use crate::device;
use crate::error::{Error, Result};

/// How often the ring is looked at: it holds several times as much.
const TICK: Duration = Duration::from_millis(8);
const IDLE_TICK: Duration = Duration::from_millis(100);

/// A device that asks for nothing for so long is gone, whatever it says.
const STALLED: Duration = Duration::from_secs(5);

/// The same, after it has complained.
const STUMBLED: Duration = Duration::from_millis(500);

/// Where the sound goes.
pub(super) enum Place {
    /// An output of the machine, by its name; `None` is the default.
    Device(Option<String>),
    /// A test that takes the sound itself, at a rate; no output when it has hung up.
    #[cfg(test)]
    Hands { rate: u32, taker: Sender<Outlet> },
}

pub(super) enum Command {
    Hello(Sender<()>),
    Load { source: Box<Source>, tracks: Vec<TrackId>, done: Sender<Result<()>> },
    Unload(Sender<()>),
    Play(Sender<Result<()>>),
    Pause(Sender<()>),
    Stop(Sender<()>),
    Seek(u64, Sender<()>),
    Strips(Vec<Strip>),
    Volume(f32),
    Device(Option<String>, Sender<Result<()>>),
    Leave,
}

pub(super) struct Feeder {
    commands: Receiver<Command>,
    place: Place,
    status: Status,
    on_change: Box<dyn Fn(PlayerEvent) + Send>,
    output: Option<Output>,
    source: Option<Box<Source>>,
    volume: f32,
}

/// An open output.
struct Output {
    ring: Producer<[f32; 2]>,
    line: Arc<Line>,
    rate: u32,
    stream: Option<cpal::Stream>,
    /// Mixed frames that did not fit into the ring yet.
    waiting: Vec<[f32; 2]>,
    /// Frames that went into the ring, and how many of them were flushed.
    pushed: u64,
    flushed: u64,
    /// The whole song is on its way.
    complete: bool,
    calls: u64,
    called: Instant,
}

impl Feeder {
    pub(super) fn new(
        commands: Receiver<Command>,
        place: Place,
        status: Status,
        on_change: Box<dyn Fn(PlayerEvent) + Send>,
    ) -> Self {
        Self { commands, place, status, on_change, output: None, source: None, volume: 1.0 }
    }

    pub(super) fn run(mut self) {
        // What fails here is in the status, and `play` tries again.
        let _ = self.open();
        loop {
            let tick = if self.playing() { TICK } else { IDLE_TICK };
            match self.commands.recv_timeout(tick) {
                Ok(Command::Leave) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(command) => self.obey(command),
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.watch();
            self.feed();
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Hello(done) => answer(done, ()),
            Command::Load { source, tracks, done } => answer(done, self.load(source, tracks)),
            Command::Unload(done) => {
                self.unload();
                answer(done, ());
            }
            Command::Play(done) => answer(done, self.play()),
            Command::Pause(done) => {
                self.set_playing(false);
                answer(done, ());
            }
            Command::Stop(done) => {
                self.set_playing(false);
                self.seek(0);
                answer(done, ());
            }
            Command::Seek(frame, done) => {
                self.seek(frame);
                answer(done, ());
            }
            Command::Strips(strips) => {
                if let Some(source) = &mut self.source {
                    source.set_strips(&strips);
                }
            }
            Command::Volume(volume) => {
                self.volume = volume;
                if let Some(output) = &self.output {
                    output.line.set_volume(volume);
                }
            }
            Command::Device(name, done) => answer(done, self.change_device(name)),
            Command::Leave => {}
        }
    }

    fn playing(&self) -> bool {
        self.status.facts().state == PlaybackState::Playing
    }

    fn load(&mut self, source: Box<Source>, tracks: Vec<TrackId>) -> Result<()> {
        self.unload();
        {
            let mut facts = self.status.facts();
            facts.frames = source.frames();
            facts.tracks = tracks;
            facts.state = PlaybackState::Stopped;
        }
        self.source = Some(source);
        self.go(0)
    }

    fn unload(&mut self) {
        self.set_playing(false);
        self.source = None;
        let mut facts = self.status.facts();
        facts.state = PlaybackState::Empty;
        (facts.frames, facts.tracks) = (0, Vec::new());
        let origin = self.output.as_mut().map_or(0, |output| output.flush(true));
        facts.set_origin(0, origin);
    }

    fn play(&mut self) -> Result<()> {
        if self.source.is_none() || self.playing() {
            return Ok(());
        }
        if self.output.is_none() {
            self.open()?;
        }
        let over = {
            let facts = self.status.facts();
            facts.position() >= facts.frames
        };
        if over {
            self.go(0)?;
        }
        self.feed();
        self.set_playing(true);
        Ok(())
    }

    fn set_playing(&mut self, playing: bool) {
        let mut facts = self.status.facts();
        if facts.state != PlaybackState::Empty {
            facts.state = if playing { PlaybackState::Playing } else { PlaybackState::Stopped };
        }
        if let Some(output) = &mut self.output {
            output.line.set_playing(playing);
            output.called = Instant::now();
        }
    }

    fn seek(&mut self, frame: u64) {
        if let Err(error) = self.go(frame) {
            self.fail(&error);
        }
    }

    /// Makes `frame` the next one to be heard.
    fn go(&mut self, frame: u64) -> Result<()> {
        let Some(source) = &mut self.source else { return Ok(()) };
        let frame = frame.min(source.frames());
        let origin = self.output.as_mut().map_or(0, |output| output.flush(frame == 0));
        self.status.facts().set_origin(frame, origin);
        match &self.output {
            Some(output) => source.seek(frame, output.rate),
            None => Ok(()),
        }
    }

    fn change_device(&mut self, name: Option<String>) -> Result<()> {
        match &mut self.place {
            Place::Device(wanted) => *wanted = name,
            #[cfg(test)]
            Place::Hands { .. } => {}
        }
        let playing = self.playing();
        drop(self.close());
        let opened = self.open();
        self.set_playing(playing && opened.is_ok());
        opened
    }

    /// Opens the output and goes on where the song was.
    fn open(&mut self) -> Result<()> {
        let opened = self.place.open(self.volume);
        let mut facts = self.status.facts();
        let position = facts.position();
        match opened {
            Ok((output, name)) => {
                facts.line = Some(Arc::clone(&output.line));
                facts.rate = output.rate;
                facts.set_origin(position, 0);
                (facts.device, facts.problem) = (Some(name), None);
                self.output = Some(output);
            }
            Err(error) => {
                tracing::warn!(%error, "no sound");
                facts.device = None;
                facts.problem = Some(reason(&error));
                return Err(error);
            }
        }
        drop(facts);
        self.go(position)
    }

    /// Lets go of the output, and returns what is left to close; the playhead stays.
    fn close(&mut self) -> Option<cpal::Stream> {
        let mut facts = self.status.facts();
        let position = facts.position();
        facts.line = None;
        facts.set_origin(position, 0);
        facts.device = None;
        self.output.take().and_then(|output| output.stream)
    }

    /// Notices a lost device and the end of the song.
    fn watch(&mut self) {
        let Some(output) = &mut self.output else { return };
        if let Some(reason) = output.lost() {
            self.set_playing(false);
            if let Some(stream) = self.close() {
                // A dead device may take its time to close, and nobody has to wait for it.
                let _ = std::thread::Builder::new().name("close".into()).spawn(move || drop(stream));
            }
            self.status.facts().problem = Some(reason.clone());
            tracing::warn!(reason, "output lost");
            (self.on_change)(PlayerEvent::DeviceLost(reason));
            return;
        }
        if output.complete && output.line.popped() >= output.pushed && self.playing() {
            self.set_playing(false);
            self.seek(0);
            (self.on_change)(PlayerEvent::Ended);
        }
    }

    /// Fills the ring.
    fn feed(&mut self) {
        let (Some(output), Some(source)) = (&mut self.output, &mut self.source) else { return };
        while output.push() && !output.complete {
            match source.next() {
                Ok([]) => {
                    output.complete = true;
                    output.line.set_draining(true);
                }
                Ok(frames) => {
                    output.waiting.extend_from_slice(frames);
                    let at = output.pushed + frames.len() as u64;
                    self.status.facts().read(source.mixer.meters_mut(), at);
                }
                Err(error) => {
                    self.fail(&error);
                    return;
                }
            }
        }
    }

    fn fail(&mut self, error: &Error) {
        tracing::error!(%error, "the song cannot be played on");
        self.unload();
        self.status.facts().problem = Some(reason(error));
        (self.on_change)(PlayerEvent::Failed(reason(error)));
    }
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
    fn push(&mut self) -> bool {
        let fresh = self.pushed - self.line.popped().max(self.flushed);
        let wanted = ((RING * self.rate as f32) as u64).saturating_sub(fresh) as usize;
        let (_, rest) = self.ring.push_partial_slice(&self.waiting[..wanted.min(self.waiting.len())]);
        let pushed = wanted.min(self.waiting.len()) - rest.len();
        self.waiting.drain(..pushed);
        self.pushed += pushed as u64;
        self.waiting.is_empty()
    }

    /// Silences everything on its way, and returns the count at which the next frame will be.
    fn flush(&mut self, at_once: bool) -> u64 {
        self.waiting.clear();
        self.complete = false;
        self.flushed = self.pushed;
        self.line.flush(self.pushed, at_once);
        self.pushed
    }

    /// Returns why the device is gone, if it is: it says so, or it asks for nothing any more.
    fn lost(&mut self) -> Option<String> {
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

impl Place {
    fn open(&self, volume: f32) -> Result<(Output, String)> {
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

/// Whoever asked may be gone; the command holds all the same.
fn answer<T>(asker: Sender<T>, answer: T) {
    let _ = asker.send(answer);
}

/// Returns the reason without the words around it.
fn reason(error: &Error) -> String {
    match error {
        Error::Device(reason) => reason.clone(),
        other => other.to_string(),
    }
}
