//! A take on the disk: at every moment a valid WAVE file with all but the last blink of what was recorded.
//!
//! It is written under its final name and grows in place: samples first, then, in one small write, a header that says
//! how many there are. Whoever kills the studio in between leaves a file whose header is a moment behind its samples.
//!
//! Takes are 24-bit integers, not floating point: a converter gives no more than 24 bits and cannot give anything over
//! full scale, so each of its samples arrives as it is (hence no dither); and it is what every recorder and every
//! program at the other end of an exchange expects.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

const PCM: u16 = 1;
const EXTENSIBLE: u16 = 0xFFFE;
const BITS: u16 = 24;
const WIDTH: u64 = BITS as u64 / 8;
const FULL_SCALE: f32 = 8_388_608.0;

/// What follows the format code in the sub-format of an extensible header (KSDATAFORMAT_SUBTYPE_PCM).
const SUBTYPE: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

/// The size of the `ds64` chunk of an RF64 (EBU Tech 3306), and of the room that is kept for it.
const DS64: u32 = 28;

/// Where the body of the `fmt ` chunk begins.
const FORMAT_AT: usize = 12 + 8 + DS64 as usize + 8;

/// Rate and channels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) rate: u32,
    pub(super) channels: u16,
}

impl Shape {
    fn frame(self) -> u64 {
        u64::from(self.channels) * WIDTH
    }

    /// Returns everything before the samples. Over 4 GiB it is that of an RF64.
    fn header(self, frames: u64) -> Vec<u8> {
        let extensible = self.channels > 2;
        let frame = self.frame() as u16;
        let mut format = Vec::with_capacity(40);
        format.extend_from_slice(&(if extensible { EXTENSIBLE } else { PCM }).to_le_bytes());
        format.extend_from_slice(&self.channels.to_le_bytes());
        format.extend_from_slice(&self.rate.to_le_bytes());
        format.extend_from_slice(&self.rate.saturating_mul(u32::from(frame)).to_le_bytes());
        format.extend_from_slice(&frame.to_le_bytes());
        format.extend_from_slice(&BITS.to_le_bytes());
        if extensible {
            format.extend_from_slice(&22u16.to_le_bytes());
            format.extend_from_slice(&BITS.to_le_bytes());
            // The inputs of an interface are no loudspeakers.
            format.extend_from_slice(&0u32.to_le_bytes());
            format.extend_from_slice(&PCM.to_le_bytes());
            format.extend_from_slice(&SUBTYPE);
        }
        let start = (FORMAT_AT + format.len() + 8) as u64;
        let data = frames * self.frame();
        let riff = (start + data).next_multiple_of(2) - 8;
        let fits = u32::try_from(riff).is_ok();
        let in_32 = |size: u64| u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes();
        let mut header = Vec::with_capacity(start as usize);
        header.extend_from_slice(if fits { b"RIFF" } else { b"RF64" });
        header.extend_from_slice(&if fits { in_32(riff) } else { [0xFF; 4] });
        header.extend_from_slice(if fits { b"WAVEJUNK" } else { b"WAVEds64" });
        header.extend_from_slice(&DS64.to_le_bytes());
        for size in [riff, data, frames, 0] {
            header.extend_from_slice(&(if fits { 0 } else { size }).to_le_bytes());
        }
        // The table of an RF64 for chunks over 4 GiB beside `data` has a length of four bytes, and is empty.
        header.truncate(FORMAT_AT - 8);
        header.extend_from_slice(b"fmt ");
        header.extend_from_slice(&(format.len() as u32).to_le_bytes());
        header.extend_from_slice(&format);
        header.extend_from_slice(b"data");
        header.extend_from_slice(&if fits { in_32(data) } else { [0xFF; 4] });
        header
    }

    /// Returns the shape that a header of ours tells, and where its samples begin.
    fn of(header: &[u8]) -> Option<(Self, u64)> {
        let four = |at: usize| header.get(at..at + 4);
        let short = |at: usize| Some(u16::from_le_bytes(*header.get(at..)?.first_chunk()?));
        let long = |at: usize| Some(u32::from_le_bytes(*header.get(at..)?.first_chunk()?));
        let ours = matches!(four(0)?, b"RIFF" | b"RF64")
            && four(8)? == b"WAVE"
            && long(16)? == DS64
            && four(FORMAT_AT - 8)? == b"fmt "
            && matches!(short(FORMAT_AT)?, PCM | EXTENSIBLE)
            && short(FORMAT_AT + 14)? == BITS;
        let shape = Self { channels: short(FORMAT_AT + 2)?, rate: long(FORMAT_AT + 4)? };
        let start = FORMAT_AT + long(FORMAT_AT - 4)? as usize + 8;
        let sound = shape.channels > 0 && shape.rate > 0 && four(start - 8)? == b"data";
        (ours && sound).then_some((shape, start as u64))
    }
}

