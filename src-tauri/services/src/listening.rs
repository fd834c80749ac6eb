//! Listening to sounds of the library: a queue, or two that are compared.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use son1k_audio::player::{Fault, SoundFile};
use son1k_domain::id::SoundId;
use son1k_domain::library::{LibrarySound, SoundState};
use son1k_domain::playback::{Compared, Queue, QueueEntry, Side, Span};
use son1k_domain::unit::{Db, Lufs, Seconds};

use crate::measuring::measure_file;
use crate::{Error, Result, Services, Transport};

/// Slower or faster than this, and music is no music any more.
const SPEEDS: std::ops::RangeInclusive<f32> = 0.25..=4.0;

/// The longest cross-fade.
const MOST_CROSSFADE: Seconds = Seconds(12.0);

/// The shortest selection: a period of the lowest note that is heard is 50 ms, a grain 20 ms.
const LEAST_SELECTION: f64 = 0.02;

/// Farther than this into a sound, “previous” goes to its start.
const START: f64 = 3.0;

impl Services {
    /// Plays sounds of the library as a new queue, from the one at `start` on. Those that are missing are passed over
    /// and told.
    ///
    /// # Errors
    /// [`Error::InvalidField`] without sounds or for a start that is none of them, [`Error::NotFound`] for an unknown
    /// sound, [`Error::SoundMissing`] when no file is there, [`Error::NoAudioDevice`] when the queue cannot be heard.
    pub async fn play_sounds(&self, sounds: &[SoundId], start: u32) -> Result<()> {
        let transport = self.transport()?;
        let found = self.sounds_to_play(sounds).await?;
        let at = index_in(start, found.len(), "start")?;
        {
            let _turn = transport.turn();
            let listening = transport.listening();
            transport.player().load_sounds(found.iter().map(file).collect(), at, listening)?;
            transport.put_queue(Queue {
                entries: found.iter().map(entry).collect(),
                current: start,
                crossfade: listening.crossfade,
                repeat: listening.repeat,
                speed: listening.speed,
                selection: None,
                compared: None,
            });
        }
        transport.start()
    }

    /// Adds sounds to the end of the queue; without one they become it, stopped at its start.
    ///
    /// # Errors
    /// As [`Self::play_sounds`].
    pub async fn queue_sounds(&self, sounds: &[SoundId]) -> Result<()> {
        let transport = self.transport()?;
        let found = self.sounds_to_play(sounds).await?;
        let _turn = transport.turn();
        let (files, entries) =
            (found.iter().map(file).collect(), found.iter().map(entry).collect::<Vec<_>>());
        let extends = transport.with_queue(|queue| queue.compared.is_none()).unwrap_or(false);
        if extends {
            transport.player().append(files);
            transport.with_queue(|queue| queue.entries.extend(entries));
        } else {
            let listening = transport.listening();
            transport.player().load_sounds(files, 0, listening)?;
            transport.put_queue(Queue {
                entries,
                current: 0,
                crossfade: listening.crossfade,
                repeat: listening.repeat,
                speed: listening.speed,
                selection: None,
                compared: None,
            });
        }
        transport.tell();
        Ok(())
    }

    /// Takes a sound out of the queue; the last one takes the queue with it.
    ///
    /// # Errors
    /// [`Error::NotFound`] without a queue, [`Error::InvalidField`] for a place that it does not have.
    pub fn unqueue_sound(&self, index: u32) -> Result<()> {
        let transport = self.transport()?;
        let turn = transport.turn();
        let queue = queue_of(&transport)?;
        let at = index_in(index, queue.entries.len(), "index")?;
        if queue.entries.len() == 1 || queue.compared.is_some() {
            drop(turn);
            transport.unload();
            return Ok(());
        }
        let current = transport.player().current();
        transport.player().remove(at);
        transport.with_queue(|queue| {
            queue.entries.remove(at);
            queue.selection = queue.selection.filter(|_| current != Some(at));
        });
        transport.tell();
        Ok(())
    }

