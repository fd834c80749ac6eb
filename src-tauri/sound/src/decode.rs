//! Sound files into samples: as they are, block by block ([`Reader`]), or as the studio's songs are ([`decode`]).

mod aiff;
mod downmix;
mod mp4;
mod opus;
mod packets;
mod plain;
mod source;
mod track;
mod wave;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use son1k_domain::sound::{Damage, Loss, Lost, Refusal, SoundFacts};
use son1k_domain::unit::Seconds;
use symphonia::core::audio::Channels;

use crate::SAMPLE_RATE;
use crate::encode::Spec;
use crate::error::Result;
use crate::probe::look;
use crate::resample::Resampler;
pub use downmix::Downmix;
use packets::Packets;
use plain::Plain;
use source::{Origin, Source};

/// A file of a few bytes can unfold to hours of silence; half an hour of a song takes 635 MB of memory.
const LONGEST: Seconds = Seconds(1_800.0);

/// Rates outside of this are no sound recordings.
const RATES: std::ops::RangeInclusive<u32> = 2_000..=768_000;

/// The largest consoles and microphone arrays.
const MOST_CHANNELS: usize = 64;

/// Samples beyond this (120 dB over full scale) are no sound but damage.
const LOUDEST: f32 = 1e6;

/// An open sound file: WAV (RIFF, RF64, BW64, Wave64), AIFF, CAF, FLAC, MP3, AAC, ALAC, Vorbis and Opus in their
/// files, in MP4, Ogg and Matroska. Told by content, read in bounded memory whatever the file says; encoders' padding
/// is cut off, damage becomes silence and is counted.
pub struct Reader {
    origin: Origin,
    body: Body,
    facts: SoundFacts,
    layout: Channels,
    /// The next frame to hand out.
    position: u64,
    damage: Damage,
    /// A decoder panicked: nothing more is asked of it.
    broken: bool,
}

enum Body {
    Plain(Plain),
    Packets(Box<Packets>),
}

impl Reader {
    /// Opens a sound file.
    ///
    /// # Errors
    /// [`crate::Error::Io`] when the file cannot be read, [`Error::Refused`] when it is no sound that is read.
    pub fn open(path: &Path) -> Result<Self> {
        Self::of(Origin::file(path)?)
    }

    /// Opens a sound file that lies in memory.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn in_memory(bytes: Vec<u8>) -> Result<Self> {
        match bytes.is_empty() {
            true => Err(Refusal::Empty.into()),
            false => Self::of(Origin::Memory(Arc::from(bytes))),
        }
    }

    fn of(origin: Origin) -> Result<Self> {
        let source = origin.open()?;
        let bytes = source.length() as f64;
        let mut damage = Damage::default();
        let body =
            guarded(|| Body::open(source, &origin, &mut damage)).unwrap_or(Err(Refusal::Damaged.into()))?;
        let layout = body.layout().clone();
        let facts = body.facts(bytes)?;
        Ok(Self { origin, body, facts, layout, position: 0, damage, broken: false })
    }

    /// Returns what the file is.
    pub fn facts(&self) -> &SoundFacts {
        &self.facts
    }

    /// Returns rate and channels of what is read.
    pub fn spec(&self) -> Spec {
        Spec { rate: self.facts.rate, channels: self.facts.channels.try_into().unwrap_or(u8::MAX) }
    }

    /// Returns what mixes the channels down to two.
    pub fn downmix(&self) -> Downmix {
        Downmix::new(&self.layout)
    }

    /// Returns the length in frames, where the file says it; it may say more than there is.
    pub fn frames(&self) -> Option<u64> {
        match &self.body {
            Body::Plain(plain) => Some(plain.frames()),
            Body::Packets(packets) => packets.frames(),
        }
    }

    /// Returns the next frame that [`Self::read`] hands out.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Returns what was damaged in all that was read so far.
    pub fn damage(&self) -> Damage {
        self.damage
    }

    /// Puts the next frames into `block`, interleaved, at the file's own rate, and returns how many they are: a few
    /// thousand, 0 at the end. What follows a damaged end is lost, not an error; [`Self::damage`] says so.
    ///
    /// # Errors
    /// [`crate::Error::Io`] when the file cannot be read any more.
    pub fn read(&mut self, block: &mut Vec<f32>) -> Result<usize> {
        block.clear();
        if !self.broken {
            let (body, damage) = (&mut self.body, &mut self.damage);
            match guarded(|| body.read(block, damage)) {
                Some(read) => read?,
                None => self.give_up(block),
            }
        }
        let is_sound = |sample: f32| sample.abs() <= LOUDEST;
        for sample in block.iter_mut().filter(|sample| !is_sound(**sample)) {
            *sample = 0.0;
            self.damage.samples = self.damage.samples.saturating_add(1);
        }
        let frames = block.len() / usize::from(self.facts.channels);
        self.position += frames as u64;
        if frames == 0 && self.damage.lost.is_none() {
            self.damage.lost = self.loss().map(|why| Lost { after: self.time(), why });
        }
        Ok(frames)
    }

    fn give_up(&mut self, block: &mut Vec<f32>) {
        block.clear();
        self.broken = true;
    }

    fn loss(&self) -> Option<Loss> {
        match &self.body {
            _ if self.broken => Some(Loss::Damaged),
            Body::Plain(plain) => plain.loss(),
            Body::Packets(packets) => packets.loss(),
        }
    }

    fn time(&self) -> Seconds {
        Seconds(self.position as f64 / f64::from(self.facts.rate))
    }

    /// Makes `frame` the next one that [`Self::read`] hands out, to the sample; behind the end there is nothing to
    /// read.
    ///
    /// # Errors
    /// [`crate::Error::Io`] when the file cannot be read any more.
    pub fn seek(&mut self, frame: u64) -> Result<()> {
        self.position = frame;
        let went = match &mut self.body {
            Body::Plain(plain) => {
                plain.seek(frame);
                true
            }
            Body::Packets(packets) => !self.broken && guarded(|| packets.seek(frame)) == Some(true),
        };
        if went {
            return Ok(());
        }
        // Damage that is met again is not counted again.
        let anew = guarded(|| Packets::open(&self.origin, &mut Damage::default()));
        let mut packets = anew.unwrap_or(Err(Refusal::Damaged.into()))?;
        packets.skip_to(frame);
        self.body = Body::Packets(Box::new(packets));
        self.broken = false;
        Ok(())
    }

    /// Reads all that is left as the studio's songs are: stereo, mixed down to ITU-R BS.775-4, at [`SAMPLE_RATE`].
    fn song(&mut self) -> Result<Vec<f32>> {
        let rate = self.facts.rate;
        let most = (LONGEST.0 * f64::from(rate)) as u64;
        if self.frames().is_some_and(|frames| frames > most) {
            return Err(Refusal::TooLong(LONGEST).into());
        }
        let downmix = self.downmix();
        let mut resampler = Resampler::new(rate, SAMPLE_RATE, 2)?;
        let (mut song, mut stereo, mut block) = (Vec::new(), Vec::new(), Vec::new());
        while self.read(&mut block)? > 0 {
            stereo.clear();
            downmix.append(&block, &mut stereo);
            resampler.push(&stereo, &mut song)?;
            if self.position > most {
                return Err(Refusal::TooLong(LONGEST).into());
            }
        }
        resampler.finish(&mut song)?;
        Ok(song)
    }

    /// Returns whether less of the sound was damaged than not.
    fn is_mostly_whole(&self) -> bool {
        match &self.body {
            Body::Plain(_) => true,
            Body::Packets(packets) => packets.good() > u64::from(self.damage.packets),
        }
    }
}

