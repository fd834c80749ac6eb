//! The one track of a file that is heard: which it is, what decodes it, and what is known of it before decoding.

use son1k_domain::sound::{Codec, Container, Refusal};
use symphonia::core::audio::Channels;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known as id;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error as Broken;
use symphonia::core::formats::{FormatId, FormatReader, TrackType, well_known as format};
use symphonia::core::packet::Packet;
use symphonia::core::units::TimeBase;

use super::opus::{self, Opus};
use crate::error::Result;

/// A track with what decodes it.
pub(super) struct Track {
    pub(super) id: u32,
    pub(super) codec: Codec,
    pub(super) bits: Option<u16>,
    pub(super) base: Option<TimeBase>,
    /// Frames of sound that the file promises, without what encoders pad.
    pub(super) frames: Option<u64>,
    /// The file says how many frames its encoder put before the sound.
    pub(super) says_lead: bool,
    pub(super) coder: Coder,
}

impl Track {
    /// Chooses the default track, or else the first that can be decoded.
    ///
    /// # Errors
    /// [`Refusal`] when no track is sound, or none is of a kind that is read.
    pub(super) fn choose(format: &dyn FormatReader) -> Result<Self> {
        let default = format.default_track(TrackType::Audio).map(|track| track.id);
        let mut tracks: Vec<_> = format.tracks().iter().collect();
        tracks.sort_by_key(|track| Some(track.id) != default);
        let mut unknown = None;
        for track in tracks {
            let Some(CodecParameters::Audio(parameters)) = &track.codec_params else { continue };
            let coder = Coder::new(parameters);
            let (Some(codec), Some(coder)) = (codec(parameters.codec), coder) else {
                unknown.get_or_insert_with(|| unread(parameters.codec));
                continue;
            };
            return Ok(Self {
                id: track.id,
                codec,
                bits: bits(codec, parameters),
                base: track.time_base,
                frames: track.num_frames,
                says_lead: track.delay.is_some(),
                coder,
            });
        }
        Err(unknown.map_or(Refusal::NoAudioTrack, Refusal::UnknownKind).into())
    }
}

/// What makes samples of packets.
pub(super) enum Coder {
    Symphonia(Box<dyn AudioDecoder>),
    Opus(Opus),
}

impl Coder {
    fn new(parameters: &AudioCodecParameters) -> Option<Self> {
        if parameters.codec == id::CODEC_ID_OPUS {
            let head = parameters.extra_data.as_deref()?;
            return Opus::new(head, parameters.channels.as_ref()).map(Self::Opus);
        }
        let options = AudioDecoderOptions::default();
        let decoder = symphonia::default::get_codecs().make_audio_decoder(parameters, &options);
        decoder.ok().map(Self::Symphonia)
    }

    /// Decodes a packet into interleaved samples and returns their rate and channels; nothing where it is damaged.
    pub(super) fn decode(&mut self, packet: &Packet, samples: &mut Vec<f32>) -> Option<(u32, Channels)> {
        match self {
            Self::Opus(opus) => {
                opus.decode(&packet.data, samples)?;
                Some((opus::RATE, opus.layout().clone()))
            }
            Self::Symphonia(decoder) => match decoder.decode(packet) {
                Ok(buffer) => {
                    buffer.copy_to_vec_interleaved(samples);
                    Some((buffer.spec().rate(), buffer.spec().channels().clone()))
                }
                Err(Broken::ResetRequired) => {
                    decoder.reset();
                    None
                }
                Err(_) => None,
            },
        }
    }

    /// Forgets what came before.
    pub(super) fn reset(&mut self) {
        match self {
            Self::Opus(opus) => opus.reset(),
            Self::Symphonia(decoder) => decoder.reset(),
        }
    }

    /// Returns the frames before the sound that the coder itself knows of.
    pub(super) fn lead(&self) -> u64 {
        match self {
            Self::Opus(opus) => opus.lead(),
            Self::Symphonia(_) => 0,
        }
    }
}

/// Returns whether the decoder cuts off what packets say is padding; for the others the reader does.
pub(super) fn trims_itself(codec: Codec) -> bool {
    matches!(codec, Codec::Mp1 | Codec::Mp2 | Codec::Mp3 | Codec::Vorbis)
}

