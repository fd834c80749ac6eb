//! Sample peak and true peak of one channel (ITU-R BS.1770-4 Annex 2): fourfold rate below 96 kHz, twofold below
//! 192 kHz, and the samples themselves from there on.

use son1k_domain::loudness::ChannelPeak;
use son1k_domain::unit::{Dbfs, Dbtp};

use crate::biquad::fused;
use crate::interpolator::{LENGTH, windowed_sinc};

/// Frames that are looked at together.
const BLOCK: usize = 64;
/// Places between samples that are computed together.
const LANES: usize = 16;
/// Frames that are kept of what came before: what the longest phase (24 taps) needs, and so many more that a full set of
/// lanes can end at any frame.
pub(super) const HISTORY: usize = 40;
/// The bits of infinity; those of numbers are lower, those of what is no number higher.
const INFINITE: u32 = f32::INFINITY.to_bits();

/// Follows the peaks of one channel.
#[derive(Debug, Clone)]
pub(super) struct PeakMeter {
    between: Between,
    /// The last frames, then those being looked at.
    line: [f32; HISTORY + BLOCK],
    /// The bits of the highest magnitude: in this order numbers compare as their bits do.
    sample: u32,
    between_samples: f32,
}

#[derive(Debug, Clone)]
enum Between {
    Nothing,
    Halves(Phases<1, 24>),
    Quarters(Phases<3, 12>),
}

impl PeakMeter {
    pub(super) fn new(rate: u32) -> Self {
        let between = match rate {
            192_000.. => Between::Nothing,
            96_000.. => Between::Halves(Phases::new()),
            _ => Between::Quarters(Phases::new()),
        };
        Self { between, line: [0.0; HISTORY + BLOCK], sample: 0, between_samples: 0.0 }
    }

    /// Takes frames as what came before, without looking for peaks in them: a sound that is entered in the middle of a
    /// wave seems to jump. Fewer than [`HISTORY`] count as preceded by silence.
    pub(super) fn precede(&mut self, frames: &[f32], channels: usize, channel: usize) {
        let last = frames.len().saturating_sub(HISTORY * channels);
        let values = frames[last..].iter().skip(channel).step_by(channels);
        for (slot, value) in self.line[..HISTORY].iter_mut().rev().zip(values.rev()) {
            *slot = *value;
        }
    }

    /// Looks at one channel of interleaved frames.
    pub(super) fn add(&mut self, frames: &[f32], channels: usize, channel: usize) {
        for block in frames.chunks(BLOCK * channels) {
            let count = block.len() / channels;
            take_channel(block, channels, channel, &mut self.line[HISTORY..HISTORY + count]);
            self.look(count);
        }
    }

    fn look(&mut self, count: usize) {
        let line = &self.line[..HISTORY + count];
        let highest =
            line.iter().fold(0, |highest: u32, value| highest.max(value.to_bits() & (u32::MAX >> 1)));
        self.sample = self.sample.max(highest);
        self.between_samples = match &self.between {
            Between::Nothing => 0.0,
            Between::Halves(phases) => phases.peak(line, f32::from_bits(highest), self.between_samples),
            Between::Quarters(phases) => phases.peak(line, f32::from_bits(highest), self.between_samples),
        };
        self.line.copy_within(count..count + HISTORY, 0);
    }

    /// Forgets the peaks; the sound goes on.
    pub(super) fn restart(&mut self) {
        (self.sample, self.between_samples) = (0, 0.0);
    }

    /// Takes over what was found in another segment of the same channel.
    pub(super) fn merge(&mut self, other: &Self) {
        self.sample = self.sample.max(other.sample);
        self.between_samples = self.between_samples.max(other.between_samples);
    }

    /// Returns whether every sample was a number.
    pub(super) fn is_finite(&self) -> bool {
        self.sample < INFINITE
    }

    /// Returns the highest sample and the true peak, linear.
    pub(super) fn linear(&self) -> [f32; 2] {
        let sample = f32::from_bits(self.sample);
        // The sum of the largest numbers is infinite.
        [sample, sample.max(self.between_samples).min(f32::MAX)]
    }

    pub(super) fn levels(&self) -> ChannelPeak {
        let level = |peak: f32| (peak > 0.0).then(|| (20.0 * f64::from(peak).log10()) as f32);
        let [sample, highest] = self.linear();
        ChannelPeak { sample_peak: level(sample).map(Dbfs), true_peak: level(highest).map(Dbtp) }
    }
}

/// Copies one channel of interleaved frames.
fn take_channel(frames: &[f32], channels: usize, channel: usize, line: &mut [f32]) {
    match channels {
        1 => line.copy_from_slice(frames),
        2 => line.iter_mut().zip(frames.as_chunks::<2>().0).for_each(|(to, frame)| *to = frame[channel & 1]),
        _ => line.iter_mut().zip(frames.chunks_exact(channels)).for_each(|(to, frame)| *to = frame[channel]),
    }
}

/// The phases of the interpolator but the first, which is the samples themselves.
#[derive(Debug, Clone)]
struct Phases<const PHASES: usize, const TAPS: usize> {
    /// The oldest sample's first.
    taps: [[f32; PHASES]; TAPS],
    /// The most by which a phase can be over the highest sample.
    gain: f32,
}

impl<const PHASES: usize, const TAPS: usize> Phases<PHASES, TAPS> {
    fn new() -> Self {
        let factor = PHASES + 1;
        let sinc: [f32; LENGTH] = windowed_sinc(factor);
        let tap = |age: usize, phase: usize| sinc.get(age * factor + phase + 1).copied().unwrap_or(0.0);
        let taps: [[f32; PHASES]; TAPS] =
            std::array::from_fn(|n| std::array::from_fn(|phase| tap(TAPS - 1 - n, phase)));
        let gain = |phase: usize| taps.iter().map(|tap| tap[phase].abs()).sum::<f32>();
        // A little more, for what rounding adds.
        Self { taps, gain: 1.0001 * (0..PHASES).map(gain).fold(0.0, f32::max) }
    }

    /// Returns the higher of `known` and what lies between the samples of the line after its history; `highest` is the
    /// highest sample of the line. Where no peak over the known one can be, none is looked for.
    fn peak(&self, line: &[f32], highest: f32, known: f32) -> f32 {
        if highest * self.gain <= known {
            return known;
        }
        let mut peaks = [known; LANES];
        let mut end = line.len();
        while end > HISTORY {
            let start = end.saturating_sub(LANES + TAPS - 1);
            self.raise(&line[start..end], &mut peaks);
            end = end.saturating_sub(LANES);
        }
        peaks.into_iter().fold(known, f32::max)
    }

    /// Raises the peaks to what lies before each of the last samples of the window.
    #[inline]
    fn raise(&self, window: &[f32], peaks: &mut [f32; LANES]) {
        let mut sums = [[0.0f32; LANES]; PHASES];
        for (taps, samples) in self.taps.iter().zip(window.array_windows::<LANES>()) {
            for phase in 0..PHASES {
                for lane in 0..LANES {
                    sums[phase][lane] = fused(taps[phase], samples[lane], sums[phase][lane]);
                }
            }
        }
        for sum in sums {
            for lane in 0..LANES {
                let value = sum[lane].abs();
                peaks[lane] = if value > peaks[lane] { value } else { peaks[lane] };
            }
        }
    }
}
