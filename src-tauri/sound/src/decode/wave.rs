//! WAVE with plain samples, in RIFF, RF64, BW64 and Wave64, read straight from the bytes: sizes that lie are put right
//! by the size of the file, and any frame is one multiplication away.
//!
//! RIFF WAVE: Microsoft "Multiple Channel Audio Data and WAVE Files"; RF64: EBU Tech 3306; BW64: ITU-R BS.2088;
//! Wave64: Sony "Sony Pictures Digital Wave 64 File Format".

use son1k_domain::sound::{Codec, Container, Loss, Refusal};
use symphonia::core::audio::{Channels, Position};

use super::source::Source;
use crate::error::Result;

/// Frames read at a time.
const BLOCK: usize = 4_096;
/// No recorder writes this many chunks before its samples.
const MOST_CHUNKS: usize = 4_096;
/// A size that says "look elsewhere" (RF64) or "not known yet" (streams).
const UNSAID: u64 = u32::MAX as u64;
/// What follows the four letters in Wave64's identifiers: `riff` has its own, all others share one.
const W64_RIFF: &[u8] = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00";
const W64_WAVE: &[u8] = b"wave\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a";

/// How a sample lies in its bytes, little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sample {
    U8,
    S16,
    S24,
    S32,
    F32,
    F64,
}

impl Sample {
    fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::S16 => 2,
            Self::S24 => 3,
            Self::S32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// The `fmt ` chunk.
#[derive(Debug, Clone)]
struct Format {
    sample: Sample,
    bits: u16,
    rate: u32,
    layout: Channels,
}

/// What a WAVE file turned out to hold.
pub(super) enum Opened {
    Plain(Wave),
    /// ADPCM, A-law and the like, for a decoder.
    Coded(Source),
}

/// An open WAVE file with plain samples.
pub(super) struct Wave {
    source: Source,
    container: Container,
    format: Format,
    /// The first byte of the first frame.
    start: u64,
    /// Frames that are really there.
    frames: u64,
    /// Frames that the header promises, where it promises any.
    promised: Option<u64>,
    next: u64,
    bytes: Vec<u8>,
}

impl Wave {
    /// Returns whether the bytes begin as one of the family does.
    pub(super) fn recognises(head: &[u8]) -> Option<Container> {
        let form = head.get(8..12)?;
        match head.get(..4)? {
            b"RIFF" if form == b"WAVE" => Some(Container::Wave),
            b"RF64" | b"BW64" if form == b"WAVE" => Some(Container::Rf64),
            b"riff" if head.starts_with(W64_RIFF) && head.get(24..40)? == W64_WAVE => Some(Container::Wave64),
            _ => None,
        }
    }

    /// Reads the header.
    ///
    /// # Errors
    /// When the header is cut off, or describes no sound.
    pub(super) fn open(mut source: Source, container: Container) -> Result<Opened> {
        let chunks = Chunks::read(&mut source, container)?;
        let Some(format) = chunks.format()? else {
            return match container {
                Container::Wave => Ok(Opened::Coded(source)),
                _ => Err(Refusal::UnknownKind("64-bit WAVE with coded sound".into()).into()),
            };
        };
        let (start, promised) = chunks.data.ok_or(Refusal::Damaged)?;
        let align = (format.sample.bytes() * format.layout.count()) as u64;
        let there = source.length().saturating_sub(start);
        let frames = promised.map_or(there, |promised| promised.min(there)) / align;
        Ok(Opened::Plain(Self {
            source,
            container,
            format,
            start,
            frames,
            promised: promised.map(|bytes| bytes / align),
            next: 0,
            bytes: Vec::new(),
        }))
    }

    pub(super) fn container(&self) -> Container {
        self.container
    }

    pub(super) fn codec(&self) -> Codec {
        match self.format.sample {
            Sample::F32 | Sample::F64 => Codec::Float,
            _ => Codec::Pcm,
        }
    }

    pub(super) fn rate(&self) -> u32 {
        self.format.rate
    }

    pub(super) fn bits(&self) -> u16 {
        self.format.bits
    }

    pub(super) fn layout(&self) -> &Channels {
        &self.format.layout
    }

    pub(super) fn frames(&self) -> u64 {
        self.frames
    }

    /// Returns why sound is missing at the end, if it is.
    pub(super) fn loss(&self) -> Option<Loss> {
        self.promised.is_some_and(|promised| promised > self.frames).then_some(Loss::Truncated)
    }

    pub(super) fn seek(&mut self, frame: u64) {
        self.next = frame.min(self.frames);
    }

