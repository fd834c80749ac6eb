//! The headers of WAVE: RIFF, RF64, BW64 and Wave64.
//!
//! RIFF WAVE: Microsoft "Multiple Channel Audio Data and WAVE Files"; RF64: EBU Tech 3306; BW64: ITU-R BS.2088;
//! Wave64: Sony "Sony Pictures Digital Wave 64 File Format".

use son1k_domain::sound::{Container, Refusal};

use super::plain::{Format, Header, MOST_CHUNKS, Sample, layout};
use super::source::Source;
use crate::error::Result;

/// A size that says "look elsewhere" (RF64) or "not known yet" (streams).
const UNSAID: u64 = u32::MAX as u64;
/// What follows the four letters in Wave64's identifiers: `riff` has its own, all others share one.
const W64_RIFF: &[u8] = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00";
const W64_WAVE: &[u8] = b"wave\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a";

/// Returns which of the family the bytes begin as.
pub(super) fn recognises(head: &[u8]) -> Option<Container> {
    let form = head.get(8..12)?;
    match head.get(..4)? {
        b"RIFF" if form == b"WAVE" => Some(Container::Wave),
        b"RF64" | b"BW64" if form == b"WAVE" => Some(Container::Rf64),
        b"riff" if head.starts_with(W64_RIFF) && head.get(24..40)? == W64_WAVE => Some(Container::Wave64),
        _ => None,
    }
}

/// Reads the chunks up to the samples.
///
/// # Errors
/// When the format is cut off or describes no sound.
pub(super) fn header(source: &mut Source, container: Container) -> Result<Header> {
    let wide = container == Container::Wave64;
    let mut head = [0; 40];
    source.read_at(0, &mut head)?;
    let whole = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
    let (mut format, mut data) = (Vec::new(), None);
    let mut long_data = None;
    let mut at = if wide { 40 } else { 12 };
    for _ in 0..MOST_CHUNKS {
        let Some((id, size, body)) = chunk(source, at, wide)? else { break };
        match &id {
            b"fmt " => {
                format.resize(size.min(40) as usize, 0);
                let length = source.read_at(body, &mut format)?;
                format.truncate(length);
            }
            b"ds64" => {
                let mut sizes = [0; 16];
                source.read_at(body, &mut sizes)?;
                long_data = u64_at(&sizes, 8);
            }
            b"data" => {
                // Whoever streams or is killed while recording leaves the sizes open: the samples go to the end.
                let open = !wide && (size == UNSAID || (size == 0 && (whole == 0 || whole == UNSAID)));
                data = Some((body, if open { long_data } else { Some(size) }));
                break;
            }
            _ => {}
        }
        let unit = if wide { 8 } else { 2 };
        let Some(next) = body.checked_add(size).and_then(|end| end.checked_next_multiple_of(unit)) else {
            break;
        };
        at = next;
    }
    Ok(Header { format: parse(&format)?, data })
}

/// Reads the `fmt ` chunk; nothing when the samples are coded.
fn parse(format: &[u8]) -> Result<Option<Format>> {
    const PCM: u16 = 1;
    const FLOAT: u16 = 3;
    const EXTENSIBLE: u16 = 0xFFFE;
    let short = |at: usize| Some(u16::from_le_bytes([*format.get(at)?, *format.get(at + 1)?]));
    let long = |at: usize| Some(u32::from(short(at)?) | u32::from(short(at + 2)?) << 16);
    let read = || Some((short(0)?, short(2)?, long(4)?, short(12)?, short(14)?));
    let (tag, channels, rate, align, bits) = read().ok_or(Refusal::Damaged)?;
    let extended = tag == EXTENSIBLE && format.len() >= 40;
    // The first two bytes of the sub-format's GUID are the tag.
    let tag = if extended { short(24).unwrap_or(PCM) } else { tag };
    if tag != PCM && tag != FLOAT {
        return Ok(None);
    }
    if channels == 0 {
        return Err(Refusal::Channels(0).into());
    }
    let width = match usize::from(align) {
        align if align > 0 && align % usize::from(channels) == 0 => align / usize::from(channels),
        _ => usize::from(bits.div_ceil(8)),
    };
    let sample = match (tag, width) {
        (PCM, 1) => Sample::U8,
        (PCM, 2) => Sample::S16,
        (PCM, 3) => Sample::S24,
        (PCM, 4) => Sample::S32,
        (FLOAT, 4) => Sample::F32,
        (FLOAT, 8) => Sample::F64,
        _ => return Err(Refusal::UnknownKind(format!("WAVE with samples of {bits} bits")).into()),
    };
    let mask = if extended { long(20).unwrap_or(0) } else { 0 };
    let valid = if extended { short(18).filter(|&valid| valid > 0 && valid <= bits) } else { None };
    Ok(Some(Format {
        sample,
        big_endian: false,
        bits: valid.unwrap_or(bits),
        rate,
        layout: layout(channels, mask),
    }))
}

/// Reads the head of a chunk: its letters, its size and where its body begins.
fn chunk(source: &mut Source, at: u64, wide: bool) -> Result<Option<([u8; 4], u64, u64)>> {
    let mut head = [0; 24];
    let length = if wide { 24 } else { 8 };
    if source.read_at(at, &mut head[..length])? < length {
        return Ok(None);
    }
    let id = [head[0], head[1], head[2], head[3]];
    let size = match wide {
        // Wave64 counts the head of a chunk as a part of it.
        true => u64_at(&head, 16).and_then(|size| size.checked_sub(24)),
        false => Some(u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]))),
    };
    Ok(size.map(|size| (id, size, at + length as u64)))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}
