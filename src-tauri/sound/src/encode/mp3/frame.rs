//! Frames of MPEG audio layer III at a constant bit rate (ISO 11172-3 and 13818-3, 2.4.1): a head of four bytes, side
//! information, and a slot for sound, which may begin in the slots of the frames before.

use crate::error::{Error, Result};

const HEADER: usize = 4;
/// Bytes of the fields of a tag.
pub(super) const TAG: usize = 156;
/// Bits of the length that the side information of every granule begins with.
const LENGTH_BITS: usize = 12;

/// What all frames of a stream have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub rate: u32,
    pub channels: u8,
    pub kbps: u16,
}

impl Shape {
    /// Low sample rates have lower bit rates: the nearest to the one that is wanted.
    pub fn new(rate: u32, channels: u8, kbps: u16) -> Self {
        let kbps = match rate {
            32_000.. => kbps.max(32),
            16_000.. => kbps.min(160),
            _ => kbps.min(64),
        };
        Self { rate, channels, kbps }
    }

    /// MPEG-1, which has two granules in a frame; the lower rates have one.
    fn is_full(self) -> bool {
        self.rate >= 32_000
    }

    /// Samples of each channel in a frame.
    pub fn samples(self) -> usize {
        if self.is_full() { 1_152 } else { 576 }
    }

    fn side(self) -> usize {
        match (self.is_full(), self.channels) {
            (true, 1) | (false, 2) => 17,
            (true, _) => 32,
            (false, _) => 9,
        }
    }

    /// Bytes before the slot: head and side information.
    pub fn head(self) -> usize {
        HEADER + self.side()
    }

    /// How many bytes back sound may begin.
    pub fn farthest(self) -> usize {
        if self.is_full() { 511 } else { 255 }
    }

    /// Bit rate times samples, in bits of a frame times the sample rate.
    fn bytes_by_rate(self) -> usize {
        self.samples() / 8 * 1_000 * usize::from(self.kbps)
    }

    /// Frames after which the pattern of longer and shorter ones begins again.
    pub fn period(self) -> usize {
        let (mut a, mut b) = (self.rate as usize, self.bytes_by_rate() % self.rate as usize);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        self.rate as usize / a
    }

    /// Bytes of a frame that is none of the longer ones.
    fn shorter(self) -> usize {
        self.bytes_by_rate() / self.rate as usize
    }

    /// Bytes of the frame that holds the tag; none at bit rates whose frames have no room for it.
    pub fn tag(self) -> usize {
        if self.shorter() < self.head() + TAG { 0 } else { self.shorter() }
    }

    fn length(self, header: &[u8]) -> usize {
        self.shorter() + usize::from(header[2] >> 1 & 1)
    }

    /// Returns where in the side information the lengths of the granules are, in bits.
    fn lengths(self) -> impl Iterator<Item = usize> {
        let channels = usize::from(self.channels);
        let (first, each, granules) = match (self.is_full(), self.channels) {
            (true, 1) => (9 + 5 + 4, 59, 2),
            (true, _) => (9 + 3 + 8, 59, 2),
            (false, 1) => (8 + 1, 63, 1),
            (false, _) => (8 + 2, 63, 1),
        };
        (0..granules * channels).map(move |granule| first + granule * each)
    }
}

/// A frame without its place in the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// Head and side information.
    pub head: Vec<u8>,
    /// Bytes of its slot.
    pub slot: usize,
    /// How many bytes before its slot its sound began.
    pub reach: usize,
    /// Its sound, coded.
    pub sound: Vec<u8>,
}

impl Frame {
    /// Notes another place where its sound begins.
    pub fn reach_back(&mut self, shape: Shape, reach: usize) {
        let side = &mut self.head[HEADER..];
        if shape.is_full() {
            side[0] = (reach >> 1) as u8;
            side[1] = side[1] & 0x7f | ((reach & 1) << 7) as u8;
        } else {
            side[0] = reach as u8;
        }
        self.reach = reach;
    }
}

/// Takes a stream apart.
///
/// # Errors
/// [`Error::Encode`] for what is no such stream, or none of this shape.
pub(super) fn frames(stream: &[u8], shape: Shape) -> Result<Vec<Frame>> {
    let mut frames = Vec::with_capacity(stream.len() / shape.shorter() + 1);
    let (mut at, mut before) = (0, Vec::new());
    while at < stream.len() {
        let frame = frame(&stream[at..], shape, &mut before);
        let frame = frame.ok_or_else(|| Error::Encode(format!("LAME: no frame at byte {at}")))?;
        at += frame.head.len() + frame.slot;
        frames.push(frame);
    }
    Ok(frames)
}

/// Returns the frame that `stream` begins with; `before` holds what was in the slots before it.
fn frame(stream: &[u8], shape: Shape, before: &mut Vec<u8>) -> Option<Frame> {
    let head = stream.get(..shape.head())?;
    if head[0] != 0xff || head[1] & 0xe0 != 0xe0 {
        return None;
    }
    let slot = stream.get(shape.head()..shape.length(head))?;
    let side = &head[HEADER..];
    let reach = match shape.is_full() {
        true => usize::from(side[0]) << 1 | usize::from(side[1] >> 7),
        false => usize::from(side[0]),
    };
    let bits: usize = shape.lengths().map(|at| bits(side, at, LENGTH_BITS)).sum();
    let start = before.len().checked_sub(reach)?;
    before.extend_from_slice(slot);
    let sound = before.get(start..start + bits.div_ceil(8))?.to_vec();
    before.drain(..before.len().saturating_sub(shape.farthest()));
    Some(Frame { head: head.to_vec(), slot: slot.len(), reach, sound })
}

fn bits(bytes: &[u8], from: usize, count: usize) -> usize {
    (from..from + count).fold(0, |value, bit| value << 1 | usize::from(bytes[bit / 8] >> (7 - bit % 8) & 1))
}
