//! A voice changed while somebody hears himself: block in, block out, always as late as it says.

use std::collections::VecDeque;

use son1k_domain::conversion::Conversion;
use son1k_domain::unit::Seconds;

use crate::follower::Follower;
use crate::{Known, Result, Stream};

/// Samples that a value of the pitch stands for. The stream is late by as many.
const HOP: usize = 32;
/// Samples after which the pitch is looked for again: 2.7 ms at 48 kHz.
const STEP: usize = 128;
/// Seconds in which one conversion goes over into the next.
const FADE: f32 = 0.02;

/// Changes a voice block by block. The pace stays as it is: nobody can be quicker than himself.
pub struct Live {
    rate: u32,
    follower: Follower,
    now: Line,
    /// What is heard until `now` has caught up, and the samples that `now` has had so far.
    before: Option<(Line, usize)>,
    /// What was asked for in the meantime.
    next: Option<Conversion>,
    fade: usize,
    old: Vec<f32>,
    new: Vec<f32>,
}

impl Live {
    /// Begins with one channel.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Rate`] if the rate is out of [`crate::RATES`].
    pub fn new(rate: u32, conversion: &Conversion) -> Result<Self> {
        Ok(Self {
            rate,
            follower: Follower::new(rate),
            now: Line::new(rate, conversion)?,
            before: None,
            next: None,
            fade: (FADE * rate as f32) as usize,
            old: Vec::new(),
            new: Vec::new(),
        })
    }

    /// Returns how late a conversion makes a voice.
    ///
    /// # Errors
    ///
    /// As [`Live::new`].
    pub fn delay_of(rate: u32, conversion: &Conversion) -> Result<Seconds> {
        Ok(stream(rate, conversion)?.latency())
    }

    /// Returns how many samples what comes out is behind what went in. It changes a moment after [`Live::change`].
    pub fn delay(&self) -> usize {
        self.before.as_ref().map_or(self.now.delay, |(before, _)| before.delay)
    }

    /// Goes over into another conversion, without a click.
    pub fn change(&mut self, conversion: &Conversion) {
        self.next = Some(conversion.clone());
    }

    /// Changes a block of any length in place.
    pub fn run(&mut self, block: &mut [f32]) {
        for part in block.chunks_mut(STEP) {
            self.turn();
            let pitch = self.follower.follow(part);
            self.new.clear();
            self.now.run(part, pitch, &mut self.new);
            if let Some((before, had)) = &mut self.before {
                self.old.clear();
                before.run(part, pitch, &mut self.old);
                let (start, fade) = (*had as f32 - self.now.delay as f32, self.fade as f32);
                *had += part.len();
                for (n, (new, old)) in self.new.iter_mut().zip(&self.old).enumerate() {
                    let gain = ((start + n as f32) / fade).clamp(0.0, 1.0);
                    *new = old + gain * (*new - old);
                }
            }
            part.copy_from_slice(&self.new);
        }
    }

    /// Ends a change that is over, and begins the next one.
    fn turn(&mut self) {
        let (delay, fade) = (self.now.delay, self.fade);
        self.before.take_if(|(_, had)| *had >= delay + fade);
        if self.before.is_none()
            && let Some(line) = self.next.take().and_then(|next| Line::new(self.rate, &next).ok())
        {
            self.before = Some((std::mem::replace(&mut self.now, line), 0));
        }
    }
}

fn stream(rate: u32, conversion: &Conversion) -> Result<Stream> {
    Stream::new(rate, HOP, &Conversion { speed: 1.0, ..conversion.clone() }, Known::LIVE)
}

/// A stream whose output waits until its time has come.
struct Line {
    stream: Stream,
    delay: usize,
    waiting: VecDeque<f32>,
    /// Samples that went in, and values of the pitch.
    taken: usize,
    told: usize,
    pitch: Vec<f32>,
    out: Vec<f32>,
}

impl Line {
    fn new(rate: u32, conversion: &Conversion) -> Result<Self> {
        let stream = stream(rate, conversion)?;
        let delay = (stream.latency().0 * f64::from(rate)).ceil() as usize;
        let waiting = std::iter::repeat_n(0.0, delay).collect();
        Ok(Self { stream, delay, waiting, taken: 0, told: 0, pitch: Vec::new(), out: Vec::new() })
    }

