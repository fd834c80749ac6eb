//! FLAC (RFC 9639), 16 or 24 bits.

use std::io::{Seek, Write};

use flac_codec::encode::{FlacSampleWriter, Options};
use son1k_domain::encoding::Depth;

use super::dither::Dither;
use super::{Sink, SongTags, Spec};
use crate::error::{Error, Result};

pub(super) struct Flac<W: Write + Seek> {
    encoder: FlacSampleWriter<W>,
    dither: Dither,
    integers: Vec<i32>,
    empty: bool,
}

impl<W: Write + Seek> Flac<W> {
    pub(super) fn start(file: W, spec: Spec, depth: Depth, tags: &SongTags) -> Result<Self> {
        if depth == Depth::Float32 || spec.channels > 8 {
            return Err(Error::Encode("FLAC holds whole numbers, of at most eight channels".into()));
        }
        // The fixed predictors: linear prediction takes twice as long and saves 3.5 % of the file.
        let mut options =
            Options::fast().block_size(4096).map_err(|error| Error::Encode(error.to_string()))?;
        for (name, text) in tags.vorbis_comments() {
            options = options.tag(name, text);
        }
        let bits = u32::from(depth.bits());
        let encoder =
            FlacSampleWriter::new(file, options, spec.rate, bits, spec.channels, None).map_err(refused)?;
        Ok(Self { encoder, dither: Dither::new(bits), integers: Vec::new(), empty: true })
    }
}

impl<W: Write + Seek> Sink for Flac<W> {
    fn write(&mut self, samples: &[f32]) -> Result<()> {
        self.empty &= samples.is_empty();
        self.integers.clear();
        self.integers.extend(samples.iter().map(|&sample| self.dither.reduce(sample)));
        self.encoder.write(&self.integers).map_err(refused)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        if self.empty {
            return Err(Error::Encode("a FLAC file needs at least one sample".into()));
        }
        self.encoder.finalize().map_err(refused)
    }
}

fn refused(error: flac_codec::Error) -> Error {
    match error {
        flac_codec::Error::Io(io) => Error::Io(io),
        other => Error::Encode(other.to_string()),
    }
}
