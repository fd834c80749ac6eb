//! MP3 through LAME, constant bit rate, with the LAME tag that tells players how many samples are padding.

use std::io::{Seek, SeekFrom, Write};

use mp3lame_encoder::{
    Bitrate, BuildError, Builder, Encoder, FlushGap, InterleavedPcm, Mode, MonoPcm, Quality, VbrMode,
    max_required_buffer_size,
};

use super::{Sink, SongTags, Spec};
use crate::error::{Error, Result};

/// Rates of MPEG-1, 2 and 2.5 audio.
pub(crate) const RATES: [u32; 9] = [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

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

pub(super) struct Mp3<W> {
    file: W,
    lame: Encoder,
    mono: bool,
    gain: f32,
    /// Where the first frame is.
    start: u64,
    scaled: Vec<f32>,
    bytes: Vec<u8>,
}

impl<W: Write + Seek> Mp3<W> {
    pub(super) fn start(mut file: W, spec: Spec, kbps: u16, tags: &SongTags) -> Result<Self> {
        if spec.channels > 2 || !RATES.contains(&spec.rate) {
            let (channels, rate) = (spec.channels, spec.rate);
            return Err(Error::Encode(format!("MP3 has no place for {channels} channels at {rate} Hz")));
        }
        let bitrate = bitrate(kbps).ok_or_else(|| Error::Encode(format!("MP3 has no {kbps} kbit/s")))?;
        let lame = lame(spec, bitrate).map_err(|error| Error::Encode(format!("LAME: {error}")))?;
        file.write_all(&tags.id3())?;
        let start = file.stream_position()?;
        let (mono, gain) = (spec.channels == 1, gain_lost_in(kbps));
        Ok(Self { file, lame, mono, gain, start, scaled: Vec::new(), bytes: Vec::new() })
    }

    /// LAME leaves its first frame empty and knows what belongs into it only at the end.
    fn write_lame_tag(&mut self) -> Result<()> {
        let mut tag = Vec::with_capacity(self.lame.lame_tag_size());
        if self.lame.lame_tag_encode_to_vec(&mut tag).is_none() {
            return Err(Error::Encode("LAME gave no tag for the first frame".into()));
        }
        self.file.seek(SeekFrom::Start(self.start))?;
        self.file.write_all(&tag)?;
        Ok(())
    }
}

impl<W: Write + Seek> Sink for Mp3<W> {
    fn write(&mut self, samples: &[f32]) -> Result<()> {
        self.bytes.clear();
        self.bytes.reserve(max_required_buffer_size(samples.len()));
        self.scaled.clear();
        self.scaled.extend(samples.iter().map(|sample| sample * self.gain));
        match self.mono {
            true => self.lame.encode_to_vec(MonoPcm(&self.scaled), &mut self.bytes),
            false => self.lame.encode_to_vec(InterleavedPcm(&self.scaled), &mut self.bytes),
        }
        .map_err(refused)?;
        Ok(self.file.write_all(&self.bytes)?)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.bytes.clear();
        self.bytes.reserve(max_required_buffer_size(0));
        self.lame.flush_to_vec::<FlushGap>(&mut self.bytes).map_err(refused)?;
        self.file.write_all(&self.bytes)?;
        self.write_lame_tag()?;
        Ok(self.file.flush()?)
    }
}

/// LAME turns constant bit rates below 256 kbit/s down against clipping (`abr_switch_map` in its `presets.c`, of which
/// the nearest row counts). Whoever made the samples has seen to the headroom, and a file must be as loud as it says.
fn gain_lost_in(kbps: u16) -> f32 {
    match kbps {
        0..=207 => 1.0 / 0.97,
        208..=239 => 1.0 / 0.98,
        _ => 1.0,
    }
}

fn lame(spec: Spec, bitrate: Bitrate) -> std::result::Result<Encoder, BuildError> {
    Builder::new()
        .ok_or(BuildError::NoMem)?
        .with_num_channels(spec.channels)?
        .with_sample_rate(spec.rate)?
        // Left to itself, LAME resamples what it finds too good for the bit rate.
        .with_output_sample_rate(std::num::NonZeroU32::new(spec.rate))?
        .with_mode(if spec.channels == 1 { Mode::Mono } else { Mode::JointStereo })?
        .with_vbr_mode(VbrMode::Off)?
        .with_brate(bitrate)?
        // LAME's own default (`LAME_DEFAULT_QUALITY`), which ffmpeg leaves as it is.
        .with_quality(Quality::VeryNice)?
        .with_to_write_vbr_tag(true)?
        .build()
}

fn refused(error: mp3lame_encoder::EncodeError) -> Error {
    Error::Encode(format!("LAME: {error}"))
}
