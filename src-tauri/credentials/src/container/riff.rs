//! A chunk of its own behind the others (C2PA 2.2, §A.3.4).

use std::fs::File;
use std::io::{Result, Seek, SeekFrom, Write};
use std::ops::Range;

use super::{Place, begins, copy, put};

const CHUNK: &[u8; 4] = b"C2PA";
/// "RIFF", the length of all that follows, "WAVE".
const HEAD: u64 = 12;
/// The name of a chunk and the length of what is in it.
const LABEL: u64 = 8;

pub(super) fn embed(from: &mut File, to: &mut File, store: &[u8]) -> Result<Option<Place>> {
    let Some((chunks, end)) = chunks(from)? else { return Ok(None) };
    copy(from, &(0..HEAD), to)?;
    for chunk in &chunks {
        copy(from, chunk, to)?;
        pad(to)?;
    }
    let start = to.stream_position()?;
    // Counted is what is behind the label of it all: as much as is behind the label of this chunk, and what is before it.
    let length = start + store.len() as u64 + store.len() as u64 % 2;
    let (Ok(length), Ok(inside)) = (u32::try_from(length), u32::try_from(store.len())) else {
        return Ok(None);
    };
    to.write_all(CHUNK)?;
    to.write_all(&inside.to_le_bytes())?;
    let store = put(store, to)?;
    pad(to)?;
    // What others have written behind it all stays there.
    copy(from, &(end..from.metadata()?.len()), to)?;
    to.seek(SeekFrom::Start(4))?;
    to.write_all(&length.to_le_bytes())?;
    Ok(Some(Place { store: store.start, unsigned: start..store.end }))
}

/// Chunks begin at even places.
fn pad(to: &mut File) -> Result<()> {
    if to.stream_position()? % 2 == 1 { to.write_all(&[0]) } else { Ok(()) }
}

/// Returns where the chunks are that are no credentials, and where the last one ends; `None` when one of them is said to be
/// longer than the file.
fn chunks(file: &mut File) -> Result<Option<(Vec<Range<u64>>, u64)>> {
    let length = |head: &[u8; 12]| u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
    let end = LABEL + length(&begins(file, 0)?);
    if end > file.metadata()?.len() {
        return Ok(None);
    }
    let (mut found, mut at) = (Vec::new(), HEAD);
    while at + LABEL <= end {
        let head = begins(file, at)?;
        let next = at + LABEL + length(&head);
        if next > end {
            return Ok(None);
        }
        if !head.starts_with(CHUNK) {
            found.push(at..next);
        }
        at = next + next % 2;
    }
    Ok(Some((found, end)))
}
