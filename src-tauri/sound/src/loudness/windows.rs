//! From the energies of short steps to loudness: windows, gates and the range (ITU-R BS.1770-4, EBU Tech 3341, 3342).

use son1k_domain::loudness::LoudnessCurve;
use son1k_domain::unit::{Lu, Lufs, Seconds};

/// Steps of 10 ms in 100 ms, the distance of gating blocks and of the values of a curve. Maxima are looked for at every
/// step: Tech 3341, cases 10 and 13, want them wherever they lie.
pub(super) const TENTH: usize = 10;
/// Steps of the momentary loudness and of a gating block, 400 ms.
pub(super) const MOMENTARY: usize = 4 * TENTH;
/// Steps of the short-term loudness, 3 s.
pub(super) const SHORT_TERM: usize = 30 * TENTH;

/// Gates of the integrated loudness (BS.1770-4): absolute, in LUFS, and below the loudness of what passes it, in LU.
pub(super) const ABSOLUTE_GATE: f64 = -70.0;
pub(super) const RELATIVE_GATE: f64 = -10.0;
/// Gate and percentiles of the loudness range (Tech 3342).
pub(super) const RANGE_GATE: f64 = -20.0;
pub(super) const RANGE_LOW: f64 = 0.10;
pub(super) const RANGE_HIGH: f64 = 0.95;
/// What is below this, in LUFS, is silence.
const SILENCE: f64 = -120.0;

/// Returns the loudness of a mean square, in LUFS.
pub(super) fn level(energy: f64) -> f64 {
    -0.691 + 10.0 * energy.log10()
}

pub(super) fn energy(level: f64) -> f64 {
    10f64.powf((level + 0.691) / 10.0)
}

/// Returns the gated loudness of gating blocks, given as mean squares.
fn gated<I: Iterator<Item = f64>>(blocks: impl Fn() -> I) -> Option<Lufs> {
    let ungated = mean_above(blocks(), energy(ABSOLUTE_GATE))?;
    let gate = (level(ungated) + RELATIVE_GATE).max(ABSOLUTE_GATE);
    mean_above(blocks(), energy(gate)).and_then(audible)
}

/// Returns the loudness of several sounds, one after the other, gated as one: the values of their momentary curves are
/// the gating blocks.
pub fn together(curves: &[&LoudnessCurve]) -> Option<Lufs> {
    let momentary = || curves.iter().flat_map(|curve| curve.momentary.iter().flatten());
    gated(|| momentary().map(|loudness| energy(f64::from(loudness.0))))
}

/// Returns the loudness of a mean square, unless it is silence.
pub(super) fn audible(energy: f64) -> Option<Lufs> {
    let level = level(energy);
    (level > SILENCE).then_some(Lufs(level as f32))
}

/// The mean squares of all windows of a sound, one from every step on.
pub(super) struct Windows {
    pub(super) momentary: Vec<f64>,
    pub(super) short_term: Vec<f64>,
}

impl Windows {
    /// `steps` are mean squares, each of 10 ms. Windows are summed anew from tenths of a second rather than slid along:
    /// what is taken off a sum leaves a rest that silence would show.
    pub(super) fn of(steps: &[f64]) -> Self {
        let tenths: Vec<f64> = steps.windows(TENTH).map(|tenth| tenth.iter().sum()).collect();
        let mean = |length: usize| {
            let count = (steps.len() + 1).saturating_sub(length);
            let sum =
                |start: usize| tenths[start..=start + length - TENTH].iter().step_by(TENTH).sum::<f64>();
            (0..count).map(|start| sum(start) / length as f64).collect()
        };
        Self { momentary: mean(MOMENTARY), short_term: mean(SHORT_TERM) }
    }

    /// Returns the gated loudness.
    pub(super) fn integrated(&self) -> Option<Lufs> {
        gated(|| self.momentary.iter().copied().step_by(TENTH))
    }

    /// Returns the loudness range.
    pub(super) fn range(&self) -> Option<Lu> {
        let blocks = || self.short_term.iter().copied().step_by(TENTH);
        let ungated = mean_above(blocks(), energy(ABSOLUTE_GATE))?;
        let gate = energy((level(ungated) + RANGE_GATE).max(ABSOLUTE_GATE));
        let mut loud: Vec<f64> = blocks().filter(|block| *block > gate).collect();
        loud.sort_by(f64::total_cmp);
        let last = loud.len().checked_sub(1)?;
        let at = |part: f64| level(loud[(last as f64 * part).round() as usize]);
        Some(Lu((at(RANGE_HIGH) - at(RANGE_LOW)) as f32))
    }

    /// Returns the values for drawing.
    pub(super) fn curve(&self, spacing: Seconds) -> LoudnessCurve {
        let drawn = |windows: &[f64], length: usize| {
            let before = std::iter::repeat_n(None, length / TENTH - 1);
            before.chain(windows.iter().step_by(TENTH).map(|window| audible(*window))).collect()
        };
        let (momentary, short_term) = match self.momentary.is_empty() {
            true => (Vec::new(), Vec::new()),
            false => (drawn(&self.momentary, MOMENTARY), drawn(&self.short_term, SHORT_TERM)),
        };
        // A sound shorter than the window has as many values, all of them none.
        let short_term = short_term.into_iter().take(momentary.len()).collect();
        LoudnessCurve { spacing, momentary, short_term }
    }
}

/// Returns the loudest of some windows.
pub(super) fn loudest(windows: &[f64]) -> Option<Lufs> {
    windows.iter().copied().reduce(f64::max).and_then(audible)
}

fn mean_above(blocks: impl Iterator<Item = f64>, gate: f64) -> Option<f64> {
    let (sum, count) = blocks
        .filter(|block| *block > gate)
        .fold((0.0, 0u32), |(sum, count), block| (sum + block, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}
