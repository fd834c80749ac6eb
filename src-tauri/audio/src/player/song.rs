//! A song as a supply of mixed frames at the rate of the device, from any frame on.

use son1k_domain::project::Strip;
use son1k_sound::Resampler;

use super::Song;
use super::source::{Place, Spot, Step};
use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use crate::mixer::Mixer;
use crate::stems::StemReader;

/// Frames mixed at a time: 12 ms.
const BLOCK: usize = 512;

/// Frames mixed unheard before a seek's target, so that rooms and echoes of what came before ring on: 0.5 s.
const LEAD: u64 = SAMPLE_RATE as u64 / 2;

/// Stems, mixer and resampler of one song.
pub(super) struct Stems {
    mixer: Mixer,
    readers: Vec<StemReader>,
    stems: Vec<Vec<f32>>,
    mixed: Vec<f32>,
    /// Mixed frames that are not to be heard: the lead and the mixer's delay.
    unheard: usize,
    resampler: Option<Resampler>,
    resampled: Vec<f32>,
    rate: u32,
    /// Frames of the device that are still to come.
    left: u64,
    /// Where the next frame is from.
    at: f64,
}

impl Stems {
    /// Opens the stems; nothing is read yet.
    pub(super) fn open(song: &Song) -> Result<Self> {
        if !song.stems.tracks().iter().eq(song.score.tracks.iter().map(|track| &track.id)) {
            return Err(Error::Stems("they belong to another score".into()));
        }
        let count = song.stems.tracks().len();
        let readers = (0..count).map(|index| song.stems.reader(index)).collect::<Result<Vec<_>>>()?;
        let mut mixer = Mixer::new(&song.score, &song.strips);
        mixer.set_gain(song.gain);
        Ok(Self {
            mixer,
            readers,
            stems: vec![vec![0.0; BLOCK * 2]; count],
            mixed: vec![0.0; BLOCK * 2],
            unheard: 0,
            resampler: None,
            resampled: Vec::new(),
            rate: SAMPLE_RATE,
            left: 0,
            at: 0.0,
        })
    }

    /// Returns the length of the song in its own frames.
    pub(super) fn frames(&self) -> u64 {
        self.mixer.frames()
    }

    pub(super) fn set_strips(&mut self, strips: &[Strip]) {
        self.mixer.set_strips(strips);
    }

    /// Returns the length of the song.
    pub(super) fn seconds(&self) -> f64 {
        self.frames() as f64 / f64::from(SAMPLE_RATE)
    }

    /// Returns the peak of each track since the last call, linear.
    pub(super) fn take_peaks(&mut self) -> Vec<f32> {
        let peaks = self.mixer.peaks().to_vec();
        self.mixer.restart_peaks();
        peaks
    }

    /// Makes the next frames those from a time of the song on, to the sample, for a device of `rate`.
    pub(super) fn seek(&mut self, seconds: f64, rate: u32) -> Result<()> {
        let frame = ((seconds * f64::from(SAMPLE_RATE)).round() as u64).min(self.frames());
        let from = frame.saturating_sub(LEAD);
        self.mixer.seek(from);
        for reader in &mut self.readers {
            reader.seek(from)?;
        }
        self.unheard = (frame - from) as usize + self.mixer.latency();
        self.at = frame as f64 / f64::from(SAMPLE_RATE);
        let remaining = self.frames() - frame;
        self.left = (u128::from(remaining) * u128::from(rate)).div_ceil(u128::from(SAMPLE_RATE)) as u64;
        match &mut self.resampler {
            _ if rate == SAMPLE_RATE => self.resampler = None,
            Some(resampler) if self.rate == rate => resampler.reset(),
            other => *other = Some(Resampler::new(SAMPLE_RATE, rate, 2)?),
        }
        self.rate = rate;
        while self.unheard > BLOCK {
            self.mix(BLOCK)?;
            self.unheard -= BLOCK;
        }
        // What was only mixed to fill the rooms is not to be seen either.
        self.mixer.restart_peaks();
        Ok(())
    }

    /// Adds the next frames to `out`. The mixer's peaks then stand at their end.
    pub(super) fn next(&mut self, out: &mut Vec<[f32; 2]>) -> Result<Step> {
        if self.left == 0 {
            return Ok(Step::Over);
        }
        while out.is_empty() {
            self.mix(BLOCK)?;
            let unheard = self.unheard.min(BLOCK);
            self.unheard -= unheard;
            let heard = &self.mixed[unheard * 2..];
            match &mut self.resampler {
                None => out.extend_from_slice(heard.as_chunks().0),
                Some(resampler) => {
                    self.resampled.clear();
                    resampler.push(heard, &mut self.resampled)?;
                    out.extend_from_slice(self.resampled.as_chunks().0);
                }
            }
        }
        out.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= out.len() as u64;
        let slope = 1.0 / f64::from(self.rate);
        let place = Place { spot: Spot { key: 0, seconds: self.at }, slope };
        self.at += out.len() as f64 * slope;
        Ok(Step::Sound(place))
    }

    fn mix(&mut self, frames: usize) -> Result<()> {
        for (reader, stem) in self.readers.iter_mut().zip(&mut self.stems) {
            reader.read(&mut stem[..frames * 2])?;
        }
        self.mixer.process(&self.stems, &mut self.mixed[..frames * 2]);
        Ok(())
    }
}
