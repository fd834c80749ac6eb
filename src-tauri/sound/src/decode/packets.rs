//! Sound that lies in packets: unpacked and decoded by symphonia and libopus, put in order here. What encoders pad is
//! cut off, what is damaged becomes silence, and any frame can be gone to.

use std::io::ErrorKind::UnexpectedEof;

use symphonia::core::audio::Channels;
use symphonia::core::errors::Error as Broken;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::core::units::Timestamp;

use son1k_domain::sound::{Codec, Container, Damage, Loss, Refusal};

use super::mp4::{Edit, Film};
use super::source::{Origin, Source, Wall};
use super::track::{Track, container, run_up, trims_itself};
use crate::error::{Error, Result};

/// Packets in a row that may come to nothing.
const MOST_BAD: u32 = 2_000;
/// Silence handed out at a time, and the longest that stands in for one gap whose length only a packet's time tells.
const SILENCE: u64 = 8_192;
const LONGEST_GAP_SECONDS: u64 = 60;

/// An open file whose sound lies in packets.
pub(super) struct Packets {
    format: Box<dyn FormatReader>,
    wall: Wall,
    pub(super) track: Track,
    pub(super) container: Container,
    pub(super) rate: u32,
    pub(super) layout: Channels,
    edit: Edit,
    /// The frame that the next packet begins with; negative in what the encoder put first. Unknown after a seek.
    cursor: Option<i64>,
    /// The next frame to hand out.
    wanted: u64,
    /// What a packet's time counts from, in frames; known with the first packet.
    shift: Option<i64>,
    first_time: i64,
    /// Frames of a packet, where all had as many.
    stride: Option<u64>,
    /// Frames of silence to hand out before going on.
    silence: u64,
    bad_in_a_row: u32,
    good: u64,
    /// A second stream follows the first: times start over, and only reading goes on.
    chained: bool,
    scratch: Vec<f32>,
    /// Sound that was decoded to know what the file holds.
    ready: Option<Vec<f32>>,
    /// The file breaks off, which its demuxer was not told.
    cut_off: bool,
    loss: Option<Loss>,
    over: bool,
}

impl Packets {
    /// Opens a file and decodes up to its first sound: only then rate and channels are certain.
    ///
    /// # Errors
    /// [`Refusal`] when it is of an unknown kind, without sound, or damaged all through.
    pub(super) fn open(origin: &Origin, damage: &mut Damage) -> Result<Self> {
        let mut source = origin.open()?;
        let mut head = [0; 12];
        source.read_at(0, &mut head)?;
        let film = if &head[4..8] == b"ftyp" { Film::read(&mut source) } else { Film::default() };
        if film.is_protected() {
            return Err(Refusal::Protected.into());
        }
        let mut source = origin.open()?;
        let cut_off = &head[..4] == b"caff" && source.mend_caf()?;
        source.read_at(0, &mut [])?;
        let wall = source.wall();
        match demux(source) {
            Ok(format) => {
                let mut packets = Self::of(format, wall, &film, damage)?;
                packets.cut_off = cut_off;
                Ok(packets)
            }
            Err(Broken::IoError(error)) if error.kind() != UnexpectedEof && !wall.is_met() => {
                Err(Error::Io(error))
            }
            Err(first) => {
                let source = origin.open()?.forward_only();
                let wall = source.wall();
                let format = demux(source).map_err(|_| unreadable(&first))?;
                Self::of(format, wall, &film, damage)
            }
        }
    }

    fn of(format: Box<dyn FormatReader>, wall: Wall, film: &Film, damage: &mut Damage) -> Result<Self> {
        let track = Track::choose(format.as_ref())?;
        let kind = container(format.format_info().format);
        let mut packets = Self {
            container: kind.ok_or_else(|| Refusal::UnknownKind(format.format_info().long_name.into()))?,
            edit: Edit { lead: track.coder.lead(), end: None },
            format,
            wall,
            track,
            rate: 0,
            layout: Channels::None,
            cursor: None,
            wanted: 0,
            shift: None,
            first_time: 0,
            stride: None,
            silence: 0,
            bad_in_a_row: 0,
            good: 0,
            chained: false,
            scratch: Vec::new(),
            ready: None,
            cut_off: false,
            loss: None,
            over: false,
        };
        packets.learn(film, damage)?;
        Ok(packets)
    }

