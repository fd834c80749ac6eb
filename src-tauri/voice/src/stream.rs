//! A conversion as a stream: samples and their pitch in, samples out.

use son1k_domain::conversion::{Character, Conversion};
use son1k_domain::unit::{Hertz, Seconds};

use crate::history::{Contour, History};
use crate::level::Leveller;
use crate::melody::{Melody, Sung};
use crate::mouth::{Moment, Mouth};
use crate::pulses::{BEHIND, Marker, Pulses};
use crate::singer::Singer;
use crate::tone::Tone;
use crate::{Error, Result, cast};

/// Rates that are taken, in Hz.
pub const RATES: std::ops::RangeInclusive<u32> = 8_000..=384_000;
/// Samples that are worked on at once, so that memory does not depend on what is pushed.
const CHUNK: usize = 1_024;
/// Seconds of the source that are kept: the longest delay of a singer and what the pulses need.
const KEPT: f64 = 0.3;
/// Seconds for which a pitch is waited for.
const LATE: f64 = 0.1;
/// Seconds over which levels are kept; a loudspeaker that is turned up has its own.
const LEVEL: f32 = 0.06;
const LEVEL_OF_RADIO: f32 = 0.4;

/// What is known of a voice beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// Its lowest pitch, 30 to 80 Hz: lower ones count as none. The lower, the later the stream.
    pub lowest: Hertz,
    /// The middle of its melody; none: it is felt while the voice goes on.
    pub middle: Option<Hertz>,
    /// Whether somebody hears himself: nothing is waited for that can be done without, and pieces are a little rougher.
    pub prompt: bool,
}

impl Known {
    /// Of somebody who is heard live.
    pub const LIVE: Self = Self { lowest: Hertz(80.0), middle: None, prompt: true };
}

/// Converts a voice while it goes on. It does the same however the sound is cut into calls.
pub struct Stream {
    conversion: Conversion,
    rate: u32,
    neutral: bool,
    prompt: bool,
    latency: usize,
    /// Samples for which a pitch is waited for.
    late: i64,
    sound: History,
    contour: Contour,
    marker: Marker,
    melody: Melody,
    pulses: Pulses,
    /// The voice as it was, where it cannot be read from the source because its pace is changed.
    own: Option<Singer>,
    /// The first voice, where it is changed.
    lead: Option<Singer>,
    others: Vec<Singer>,
    mouth: Option<Mouth>,
    tone: Option<Tone>,
    leveller: Leveller,
    /// Samples in and out so far, and those that are sung.
    taken: u64,
    given: u64,
    sung: i64,
    /// The voice as it was, waiting for what is made of it.
    dry: Vec<f32>,
    wet: Vec<f32>,
    shaped: Vec<f32>,
}

impl Stream {
    /// Starts a conversion of one channel. Each value of the pitch stands for `hop` samples.
    ///
    /// # Errors
    ///
    /// [`Error::Rate`] if the rate is out of [`RATES`].
    pub fn new(rate: u32, hop: usize, conversion: &Conversion, known: Known) -> Result<Self> {
        if !RATES.contains(&rate) {
            return Err(Error::Rate(rate));
        }
        let conversion = conversion.clone().within_limits();
        let longest = f64::from(rate) / f64::from(known.lowest.0.clamp(30.0, 80.0));
        let cast = cast::of(&conversion, rate, longest, known.prompt);
        let mouth = Mouth::of(&conversion, rate, known.prompt);
        let seconds = if conversion.character == Character::Radio { LEVEL_OF_RADIO } else { LEVEL };
        let neutral = conversion.is_neutral();
        // A mouth waits for its frames, and with patience for the pulses that tell what the voice does in them.
        let frames = mouth.as_ref().map_or(0, Mouth::latency);
        let waits = mouth.is_some() && !known.prompt;
        let pulses = if waits { (BEHIND * longest + 0.01 * f64::from(rate)) as usize } else { 0 };
        let latency = if neutral { 0 } else { cast.latency.max(pulses) + frames + hop };
        let marker = Marker::new(rate, longest, known.prompt);
        let mut pulses = Pulses::default();
        if known.prompt {
            pulses.push(marker.silence(), Sung::default());
        }
        Ok(Self {
            rate,
            neutral,
            prompt: known.prompt,
            latency,
            late: (LATE * f64::from(rate)) as i64,
            sound: History::new((KEPT * f64::from(rate)) as usize),
            contour: Contour::new(hop),
            marker,
            melody: Melody::new(rate, &conversion, known.middle.map(|middle| middle.0)),
            pulses,
            own: cast.own,
            lead: cast.lead,
            others: cast.others,
            mouth,
            tone: Tone::of(conversion.character, rate),
            leveller: Leveller::new(rate, seconds),
            taken: 0,
            given: 0,
            sung: 0,
            dry: Vec::new(),
            wet: Vec::new(),
            shaped: Vec::new(),
            conversion,
        })
    }

