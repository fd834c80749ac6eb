//! The sound of a file as its format will have it: at its rate, with its channels, measured.

use std::path::{Path, PathBuf};

use son1k_domain::encoding::Encoding;
use son1k_domain::loudness::{Loudness, Measurement};
use son1k_domain::mastering::Remark;
use son1k_domain::unit::{Db, Lufs};

use super::leveller::{Level, Leveller};
use crate::decode::{Downmix, Reader};
use crate::encode::Spec;
use crate::error::Result;
use crate::loudness::{self, Gauge};
use crate::progress::Progress;
use crate::resample::Resampler;

/// Most samples that are kept in memory between the passes: 1 GiB. Longer sound is read anew for each.
const KEPT: usize = 1 << 28;
/// Samples handed on at a time.
const BLOCK: usize = 1 << 15;
/// The length of a gating block (BS.1770-4), below which there is no loudness.
const GATING_BLOCK: f64 = 0.4;

/// A measured sound.
#[derive(Debug)]
pub struct Material {
    source: PathBuf,
    original: Spec,
    spec: Spec,
    measured: Measurement,
    samples: Option<Vec<f32>>,
    short: bool,
    damaged: bool,
}

impl Material {
    /// Reads and measures a file as `encoding` will have it.
    ///
    /// # Errors
    /// As [`Reader::open`]; [`crate::Error::Cancelled`].
    pub fn open(source: &Path, encoding: Encoding, progress: &Progress) -> Result<Self> {
        Self::read(source, Some(encoding), true, progress)
    }

    /// Measures a file as `encoding` would have it, without one as it is; nothing of the sound is kept.
    ///
    /// # Errors
    /// As [`Reader::open`]; [`crate::Error::Cancelled`].
    pub fn measured(source: &Path, encoding: Option<Encoding>, progress: &Progress) -> Result<Self> {
        Self::read(source, encoding, false, progress)
    }

    fn read(source: &Path, encoding: Option<Encoding>, keep: bool, progress: &Progress) -> Result<Self> {
        let mut stream = Stream::open(source, encoding)?;
        let (original, spec) = (stream.original, stream.spec);
        let gauge = Gauge::new(spec.rate, usize::from(spec.channels))?;
        let mut kept = keep.then(Vec::new);
        let read = |room: &mut [f32]| {
            progress.at(stream.done())?;
            let count = stream.fill(room)?;
            match &mut kept {
                Some(samples) if samples.len() + count <= KEPT => samples.extend_from_slice(&room[..count]),
                _ => kept = None,
            }
            Ok(count)
        };
        let mut measured = gauge.measure_stream(read, progress)?;
        let damaged = !stream.reader.damage().is_none();
        let short = measured.loudness.duration.0 < GATING_BLOCK && measured.loudness.sample_peak.is_some();
        if short {
            let samples = Stream::open(source, encoding)?.all()?;
            measured.loudness.integrated = repeated(&gauge, spec, &samples, progress)?;
        }
        Ok(Self { source: source.to_owned(), original, spec, measured, samples: kept, short, damaged })
    }

    pub fn path(&self) -> &Path {
        &self.source
    }

    pub fn loudness(&self) -> Loudness {
        self.measured.loudness
    }

    pub fn spec(&self) -> Spec {
        self.spec
    }

    /// Returns what was done to make this of the file, and what it lacks.
    pub fn remarks(&self) -> Vec<Remark> {
        let silent = self.measured.loudness.integrated.is_none();
        let resampled = self.spec.rate != self.original.rate;
        let all = [
            silent.then_some(Remark::Silent),
            (self.short && !silent).then_some(Remark::Short),
            resampled.then_some(Remark::Resampled(self.spec.rate)),
            (self.spec.channels != self.original.channels).then_some(Remark::MixedDown),
            self.damaged.then_some(Remark::Damaged),
        ];
        all.into_iter().flatten().collect()
    }