    /// Plays a sound of the queue from its start; of two that are compared, it is heard where the playhead is.
    ///
    /// # Errors
    /// As [`Self::unqueue_sound`].
    pub fn play_entry(&self, index: u32) -> Result<()> {
        self.go_to_entry(index)?;
        self.transport()?.start()
    }

    fn go_to_entry(&self, index: u32) -> Result<()> {
        let transport = self.transport()?;
        let turn = transport.turn();
        let queue = queue_of(&transport)?;
        let at = index_in(index, queue.entries.len(), "index")?;
        if queue.compared.is_some() {
            drop(turn);
            return self.hear_side(if at == 0 { Side::A } else { Side::B });
        }
        transport.player().go_to(at);
        transport.with_queue(|queue| queue.selection = None);
        transport.tell();
        Ok(())
    }

    /// Goes to the next sound; after the last to the first if the queue repeats, else nowhere.
    ///
    /// # Errors
    /// [`Error::NotFound`] without a queue.
    pub fn next_sound(&self) -> Result<()> {
        let transport = self.transport()?;
        let queue = queue_of(&transport)?;
        let next = queue.current + 1;
        match (next as usize) < queue.entries.len() {
            true => self.go_to_entry(next),
            false if queue.repeat => self.go_to_entry(0),
            false => Ok(()),
        }
    }

    /// Goes to the start of the sound, or from near its start to the one before.
    ///
    /// # Errors
    /// [`Error::NotFound`] without a queue.
    pub fn previous_sound(&self) -> Result<()> {
        let transport = self.transport()?;
        let queue = queue_of(&transport)?;
        let last = queue.entries.len().saturating_sub(1) as u32;
        let far = queue.compared.is_none() && transport.frame().position.0 > START;
        match queue.current {
            current if far => self.go_to_entry(current),
            0 if queue.repeat => self.go_to_entry(last),
            current => self.go_to_entry(current.saturating_sub(1)),
        }
    }

    /// Plays a part of the current sound again and again; `None` lets it go on.
    ///
    /// # Errors
    /// [`Error::NotFound`] without a queue, [`Error::InvalidField`] for what is no part of the sound, or shorter than
    /// 20 ms.
    pub fn loop_selection(&self, selection: Option<Span>) -> Result<()> {
        let transport = self.transport()?;
        let _turn = transport.turn();
        queue_of(&transport)?;
        let selection = selection.map(|span| within(span, transport.player().duration())).transpose()?;
        transport.player().select(selection);
        transport.with_queue(|queue| queue.selection = selection);
        transport.tell();
        Ok(())
    }

    /// Sets the speed of sounds, without a change of pitch; kept for the next queue.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a speed that is not between 0.25 and 4.
    pub fn set_speed(&self, speed: f32) -> Result<()> {
        if !SPEEDS.contains(&speed) {
            return Err(Error::InvalidField { field: "speed".into(), value: speed.to_string() });
        }
        let transport = self.transport()?;
        let _turn = transport.turn();
        transport.player().set_speed(speed);
        transport.listen(|listening| listening.speed = speed);
        transport.with_queue(|queue| queue.speed = speed);
        transport.tell();
        Ok(())
    }

    /// Sets how long one sound goes over into the next; kept for the next queue.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for less than nothing, or more than 12 seconds.
    pub fn set_crossfade(&self, duration: Seconds) -> Result<()> {
        if !(0.0..=MOST_CROSSFADE.0).contains(&duration.0) {
            return Err(Error::InvalidField { field: "crossfade".into(), value: duration.0.to_string() });
        }
        let transport = self.transport()?;
        let _turn = transport.turn();
        transport.player().set_crossfade(duration);
        transport.listen(|listening| listening.crossfade = duration);
        transport.with_queue(|queue| queue.crossfade = duration);
        transport.tell();
        Ok(())
    }

    /// Sets whether the queue begins again after its last sound; kept for the next queue.
    pub fn set_repeat(&self, repeat: bool) -> Result<()> {
        let transport = self.transport()?;
        let _turn = transport.turn();
        transport.player().set_repeat(repeat);
        transport.listen(|listening| listening.repeat = repeat);
        transport.with_queue(|queue| queue.repeat = repeat);
        transport.tell();
        Ok(())
    }

