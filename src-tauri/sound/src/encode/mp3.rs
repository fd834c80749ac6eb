//! MP3 through LAME, constant bit rate, with the LAME tag that tells players how many samples are padding.

use std::io::{Seek, SeekFrom, Write};

use mp3lame_encoder::{
    Bitrate, BuildError, Builder, Encoder, FlushGap, InterleavedPcm, Mode, Quality, VbrMode,
    max_required_buffer_size,
};

use super::{SongTags, in_chunks};
use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use crate::progress::Progress;

pub(super) fn write<W: Write + Seek>(
    samples: &[f32],
    bitrate: Bitrate,
    file: &mut W,
    tags: &SongTags,
    progress: &Progress,
) -> Result<()> {
    let mut lame = lame(bitrate).map_err(|error| Error::Encode(format!("LAME: {error}")))?;
    file.write_all(&tags.id3())?;
    let start = file.stream_position()?;
    let mut bytes = Vec::with_capacity(max_required_buffer_size(super::CHUNK / 2));
    let mut scaled = Vec::with_capacity(super::CHUNK);
    let gain = gain_lost_in(bitrate);
    in_chunks(samples, progress, |part| {
        bytes.clear();
        scaled.clear();
        scaled.extend(part.iter().map(|sample| sample * gain));
        lame.encode_to_vec(InterleavedPcm(&scaled), &mut bytes).map_err(refused)?;
        Ok(file.write_all(&bytes)?)
    })?;
    bytes.clear();
    lame.flush_to_vec::<FlushGap>(&mut bytes).map_err(refused)?;
    file.write_all(&bytes)?;
    write_lame_tag(&lame, start, file)
}

/// LAME turns constant bit rates below 256 kbit/s down against clipping (`abr_switch_map` in its `presets.c`: 0.97 at
/// 192). The master has its headroom already, and a file must be as loud as it says.
fn gain_lost_in(bitrate: Bitrate) -> f32 {
    match bitrate {
        Bitrate::Kbps192 => 1.0 / 0.97,
        _ => 1.0,
    }
}

fn lame(bitrate: Bitrate) -> std::result::Result<Encoder, BuildError> {
    Builder::new()
        .ok_or(BuildError::NoMem)?
        .with_num_channels(2)?
        .with_sample_rate(SAMPLE_RATE)?
        .with_mode(Mode::JointStereo)?
        .with_vbr_mode(VbrMode::Off)?
        .with_brate(bitrate)?
        .with_quality(Quality::NearBest)?
        .with_to_write_vbr_tag(true)?
        .build()
}

/// LAME leaves its first frame empty and knows what belongs into it only at the end.
fn write_lame_tag<W: Write + Seek>(lame: &Encoder, start: u64, file: &mut W) -> Result<()> {
    let mut tag = Vec::with_capacity(lame.lame_tag_size());
    if lame.lame_tag_encode_to_vec(&mut tag).is_none() {
        return Err(Error::Encode("LAME gave no tag for the first frame".into()));
    }
    file.seek(SeekFrom::Start(start))?;
    file.write_all(&tag)?;
    file.seek(SeekFrom::End(0))?;
    Ok(())
}

fn refused(error: mp3lame_encoder::EncodeError) -> Error {
    Error::Encode(format!("LAME: {error}"))
}
