//! Files of chunks (IFF, RIFF): a name of four letters, a size, and so many bytes, padded to an even number.

use std::io::{Seek, Write};

use crate::error::Result;

/// Returns a chunk, nothing for an empty one, with its size in the order of `size`.
pub(super) fn chunk(name: &[u8; 4], body: &[u8], size: fn(u32) -> [u8; 4]) -> Vec<u8> {
    if body.is_empty() {
        return Vec::new();
    }
    let mut chunk = name.to_vec();
    chunk.extend_from_slice(&size(body.len() as u32));
    chunk.extend_from_slice(body);
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

/// Ends the samples that begin at `start`, writes the chunks after them, and returns how many bytes the samples have and
/// where the file ends.
pub(super) fn close<W: Write + Seek>(file: &mut W, start: u64, tail: &[u8]) -> Result<(u64, u64)> {
    let data = file.stream_position()? - start;
    if data % 2 == 1 {
        file.write_all(&[0])?;
    }
    file.write_all(tail)?;
    Ok((data, file.stream_position()?))
}