    /// Takes sound of one pitch, and appends as many samples to `out`.
    fn run(&mut self, sound: &[f32], pitch: f32, out: &mut Vec<f32>) {
        self.taken += sound.len();
        let known = self.taken.div_ceil(HOP);
        self.pitch.clear();
        self.pitch.resize(known - self.told, pitch);
        self.told = known;
        self.out.clear();
        self.stream.push(sound, &self.pitch, &mut self.out);
        self.waiting.extend(&self.out);
        // The stream is never later than it says, so there is always enough.
        out.extend((0..sound.len()).map(|_| self.waiting.pop_front().unwrap_or(0.0)));
    }
}

#[cfg(test)]
mod tests {
    use son1k_domain::conversion::ConversionPreset;

    use super::*;
    use crate::noise::Noise;
    use crate::presets;
    use crate::tests::support::{cents, mean, pitches, sing, words};

    const RATE: u32 = 48_000;

    fn heard(sound: &[f32], conversion: &Conversion, block: usize) -> (Vec<f32>, usize) {
        let mut live = Live::new(RATE, conversion).unwrap();
        let mut out = sound.to_vec();
        out.chunks_mut(block).for_each(|block| live.run(block));
        (out, live.delay())
    }

    #[test]
    fn it_is_as_late_as_it_says_in_every_preset() {
        let mut noise = Noise::new(4);
        let hiss: Vec<f32> = (0..RATE / 2).map(|_| 0.2 * noise.even()).collect();
        // What has no pitch comes out as it was: where it comes out tells the delay. Noise may seem to have one for a moment.
        let (out, delay) = heard(&hiss, &Conversion { pitch: 5.0, ..Conversion::default() }, 256);
        let same = out[delay..].iter().zip(&hiss).filter(|(a, b)| (*a - *b).abs() < 1e-4).count();
        assert!(same * 10 > 9 * (hiss.len() - delay), "{same} of {}", hiss.len() - delay);
        let take = sing(RATE, 1.0, words);
        for preset in ConversionPreset::ALL {
            let conversion = presets::conversion(preset);
            let mut line = Line::new(RATE, &conversion).unwrap();
            let mut out = Vec::new();
            let mut follower = Follower::new(RATE);
            for block in take.sound.chunks(STEP) {
                let pitch = follower.follow(block);
                line.run(block, pitch, &mut out);
                assert!(!line.waiting.is_empty() || line.delay == 0, "{preset:?} ran dry");
            }
            let said = Live::delay_of(RATE, &conversion).unwrap().0;
            assert!((said * f64::from(RATE) - line.delay as f64).abs() <= 1.0, "{preset:?}: {said} s");
        }
    }

    #[test]
    fn however_the_sound_is_cut_it_is_the_same_within_its_steps() {
        let take = sing(RATE, 0.6, words);
        let conversion = presets::conversion(ConversionPreset::Woman);
        assert!(heard(&take.sound, &conversion, 128).0 == heard(&take.sound, &conversion, 1_024).0);
    }

    #[test]
    fn one_conversion_goes_over_into_the_next_without_a_click() {
        let take = sing(RATE, 1.6, |_| 150.0);
        let roughest =
            |sound: &[f32]| sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        let higher = Conversion { pitch: 3.0, ..Conversion::default() };
        let lower = Conversion { pitch: -4.0, formants: -2.0, ..Conversion::default() };
        let calm =
            roughest(&heard(&take.sound, &higher, 128).0).max(roughest(&heard(&take.sound, &lower, 128).0));
        let mut live = Live::new(RATE, &higher).unwrap();
        let mut out = take.sound.clone();
        for (n, block) in out.chunks_mut(128).enumerate() {
            match n {
                200 => live.change(&lower),
                // A slider that is drawn asks again and again.
                300..340 => live.change(&Conversion { pitch: 0.05 * (n - 300) as f32, ..lower.clone() }),
                400 => live.change(&lower),
                _ => {}
            }
            live.run(block);
        }
        assert!(roughest(&out) < 1.3 * calm, "{} against {calm}", roughest(&out));
        let end = &out[out.len() - RATE as usize / 3..];
        let sung = mean(pitches(end, RATE, 119.0));
        assert!(cents(sung, 150.0 * (-4.0f64 / 12.0).exp2()).abs() < 20.0, "{sung}");
        assert_eq!(live.delay(), Line::new(RATE, &lower).unwrap().delay);
    }

    #[test]
    fn nothing_changed_is_not_late_at_all() {
        let take = sing(RATE, 0.2, words);
        let (out, delay) = heard(&take.sound, &Conversion::default(), 100);
        assert!(delay == 0 && out == take.sound);
        assert!(Live::new(100, &Conversion::default()).is_err());
    }
}
