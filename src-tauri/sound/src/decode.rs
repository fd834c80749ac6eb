//! Sound files into samples.

mod downmix;
mod reader;

use std::fs::File;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};
use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error as Broken;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use downmix::Downmix;
pub use reader::{Reader, Spec};

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
    let (samples, rate) = guarded(|| read_whole(Track::open(path)?))?;
    resample(samples, rate)
}

/// The decoders are written for sound files in good faith; a file made to break them must not take the studio along.
fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(damaged()))
}

/// Returns stereo samples with their rate.
fn read_whole(mut track: Track) -> Result<(Vec<f32>, u32)> {
    let mut downmix: Option<Downmix> = None;
    let mut samples = Vec::new();
    while let Some(buffer) = track.next()? {
        let mixer = match &mut downmix {
            Some(mixer) => mixer,
            none => none.insert(Downmix::new(buffer.spec(), &RATES)?),
        };
        mixer.append(&buffer, &mut samples)?;
        if samples.len() / 2 > LONGEST_SECONDS * mixer.rate() as usize {
            return Err(Error::Decode("the sound is longer than an hour".into()));
        }
    }
    match downmix {
        Some(mixer) if !samples.is_empty() => Ok((samples, mixer.rate())),
        _ => Err(damaged()),
    }
}

/// The first track of sound in an open file.
struct Track {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    id: u32,
    /// Packets that could be decoded, and those that could not.
    good: u64,
    bad: u64,
}

impl Track {
    fn open(path: &Path) -> Result<Self> {
        let file = File::open(path)?;
        if !file.metadata()?.is_file() {
            return Err(Error::Decode("not a file".into()));
        }
        let mut hint = Hint::new();
        if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
            hint.with_extension(extension);
        }
        let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
        let format = symphonia::default::get_probe()
            .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(unreadable)?;
        let track = format.default_track(TrackType::Audio);
        let track = track.ok_or_else(|| Error::Decode("there is no sound in the file".into()))?;
        let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio());
        let parameters = parameters.ok_or_else(|| Error::Decode("the kind of sound is unknown".into()))?;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(unreadable)?;
        let id = track.id;
        Ok(Self { format, decoder, id, good: 0, bad: 0 })
    }

    /// Returns the next packet's sound; none at the end, or where a file breaks off.
    fn next(&mut self) -> Result<Option<GenericAudioBufferRef<'_>>> {
        loop {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.id => packet,
                Ok(Some(_)) => continue,
                Ok(None) => return self.end(),
                Err(Broken::IoError(end)) if end.kind() == ErrorKind::UnexpectedEof => return self.end(),
                Err(_) if self.good > 0 => return self.end(),
                Err(error) => return Err(unreadable(error)),
            };
            match self.decoder.decode(&packet) {
                Ok(_) => break,
                Err(Broken::DecodeError(_) | Broken::IoError(_)) => self.bad += 1,
                Err(error) => return Err(unreadable(error)),
            }
        }
        self.good += 1;
        Ok(Some(self.decoder.last_decoded()))
    }

    fn end<T>(&self) -> Result<Option<T>> {
        if self.good > self.bad { Ok(None) } else { Err(damaged()) }
    }
}

fn damaged() -> Error {
    Error::Decode("the file is damaged or holds no sound".into())
}

fn unreadable(error: Broken) -> Error {
    match error {
        Broken::IoError(io) if io.kind() != ErrorKind::UnexpectedEof => Error::Io(io),
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
