//! The transport: a take's stems through the live mixer, or sounds of the library, to the output device.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use son1k_audio::player::{Listening, Player, PlayerEvent, Song, SoundFile};
use son1k_domain::Event;
use son1k_domain::id::{SoundId, TakeId};
use son1k_domain::job::Stage;
use son1k_domain::playback::{MeterFrame, Playback, PlaybackState, Queue, QueueEntry, Span};
use son1k_domain::project::Strip;
use son1k_domain::setting::Settings;
use son1k_domain::unit::Seconds;

use crate::events::Events;
use crate::make::{Watch, recordings_of};
use crate::settings::CurrentSettings;
use crate::{Error, Result, Services};

/// The player and what it plays.
pub struct Transport {
    player: Player,
    loaded: Mutex<Loaded>,
    /// Held while player and queue are changed together. What the player calls back must not need it.
    turning: Mutex<()>,
    /// Counts what was put under the playhead, stopped and taken away.
    turns: AtomicU64,
    settings: Arc<CurrentSettings>,
    events: Events,
}

/// When something was put under the playhead: whoever adds to it later sees by it whether it is still wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn(u64);

#[derive(Clone)]
struct Loaded {
    take: Option<TakeId>,
    queue: Option<Queue>,
    /// How the next queue is played.
    listening: Listening,
    loading: bool,
    /// It came to its end, and nobody has played anything since.
    ended: bool,
    /// More of the queue is being made.
    coming: bool,
    volume: f32,
    lost: Option<String>,
}

impl Transport {
    /// Opens the output; without one everything but sound works.
    pub fn open(settings: Arc<CurrentSettings>, events: Events) -> Arc<Self> {
        let Settings { output_device, volume, .. } = settings.get();
        Arc::new_cyclic(|weak: &std::sync::Weak<Self>| {
            let weak = weak.clone();
            let on_change = Box::new(move |event: PlayerEvent| {
                if let Some(transport) = weak.upgrade() {
                    transport.changed(event);
                }
            });
            let player = Player::new(output_device, on_change);
            player.set_volume(volume);
            let listening = Listening { crossfade: Seconds(0.0), repeat: false, speed: 1.0 };
            let loaded = Loaded {
                take: None,
                queue: None,
                listening,
                loading: false,
                ended: false,
                coming: false,
                volume,
                lost: None,
            };
            let (loaded, turning, turns) = (Mutex::new(loaded), Mutex::new(()), AtomicU64::new(0));
            Self { player, loaded, turning, turns, settings, events }
        })
    }

    fn changed(&self, event: PlayerEvent) {
        match event {
            PlayerEvent::DeviceLost(reason) => {
                tracing::warn!(reason, "audio device lost");
                self.with(|loaded| loaded.lost = Some(reason));
            }
            PlayerEvent::Failed(_) => self.with(|loaded| loaded.queue = None),
            PlayerEvent::Skipped { index, fault } => {
                let name = self.with_queue(|queue| queue.entries.get(index).map(|entry| entry.name.clone()));
                let error = Error::of_listening(name.flatten().unwrap_or_default(), fault);
                self.events.send(Event::ProblemFound(error.describe(self.settings.language())));
                return;
            }
            PlayerEvent::Moved => {
                // Of two that are compared the selection is that of both.
                self.with_queue(|queue| {
                    queue.selection = queue.selection.filter(|_| queue.compared.is_some())
                });
            }
            PlayerEvent::Ended => self.with(|loaded| loaded.ended = true),
        }
        self.tell();
    }