    /// Lets short grains be heard where a pointer drags the playhead; `None` when it lets go.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for what is no position.
    pub fn scrub(&self, position: Option<Seconds>) -> Result<()> {
        let is_one = |position: &Seconds| position.0.is_finite() && position.0 >= 0.0;
        if let Some(position) = position.filter(|position| !is_one(position)) {
            return Err(Error::InvalidField { field: "position".into(), value: position.0.to_string() });
        }
        let transport = self.transport()?;
        transport.player().scrub(position);
        if position.is_none() {
            transport.tell();
        }
        Ok(())
    }

    /// Puts two sounds at the same place and the same loudness, and plays the first. The louder one is brought down to
    /// the quieter; nothing is made louder. Where the playhead was in one of the two, it stays.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for the same sound twice, [`Error::NotFound`] for an unknown one,
    /// [`Error::SoundMissing`], and why one cannot be measured.
    pub async fn compare_sounds(&self, a: &SoundId, b: &SoundId) -> Result<()> {
        if a == b {
            return Err(Error::InvalidField { field: "sounds".into(), value: a.to_string() });
        }
        let transport = self.transport()?;
        let (first, second) = (self.library.present(a).await?, self.library.present(b).await?);
        let loudness = [loudness(&first).await?, loudness(&second).await?];
        let gains = gains(loudness);
        let (place, selection) = transport.place_in(&[a, b]);
        {
            let _turn = transport.turn();
            let listening = transport.listening();
            transport.player().compare([file(&first), file(&second)], gains, listening)?;
            if let Some(position) = place {
                transport.player().seek(position);
            }
            if selection.is_some() {
                transport.player().select(selection);
            }
            transport.put_queue(Queue {
                entries: vec![entry(&first), entry(&second)],
                current: 0,
                crossfade: listening.crossfade,
                repeat: listening.repeat,
                speed: listening.speed,
                selection,
                compared: Some(Compared { side: Side::A, gains }),
            });
        }
        transport.start()
    }

    /// Goes over to one of the two sounds that are compared.
    ///
    /// # Errors
    /// [`Error::NotFound`] when none are.
    pub fn hear_side(&self, side: Side) -> Result<()> {
        let transport = self.transport()?;
        let _turn = transport.turn();
        if queue_of(&transport)?.compared.is_none() {
            return Err(nothing());
        }
        transport.player().hear(side);
        transport.with_queue(|queue| queue.compared.iter_mut().for_each(|compared| compared.side = side));
        transport.tell();
        Ok(())
    }

    /// Begins integrated loudness, range and true peak anew.
    pub fn restart_meters(&self) -> Result<()> {
        self.transport()?.player().restart_meters();
        Ok(())
    }

    /// Returns the sounds, of which at least one can be played.
    async fn sounds_to_play(&self, ids: &[SoundId]) -> Result<Vec<LibrarySound>> {
        if ids.is_empty() {
            return Err(Error::InvalidField { field: "sounds".into(), value: String::new() });
        }
        let mut sounds = Vec::with_capacity(ids.len());
        for id in ids {
            sounds.push(self.library.sound(id).await?);
        }
        match sounds.iter().any(|sound| sound.state == SoundState::Present) {
            true => Ok(sounds),
            false => Err(Error::SoundMissing(sounds.swap_remove(0).path)),
        }
    }
}

impl Error {
    /// Returns why a sound of the queue was not played, or not all of it.
    pub(crate) fn of_listening(name: String, fault: Fault) -> Self {
        let why = match fault {
            Fault::Damaged => return Self::SoundDamaged(name),
            Fault::Missing => Self::SoundMissing(name.clone()),
            Fault::Unreadable(reason) => {
                Self::Unreadable { path: name.clone(), source: std::io::Error::other(reason) }
            }
            Fault::Refused(refusal) => Self::SoundRefused(refusal),
        };
        Self::SoundSkipped { name, why: Box::new(why) }
    }
}

fn nothing() -> Error {
    Error::NotFound { what: "a sound".into() }
}

fn queue_of(transport: &Transport) -> Result<Queue> {
    transport.state().queue.ok_or_else(nothing)
}

