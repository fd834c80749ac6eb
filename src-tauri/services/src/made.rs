//! Sounds that the studio makes: finished on a desk beside the others, tagged, named, and in the library at once.
//!
//! What is made lies in a folder of its kind. A source is never touched, and nothing is ever overwritten.

use std::path::{Path, PathBuf};

use son1k_domain::Event;
use son1k_domain::cleaning::{CleaningReport, SoundsMade};
use son1k_domain::converter::Approach;
use son1k_domain::id::SoundId;
use son1k_domain::job::Stage;
use son1k_domain::library::{LibrarySound, TagChange};
use son1k_sound::{Progress, loudness, tags};
use tempfile::{TempDir, TempPath};

use crate::jobs::JobContext;
use crate::make::Watch;
use crate::vouching::Former;
use crate::{Error, Result, Services};

/// Of the whole, where the results are named and taken into the library.
pub(crate) const MADE: f32 = 0.95;
/// Longest part of a file's name that is the name of its source, in bytes; file systems take 255 for all of it.
const NAME_BYTES: usize = 180;

/// What was found while sounds were made.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) report: Option<CleaningReport>,
    pub(crate) approach: Option<Approach>,
}

/// A finished file that was made of a sound, and the word that tells the two apart: "clean", "voz".
pub(crate) struct Offspring {
    pub(crate) word: &'static str,
    pub(crate) file: PathBuf,
}

/// A folder for unfinished files beside the finished ones; gone when it is dropped.
#[derive(Debug)]
pub(crate) struct Desk {
    folder: PathBuf,
    desk: TempDir,
}

impl Desk {
    /// Sets it up in the folder of the finished files, which is made when it is not there.
    ///
    /// # Errors
    /// [`Error::Unwritable`], [`Error::DiskFull`].
    pub(crate) fn new(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| Error::writing(folder, error))?;
        let desk = tempfile::Builder::new().prefix(tags::UNFINISHED).tempdir_in(folder);
        let desk = desk.map_err(|error| Error::writing(folder, error))?;
        Ok(Self { folder: folder.to_owned(), desk })
    }

    /// Returns where the unfinished files lie.
    pub(crate) fn path(&self) -> &Path {
        self.desk.path()
    }

    /// Gives a finished file a name in the folder; one that is taken gets a number.
    ///
    /// # Errors
    /// [`Error::Unwritable`], [`Error::DiskFull`].
    pub(crate) fn publish(&self, file: &Path, name: &str) -> Result<PathBuf> {
        publish(file, &self.folder, name)
    }
}

impl Services {
    /// Gives files that were made of a sound its tags and its name, takes them into the library and tells of them.
    pub(crate) async fn hand_in(
        &self,
        context: &JobContext,
        desk: &Desk,
        source: &LibrarySound,
        files: &[Offspring],
        found: Found,
    ) -> Result<()> {
        context.progress(Stage::Saving, MADE);
        let places = tokio::task::block_in_place(|| {
            // All of them first: a file that nobody wants any more gets no name.
            for Offspring { word, file } in files {
                let quiet = Progress { report: &|_| (), cancelled: context.cancelled_flag() };
                tag(source, file, word, &quiet)?;
            }
            let named = files
                .iter()
                .map(|Offspring { word, file }| desk.publish(file, &format!("{} ({word})", stem_of(source))));
            named.collect::<Result<Vec<PathBuf>>>()
        })?;
        let mut made = Vec::with_capacity(places.len());
        for place in places {
            made.push(self.take_made(context, place).await?);
        }
        let (source, Found { report, approach }) = (source.id.clone(), found);
        self.events.send(Event::SoundsMade(SoundsMade { source, made, report, approach }));
        Ok(())
    }

    /// Takes a finished file into the library, on behalf of a job.
    pub(crate) async fn take_made(&self, context: &JobContext, place: PathBuf) -> Result<SoundId> {
        let report = |stage: Stage, _: f32| context.progress(stage, MADE);
        let watch = Watch { report: &report, cancelled: context.cancelled_flag() };
        self.library.take_made(place, watch).await
    }
}

/// Gives a finished file the tags and the cover of its source, with its own loudness and a title that tells them apart.
fn tag(source: &LibrarySound, file: &Path, word: &str, progress: &Progress<'_>) -> Result<()> {
    let (measured, _) = loudness::measure_file(file, progress).map_err(|error| match error {
        son1k_sound::Error::Cancelled => Error::Cancelled,
        other => Error::of_reading(file, other),
    })?;
    // What the file says of its own making stands over what its source says.
    let own = tags::read_certificate(file).unwrap_or_default();
    let comment = tags::read_tags(file).map(|(tags, _)| tags.comment).unwrap_or_default();
    let comment = (!comment.is_empty()).then_some(comment);
    let titled = (!source.tags.title.is_empty()).then(|| format!("{} ({word})", source.tags.title));
    let change = TagChange { title: titled, comment, ..TagChange::default() };
    let dressed = || {
        let from = Path::new(&source.path);
        let former = Former::of(if own.is_some() { file } else { from })?;
        tags::carry(from, file, &measured.loudness)?;
        tags::write_tags(file, &change)?;
        let Some(own) = &own else { return former.was_made_into(file) };
        tags::write_certificate(file, own)?;
        former.was_retagged(file)
    };
    match dressed() {
        Ok(()) => Ok(()),
        Err(son1k_sound::Error::Io(error)) => Err(Error::writing(file, error)),
        // The sound is worth more than its tags.
        Err(error) => {
            tracing::warn!(%error, file = %file.display(), "the tags were not carried over");
            Ok(())
        }
    }
}

fn stem_of(source: &LibrarySound) -> String {
    let stem = Path::new(&source.name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    cut(&stem).to_owned()
}

/// Returns as much of a name as leaves room for what comes behind it.
pub(crate) fn cut(name: &str) -> &str {
    let mut end = name.len().min(NAME_BYTES);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
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
