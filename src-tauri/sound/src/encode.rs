//! Samples into sound files.

mod aiff;
mod chunks;
mod dither;
mod flac;
mod mp3;
mod opus;
mod tags;
mod vorbis;
mod wav;

use std::io::{BufWriter, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use son1k_domain::encoding::{Depth, Encoding};

use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use crate::progress::Progress;

pub(crate) use mp3::RATES as MP3_RATES;
pub use tags::SongTags;

/// Samples handed to an encoder at a time by [`encode`]: the grain of progress and cancellation.
const CHUNK: usize = 2 * 4_096;

/// Rate and channels of interleaved samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// Frames a second.
    pub rate: u32,
    pub channels: u8,
}

impl Spec {
    /// What all songs of the studio are.
    pub const SONG: Self = Self { rate: SAMPLE_RATE, channels: 2 };
}

/// The encoder of one format: takes interleaved samples, whole frames at a time, and writes the file's end at last.
trait Sink {
    fn write(&mut self, samples: &[f32]) -> Result<()>;
    fn finish(self: Box<Self>) -> Result<()>;
}

/// Returns whether a format has what is asked of it: this bit rate, this quality, this depth.
pub fn is_possible(encoding: Encoding) -> bool {
    match encoding {
        Encoding::Wav { .. } | Encoding::Aiff { .. } => true,
        Encoding::Flac { depth } => depth != Depth::Float32,
        Encoding::Mp3 { kbps } => kbps >= 32 && mp3::has(kbps),
        Encoding::Vorbis { quality } => quality <= 10,
        Encoding::Opus { kbps } => (16..=510).contains(&kbps),
    }
}

/// A file that is being written beside its place, and appears there complete or not at all.
pub struct Writer<'a> {
    sink: Box<dyn Sink + 'a>,
    unfinished: tempfile::NamedTempFile,
    path: PathBuf,
    channels: usize,
}

impl<'a> Writer<'a> {
    /// Begins a file. The same samples, tags and encoding give the same bytes. Raising `cancelled` ends whatever is waited
    /// for.
    ///
    /// # Errors
    /// [`Error::Encode`] when the format has no place for this rate, these channels or this depth; [`Error::Io`] with
    /// the kind of the system (no space, no permission).
    pub fn create(
        path: &Path,
        spec: Spec,
        encoding: Encoding,
        tags: &SongTags,
        cancelled: &'a AtomicBool,
    ) -> Result<Self> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let unfinished = temporary(folder.unwrap_or(Path::new(".")))?;
        let file = BufWriter::with_capacity(1 << 16, unfinished.as_file().try_clone()?);
        let sink = sink(file, spec, encoding, tags, cancelled)?;
        Ok(Self { sink, unfinished, path: path.to_owned(), channels: usize::from(spec.channels) })
    }

    /// Appends whole frames of interleaved samples.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Encode`], [`Error::Cancelled`].
    pub fn write(&mut self, samples: &[f32]) -> Result<()> {
        if !samples.len().is_multiple_of(self.channels) {
            return Err(Error::Encode("part of a frame".into()));
        }
        self.sink.write(samples)
    }

    /// Completes the file, which is not yet in its place.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Encode`], [`Error::Cancelled`].
    pub fn close(self) -> Result<Unfinished> {
        self.sink.finish()?;
        Ok(Unfinished { file: self.unfinished, place: self.path })
    }

    /// Completes the file and puts it in its place.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Encode`], [`Error::Cancelled`].
    pub fn finish(self) -> Result<()> {
        self.close()?.keep()
    }
}

/// A complete file beside its place, to be looked at; gone again unless it is kept.
#[derive(Debug)]
pub struct Unfinished {
    file: tempfile::NamedTempFile,
    place: PathBuf,
}

impl Unfinished {
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Puts the file in its place, over what was there.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn keep(self) -> Result<()> {
        self.file.persist(&self.place).map_err(|refused| refused.error)?;
        Ok(())
    }
}

/// Writes stereo interleaved samples at 44.1 kHz as one file.
///
/// # Errors
/// As [`Writer::create`] and [`Writer::write`], and [`Error::Cancelled`].
pub fn encode(
    samples: &[f32],
    encoding: Encoding,
    path: &Path,
    tags: &SongTags,
    progress: &Progress,
) -> Result<()> {
    let mut writer = Writer::create(path, Spec::SONG, encoding, tags, progress.cancelled)?;
    in_chunks(samples, progress, |part| writer.write(part))?;
    writer.finish()
}

/// Makes the unfinished file with the permissions that any new file of the user has.
fn temporary(folder: &Path) -> Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".export-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    Ok(builder.tempfile_in(folder)?)
}

/// Returns the encoder of a format over a file that is written from its start.
fn sink<'a, W: Write + Seek + 'a>(
    file: W,
    spec: Spec,
    encoding: Encoding,
    tags: &SongTags,
    cancelled: &'a AtomicBool,
) -> Result<Box<dyn Sink + 'a>> {
    if spec.channels == 0 || spec.rate == 0 {
        return Err(Error::Encode("sound has at least one channel and a rate".into()));
    }
    Ok(match encoding {
        Encoding::Wav { depth } => Box::new(wav::Wav::start(file, spec, depth, tags)?),
        Encoding::Aiff { depth } => Box::new(aiff::Aiff::start(file, spec, depth, tags)?),
        Encoding::Flac { depth } => Box::new(flac::Flac::start(file, spec, depth, tags)?),
        Encoding::Mp3 { kbps } => Box::new(mp3::Mp3::start(file, spec, kbps, tags, cancelled)?),
        Encoding::Vorbis { quality } => Box::new(vorbis::Vorbis::start(file, spec, quality, tags)?),
        Encoding::Opus { kbps } => Box::new(opus::Opus::start(file, spec, kbps, tags)?),
    })
}

/// Walks through the samples a chunk at a time and tells how far it is.
fn in_chunks(samples: &[f32], progress: &Progress, mut each: impl FnMut(&[f32]) -> Result<()>) -> Result<()> {
    let chunks = samples.len().div_ceil(CHUNK).max(1) as f32;
    for (index, chunk) in samples.chunks(CHUNK).enumerate() {
        progress.at(index as f32 / chunks)?;
        each(chunk)?;
    }
    progress.at(1.0)
}

#[cfg(test)]
mod tests;
