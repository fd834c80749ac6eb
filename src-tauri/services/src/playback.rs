//! The transport: a take's stems through the live mixer to the output device.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use son1k_audio::player::{Player, PlayerEvent, Song};
use son1k_domain::Event;
use son1k_domain::id::TakeId;
use son1k_domain::job::Stage;
use son1k_domain::playback::{MeterFrame, Playback, PlaybackState};
use son1k_domain::project::Strip;
use son1k_domain::setting::Settings;
use son1k_domain::unit::Seconds;

use crate::events::Events;
use crate::make::Watch;
use crate::settings::CurrentSettings;
use crate::{Error, Result, Services};

/// The player and what it plays.
pub struct Transport {
    player: Player,
    loaded: Mutex<Loaded>,
    settings: Arc<CurrentSettings>,
    events: Events,
}

#[derive(Default, Clone)]
struct Loaded {
    take: Option<TakeId>,
    loading: bool,
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
            Self { player, loaded: Mutex::new(Loaded { volume, ..Loaded::default() }), settings, events }
        })
    }

    fn changed(&self, event: PlayerEvent) {
        if let PlayerEvent::DeviceLost(reason) = event {
            tracing::warn!(reason, "audio device lost");
            self.with(|loaded| loaded.lost = Some(reason));
        }
        self.tell();
    }

    fn with<T>(&self, change: impl FnOnce(&mut Loaded) -> T) -> T {
        change(&mut self.loaded.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn tell(&self) {
        self.events.send(Event::PlaybackChanged(self.state()));
    }

    /// Returns what the transport does.
    pub fn state(&self) -> Playback {
        let language = self.settings.language();
        let loaded = self.with(|loaded| loaded.clone());
        let problem = loaded.lost.or_else(|| self.player.problem());
        Playback {
            state: match (loaded.loading, &loaded.take) {
                (true, _) => PlaybackState::Loading,
                (false, None) => PlaybackState::Empty,
                (false, Some(_)) if self.player.is_playing() => PlaybackState::Playing,
                (false, Some(_)) => PlaybackState::Stopped,
            },
            take: loaded.take,
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

    /// Returns whether this take is under the playhead.
    pub fn plays(&self, take: &TakeId) -> bool {
        self.with(|loaded| loaded.take.as_ref() == Some(take))
    }

    /// Takes what is under the playhead away.
    pub fn unload(&self) {
        self.player.unload();
        self.with(|loaded| loaded.take = None);
        self.tell();
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
        transport.player.pause();
        transport.with(|loaded| loaded.loading = true);
        transport.tell();
        let studio = self.studio.clone();
        let rendering = tokio::task::spawn_blocking(move || {
            let nobody_cancels = AtomicBool::new(false);
            let watch = Watch { report: &|_: Stage, _| (), cancelled: &nobody_cancels };
            studio.stems(&score, watch).map(|stems| (score, stems))
        });
        let rendered =
            rendering.await.map_err(|error| Error::Internal(error.to_string())).and_then(|stems| stems);
        transport.with(|loaded| loaded.loading = false);
        let loaded = rendered.and_then(|(score, stems)| {
            let strips = self.strips_of(id, &score)?;
            transport.player.load(Song { score, stems, strips, gain: take.master_gain })?;
            transport.with(|loaded| loaded.take = Some(id.clone()));
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

    /// Puts the take on the lanes under the playhead, unless something sounds. Nobody asked, so a failure is only logged.
    pub(crate) async fn bring_current(&self) {
        let Some(transport) = &self.transport else { return };
        let Ok(Some(current)) = self.projects.get().map(|project| project.current) else { return };
        if transport.player.is_playing() {
            return;
        }
        if let Err(error) = self.load_take(&current).await {
            tracing::warn!(%error, "the take on the lanes could not be loaded");
        }
    }

    /// Plays the take on the lanes from the playhead on.
    pub async fn play(&self) -> Result<()> {
        let transport = self.transport()?;
        let current = self.projects.get()?.current;
        let current = current.ok_or_else(|| Error::NotFound { what: "a take".into() })?;
        self.load_take(&current).await?;
        transport.with(|loaded| loaded.lost = None);
        let played = transport.player.play();
        transport.tell();
        Ok(played?)
    }

    pub fn pause(&self) -> Result<()> {
        let transport = self.transport()?;
        transport.player.pause();
        transport.tell();
        Ok(())
    }

    /// Stops and returns to the start.
    pub fn stop(&self) -> Result<()> {
        let transport = self.transport()?;
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
