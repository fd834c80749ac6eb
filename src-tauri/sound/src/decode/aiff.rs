//! The headers of AIFF and AIFF-C (Apple, "Audio Interchange File Format", 1989; AIFF-C draft, 1991).

use son1k_domain::sound::{Container, Refusal};

use super::plain::{Format, Header, MOST_CHUNKS, Sample, layout};
use super::source::Source;
use crate::error::Result;

/// Returns whether the bytes begin as AIFF does.
pub(super) fn recognises(head: &[u8]) -> Option<Container> {
    let ours = head.starts_with(b"FORM") && [&b"AIFF"[..], b"AIFC"].contains(&head.get(8..12)?);
    ours.then_some(Container::Aiff)
}

/// Reads the chunks until format and samples are found.
///
/// # Errors
/// When the format is cut off or describes no sound.
pub(super) fn header(source: &mut Source) -> Result<Header> {
    let (mut common, mut data) = (Vec::new(), None);
    let mut at = 12;
    for _ in 0..MOST_CHUNKS {
        let mut head = [0; 16];
        if source.read_at(at, &mut head)? < 8 || (!common.is_empty() && data.is_some()) {
            break;
        }
        let [_, _, _, _, a, b, c, d, e, f, g, h, ..] = head;
        let size = u64::from(u32::from_be_bytes([a, b, c, d]));
        let body = at + 8;
        match &head[..4] {
            b"COMM" => {
                common.resize(size.min(22) as usize, 0);
                let length = source.read_at(body, &mut common)?;
                common.truncate(length);
            }
            b"SSND" => {
                // The samples may begin at a distance, and a recorder that was killed left the size open.
                let distance = u64::from(u32::from_be_bytes([e, f, g, h]));
                data = Some((body + 8 + distance, size.checked_sub(8 + distance).filter(|&size| size > 0)));
            }
            _ => {}
        }
        at = body + size.next_multiple_of(2);
    }
    Ok(Header { format: parse(&common)?, data })
}

/// Reads the `COMM` chunk; nothing when the samples are coded.
fn parse(common: &[u8]) -> Result<Option<Format>> {
    let short = |at: usize| Some(u16::from_be_bytes([*common.get(at)?, *common.get(at + 1)?]));
    let read = || Some((short(0)?, short(6)?, rate(common.get(8..18)?)));
    let (channels, bits, rate) = read().ok_or(Refusal::Damaged)?;
    if channels == 0 {
        return Err(Refusal::Channels(0).into());
    }
    let coding = common.get(18..22).unwrap_or(b"NONE");
    let whole = match bits {
        1..=8 => Sample::S8,
        9..=16 => Sample::S16,
        17..=24 => Sample::S24,
        25..=32 => Sample::S32,
        _ => return Err(Refusal::UnknownKind(format!("AIFF with samples of {bits} bits")).into()),
    };
    let (sample, big_endian) = match coding {
        b"NONE" | b"twos" | b"in24" | b"in32" => (whole, true),
        b"sowt" => (whole, false),
        b"raw " => (Sample::U8, true),
        b"fl32" | b"FL32" => (Sample::F32, true),
        b"fl64" | b"FL64" => (Sample::F64, true),
        _ => return Ok(None),
    };
    Ok(Some(Format { sample, big_endian, bits, rate, layout: layout(channels, 0) }))
}

/// Reads a rate as the IEEE 754 extended number of 80 bits that AIFF keeps it in; no whole number of hertz is 0.
fn rate(bytes: &[u8]) -> u32 {
    let exponent = i32::from(u16::from_be_bytes([bytes[0], bytes[1]]) & 0x7FFF) - 16_383;
    let mantissa = u32::from_be_bytes([bytes[2], bytes[3], bytes[4], bytes[5]]);
    match exponent {
        0..=31 => mantissa >> (31 - exponent),
        _ => 0,
    }
}
