//! Recording: an input, its level check, and takes that go into the library.

mod journal;
mod names;
mod recovery;
mod trouble;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use son1k_audio::recorder::{Recorder as Engine, RecorderEvent, TakeFile};
use son1k_domain::job::Stage;
use son1k_domain::recording::{
    InputDevice, InputFrame, InputSettings, RecordedTake, Recorder, RecorderState,
};
use son1k_domain::{Event, Problem};
use son1k_platform::machine::free_disk;

use crate::events::Events;
use crate::library::Library;
use crate::make::Watch;
use crate::settings::CurrentSettings;
use crate::{Error, Result, Services};
use journal::{Entry, Journal};
pub use trouble::Trouble;
pub(crate) use trouble::of_engine;

/// The folder of notes about takes that run, beside the databases.
const JOURNAL: &str = "takes";

/// Bytes without which no take is begun: half a minute of stereo.
const LEAST_ROOM: u64 = 10_000_000;

/// Seconds of recording for which there should be room.
const LITTLE_ROOM: u64 = 120;

/// How often it is looked at.
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

/// Bytes of a sample of a take.
const SAMPLE: u64 = 3;

/// The recorder and its takes.
pub struct Deck {
    engine: Engine,
    now: Mutex<Now>,
    /// One opens, records or stops at a time.
    turn: tokio::sync::Mutex<()>,
    folder: PathBuf,
    journal: Journal,
    settings: Arc<CurrentSettings>,
    events: Events,
    library: Arc<Library>,
    runtime: tokio::runtime::Handle,
}

#[derive(Default)]
struct Now {
    settings: InputSettings,
    /// The take that runs.
    take: Option<Entry>,
    trouble: Option<Trouble>,
    /// Whether anybody has asked for the recorder yet, and what was recovered before: nobody would have heard of it.
    asked: bool,
    untold: Vec<RecordedTake>,
}

impl Deck {
    /// Gets ready to record into `folder`; notes are kept in `data`. Nothing is opened.
    pub(crate) fn new(
        folder: PathBuf,
        data: &std::path::Path,
        settings: Arc<CurrentSettings>,
        events: Events,
        library: Arc<Library>,
    ) -> Arc<Self> {
        let runtime = tokio::runtime::Handle::current();
        Arc::new_cyclic(|weak: &Weak<Self>| {
            let weak = weak.clone();
            let on_change = Box::new(move |event: RecorderEvent| {
                if let Some(deck) = weak.upgrade() {
                    deck.changed(event);
                }
            });
            let journal = Journal::in_folder(data.join(JOURNAL));
            let (now, turn) = (Mutex::default(), tokio::sync::Mutex::default());
            let engine = Engine::new(on_change);
            Self { engine, now, turn, folder, journal, settings, events, library, runtime }
        })
    }

    /// Looks after what was left by a kill, beside everything else.
    pub(crate) fn start(self: &Arc<Self>) {
        // Before anything new is noted.
        let left = self.journal.entries();
        if !left.is_empty() {
            self.runtime.spawn(self.clone().recover(left));
        }
    }

    fn changed(self: &Arc<Self>, event: RecorderEvent) {
        match event {
            RecorderEvent::Started => {}
            RecorderEvent::BrokenOff { take, cut } => {
                let trouble = Trouble::of_cut(cut);
                tracing::warn!(%trouble, "the take ended");
                let entry = self.with(|now| {
                    now.trouble = Some(trouble.clone());
                    now.take.take()
                });
                let deck = self.clone();
                self.runtime.spawn(async move { deck.end(take, entry, Some(trouble)).await });
            }
            RecorderEvent::InputLost(reason) => {
                self.with(|now| now.trouble = Some(Trouble::Lost(reason)));
            }
            RecorderEvent::MonitorLost(reason) => self.with(|now| {
                now.settings.monitor = false;
                now.trouble = Some(Trouble::Unheard(reason));
            }),
            RecorderEvent::Dropped => {
                tracing::warn!("parts of the input were lost");
                self.with(|now| now.trouble = Some(Trouble::Dropped));
            }
        }
        self.tell();
    }