    fn with<T>(&self, change: impl FnOnce(&mut Loaded) -> T) -> T {
        change(&mut self.loaded.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the queue, if there is one.
    pub(crate) fn with_queue<T>(&self, change: impl FnOnce(&mut Queue) -> T) -> Option<T> {
        self.with(|loaded| loaded.queue.as_mut().map(change))
    }

    /// Puts a queue in the place of what was under the playhead.
    pub(crate) fn put_queue(&self, queue: Queue) -> Turn {
        self.put(None, Some(queue));
        self.next_turn()
    }

    fn put(&self, take: Option<TakeId>, queue: Option<Queue>) {
        self.with(|loaded| {
            (loaded.take, loaded.queue) = (take, queue);
            (loaded.ended, loaded.coming) = (false, false);
        });
    }

    /// Puts a queue under the playhead that more is added to, until [`Self::complete`]: where it comes to its end before, the
    /// transport waits.
    pub(crate) fn put_open_queue(&self, queue: Queue) -> Turn {
        let turn = self.put_queue(queue);
        self.with(|loaded| loaded.coming = true);
        turn
    }

    /// Nothing more is added to a queue.
    pub(crate) fn complete(&self, turn: Turn) {
        let _turn = self.turn();
        if self.is_turn(turn) {
            self.with(|loaded| loaded.coming = false);
            self.tell();
        }
    }

    fn next_turn(&self) -> Turn {
        Turn(self.turns.fetch_add(1, Ordering::SeqCst) + 1)
    }

    /// Returns whether what was put under the playhead then is still there and was not stopped.
    pub(crate) fn is_turn(&self, turn: Turn) -> bool {
        self.turns.load(Ordering::SeqCst) == turn.0
    }

    /// Returns how many sounds of the queue are still to be heard behind the one that is.
    pub(crate) fn ahead(&self) -> usize {
        let current = self.player.current().unwrap_or(0);
        self.with_queue(|queue| queue.entries.len().saturating_sub(current + 1)).unwrap_or(0)
    }

    /// Adds a sound to the end of a queue that is still wanted, and plays on when it had come to its end before. Returns
    /// whether it was wanted.
    pub(crate) fn add(&self, turn: Turn, file: SoundFile, entry: QueueEntry) -> Result<bool> {
        let _turn = self.turn();
        if !self.is_turn(turn) {
            return Ok(false);
        }
        let place = self.with_queue(|queue| {
            queue.entries.push(entry);
            queue.entries.len() - 1
        });
        self.player.append(vec![file]);
        if self.with(|loaded| std::mem::take(&mut loaded.ended)) {
            self.player.go_to(place.unwrap_or(0));
            self.player.play()?;
        }
        self.tell();
        Ok(true)
    }

    /// Lets nobody else change player and queue until the guard is dropped.
    pub(crate) fn turn(&self) -> MutexGuard<'_, ()> {
        self.turning.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn player(&self) -> &Player {
        &self.player
    }

    /// Returns how the next queue is played.
    pub(crate) fn listening(&self) -> Listening {
        self.with(|loaded| loaded.listening)
    }

    pub(crate) fn listen(&self, change: impl FnOnce(&mut Listening)) {
        self.with(|loaded| change(&mut loaded.listening));
    }

    /// Returns where the playhead is and what is selected, if one of these sounds is heard.
    pub(crate) fn place_in(&self, sounds: &[&SoundId]) -> (Option<Seconds>, Option<Span>) {
        let Some(queue) = self.state().queue else { return (None, None) };
        let heard = queue.entries.get(queue.current as usize).and_then(|entry| entry.sound.as_ref());
        match heard.is_some_and(|heard| sounds.contains(&heard)) {
            true => (Some(self.player.frame().position), queue.selection),
            false => (None, None),
        }
    }

    /// Plays what is under the playhead.
    pub(crate) fn start(&self) -> Result<()> {
        self.with(|loaded| (loaded.lost, loaded.ended) = (None, false));
        let played = self.player.play();
        self.tell();
        Ok(played?)
    }

    pub(crate) fn tell(&self) {
        self.events.send(Event::PlaybackChanged(self.state()));
    }

    /// Returns what the transport does.
    pub fn state(&self) -> Playback {
        let language = self.settings.language();
        let loaded = self.with(|loaded| loaded.clone());
        let problem = loaded.lost.or_else(|| self.player.problem());
        let empty = loaded.take.is_none() && loaded.queue.is_none();
        let current = self.player.current().unwrap_or(0) as u32;
        Playback {
            state: match loaded.loading {
                true => PlaybackState::Loading,
                false if empty => PlaybackState::Empty,
                false if self.player.is_playing() || loaded.ended && loaded.coming => PlaybackState::Playing,
                false => PlaybackState::Stopped,
            },
            take: loaded.take,
            queue: loaded.queue.map(|queue| Queue { current, ..queue }),
            duration: self.player.duration(),
            device: self.player.device(),
            problem: problem.map(|reason| Error::NoAudioDevice(reason).describe(language)),
            volume: loaded.volume,
        }
    }

    /// Returns one frame for playhead and meters.
    pub fn frame(&self) -> MeterFrame {
        self.player.frame()
    }

    pub fn set_strips(&self, strips: Vec<Strip>) {
        self.player.set_strips(strips);
    }

    fn has_queue(&self) -> bool {
        self.with(|loaded| loaded.queue.is_some())
    }

    /// Returns whether this take is under the playhead.
    pub fn plays(&self, take: &TakeId) -> bool {
        self.with(|loaded| loaded.take.as_ref() == Some(take))
    }

    /// Takes what is under the playhead away.
    pub fn unload(&self) {
        self.next_turn();
        self.player.unload();
        self.put(None, None);
        self.tell();
    }

    /// Takes a take away; sounds of the library belong to no project and stay.
    pub fn unload_take(&self) {
        if self.with(|loaded| loaded.take.is_some()) {
            self.unload();
        }
    }

    /// Moves to another output without stopping; `None` is the system's.
    pub fn set_device(&self, device: Option<String>) {
        self.with(|loaded| loaded.lost = None);
        if let Err(error) = self.player.set_device(device) {
            tracing::warn!(%error, "the output could not be opened");
        }
        self.tell();
    }
}

impl Services {
    /// Puts a take of the open project under the playhead; its stems are rendered again when the cache let them go.
    pub async fn load_take(&self, id: &TakeId) -> Result<()> {
        let transport = self.transport()?;
        if transport.with(|loaded| !loaded.loading && loaded.take.as_ref() == Some(id)) {
            return Ok(());
        }
        let (take, score, _) = self.projects.take(id)?;
        let recordings = recordings_of(&score, &self.projects.assets()?)?;
        transport.player.pause();
        transport.with(|loaded| loaded.loading = true);
        transport.tell();
        let studio = self.studio.clone();
        let rendering = tokio::task::spawn_blocking(move || {
            let nobody_cancels = AtomicBool::new(false);
            let watch = Watch { report: &|_: Stage, _| (), cancelled: &nobody_cancels };
            studio.stems(&score, &recordings, watch).map(|stems| (score, stems))
        });
        let rendered =
            rendering.await.map_err(|error| Error::Internal(error.to_string())).and_then(|stems| stems);
        transport.with(|loaded| loaded.loading = false);
        let loaded = rendered.and_then(|(score, stems)| {
            let strips = self.strips_of(id, &score)?;
            let _turn = transport.turn();
            transport.player.load(Song { score, stems, strips, gain: take.master_gain })?;
            transport.next_turn();
            transport.put(Some(id.clone()), None);
            Ok(())
        });
        transport.tell();
        loaded
    }

    /// The strips on the lanes belong to the current take; any other take plays untouched.
    fn strips_of(&self, id: &TakeId, score: &son1k_domain::score::Score) -> Result<Vec<Strip>> {
        let project = self.projects.get()?;
        let is_current = project.current.as_ref() == Some(id);
        Ok(if is_current { project.mixer } else { crate::make::neutral_strips(score) })
    }

    /// Puts the take on the lanes under the playhead, unless something sounds or sounds of the library are there. Nobody
    /// asked, so a failure is only logged.
    pub(crate) async fn bring_current(&self) {
        let Some(transport) = &self.transport else { return };
        let Ok(Some(current)) = self.projects.get().map(|project| project.current) else { return };
        if transport.player.is_playing() || transport.has_queue() {
            return;
        }
        if let Err(error) = self.load_take(&current).await {
            tracing::warn!(%error, "the take on the lanes could not be loaded");
        }
    }

    /// Plays the queue from the playhead on, or without one the take on the lanes.
    pub async fn play(&self) -> Result<()> {
        let transport = self.transport()?;
        if !transport.has_queue() {
            let current = self.projects.get()?.current;
            let current = current.ok_or_else(|| Error::NotFound { what: "a take".into() })?;
            self.load_take(&current).await?;
        }
        transport.start()
    }

    pub fn pause(&self) -> Result<()> {
        let transport = self.transport()?;
        transport.player.pause();
        transport.with(|loaded| loaded.ended = false);
        transport.tell();
        Ok(())
    }

    /// Stops and returns to the start.
    pub fn stop(&self) -> Result<()> {
        let transport = self.transport()?;
        transport.next_turn();
        transport.with(|loaded| loaded.coming = false);
        transport.player.stop();
        transport.tell();
        Ok(())
    }

    /// Moves the playhead.
    pub fn seek(&self, position: Seconds) -> Result<()> {
        if !position.0.is_finite() || position.0 < 0.0 {
            return Err(Error::InvalidField { field: "position".into(), value: position.0.to_string() });
        }
        self.transport()?.player.seek(position);
        Ok(())
    }

    /// Sets the volume of the monitor; the file is not touched.
    pub fn set_volume(&self, volume: f32) -> Result<()> {
        if !(0.0..=1.0).contains(&volume) {
            return Err(Error::InvalidField { field: "volume".into(), value: volume.to_string() });
        }
        let transport = self.transport()?;
        transport.player.set_volume(volume);
        transport.with(|loaded| loaded.volume = volume);
        transport.tell();
        Ok(())
    }

    /// Returns what the transport does.
    pub fn playback(&self) -> Result<Playback> {
        Ok(self.transport()?.state())
    }

    /// Returns the transport, which a headless program has none of.
    pub fn transport(&self) -> Result<Arc<Transport>> {
        self.transport.clone().ok_or_else(|| Error::NoAudioDevice("opened without sound".into()))
    }

    /// Lists the outputs by name.
    pub fn list_output_devices(&self) -> Vec<String> {
        son1k_audio::device::list_output_devices()
    }
}

#[cfg(test)]
mod tests;
