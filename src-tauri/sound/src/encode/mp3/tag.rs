//! The first frame of a file, from which players know its length and what of it is padding: the fields of Xing and LAME.

use std::io::{self, Write};

use crc::{CRC_16_ARC, Crc, Digest};

use super::frame::{Shape, TAG};
use crate::error::{Error, Result};

static CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_ARC);

// Where the fields are, behind the head.
const FRAMES: usize = 8;
const BYTES: usize = 12;
/// How far into the file each hundredth of the sound begins, in parts of 256.
const PLACES: std::ops::Range<usize> = 16..116;
const MUSIC_BYTES: usize = 148;
const MUSIC_CRC: usize = 152;
const TAG_CRC: usize = 154;

/// Writes frames on, and knows what the tag says of them.
pub(super) struct Music<W> {
    pub file: W,
    bytes: u32,
    crc: Digest<'static, u16>,
}

impl<W> Music<W> {
    pub fn new(file: W) -> Self {
        Self { file, bytes: 0, crc: CRC.digest() }
    }

    /// Returns the tag of a file of so many frames, made of the one that an encoder gave for a part of it; of none,
    /// none.
    pub fn tag(&self, mut tag: Vec<u8>, shape: Shape, frames: u32) -> Result<Vec<u8>> {
        if tag.is_empty() {
            return Ok(tag);
        }
        let (head, all) = (shape.head(), self.bytes + tag.len() as u32);
        let short = || Error::Encode("LAME gave a tag that is too short".into());
        let fields = tag.get_mut(head..head + TAG).ok_or_else(short)?;
        fields[FRAMES..][..4].copy_from_slice(&frames.to_be_bytes());
        fields[BYTES..][..4].copy_from_slice(&all.to_be_bytes());
        let hundredths = PLACES.len() as u64;
        for (place, hundredth) in fields[PLACES].iter_mut().zip(0..) {
            let frame = hundredth * u64::from(frames) / hundredths;
            *place = (256 * frame / u64::from(frames.max(1))) as u8;
        }
        fields[MUSIC_BYTES..][..4].copy_from_slice(&all.to_be_bytes());
        fields[MUSIC_CRC..][..2].copy_from_slice(&self.crc.clone().finalize().to_be_bytes());
        let crc = CRC.checksum(&tag[..head + TAG_CRC]);
        tag[head + TAG_CRC..][..2].copy_from_slice(&crc.to_be_bytes());
        Ok(tag)
    }
}

impl<W: Write> Write for Music<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.crc.update(&bytes[..written]);
        self.bytes += written as u32;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
