//! Samples into WAV, FLAC, MP3 and Ogg Vorbis files.

mod dither;
mod flac;
mod mp3;
mod tags;
mod vorbis;
mod wav;

use std::io::{BufWriter, Seek, Write};
use std::path::Path;

use son1k_domain::take::ExportFormat;

use crate::error::{Error, Result};
use crate::progress::Progress;

pub use tags::SongTags;

/// Samples handed to an encoder at a time (93 ms): the grain of progress and cancellation.
const CHUNK: usize = 2 * 4_096;

/// Writes stereo interleaved samples at 44.1 kHz as one file.
///
/// WAV and FLAC hold 24 bits with triangular dither; MP3 has a constant 192 or 320 kbit/s with a LAME tag, so that
/// players leave out the padding; Ogg Vorbis has quality 7. [`ExportFormat::Stems`] writes a WAV, as its files are. The
/// same samples and tags give the same bytes. The file appears complete or not at all: it is written beside its place
/// and renamed.
///
/// # Errors
/// [`Error::Io`] with the kind of the system (no space, no permission), [`Error::Encode`] when the samples do not fit
/// the format, [`Error::Cancelled`].
pub fn encode(
    samples: &[f32],
    format: ExportFormat,
    path: &Path,
    tags: &SongTags,
    progress: &Progress,
) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unfinished = temporary(folder)?;
    let mut file = BufWriter::with_capacity(1 << 16, unfinished.as_file());
    write(samples, format, &mut file, tags, progress)?;
    file.flush()?;
    drop(file);
    unfinished.persist(path).map_err(|refused| refused.error)?;
    Ok(())
}

/// Makes the unfinished file with the permissions that any new file of the user has.
fn temporary(folder: &Path) -> Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".export-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    Ok(builder.tempfile_in(folder)?)
}

fn write<W: Write + Seek>(
    samples: &[f32],
    format: ExportFormat,
    file: &mut W,
    tags: &SongTags,
    progress: &Progress,
) -> Result<()> {
    if !samples.len().is_multiple_of(2) {
        return Err(Error::Encode("half a frame of stereo at the end".into()));
    }
    match format {
        ExportFormat::Wav | ExportFormat::Stems => wav::write(samples, file, tags, progress),
        ExportFormat::Flac => flac::write(samples, file, tags, progress),
        ExportFormat::Mp3192 => mp3::write(samples, mp3lame_encoder::Bitrate::Kbps192, file, tags, progress),
        ExportFormat::Mp3320 => mp3::write(samples, mp3lame_encoder::Bitrate::Kbps320, file, tags, progress),
        ExportFormat::Ogg => vorbis::write(samples, file, tags, progress),
        ExportFormat::Midi => Err(Error::Encode("MIDI holds notes, not samples".into())),
    }
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
