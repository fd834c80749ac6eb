//! A song in two files: its voice and its backing, at its own rate. They sum to it.

use std::path::{Path, PathBuf};

use son1k_domain::unit::Seconds;
use son1k_inference::splitter;
use son1k_sound::encode::{Spec, Writer};
use son1k_sound::{self as sound, Progress, Reader, Resampler, SAMPLE_RATE, SongTags};

use super::chain::encoding_of;
use super::{HEARD, READ, different, duration, listening, read, title};
use crate::{Error, Result, Services};

/// The files that a song was split into.
#[derive(Debug, Clone, PartialEq)]
pub struct Parts {
    pub vocals: PathBuf,
    pub backing: PathBuf,
    /// Length of each.
    pub duration: Seconds,
}

impl Services {
    /// Writes `vocals.wav` and `backing.wav` into a folder, which is made when it is not there. They sum to the song, and
    /// have its rate and its channels; more than two channels become stereo at 44.1 kHz. Half an hour at most. Blocks;
    /// each file appears whole or not at all.
    ///
    /// # Errors
    /// As [`Services::denoise`].
    pub fn split(&self, input: &Path, folder: &Path, progress: &Progress<'_>) -> Result<Parts> {
        let (vocals, backing) = (folder.join("vocals.wav"), folder.join("backing.wav"));
        different(input, &vocals)?;
        different(input, &backing)?;
        self.shelf.require("spleeter-2stems")?;
        let stereo = read(input, progress)?;
        let stems = self.shelf.hear("spleeter-2stems", |sessions, model| {
            listening(progress, READ, HEARD, |part| splitter::split(sessions, model, stereo, part))
        })?;
        std::fs::create_dir_all(folder).map_err(|error| Error::writing(folder, error))?;
        let duration = duration(&stems.backing);
        progress.part(HEARD, 1.0, |progress| write(input, stems, &vocals, &backing, progress))?;
        Ok(Parts { vocals, backing, duration })
    }
}

fn write(
    input: &Path,
    stems: splitter::Stems,
    vocals: &Path,
    backing: &Path,
    progress: &Progress<'_>,
) -> Result<()> {
    let mut reader = Reader::open(input).map_err(|error| Error::of_reading(input, error))?;
    let (spec, encoding) = (reader.spec(), encoding_of(reader.facts().codec));
    let surround = spec.channels > 2;
    let spec = if surround { Spec::SONG } else { spec };
    let tags = SongTags { title: title(input), comment: "Son1k Studio".into(), ..SongTags::default() };
    let create = |path: &Path| {
        Writer::create(path, spec, encoding, &tags, progress.cancelled)
            .map_err(|error| Error::of_writing(path, error))
    };
    let (mut voice, mut rest) = (create(vocals)?, create(backing)?);
    let in_voice = |error: sound::Error| Error::of_writing(vocals, error);
    let in_rest = |error: sound::Error| Error::of_writing(backing, error);
    if surround {
        voice.write(&stems.vocals).map_err(in_voice)?;
        rest.write(&stems.backing).map_err(in_rest)?;
    } else {
        drop(stems.backing);
        let mut sung = Sung::new(stems.vocals, spec)?;
        let all = (sung.stereo.len() / 2).max(1) as f32;
        let (mut block, mut voices) = (Vec::new(), Vec::new());
        while reader.read(&mut block).map_err(|error| Error::of_reading(input, error))? > 0 {
            progress.at(reader.position() as f32 / all)?;
            voices.clear();
            sung.next(block.len(), &mut voices);
            block.iter_mut().zip(&voices).for_each(|(sample, voice)| *sample -= voice);
            voice.write(&voices).map_err(in_voice)?;
            rest.write(&block).map_err(in_rest)?;
        }
    }
    let (voice, rest) = (voice.close().map_err(in_voice)?, rest.close().map_err(in_rest)?);
    voice.keep().map_err(in_voice)?;
    rest.keep().map_err(in_rest)
}

/// The voice at the rate and with the channels of its song.
struct Sung {
    stereo: Vec<f32>,
    mono: bool,
    gone: usize,
}

impl Sung {
    fn new(vocals: Vec<f32>, spec: Spec) -> Result<Self> {
        let stereo = match spec.rate {
            SAMPLE_RATE => vocals,
            rate => Resampler::new(SAMPLE_RATE, rate, 2)?.whole(&vocals)?,
        };
        Ok(Self { stereo, mono: spec.channels == 1, gone: 0 })
    }

    /// Adds so many samples; behind its end there is silence.
    fn next(&mut self, samples: usize, out: &mut Vec<f32>) {
        let wanted = if self.mono { 2 * samples } else { samples };
        let end = (self.gone + wanted).min(self.stereo.len());
        let part = &self.stereo[self.gone..end];
        match self.mono {
            true => out.extend(part.as_chunks::<2>().0.iter().map(|[left, right]| 0.5 * (left + right))),
            false => out.extend_from_slice(part),
        }
        out.resize(samples, 0.0);
        self.gone = end;
    }
}