    /// Returns how far what comes out is behind what went in, at most and at an unchanged pace. Nothing is put in front:
    /// the first sample that comes out belongs to the first that went in.
    pub fn latency(&self) -> Seconds {
        Seconds(self.latency as f64 / f64::from(self.rate))
    }

    /// Takes samples with the pitch of as many (in Hz, 0 for none), and appends what is finished to `out`. A pitch that
    /// comes late is waited for, but no longer than 0.1 s: then there is none. A prompt stream does not wait.
    pub fn push(&mut self, sound: &[f32], pitch: &[f32], out: &mut Vec<f32>) {
        self.contour.push(pitch);
        if self.neutral {
            self.taken += sound.len() as u64;
            self.given = self.taken;
            return out.extend_from_slice(sound);
        }
        for part in sound.chunks(CHUNK) {
            self.taken += part.len() as u64;
            self.sound.push(part);
            self.contour.fill(self.sound.end() - self.late);
            self.work(out);
        }
    }

    /// Appends what is still to come. The stream is over then.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        let wanted = (self.taken as f64 / f64::from(self.conversion.speed)).round() as u64;
        let silence = [0.0; CHUNK];
        self.contour.end();
        self.sound.fade(CHUNK);
        let start = out.len();
        let already = self.given;
        // Bounded, so that no mistake in here can go on for ever.
        for _ in 0..self.rate as usize / CHUNK + 64 {
            if self.given >= wanted || self.neutral {
                break;
            }
            self.work(out);
            self.sound.push(&silence);
        }
        out.resize(start + (wanted.saturating_sub(already)) as usize, 0.0);
    }

    /// Converts as far as the source goes.
    fn work(&mut self, out: &mut Vec<f32>) {
        while let Some(pulse) = self.marker.next(&self.sound, &self.contour) {
            self.pulses.push(pulse, self.melody.follow(&pulse));
        }
        // Without a singer, only the moments of a mouth with patience need pulses.
        let waits = self.mouth.is_some() && !self.prompt;
        let end = if waits { self.pulses.end() } else { self.sound.end() as f64 };
        let mut to = (end / f64::from(self.conversion.speed)) as i64;
        for singer in self.own.iter_mut().chain(&mut self.lead).chain(&mut self.others) {
            singer.sing(&self.sound, &self.pulses);
            to = to.min(singer.settled());
        }
        if to > self.sung {
            self.mix(to);
            self.shape();
            self.give(out);
        }
        let place = self.sung as f64 * f64::from(self.conversion.speed) - 0.25 * KEPT * f64::from(self.rate);
        self.pulses.forget(place);
        self.contour.forget(place as i64);
    }

    /// Lets all sing up to a place.
    fn mix(&mut self, to: i64) {
        let count = (to - self.sung) as usize;
        let dry = self.dry.len();
        self.dry.resize(dry + count, 0.0);
        match &mut self.own {
            Some(own) => own.take(to, &mut self.dry[dry..]),
            None => {
                if let Some(source) = self.sound.get(self.sung, to) {
                    self.dry[dry..].copy_from_slice(source);
                }
            }
        }
        self.wet.clear();
        self.wet.resize(count, 0.0);
        match &mut self.lead {
            Some(lead) => lead.take(to, &mut self.wet),
            None => self.wet.copy_from_slice(&self.dry[dry..]),
        }
        for other in &mut self.others {
            other.take(to, &mut self.wet);
        }
        self.sung = to;
    }

    /// Lets it through the mouth, which is behind by a frame.
    fn shape(&mut self) {
        let Some(mouth) = &mut self.mouth else {
            return self.shaped.append(&mut self.wet);
        };
        let (pulses, rate, speed) = (&self.pulses, self.rate as f32, f64::from(self.conversion.speed));
        let prompt = self.prompt;
        mouth.push(&self.wet, &mut self.shaped, |place, end| {
            let heard = pulses.nearest(place as f64 * speed, 0, prompt.then_some(end));
            heard.map_or(Moment::default(), |(_, pulse, sung)| Moment {
                pitch: pulse.voiced.then(|| rate / pulse.period as f32 * (sung.lead / 12.0).exp2()),
                chord: sung.chord,
            })
        });
    }

    /// Brings what is ready to its level and gives it out.
    fn give(&mut self, out: &mut Vec<f32>) {
        if let Some(tone) = &mut self.tone {
            tone.run(&mut self.shaped);
        }
        for (&dry, &wet) in self.dry.iter().zip(&self.shaped) {
            let wet = self.leveller.tick(dry, wet);
            out.push(dry + self.conversion.mix * (wet - dry));
        }
        self.given += self.shaped.len() as u64;
        self.dry.drain(..self.shaped.len().min(self.dry.len()));
        self.shaped.clear();
    }
}
