//! A sound of any length, rate and channels, as a listener of speech wants it: mono at 16 kHz, some minutes at a time.

use std::path::Path;

use son1k_domain::unit::Seconds;
use son1k_sound::{Downmix, Reader, Resampler};

use crate::{Error, Result};

/// The rate of speech models, in hertz.
pub(super) const RATE: u32 = son1k_inference::gate::RATE;
/// Samples that are listened to at a time: five minutes, 19 MB.
const STRETCH: usize = 300 * RATE as usize;

/// A file on its way to whoever listens.
pub(super) struct Stretches<'a> {
    path: &'a Path,
    reader: Reader,
    downmix: Downmix,
    resampler: Resampler,
    block: Vec<f32>,
    stereo: Vec<f32>,
    mono: Vec<f32>,
    /// What waits to be listened to.
    waiting: Vec<f32>,
    /// Samples before it.
    gone: usize,
    over: bool,
}

impl<'a> Stretches<'a> {
    /// Opens a file.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Unreadable`], [`Error::SoundRefused`].
    pub(super) fn open(path: &'a Path) -> Result<Self> {
        let reader = Reader::open(path).map_err(|error| Error::of_reading(path, error))?;
        let (downmix, resampler) = (reader.downmix(), Resampler::new(reader.spec().rate, RATE, 1)?);
        let (block, stereo, mono, waiting) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ok(Self { path, reader, downmix, resampler, block, stereo, mono, waiting, gone: 0, over: false })
    }

    /// Reads on until a stretch is full or the file is over, and returns what there is to listen to; empty at the end.
    ///
    /// # Errors
    /// [`Error::Unreadable`].
    pub(super) fn fill(&mut self) -> Result<&[f32]> {
        while !self.over && self.waiting.len() < STRETCH {
            let read = self.reader.read(&mut self.block);
            self.over = read.map_err(|error| Error::of_reading(self.path, error))? == 0;
            if self.over {
                self.resampler.finish(&mut self.waiting)?;
                break;
            }
            self.stereo.clear();
            self.downmix.append(&self.block, &mut self.stereo);
            self.mono.clear();
            self.mono.extend(
                self.stereo.as_chunks().0.iter().map(|[left, right]: &[f32; 2]| 0.5 * (left + right)),
            );
            self.resampler.push(&self.mono, &mut self.waiting)?;
        }
        Ok(&self.waiting)
    }

    /// Lets go of so many samples that were listened to.
    pub(super) fn pass(&mut self, samples: usize) {
        self.waiting.drain(..samples);
        self.gone += samples;
    }

    /// Returns whether nothing follows what waits.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// Returns where what waits is in the sound; at the end, how long the sound is.
    pub(super) fn place(&self) -> Seconds {
        Seconds(self.gone as f64 / f64::from(RATE))
    }

    /// Returns which part of the file is read, 0 to 1.
    pub(super) fn done(&self) -> f32 {
        match self.reader.frames() {
            _ if self.over => 1.0,
            Some(all) if all > 0 => (self.reader.position() as f32 / all as f32).min(1.0),
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use son1k_domain::encoding::{Depth, Encoding};
    use son1k_sound::SongTags;
    use son1k_sound::encode::{Spec, Writer};

    use super::*;

    #[test]
    fn a_long_sound_comes_in_stretches_without_a_sample_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long.wav");
        let nobody = std::sync::atomic::AtomicBool::new(false);
        let (spec, encoding) = (Spec { rate: 8_000, channels: 2 }, Encoding::Wav { depth: Depth::Int16 });
        let mut writer = Writer::create(&path, spec, encoding, &SongTags::default(), &nobody).unwrap();
        for _ in 0..700 {
            writer.write(&[0.25; 16_000]).unwrap();
        }
        writer.finish().unwrap();
        let mut stretches = Stretches::open(&path).unwrap();
        let mut pieces = Vec::new();
        loop {
            let there = stretches.fill().unwrap().len();
            if there == 0 {
                break;
            }
            pieces.push(there);
            // A tenth of a second is held back, as if somebody were speaking there.
            let held = if stretches.is_over() { 0 } else { 1_600 };
            stretches.pass(there - held);
        }
        assert!(
            pieces.len() == 3
                && pieces[..2].iter().all(|piece| (STRETCH..STRETCH + RATE as usize).contains(piece))
        );
        assert_eq!(stretches.place(), Seconds(700.0));
        assert_eq!(stretches.done(), 1.0);
    }
}
