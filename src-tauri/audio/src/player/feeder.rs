//! The thread that obeys commands, keeps the ring full, and looks after the output.

mod dragging;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use son1k_domain::id::TrackId;
use son1k_domain::playback::PlaybackState;
use son1k_domain::project::Strip;

use super::PlayerEvent;
use super::output::{Output, Target};
use super::scrub::Scrub;
use super::sounds::Turn;
use super::source::{Place, Source, Spot, Step};
use super::status::Status;
use crate::error::{Error, Result};
use crate::meters::Meters;

/// How often the ring is looked at: it holds several times as much.
const TICK: Duration = Duration::from_millis(8);
const IDLE_TICK: Duration = Duration::from_millis(100);

/// How long a disk may take before sound begins; longer, and it begins when it can.
const PATIENCE: Duration = Duration::from_millis(300);

/// The same while there is still sound on its way to the device.
const HURRY: Duration = Duration::from_millis(30);

/// A look at a disk that is waited for.
const GLANCE: Duration = Duration::from_millis(10);

pub(super) enum Command {
    Hello(Sender<()>),
    Load {
        source: Source,
        tracks: Vec<TrackId>,
        start: Spot,
        done: Sender<Result<()>>,
    },
    Unload(Sender<()>),
    Play(Sender<Result<()>>),
    Pause(Sender<()>),
    Stop(Sender<()>),
    Seek(f64, Sender<()>),
    Turn(Turn, Sender<()>),
    /// Where the pointer is that drags; none when it let go.
    Scrub(Option<f64>, Sender<()>),
    RestartMeters(Sender<()>),
    Strips(Vec<Strip>),
    Volume(f32),
    Device(Option<String>, Sender<Result<()>>),
    Leave,
}

pub(super) struct Feeder {
    commands: Receiver<Command>,
    target: Target,
    status: Status,
    on_change: Box<dyn Fn(PlayerEvent) + Send>,
    output: Option<Output>,
    source: Option<Source>,
    meters: Option<Meters>,
    scrub: Option<Scrub>,
    /// The entry that was last known to be heard.
    heard: u64,
    volume: f32,
    block: Vec<[f32; 2]>,
}

impl Feeder {
    pub(super) fn new(
        commands: Receiver<Command>,
        target: Target,
        status: Status,
        on_change: Box<dyn Fn(PlayerEvent) + Send>,
    ) -> Self {
        Self {
            commands,
            target,
            status,
            on_change,
            output: None,
            source: None,
            meters: None,
            scrub: None,
            heard: 0,
            volume: 1.0,
            block: Vec::new(),
        }
    }

    pub(super) fn run(mut self) {
        // What fails here is in the status, and `play` tries again.
        let _ = self.open();
        loop {
            let tick = if self.playing() || self.scrub.is_some() { TICK } else { IDLE_TICK };
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
            Command::Load { source, tracks, start, done } => answer(done, self.load(source, tracks, start)),
            Command::Play(done) => answer(done, self.play()),
            Command::Device(name, done) => answer(done, self.change_device(name)),
            Command::Unload(done) => {
                self.unload();
                answer(done, ());
            }
            Command::Pause(done) => {
                self.pause();
                answer(done, ());
            }
            Command::Stop(done) => {
                self.stop();
                answer(done, ());
            }
            Command::Seek(seconds, done) => {
                self.seek(seconds);
                answer(done, ());
            }
            Command::Turn(turn, done) => {
                self.turn(turn);
                answer(done, ());
            }
            Command::Scrub(pointer, done) => {
                self.drag(pointer);
                answer(done, ());
            }
            Command::RestartMeters(done) => {
                self.meters.iter_mut().for_each(Meters::restart);
                self.status.facts().restart_meters();
                answer(done, ());
            }
            Command::Strips(strips) => {
                if let Some(Source::Song(song)) = &mut self.source {
                    song.set_strips(&strips);
                }
            }
            Command::Volume(volume) => {
                self.volume = volume;
                if let Some(output) = &self.output {
                    output.line.set_volume(volume);
                }
            }
            Command::Leave => {}
        }
    }

    fn playing(&self) -> bool {
        self.status.facts().state == PlaybackState::Playing
    }

    fn load(&mut self, source: Source, tracks: Vec<TrackId>, start: Spot) -> Result<()> {
        self.unload();
        {
            let mut facts = self.status.facts();
            facts.entries = source.lengths();
            facts.tracks = tracks;
            facts.state = PlaybackState::Stopped;
            facts.restart_meters();
        }
        self.meters.iter_mut().for_each(Meters::restart);
        self.source = Some(source);
        self.go(start)
    }

