//! The transport: plays the stems of a song through the mixer, or sounds one after the other, to an output device.
//!
//! A feeder thread mixes into a short ring; the device's own thread only empties it. Files are read on threads of their
//! own. A song sounds as the master would with the same strips, and whatever happens to the device, everything but sound
//! goes on.

mod feeder;
mod outlet;
mod output;
mod pace;
mod pair;
mod rail;
mod reel;
mod row;
mod scrub;
mod song;
mod sounds;
mod source;
mod status;
mod tape;
mod voice;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use son1k_domain::playback::{MeterFrame, PlaybackState, Side, Span};
use son1k_domain::project::Strip;
use son1k_domain::score::Score;
use son1k_domain::sound::Refusal;
use son1k_domain::unit::{Db, Seconds};

use crate::error::{Error, Result};
use crate::stems::StemSet;
use feeder::{Command, Feeder};
use output::Target;
use song::Stems;
use sounds::{Sounds, Turn};
use source::{Source, Spot};
use status::Status;

pub(crate) use outlet::{Outlet, Trouble};
pub use sounds::Listening;

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Song {
    pub score: Score,
    pub stems: StemSet,
    pub strips: Vec<Strip>,
    /// The gain before the limiter, from the master.
    pub gain: Db,
}

/// A sound file that is to be played.
#[derive(Debug, Clone, PartialEq)]
pub struct SoundFile {
    pub path: PathBuf,
    /// As far as it is known before the file is opened.
    pub duration: Option<Seconds>,
}

/// Where the reading of a file goes on, and which part of it is read again and again, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cue {
    at: f64,
    span: Option<(f64, f64)>,
}

/// Why a sound is not played, or not all of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// It is not where it was.
    Missing,
    /// It cannot be opened or read on, with the reason.
    Unreadable(String),
    /// It is no sound that is played.
    Refused(Refusal),
    /// Part of it is lost.
    Damaged,
}

/// What changed on its own, without a call that asked for it.
#[derive(Debug, Clone, PartialEq)]
pub enum PlayerEvent {
    /// It came to its end; it is stopped at its start.
    Ended,
    /// Another sound of the queue is heard.
    Moved,
    /// The sound at this place of the queue was passed over, or what is lost of it.
    Skipped { index: usize, fault: Fault },
    /// The output is gone, with the reason; all waits where it was. The next [`Player::play`] tries again.
    DeviceLost(String),
    /// It cannot be played on, with the reason.
    Failed(String),
}

/// Plays one song, or one queue of sounds, at a time. It can be shared between threads; calls return when they have taken effect.
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
        Self::begin(Target::Device(device), on_change)
    }

    fn begin(target: Target, on_change: Box<dyn Fn(PlayerEvent) + Send>) -> Self {
        let (commands, orders) = channel();
        let status = Status::new();
        let feeder = Feeder::new(orders, target, status.clone(), on_change);
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
        let source = Source::Song(Box::new(Stems::open(&song)?));
        let tracks = song.score.tracks.iter().map(|track| track.id.clone()).collect();
        let start = Spot { key: 0, seconds: 0.0 };
        self.ask(|done| Command::Load { source, tracks, start, done }).unwrap_or_else(|| Err(gone()))
    }

    /// Puts sounds in the place of what was before, stopped at the start of the one at `start`. A sound that cannot be
    /// played is passed over and told as [`PlayerEvent::Skipped`].
    ///
    /// # Errors
    /// [`Error::File`] when the device's rate is none that sound can be brought to.
    pub fn load_sounds(&self, files: Vec<SoundFile>, start: usize, listening: Listening) -> Result<()> {
        self.load_any(Sounds::row(files, listening), start)
    }

    /// Puts two sounds at the same place, each with its gain; the first is heard.
    ///
    /// # Errors
    /// As [`Self::load_sounds`].
    pub fn compare(&self, files: [SoundFile; 2], gains: [Db; 2], listening: Listening) -> Result<()> {
        self.load_any(Sounds::pair(files, gains, listening), 0)
    }

    fn load_any(&self, mut sounds: Sounds, start: usize) -> Result<()> {
        let start = sounds.start_of(start).unwrap_or(Spot { key: 0, seconds: 0.0 });
        let source = Source::Sounds(Box::new(sounds));
        let load = |done| Command::Load { source, tracks: Vec::new(), start, done };
        self.ask(load).unwrap_or_else(|| Err(gone()))
    }

    /// Adds sounds to the end of the queue.
    pub fn append(&self, files: Vec<SoundFile>) {
        self.turn(Turn::Append(files));
    }

    /// Takes a sound out of the queue; if it is heard, the one after it is next.
    pub fn remove(&self, index: usize) {
        self.turn(Turn::Remove(index));
    }

    /// Goes to the start of a sound of the queue.
    pub fn go_to(&self, index: usize) {
        self.turn(Turn::Entry(index));
    }

    /// Sets the speed of sounds, 0.25 to 4, without a change of pitch; at 1 every sample is as it is in the file.
    pub fn set_speed(&self, speed: f32) {
        self.turn(Turn::Speed(if speed.is_finite() { speed.clamp(0.25, 4.0) } else { 1.0 }));
    }

    /// Sets how long one sound goes over into the next, with equal power; 0 is gapless.
    pub fn set_crossfade(&self, duration: Seconds) {
        self.turn(Turn::Crossfade(duration));
    }

    /// Sets whether the queue begins again after its last sound.
    pub fn set_repeat(&self, repeat: bool) {
        self.turn(Turn::Repeat(repeat));
    }

    /// Plays a part of the sound that is heard again and again, its length exact to the sample.
    pub fn select(&self, selection: Option<Span>) {
        self.turn(Turn::Selection(selection));
    }

    /// Goes over to one of two sounds that are compared, without a click and at the same place.
    pub fn hear(&self, side: Side) {
        self.turn(Turn::Side(side));
    }

    fn turn(&self, turn: Turn) {
        self.ask(|done| Command::Turn(turn, done));
    }

    /// Lets grains of sound be heard where a pointer drags the playhead; `None` when it lets go. What played before
    /// plays on from there.
    pub fn scrub(&self, pointer: Option<Seconds>) {
        self.ask(|done| Command::Scrub(pointer.map(|position| position.0.max(0.0)), done));
    }

    /// Begins integrated loudness, range and true peak anew.
    pub fn restart_meters(&self) {
        self.ask(Command::RestartMeters);
    }

    /// Takes away what is under the playhead.
    pub fn unload(&self) {
        self.ask(Command::Unload);
    }

    /// Plays from the playhead on; opens the output again if it was lost or was not there.
    ///
    /// # Errors
    /// [`Error::Device`] when no output can be opened, or [`Error::Io`] when stems cannot be read.
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
        self.ask(|done| Command::Seek(position.0.max(0.0), done));
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

    /// Returns what the transport does; what is paused is stopped.
    pub fn state(&self) -> PlaybackState {
        self.status.facts().state
    }

    pub fn is_playing(&self) -> bool {
        self.state() == PlaybackState::Playing
    }

    /// Returns the length of the song, tail included, or of the sound that is heard; 0 without either.
    pub fn duration(&self) -> Seconds {
        Seconds(self.status.facts().length())
    }

    /// Returns which sound of the queue is heard.
    pub fn current(&self) -> Option<usize> {
        self.status.facts().current()
    }

    /// Returns playhead and meters for the eye; made to be called 30 times a second by one caller, as peaks are those
    /// since the last call.
    pub fn frame(&self) -> MeterFrame {
        self.status.facts().frame()
    }

    /// Returns how many frames the device asked for in vain while there was playing, since the output was opened.
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
