//! Sound that comes bit by bit, measured as it comes.

use son1k_domain::loudness::Measurement;
use son1k_domain::unit::Lufs;

use super::gauge::{Gauge, Part};
use super::measurement;
use super::peak::PeakMeter;
use super::weighting::{LANES, Weighting};
use super::windows::{MOMENTARY, SHORT_TERM, audible};
use crate::error::Result;

/// Follows loudness and peaks of a stream; made by [`Gauge::meter`]. It keeps 8 bytes for every 10 ms, so it is not for
/// the thread of a device.
#[derive(Debug, Clone)]
pub struct Meter {
    pub(super) gauge: Gauge,
    /// Each weights [`LANES`] channels.
    filters: Vec<Weighting<LANES>>,
    pub(super) peaks: Vec<PeakMeter>,
    pub(super) energies: Vec<f64>,
    /// The step that is not full yet.
    pending: Vec<f32>,
    rows: Vec<[f32; LANES]>,
}

impl Meter {
    pub(super) fn new(gauge: Gauge) -> Self {
        let channels = gauge.channels();
        Self {
            filters: vec![Weighting::new(gauge.rate); channels.div_ceil(LANES)],
            peaks: vec![PeakMeter::new(gauge.rate); channels],
            energies: Vec::new(),
            pending: Vec::with_capacity((gauge.frame(1) + 1) * channels),
            rows: vec![[0.0; LANES]; gauge.frame(1) + 1],
            gauge,
        }
    }

    /// Takes the next samples, interleaved; any number of them, also parts of a frame.
    pub fn add(&mut self, mut samples: &[f32]) {
        while !samples.is_empty() {
            let step = self.energies.len();
            let full = (self.gauge.frame(step + 1) - self.gauge.frame(step)) * self.gauge.channels();
            let (now, later) = samples.split_at((full - self.pending.len()).min(samples.len()));
            self.pending.extend_from_slice(now);
            samples = later;
            if self.pending.len() == full {
                self.step();
                self.pending.clear();
            }
        }
    }

    fn step(&mut self) {
        let channels = self.gauge.channels();
        let frames = self.pending.len() / channels;
        let mut energy = 0.0;
        let groups = self.filters.iter_mut().zip(self.gauge.weights.chunks(LANES));
        for (group, (filter, weights)) in groups.enumerate() {
            for (row, frame) in self.rows.iter_mut().zip(self.pending.chunks_exact(channels)) {
                row[..weights.len()].copy_from_slice(&frame[group * LANES..group * LANES + weights.len()]);
            }
            let mut sums = [0.0; LANES];
            filter.energy(&self.rows[..frames], &mut sums);
            filter.settle();
            energy += weights
                .iter()
                .zip(sums)
                .filter(|(weight, _)| **weight > 0.0)
                .map(|(w, sum)| w * sum)
                .sum::<f64>();
        }
        self.energies.push(energy / frames as f64);
        for (channel, peak) in self.peaks.iter_mut().enumerate() {
            peak.add(&self.pending, channels, channel);
        }
    }

    /// Returns the loudness of the last 400 ms; none before they are there, and for silence.
    pub fn momentary(&self) -> Option<Lufs> {
        self.of_last(MOMENTARY)
    }

    /// Returns the loudness of the last 3 s; none before they are there, and for silence.
    pub fn short_term(&self) -> Option<Lufs> {
        self.of_last(SHORT_TERM)
    }

    fn of_last(&self, steps: usize) -> Option<Lufs> {
        let start = self.energies.len().checked_sub(steps)?;
        audible(self.energies[start..].iter().sum::<f64>() / steps as f64)
    }

    /// Returns everything about the sound so far.
    ///
    /// # Errors
    /// [`crate::Error::Measure`] when the samples held what is no number.
    pub fn measured(&self) -> Result<Measurement> {
        let channels = self.gauge.channels();
        let mut peaks = self.peaks.clone();
        let begun = &self.pending[..self.pending.len() / channels * channels];
        for (channel, peak) in peaks.iter_mut().enumerate() {
            peak.add(begun, channels, channel);
        }
        let frames = self.gauge.frame(self.energies.len()) + begun.len() / channels;
        measurement(&self.gauge, Part { energies: self.energies.clone(), peaks }, frames as u64)
    }
}
