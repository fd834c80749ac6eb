//! Sound that waits on disk between two passes, as it is: 32-bit floating point without a header.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::encode::Spec;
use crate::error::Result;

/// Samples that are read at a time.
const BLOCK: usize = 1 << 15;

/// A nameless file of samples, gone when it is dropped.
pub struct Reel {
    file: BufWriter<File>,
    channels: usize,
    samples: u64,
    bytes: Vec<u8>,
}

impl Reel {
    /// Begins a reel in a folder with room for the sound.
    ///
    /// # Errors
    /// [`crate::Error::Io`].
    pub fn new(folder: &Path, spec: Spec) -> Result<Self> {
        let file = BufWriter::with_capacity(1 << 18, tempfile::tempfile_in(folder)?);
        Ok(Self { file, channels: usize::from(spec.channels).max(1), samples: 0, bytes: Vec::new() })
    }

    /// Returns the frames written so far.
    pub fn frames(&self) -> u64 {
        self.samples / self.channels as u64
    }

    /// Appends whole frames.
    ///
    /// # Errors
    /// [`crate::Error::Io`] when the disk is full, or cannot be written any more.
    pub fn write(&mut self, samples: &[f32]) -> Result<()> {
        self.bytes.clear();
        self.bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        self.file.write_all(&self.bytes)?;
        self.samples += samples.len() as u64;
        Ok(())
    }

    /// Hands the frames from `from` up to `to` to `take`, block by block.
    ///
    /// # Errors
    /// [`crate::Error::Io`], and what `take` says.
    pub fn play(&mut self, from: u64, to: u64, mut take: impl FnMut(&mut [f32]) -> Result<()>) -> Result<()> {
        self.file.flush()?;
        let frame = 4 * self.channels as u64;
        let mut reader = BufReader::with_capacity(1 << 18, self.file.get_ref());
        reader.seek(SeekFrom::Start(from * frame))?;
        let mut left = to.min(self.frames()).saturating_sub(from) as usize * self.channels;
        let block = BLOCK - BLOCK % self.channels;
        let (mut bytes, mut samples) = (Vec::new(), Vec::new());
        while left > 0 {
            bytes.resize(4 * left.min(block), 0);
            reader.read_exact(&mut bytes)?;
            samples.clear();
            samples.extend(bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)));
            take(&mut samples)?;
            left -= samples.len();
        }
        // The next sample is written behind the last.
        self.file.seek(SeekFrom::End(0))?;
        Ok(())
    }
}