    fn with<T>(&self, change: impl FnOnce(&mut Now) -> T) -> T {
        change(&mut self.now.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn tell(&self) {
        self.events.send(Event::RecorderChanged(self.state()));
    }

    fn describe(&self, trouble: Trouble) -> Problem {
        Error::from(trouble).describe(self.settings.language())
    }

    /// Returns what the recorder does.
    pub fn state(&self) -> Recorder {
        let (state, opened) = (self.engine.state(), self.engine.opened());
        let (settings, path, trouble) = self.with(|now| {
            let path = now.take.as_ref().map(|entry| entry.take.display().to_string());
            (now.settings.clone(), path, now.trouble.clone())
        });
        Recorder {
            state,
            settings,
            rate: opened.as_ref().map_or(0, |opened| opened.rate),
            device: opened.map(|opened| opened.device),
            path,
            problem: trouble.map(|trouble| self.describe(trouble)),
        }
    }

    /// Returns one frame of the level check.
    pub fn frame(&self) -> InputFrame {
        self.engine.frame()
    }

    fn open(&self, settings: InputSettings) -> Result<()> {
        Trouble::check(&settings)?;
        if self.runs() {
            return Err(Trouble::Recording.into());
        }
        let opened = self.engine.open(&settings).map_err(|error| of_engine(error, Trouble::NoInput));
        let heard = match &opened {
            Ok(_) if settings.monitor => self.engine.set_monitor(true, self.output().as_deref()),
            _ => Ok(()),
        };
        self.with(|now| {
            now.settings = settings;
            now.trouble = match &opened {
                Err(Error::Recording(trouble)) => Some(trouble.clone()),
                _ => heard.err().map(|error| {
                    now.settings.monitor = false;
                    Trouble::NoOutput(error.to_string())
                }),
            };
        });
        self.tell();
        opened.map(drop)
    }

    fn output(&self) -> Option<String> {
        self.settings.get().output_device
    }

    fn set_monitor(&self, monitor: bool) -> Result<()> {
        let set = self.engine.set_monitor(monitor, self.output().as_deref());
        set.map_err(|error| of_engine(error, Trouble::NoOutput))?;
        self.with(|now| now.settings.monitor = monitor);
        self.tell();
        Ok(())
    }

    fn runs(&self) -> bool {
        matches!(self.engine.state(), RecorderState::CountingIn | RecorderState::Recording)
    }

    fn record(self: &Arc<Self>) -> Result<()> {
        match self.engine.state() {
            RecorderState::Closed => return Err(Trouble::Closed.into()),
            RecorderState::CountingIn | RecorderState::Recording => return Err(Trouble::Recording.into()),
            RecorderState::Ready => {}
        }
        std::fs::create_dir_all(&self.folder).map_err(|error| Error::writing(&self.folder, error))?;
        if free_disk(&self.folder).is_some_and(|free| free < LEAST_ROOM) {
            return Err(Trouble::NoRoom.into());
        }
        let (path, file) = names::create(&self.folder, self.settings.language())
            .map_err(|error| Error::writing(&self.folder, error))?;
        let begun = self.journal.begin(&path).and_then(|entry| {
            let note = self.with(|now| {
                now.trouble = None;
                now.take = Some(entry);
                (now.settings.count_in_beats, now.settings.bpm)
            });
            let begun = self.engine.record(path.clone(), file, note, self.output().as_deref());
            begun.map_err(|error| of_engine(error, Trouble::NoOutput))
        });
        if let Err(error) = begun {
            if let Some(entry) = self.with(|now| now.take.take()) {
                self.journal.end(&entry);
            }
            if let Err(error) = std::fs::remove_file(&path) {
                tracing::warn!(%error, "the file of a take that could not begin stays");
            }
            return Err(error);
        }
        self.look_for_room();
        self.tell();
        self.runtime.spawn(Self::patrol(Arc::downgrade(self), path));
        Ok(())
    }

    /// Watches the room on the disk as long as a take runs.
    async fn patrol(deck: Weak<Self>, path: PathBuf) {
        loop {
            tokio::time::sleep(BETWEEN_LOOKS).await;
            let Some(deck) = deck.upgrade() else { return };
            if !deck.with(|now| now.take.as_ref().is_some_and(|entry| entry.take == path)) {
                return;
            }
            if deck.look_for_room() {
                deck.tell();
            }
        }
    }

    /// Notes whether there is little room, and returns whether that is news.
    fn look_for_room(&self) -> bool {
        let (Some(opened), Some(free)) = (self.engine.opened(), free_disk(&self.folder)) else {
            return false;
        };
        self.with(|now| {
            let second = u64::from(opened.rate) * u64::from(now.settings.channels) * SAMPLE;
            let left = free / second.max(1);
            // In steps that are worth a new line on the screen.
            let little = (left < LITTLE_ROOM).then_some(Trouble::LittleRoom((left / 10 * 10) as u32));
            let before = now.trouble.clone();
            if matches!(before, None | Some(Trouble::LittleRoom(_))) {
                now.trouble = little;
            }
            now.trouble != before
        })
    }

    /// Ends the take if there is one, and closes the input if that is wanted too.
    async fn stop(self: &Arc<Self>, close: bool) -> Result<()> {
        let deck = self.clone();
        let take = blocking(move || if close { deck.engine.close() } else { deck.engine.stop() }).await?;
        let entry = self.with(|now| {
            now.trouble = None;
            now.take.take()
        });
        self.tell();
        self.end(take, entry, None).await;
        Ok(())
    }

    async fn end(&self, take: Option<TakeFile>, entry: Option<Entry>, cut: Option<Trouble>) {
        match (take, entry) {
            (Some(take), entry) => self.keep(take, entry, cut, false).await,
            (None, Some(entry)) => self.journal.end(&entry),
            (None, None) => {}
        }
    }

    /// Takes a finished take into the library, and tells of it.
    async fn keep(&self, take: TakeFile, entry: Option<Entry>, cut: Option<Trouble>, recovered: bool) {
        let path = take.path.display().to_string();
        let watch = Watch { report: &|_: Stage, _| (), cancelled: &AtomicBool::new(false) };
        let (sound, refused) = match self.library.take_in(std::slice::from_ref(&path), None, watch).await {
            Ok(report) => {
                let known = report.duplicates.into_iter().map(|duplicate| duplicate.of);
                let sound = report.added.into_iter().chain(report.relinked).chain(known).next();
                // What is noted is done with: the file is there for good, in the library or not.
                if let Some(entry) = entry {
                    self.journal.end(&entry);
                }
                (sound, report.refused.into_iter().next().map(|refused| refused.problem))
            }
            // It stays noted, and is taken in when the studio starts again.
            Err(error) => {
                tracing::error!(%error, "a take did not get into the library");
                (None, Some(error.describe(self.settings.language())))
            }
        };
        let missing = match (take.lost.0 > 0.0, take.stumbles) {
            (true, _) => Some(Trouble::Missing(take.lost.0)),
            (false, 0) => None,
            (false, _) => Some(Trouble::Dropped),
        };
        let problem = cut.or(missing).map(|trouble| self.describe(trouble)).or(refused);
        let taken = RecordedTake { path, duration: take.duration, sound, recovered, problem };
        let told = self.with(|now| match recovered && !now.asked {
            true => {
                now.untold.push(taken);
                None
            }
            false => Some(taken),
        });
        if let Some(taken) = told {
            self.events.send(Event::TakeRecorded(taken));
        }
    }

    /// Ends the take, if one runs, because the studio is closed.
    pub(crate) async fn leave(self: &Arc<Self>) {
        let _turn = self.turn.lock().await;
        if self.engine.state() != RecorderState::Closed
            && let Err(error) = self.stop(true).await
        {
            tracing::error!(%error, "the take could not be finished on exit; it will be when the studio starts");
        }
    }
}

/// Runs what waits for devices or disks where nobody else waits for it.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))
}

impl Services {
    /// Returns the recorder, which a headless program has none of.
    ///
    /// # Errors
    /// [`Trouble::NoInput`] in a program that was opened without sound.
    pub fn deck(&self) -> Result<Arc<Deck>> {
        self.deck.clone().ok_or_else(|| Trouble::NoInput("opened without sound".into()).into())
    }