    fn learn(&mut self, film: &Film, damage: &mut Damage) -> Result<()> {
        let mut first = Vec::new();
        let mut bad = 0;
        while self.rate == 0 {
            let Some(packet) = self.packet()? else { break };
            match self.track.coder.decode(&packet, &mut self.scratch) {
                Some((rate, layout)) if rate > 0 && layout.count() > 0 => {
                    (self.rate, self.layout) = (rate, layout);
                    if self.container == Container::Mp4 {
                        self.edit = film.edit(self.track.id, rate, self.track.frames);
                        let lead = self.track.coder.lead();
                        if self.edit.lead == 0 {
                            self.edit.lead = lead;
                            self.edit.end = self.edit.end.map(|end| end.saturating_sub(lead));
                        }
                    }
                    self.cursor = Some(-(self.edit.lead as i64));
                    first.push(packet);
                }
                _ => bad += 1,
            }
        }
        let Some(packet) = first.pop() else {
            let nothing = if bad > 0 { Refusal::Damaged } else { Refusal::TooShort };
            return Err(nothing.into());
        };
        damage.packets += bad;
        let mut block = Vec::new();
        self.take(&packet, &mut block, damage);
        while block.is_empty() && !self.over {
            self.step(&mut block, damage)?;
        }
        self.ready = Some(block);
        Ok(())
    }

    /// Returns the length in frames, where the file says it.
    pub(super) fn frames(&self) -> Option<u64> {
        let said = match self.container {
            Container::Mp4 => self.edit.end,
            // Ogg counts what the encoder put first; Matroska's ticks are no frames.
            Container::Ogg => self.track.frames.map(|frames| frames.saturating_sub(self.origin())),
            Container::Matroska => None,
            _ => self.track.frames,
        };
        said.filter(|_| !self.chained)
    }

    /// Returns what the times of packets count from, as far as it is not negative.
    fn origin(&self) -> u64 {
        self.shift.map_or(0, |shift| u64::try_from(shift).unwrap_or(0))
    }

    /// Returns the length in seconds, where only that is said.
    pub(super) fn seconds(&self) -> Option<f64> {
        let facts = self.format.media_info();
        let length = facts.time_base?.calc_duration(facts.duration?)?.as_secs_f64();
        (length > 0.0).then_some(length)
    }

    pub(super) fn loss(&self) -> Option<Loss> {
        self.loss
    }

    /// Returns how many packets were sound.
    pub(super) fn good(&self) -> u64 {
        self.good
    }

    pub(super) fn break_off(&mut self, loss: Loss) {
        self.over = true;
        self.loss.get_or_insert(loss);
    }

    /// Puts the next sound into `block`, interleaved; leaves it empty at the end.
    pub(super) fn read(&mut self, block: &mut Vec<f32>, damage: &mut Damage) -> Result<()> {
        block.clear();
        if let Some(ready) = self.ready.take() {
            *block = ready;
        }
        while block.is_empty() && !self.over {
            self.step(block, damage)?;
        }
        Ok(())
    }

    fn step(&mut self, block: &mut Vec<f32>, damage: &mut Damage) -> Result<()> {
        if self.silence > 0 {
            let frames = self.silence.min(SILENCE);
            self.silence -= frames;
            self.scratch.clear();
            self.scratch.resize(frames as usize * self.layout.count(), 0.0);
            self.hand_out(block);
            return Ok(());
        }
        if self.edit.end.is_some_and(|end| self.wanted >= end) {
            self.over = true;
            return Ok(());
        }
        let Some(packet) = self.packet()? else {
            self.over = true;
            self.look_for_missing_sound();
            return Ok(());
        };
        match self.track.coder.decode(&packet, &mut self.scratch) {
            Some((rate, layout)) if (rate, &layout) == (self.rate, &self.layout) => {
                self.bad_in_a_row = 0;
                self.take(&packet, block, damage);
            }
            Some(_) => self.break_off(Loss::Changed),
            None => self.miss(&packet, damage),
        }
        Ok(())
    }

    /// Returns the next packet of the track.
    fn packet(&mut self) -> Result<Option<Packet>> {
        let mut broken = 0;
        loop {
            match self.format.next_packet() {
                Ok(Some(packet)) => {
                    self.wall.rest();
                    if packet.track_id == self.track.id {
                        return Ok(Some(packet));
                    }
                }
                Ok(None) => return Ok(None),
                Err(Broken::ResetRequired) => {
                    let Ok(track) = Track::choose(self.format.as_ref()) else { return Ok(None) };
                    self.chained = true;
                    self.cursor = self.cursor.map(|cursor| cursor - track.coder.lead() as i64);
                    self.track = track;
                }
                Err(Broken::IoError(error)) if error.kind() == UnexpectedEof => {
                    self.loss.get_or_insert(Loss::Truncated);
                    return Ok(None);
                }
                Err(Broken::IoError(_)) if self.wall.is_met() => {
                    self.loss.get_or_insert(Loss::Endless);
                    return Ok(None);
                }
                Err(Broken::IoError(error)) => return Err(Error::Io(error)),
                // Some demuxers find their way after a damaged place, others stay where they are.
                Err(_) if broken < 16 => broken += 1,
                Err(_) => {
                    self.loss.get_or_insert(Loss::Damaged);
                    return Ok(None);
                }
            }
        }
    }

