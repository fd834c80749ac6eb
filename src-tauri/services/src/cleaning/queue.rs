//! Sounds of the library made clean, taken apart and written down, as jobs of the queue.
//!
//! What is made lies in the folder of made sounds under the name of its source, with its tags and its cover, and is in the
//! library at once. The source is never touched.

use std::path::{Path, PathBuf};

use son1k_domain::Event;
use son1k_domain::cleaning::{Cleaning, CleaningReport, SoundsMade};
use son1k_domain::id::{JobId, SoundId};
use son1k_domain::job::{Priority, Stage, Work};
use son1k_domain::library::{LibrarySound, TagChange};
use son1k_domain::setting::Language;
use son1k_sound::{Progress, loudness, tags};
use tempfile::{TempDir, TempPath};

use super::chain;
use crate::jobs::JobContext;
use crate::make::Watch;
use crate::{Error, Result, Services};

/// Of the whole, where the results are named and taken into the library.
const MADE: f32 = 0.95;
/// Longest part of a file's name that is the name of its source, in bytes; file systems take 255 for all of it.
const NAME_BYTES: usize = 180;

/// What a made sound is of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    Clean,
    Voice,
    Backing,
}

impl Made {
    fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Clean, Language::En) => "clean",
            (Self::Clean, Language::Es) => "limpio",
            (Self::Voice, Language::En) => "voice",
            (Self::Voice, Language::Es) => "voz",
            (Self::Backing, Language::En) => "backing",
            (Self::Backing, Language::Es) => "acompañamiento",
        }
    }
}

impl Services {
    /// Queues a cleaning; the new sound comes as `Event::SoundsMade`.
    ///
    /// # Errors
    /// [`Error::InvalidField`], [`Error::NotFound`], [`Error::SoundMissing`], [`Error::ModelMissing`].
    pub async fn clean_sound(&self, sound: SoundId, cleaning: Cleaning) -> Result<JobId> {
        chain::check(&cleaning)?;
        self.library.present(&sound).await?;
        if cleaning.denoise.is_some() {
            self.shelf.require("deepfilternet3")?;
        }
        self.jobs()?.push(Work::Clean { sound, cleaning }, Priority::Pro).await
    }

    /// Queues the split of a song into voice and backing, which come as `Event::SoundsMade`.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::SoundMissing`], [`Error::ModelMissing`].
    pub async fn split_sound(&self, sound: SoundId) -> Result<JobId> {
        self.library.present(&sound).await?;
        self.shelf.require("spleeter-2stems")?;
        self.jobs()?.push(Work::Split { sound }, Priority::Pro).await
    }

    pub(crate) async fn run_cleaning(
        &self,
        context: &JobContext,
        id: &SoundId,
        cleaning: &Cleaning,
    ) -> Result<()> {
        let source = self.library.present(id).await?;
        let desk = self.new_desk()?;
        let file = desk.path().join("clean.wav");
        let input = Path::new(&source.path);
        let cleaned = tokio::task::block_in_place(|| {
            let report = |done: f32| context.progress(Stage::Cleaning, MADE * done);
            let progress = Progress { report: &report, cancelled: context.cancelled_flag() };
            self.clean_file(input, &file, None, cleaning, &progress)
        })?;
        self.hand_in(context, &source, &[(Made::Clean, file)], Some(cleaned.report)).await
    }

    pub(crate) async fn run_split(&self, context: &JobContext, id: &SoundId) -> Result<()> {
        let source = self.library.present(id).await?;
        let desk = self.new_desk()?;
        let input = Path::new(&source.path);
        let parts = tokio::task::block_in_place(|| {
            let report = |done: f32| context.progress(Stage::Cleaning, MADE * done);
            let progress = Progress { report: &report, cancelled: context.cancelled_flag() };
            self.split(input, desk.path(), &progress)
        })?;
        let made = [(Made::Voice, parts.vocals), (Made::Backing, parts.backing)];
        self.hand_in(context, &source, &made, None).await
    }

    /// Makes a folder for unfinished files beside the finished ones; gone when it is dropped.
    fn new_desk(&self) -> Result<TempDir> {
        let folder = &self.paths.made;
        std::fs::create_dir_all(folder).map_err(|error| Error::writing(folder, error))?;
        let desk = tempfile::Builder::new().prefix(tags::UNFINISHED).tempdir_in(folder);
        desk.map_err(|error| Error::writing(folder, error))
    }

