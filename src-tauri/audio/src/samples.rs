//! One-shots and packed samples: small sound files, wholly in memory.

use std::io::Cursor;

use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use crate::error::{Error, Result};

/// Longest sample taken, in values of all channels together: a minute and a half of stereo.
pub(crate) const MAX_VALUES: usize = 8_000_000;

/// A decoded sample: interleaved values, −1 to 1.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub values: Vec<f32>,
    pub channels: usize,
    pub rate: u32,
}

impl Sample {
    /// Returns the sample as stereo frames.
    pub fn stereo(&self) -> Vec<[f32; 2]> {
        match self.channels {
            1 => self.values.iter().map(|&v| [v, v]).collect(),
            n => self.values.chunks_exact(n).map(|f| [f[0], f[1]]).collect(),
        }
    }
}

/// Decodes a complete sound file that lies in memory.
///
/// # Errors
/// [`Error::Decode`] when the bytes are no known sound, are damaged, or hold more than [`MAX_VALUES`].
pub(crate) fn decode_bytes(bytes: Vec<u8>, extension: &str) -> Result<Sample> {
    let failed = |e: SymphoniaError| Error::Sound(e.to_string());
    let stream = MediaSourceStream::new(Box::new(Cursor::new(bytes)), Default::default());
    let mut hint = Hint::new();
    hint.with_extension(extension);
    let mut format = symphonia::default::get_probe()
        .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(failed)?;
    let track = format
        .default_track(TrackType::Audio)
        .ok_or_else(|| Error::Sound("there is no sound in the file".into()))?;
    let parameters = track
        .codec_params
        .as_ref()
        .and_then(|p| p.audio())
        .ok_or_else(|| Error::Sound("the format of the sound is not said".into()))?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(failed)?;
    let id = track.id;
    let (mut values, mut channels, mut rate) = (Vec::new(), 0, 0);
    let mut packet_values: Vec<f32> = Vec::new();
    while let Some(packet) = format.next_packet().map_err(failed)? {
        if packet.track_id != id {
            continue;
        }
        let buffer = decoder.decode(&packet).map_err(failed)?;
        channels = buffer.spec().channels().count();
        rate = buffer.spec().rate();
        packet_values.resize(buffer.samples_interleaved(), 0.0);
        buffer.copy_to_slice_interleaved(&mut packet_values);
        if values.len() + packet_values.len() > MAX_VALUES {
            return Err(Error::Sound("the sample is too long".into()));
        }
        values.extend_from_slice(&packet_values);
    }
    if channels == 0 || rate == 0 || values.is_empty() {
        return Err(Error::Sound("the sound is empty".into()));
    }
    Ok(Sample { values, channels, rate })
}