    /// Lists the inputs; the one in use is among them, even if its system shows it to nobody else.
    pub async fn list_input_devices(&self) -> Result<Vec<InputDevice>> {
        let mut devices = blocking(son1k_audio::device::list_input_devices).await?;
        let opened = self.deck.as_ref().and_then(|deck| deck.engine.opened());
        if let Some(opened) = opened
            && devices.iter().all(|device| device.name != opened.device.name)
        {
            devices.insert(0, opened.device);
        }
        Ok(devices)
    }

    /// Returns what the recorder does. Takes that were recovered before anybody asked are told now.
    pub fn recorder(&self) -> Result<Recorder> {
        let deck = self.deck()?;
        let untold = deck.with(|now| {
            now.asked = true;
            std::mem::take(&mut now.untold)
        });
        untold.into_iter().for_each(|take| deck.events.send(Event::TakeRecorded(take)));
        Ok(deck.state())
    }

    /// Opens an input, or another, or the same with other settings.
    ///
    /// # Errors
    /// [`Error::Recording`] with what is wrong with input or settings, or while a take runs.
    pub async fn open_input(&self, settings: InputSettings) -> Result<()> {
        let deck = self.deck()?;
        let _turn = deck.turn.lock().await;
        let opening = deck.clone();
        blocking(move || opening.open(settings)).await?
    }

    /// Closes the input; a take that runs is finished first.
    pub async fn close_input(&self) -> Result<()> {
        let deck = self.deck()?;
        let _turn = deck.turn.lock().await;
        deck.stop(true).await
    }

    /// Has the input heard, or not; without an input it is a wish for the next.
    ///
    /// # Errors
    /// [`Trouble::NoOutput`] when no output can be opened for it.
    pub async fn set_monitor(&self, monitor: bool) -> Result<()> {
        let deck = self.deck()?;
        let _turn = deck.turn.lock().await;
        let setting = deck.clone();
        blocking(move || setting.set_monitor(monitor)).await?
    }

    /// Counts in, and records a take into the folder of recordings.
    ///
    /// # Errors
    /// [`Error::Recording`] without an open input, while a take runs, without room for it, or when the count cannot be heard;
    /// [`Error::Unwritable`] or [`Error::DiskFull`] for the folder.
    pub async fn record(&self) -> Result<()> {
        let deck = self.deck()?;
        let _turn = deck.turn.lock().await;
        let recording = deck.clone();
        blocking(move || recording.record()).await?
    }

    /// Ends the take and takes it into the library; nothing happens when none runs.
    pub async fn stop_recording(&self) -> Result<()> {
        let deck = self.deck()?;
        let _turn = deck.turn.lock().await;
        deck.stop(false).await
    }
}

#[cfg(test)]
mod tests;
