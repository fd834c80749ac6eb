//! Where credentials lie in a sound file, and how room is made for them: the file is copied, never held in memory.

mod id3;
mod riff;

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::ops::Range;

/// A kind of file that holds credentials (C2PA 2.2, appendix A).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    /// A chunk of RIFF.
    Wav,
    /// A frame of ID3v2 before the sound.
    Mp3,
    /// A frame of ID3v2 before the stream.
    Flac,
}

/// Where the room is in a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Where the store begins, in bytes.
    pub(crate) store: u64,
    /// The bytes that are not part of the hash, as they change when it is known.
    pub(crate) unsigned: Range<u64>,
}

impl Container {
    /// Looks at how a file begins.
    pub(crate) fn of(file: &mut File) -> Result<Option<Self>> {
        let head = begins(file, 0)?;
        if head.starts_with(b"RIFF") && &head[8..] == b"WAVE" {
            return Ok(Some(Self::Wav));
        }
        let sound = begins(file, id3::Tag::end(&head))?;
        if sound.starts_with(b"fLaC") {
            return Ok(Some(Self::Flac));
        }
        // The word that frames begin with, and a layer: AAC has the word, but none (ISO/IEC 11172-3, §2.4.2.3).
        let frame = sound[0] == 0xFF && sound[1] & 0xE0 == 0xE0 && sound[1] & 0x06 != 0;
        Ok(frame.then_some(Self::Mp3))
    }

    /// Returns its media type.
    pub(crate) fn format(self) -> &'static str {
        match self {
            Self::Wav => "audio/wav",
            Self::Mp3 => "audio/mpeg",
            Self::Flac => "audio/flac",
        }
    }

    /// Copies a file into an empty one, with `store` in it instead of the credentials that it has; `None` when it has no
    /// place for it: it is longer than its format can say, or not put together as its format wants.
    pub(crate) fn embed(self, from: &mut File, to: &mut File, store: &[u8]) -> Result<Option<Place>> {
        match self {
            Self::Wav => riff::embed(from, to, store),
            Self::Mp3 | Self::Flac => id3::embed(from, to, store),
        }
    }
}

/// Returns the first bytes from a place on; zeros behind the end of the file.
fn begins(file: &mut File, at: u64) -> Result<[u8; 12]> {
    let mut bytes = Vec::with_capacity(12);
    file.seek(SeekFrom::Start(at))?;
    file.take(12).read_to_end(&mut bytes)?;
    bytes.resize(12, 0);
    Ok(std::array::from_fn(|index| bytes[index]))
}

/// Copies a part of a file behind what is in another.
fn copy(from: &mut File, part: &Range<u64>, to: &mut File) -> Result<()> {
    from.seek(SeekFrom::Start(part.start))?;
    let copied = std::io::copy(&mut from.take(part.end - part.start), to)?;
    if copied < part.end - part.start { Err(std::io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

/// Writes the store behind what is in a file, and returns where it lies.
fn put(store: &[u8], to: &mut File) -> Result<Range<u64>> {
    let start = to.stream_position()?;
    to.write_all(store)?;
    Ok(start..start + store.len() as u64)
}
