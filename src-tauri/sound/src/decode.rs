//! Sound files into samples.

mod downmix;

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error as Broken;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use downmix::Downmix;

/// A file of a few bytes can unfold to hours of silence; an hour of samples takes 1.3 GB of memory.
const LONGEST_SECONDS: usize = 3_600;

/// Rates outside of this are no sound recordings.
const RATES: std::ops::RangeInclusive<u32> = 2_000..=768_000;

/// Frames handed to the resampler at a time.
const CHUNK: usize = 4_096;

/// Reads a sound file (WAV, AIFF, CAF, FLAC, MP3, AAC, ALAC, Vorbis, MKV, MP4) as stereo interleaved samples at
/// 44.1 kHz. Mono comes out of both sides, more than two channels are mixed down (ITU-R BS.775-4), other rates are
/// resampled; what MP3 and Vorbis encoders pad is cut off again. A file that breaks off gives what is there.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read, [`Error::Decode`] when it is of an unknown kind, mostly damaged, without
/// sound or longer than an hour.
pub fn decode(path: &Path) -> Result<Vec<f32>> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(Error::Decode("not a file".into()));
    }
    let mut hint = Hint::new();
    if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
        hint.with_extension(extension);
    }
    // The decoders are written for sound files in good faith; a file made to break them must not take the studio along.
    let (samples, rate) = catch_unwind(AssertUnwindSafe(|| read(file, &hint)))
        .unwrap_or_else(|_| Err(Error::Decode("the file is damaged".into())))?;
    resample(samples, rate)
}

/// Returns stereo samples with their rate.
fn read(file: File, hint: &Hint) -> Result<(Vec<f32>, u32)> {
    let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    let mut format = symphonia::default::get_probe()
        .probe(hint, stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(unreadable)?;
    let track = format.default_track(TrackType::Audio);
    let track = track.ok_or_else(|| Error::Decode("there is no sound in the file".into()))?;
    let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio());
    let parameters = parameters.ok_or_else(|| Error::Decode("the kind of sound is unknown".into()))?;
    let id = track.id;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(unreadable)?;
    read_track(format.as_mut(), decoder.as_mut(), id)
}

fn read_track(
    format: &mut dyn FormatReader,
    decoder: &mut dyn AudioDecoder,
    id: u32,
) -> Result<(Vec<f32>, u32)> {
    let mut downmix: Option<Downmix> = None;
    let mut samples = Vec::new();
    let (mut good, mut bad) = (0u64, 0u64);
    loop {
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            Err(Broken::IoError(end)) if end.kind() == std::io::ErrorKind::UnexpectedEof => break,
            Err(_) if good > 0 => break,
            Err(error) => return Err(unreadable(error)),
        };
        if packet.track_id != id {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(buffer) => {
                let mixer = match &mut downmix {
                    Some(mixer) => mixer,
                    none => none.insert(Downmix::new(buffer.spec(), &RATES)?),
                };
                mixer.append(&buffer, &mut samples)?;
                good += 1;
                if samples.len() / 2 > LONGEST_SECONDS * mixer.rate() as usize {
                    return Err(Error::Decode("the sound is longer than an hour".into()));
                }
            }
            Err(Broken::DecodeError(_) | Broken::IoError(_)) => bad += 1,
            Err(error) => return Err(unreadable(error)),
        }
    }
    match downmix {
        Some(mixer) if good > bad && !samples.is_empty() => Ok((samples, mixer.rate())),
        _ => Err(Error::Decode("the file is damaged or holds no sound".into())),
    }
}

fn unreadable(error: Broken) -> Error {
    match error {
        Broken::IoError(io) if io.kind() != std::io::ErrorKind::UnexpectedEof => Error::Io(io),
        other => Error::Decode(other.to_string()),
    }
}

fn resample(samples: Vec<f32>, rate: u32) -> Result<Vec<f32>> {
    if rate == SAMPLE_RATE {
        return Ok(samples);
    }
    let failed = |error: &dyn std::fmt::Display| Error::Decode(format!("from {rate} Hz: {error}"));
    let frames = samples.len() / 2;
    let input = InterleavedSlice::new(&samples, 2, frames).map_err(|error| failed(&error))?;
    let mut fft = Fft::<f32>::new(rate as usize, SAMPLE_RATE as usize, CHUNK, 2, FixedSync::Input)
        .map_err(|error| failed(&error))?;
    Ok(fft.process_all(&input, frames, None).map_err(|error| failed(&error))?.take_data())
}

#[cfg(test)]
mod tests;
