//! Noise taken out of sound of any length, rate and channels, a minute at a time.

use son1k_inference::denoiser;
use son1k_sound::encode::Spec;
use son1k_sound::{Progress, Resampler, SAMPLE_RATE};

use super::listening;
use crate::shelf::Shelf;
use crate::{Error, Result};

/// Frames that the model gets at a time, and those before them that it hears again, so that it knows the noise.
const STRETCH: usize = 60 * SAMPLE_RATE as usize;
const AGAIN: usize = 3 * SAMPLE_RATE as usize;
/// Frames over which one stretch goes over into the next: more than the model looks ahead.
const OVERLAP: usize = SAMPLE_RATE as usize / 4;

/// Takes noise out of sound that flows through. As many frames come out as went in.
pub(super) struct Denoising<'a> {
    shelf: &'a Shelf,
    /// Of the work of the model, 0 to 1.
    kept: f32,
    channels: usize,
    pairs: Vec<Pair>,
    /// What went in and has not come out, interleaved.
    dry: Vec<f32>,
    /// Frames that the model has heard of all pairs, and those that it will have heard.
    heard: f32,
    all: f32,
}

/// Two channels on their way through the model, which hears 44.1 kHz in stereo.
struct Pair {
    there: Resampler,
    back: Resampler,
    /// What the model has yet to hear, behind what it hears again.
    waiting: Vec<f32>,
    again: usize,
    /// The end of the last stretch, that the next one begins with.
    overlap: Vec<f32>,
    /// Cleaned, at the rate of the sound.
    wet: Vec<f32>,
}

impl<'a> Denoising<'a> {
    /// Prepares for about so many frames.
    pub(super) fn new(shelf: &'a Shelf, spec: Spec, kept: f32, frames: u64) -> Result<Self> {
        let channels = usize::from(spec.channels).max(1);
        let pair = || {
            Ok::<_, Error>(Pair {
                there: Resampler::new(spec.rate, SAMPLE_RATE, 2)?,
                back: Resampler::new(SAMPLE_RATE, spec.rate, 2)?,
                waiting: Vec::new(),
                again: 0,
                overlap: Vec::new(),
                wet: Vec::new(),
            })
        };
        let pairs: Vec<Pair> = (0..channels.div_ceil(2)).map(|_| pair()).collect::<Result<_>>()?;
        let all = frames as f32 * SAMPLE_RATE as f32 / spec.rate.max(1) as f32 * pairs.len() as f32;
        Ok(Self { shelf, kept, channels, pairs, dry: Vec::new(), heard: 0.0, all: all.max(1.0) })
    }

    /// Takes whole frames and adds those that are done to `out`.
    pub(super) fn push(
        &mut self,
        samples: &[f32],
        out: &mut Vec<f32>,
        progress: &Progress<'_>,
    ) -> Result<()> {
        self.dry.extend_from_slice(samples);
        for (number, pair) in self.pairs.iter_mut().enumerate() {
            let sides = [2 * number, (2 * number + 1).min(self.channels - 1)];
            let frames = samples.chunks_exact(self.channels);
            let stereo: Vec<f32> = frames.flat_map(|frame| sides.map(|side| frame[side])).collect();
            pair.there.push(&stereo, &mut pair.waiting)?;
            if pair.waiting.len() >= 2 * (AGAIN + OVERLAP + STRETCH) {
                self.heard = pair
                    .told(self.heard, self.all, progress, |pair, part| pair.hear(self.shelf, false, part))?;
            }
        }
        self.hand_out(out);
        Ok(())
    }

    /// Adds what is left to `out`.
    pub(super) fn finish(&mut self, out: &mut Vec<f32>, progress: &Progress<'_>) -> Result<()> {
        for pair in &mut self.pairs {
            pair.there.finish(&mut pair.waiting)?;
            self.heard =
                pair.told(self.heard, self.all, progress, |pair, part| pair.hear(self.shelf, true, part))?;
            pair.back.finish(&mut pair.wet)?;
            // A frame that is lost on the way there and back is silent.
            pair.wet.resize(pair.wet.len().max(2 * (self.dry.len() / self.channels)), 0.0);
        }
        self.hand_out(out);
        Ok(())
    }

    /// Mixes what is cleaned on all channels with what is to be left of the noise.
    fn hand_out(&mut self, out: &mut Vec<f32>) {
        let ready = self.pairs.iter().map(|pair| pair.wet.len() / 2).min().unwrap_or_default();
        let ready = ready.min(self.dry.len() / self.channels);
        for frame in 0..ready {
            for channel in 0..self.channels {
                let dry = self.dry[frame * self.channels + channel];
                let wet = self.pairs[channel / 2].wet[2 * frame + channel % 2];
                out.push(dry + self.kept * (wet - dry));
            }
        }
        self.dry.drain(..ready * self.channels);
        self.pairs.iter_mut().for_each(|pair| drop(pair.wet.drain(..2 * ready)));
    }
}

impl Pair {
    /// Lets the model hear what waits, telling how far it is, and returns how many frames it has heard then.
    fn told(
        &mut self,
        heard: f32,
        all: f32,
        progress: &Progress<'_>,
        hear: impl FnOnce(&mut Self, &Progress<'_>) -> Result<()>,
    ) -> Result<f32> {
        let then = heard + ((self.waiting.len() - self.again) / 2) as f32;
        progress.part((heard / all).min(1.0), (then / all).min(1.0), |part| hear(self, part))?;
        Ok(then)
    }

    /// Lets the model hear what waits; the last time nothing is held back.
    fn hear(&mut self, shelf: &Shelf, last: bool, progress: &Progress<'_>) -> Result<()> {
        if self.waiting.len() <= self.again {
            return Ok(());
        }
        let clean = shelf.hear("deepfilternet3", |sessions, model| {
            listening(progress, 0.0, 1.0, |part| {
                denoiser::denoise(sessions, model, &self.waiting, denoiser::ALL, part)
            })
        })?;
        let mut fresh = clean[self.again..].to_vec();
        let overlap = self.overlap.len().min(fresh.len());
        for (at, (sample, before)) in fresh.iter_mut().zip(&self.overlap).enumerate() {
            let share = (at / 2) as f32 / (overlap / 2) as f32;
            *sample = before + share * (*sample - before);
        }
        let held = if last { 0 } else { (2 * OVERLAP).min(fresh.len()) };
        self.overlap = fresh.split_off(fresh.len() - held);
        self.back.push(&fresh, &mut self.wet)?;
        let heard_again = (2 * (AGAIN + OVERLAP)).min(self.waiting.len());
        self.waiting.drain(..self.waiting.len() - heard_again);
        self.again = heard_again - held;
        Ok(())
    }
}
