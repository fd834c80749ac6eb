//! Samples: copied into their profile, looked at, cleaned. What they were copied from is never touched.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use sha2::{Digest, Sha256};
use son1k_domain::Event;
use son1k_domain::cleaning::Cleaning;
use son1k_domain::id::{ProfileId, SampleId};
use son1k_domain::profile::{Profile, Sample, SampleSource, limits};
use son1k_domain::unit::Lufs;
use son1k_sound::encode::{Spec, Writer};
use son1k_sound::{Progress, Reader, SongTags};

use super::checks::{WHO, checks};
use super::recording::{GATE, RATE, Recording};
use super::{Trouble, discard, find_sample};
use crate::voice::delivering::{KEPT, RAW, Raw};
use crate::voice::invalid;
use crate::{Error, Result, Services};

/// Entries of the shelf that looking at a sample needs.
pub(super) const NEEDS: [&str; 3] = ["onnxruntime", GATE, WHO];
/// Loudness of a cleaned sample.
const LOUDNESS: Lufs = Lufs(-20.0);
/// Seconds that are left before the first word and behind the last.
const AROUND: f64 = 0.2;

impl Services {
    /// Copies sounds into a profile and looks how good they are. One that is refused is told as `Event::ProblemFound`, unless
    /// all are: then its error is returned. Takes about a second for ten seconds of speech.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::SoundMissing`], [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`],
    /// [`Error::Unwritable`], [`Error::DiskFull`]; [`Trouble::SampleRefused`] for what is no sound or too long,
    /// [`Trouble::SampleTwice`], [`Trouble::TooManySamples`].
    pub async fn add_samples(&self, id: &ProfileId, sources: Vec<SampleSource>) -> Result<()> {
        self.profiles.get(id)?;
        self.shelf.require_all(&NEEDS)?;
        let all = sources.len();
        let mut refused = Vec::new();
        for source in sources {
            if let Err(error) = self.add_sample(id, source).await {
                refused.push(error);
            }
        }
        if refused.len() == all && !refused.is_empty() {
            return Err(refused.swap_remove(0));
        }
        let language = self.settings.language();
        refused.iter().for_each(|error| self.events.send(Event::ProblemFound(error.describe(language))));
        Ok(())
    }

    async fn add_sample(&self, id: &ProfileId, source: SampleSource) -> Result<()> {
        let path = match source {
            SampleSource::Sound(sound) => PathBuf::from(self.library.present(&sound).await?.path),
            SampleSource::File(path) => PathBuf::from(path),
        };
        if !path.is_absolute() {
            return Err(invalid("path", path.display()));
        }
        let sample = tokio::task::block_in_place(|| self.take_sample(id, &path))?;
        let file = self.profiles.original(id, &sample);
        let kept = self.profiles.change(id, |profile| admit(profile, sample)).await;
        kept.inspect_err(|_| discard(&file))
    }