/// Returns how long before a place decoding starts there, so that the sound is that of playing up to it.
pub(super) fn run_up(codec: Codec) -> u64 {
    match codec {
        // Ten frames hold the whole bit reservoir even at 32 kb/s, two more settle the overlap.
        Codec::Mp1 | Codec::Mp2 | Codec::Mp3 => 12 * 1_152,
        Codec::Aac => 3 * 1_024,
        // The longest block, twice.
        Codec::Vorbis => 2 * 8_192,
        // 80 ms, RFC 7845 §4.6; as much again so that nothing is heard of it.
        Codec::Opus => 2 * 3_840,
        _ => 0,
    }
}

/// Returns the kind of file, or nothing for one that nobody asked to read.
pub(super) fn container(found: FormatId) -> Option<Container> {
    Some(match found {
        format::FORMAT_ID_WAVE => Container::Wave,
        format::FORMAT_ID_AIFF => Container::Aiff,
        format::FORMAT_ID_CAF => Container::Caf,
        format::FORMAT_ID_FLAC => Container::Flac,
        format::FORMAT_ID_MP1 | format::FORMAT_ID_MP2 | format::FORMAT_ID_MP3 => Container::Mpeg,
        format::FORMAT_ID_ADTS => Container::Adts,
        format::FORMAT_ID_ISOMP4 => Container::Mp4,
        format::FORMAT_ID_OGG => Container::Ogg,
        format::FORMAT_ID_MKV => Container::Matroska,
        _ => return None,
    })
}

fn codec(found: AudioCodecId) -> Option<Codec> {
    Some(match found {
        id::CODEC_ID_PCM_F32LE | id::CODEC_ID_PCM_F32BE | id::CODEC_ID_PCM_F64LE | id::CODEC_ID_PCM_F64BE => {
            Codec::Float
        }
        id::CODEC_ID_PCM_ALAW => Codec::ALaw,
        id::CODEC_ID_PCM_MULAW => Codec::MuLaw,
        id::CODEC_ID_ADPCM_MS | id::CODEC_ID_ADPCM_IMA_WAV | id::CODEC_ID_ADPCM_IMA_QT => Codec::Adpcm,
        id::CODEC_ID_FLAC => Codec::Flac,
        id::CODEC_ID_ALAC => Codec::Alac,
        id::CODEC_ID_MP1 => Codec::Mp1,
        id::CODEC_ID_MP2 => Codec::Mp2,
        id::CODEC_ID_MP3 => Codec::Mp3,
        id::CODEC_ID_AAC => Codec::Aac,
        id::CODEC_ID_VORBIS => Codec::Vorbis,
        id::CODEC_ID_OPUS => Codec::Opus,
        other if (id::CODEC_ID_PCM_S32LE..=id::CODEC_ID_PCM_U8_PLANAR).contains(&other) => Codec::Pcm,
        _ => return None,
    })
}

/// Returns the name of a codec that is not read.
fn unread(found: AudioCodecId) -> String {
    let name = match found {
        id::CODEC_ID_AC3 => "AC-3",
        id::CODEC_ID_EAC3 => "E-AC-3",
        id::CODEC_ID_DCA => "DTS",
        id::CODEC_ID_SPEEX => "Speex",
        id::CODEC_ID_MUSEPACK => "Musepack",
        id::CODEC_ID_WAVPACK => "WavPack",
        id::CODEC_ID_WMA => "WMA",
        id::CODEC_ID_AAC => "HE-AAC",
        id::CODEC_ID_OPUS => "Opus",
        other => return format!("codec {other}"),
    };
    name.into()
}

fn bits(codec: Codec, parameters: &AudioCodecParameters) -> Option<u16> {
    let said = parameters.bits_per_sample.or(parameters.bits_per_coded_sample);
    let said = said.and_then(|bits| u16::try_from(bits).ok()).filter(|bits| (1..=64).contains(bits));
    match codec {
        Codec::Float => said.or(match parameters.codec {
            id::CODEC_ID_PCM_F64LE | id::CODEC_ID_PCM_F64BE => Some(64),
            _ => Some(32),
        }),
        Codec::Pcm | Codec::Flac | Codec::Alac => said,
        _ => None,
    }
}
