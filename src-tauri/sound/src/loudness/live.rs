//! Loudness for the ear: everything that a [`Meter`] finds, kept so that a day of listening takes no more memory, nor
//! longer to conclude from, than a minute.

use son1k_domain::unit::{Dbtp, Lu, Lufs};

use super::gauge::Gauge;
use super::meter::Meter;
use super::peak::PeakMeter;
use super::windows::{
    ABSOLUTE_GATE, MOMENTARY, RANGE_GATE, RANGE_HIGH, RANGE_LOW, RELATIVE_GATE, SHORT_TERM, TENTH, audible,
    energy, level,
};

/// Gates and percentiles are exact to so many LU; the energies behind them are exact.
const BIN: f64 = 0.01;
/// From the absolute gate up to +30 LUFS, over which everything is one bin.
const BINS: usize = 10_000;
/// Steps of 10 ms after which old ones are let go.
const KEPT: usize = 6_000;

/// Follows loudness and true peak of what is heard; made by [`Gauge::live`].
#[derive(Debug, Clone)]
pub struct LiveMeter {
    meter: Meter,
    /// Steps of the meter that went into the blocks, a multiple of [`TENTH`].
    counted: usize,
    gating: Blocks,
    range: Blocks,
}

/// Blocks over the absolute gate, by their loudness.
#[derive(Debug, Clone)]
struct Blocks(Vec<(u64, f64)>);

impl LiveMeter {
    pub(super) fn new(gauge: Gauge) -> Self {
        Self { meter: gauge.meter(), counted: 0, gating: Blocks::new(), range: Blocks::new() }
    }

    /// Takes the next samples, interleaved.
    pub fn add(&mut self, samples: &[f32]) {
        self.meter.add(samples);
        while self.meter.energies.len() >= self.counted + TENTH {
            self.counted += TENTH;
            let mean = |length: usize| {
                let start = self.counted.checked_sub(length)?;
                Some(self.meter.energies[start..self.counted].iter().sum::<f64>() / length as f64)
            };
            let (momentary, short_term) = (mean(MOMENTARY), mean(SHORT_TERM));
            momentary.into_iter().for_each(|block| self.gating.add(block));
            short_term.into_iter().for_each(|block| self.range.add(block));
        }
        self.forget();
    }

    /// Lets go of steps that no window reaches any more; as many at a time as after which lengths of steps repeat.
    fn forget(&mut self) {
        let round = TENTH * self.meter.gauge.period();
        let old = self.counted.saturating_sub(SHORT_TERM) / round * round;
        if old >= KEPT {
            self.meter.energies.drain(..old);
            self.counted -= old;
        }
    }

    /// Returns the loudness of the last 400 ms; none before they are there, and for silence.
    pub fn momentary(&self) -> Option<Lufs> {
        self.meter.momentary()
    }

    /// Returns the loudness of the last 3 s; none before they are there, and for silence.
    pub fn short_term(&self) -> Option<Lufs> {
        self.meter.short_term()
    }

    /// Returns the gated loudness since the last restart.
    pub fn integrated(&self) -> Option<Lufs> {
        let ungated = self.gating.mean_from(ABSOLUTE_GATE)?;
        self.gating.mean_from(level(ungated) + RELATIVE_GATE).and_then(audible)
    }

    /// Returns the loudness range since the last restart.
    pub fn range(&self) -> Option<Lu> {
        let gate = level(self.range.mean_from(ABSOLUTE_GATE)?) + RANGE_GATE;
        let last = self.range.count_from(gate).checked_sub(1)?;
        let at = |part: f64| self.range.loudness_at(gate, (last as f64 * part).round() as u64);
        Some(Lu((at(RANGE_HIGH)? - at(RANGE_LOW)?) as f32))
    }

    /// Returns the highest true peak since the last restart; none for silence.
    pub fn true_peak(&self) -> Option<Dbtp> {
        let levels = self.meter.peaks.iter().filter_map(|peak| peak.levels().true_peak);
        levels.reduce(|highest, level| if level.0 > highest.0 { level } else { highest })
    }

