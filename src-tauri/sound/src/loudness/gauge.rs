//! Sound that is there, measured in segments that are worked on in parallel, each in lanes of time. A lane begins with
//! what comes before it, so that the filters have run in: the result is that of one pass, on any number of threads.

use std::ops::Range;

use rayon::prelude::*;
use son1k_domain::loudness::Measurement;
use son1k_domain::sound::Refusal;
use son1k_domain::unit::{Dbtp, Lufs};

use super::layout::{MOST_CHANNELS, weights};
use super::live::LiveMeter;
use super::meter::Meter;
use super::peak::{HISTORY, PeakMeter};
use super::weighting::{LANES, Weighting};
use super::windows::{TENTH, Windows};
use super::{RATES, measurement};
use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use crate::progress::Progress;

/// Of 10 ms each.
pub(super) const STEPS_A_SECOND: u64 = 100;

/// Steps in which the weighting runs in: after 100 ms its slowest pole has fallen by 180 dB.
const RUN_IN: usize = TENTH;

/// Most steps of a lane: of its time an eleventh goes into running in.
const LANE_STEPS: usize = 120;

/// About as many samples are in a segment.
const SEGMENT_SAMPLES: usize = 1 << 21;

/// Most segments that are read ahead of the measuring.
const MOST_AHEAD: usize = 16;

/// Frames that are filtered at a time.
const TILE: usize = 64;

/// Measures loudness and peaks of interleaved sound at one rate with one number of channels.
#[derive(Debug, Clone)]
pub struct Gauge {
    pub(super) rate: u32,
    /// By channel.
    pub(super) weights: Vec<f64>,
}

/// What one segment tells.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    pub(super) energies: Vec<f64>,
    pub(super) peaks: Vec<PeakMeter>,
}

impl Gauge {
    /// Returns the gauge for a rate in hertz and a number of channels, in the order of WAVE files.
    ///
    /// # Errors
    /// [`Error::Refused`] when the rate is not in [`RATES`], or there are no channels or over [`MOST_CHANNELS`].
    pub fn new(rate: u32, channels: usize) -> Result<Self> {
        if !RATES.contains(&rate) {
            return Err(Refusal::Rate(rate).into());
        }
        if channels == 0 || channels > MOST_CHANNELS {
            return Err(Refusal::Channels(u32::try_from(channels).unwrap_or(u32::MAX)).into());
        }
        Ok(Self::unchecked(rate, channels))
    }

    /// Returns the gauge for the songs that the studio makes: stereo at 44.1 kHz.
    pub fn song() -> Self {
        Self::unchecked(SAMPLE_RATE, 2)
    }

    fn unchecked(rate: u32, channels: usize) -> Self {
        Self { rate, weights: weights(channels) }
    }

    /// Returns a meter that is given the sound bit by bit.
    pub fn meter(self) -> Meter {
        Meter::new(self)
    }

    /// Returns a meter for the ear, in bounded memory however long one listens.
    pub fn live(self) -> LiveMeter {
        LiveMeter::new(self)
    }

    pub(super) fn channels(&self) -> usize {
        self.weights.len()
    }

    /// Returns the frame that a step of 10 ms begins with. Where a step is no whole number of frames some are longer by
    /// one, so that time does not drift.
    pub(super) fn frame(&self, step: usize) -> usize {
        (step as u64 * u64::from(self.rate) / STEPS_A_SECOND) as usize
    }

    /// Returns how many whole steps are in some frames.
    fn steps(&self, frames: usize) -> usize {
        (((frames as u64 + 1) * STEPS_A_SECOND).div_ceil(u64::from(self.rate)) - 1) as usize
    }

    /// Returns after how many steps their lengths repeat: 1 at most rates, 4 at 11 025 Hz.
    pub(super) fn period(&self) -> usize {
        let whole = |steps: &u64| (steps * u64::from(self.rate)).is_multiple_of(STEPS_A_SECOND);
        (1..STEPS_A_SECOND).find(whole).unwrap_or(STEPS_A_SECOND) as usize
    }

    /// Returns how many frames are measured in one piece: whole steps, 9.6 s at usual rates.
    pub fn segment(&self) -> usize {
        let lane = SEGMENT_SAMPLES / (LANES * self.frame(1) * self.channels());
        self.frame(lane.clamp(1, LANE_STEPS).next_multiple_of(self.period()) * LANES)
    }

    /// Measures everything.
    ///
    /// # Errors
    /// [`Error::Measure`] when the samples hold what is no number; [`Error::Cancelled`].
    pub fn measure(&self, samples: &[f32], progress: &Progress) -> Result<Measurement> {
        let frames = samples.len() / self.channels();
        let parts = self.in_segments(frames, progress, |segment| self.part(samples, segment))?;
        self.measured(parts, frames as u64)
    }

