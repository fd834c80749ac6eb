//! What a file is, without decoding it: for checks before an import.

use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use son1k_domain::sound::{Codec, Container, Refusal, SoundFacts};
use son1k_domain::unit::Seconds;
use symphonia::core::codecs::audio::{AudioCodecParameters, well_known as codecs};
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType, well_known as formats};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

use crate::error::Result;

/// Returns what a sound file is, by its first bytes; its name is not asked.
///
/// # Errors
/// [`crate::Error::Io`] when the file cannot be read, [`crate::Error::Refused`] with the reason when it is not taken.
pub fn probe(path: &Path) -> Result<SoundFacts> {
    let facts = path.metadata()?;
    if !facts.is_file() {
        return Err(Refusal::NotAFile.into());
    }
    if facts.len() == 0 {
        return Err(Refusal::Empty.into());
    }
    let file = File::open(path)?;
    // The readers are written for sound files in good faith; a file made to break them must not take the studio along.
    catch_unwind(AssertUnwindSafe(|| read(file, facts.len())))
        .unwrap_or_else(|_| Err(Refusal::Damaged.into()))
}

fn read(mut file: File, bytes: u64) -> Result<SoundFacts> {
    let mut head = [0; 16];
    let read = file.read(&mut head)?;
    if let Some(what) = no_sound(&head[..read]) {
        return Err(Refusal::NotSound(Some(what.into())).into());
    }
    std::io::Seek::rewind(&mut file)?;
    let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    let (hint, format, meta) = (Hint::new(), FormatOptions::default(), MetadataOptions::default());
    let reader = symphonia::default::get_probe().probe(&hint, stream, format, meta);
    let reader = reader.map_err(|_| Refusal::NotSound(None))?;
    let container = container(reader.as_ref()).ok_or(Refusal::NotSound(None))?;
    let track = reader.default_track(TrackType::Audio).ok_or(Refusal::NoAudioTrack)?;
    let audio = track.codec_params.as_ref().and_then(|parameters| parameters.audio());
    let audio = audio.ok_or(Refusal::NoAudioTrack)?;
    let codec = codec(audio).ok_or_else(|| Refusal::UnknownKind(format!("codec {}", audio.codec)))?;
    let rate = audio.sample_rate.unwrap_or(0);
    let channels = audio.channels.as_ref().map_or(0, |channels| channels.count());
    if !RATES.contains(&rate) {
        return Err(Refusal::Rate(rate).into());
    }
    let channels = u16::try_from(channels).ok().filter(|count| (1..=MOST_CHANNELS).contains(count));
    let channels =
        channels.ok_or(Refusal::Channels(audio.channels.as_ref().map_or(0, |c| c.count() as u32)))?;
    let duration = match track.num_frames {
        Some(0) => return Err(Refusal::TooShort.into()),
        frames => frames.map(|frames| Seconds(frames as f64 / f64::from(rate))),
    };
    Ok(SoundFacts {
        container,
        codec,
        rate,
        channels,
        bits: bits(codec, audio),
        duration,
        bytes: bytes as f64,
    })
}

/// Rates outside of this are no sound recordings.
const RATES: std::ops::RangeInclusive<u32> = 2_000..=768_000;
const MOST_CHANNELS: u16 = 64;

/// Beginnings of files that are no sound, by what they are: some hold bytes that look like MPEG frames.
const NO_SOUND: [(&[u8], &str); 9] = [
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x7fELF", "ELF"),
    (b"MThd", "MIDI"),
    (b"SQLite format 3\0", "SQLite"),
];

fn no_sound(head: &[u8]) -> Option<&'static str> {
    NO_SOUND.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name)
}

fn container(reader: &dyn FormatReader) -> Option<Container> {
    Some(match reader.format_info().format {
        formats::FORMAT_ID_WAVE => Container::Wave,
        formats::FORMAT_ID_AIFF => Container::Aiff,
        formats::FORMAT_ID_CAF => Container::Caf,
        formats::FORMAT_ID_FLAC => Container::Flac,
        formats::FORMAT_ID_MP1 | formats::FORMAT_ID_MP2 | formats::FORMAT_ID_MP3 => Container::Mpeg,
        formats::FORMAT_ID_ADTS => Container::Adts,
        formats::FORMAT_ID_ISOMP4 => Container::Mp4,
        formats::FORMAT_ID_OGG => Container::Ogg,
        formats::FORMAT_ID_MKV => Container::Matroska,
        _ => return None,
    })
}

fn codec(audio: &AudioCodecParameters) -> Option<Codec> {
    Some(match audio.codec {
        codecs::CODEC_ID_PCM_F32LE
        | codecs::CODEC_ID_PCM_F32BE
        | codecs::CODEC_ID_PCM_F64LE
        | codecs::CODEC_ID_PCM_F64BE => Codec::Float,
        codecs::CODEC_ID_PCM_ALAW => Codec::ALaw,
        codecs::CODEC_ID_PCM_MULAW => Codec::MuLaw,
        codecs::CODEC_ID_ADPCM_MS | codecs::CODEC_ID_ADPCM_IMA_WAV | codecs::CODEC_ID_ADPCM_IMA_QT => {
            Codec::Adpcm
        }
        codecs::CODEC_ID_FLAC => Codec::Flac,
        codecs::CODEC_ID_ALAC => Codec::Alac,
        codecs::CODEC_ID_MP1 => Codec::Mp1,
        codecs::CODEC_ID_MP2 => Codec::Mp2,
        codecs::CODEC_ID_MP3 => Codec::Mp3,
        codecs::CODEC_ID_AAC => Codec::Aac,
        codecs::CODEC_ID_VORBIS => Codec::Vorbis,
        other if (codecs::CODEC_ID_PCM_S32LE..=codecs::CODEC_ID_PCM_U8_PLANAR).contains(&other) => Codec::Pcm,
        _ => return None,
    })
}

fn bits(codec: Codec, audio: &AudioCodecParameters) -> Option<u16> {
    let said = audio.bits_per_sample.or(audio.bits_per_coded_sample);
    let said = said.and_then(|bits| u16::try_from(bits).ok()).filter(|bits| (1..=64).contains(bits));
    codec.is_lossless().then_some(said).flatten()
}

#[cfg(test)]
mod tests;
