//! One-shots and packed samples: small sound files, wholly in memory.

use son1k_sound::Reader;

use crate::error::{Error, Result};

/// Longest sample taken, in values of all channels together: a minute and a half of stereo.
pub(crate) const MAX_VALUES: usize = 8_000_000;

/// A decoded sample: interleaved values, −1 to 1.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub values: Vec<f32>,
    pub channels: usize,
    pub rate: u32,
}

impl Sample {
    /// Returns the sample as stereo frames.
    pub fn stereo(&self) -> Vec<[f32; 2]> {
        match self.channels {
            1 => self.values.iter().map(|&v| [v, v]).collect(),
            n => self.values.chunks_exact(n).map(|f| [f[0], f[1]]).collect(),
        }
    }
}

/// Decodes a complete sound file that lies in memory. An instrument with a hole in it is no instrument: what is damaged
/// is not saved but refused.
///
/// # Errors
/// [`Error::Sound`] when the bytes are no known sound, are damaged, or hold more than [`MAX_VALUES`].
pub(crate) fn decode_bytes(bytes: Vec<u8>) -> Result<Sample> {
    let mut reader = Reader::in_memory(bytes).map_err(|error| Error::Sound(error.to_string()))?;
    let (channels, rate) = (usize::from(reader.facts().channels), reader.facts().rate);
    let (mut values, mut block) = (Vec::new(), Vec::new());
    while reader.read(&mut block)? > 0 {
        if values.len() + block.len() > MAX_VALUES {
            return Err(Error::Sound("the sample is too long".into()));
        }
        values.extend_from_slice(&block);
    }
    if values.is_empty() || !reader.damage().is_none() {
        return Err(Error::Sound("the sample is damaged".into()));
    }
    Ok(Sample { values, channels, rate })
}