/// A take that grows.
#[derive(Debug)]
pub(super) struct WaveFile {
    file: File,
    shape: Shape,
    /// Where the samples begin.
    start: u64,
    /// Frames that are on the disk, and in the header.
    frames: u64,
    bytes: Vec<u8>,
}

impl WaveFile {
    /// Begins a take in an empty file: valid, without a frame.
    pub(super) fn start(mut file: File, shape: Shape) -> io::Result<Self> {
        let header = shape.header(0);
        file.write_all(&header)?;
        Ok(Self { file, shape, start: header.len() as u64, frames: 0, bytes: Vec::new() })
    }

    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    /// Adds interleaved samples, and says so in the header.
    ///
    /// # Errors
    /// When the disk refuses. The file is valid all the same, and holds what went onto the disk.
    pub(super) fn append(&mut self, samples: &[f32]) -> io::Result<()> {
        self.bytes.clear();
        for sample in samples {
            // What is no number becomes silence.
            let level = (sample * FULL_SCALE).round().clamp(-FULL_SCALE, FULL_SCALE - 1.0) as i32;
            self.bytes.extend_from_slice(&level.to_le_bytes()[..WIDTH as usize]);
        }
        let end = self.end();
        let written = self.file.seek(SeekFrom::Start(end)).and_then(|_| self.file.write_all(&self.bytes));
        if let Err(error) = written {
            self.cut();
            return Err(error);
        }
        self.tell(self.frames + (samples.len() / usize::from(self.shape.channels)) as u64)
    }

    fn end(&self) -> u64 {
        self.start + self.frames * self.shape.frame()
    }

    /// Writes how many frames there are into the header, in one go.
    fn tell(&mut self, frames: u64) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&self.shape.header(frames))?;
        self.frames = frames;
        Ok(())
    }

    /// Keeps the whole frames of a write that failed, and takes the rest away. A disk that refuses this too leaves the
    /// header as it was, with more samples behind it than it tells of.
    fn cut(&mut self) {
        let length = self.file.metadata().map_or(0, |facts| facts.len());
        let mut frames = length.saturating_sub(self.start) / self.shape.frame();
        // There may be no room for the byte that makes the length even.
        if frames * self.shape.frame() % 2 == 1 {
            frames -= 1;
        }
        if frames > self.frames && self.tell(frames).is_err() {
            tracing::warn!("the end of a take that met a full disk is lost");
        }
        if let Err(error) = self.file.set_len(self.end()) {
            tracing::warn!(%error, "a take could not be cut to length");
        }
    }

    /// Has everything so far survive a loss of power.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Ends the take.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let end = self.end();
        pad(&mut self.file, end)?;
        self.file.sync_all()
    }
}

/// Makes the length even, as RIFF wants it.
fn pad(file: &mut File, end: u64) -> io::Result<()> {
    file.set_len(end)?;
    if end % 2 == 1 {
        file.seek(SeekFrom::Start(end))?;
        file.write_all(&[0])?;
    }
    Ok(())
}

/// Makes the header of a take that was cut off tell of every whole frame behind it, and returns its length in frames
/// and its rate; 0 frames of a take that had not begun.
///
/// # Errors
/// [`ErrorKind::InvalidData`] when it is no take of ours, which is left as it is; others when the disk refuses.
pub(super) fn repair(path: &Path) -> io::Result<(u64, u32)> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    if length == 0 {
        return Ok((0, 0));
    }
    let mut header = Vec::with_capacity(128);
    (&file).take(128).read_to_end(&mut header)?;
    let (shape, start) = Shape::of(&header).ok_or(ErrorKind::InvalidData)?;
    let frames = (length - start.min(length)) / shape.frame();
    let right = shape.header(frames);
    if !header.starts_with(&right) {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&right)?;
    }
    let end = start + frames * shape.frame();
    if length != end.next_multiple_of(2) {
        pad(&mut file, end)?;
    }
    file.sync_all()?;
    Ok((frames, shape.rate))
}

#[cfg(test)]
mod tests;
