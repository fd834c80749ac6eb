//! RIFF WAVE, 24-bit PCM.

use std::io::{Seek, Write};

use super::dither::Dither;
use super::{SongTags, in_chunks};
use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use crate::progress::Progress;

const BYTES_A_FRAME: u32 = 6;

/// Writes the header, the samples, and the tags after them, where a reader that knows only samples never looks.
pub(super) fn write<W: Write + Seek>(
    samples: &[f32],
    file: &mut W,
    tags: &SongTags,
    progress: &Progress,
) -> Result<()> {
    let tail = [chunk(b"LIST", &tags.riff_info()), chunk(b"id3 ", &tags.id3())].concat();
    let data = u32::try_from(samples.len() * 3).ok().filter(|bytes| *bytes < u32::MAX - 1_000_000);
    let data = data.ok_or_else(|| Error::Encode("a WAV file holds at most 4 GiB".into()))?;
    file.write_all(&header(data, tail.len() as u32))?;
    let mut dither = Dither::new(24);
    let mut bytes = Vec::with_capacity(super::CHUNK * 3);
    in_chunks(samples, progress, |part| {
        bytes.clear();
        for &sample in part {
            bytes.extend_from_slice(&dither.reduce(sample).to_le_bytes()[..3]);
        }
        Ok(file.write_all(&bytes)?)
    })?;
    Ok(file.write_all(&tail)?)
}

/// The data chunk of whole stereo frames of 24 bits has an even size, so nothing is padded.
fn header(data: u32, tail: u32) -> Vec<u8> {
    let mut header = b"RIFF".to_vec();
    header.extend_from_slice(&(36 + data + tail).to_le_bytes());
    header.extend_from_slice(b"WAVEfmt ");
    header.extend_from_slice(&16u32.to_le_bytes());
    header.extend_from_slice(&1u16.to_le_bytes());
    header.extend_from_slice(&2u16.to_le_bytes());
    header.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    header.extend_from_slice(&(SAMPLE_RATE * BYTES_A_FRAME).to_le_bytes());
    header.extend_from_slice(&(BYTES_A_FRAME as u16).to_le_bytes());
    header.extend_from_slice(&24u16.to_le_bytes());
    header.extend_from_slice(b"data");
    header.extend_from_slice(&data.to_le_bytes());
    header
}

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    if body.is_empty() {
        return Vec::new();
    }
    let mut chunk = name.to_vec();
    chunk.extend_from_slice(&(body.len() as u32).to_le_bytes());
    chunk.extend_from_slice(body);
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}
