//! RIFF WAVE: 16 and 24-bit PCM and 32-bit floating point; over 4 GiB it becomes an RF64 (EBU Tech 3306).

use std::io::{Seek, SeekFrom, Write};

use son1k_domain::encoding::Depth;

use super::chunks::{chunk, close};
use super::dither::Pcm;
use super::{Sink, SongTags, Spec};
use crate::error::Result;

const PCM: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xFFFE;

/// What follows the format code in the sub-format of an extensible header (KSDATAFORMAT_SUBTYPE_PCM and _IEEE_FLOAT).
const SUBTYPE: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

/// The size of the `ds64` chunk, and of the room that is kept for it.
const DS64: u32 = 28;

/// Speakers of one to eight channels in the order of the samples, as players expect them (`dwChannelMask`).
const SPEAKERS: [u32; 8] = [0x4, 0x3, 0x7, 0x33, 0x37, 0x3F, 0x70F, 0x63F];

pub(super) struct Wav<W> {
    file: W,
    pcm: Pcm,
    /// Chunks with the tags, written after the samples, where a reader that knows only samples never looks.
    tail: Vec<u8>,
    /// Bytes of one frame.
    frame: u64,
    /// Where the samples begin.
    start: u64,
    bytes: Vec<u8>,
}

impl<W: Write + Seek> Wav<W> {
    pub(super) fn start(mut file: W, spec: Spec, depth: Depth, tags: &SongTags) -> Result<Self> {
        let header = header(spec, depth);
        file.write_all(&header)?;
        let tail = [
            chunk(b"LIST", &tags.riff_info(), u32::to_le_bytes),
            chunk(b"id3 ", &tags.id3(), u32::to_le_bytes),
        ]
        .concat();
        let frame = u64::from(spec.channels) * u64::from(depth.bits() / 8);
        Ok(Self { file, pcm: Pcm::new(depth), tail, frame, start: header.len() as u64, bytes: Vec::new() })
    }

    /// Writes the sizes into the header, now that they are known.
    fn write_sizes(&mut self, data: u64, end: u64) -> Result<()> {
        let (riff, fits) = (end - 8, end <= u64::from(u32::MAX));
        let in_32 = |size: u64| u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes();
        self.file.seek(SeekFrom::Start(0))?;
        if fits {
            self.file.write_all(b"RIFF")?;
            self.file.write_all(&in_32(riff))?;
        } else {
            self.file.write_all(b"RF64\xFF\xFF\xFF\xFFWAVEds64")?;
            self.file.write_all(&DS64.to_le_bytes())?;
            for size in [riff, data, data / self.frame] {
                self.file.write_all(&size.to_le_bytes())?;
            }
        }
        self.file.seek(SeekFrom::Start(self.start - 4))?;
        self.file.write_all(&if fits { in_32(data) } else { [0xFF; 4] })?;
        Ok(())
    }
}

impl<W: Write + Seek> Sink for Wav<W> {
    fn write(&mut self, samples: &[f32]) -> Result<()> {
        self.bytes.clear();
        self.pcm.little_endian(samples, &mut self.bytes);
        Ok(self.file.write_all(&self.bytes)?)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let (data, end) = close(&mut self.file, self.start, &self.tail)?;
        self.write_sizes(data, end)?;
        Ok(self.file.flush()?)
    }
}

/// Returns everything before the samples, with sizes of nothing and room for the sizes of an RF64.
fn header(spec: Spec, depth: Depth) -> Vec<u8> {
    let code = if depth == Depth::Float32 { FLOAT } else { PCM };
    let (channels, bits) = (u16::from(spec.channels), depth.bits());
    let frame = channels * bits / 8;
    let extensible = channels > 2;
    let mut format = Vec::new();
    format.extend_from_slice(&(if extensible { EXTENSIBLE } else { code }).to_le_bytes());
    format.extend_from_slice(&channels.to_le_bytes());
    format.extend_from_slice(&spec.rate.to_le_bytes());
    format.extend_from_slice(&spec.rate.saturating_mul(u32::from(frame)).to_le_bytes());
    format.extend_from_slice(&frame.to_le_bytes());
    format.extend_from_slice(&bits.to_le_bytes());
    if extensible {
        format.extend_from_slice(&22u16.to_le_bytes());
        format.extend_from_slice(&bits.to_le_bytes());
        let speakers = SPEAKERS.get(usize::from(channels) - 1).copied().unwrap_or_default();
        format.extend_from_slice(&speakers.to_le_bytes());
        format.extend_from_slice(&code.to_le_bytes());
        format.extend_from_slice(&SUBTYPE);
    }
    let room = chunk(b"JUNK", &[0; DS64 as usize], u32::to_le_bytes);
    [b"RIFF\0\0\0\0WAVE".to_vec(), room, chunk(b"fmt ", &format, u32::to_le_bytes), b"data\0\0\0\0".to_vec()]
        .concat()
}