    /// Begins integrated loudness, range and true peak anew; the windows go on.
    pub fn restart(&mut self) {
        (self.gating, self.range) = (Blocks::new(), Blocks::new());
        self.meter.peaks.iter_mut().for_each(PeakMeter::restart);
    }
}

impl Blocks {
    fn new() -> Self {
        Self(vec![(0, 0.0); BINS])
    }

    fn add(&mut self, block: f64) {
        if block > energy(ABSOLUTE_GATE) && block.is_finite() {
            let (count, sum) = &mut self.0[bin(level(block))];
            *count += 1;
            *sum += block;
        }
    }

    /// Returns the mean square of the blocks from a loudness on.
    fn mean_from(&self, gate: f64) -> Option<f64> {
        let bins = &self.0[bin(gate)..];
        let (count, sum) = bins.iter().fold((0, 0.0), |all, bin| (all.0 + bin.0, all.1 + bin.1));
        (count > 0).then(|| sum / count as f64)
    }

    fn count_from(&self, gate: f64) -> u64 {
        self.0[bin(gate)..].iter().map(|bin| bin.0).sum()
    }

    /// Returns the loudness of the block with so many quieter ones among those from `gate` on.
    fn loudness_at(&self, gate: f64, place: u64) -> Option<f64> {
        let mut below = 0;
        let bins = &self.0[bin(gate)..];
        let found = bins.iter().find(|bin| {
            below += bin.0;
            below > place
        });
        found.map(|(count, sum)| level(sum / *count as f64))
    }
}

fn bin(loudness: f64) -> usize {
    (((loudness - ABSOLUTE_GATE) / BIN).max(0.0) as usize).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Progress;
    use std::sync::atomic::AtomicBool;

    /// Two minutes of a tone of 1 kHz that swells and fades, with pauses.
    fn song(rate: u32) -> Vec<f32> {
        let level = |time: f64| match time % 10.0 {
            t if t > 8.0 => 0.0,
            t => 0.02 + 0.4 * (t / 8.0) * (0.5 + 0.5 * (time / 120.0)),
        };
        let sample = |n: u32| {
            let time = f64::from(n) / f64::from(rate);
            (level(time) * (std::f64::consts::TAU * 997.0 * time).sin()) as f32
        };
        (0..120 * rate).flat_map(|n| [sample(n), 0.7 * sample(n)]).collect()
    }

    #[test]
    fn what_the_ear_is_told_is_what_the_whole_is_measured_as() {
        for rate in [44_100, 11_025] {
            let samples = song(rate);
            let flag = AtomicBool::new(false);
            let progress = Progress { report: &|_| {}, cancelled: &flag };
            let whole = Gauge::new(rate, 2).unwrap().measure(&samples, &progress).unwrap().loudness;
            let mut live = Gauge::new(rate, 2).unwrap().live();
            samples.chunks(1_000).for_each(|part| live.add(part));
            let near = |a: f32, b: f32| (a - b).abs() < 0.03;
            let integrated = live.integrated().unwrap();
            assert!(near(integrated.0, whole.integrated.unwrap().0), "{rate}: {integrated:?}, {whole:?}");
            assert!(near(live.range().unwrap().0, whole.range.unwrap().0), "{:?}, {whole:?}", live.range());
            assert!(near(live.true_peak().unwrap().0, whole.true_peak.unwrap().0));
            assert!(live.meter.energies.len() < KEPT + 2 * SHORT_TERM, "old steps are let go");
        }
    }

    #[test]
    fn a_restart_forgets_all_but_the_windows() {
        let mut live = Gauge::song().live();
        live.add(&song(44_100)[..44_100 * 2 * 7]);
        let momentary = live.momentary();
        live.restart();
        assert_eq!((live.integrated(), live.range(), live.true_peak()), (None, None, None));
        assert!(momentary.is_some() && live.momentary() == momentary);
    }
}
