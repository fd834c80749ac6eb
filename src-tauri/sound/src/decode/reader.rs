//! A sound file block by block, as it is: at its own rate, with its own channels.

use std::path::Path;

use symphonia::core::audio::AudioSpec;

use super::{RATES, Track, damaged, guarded};
use crate::error::{Error, Result};

/// What the samples of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// Frames in a second.
    pub rate: u32,
    /// In the order of WAVE files.
    pub channels: usize,
}

/// An open sound file.
pub struct Reader {
    track: Track,
    format: AudioSpec,
    /// The first block: its format is that of the file.
    first: Vec<f32>,
}

impl Reader {
    /// Opens a file of one of the kinds that [`super::decode`] reads.
    ///
    /// # Errors
    /// [`Error::Io`] when the file cannot be read, [`Error::Decode`] when it is of an unknown kind, damaged or without
    /// sound.
    pub fn open(path: &Path) -> Result<Self> {
        guarded(|| {
            let mut track = Track::open(path)?;
            let mut first = Vec::new();
            let buffer = track.next()?.ok_or_else(damaged)?;
            let format = buffer.spec().clone();
            buffer.copy_to_vec_interleaved(&mut first);
            if !RATES.contains(&format.rate()) {
                return Err(Error::Decode(format!("a sample rate of {} Hz", format.rate())));
            }
            Ok(Self { track, format, first })
        })
    }

    pub fn spec(&self) -> Spec {
        Spec { rate: self.format.rate(), channels: self.format.channels().count() }
    }

    /// Puts the next frames into `block`, interleaved; leaves it empty at the end. A file that breaks off gives what is
    /// there.
    ///
    /// # Errors
    /// [`Error::Decode`] when most of the file is damaged, or its format changes on the way.
    pub fn read(&mut self, block: &mut Vec<f32>) -> Result<()> {
        block.clear();
        if !self.first.is_empty() {
            std::mem::swap(block, &mut self.first);
            return Ok(());
        }
        guarded(|| {
            while block.is_empty() {
                let Some(buffer) = self.track.next()? else { break };
                if *buffer.spec() != self.format {
                    return Err(Error::Decode("the sound changes its format on the way".into()));
                }
                buffer.copy_to_vec_interleaved(block);
            }
            Ok(())
        })
    }
}