    /// Puts decoded sound in its place in time.
    fn take(&mut self, packet: &Packet, block: &mut Vec<f32>, damage: &mut Damage) {
        self.good += 1;
        let channels = self.layout.count();
        if !trims_itself(self.track.codec) {
            trim(&mut self.scratch, channels, packet.trim_start.get(), packet.trim_end.get());
        }
        let frames = (self.scratch.len() / channels) as u64;
        let time = self.time_of(packet);
        if self.shift.is_none() {
            self.shift = Some(time - self.cursor.unwrap_or(0));
            self.first_time = packet.pts.get();
        }
        if frames > 0 && self.stride.is_none_or(|stride| stride < frames) {
            // Only the last packet is shorter than the others.
            self.stride = Some(if self.stride.is_none() { frames } else { 0 });
        }
        let Some(cursor) = self.cursor else { return self.arrive(packet, time, frames, block) };
        let ahead = self.place(packet, time, frames) - cursor;
        if self.times_are_exact() && ahead > self.jitter() {
            damage.packets += 1;
            self.fill_gap(ahead, block);
        }
        self.hand_out(block);
    }

    /// The first sound after a seek: from its time on, frames are counted again.
    fn arrive(&mut self, packet: &Packet, time: i64, frames: u64, block: &mut Vec<f32>) {
        if frames == 0 {
            return;
        }
        let place = self.place(packet, time, frames);
        self.cursor = Some(place);
        if place > self.wanted as i64 {
            // What the file does not hold there is silent.
            let gap = place - self.wanted as i64;
            self.cursor = Some(self.wanted as i64);
            self.fill_gap(gap, block);
        }
        self.hand_out(block);
    }

    /// Returns the frame that a packet begins with, by its time.
    fn place(&self, packet: &Packet, time: i64, frames: u64) -> i64 {
        let place = time - self.shift.unwrap_or(0);
        if self.container == Container::Matroska {
            // Its times are rounded to milliseconds: packets of one length stand at multiples of it.
            let lead = self.edit.lead as i64;
            return match self.stride {
                Some(stride @ 1..) => {
                    let stride = stride as i64;
                    (place + lead + stride / 2).div_euclid(stride) * stride - lead
                }
                _ => place,
            };
        }
        // A decoder that starts gives less than the packet lasts: its sound is the end of it.
        place + (packet.dur.get() as i64 - frames as i64).max(0)
    }

    /// Returns the time of the first frame that a packet gives, in frames.
    fn time_of(&self, packet: &Packet) -> i64 {
        let start = packet.pts.get();
        let Some(base) = self.track.base else { return start };
        let (numerator, denominator) = (i128::from(base.numer.get()), i128::from(base.denom.get()));
        let frames = i128::from(start) * i128::from(self.rate) * numerator;
        let frames = (frames + denominator / 2).div_euclid(denominator) as i64;
        frames.saturating_add(packet.trim_start.get() as i64)
    }

    /// Returns whether times of packets are frames, and written down rather than counted by the demuxer.
    fn times_are_exact(&self) -> bool {
        matches!(self.container, Container::Flac | Container::Ogg) && !self.chained
    }

    /// Returns how far times may be off in a sound file: those of Vorbis are told by whole pages.
    fn jitter(&self) -> i64 {
        if self.track.codec == Codec::Vorbis { 8_192 } else { 0 }
    }

    fn fill_gap(&mut self, gap: i64, block: &mut Vec<f32>) {
        let longest = LONGEST_GAP_SECONDS * u64::from(self.rate);
        let left = self.frames().map_or(longest, |all| all.saturating_sub(self.wanted));
        let frames = gap.unsigned_abs().min(longest).min(left);
        // What is not filled never was: from here on times count from later.
        self.shift = self.shift.map(|shift| shift.saturating_add(gap - frames as i64));
        let sound = std::mem::take(&mut self.scratch);
        self.scratch.resize(frames as usize * self.layout.count(), 0.0);
        self.hand_out(block);
        self.scratch = sound;
    }

    /// A packet came to nothing: silence of its length, where that is known.
    fn miss(&mut self, packet: &Packet, damage: &mut Damage) {
        self.bad_in_a_row += 1;
        // What only leads up to a place is not heard, and a decoder that starts anew may well stumble.
        if self.cursor.is_none() {
            return;
        }
        damage.packets += 1;
        if self.bad_in_a_row > MOST_BAD {
            return self.break_off(Loss::Damaged);
        }
        let frames = match self.stride {
            Some(stride @ 1..) => stride,
            _ if self.container == Container::Matroska => 0,
            _ => packet.block_dur().get().min(u64::from(self.rate)),
        };
        self.silence = frames;
    }

