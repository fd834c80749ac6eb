//! A WAV file as samples.

use std::fs;
use std::path::Path;

use crate::error::{Error, Result, io};

/// One channel of a sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Wave {
    pub rate: u32,
    /// Full scale is 1.
    pub samples: Vec<f32>,
}

impl Wave {
    /// Reads the first channel of a file of 16 or 24 bits or of floats.
    pub fn read(file: &Path) -> Result<Self> {
        let bytes = fs::read(file).map_err(io("read what was spoken"))?;
        Self::parse(&bytes).ok_or_else(|| Error::new(format!("{} is no WAV file", file.display()), ""))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (format, data) = (chunk(bytes, b"fmt ")?, chunk(bytes, b"data")?);
        let number = |at: usize| Some(u16::from_le_bytes([*format.get(at)?, *format.get(at + 1)?]));
        let (channels, bits) = (usize::from(number(2)?), usize::from(number(14)?));
        let rate = u32::from(number(4)?) | u32::from(number(6)?) << 16;
        let sample = |frame: &[u8]| match (bits, frame) {
            (16, [a, b, ..]) => Some(f32::from(i16::from_le_bytes([*a, *b])) / 32_768.0),
            (24, [a, b, c, ..]) => Some((i32::from_le_bytes([0, *a, *b, *c]) >> 8) as f32 / 8_388_608.0),
            (32, [a, b, c, d, ..]) => Some(f32::from_le_bytes([*a, *b, *c, *d])),
            _ => None,
        };
        let frame = channels * bits / 8;
        let samples = data.chunks_exact(frame.max(1)).map(sample).collect::<Option<Vec<_>>>()?;
        Some(Self { rate, samples })
    }
}

/// Returns what is in a chunk; the last one may be cut.
fn chunk<'b>(bytes: &'b [u8], name: &[u8; 4]) -> Option<&'b [u8]> {
    let mut rest = bytes.get(12..)?;
    loop {
        let length = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?) as usize;
        let inside = rest.get(8..)?;
        if rest.starts_with(name) {
            return Some(&inside[..length.min(inside.len())]);
        }
        rest = inside.get(length + length % 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bits: u8, kind: u8, data: &[u8]) -> Vec<u8> {
        let mut file = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0".to_vec();
        file.extend([kind, 0, 1, 0, 0xc0, 0x5d, 0, 0, 0, 0, 0, 0, bits / 8, 0, bits, 0]);
        file.extend(b"data");
        file.extend((data.len() as u32).to_le_bytes());
        file.extend(data);
        file
    }

    #[test]
    fn samples_are_read_in_every_format_that_the_studio_writes() {
        let half = Some(Wave { rate: 24_000, samples: vec![0.5, -0.5] });
        assert_eq!(Wave::parse(&file(16, 1, &[0, 0x40, 0, 0xc0])), half);
        assert_eq!(Wave::parse(&file(24, 1, &[0, 0, 0x40, 0, 0, 0xc0])), half);
        assert_eq!(Wave::parse(&file(32, 3, &[0, 0, 0, 0x3f, 0, 0, 0, 0xbf])), half);
        assert_eq!(Wave::parse(b"RIFF"), None);
    }
}
