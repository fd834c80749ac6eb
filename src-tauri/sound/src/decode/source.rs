//! The bytes of a sound file, behind a wall: whoever reads without end and finds no sound is told that the file broke.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use son1k_domain::sound::Refusal;
use symphonia::core::io::MediaSource;

use super::plain::MOST_CHUNKS;
use crate::error::Result;

/// Bytes that may be read between one packet of sound and the next. Covers and indices of real files stay below; what
/// the demuxers keep of a file made to grow is a small multiple of it.
const FRUITLESS: u64 = 96 * 1024 * 1024;

/// A seek costs as much as this many bytes, so that jumping about without end also meets the wall.
const COST_OF_SEEK: u64 = 4 * 1024;

/// Where the bytes come from; can be opened as often as one likes.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    File(PathBuf),
    Memory(Arc<[u8]>),
}

impl Origin {
    /// Returns a file's origin.
    ///
    /// # Errors
    /// When there is nothing at the path, or no regular file with bytes in it.
    pub(super) fn file(path: &Path) -> Result<Self> {
        let facts = std::fs::metadata(path)?;
        if !facts.is_file() {
            return Err(Refusal::NotAFile.into());
        }
        if facts.len() == 0 {
            return Err(Refusal::Empty.into());
        }
        Ok(Self::File(path.to_owned()))
    }

    /// Opens the bytes at their start.
    pub(super) fn open(&self) -> Result<Source> {
        let (body, length) = match self {
            Self::File(path) => {
                let file = File::open(path)?;
                let length = file.metadata()?.len();
                (Body::File(file), length)
            }
            Self::Memory(bytes) => (Body::Memory(Cursor::new(bytes.clone())), bytes.len() as u64),
        };
        Ok(Source { body, length, wall: Wall::default(), forward_only: false, mended: None })
    }
}

/// Counts what was read since sound last came out.
#[derive(Debug, Clone, Default)]
pub(super) struct Wall(Arc<AtomicU64>);

impl Wall {
    /// Sound came out, or a new question was asked: counting starts anew.
    pub(super) fn rest(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    /// Returns whether the wall was met.
    pub(super) fn is_met(&self) -> bool {
        self.0.load(Ordering::Relaxed) > FRUITLESS
    }

    fn count(&self, bytes: u64) -> io::Result<()> {
        match self.0.fetch_add(bytes, Ordering::Relaxed) + bytes > FRUITLESS {
            true => Err(io::Error::other("megabytes without sound")),
            false => Ok(()),
        }
    }
}

/// Open bytes.
pub(super) struct Source {
    body: Body,
    length: u64,
    wall: Wall,
    forward_only: bool,
    /// Eight bytes that are read in place of those in the file, and where.
    mended: Option<(u64, [u8; 8])>,
}

enum Body {
    File(File),
    Memory(Cursor<Arc<[u8]>>),
}

impl Source {
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Hides that one can jump about: demuxers then take what comes, and do not stumble over an index that points behind
    /// the end of a file which broke off.
    pub(super) fn forward_only(mut self) -> Self {
        self.forward_only = true;
        self
    }

    /// Puts the size of a CAF's samples right where the file breaks off in them, and returns whether it does.
    pub(super) fn mend_caf(&mut self) -> io::Result<bool> {
        let mut at = 8;
        let mut head = [0; 12];
        for _ in 0..MOST_CHUNKS {
            if self.read_at(at, &mut head)? < head.len() {
                break;
            }
            let [a, b, c, d, size @ ..] = head;
            let Ok(size) = u64::try_from(i64::from_be_bytes(size)) else { break };
            let left = self.length.saturating_sub(at + 12);
            if [a, b, c, d] == *b"data" && size > left {
                self.mended = Some((at + 4, left.to_be_bytes()));
                return Ok(true);
            }
            at = at.saturating_add(12).saturating_add(size);
        }
        Ok(false)
    }

    /// Puts what was mended into bytes that were read from `at` on.
    fn mend(&self, at: u64, bytes: &mut [u8]) {
        for (place, byte) in self.mended.iter().flat_map(|(start, bytes)| (*start..).zip(bytes)) {
            let index = place.checked_sub(at).and_then(|index| usize::try_from(index).ok());
            if let Some(there) = index.and_then(|index| bytes.get_mut(index)) {
                *there = *byte;
            }
        }
    }

    pub(super) fn wall(&self) -> Wall {
        self.wall.clone()
    }

    /// Fills as much of the buffer as there are bytes from `at` on.
    pub(super) fn read_at(&mut self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.seek(SeekFrom::Start(at))?;
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

impl Source {
    fn body_position(&mut self) -> io::Result<u64> {
        match &mut self.body {
            Body::File(file) => file.stream_position(),
            Body::Memory(bytes) => bytes.stream_position(),
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let at = if self.mended.is_some() { self.body_position()? } else { 0 };
        let count = match &mut self.body {
            Body::File(file) => file.read(buffer)?,
            Body::Memory(bytes) => bytes.read(buffer)?,
        };
        self.mend(at, &mut buffer[..count]);
        self.wall.count(count as u64)?;
        Ok(count)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.wall.count(COST_OF_SEEK)?;
        match &mut self.body {
            Body::File(file) => file.seek(to),
            Body::Memory(bytes) => bytes.seek(to),
        }
    }
}

impl MediaSource for Source {
    fn is_seekable(&self) -> bool {
        !self.forward_only
    }

    fn byte_len(&self) -> Option<u64> {
        // A length would let them refuse what says that it is longer.
        (!self.forward_only).then_some(self.length)
    }
}