    /// Moves decoded frames to the caller, but for those before the one that is wanted and those after the end.
    fn hand_out(&mut self, block: &mut Vec<f32>) {
        let channels = self.layout.count();
        let frames = (self.scratch.len() / channels) as i64;
        let cursor = self.cursor.unwrap_or(0);
        let early = (self.wanted as i64 - cursor).clamp(0, frames);
        let end = self.edit.end.map_or(frames, |end| (end as i64 - cursor).clamp(early, frames));
        block.extend_from_slice(&self.scratch[early as usize * channels..end as usize * channels]);
        self.wanted += (end - early) as u64;
        self.cursor = Some(cursor + frames);
    }

    fn look_for_missing_sound(&mut self) {
        if self.cut_off {
            self.loss.get_or_insert(Loss::Truncated);
        }
        let tolerance = match self.container {
            // Not every encoder counts the frame that holds the count.
            Container::Mpeg if self.track.says_lead => 2 * 1_152,
            // The length of the others is a guess from the size.
            Container::Mpeg | Container::Adts | Container::Ogg => return,
            Container::Mp4 => 2 * 1_024,
            Container::Matroska => return self.look_at_the_clock(),
            _ => 0,
        };
        if self.frames().is_some_and(|all| self.wanted + tolerance < all) {
            self.loss.get_or_insert(Loss::Truncated);
        }
    }

    fn look_at_the_clock(&mut self) {
        let read = self.wanted as f64 / f64::from(self.rate);
        if self.seconds().is_some_and(|all| read + 0.5 < all) {
            self.loss.get_or_insert(Loss::Truncated);
        }
    }

    /// Goes to a frame. Returns whether that worked; if not, the file is to be opened anew and read up to there.
    pub(super) fn seek(&mut self, frame: u64) -> bool {
        let mut run_up = run_up(self.track.codec);
        if self.container == Container::Matroska {
            // Its packets say no length, so that one seeks to the first behind the time.
            run_up += self.stride.unwrap_or(0) + u64::from(self.rate) / 50;
        }
        let steady = self.track.codec != Codec::Vorbis && self.stride.is_some_and(|stride| stride > 0);
        let variable = self.container == Container::Matroska && !steady;
        let alone = self.format.tracks().len() == 1;
        // symphonia takes the frames of ADPCM for its blocks.
        let variable = variable || self.track.codec == Codec::Adpcm;
        if self.chained || variable || frame <= run_up || !alone && self.container == Container::Ogg {
            return false;
        }
        self.wall.rest();
        let time = (frame - run_up) as i64 + self.shift.unwrap_or(0);
        let Some(ticks) = self.ticks(time) else { return false };
        let ts = Timestamp::new(ticks.max(self.first_time));
        let to = SeekTo::Timestamp { ts, track_id: self.track.id };
        if self.format.seek(SeekMode::Accurate, to).is_err() {
            return false;
        }
        self.track.coder.reset();
        (self.cursor, self.wanted, self.silence, self.ready) = (None, frame, 0, None);
        (self.over, self.loss, self.bad_in_a_row) = (false, None, 0);
        true
    }

    /// Reads up to a frame after the file was opened anew.
    pub(super) fn skip_to(&mut self, frame: u64) {
        let ready = self.ready.take().unwrap_or_default();
        let channels = self.layout.count();
        let behind = (ready.len() / channels).saturating_sub(usize::try_from(frame).unwrap_or(usize::MAX));
        if behind > 0 {
            self.ready = Some(ready[ready.len() - behind * channels..].to_vec());
        } else {
            self.wanted = frame;
        }
    }

    fn ticks(&self, frames: i64) -> Option<i64> {
        let Some(base) = self.track.base else { return Some(frames) };
        let per_second = i128::from(base.denom.get());
        let ticks = i128::from(frames) * per_second / (i128::from(self.rate) * i128::from(base.numer.get()));
        i64::try_from(ticks).ok()
    }
}

fn trim(samples: &mut Vec<f32>, channels: usize, start: u64, end: u64) {
    let frames = samples.len() / channels;
    let end = frames - usize::try_from(end).unwrap_or(frames).min(frames);
    let start = usize::try_from(start).unwrap_or(end).min(end);
    samples.truncate(end * channels);
    samples.drain(..start * channels);
}

fn demux(source: Source) -> std::result::Result<Box<dyn FormatReader>, Broken> {
    let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
    let probe = symphonia::default::get_probe();
    probe.probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
}

/// Returns why a file could not be opened.
fn unreadable(error: &Broken) -> Error {
    match error {
        Broken::Unsupported(_) => Refusal::NotSound(None).into(),
        _ => Refusal::Damaged.into(),
    }
}
