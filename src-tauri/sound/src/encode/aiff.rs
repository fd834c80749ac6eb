//! AIFF and, for floating point, AIFF-C (Apple, "Audio Interchange File Format", 1989 and 1991).

use std::io::{Seek, SeekFrom, Write};

use son1k_domain::encoding::Depth;

use super::chunks::{chunk, close};
use super::dither::Pcm;
use super::{Sink, SongTags, Spec};
use crate::error::{Error, Result};

/// `AIFCVersion1`, the only one.
const VERSION: u32 = 0xA280_5140;

pub(super) struct Aiff<W> {
    file: W,
    pcm: Pcm,
    tail: Vec<u8>,
    frame: u64,
    /// Where the number of frames is written.
    frames_at: u64,
    /// Where the samples begin.
    start: u64,
    bytes: Vec<u8>,
}

impl<W: Write + Seek> Aiff<W> {
    pub(super) fn start(mut file: W, spec: Spec, depth: Depth, tags: &SongTags) -> Result<Self> {
        let float = depth == Depth::Float32;
        let mut header = b"FORM\0\0\0\0".to_vec();
        if float {
            header.extend_from_slice(b"AIFCFVER\0\0\0\x04");
            header.extend_from_slice(&VERSION.to_be_bytes());
        } else {
            header.extend_from_slice(b"AIFF");
        }
        let mut common = u16::from(spec.channels).to_be_bytes().to_vec();
        common.extend_from_slice(&[0; 4]);
        common.extend_from_slice(&depth.bits().to_be_bytes());
        common.extend_from_slice(&extended(spec.rate));
        if float {
            // A Pascal string, padded to an even length.
            common.extend_from_slice(b"fl32\x0D32-bit float ");
        }
        let frames_at = header.len() as u64 + 8 + 2;
        header.extend_from_slice(&chunk(b"COMM", &common, u32::to_be_bytes));
        header.extend_from_slice(b"SSND\0\0\0\0\0\0\0\0\0\0\0\0");
        file.write_all(&header)?;
        let frame = u64::from(spec.channels) * u64::from(depth.bits() / 8);
        let tail = chunk(b"ID3 ", &tags.id3(), u32::to_be_bytes);
        let start = header.len() as u64;
        Ok(Self { file, pcm: Pcm::new(depth), tail, frame, frames_at, start, bytes: Vec::new() })
    }
}

impl<W: Write + Seek> Sink for Aiff<W> {
    fn write(&mut self, samples: &[f32]) -> Result<()> {
        self.bytes.clear();
        self.pcm.big_endian(samples, &mut self.bytes);
        Ok(self.file.write_all(&self.bytes)?)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let (data, end) = close(&mut self.file, self.start, &self.tail)?;
        let in_32 = |size: u64| {
            u32::try_from(size).map_err(|_| Error::Encode("an AIFF file holds at most 4 GiB".into()))
        };
        let frames = data / self.frame;
        for (at, size) in [(4, end - 8), (self.frames_at, frames), (self.start - 12, data + 8)] {
            self.file.seek(SeekFrom::Start(at))?;
            self.file.write_all(&in_32(size)?.to_be_bytes())?;
        }
        Ok(self.file.flush()?)
    }
}

/// Writes a whole number as an 80-bit IEEE 754 extended float.
fn extended(number: u32) -> [u8; 10] {
    let mut bytes = [0; 10];
    if number > 0 {
        let shift = number.leading_zeros() + 32;
        let exponent = 16_383 + 63 - shift as u16;
        bytes[..2].copy_from_slice(&exponent.to_be_bytes());
        bytes[2..].copy_from_slice(&(u64::from(number) << shift).to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_written_as_eighty_bits() {
        assert_eq!(extended(44_100), [0x40, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0]);
        assert_eq!(extended(48_000), [0x40, 0x0E, 0xBB, 0x80, 0, 0, 0, 0, 0, 0]);
    }
}