    /// Hands the levelled sound to `sink`, block by block.
    pub(super) fn levelled(
        &self,
        level: Level,
        progress: &Progress,
        sink: &mut dyn FnMut(&[f32]) -> Result<()>,
    ) -> Result<()> {
        let mut source = self.source()?;
        let mut leveller = Leveller::new(self.spec, level)?;
        let mut block = vec![0.0; BLOCK - BLOCK % usize::from(self.spec.channels)];
        loop {
            progress.at(source.done())?;
            let count = source.fill(&mut block)?;
            if count == 0 {
                return sink(&leveller.rest());
            }
            sink(leveller.run(&mut block[..count]))?;
        }
    }

    /// Returns the loudness of the levelled sound, and the lowest gain of the limiter.
    pub(super) fn measure_levelled(&self, level: Level, progress: &Progress) -> Result<(Option<Lufs>, Db)> {
        let mut source = self.source()?;
        let mut leveller = Leveller::new(self.spec, level)?;
        let gauge = Gauge::new(self.spec.rate, usize::from(self.spec.channels))?;
        let mut all = Vec::new();
        let measured = gauge.measure_stream(
            |room| {
                progress.at(source.done())?;
                let count = source.fill(room)?;
                // The delay of the limiter does not matter to the loudness.
                let _in_time = leveller.run(&mut room[..count]);
                if self.short {
                    all.extend_from_slice(&room[..count]);
                }
                Ok(count)
            },
            progress,
        )?;
        let loudness = match self.short {
            true => repeated(&gauge, self.spec, &all, progress)?,
            false => measured.loudness.integrated,
        };
        Ok((loudness, leveller.reduction()))
    }

    /// Returns the loudness of several sounds, one after the other, gated as one.
    pub(super) fn together(sounds: &[Self]) -> Option<Lufs> {
        let curves: Vec<_> = sounds.iter().map(|sound| &sound.measured.curve).collect();
        loudness::together(&curves)
    }

    fn source(&self) -> Result<Source<'_>> {
        Ok(match &self.samples {
            Some(samples) => Source::Memory { samples, position: 0 },
            None => Source::File(Box::new(Stream::to(&self.source, self.spec)?)),
        })
    }
}

/// The loudness of what is too short to have one: of itself, over and over, for three seconds.
fn repeated(gauge: &Gauge, spec: Spec, samples: &[f32], progress: &Progress) -> Result<Option<Lufs>> {
    if samples.is_empty() {
        return Ok(None);
    }
    let three_seconds = 3 * spec.rate as usize * usize::from(spec.channels);
    let repeated: Vec<f32> = samples.iter().copied().cycle().take(three_seconds).collect();
    gauge.integrated(&repeated, progress)
}

/// Where the samples of a pass come from.
enum Source<'a> {
    Memory { samples: &'a [f32], position: usize },
    File(Box<Stream>),
}

impl Source<'_> {
    /// Puts the next samples into `room` and returns how many; 0 at the end.
    fn fill(&mut self, room: &mut [f32]) -> Result<usize> {
        match self {
            Self::File(stream) => stream.fill(room),
            Self::Memory { samples, position } => {
                let count = room.len().min(samples.len() - *position);
                room[..count].copy_from_slice(&samples[*position..*position + count]);
                *position += count;
                Ok(count)
            }
        }
    }

    fn done(&self) -> f32 {
        match self {
            Self::File(stream) => stream.done(),
            Self::Memory { samples, position } => *position as f32 / samples.len().max(1) as f32,
        }
    }
}

/// A file on its way to another rate and other channels.
struct Stream {
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
    fn open(path: &Path, encoding: Option<Encoding>) -> Result<Self> {
        let reader = Reader::open(path)?;
        let original = reader.spec();
        let spec = encoding.map_or(original, |encoding| fitting(original, encoding));
        Self::of(reader, original, spec)
    }

    fn to(path: &Path, spec: Spec) -> Result<Self> {
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

    /// Returns how much of the file was read, 0 to 1, as far as it says how long it is.
    fn done(&self) -> f32 {
        let frames = self.reader.frames().unwrap_or_default().max(1);
        (self.reader.position() as f32 / frames as f32).min(1.0)
    }

    fn fill(&mut self, room: &mut [f32]) -> Result<usize> {
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

    fn all(mut self) -> Result<Vec<f32>> {
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