impl Body {
    fn open(mut source: Source, origin: &Origin, damage: &mut Damage) -> Result<Self> {
        let mut head = [0; 64];
        let length = source.read_at(0, &mut head)?;
        if let Some(refusal) = look(&head[..length]) {
            return Err(refusal.into());
        }
        if let Some(container) = Plain::recognises(&head[..length])
            && let Some(plain) = Plain::open(source, container)?
        {
            return Ok(Self::Plain(plain));
        }
        Ok(Self::Packets(Box::new(Packets::open(origin, damage)?)))
    }

    fn layout(&self) -> &Channels {
        match self {
            Self::Plain(plain) => &plain.format.layout,
            Self::Packets(packets) => &packets.layout,
        }
    }

    fn facts(&self, bytes: f64) -> Result<SoundFacts> {
        let count = self.layout().count();
        let (container, codec, rate, bits, seconds) = match self {
            Self::Plain(plain) => {
                let format = &plain.format;
                let seconds = plain.frames() as f64 / f64::from(format.rate.max(1));
                (plain.container, plain.codec(), format.rate, Some(format.bits), Some(seconds))
            }
            Self::Packets(packets) => {
                let frames = packets.frames().map(|frames| frames as f64 / f64::from(packets.rate.max(1)));
                let seconds = frames.or_else(|| packets.seconds());
                (packets.container, packets.track.codec, packets.rate, packets.track.bits, seconds)
            }
        };
        if !RATES.contains(&rate) {
            return Err(Refusal::Rate(rate).into());
        }
        let channels = u16::try_from(count).ok().filter(|_| (1..=MOST_CHANNELS).contains(&count));
        let channels = channels.ok_or(Refusal::Channels(count as u32))?;
        if seconds == Some(0.0) {
            return Err(Refusal::TooShort.into());
        }
        Ok(SoundFacts { container, codec, rate, channels, bits, duration: seconds.map(Seconds), bytes })
    }

    fn read(&mut self, block: &mut Vec<f32>, damage: &mut Damage) -> Result<()> {
        match self {
            Self::Plain(plain) => plain.read(block),
            Self::Packets(packets) => packets.read(block, damage),
        }
    }
}

/// Runs a decoder. They are written for sound files in good faith; a file made to break them must not take the studio
/// along.
fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

/// Reads a sound file as stereo interleaved samples at 44.1 kHz. Mono comes out of both sides, more than two channels
/// are mixed down (ITU-R BS.775-4), other rates are resampled. A file that breaks off gives what is there.
///
/// # Errors
/// [`crate::Error::Io`] when the file cannot be read, [`Error::Refused`] when it is no sound that is read, mostly damaged or
/// longer than half an hour.
pub fn decode(path: &Path) -> Result<Vec<f32>> {
    let mut reader = Reader::open(path)?;
    let song = reader.song()?;
    if song.is_empty() || !reader.is_mostly_whole() {
        return Err(Refusal::Damaged.into());
    }
    Ok(song)
}

#[cfg(test)]
mod tests;
