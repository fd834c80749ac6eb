//! Versions under the playhead: one, or two at the same place and the same loudness.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use son1k_audio::player::SoundFile;
use son1k_domain::history::SoundComparison;
use son1k_domain::id::VersionId;
use son1k_domain::merge::{Choice, Conflict};
use son1k_domain::playback::{Compared, Queue, QueueEntry, Side};
use son1k_domain::take::Peaks;
use son1k_domain::unit::{Lufs, Seconds};

use super::History;
use super::sounding::{Material, Sounder};
use crate::listening::gains;
use crate::measuring::measure_file;
use crate::{Error, Result, Services, Transport};

/// A sound that is about to be heard.
struct Ready {
    file: SoundFile,
    entry: QueueEntry,
    loudness: Option<Lufs>,
}

impl Services {
    fn sounder(&self) -> Sounder {
        Sounder { studio: self.studio.clone(), cache: self.cache.clone() }
    }

    /// Plays a version without going back to it.
    ///
    /// # Errors
    /// [`Trouble::Soundless`](super::Trouble::Soundless), [`Error::NoAudioDevice`], and why it cannot be read.
    pub async fn play_version(&self, version: VersionId) -> Result<()> {
        let transport = self.transport()?;
        let sounder = self.sounder();
        let ready = self.history.run(move |history| ready(history, Some(&version), &sounder)).await?;
        {
            let _turn = transport.turn();
            let listening = transport.listening();
            transport.player().load_sounds(vec![ready.file.clone()], 0, listening)?;
            transport.put_queue(queue(&transport, vec![ready.entry], None));
        }
        transport.start()
    }

    /// Puts two versions, or a version and the project as it is, at the same place and the same loudness, and plays the
    /// first. Where the playhead was in one of the two, it stays.
    ///
    /// # Errors
    /// As [`Self::play_version`].
    pub async fn audition_versions(&self, before: VersionId, after: Option<VersionId>) -> Result<()> {
        let sounder = self.sounder();
        let both = self.history.run(move |history| {
            Ok([ready(history, Some(&before), &sounder)?, ready(history, after.as_ref(), &sounder)?])
        });
        self.audition(both.await?, Side::A)
    }

    /// Plays the project as it would be with a conflict decided; the other choice is a switch away.
    ///
    /// # Errors
    /// [`Trouble::NoConflict`](super::Trouble::NoConflict), and as [`Self::play_version`].
    pub async fn hear_conflict(&self, conflict: Conflict, choice: Choice) -> Result<()> {
        let sounder = self.sounder();
        let both = self.history.run(move |history| {
            let side = |choice| of_conflict(history, &conflict, choice, &sounder);
            Ok([side(Choice::Ours)?, side(Choice::Theirs)?])
        });
        let side = if choice == Choice::Ours { Side::A } else { Side::B };
        self.audition(both.await?, side)
    }

    fn audition(&self, both: [Ready; 2], side: Side) -> Result<()> {
        let transport = self.transport()?;
        let [a, b] = both;
        let gains = gains([a.loudness, b.loudness]);
        let place = transport.place_of(&[&a.entry, &b.entry]);
        {
            let _turn = transport.turn();
            transport.player().compare([a.file, b.file], gains, transport.listening())?;
            if let Some(position) = place {
                transport.player().seek(position);
            }
            if side == Side::B {
                transport.player().hear(side);
            }
            let compared = Some(Compared { side, gains });
            transport.put_queue(queue(&transport, vec![a.entry, b.entry], compared));
        }
        transport.start()
    }

    /// Returns the wave of a version, `buckets` wide; `None` where nothing sounds.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for no buckets or too many, and why the version cannot be read.
    pub async fn version_wave(&self, version: VersionId, buckets: u32) -> Result<Option<Peaks>> {
        if !(1..=10_000).contains(&buckets) {
            return Err(Error::InvalidField { field: "buckets".into(), value: buckets.to_string() });
        }
        let sounder = self.sounder();
        let _one_at_a_time = self.waves.lock().await;
        self.history.run(move |history| history.wave(&version, buckets as usize, &sounder)).await
    }

    /// Returns what two versions, or a version and the project as it is, sound like. May take seconds.
    ///
    /// # Errors
    /// As [`Self::play_version`].
    pub async fn compare_sound(
        &self,
        before: VersionId,
        after: Option<VersionId>,
    ) -> Result<SoundComparison> {
        let sounder = self.sounder();
        self.history.run(move |history| history.compare_sound(&before, after.as_ref(), &sounder)).await
    }
}

fn ready(history: &Arc<History>, version: Option<&VersionId>, sounder: &Sounder) -> Result<Ready> {
    let material = history.material(version)?;
    let name = history.call(version)?;
    prepare(history, &material, version, name, sounder)
}

fn prepare(
    history: &History,
    material: &Material,
    version: Option<&VersionId>,
    name: String,
    sounder: &Sounder,
) -> Result<Ready> {
    let path = history.sound_file(material, sounder)?;
    let (measured, _) = measure_file(Path::new(&path), &AtomicBool::new(false))?;
    let duration = measured.loudness.duration;
    Ok(Ready {
        file: SoundFile { path, duration: Some(duration) },
        entry: QueueEntry { sound: None, version: version.cloned(), name, duration },
        loudness: measured.loudness.integrated,
    })
}

fn of_conflict(history: &History, conflict: &Conflict, choice: Choice, sounder: &Sounder) -> Result<Ready> {
    let here = history.here()?;
    let project = history.projects.read(|document| Ok(document.hear(conflict, choice)?))?;
    let made =
        |take: &son1k_domain::take::Take| history.projects.read(|document| Ok(document.score(&take.id)?));
    let material = history.of_project(&here, &project, None, made)?;
    let material = material.ok_or(super::Trouble::Soundless)?;
    prepare(history, &material, None, project.name, sounder)
}

fn queue(transport: &Transport, entries: Vec<QueueEntry>, compared: Option<Compared>) -> Queue {
    let listening = transport.listening();
    Queue {
        entries,
        current: 0,
        crossfade: listening.crossfade,
        repeat: listening.repeat,
        speed: listening.speed,
        selection: None,
        compared,
    }
}

impl History {
    /// Returns what a version is called where it is heard: what the musician wrote, or nothing.
    fn call(&self, version: Option<&VersionId>) -> Result<String> {
        let Some(version) = version else { return Ok(String::new()) };
        let found = self.versions(&self.here()?.project)?.into_iter().find(|known| known.id == *version);
        let found = found.ok_or_else(|| super::Trouble::NoVersion(version.0.clone()))?;
        Ok(found.message)
    }
}

impl Transport {
    /// Returns where the playhead is, if one of these is heard.
    fn place_of(&self, entries: &[&QueueEntry]) -> Option<Seconds> {
        let queue = self.state().queue?;
        let heard = queue.entries.get(queue.current as usize)?;
        let same = entries.iter().any(|entry| {
            entry.sound.is_none()
                && heard.sound.is_none()
                && entry.version == heard.version
                && entry.name == heard.name
        });
        same.then(|| self.frame().position)
    }
}
