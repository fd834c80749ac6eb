//! Opus: symphonia unpacks its containers, libopus decodes (RFC 6716), up to eight channels with a place and 255
//! without (RFC 7845 §5.1.1).

use symphonia::core::audio::Channels;

/// Frames in a second of all that libopus decodes for us.
pub(super) const RATE: u32 = 48_000;

/// The longest packet, 120 ms (RFC 6716 §3.4).
const LONGEST: usize = 5_760;

/// Where each channel in the order of WAVE stands in the order of Vorbis, which Opus uses (RFC 7845 §5.1.1.2).
const ORDERS: [&[usize]; 8] = [
    &[0],
    &[0, 1],
    &[0, 2, 1],
    &[0, 1, 2, 3],
    &[0, 2, 1, 3, 4],
    &[0, 2, 1, 5, 3, 4],
    &[0, 2, 1, 6, 5, 3, 4],
    &[0, 2, 1, 7, 5, 6, 3, 4],
];

/// What an `OpusHead` says (RFC 7845 §5.1).
struct Head {
    /// Frames to drop at the start.
    lead: u16,
    /// Gain in 1/256 dB.
    gain: i16,
    streams: u8,
    coupled: u8,
    mapping: Vec<u8>,
    placed: bool,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(b"OpusHead")?;
        let channels = usize::from(*bytes.get(1)?);
        let lead = u16::from_le_bytes([*bytes.get(2)?, *bytes.get(3)?]);
        let gain = i16::from_le_bytes([*bytes.get(8)?, *bytes.get(9)?]);
        let family = *bytes.get(10)?;
        let (streams, coupled, mapping) = match (family, channels) {
            (0, 1 | 2) => (1, channels as u8 - 1, vec![0, 1][..channels].to_vec()),
            (1.., 1..) => (*bytes.get(11)?, *bytes.get(12)?, bytes.get(13..13 + channels)?.to_vec()),
            _ => return None,
        };
        Some(Self { lead, gain, streams, coupled, mapping, placed: family < 2 && channels <= 8 })
    }

    /// Returns the mapping with the channels in the order of WAVE.
    fn in_wave_order(&self) -> Vec<u8> {
        match ORDERS.get(self.mapping.len().wrapping_sub(1)) {
            Some(order) if self.placed => order.iter().map(|&place| self.mapping[place]).collect(),
            _ => self.mapping.clone(),
        }
    }
}

/// A decoder for the packets of one track.
pub(super) struct Opus {
    decoder: opus::MSDecoder,
    layout: Channels,
    lead: u16,
    room: Vec<f32>,
}

impl Opus {
    /// Prepares for a track with this `OpusHead`; nothing where it is damaged.
    pub(super) fn new(head: &[u8], layout: Option<&Channels>) -> Option<Self> {
        let head = Head::read(head)?;
        let mut decoder =
            opus::MSDecoder::new(RATE, head.streams, head.coupled, &head.in_wave_order()).ok()?;
        decoder.set_gain(i32::from(head.gain)).ok()?;
        let channels = head.mapping.len();
        let layout = layout.filter(|layout| layout.count() == channels).cloned();
        Some(Self {
            decoder,
            layout: layout.unwrap_or(Channels::Discrete(channels as u16)),
            lead: head.lead,
            room: vec![0.0; LONGEST * channels],
        })
    }

    pub(super) fn layout(&self) -> &Channels {
        &self.layout
    }

    /// Returns the frames to drop at the start (pre-skip).
    pub(super) fn lead(&self) -> u64 {
        u64::from(self.lead)
    }

    /// Forgets what came before.
    pub(super) fn reset(&mut self) {
        // It fails for a decoder that is no decoder only.
        let _reset = self.decoder.reset_state();
    }

    /// Decodes a packet into interleaved samples; nothing where it is damaged.
    pub(super) fn decode(&mut self, packet: &[u8], samples: &mut Vec<f32>) -> Option<()> {
        samples.clear();
        if packet.is_empty() {
            return None;
        }
        let frames = self.decoder.decode_float(packet, &mut self.room, false).ok()?;
        samples.extend_from_slice(self.room.get(..frames * self.layout.count())?);
        Some(())
    }
}
