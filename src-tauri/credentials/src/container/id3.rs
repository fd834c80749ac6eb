//! A frame of ID3v2 for an encapsulated object, `GEOB` (C2PA 2.2, §A.3.5; id3.org, "ID3 tag version 2.4.0", frames, §4.15).

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::ops::Range;

use super::{Place, begins, copy, put};

/// Of the tag, and of each frame.
const HEAD: u64 = 10;
/// Latin-1, the media type, the name of the file, what it is.
const OBJECT: &[u8] = b"\0application/c2pa\0c2pa\0c2pa manifest store\0";
/// The media types that credentials have, and once had.
const MEDIA_TYPES: [&[u8]; 2] = [b"application/c2pa\0", b"application/x-c2pa-manifest-store\0"];
/// The longest tag there is: seven bits of each of four bytes.
const LONGEST: u64 = 1 << 28;

/// What the head of a tag says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tag {
    version: u8,
    flags: u8,
    length: u64,
}

impl Tag {
    fn of(head: &[u8; 12]) -> Option<Self> {
        let length = u64::from(seven_bits([head[6], head[7], head[8], head[9]]));
        head.starts_with(b"ID3").then_some(Self { version: head[3], flags: head[5], length })
    }

    /// Returns where what comes behind the tag begins: at 0 where there is none.
    pub(super) fn end(head: &[u8; 12]) -> u64 {
        let Some(tag) = Self::of(head) else { return 0 };
        let foot = if tag.flags & 0x10 == 0 { 0 } else { HEAD };
        HEAD + tag.length + foot
    }

    /// Whether frames are laid out in it as they are here: no extended head, no foot, nothing coded.
    fn is_plain(self) -> bool {
        matches!(self.version, 3 | 4) && self.flags == 0
    }

    /// Lengths of frames have eight bits a byte in version 3, and seven in version 4.
    fn frame_length(self, bytes: [u8; 4]) -> u32 {
        if self.version == 3 { u32::from_be_bytes(bytes) } else { seven_bits(bytes) }
    }

    fn written_frame_length(self, length: u32) -> [u8; 4] {
        if self.version == 3 { length.to_be_bytes() } else { in_seven_bits(length) }
    }
}

pub(super) fn embed(from: &mut File, to: &mut File, store: &[u8]) -> Result<Option<Place>> {
    let head = begins(from, 0)?;
    let tag = Tag::of(&head).unwrap_or(Tag { version: 4, flags: 0, length: 0 });
    let Some(frames) = frames(from, tag)? else { return Ok(None) };
    let kept: u64 = frames.iter().map(|frame| frame.end - frame.start).sum();
    let object = (OBJECT.len() + store.len()) as u64;
    let length = kept + HEAD + object;
    let (Ok(length), Ok(object)) = (u32::try_from(length), u32::try_from(object)) else { return Ok(None) };
    if u64::from(length) >= LONGEST {
        return Ok(None);
    }
    to.write_all(&[b'I', b'D', b'3', tag.version, 0, 0])?;
    to.write_all(&in_seven_bits(length))?;
    for frame in &frames {
        copy(from, frame, to)?;
    }
    to.write_all(b"GEOB")?;
    to.write_all(&tag.written_frame_length(object))?;
    to.write_all(&[0, 0])?;
    to.write_all(OBJECT)?;
    let store = put(store, to)?;
    copy(from, &(Tag::end(&head)..from.metadata()?.len()), to)?;
    Ok(Some(Place { store: store.start, unsigned: store }))
}

/// Returns where the frames are that are no credentials; `None` when they are not laid out as is understood here.
fn frames(file: &mut File, tag: Tag) -> Result<Option<Vec<Range<u64>>>> {
    let (mut found, mut at) = (Vec::new(), HEAD);
    let end = HEAD + tag.length;
    if tag.length > 0 && (!tag.is_plain() || end > file.metadata()?.len()) {
        return Ok(None);
    }
    while at + HEAD <= end {
        let head = begins(file, at)?;
        // Zeros that leave room.
        if head[0] == 0 {
            break;
        }
        let next = at + HEAD + u64::from(tag.frame_length([head[4], head[5], head[6], head[7]]));
        if next > end {
            return Ok(None);
        }
        if !(head.starts_with(b"GEOB") && holds_credentials(file, at + HEAD)?) {
            found.push(at..next);
        }
        at = next;
    }
    Ok(Some(found))
}

/// Behind the byte of the encoding is the media type.
fn holds_credentials(file: &mut File, object: u64) -> Result<bool> {
    let mut media_type = Vec::new();
    file.seek(SeekFrom::Start(object + 1))?;
    file.take(64).read_to_end(&mut media_type)?;
    Ok(MEDIA_TYPES.iter().any(|known| media_type.starts_with(known)))
}

fn seven_bits(bytes: [u8; 4]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 7 | u32::from(byte & 0x7F))
}

fn in_seven_bits(number: u32) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (number >> shift & 0x7F) as u8)
}
