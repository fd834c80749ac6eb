//! The sound of a file as its format will have it: at its rate, with its channels, measured.

use std::path::{Path, PathBuf};

use son1k_domain::encoding::Encoding;
use son1k_domain::loudness::{Loudness, Measurement};
use son1k_domain::mastering::Remark;
use son1k_domain::unit::{Db, Lufs};

use super::leveller::{Level, Leveller};
use crate::encode::Spec;
use crate::error::Result;
use crate::loudness::{self, Gauge};
use crate::progress::Progress;
use crate::stream::Stream;

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
    /// As [`crate::Reader::open`]; [`crate::Error::Cancelled`].
    pub fn open(source: &Path, encoding: Encoding, progress: &Progress) -> Result<Self> {
        Self::read(source, Some(encoding), true, progress)
    }

    /// Measures a file as `encoding` would have it, without one as it is; nothing of the sound is kept.
    ///
    /// # Errors
    /// As [`crate::Reader::open`]; [`crate::Error::Cancelled`].
    pub fn measured(source: &Path, encoding: Option<Encoding>, progress: &Progress) -> Result<Self> {
        Self::read(source, encoding, false, progress)
    }

    fn read(source: &Path, encoding: Option<Encoding>, keep: bool, progress: &Progress) -> Result<Self> {
        let mut stream = Stream::open(source, encoding)?;
        let (original, spec) = (stream.original(), stream.spec());
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
        let damaged = !stream.damage().is_none();
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
        let measured = gauge.integrated_stream(
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
            false => measured,
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
