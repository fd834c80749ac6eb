//! Ogg Vorbis.

use std::io::Write;
use std::num::{NonZeroU8, NonZeroU32};

use vorbis_rs::{VorbisBitrateManagementStrategy, VorbisEncoderBuilder, VorbisError};

use super::{SongTags, in_chunks};
use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use crate::progress::Progress;

/// About 224 kbit/s: transparent for nearly everybody.
const QUALITY: f32 = 0.7;

/// Ogg wants an arbitrary serial; a constant one keeps the file the same on every run.
const SERIAL: i32 = 0x534F_314B;

pub(super) fn write<W: Write>(
    samples: &[f32],
    file: &mut W,
    tags: &SongTags,
    progress: &Progress,
) -> Result<()> {
    let rate = NonZeroU32::new(SAMPLE_RATE).unwrap_or(NonZeroU32::MIN);
    let stereo = NonZeroU8::MIN.saturating_add(1);
    let mut vorbis = VorbisEncoderBuilder::new_with_serial(rate, stereo, file, SERIAL);
    vorbis
        .bitrate_management_strategy(VorbisBitrateManagementStrategy::QualityVbr { target_quality: QUALITY });
    vorbis.comment_tags(tags.vorbis_comments()).map_err(refused)?;
    let mut vorbis = vorbis.build().map_err(refused)?;
    let mut planes = [Vec::new(), Vec::new()];
    in_chunks(samples, progress, |part| {
        for (channel, plane) in planes.iter_mut().enumerate() {
            plane.clear();
            plane.extend(part.iter().skip(channel).step_by(2));
        }
        vorbis.encode_audio_block(&planes).map_err(refused)
    })?;
    vorbis.finish().map_err(refused)?;
    Ok(())
}

fn refused(error: VorbisError) -> Error {
    match error {
        VorbisError::Io(io) => Error::Io(io),
        other => Error::Encode(other.to_string()),
    }
}