    fn unload(&mut self) {
        self.set_playing(false);
        self.end_scrub();
        self.source = None;
        let mut facts = self.status.facts();
        facts.state = PlaybackState::Empty;
        (facts.entries, facts.tracks) = (Vec::new(), Vec::new());
        let origin = self.output.as_mut().map_or(0, |output| output.flush(true));
        facts.set_origin(Spot { key: 0, seconds: 0.0 }, origin);
    }

    fn play(&mut self) -> Result<()> {
        if self.source.is_none() || self.playing() {
            return Ok(());
        }
        if self.output.is_none() {
            self.open()?;
        }
        let (spot, over) = {
            let facts = self.status.facts();
            let spot = facts.spot();
            (spot, matches!(self.source, Some(Source::Song(_))) && spot.seconds >= facts.length())
        };
        if over {
            self.go(Spot { seconds: 0.0, ..spot })?;
        }
        self.prime();
        self.set_playing(true);
        Ok(())
    }

    /// Fills the ring before the device begins to empty it.
    fn prime(&mut self) {
        let end = Instant::now() + PATIENCE;
        loop {
            self.feed();
            let (Some(output), Some(source)) = (&self.output, &self.source) else { return };
            if output.is_full() || output.complete || Instant::now() >= end {
                return;
            }
            source.wait(GLANCE);
        }
    }

    fn pause(&mut self) {
        self.set_playing(false);
        if let Some(scrub) = &mut self.scrub {
            scrub.was_playing = false;
        }
    }

    fn stop(&mut self) {
        self.end_scrub();
        self.set_playing(false);
        self.seek(0.0);
    }

    fn set_playing(&mut self, playing: bool) {
        let mut facts = self.status.facts();
        if facts.state != PlaybackState::Empty {
            facts.state = if playing { PlaybackState::Playing } else { PlaybackState::Stopped };
        }
        drop(facts);
        self.sound(playing);
    }

    /// Lets the device sound or not.
    fn sound(&mut self, sounds: bool) {
        if let Some(output) = &mut self.output {
            output.line.set_playing(sounds);
            output.called = Instant::now();
        }
    }

    /// Returns the spot at a time of the entry that is heard, its end at most.
    fn within(&self, seconds: f64) -> Spot {
        let facts = self.status.facts();
        let length = facts.length();
        Spot { seconds: if length > 0.0 { seconds.min(length) } else { seconds }, ..facts.spot() }
    }

    fn seek(&mut self, seconds: f64) {
        let spot = self.within(seconds);
        match &mut self.scrub {
            Some(scrub) => scrub.move_to(spot),
            None => self.go_or_fail(spot),
        }
    }

    fn go_or_fail(&mut self, spot: Spot) {
        if let Err(error) = self.go(spot) {
            self.fail(&error);
        }
    }

    /// Makes `spot` what is heard next. What is on its way to the device sounds on until there is something from there.
    fn go(&mut self, spot: Spot) -> Result<()> {
        let Some(source) = &mut self.source else { return Ok(()) };
        self.heard = spot.key;
        let Some(output) = &mut self.output else {
            self.status.facts().set_origin(spot, 0);
            return Ok(());
        };
        source.seek(spot, output.rate, false)?;
        let mut step = source.next(&mut self.block)?;
        let end = Instant::now() + HURRY;
        while output.line.is_playing() && matches!(step, Step::Later) && Instant::now() < end {
            source.wait(GLANCE);
            step = source.next(&mut self.block)?;
        }
        let origin = output.flush(spot.seconds == 0.0);
        self.status.facts().set_origin(spot, origin);
        self.meters.iter_mut().for_each(Meters::cut);
        self.took(step);
        Ok(())
    }

    /// Takes what the source gave; false when it gave nothing.
    fn took(&mut self, step: Step) -> bool {
        match (step, &mut self.output) {
            (Step::Sound(place), Some(_)) => {
                self.put(Some(place));
                true
            }
            (Step::Over, Some(output)) => {
                output.complete = true;
                output.line.set_draining(true);
                false
            }
            _ => false,
        }
    }

    /// Sends a block on its way to the device, past the meters.
    fn put(&mut self, place: Option<Place>) {
        let Some(output) = &mut self.output else { return };
        let at = output.coming();
        output.waiting.extend_from_slice(&self.block);
        let tracks = match &mut self.source {
            Some(Source::Song(song)) => song.take_peaks(),
            _ => Vec::new(),
        };
        let mut facts = self.status.facts();
        if let Some(place) = place {
            facts.follow(at, place);
        }
        if let Some(meters) = &mut self.meters {
            meters.add(&mut self.block);
            facts.read(meters.read(), tracks, output.coming());
        }
    }