    /// Gives files their tags and names, takes them into the library and tells of them.
    async fn hand_in(
        &self,
        context: &JobContext,
        source: &LibrarySound,
        files: &[(Made, PathBuf)],
        report: Option<CleaningReport>,
    ) -> Result<()> {
        context.progress(Stage::Saving, MADE);
        let places = tokio::task::block_in_place(|| {
            // All of them first: a file that nobody wants any more gets no name.
            for (what, file) in files {
                let word = what.word(self.settings.language());
                let quiet = Progress { report: &|_| (), cancelled: context.cancelled_flag() };
                tag(source, file, word, &quiet)?;
            }
            let named = files.iter().map(|(what, file)| {
                publish(file, &self.paths.made, &name_of(source, what.word(self.settings.language())))
            });
            named.collect::<Result<Vec<PathBuf>>>()
        })?;
        let mut made = Vec::with_capacity(places.len());
        for place in places {
            let report = |stage: Stage, _: f32| context.progress(stage, MADE);
            let watch = Watch { report: &report, cancelled: context.cancelled_flag() };
            made.push(self.library.take_made(place, watch).await?);
        }
        self.events.send(Event::SoundsMade(SoundsMade { source: source.id.clone(), made, report }));
        Ok(())
    }
}

/// Gives a finished file the tags and the cover of its source, with its own loudness and a title that tells them apart.
fn tag(source: &LibrarySound, file: &Path, word: &str, progress: &Progress<'_>) -> Result<()> {
    let (measured, _) = loudness::measure_file(file, progress).map_err(|error| match error {
        son1k_sound::Error::Cancelled => Error::Cancelled,
        other => Error::of_reading(file, other),
    })?;
    let titled = (!source.tags.title.is_empty()).then(|| format!("{} ({word})", source.tags.title));
    let change = TagChange { title: titled, ..TagChange::default() };
    let carried = tags::carry(Path::new(&source.path), file, &measured.loudness);
    match carried.and_then(|_| tags::write_tags(file, &change)) {
        Ok(_) => Ok(()),
        Err(son1k_sound::Error::Io(error)) => Err(Error::writing(file, error)),
        // The sound is worth more than its tags.
        Err(error) => {
            tracing::warn!(%error, file = %file.display(), "the tags were not carried over");
            Ok(())
        }
    }
}

fn name_of(source: &LibrarySound, word: &str) -> String {
    let stem = Path::new(&source.name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut end = stem.len().min(NAME_BYTES);
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{} ({word})", &stem[..end])
}

/// Gives a finished file its name; one that is taken gets a number, and nothing is ever overwritten.
fn publish(file: &Path, folder: &Path, name: &str) -> Result<PathBuf> {
    let mut file = TempPath::try_from_path(file).map_err(|error| Error::writing(folder, error))?;
    for number in 1_u32.. {
        let place = match number {
            1 => folder.join(format!("{name}.wav")),
            _ => folder.join(format!("{name} {number}.wav")),
        };
        match file.persist_noclobber(&place) {
            Ok(()) => return Ok(place),
            Err(refused) if refused.error.kind() == std::io::ErrorKind::AlreadyExists => file = refused.path,
            Err(refused) => return Err(Error::writing(&place, refused.error)),
        }
    }
    Err(Error::Internal("there are no names left".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let folder = tempfile::tempdir().unwrap();
        let publish_one = |text: &str| {
            let file = folder.path().join("unfinished");
            std::fs::write(&file, text).unwrap();
            publish(&file, folder.path(), "Song (clean)").unwrap()
        };
        let places = ["one", "two", "three"].map(publish_one);
        let names = ["Song (clean).wav", "Song (clean) 2.wav", "Song (clean) 3.wav"];
        for ((place, name), text) in places.iter().zip(names).zip(["one", "two", "three"]) {
            assert_eq!(*place, folder.path().join(name));
            assert_eq!(std::fs::read_to_string(place).unwrap(), text);
        }
        assert!(!folder.path().join("unfinished").exists());
    }
}
