//! The samples of a file as somebody wants them: at another rate, with other channels, as many as there is room for.

use std::path::Path;

use son1k_domain::encoding::Encoding;
use son1k_domain::sound::Damage;

use crate::decode::{Downmix, Reader};
use crate::encode::Spec;
use crate::error::Result;
use crate::resample::Resampler;

/// A file on its way to another rate and other channels.
pub(crate) struct Stream {
    reader: Reader,
    original: Spec,
    spec: Spec,
    downmix: Option<Downmix>,
    resampler: Option<Resampler>,
    block: Vec<f32>,
    mixed: Vec<f32>,
    /// Ready samples, of which so many are gone.
    ready: Vec<f32>,
    gone: usize,
    ended: bool,
}

impl Stream {
    /// Opens a file to be read as `encoding` will have it, without one as it is.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub(crate) fn open(path: &Path, encoding: Option<Encoding>) -> Result<Self> {
        let reader = Reader::open(path)?;
        let original = reader.spec();
        let spec = encoding.map_or(original, |encoding| fitting(original, encoding));
        Self::of(reader, original, spec)
    }

    /// Opens a file to be read at this rate and with these channels.
    ///
    /// # Errors
    /// As [`Reader::open`].
    pub(crate) fn to(path: &Path, spec: Spec) -> Result<Self> {
        let reader = Reader::open(path)?;
        let original = reader.spec();
        Self::of(reader, original, spec)
    }

    fn of(reader: Reader, original: Spec, spec: Spec) -> Result<Self> {
        let downmix = (spec.channels != original.channels).then(|| reader.downmix());
        let resampler = (spec.rate != original.rate)
            .then(|| Resampler::new(original.rate, spec.rate, usize::from(spec.channels)))
            .transpose()?;
        let (block, mixed, ready) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { reader, original, spec, downmix, resampler, block, mixed, ready, gone: 0, ended: false })
    }

    /// Returns what the file is.
    pub(crate) fn original(&self) -> Spec {
        self.original
    }

    /// Returns what is read.
    pub(crate) fn spec(&self) -> Spec {
        self.spec
    }

    /// Returns what was damaged in all that was read so far.
    pub(crate) fn damage(&self) -> Damage {
        self.reader.damage()
    }

    /// Returns how much of the file was read, 0 to 1, as far as it says how long it is.
    pub(crate) fn done(&self) -> f32 {
        let frames = self.reader.frames().unwrap_or_default().max(1);
        (self.reader.position() as f32 / frames as f32).min(1.0)
    }

    /// Puts the next samples into `room` and returns how many; fewer than there is room for are the last.
    ///
    /// # Errors
    /// [`crate::Error::Io`] when the file cannot be read any more.
    pub(crate) fn fill(&mut self, room: &mut [f32]) -> Result<usize> {
        let mut filled = 0;
        while filled < room.len() {
            if self.gone == self.ready.len() && !self.prepare()? {
                break;
            }
            let count = (room.len() - filled).min(self.ready.len() - self.gone);
            room[filled..filled + count].copy_from_slice(&self.ready[self.gone..self.gone + count]);
            self.gone += count;
            filled += count;
        }
        Ok(filled)
    }

    /// Makes the next samples ready; returns false at the end.
    fn prepare(&mut self) -> Result<bool> {
        self.ready.clear();
        self.gone = 0;
        while self.ready.is_empty() {
            if self.ended {
                return Ok(false);
            }
            if self.downmix.is_none() && self.resampler.is_none() {
                self.ended = self.reader.read(&mut self.ready)? == 0;
                continue;
            }
            self.ended = self.reader.read(&mut self.block)? == 0;
            let mixed = match &self.downmix {
                Some(downmix) => {
                    self.mixed.clear();
                    downmix.append(&self.block, &mut self.mixed);
                    &self.mixed
                }
                None => &self.block,
            };
            match &mut self.resampler {
                None => self.ready.extend_from_slice(mixed),
                Some(resampler) if self.ended => resampler.finish(&mut self.ready)?,
                Some(resampler) => resampler.push(mixed, &mut self.ready)?,
            }
        }
        Ok(true)
    }

    /// Reads all that is left.
    ///
    /// # Errors
    /// As [`Self::fill`].
    pub(crate) fn all(mut self) -> Result<Vec<f32>> {
        let mut all = Vec::new();
        while self.prepare()? {
            all.extend_from_slice(&self.ready);
        }
        Ok(all)
    }
}

/// Returns the rate and the channels nearest to the source's that a format has a place for. A rate that it has is never
/// changed.
fn fitting(source: Spec, encoding: Encoding) -> Spec {
    let in_stereo = Spec { channels: source.channels.min(2), ..source };
    match encoding {
        Encoding::Opus { .. } => Spec { rate: 48_000, ..in_stereo },
        Encoding::Mp3 { .. } if crate::encode::MP3_RATES.contains(&source.rate) => in_stereo,
        // 88.2 and 176.4 kHz are halved, so that no sample falls between two.
        Encoding::Mp3 { .. } if source.rate.is_multiple_of(44_100) => Spec { rate: 44_100, ..in_stereo },
        Encoding::Mp3 { .. } => Spec { rate: 48_000, ..in_stereo },
        _ => source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_format_lacks_is_changed() {
        let spec = |rate, channels| Spec { rate, channels };
        let mp3 = Encoding::Mp3 { kbps: 192 };
        assert_eq!(fitting(spec(22_050, 1), mp3), spec(22_050, 1));
        assert_eq!(fitting(spec(96_000, 2), mp3), spec(48_000, 2));
        assert_eq!(fitting(spec(88_200, 6), mp3), spec(44_100, 2));
        assert_eq!(fitting(spec(44_100, 2), Encoding::Opus { kbps: 128 }), spec(48_000, 2));
        assert_eq!(fitting(spec(192_000, 8), Encoding::Vorbis { quality: 5 }), spec(192_000, 8));
    }
}