    fn turn(&mut self, turn: Turn) {
        let heard = self.status.facts().spot();
        let Some(Source::Sounds(sounds)) = &mut self.source else { return };
        let to = sounds.turn(turn, heard);
        self.status.facts().entries = sounds.lengths();
        if let Some(output) = &mut self.output {
            // What was the end may not be it any more; if it is, the source says so again.
            output.complete = false;
            output.line.set_draining(false);
        }
        match (to, &mut self.scrub) {
            (Some(spot), Some(scrub)) => scrub.move_to(spot),
            (Some(spot), None) => self.go_or_fail(spot),
            (None, _) => {}
        }
    }

    fn change_device(&mut self, name: Option<String>) -> Result<()> {
        match &mut self.target {
            Target::Device(wanted) => *wanted = name,
            #[cfg(test)]
            Target::Hands { .. } => {}
        }
        let playing = self.playing();
        self.end_scrub();
        drop(self.close());
        let opened = self.open();
        self.set_playing(playing && opened.is_ok());
        opened
    }

    /// Opens the output and goes on where it was.
    fn open(&mut self) -> Result<()> {
        let opened = self.target.open(self.volume);
        let mut facts = self.status.facts();
        let spot = facts.spot();
        match opened {
            Ok((output, name)) => {
                facts.line = Some(Arc::clone(&output.line));
                facts.set_origin(spot, 0);
                (facts.device, facts.problem) = (Some(name), None);
                self.meters = meters_for(output.rate);
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
        self.go(spot)
    }

    /// Lets go of the output, and returns what is left to close; the playhead stays.
    fn close(&mut self) -> Option<cpal::Stream> {
        let mut facts = self.status.facts();
        let spot = facts.spot();
        facts.line = None;
        facts.set_origin(spot, 0);
        facts.device = None;
        self.output.take().and_then(|output| output.stream)
    }

    /// Notices a lost device, another sound, and the end.
    fn watch(&mut self) {
        self.tell_news();
        let Some(output) = &mut self.output else { return };
        if let Some(reason) = output.lost() {
            self.lose(reason);
            return;
        }
        let over = output.complete && output.line.popped() >= output.pushed && self.playing();
        if over {
            self.set_playing(false);
            let first = self.status.facts().entries.first().map_or(0, |entry| entry.key);
            self.go_or_fail(Spot { key: first, seconds: 0.0 });
            (self.on_change)(PlayerEvent::Ended);
            return;
        }
        let key = self.status.facts().spot().key;
        if key != self.heard {
            self.heard = key;
            (self.on_change)(PlayerEvent::Moved);
        }
    }

    fn tell_news(&mut self) {
        let news = self.source.as_mut().map(Source::news).unwrap_or_default();
        for event in news {
            tracing::warn!(?event, "a sound cannot be played");
            (self.on_change)(event);
        }
    }

    fn lose(&mut self, reason: String) {
        self.end_scrub();
        self.set_playing(false);
        if let Some(stream) = self.close() {
            // A dead device may take its time to close, and nobody has to wait for it.
            let _ = std::thread::Builder::new().name("close".into()).spawn(move || drop(stream));
        }
        self.status.facts().problem = Some(reason.clone());
        tracing::warn!(reason, "output lost");
        (self.on_change)(PlayerEvent::DeviceLost(reason));
    }

    /// Fills the ring.
    fn feed(&mut self) {
        while let Some(output) = &mut self.output {
            if !output.push() {
                return;
            }
            let Some(source) = &mut self.source else { return };
            let fed = match &mut self.scrub {
                Some(scrub) => {
                    self.block.clear();
                    let grains = scrub.next(source, output.rate, &mut self.block);
                    grains.map(|()| self.put(None)).map(|()| true)
                }
                None if output.complete => return,
                None => source.next(&mut self.block).map(|step| self.took(step)),
            };
            match fed {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => return self.fail(&error),
            }
        }
    }

    fn fail(&mut self, error: &Error) {
        tracing::error!(%error, "it cannot be played on");
        self.unload();
        self.status.facts().problem = Some(reason(error));
        (self.on_change)(PlayerEvent::Failed(reason(error)));
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

/// A device at a rate that is none of sound has no meters.
fn meters_for(rate: u32) -> Option<Meters> {
    Meters::new(rate).inspect_err(|error| tracing::warn!(%error, "no meters")).ok()
}
