//! Plain samples, read straight from the bytes of WAVE and AIFF files: sizes that lie are put right by the size of the
//! file, and any frame is one multiplication away.

use son1k_domain::sound::{Codec, Container, Loss, Refusal};
use symphonia::core::audio::{Channels, Position};

use super::source::Source;
use super::{aiff, wave};
use crate::error::Result;

/// Frames read at a time.
const BLOCK: usize = 4_096;

/// No recorder writes this many chunks before its samples.
pub(super) const MOST_CHUNKS: usize = 4_096;

/// How a sample lies in its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    U8,
    S8,
    S16,
    S24,
    S32,
    F32,
    F64,
}

impl Sample {
    fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::S8 => 1,
            Self::S16 => 2,
            Self::S24 => 3,
            Self::S32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }
}

/// What a header says of the samples behind it.
#[derive(Debug, Clone)]
pub(super) struct Format {
    pub(super) sample: Sample,
    pub(super) big_endian: bool,
    pub(super) bits: u16,
    pub(super) rate: u32,
    pub(super) layout: Channels,
}

/// A header, read.
pub(super) struct Header {
    /// Nothing when the samples are coded.
    pub(super) format: Option<Format>,
    /// The first byte of the samples, and how many bytes the header promises.
    pub(super) data: Option<(u64, Option<u64>)>,
}

/// An open file with plain samples.
pub(super) struct Plain {
    source: Source,
    pub(super) container: Container,
    pub(super) format: Format,
    /// The first byte of the first frame.
    start: u64,
    /// Frames that are really there.
    frames: u64,
    /// Frames that the header promises, where it promises any.
    promised: Option<u64>,
    next: u64,
    bytes: Vec<u8>,
}

impl Plain {
    /// Returns whether the bytes begin as WAVE or AIFF do.
    pub(super) fn recognises(head: &[u8]) -> Option<Container> {
        wave::recognises(head).or_else(|| aiff::recognises(head))
    }

    /// Reads the header; nothing where the samples are coded (ADPCM, A-law …), for a decoder.
    ///
    /// # Errors
    /// When the header is cut off, or describes no sound.
    pub(super) fn open(mut source: Source, container: Container) -> Result<Option<Self>> {
        let header = match container {
            Container::Aiff => aiff::header(&mut source)?,
            _ => wave::header(&mut source, container)?,
        };
        let Some(format) = header.format else {
            return match container {
                Container::Wave | Container::Aiff => Ok(None),
                _ => Err(Refusal::UnknownKind("64-bit WAVE with coded sound".into()).into()),
            };
        };
        let (start, promised) = header.data.ok_or(Refusal::Damaged)?;
        let align = (format.sample.bytes() * format.layout.count()) as u64;
        let there = source.length().saturating_sub(start);
        let frames = promised.map_or(there, |promised| promised.min(there)) / align;
        Ok(Some(Self {
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

    pub(super) fn codec(&self) -> Codec {
        match self.format.sample {
            Sample::F32 | Sample::F64 => Codec::Float,
            _ => Codec::Pcm,
        }
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
        let align = self.format.sample.bytes() * self.format.layout.count();
        let wanted = BLOCK.min(usize::try_from(self.frames - self.next).unwrap_or(BLOCK));
        self.bytes.resize(wanted * align, 0);
        let at = self.start + self.next * align as u64;
        let frames = self.source.read_at(at, &mut self.bytes)? / align;
        self.bytes.truncate(frames * align);
        if self.format.big_endian {
            self.bytes.chunks_exact_mut(self.format.sample.bytes()).for_each(<[u8]>::reverse);
        }
        convert(self.format.sample, &self.bytes, block);
        self.next += frames as u64;
        // The file shrank while it was read.
        if frames < wanted {
            self.frames = self.next;
        }
        Ok(())
    }
}

/// Unpacks little-endian samples as symphonia does, so that a song sounds the same whatever reads it.
fn convert(sample: Sample, bytes: &[u8], block: &mut Vec<f32>) {
    block.clear();
    match sample {
        Sample::U8 => block.extend(bytes.iter().map(|&byte| f32::from(byte) / 128.0 - 1.0)),
        Sample::S8 => block.extend(bytes.iter().map(|&byte| f32::from(byte as i8) / 128.0)),
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

/// Returns the places of the channels; channels that the mask forgets have none.
pub(super) fn layout(channels: u16, mask: u32) -> Channels {
    let masked = Position::from_wave_channel_mask(mask);
    let masked = masked.filter(|places| places.bits().count_ones() == u32::from(channels));
    let usual = match channels {
        1 => Some(Position::FRONT_CENTER),
        _ => Position::from_wave_channel_count(u32::from(channels)).filter(|_| channels <= 8),
    };
    masked.or(usual).map_or(Channels::Discrete(channels), Channels::Positioned)
}
