//! Ogg Vorbis.

use std::io::Write;
use std::num::{NonZeroU8, NonZeroU32};

use vorbis_rs::{VorbisBitrateManagementStrategy, VorbisEncoder, VorbisEncoderBuilder, VorbisError};

use super::{Sink, SongTags, Spec};
use crate::error::{Error, Result};

/// Ogg wants an arbitrary serial; a constant one keeps the file the same on every run.
pub(super) const SERIAL: i32 = 0x534F_314B;

pub(super) struct Vorbis<W: Write> {
    encoder: VorbisEncoder<W>,
    planes: Vec<Vec<f32>>,
}

impl<W: Write> Vorbis<W> {
    pub(super) fn start(file: W, spec: Spec, quality: u8, tags: &SongTags) -> Result<Self> {
        let rate = NonZeroU32::new(spec.rate).unwrap_or(NonZeroU32::MIN);
        let channels = NonZeroU8::new(spec.channels).unwrap_or(NonZeroU8::MIN);
        let mut builder = VorbisEncoderBuilder::new_with_serial(rate, channels, file, SERIAL);
        let target_quality = f32::from(quality.min(10)) / 10.0;
        builder.bitrate_management_strategy(VorbisBitrateManagementStrategy::QualityVbr { target_quality });
        builder.comment_tags(tags.vorbis_comments()).map_err(refused)?;
        let encoder = builder.build().map_err(refused)?;
        Ok(Self { encoder, planes: vec![Vec::new(); usize::from(spec.channels)] })
    }
}

impl<W: Write> Sink for Vorbis<W> {
    fn write(&mut self, samples: &[f32]) -> Result<()> {
        let channels = self.planes.len();
        for (channel, plane) in self.planes.iter_mut().enumerate() {
            plane.clear();
            plane.extend(samples.iter().skip(channel).step_by(channels));
        }
        self.encoder.encode_audio_block(&self.planes).map_err(refused)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        Ok(self.encoder.finish().map_err(refused)?.flush()?)
    }
}

fn refused(error: VorbisError) -> Error {
    match error {
        VorbisError::Io(io) => Error::Io(io),
        other => Error::Encode(other.to_string()),
    }
}
