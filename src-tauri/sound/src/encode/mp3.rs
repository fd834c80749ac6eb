//! MP3 through LAME, constant bit rate, with the LAME tag that tells players how many samples are padding.

mod frame;
mod lame;
mod relay;
mod reservoir;
mod tag;

use std::io::{Seek, SeekFrom, Write};
use std::sync::atomic::AtomicBool;

use super::{Sink, SongTags, Spec};
use crate::error::{Error, Result};
use frame::Shape;
use relay::Relay;
use tag::Music;

/// Rates of MPEG-1, 2 and 2.5 audio.
pub(crate) const RATES: [u32; 9] = [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000];

/// Returns whether MP3 has a bit rate, at some sample rate.
pub(super) fn has(kbps: u16) -> bool {
    lame::bitrate(kbps).is_some()
}

pub(super) struct Mp3<'a, W> {
    shape: Shape,
    relay: Relay<'a, Music<W>>,
    /// Where the first frame is.
    start: u64,
}

impl<'a, W: Write + Seek> Mp3<'a, W> {
    pub(super) fn start(
        mut file: W,
        spec: Spec,
        kbps: u16,
        tags: &SongTags,
        cancelled: &'a AtomicBool,
    ) -> Result<Self> {
        let Spec { rate, channels } = spec;
        if channels > 2 || !RATES.contains(&rate) {
            return Err(Error::Encode(format!("MP3 has no place for {channels} channels at {rate} Hz")));
        }
        let shape = Shape::new(rate, channels, kbps);
        file.write_all(&tags.id3())?;
        let start = file.stream_position()?;
        file.write_all(&vec![0; shape.tag()])?;
        Ok(Self { shape, relay: Relay::new(Music::new(file), shape, cancelled), start })
    }
}

impl<W: Write + Seek> Sink for Mp3<'_, W> {
    fn write(&mut self, samples: &[f32]) -> Result<()> {
        self.relay.write(samples)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let (music, frames, tag) = self.relay.finish()?;
        let tag = music.tag(tag, self.shape, frames)?;
        music.file.seek(SeekFrom::Start(self.start))?;
        music.file.write_all(&tag)?;
        Ok(music.file.flush()?)
    }
}

#[cfg(test)]
mod tests;