fn index_in(index: u32, count: usize, field: &str) -> Result<usize> {
    let at = usize::try_from(index).ok().filter(|at| *at < count);
    at.ok_or_else(|| Error::InvalidField { field: field.into(), value: index.to_string() })
}

/// Returns the part of a span that is in the sound.
fn within(span: Span, duration: Seconds) -> Result<Span> {
    // `min` would take the duration for what is no number.
    let to = if span.to.0 > duration.0 && duration.0 > 0.0 { duration.0 } else { span.to.0 };
    if span.from.0 >= 0.0 && to.is_finite() && to - span.from.0 >= LEAST_SELECTION {
        return Ok(Span { from: span.from, to: Seconds(to) });
    }
    let value = format!("{:.3}–{:.3} s", span.from.0, span.to.0);
    Err(Error::InvalidField { field: "selection".into(), value })
}

fn file(sound: &LibrarySound) -> SoundFile {
    SoundFile { path: PathBuf::from(&sound.path), duration: sound.facts.duration }
}

fn entry(sound: &LibrarySound) -> QueueEntry {
    let title = sound.tags.title.trim();
    let name = if title.is_empty() { sound.name.clone() } else { title.to_owned() };
    QueueEntry {
        sound: Some(sound.id.clone()),
        version: None,
        name,
        duration: sound.facts.duration.unwrap_or_default(),
    }
}

/// Returns the loudness of a sound; it is measured now if it was not yet.
async fn loudness(sound: &LibrarySound) -> Result<Option<Lufs>> {
    if let Some(known) = &sound.analysis.loudness {
        return Ok(known.integrated);
    }
    let path = sound.path.clone();
    let measuring =
        tokio::task::spawn_blocking(move || measure_file(Path::new(&path), &AtomicBool::new(false)));
    let (measurement, _) = measuring.await.map_err(|error| Error::Internal(error.to_string()))??;
    Ok(measurement.loudness.integrated)
}

/// Returns what brings both to the loudness of the quieter one; a sound without loudness leaves both as they are.
pub(crate) fn gains(loudness: [Option<Lufs>; 2]) -> [Db; 2] {
    let [Some(a), Some(b)] = loudness else { return [Db(0.0); 2] };
    let quieter = a.0.min(b.0);
    [Db(quieter - a.0), Db(quieter - b.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_louder_one_is_brought_down_and_nothing_is_boosted() {
        assert_eq!(gains([Some(Lufs(-9.0)), Some(Lufs(-14.5))]), [Db(-5.5), Db(0.0)]);
        assert_eq!(gains([Some(Lufs(-20.0)), Some(Lufs(-14.0))]), [Db(0.0), Db(-6.0)]);
        assert_eq!(gains([None, Some(Lufs(-14.0))]), [Db(0.0); 2]);
    }

    #[test]
    fn a_selection_ends_with_the_sound_and_is_no_click() {
        let span = |from: f64, to: f64| Span { from: Seconds(from), to: Seconds(to) };
        assert_eq!(within(span(1.0, 9.0), Seconds(4.0)).unwrap(), span(1.0, 4.0));
        for wrong in [(-0.1, 1.0), (2.0, 1.0), (1.0, 1.01), (5.0, 6.0), (f64::NAN, 1.0), (0.0, f64::NAN)] {
            assert!(within(span(wrong.0, wrong.1), Seconds(4.0)).is_err(), "{wrong:?}");
        }
        assert!(within(span(0.0, f64::INFINITY), Seconds(0.0)).is_err());
    }

    #[test]
    fn a_fault_is_told_with_the_name_of_the_sound_in_both_languages() {
        use son1k_domain::setting::Language;
        use son1k_domain::sound::Refusal;
        let faults = [
            Fault::Missing,
            Fault::Damaged,
            Fault::Refused(Refusal::Empty),
            Fault::Unreadable("gone".into()),
        ];
        for fault in faults {
            for language in [Language::En, Language::Es] {
                let problem = Error::of_listening("Luna".into(), fault.clone()).describe(language);
                assert!(problem.message.contains("Luna") && !problem.hint.is_empty(), "{problem:?}");
            }
        }
    }
}
