//! LAME over one stretch of a sound.

use mp3lame_encoder::{
    Bitrate, BuildError, Builder, EncodeError, Encoder, FlushGap, InterleavedPcm, Mode, MonoPcm, Quality,
    VbrMode, max_required_buffer_size,
};

use super::frame::Shape;
use crate::error::{Error, Result};

const BITRATES: [(u16, Bitrate); 15] = [
    (8, Bitrate::Kbps8),
    (16, Bitrate::Kbps16),
    (32, Bitrate::Kbps32),
    (40, Bitrate::Kbps40),
    (48, Bitrate::Kbps48),
    (64, Bitrate::Kbps64),
    (80, Bitrate::Kbps80),
    (96, Bitrate::Kbps96),
    (112, Bitrate::Kbps112),
    (128, Bitrate::Kbps128),
    (160, Bitrate::Kbps160),
    (192, Bitrate::Kbps192),
    (224, Bitrate::Kbps224),
    (256, Bitrate::Kbps256),
    (320, Bitrate::Kbps320),
];

pub(super) fn bitrate(kbps: u16) -> Option<Bitrate> {
    BITRATES.iter().find(|(known, _)| *known == kbps).map(|(_, bitrate)| *bitrate)
}

pub(super) struct Lame {
    encoder: Encoder,
    shape: Shape,
    gain: f32,
    scaled: Vec<f32>,
    stream: Vec<u8>,
}

impl Lame {
    /// # Errors
    /// [`Error::Encode`] for a shape that MP3 does not have.
    pub fn start(shape: Shape) -> Result<Self> {
        let kbps = shape.kbps;
        let bitrate = bitrate(kbps).ok_or_else(|| Error::Encode(format!("MP3 has no {kbps} kbit/s")))?;
        let encoder = encoder(shape, bitrate).map_err(|error| Error::Encode(format!("LAME: {error}")))?;
        let gain = gain_lost_in(kbps);
        Ok(Self { encoder, shape, gain, scaled: Vec::new(), stream: Vec::new() })
    }

    pub fn write(&mut self, samples: &[f32]) -> Result<()> {
        self.stream.reserve(max_required_buffer_size(samples.len()));
        self.scaled.clear();
        self.scaled.extend(samples.iter().map(|sample| sample * self.gain));
        match self.shape.channels {
            1 => self.encoder.encode_to_vec(MonoPcm(&self.scaled), &mut self.stream),
            _ => self.encoder.encode_to_vec(InterleavedPcm(&self.scaled), &mut self.stream),
        }
        .map_err(refused)?;
        Ok(())
    }

    /// Returns the tag, which is the first frame of the file if it has one, and the frames after it.
    pub fn finish(mut self) -> Result<(Vec<u8>, Vec<u8>)> {
        self.stream.reserve(max_required_buffer_size(0));
        self.encoder.flush_to_vec::<FlushGap>(&mut self.stream).map_err(refused)?;
        let mut tag = Vec::with_capacity(self.shape.tag());
        self.encoder.lame_tag_encode_to_vec(&mut tag);
        if tag.len() != self.shape.tag() || tag.len() > self.stream.len() {
            return Err(Error::Encode("LAME gave another tag for the first frame".into()));
        }
        // LAME leaves its first frame empty and knows what belongs into it only at the end.
        let frames = self.stream.split_off(tag.len());
        Ok((tag, frames))
    }
}

/// LAME turns constant bit rates below 256 kbit/s down against clipping (`abr_switch_map` in its `presets.c`). Whoever
/// made the samples has seen to the headroom, and a file must be as loud as it says.
fn gain_lost_in(kbps: u16) -> f32 {
    match kbps {
        0..=160 => 1.0 / 0.95,
        161..=192 => 1.0 / 0.97,
        193..=224 => 1.0 / 0.98,
        _ => 1.0,
    }
}

fn encoder(shape: Shape, bitrate: Bitrate) -> std::result::Result<Encoder, BuildError> {
    Builder::new()
        .ok_or(BuildError::NoMem)?
        .with_num_channels(shape.channels)?
        .with_sample_rate(shape.rate)?
        // Left to itself, LAME resamples what it finds too good for the bit rate.
        .with_output_sample_rate(std::num::NonZeroU32::new(shape.rate))?
        .with_mode(if shape.channels == 1 { Mode::Mono } else { Mode::JointStereo })?
        .with_vbr_mode(VbrMode::Off)?
        .with_brate(bitrate)?
        // LAME's own default (`LAME_DEFAULT_QUALITY`), which ffmpeg leaves as it is.
        .with_quality(Quality::VeryNice)?
        .with_to_write_vbr_tag(true)?
        .build()
}

fn refused(error: EncodeError) -> Error {
    Error::Encode(format!("LAME: {error}"))
}
