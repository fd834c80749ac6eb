//! Ogg Opus (RFC 7845) through libopus.

use std::io::Write;

use ogg::PacketWriteEndInfo::{EndPage, EndStream, NormalPacket};
use ogg::PacketWriter;
use opus::{Application, Bitrate, Channels, Encoder};

use super::vorbis::SERIAL;
use super::{Sink, SongTags, Spec};
use crate::error::{Error, Result};

/// The only rate at which granule positions count.
pub const RATE: u32 = 48_000;
/// Frames of a packet: 20 ms.
const PACKET: usize = 960;
/// The largest packet (RFC 6716, 3.2.1: 1,275 bytes a frame).
const LARGEST: usize = 1_275;
/// Packets of a page: one second, as RFC 7845 5.1 asks at most.
const PAGE: u64 = 50;

pub(super) struct Opus<W: Write> {
    file: PacketWriter<'static, W>,
    encoder: Encoder,
    channels: usize,
    /// Frames that decoders leave out at the start.
    skip: u64,
    /// Frames given so far.
    frames: u64,
    packets: u64,
    waiting: Vec<f32>,
    /// The newest packet: only at the end is it known which one is the last.
    newest: Option<Vec<u8>>,
}

impl<W: Write> Opus<W> {
    pub(super) fn start(file: W, spec: Spec, kbps: u16, tags: &SongTags) -> Result<Self> {
        let layout = match spec.channels {
            1 => Channels::Mono,
            2 => Channels::Stereo,
            more => {
                return Err(Error::Encode(format!("Opus is written with one or two channels, not {more}")));
            }
        };
        if spec.rate != RATE {
            return Err(Error::Encode(format!("Opus is at 48,000 Hz, not at {}", spec.rate)));
        }
        let mut encoder = Encoder::new(RATE, layout, Application::Audio).map_err(refused)?;
        encoder.set_bitrate(Bitrate::Bits(i32::from(kbps) * 1_000)).map_err(refused)?;
        let skip = u64::try_from(encoder.get_lookahead().map_err(refused)?).unwrap_or_default();
        let mut file = PacketWriter::new(file);
        let serial = SERIAL.unsigned_abs();
        file.write_packet(head(spec.channels, skip as u16), serial, EndPage, 0)?;
        file.write_packet(comments(tags), serial, EndPage, 0)?;
        let channels = usize::from(spec.channels);
        Ok(Self { file, encoder, channels, skip, frames: 0, packets: 0, waiting: Vec::new(), newest: None })
    }

    /// Encodes what waits, a packet at a time.
    fn encode(&mut self) -> Result<()> {
        let size = PACKET * self.channels;
        let mut done = 0;
        while self.waiting.len() - done >= size {
            let packet =
                self.encoder.encode_vec_float(&self.waiting[done..done + size], LARGEST).map_err(refused)?;
            done += size;
            if let Some(before) = self.newest.replace(packet) {
                self.packets += 1;
                let end = if self.packets.is_multiple_of(PAGE) { EndPage } else { NormalPacket };
                let granule = self.packets * PACKET as u64;
                self.file.write_packet(before, SERIAL.unsigned_abs(), end, granule)?;
            }
        }
        self.waiting.drain(..done);
        Ok(())
    }
}

impl<W: Write> Sink for Opus<W> {
    fn write(&mut self, samples: &[f32]) -> Result<()> {
        self.frames += (samples.len() / self.channels) as u64;
        self.waiting.extend_from_slice(samples);
        self.encode()
    }

    /// The last granule position says how much of the last packet counts (RFC 7845, 4.4).
    fn finish(mut self: Box<Self>) -> Result<()> {
        if self.frames == 0 {
            return Err(Error::Encode("an Opus file needs at least one sample".into()));
        }
        let end = self.frames + self.skip;
        let whole = end.next_multiple_of(PACKET as u64) - self.frames;
        let silence = vec![0.0; whole as usize * self.channels];
        self.waiting.extend_from_slice(&silence);
        self.encode()?;
        if let Some(last) = self.newest.take() {
            self.file.write_packet(last, SERIAL.unsigned_abs(), EndStream, end)?;
        }
        Ok(self.file.into_inner().flush()?)
    }
}

/// Returns the identification header (RFC 7845, 5.1), without gain, mapping family 0.
fn head(channels: u8, skip: u16) -> Vec<u8> {
    let mut head = b"OpusHead\x01".to_vec();
    head.push(channels);
    head.extend_from_slice(&skip.to_le_bytes());
    head.extend_from_slice(&RATE.to_le_bytes());
    head.extend_from_slice(&[0, 0, 0]);
    head
}

/// Returns the comment header (RFC 7845, 5.2).
fn comments(tags: &SongTags) -> Vec<u8> {
    let vendor = "Son1k Studio";
    let comments = tags.vorbis_comments();
    let mut header = b"OpusTags".to_vec();
    let text = |header: &mut Vec<u8>, text: &str| {
        header.extend_from_slice(&(text.len() as u32).to_le_bytes());
        header.extend_from_slice(text.as_bytes());
    };
    text(&mut header, vendor);
    header.extend_from_slice(&(comments.len() as u32).to_le_bytes());
    for (name, value) in comments {
        text(&mut header, &format!("{name}={value}"));
    }
    header
}

fn refused(error: opus::Error) -> Error {
    Error::Encode(format!("Opus: {error}"))
}