    /// Looks at a file and copies it into the folder of the profile.
    fn take_sample(&self, id: &ProfileId, path: &Path) -> Result<Sample> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let nobody = AtomicBool::new(false);
        let quiet = Progress { report: &|_| (), cancelled: &nobody };
        let looked = Recording::read(path, &self.shelf, &quiet)
            .and_then(|recording| Ok((recording.duration, checks(&recording, &self.shelf, &quiet)?)));
        let (seconds, checks) = looked.map_err(|error| refusal(&name, error))?;
        let sample_id = SampleId(uuid::Uuid::now_v7().to_string());
        let mut sample =
            Sample { id: sample_id, name, seconds, sha256: String::new(), checks, cleaned: false };
        let source = File::open(path)
            .map_err(|source| Error::Unreadable { path: path.display().to_string(), source })?;
        sample.sha256 = keep(source, &self.profiles.original(id, &sample))?;
        Ok(sample)
    }

    /// Lets go of a sample, and of the closest voice that was found with it.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove_sample(&self, id: &ProfileId, sample: &SampleId) -> Result<()> {
        let profile = self.profiles.get(id)?;
        let removed = find_sample(&profile, sample)?;
        let remove = |profile: &mut Profile| {
            profile.samples.retain(|kept| kept.id != *sample);
            profile.consent.retain(|receipt| receipt.sample != removed.sha256);
            profile.closest = None;
            Ok(())
        };
        self.profiles.change(id, remove).await?;
        discard(&self.profiles.original(id, removed));
        discard(&self.profiles.cleaned(id, sample));
        Ok(())
    }

    /// Takes the noise out of a sample and what is before and behind its words, brings it to −20 LUFS and looks at it anew.
    /// The original is kept.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Trouble::NoSpeech`], [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`],
    /// [`Error::OutOfReach`], [`Error::Unwritable`], [`Error::DiskFull`].
    pub async fn clean_sample(&self, id: &ProfileId, sample: &SampleId) -> Result<()> {
        let profile = self.profiles.get(id)?;
        let cleaned = Sample { cleaned: true, ..find_sample(&profile, sample)?.clone() };
        self.shelf.require_all(&NEEDS)?;
        let (from, to) = (self.profiles.original(id, &cleaned), self.profiles.cleaned(id, sample));
        let cleaned = tokio::task::block_in_place(|| {
            self.clean_recording(&from, &to)?;
            self.look_again(id, cleaned)
        })?;
        self.profiles.change(id, |profile| replace(profile, cleaned)).await
    }

    /// Takes the original of a sample in the place of the cleaned one.
    ///
    /// # Errors
    /// As [`Services::clean_sample`].
    pub async fn restore_sample(&self, id: &ProfileId, sample: &SampleId) -> Result<()> {
        let profile = self.profiles.get(id)?;
        let original = Sample { cleaned: false, ..find_sample(&profile, sample)?.clone() };
        self.shelf.require_all(&NEEDS)?;
        let original = tokio::task::block_in_place(|| self.look_again(id, original))?;
        self.profiles.change(id, |profile| replace(profile, original)).await?;
        discard(&self.profiles.cleaned(id, sample));
        Ok(())
    }

    /// Lets a sample be heard.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::NoAudioDevice`].
    pub async fn play_sample(&self, id: &ProfileId, sample: &SampleId) -> Result<()> {
        let profile = self.profiles.get(id)?;
        let sample = find_sample(&profile, sample)?;
        self.hear_file(self.profiles.file(id, sample), &sample.name, sample.seconds)
    }

    /// Returns a sample with what is found in its file now.
    pub(super) fn look_again(&self, id: &ProfileId, sample: Sample) -> Result<Sample> {
        let nobody = AtomicBool::new(false);
        let quiet = Progress { report: &|_| (), cancelled: &nobody };
        let recording = Recording::read(&self.profiles.file(id, &sample), &self.shelf, &quiet)?;
        let checks = checks(&recording, &self.shelf, &quiet)?;
        Ok(Sample { seconds: recording.duration, checks, ..sample })
    }

    fn clean_recording(&self, from: &Path, to: &Path) -> Result<()> {
        let nobody = AtomicBool::new(false);
        let quiet = Progress { report: &|_| (), cancelled: &nobody };
        let (quieter, raw) = (Raw::beside(to)?, Raw::beside(to)?);
        let cleaning = Cleaning { denoise: Some(1.0), ..Cleaning::default() };
        self.clean_file(from, quieter.file(), Some(RAW), &cleaning, &quiet)?;
        let recording = Recording::read(quieter.file(), &self.shelf, &quiet)?;
        let (Some(first), Some(last)) = (recording.speech.first(), recording.speech.last()) else {
            return Err(Trouble::NoSpeech.into());
        };
        let seconds = |sample: usize| sample as f64 / f64::from(RATE);
        let (start, end) = (seconds(first.start) - AROUND, seconds(last.end) + AROUND);
        copy_part(quieter.file(), raw.file(), start.max(0.0), end)?;
        raw.deliver(to, KEPT, Some(LOUDNESS), None, &quiet).map(drop)
    }
}

/// Adds a sample to its profile, if there is room and it is not there yet. The voice is another then.
fn admit(profile: &mut Profile, sample: Sample) -> Result<()> {
    if profile.samples.len() >= limits::SAMPLES {
        return Err(Trouble::TooManySamples.into());
    }
    if profile.samples.iter().any(|kept| kept.sha256 == sample.sha256) {
        return Err(Trouble::SampleTwice(sample.name).into());
    }
    profile.samples.push(sample);
    profile.closest = None;
    Ok(())
}

/// Puts a sample in the place of what it was.
fn replace(profile: &mut Profile, sample: Sample) -> Result<()> {
    let Some(place) = profile.samples.iter_mut().find(|kept| kept.id == sample.id) else {
        return Err(Error::NotFound { what: sample.id.to_string() });
    };
    *place = sample;
    profile.closest = None;
    Ok(())
}

/// Says which file it was, where the error does not.
fn refusal(name: &str, error: Error) -> Error {
    match error {
        Error::SoundRefused(_) | Error::Unreadable { .. } => {
            Trouble::SampleRefused { name: name.to_owned(), why: Box::new(error) }.into()
        }
        other => other,
    }
}

/// Writes a file that appears whole or not at all, and returns its SHA-256.
pub(in crate::voice) fn keep(mut from: impl Read, to: &Path) -> Result<String> {
    let writing = |error| Error::writing(to, error);
    let folder = to.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(writing)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(writing)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 18];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => {
                hash.update(&buffer[..read]);
                file.write_all(&buffer[..read]).map_err(writing)?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(writing(error)),
        }
    }
    file.as_file().sync_all().map_err(writing)?;
    file.persist(to).map_err(|error| writing(error.error))?;
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Copies what lies between two times, in seconds.
fn copy_part(from: &Path, to: &Path, start: f64, end: f64) -> Result<()> {
    let reading = |error| Error::of_reading(from, error);
    let writing = |error| Error::of_writing(to, error);
    let mut reader = Reader::open(from).map_err(reading)?;
    let Spec { rate, channels } = reader.spec();
    let frame = |seconds: f64| (seconds * f64::from(rate)) as u64;
    let (nobody, mut left) = (AtomicBool::new(false), frame(end).saturating_sub(frame(start)));
    let tags = SongTags::default();
    let mut writer = Writer::create(to, reader.spec(), RAW, &tags, &nobody).map_err(writing)?;
    reader.seek(frame(start)).map_err(reading)?;
    let mut block = Vec::new();
    while left > 0 {
        let read = reader.read(&mut block).map_err(reading)? as u64;
        if read == 0 {
            break;
        }
        let taken = read.min(left);
        writer.write(&block[..taken as usize * usize::from(channels)]).map_err(writing)?;
        left -= taken;
    }
    writer.finish().map_err(writing)
}