    /// Measures what `read` gives: it fills the samples, and returns how many; fewer than there is room for are the
    /// last. It is called here, where it may wait, while all processors measure what it gave before.
    ///
    /// # Errors
    /// What `read` fails with; [`Error::Measure`] when the samples hold what is no number; [`Error::Cancelled`].
    pub fn measure_stream(
        &self,
        read: impl FnMut(&mut [f32]) -> Result<usize>,
        progress: &Progress,
    ) -> Result<Measurement> {
        let (parts, frames) = self.stream(read, progress, |samples, segment| self.part(samples, segment))?;
        self.measured(parts, frames)
    }

    /// Returns the gated loudness of what `read` gives, as [`Self::measure_stream`] does and in less time.
    ///
    /// # Errors
    /// As [`Self::measure_stream`].
    pub fn integrated_stream(
        &self,
        read: impl FnMut(&mut [f32]) -> Result<usize>,
        progress: &Progress,
    ) -> Result<Option<Lufs>> {
        let energies = |samples: &[f32], segment| self.energies(samples, segment);
        self.gated(&self.stream(read, progress, energies)?.0.concat())
    }

    /// Works on the segments of what `read` gives, and returns what came of each, and how many frames they were.
    fn stream<T: Send>(
        &self,
        mut read: impl FnMut(&mut [f32]) -> Result<usize>,
        progress: &Progress,
        work: impl Fn(&[f32], Range<usize>) -> T + Sync,
    ) -> Result<(Vec<T>, u64)> {
        let channels = self.channels();
        let ahead = rayon::current_num_threads().clamp(1, MOST_AHEAD);
        let head = self.frame(RUN_IN).max(HISTORY) * channels;
        let room = head + ahead * self.segment() * channels;
        let (mut batch, mut next) = (vec![0.0; room], vec![0.0; room]);
        let mut filled = read(&mut batch[head..])?;
        let (mut parts, mut frames, mut before) = (Vec::new(), 0, 0);
        while filled > 0 {
            let last = head + filled < room;
            next[..head].copy_from_slice(&batch[filled..filled + head]);
            // Silence before the first frame is none: it would be a jump to measure.
            let samples = &batch[head - before..head + filled];
            let offset = before / channels;
            let mut worked = Ok(Vec::new());
            let more = rayon::in_place_scope(|pool| {
                pool.spawn(|_| {
                    worked = self.in_segments(filled / channels, progress, |segment| {
                        work(samples, segment.start + offset..segment.end + offset)
                    });
                });
                if last { Ok(0) } else { read(&mut next[head..]) }
            });
            parts.extend(worked?);
            frames += (filled / channels) as u64;
            (filled, before) = (more?, head);
            std::mem::swap(&mut batch, &mut next);
        }
        Ok((parts, frames))
    }

    /// Returns the gated loudness; none for what is too short or too quiet to have one.
    ///
    /// # Errors
    /// [`Error::Measure`] when the samples hold what is no number; [`Error::Cancelled`].
    pub fn integrated(&self, samples: &[f32], progress: &Progress) -> Result<Option<Lufs>> {
        let frames = samples.len() / self.channels();
        let energies = self.in_segments(frames, progress, |segment| self.energies(samples, segment))?;
        self.gated(&energies.concat())
    }

    /// Returns the gated loudness of the energies of successive stretches.
    ///
    /// # Errors
    /// [`Error::Measure`] when the samples held what is no number.
    pub fn gated(&self, energies: &[f64]) -> Result<Option<Lufs>> {
        finite(energies.iter().all(|energy| energy.is_finite()))?;
        Ok(Windows::of(energies).integrated())
    }

    /// Returns the highest true peak of all channels; none for silence.
    ///
    /// # Errors
    /// [`Error::Measure`] when the samples hold what is no number; [`Error::Cancelled`].
    pub fn true_peak(&self, samples: &[f32], progress: &Progress) -> Result<Option<Dbtp>> {
        let frames = samples.len() / self.channels();
        let peaks = |segment| Part { energies: Vec::new(), peaks: self.peaks(samples, segment) };
        let parts = self.in_segments(frames, progress, peaks)?;
        Ok(self.measured(parts, frames as u64)?.loudness.true_peak)
    }

