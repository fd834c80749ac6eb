//! The transport: plays the stems of a song through the mixer to an output device.
//!
//! A feeder thread reads and mixes into a short ring; the device's own thread only empties it. Sound is what the master
//! would be with the same strips, and whatever happens to the device, everything but sound goes on.

mod feeder;
mod outlet;
mod source;
mod status;

use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use son1k_domain::playback::{MeterFrame, PlaybackState};
use son1k_domain::project::Strip;
use son1k_domain::score::Score;
use son1k_domain::unit::{Db, Seconds};

use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use crate::stems::StemSet;
use feeder::{Command, Feeder, Place};
use source::Source;
use status::Status;

pub(crate) use outlet::{Outlet, Trouble};

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Song {
    pub score: Score,
    pub stems: StemSet,
    pub strips: Vec<Strip>,
    /// The gain before the limiter, from the master.
    pub gain: Db,
}

/// What changed on its own, without a call that asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlayerEvent {
    /// The song came to its end; it is stopped at its start.
    Ended,
    /// The output is gone, with the reason; the song waits where it was. The next [`Player::play`] tries again.
    DeviceLost(String),
    /// The song cannot be played on, with the reason.
    Failed(String),
}

/// Plays one song at a time. It can be shared between threads; calls return when they have taken effect.
pub struct Player {
    commands: Sender<Command>,
    status: Status,
    feeder: Mutex<Option<JoinHandle<()>>>,
}

impl Player {
    /// Opens the output of a name, or the system's default. It never fails: without an output, [`Player::device`] is
    /// `None` and [`Player::problem`] says why. `on_change` is called on a thread of the player, and must not call
    /// anything of the player but what reads.
    pub fn new(device: Option<String>, on_change: Box<dyn Fn(PlayerEvent) + Send>) -> Self {
        Self::begin(Place::Device(device), on_change)
    }

    fn begin(place: Place, on_change: Box<dyn Fn(PlayerEvent) + Send>) -> Self {
        let (commands, orders) = channel();
        let status = Status::new();
        let feeder = Feeder::new(orders, place, status.clone(), on_change);
        let thread = std::thread::Builder::new().name("player".into()).spawn(move || feeder.run());
        if let Err(error) = &thread {
            status.facts().problem = Some(error.to_string());
        }
        let player = Self { commands, status, feeder: Mutex::new(thread.ok()) };
        // The feeder opens the output before it listens.
        player.ask(Command::Hello);
        player
    }

    /// Puts a song in the place of the one before, stopped at its start.
    ///
    /// # Errors
    /// [`Error::Stems`] when the stems are not those of the score, [`Error::Io`] when they cannot be opened.
    pub fn load(&self, song: Song) -> Result<()> {
        let source = Box::new(Source::open(&song)?);
        let tracks = song.score.tracks.iter().map(|track| track.id.clone()).collect();
        self.ask(|done| Command::Load { source, tracks, done }).unwrap_or_else(|| Err(gone()))
    }

    /// Takes the song away.
    pub fn unload(&self) {
        self.ask(Command::Unload);
    }

    /// Plays from the playhead on; opens the output again if it was lost or was not there.
    ///
    /// # Errors
    /// [`Error::Device`] when no output can be opened, or [`Error::Io`] when the stems cannot be read.
    pub fn play(&self) -> Result<()> {
        self.ask(Command::Play).unwrap_or_else(|| Err(gone()))
    }

    /// Holds the playhead where it is.
    pub fn pause(&self) {
        self.ask(Command::Pause);
    }

    /// Stops and goes to the start.
    pub fn stop(&self) {
        self.ask(Command::Stop);
    }

    /// Moves the playhead, to the sample; a position past the end is the end.
    pub fn seek(&self, position: Seconds) {
        let frame = (position.0.max(0.0) * f64::from(SAMPLE_RATE)).round() as u64;
        self.ask(|done| Command::Seek(frame, done));
    }

    /// Moves faders, pans, mutes and solos; heard within 100 ms on a device with a usual buffer.
    pub fn set_strips(&self, strips: Vec<Strip>) {
        self.send(Command::Strips(strips));
    }

    /// Sets the listening volume, 0 to 1; meters and files do not know it.
    pub fn set_volume(&self, volume: f32) {
        let volume = if volume.is_finite() { volume.clamp(0.0, 1.0) } else { 1.0 };
        self.send(Command::Volume(volume));
    }

    /// Changes the output, while playing too; `None` is the system's default.
    ///
    /// # Errors
    /// [`Error::Device`] when it cannot be opened; there is no output then.
    pub fn set_device(&self, device: Option<String>) -> Result<()> {
        self.ask(|done| Command::Device(device, done)).unwrap_or_else(|| Err(gone()))
    }

    /// Returns the name of the output in use, `None` when none could be opened.
    pub fn device(&self) -> Option<String> {
        self.status.facts().device.clone()
    }

    /// Returns why there is no sound, if there is none.
    pub fn problem(&self) -> Option<String> {
        self.status.facts().problem.clone()
    }

    /// Returns what the transport does; a paused song is stopped.
    pub fn state(&self) -> PlaybackState {
        self.status.facts().state
    }

    pub fn is_playing(&self) -> bool {
        self.state() == PlaybackState::Playing
    }

    /// Returns the length of the song, tail included; 0 without a song.
    pub fn duration(&self) -> Seconds {
        Seconds(self.status.facts().frames as f64 / f64::from(SAMPLE_RATE))
    }

    /// Returns playhead and meters for the eye; made to be called 30 times a second by one caller, as peaks are those
    /// since the last call.
    pub fn frame(&self) -> MeterFrame {
        self.status.facts().frame()
    }

    /// Returns how many frames the device asked for in vain while the song played, since the output was opened.
    pub fn underruns(&self) -> u64 {
        self.status.facts().line.as_ref().map_or(0, |line| line.underruns())
    }

    fn send(&self, command: Command) {
        // Without a feeder there is nothing to tell; `problem` says so.
        let _ = self.commands.send(command);
    }

    /// Sends a command and waits until it has taken effect; `None` without a feeder.
    fn ask<T>(&self, command: impl FnOnce(Sender<T>) -> Command) -> Option<T> {
        let (done, answer) = channel();
        self.send(command(done));
        answer.recv().ok()
    }
}

fn gone() -> Error {
    Error::Device("the player has stopped working".into())
}

impl Drop for Player {
    fn drop(&mut self) {
        self.send(Command::Leave);
        let thread = self.feeder.lock().ok().and_then(|mut feeder| feeder.take());
        // The player may be dropped by its own callback, on the feeder's thread.
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != std::thread::current().id()) {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;