    /// Puts the next frames into `block`, interleaved; leaves it empty at the end.
    pub(super) fn read(&mut self, block: &mut Vec<f32>) -> Result<()> {
        self.source.wall().rest();
        let channels = self.format.layout.count();
        let align = self.format.sample.bytes() * channels;
        let wanted = BLOCK.min(usize::try_from(self.frames - self.next).unwrap_or(BLOCK));
        self.bytes.resize(wanted * align, 0);
        let at = self.start + self.next * align as u64;
        let frames = self.source.read_at(at, &mut self.bytes)? / align;
        convert(self.format.sample, &self.bytes[..frames * align], block);
        self.next += frames as u64;
        // The file shrank while it was read.
        if frames < wanted {
            self.frames = self.next;
        }
        Ok(())
    }
}

/// Unpacks samples as symphonia does, so that a song sounds the same whatever reads it.
fn convert(sample: Sample, bytes: &[u8], block: &mut Vec<f32>) {
    block.clear();
    match sample {
        Sample::U8 => block.extend(bytes.iter().map(|&byte| f32::from(byte) / 128.0 - 1.0)),
        Sample::S16 => {
            let values = bytes.as_chunks::<2>().0.iter();
            block.extend(values.map(|&bytes| f32::from(i16::from_le_bytes(bytes)) / 32_768.0));
        }
        Sample::S24 => {
            let values = bytes.as_chunks::<3>().0.iter();
            // Read into the upper three bytes: the shift back carries the sign.
            let value = |&[a, b, c]: &[u8; 3]| (i32::from_le_bytes([0, a, b, c]) >> 8) as f32 / 8_388_608.0;
            block.extend(values.map(value));
        }
        Sample::S32 => {
            let values = bytes.as_chunks::<4>().0.iter();
            let value = |&bytes: &[u8; 4]| (f64::from(i32::from_le_bytes(bytes)) / 2_147_483_648.0) as f32;
            block.extend(values.map(value));
        }
        Sample::F32 => block.extend(bytes.as_chunks::<4>().0.iter().map(|&bytes| f32::from_le_bytes(bytes))),
        Sample::F64 => {
            block.extend(bytes.as_chunks::<8>().0.iter().map(|&bytes| f64::from_le_bytes(bytes) as f32));
        }
    }
}

/// What was found on the way to the samples.
#[derive(Default)]
struct Chunks {
    format: Vec<u8>,
    /// The first byte of the samples, and how many bytes the header promises.
    data: Option<(u64, Option<u64>)>,
}

impl Chunks {
    fn read(source: &mut Source, container: Container) -> Result<Self> {
        let wide = container == Container::Wave64;
        let mut head = [0; 40];
        source.read_at(0, &mut head)?;
        let whole = u64::from(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        let mut found = Self::default();
        let mut long_data = None;
        let mut at = if wide { 40 } else { 12 };
        for _ in 0..MOST_CHUNKS {
            let Some((id, size, body)) = chunk(source, at, wide)? else { break };
            match &id {
                b"fmt " => {
                    found.format.resize(size.min(40) as usize, 0);
                    let length = source.read_at(body, &mut found.format)?;
                    found.format.truncate(length);
                }
                b"ds64" => {
                    let mut sizes = [0; 16];
                    source.read_at(body, &mut sizes)?;
                    long_data = u64_at(&sizes, 8);
                }
                b"data" => {
                    // Whoever streams or is killed while recording leaves the sizes open: the samples go to the end.
                    let open = !wide && (size == UNSAID || (size == 0 && (whole == 0 || whole == UNSAID)));
                    found.data = Some((body, if open { long_data } else { Some(size) }));
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
        Ok(found)
    }

    /// Reads the `fmt ` chunk; nothing when the samples are coded.
    fn format(&self) -> Result<Option<Format>> {
        const PCM: u16 = 1;
        const FLOAT: u16 = 3;
        const EXTENSIBLE: u16 = 0xFFFE;
        let format = &self.format;
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
        Ok(Some(Format { sample, bits: valid.unwrap_or(bits), rate, layout: layout(channels, mask) }))
    }
}

/// Returns the places of the channels; channels that the mask forgets have none.
fn layout(channels: u16, mask: u32) -> Channels {
    let masked = Position::from_wave_channel_mask(mask);
    let masked = masked.filter(|places| places.bits().count_ones() == u32::from(channels));
    let usual = match channels {
        1 => Some(Position::FRONT_CENTER),
        _ => Position::from_wave_channel_count(u32::from(channels)).filter(|_| channels <= 8),
    };
    masked.or(usual).map_or(Channels::Discrete(channels), Channels::Positioned)
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
