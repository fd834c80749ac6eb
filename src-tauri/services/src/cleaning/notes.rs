//! The notes of sounds of the library: heard, mended by hand, written as MIDI.

use std::path::Path;

use son1k_domain::Event;
use son1k_domain::cleaning::{NoteSheet, limits};
use son1k_domain::id::{JobId, SoundId};
use son1k_domain::job::{Priority, Stage, Work};
use son1k_domain::listening::{HeardNote, Pulse};
use son1k_domain::unit::{Bpm, Seconds};
use son1k_inference::transcriber::Settings;
use son1k_sound::Progress;

use super::invalid;
use crate::export::write_whole;
use crate::jobs::JobContext;
use crate::{Error, Result, Services};

/// Beats of a bar when nobody has heard how many there are.
const USUAL_BAR: u8 = 4;
/// A tempo that a MIDI file can hold and a musician can mean.
const TEMPI: std::ops::RangeInclusive<f32> = 10.0..=1_000.0;
/// Lengths are told in milliseconds here and there.
const ROUNDING: f64 = 0.001;

impl Services {
    /// Queues a listening for the notes of a sound, which come as `Event::NotesHeard` in the place of earlier ones.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::SoundMissing`], [`Error::ModelMissing`].
    pub async fn hear_notes(&self, sound: SoundId) -> Result<JobId> {
        self.library.present(&sound).await?;
        self.shelf.require("basic-pitch")?;
        self.jobs()?.push(Work::HearNotes { sound }, Priority::Pro).await
    }

    pub(crate) async fn run_hearing(&self, context: &JobContext, id: &SoundId) -> Result<()> {
        let sound = self.library.present(id).await?;
        let heard = tokio::task::block_in_place(|| {
            let report = |done: f32| context.progress(Stage::Analysing, done);
            let progress = Progress { report: &report, cancelled: context.cancelled_flag() };
            self.listen(Path::new(&sound.path), Settings::default(), &progress)
        })?;
        let sheet = NoteSheet {
            sound: id.clone(),
            notes: heard.notes,
            bpm: heard.pulse.map(|pulse| pulse.bpm),
            duration: heard.duration,
            edited: false,
        };
        self.keep_notes(sheet).await
    }

    /// Returns the notes of a sound; `None` before they were heard or written.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown sound.
    pub async fn notes(&self, sound: &SoundId) -> Result<Option<NoteSheet>> {
        self.library.known(sound).await?;
        Ok(self.store.notes(sound).await?)
    }

    /// Keeps notes that were mended, in the order of their starts; they come back as `Event::NotesHeard`.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for more than [`limits::NOTES`], for pitches and velocities that MIDI does not have, for
    /// notes without length or outside of the sound; [`Error::NotFound`] for an unknown sound.
    pub async fn save_notes(&self, mut sheet: NoteSheet) -> Result<()> {
        let sound = self.library.known(&sheet.sound).await?;
        let heard = self.store.notes(&sheet.sound).await?.map(|heard| heard.duration);
        if let Some(duration) = heard.or(sound.facts.duration) {
            sheet.duration = duration;
        }
        check(&sheet)?;
        sheet.notes.sort_by(|a, b| a.start.0.total_cmp(&b.start.0).then(a.pitch.cmp(&b.pitch)));
        sheet.edited = true;
        self.keep_notes(sheet).await
    }

    async fn keep_notes(&self, sheet: NoteSheet) -> Result<()> {
        self.library.known(&sheet.sound).await?;
        self.store.save_notes(&sheet).await?;
        self.events.send(Event::NotesHeard(sheet));
        Ok(())
    }

    /// Writes the notes of a sound as a MIDI file. Its time is the sound's; its tempo is the one heard, else 120 BPM.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a path that is not absolute, [`Error::NotFound`] for an unknown sound or one without
    /// notes, [`Error::Unwritable`], [`Error::DiskFull`].
    pub async fn export_notes(&self, sound: &SoundId, path: &str) -> Result<()> {
        if !Path::new(path).is_absolute() {
            return Err(invalid("path", path));
        }
        let known = self.library.known(sound).await?;
        let sheet = self.store.notes(sound).await?;
        let sheet = sheet.ok_or_else(|| Error::NotFound { what: known.name.clone() })?;
        let bar = self.store.beats(sound).await?.map_or(USUAL_BAR, |pulse| pulse.beats_a_bar);
        let pulse = sheet.bpm.map(|bpm| Pulse { bpm, beats_a_bar: bar, beats: Vec::new() });
        let stem = Path::new(&known.name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let title = if known.tags.title.is_empty() { stem } else { known.tags.title };
        let path = path.to_owned();
        tokio::task::block_in_place(|| {
            let score = son1k_composer::transcript(&title, &sheet.notes, pulse.as_ref());
            write_whole(Path::new(&path), &son1k_composer::midi(&score))
        })
    }
}

fn check(sheet: &NoteSheet) -> Result<()> {
    if sheet.notes.len() > limits::NOTES {
        return Err(invalid("notes", sheet.notes.len()));
    }
    if let Some(Bpm(bpm)) = sheet.bpm.filter(|bpm| !TEMPI.contains(&bpm.0)) {
        return Err(invalid("tempo", bpm));
    }
    sheet.notes.iter().try_for_each(|note| check_note(note, sheet.duration))
}

fn check_note(note: &HeardNote, Seconds(duration): Seconds) -> Result<()> {
    if !limits::PITCH.contains(&note.pitch) {
        return Err(invalid("pitch", note.pitch));
    }
    if !limits::VELOCITY.contains(&note.velocity) {
        return Err(invalid("velocity", note.velocity));
    }
    let (start, length) = (note.start.0, note.length.0);
    let within = start >= 0.0 && length > 0.0 && start + length <= duration + ROUNDING;
    if within { Ok(()) } else { Err(invalid("note", format!("{start:.3} s + {length:.3} s"))) }
}