    fn in_segments<T: Send>(
        &self,
        frames: usize,
        progress: &Progress,
        work: impl Fn(Range<usize>) -> T + Sync,
    ) -> Result<Vec<T>> {
        let length = self.segment();
        let segment = |index: usize| index * length..((index + 1) * length).min(frames);
        (0..frames.div_ceil(length))
            .into_par_iter()
            .map(|index| {
                progress.check()?;
                Ok(work(segment(index)))
            })
            .collect()
    }

    fn part(&self, samples: &[f32], frames: Range<usize>) -> Part {
        Part { energies: self.energies(samples, frames.clone()), peaks: self.peaks(samples, frames) }
    }

    fn measured(&self, parts: Vec<Part>, frames: u64) -> Result<Measurement> {
        let mut parts = parts.into_iter();
        let mut whole = parts.next().unwrap_or_default();
        for part in parts {
            whole.energies.extend(part.energies);
            whole.peaks.iter_mut().zip(&part.peaks).for_each(|(peak, other)| peak.merge(other));
        }
        measurement(self, whole, frames)
    }

    /// Returns the weighted mean square of each whole step of a range of frames, all channels together. What is before
    /// the range is used to run the filters in.
    pub fn energies(&self, samples: &[f32], frames: Range<usize>) -> Vec<f64> {
        let steps = self.steps(frames.len());
        let per_lane = steps.div_ceil(LANES).next_multiple_of(self.period());
        let mut energies = vec![0.0; per_lane * LANES];
        let heard = || self.weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        let mut filters = vec![Weighting::<LANES>::new(self.rate); heard().count()];
        let (run_in, lane_length) = (self.frame(RUN_IN), self.frame(per_lane));
        let mut tile = [[0.0; LANES]; TILE];
        let mut weigh = |filter: &mut Weighting<LANES>, channel: usize, stretch: Range<usize>| {
            let mut sums = [0.0; LANES];
            for done in stretch.clone().step_by(TILE) {
                let rows = &mut tile[..TILE.min(stretch.end - done)];
                for lane in 0..LANES {
                    let from = frames.start + lane * lane_length + done;
                    gather(samples, self.channels(), channel, from, run_in, lane, rows);
                }
                filter.energy(rows, &mut sums);
            }
            filter.settle();
            sums
        };
        for (filter, (channel, _)) in filters.iter_mut().zip(heard()) {
            weigh(filter, channel, 0..run_in);
        }
        for step in 0..per_lane {
            let stretch = run_in + self.frame(step)..run_in + self.frame(step + 1);
            for (filter, (channel, weight)) in filters.iter_mut().zip(heard()) {
                let sums = weigh(filter, channel, stretch.clone());
                for (lane, sum) in sums.into_iter().enumerate() {
                    energies[lane * per_lane + step] += weight * sum / stretch.len() as f64;
                }
            }
        }
        energies.truncate(steps);
        energies
    }

    fn peaks(&self, samples: &[f32], frames: Range<usize>) -> Vec<PeakMeter> {
        let channels = self.channels();
        let (before, from) = samples.split_at(frames.start * channels);
        let segment = &from[..frames.len() * channels];
        let follow = |channel: usize| {
            let mut peak = PeakMeter::new(self.rate);
            peak.precede(before, channels, channel);
            peak.add(segment, channels, channel);
            peak
        };
        (0..channels).map(follow).collect()
    }
}

/// Copies the frames of one channel that lie `ahead` before the frame `at` into a lane; what is outside of the samples
/// is silence.
#[inline]
fn gather(
    samples: &[f32],
    channels: usize,
    channel: usize,
    at: usize,
    ahead: usize,
    lane: usize,
    rows: &mut [[f32; LANES]],
) {
    let silent = ahead.saturating_sub(at).min(rows.len());
    rows[..silent].iter_mut().for_each(|row| row[lane] = 0.0);
    let rows = &mut rows[silent..];
    let from = (at + silent).saturating_sub(ahead) * channels;
    let there = samples.get(from..).unwrap_or_default();
    let count = (there.len() / channels).min(rows.len());
    let (rows, beyond) = rows.split_at_mut(count);
    match channels {
        1 => rows.iter_mut().zip(there).for_each(|(row, value)| row[lane] = *value),
        2 => rows
            .iter_mut()
            .zip(there.as_chunks::<2>().0)
            .for_each(|(row, frame)| row[lane] = frame[channel & 1]),
        _ => rows
            .iter_mut()
            .zip(there.chunks_exact(channels))
            .for_each(|(row, frame)| row[lane] = frame[channel]),
    }
    beyond.iter_mut().for_each(|row| row[lane] = 0.0);
}

/// Fails when what was measured was no number.
pub(super) fn finite(all: bool) -> Result<()> {
    if all { Ok(()) } else { Err(Error::Measure("the samples hold what is no number".into())) }
}
