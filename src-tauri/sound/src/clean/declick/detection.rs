//! What is a click, and what is the attack of a drum, the edge of a wave or the buzz of a voice.

use super::prediction::{Model, ORDER};

/// How far a click stands above the errors of prediction around it, in their standard deviations.
const FAR: f64 = 8.0;
/// Errors that are looked at more closely, in standard deviations of the whole stretch.
const NOTABLE: f64 = 4.0;
/// Where a click begins and ends, as a share of the threshold.
const EDGE: f64 = 0.4;
/// The median of absolute values times this is the standard deviation of a normal distribution (Hampel, 1974).
const MAD: f64 = 1.4826;
/// Errors below this are no click even in silence: with [`FAR`], −76 dBFS.
const FLOOR: f64 = 2e-5;
/// An attack: the sound is so much stronger behind it than before (3 dB), or its errors are.
const RISE: f64 = 1.4;
const UNREST: f64 = 1.4;
/// What is fainter than this share of the sound around it is left: it is masked, and more often an overtone than a click.
const MASKED: f64 = 0.05;
/// Peaks of a wave are alike within this factor, and as far apart as one another within this share.
const ALIKE: f64 = 2.5;
const STEADY: f64 = 0.03;
/// Samples of a click that may be as foreseen, one after the other.
const GAP: usize = 10;
/// Of the errors around a click in order, the one that tells whether it is alone (a click or two beside it do not count),
/// and how far it stands above that one: no less than above noise.
const CROWD: f64 = 0.85;
const ALONE: f64 = 5.0;
/// Samples next to a click that are replaced with it.
const FRINGE: usize = 1;

/// Lengths in samples.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// What is mended at a time.
    pub hop: usize,
    /// What is known on both sides of it: a wave down to 29 Hz shows itself twice.
    pub margin: usize,
    /// Where errors are compared, on both sides of a click.
    context: usize,
    /// Where it must be alone.
    around: usize,
    /// Where the strength of the sound is compared, besides the context.
    strength: usize,
    /// The longest click; what lasts longer is sound.
    longest: usize,
}

impl Sizes {
    pub(super) fn at(rate: u32) -> Self {
        let milliseconds = |ms: f64| (f64::from(rate) * ms / 1_000.0).round() as usize;
        Self {
            hop: milliseconds(46.0).max(4 * ORDER),
            margin: milliseconds(35.0).max(4 * ORDER),
            context: milliseconds(8.0).max(ORDER),
            around: milliseconds(20.0).max(ORDER),
            strength: milliseconds(25.0).max(ORDER),
            longest: milliseconds(0.8).max(24),
        }
    }

    pub(super) fn block(&self) -> usize {
        self.hop + 2 * self.margin
    }
}

/// Damaged samples of a block, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Click {
    pub start: usize,
    pub end: usize,
}

impl Click {
    pub(super) fn len(&self) -> usize {
        self.end + 1 - self.start
    }
}

/// A group of notable errors.
struct Peak {
    first: usize,
    /// Where the largest error is, and what it is.
    at: usize,
    error: f64,
}

/// Returns the clicks behind the first margin of a block, of which `end` samples are sound, as far as enough is known of
/// what follows them.
pub(super) fn clicks(sound: &[f64], model: &Model, end: usize, sizes: &Sizes) -> Vec<Click> {
    let (ahead, back) = (model.errors_ahead(sound), model.errors_back(sound));
    let usual = deviation(&ahead[ORDER..]).max(FLOOR);
    let peaks = peaks(&ahead, NOTABLE * usual);
    let scene = Scene { sound, ahead: &ahead, back: &back, sizes };
    let alone =
        |peak: &&Peak| (sizes.margin..end).contains(&peak.first) && !is_of_a_wave(peak, &peaks, sizes.margin);
    peaks.iter().filter(alone).filter_map(|peak| scene.click(peak)).filter(|click| click.end < end).collect()
}

/// Groups errors over a threshold; those of a group lie closer together than the model reaches.
fn peaks(errors: &[f64], threshold: f64) -> Vec<Peak> {
    let mut peaks: Vec<Peak> = Vec::new();
    let mut last = None;
    for (at, error) in errors.iter().copied().enumerate().filter(|(_, error)| error.abs() > threshold) {
        match peaks.last_mut() {
            Some(peak) if last.is_some_and(|last| at <= last + ORDER) => {
                if error.abs() > peak.error.abs() {
                    (peak.at, peak.error) = (at, error);
                }
            }
            _ => peaks.push(Peak { first: at, at, error }),
        }
        last = Some(at);
    }
    peaks
}

/// Returns whether a peak is one of several in a row that are alike and equally far apart: the edges of a sawtooth, or the
/// glottis of a singer. Four make a row; of slow waves no more than three are in sight.
fn is_of_a_wave(peak: &Peak, peaks: &[Peak], reach: usize) -> bool {
    let alike = |other: &&Peak| {
        let ratio = other.error / peak.error;
        other.at != peak.at && (1.0 / ALIKE..=ALIKE).contains(&ratio)
    };
    let others: Vec<f64> = peaks.iter().filter(alike).map(|other| other.at as f64 - peak.at as f64).collect();
    let in_sight = |distance: &&f64| (0.0..=reach as f64).contains(&distance.abs());
    others.iter().filter(in_sight).any(|distance| {
        let is_there = |steps: &i32| {
            let steps = f64::from(*steps);
            let tolerance = steps.abs() * (2.0 + STEADY * distance.abs());
            others.iter().any(|other| (other - steps * distance).abs() <= tolerance)
        };
        let ahead = (1..=3).take_while(is_there).count();
        let behind = (-3..=-1).rev().take_while(is_there).count();
        ahead + behind >= if 3.0 * distance.abs() <= reach as f64 { 3 } else { 2 }
    })
}

/// A block with its errors of prediction.
struct Scene<'a> {
    sound: &'a [f64],
    ahead: &'a [f64],
    back: &'a [f64],
    sizes: &'a Sizes,
}

impl Scene<'_> {
    /// Returns the click that a peak is, if it is one. From the past it is unforeseen from its first sample on, from the
    /// future from its last.
    fn click(&self, peak: &Peak) -> Option<Click> {
        let Sizes { context, longest, .. } = *self.sizes;
        let guess = (peak.at + longest.min(ORDER)).min(self.sound.len() - 1);
        let before = self.deviation(peak.first.saturating_sub(context + 4), context)?;
        let after = self.deviation(guess + ORDER, context)?;
        let crowds = self.crowds(peak.first.saturating_sub(4), guess + ORDER);
        let calm = |before: f64, after: f64| after <= UNREST * before.max(FLOOR);
        if !calm(before, after) || !calm(crowds.0, crowds.1) {
            return None;
        }
        let noise = FAR * before.max(after).max(FLOOR);
        let threshold =
            noise.max(ALONE * crowds.0.max(crowds.1)).max(MASKED * self.strength(peak.first, guess));
        let over = |errors: &[f64], at: usize, edge: f64| errors[at].abs() > edge;
        let start = (peak.first..=guess).find(|at| over(self.ahead, *at, EDGE * threshold))?;
        let reach = (start + longest).min(self.sound.len() - ORDER);
        let mut end = start;
        // To its faint end, but not into the next click.
        for at in start..reach {
            if over(self.back, at, EDGE * noise) && at <= end + GAP {
                end = at;
            }
        }
        let largest = |errors: &[f64]| errors[start..=end].iter().fold(0.0_f64, |m, e| m.max(e.abs()));
        let unforeseen = largest(self.ahead) > threshold && largest(self.back) > threshold;
        if !unforeseen || end + 2 >= reach || self.rises(start, end) {
            return None;
        }
        Some(Click { start: start.saturating_sub(FRINGE), end: end + FRINGE })
    }

    /// Returns how large the larger ones are of the errors before and behind a place.
    fn crowds(&self, start: usize, end: usize) -> (f64, f64) {
        let around = self.sizes.around;
        let before = &self.ahead[start.saturating_sub(around)..start];
        let after = self.ahead.get(end..(end + around).min(self.ahead.len())).unwrap_or_default();
        (quantile(before, CROWD), quantile(after, CROWD))
    }

    /// Returns how strong the sound is around a place, whichever side is weaker.
    fn strength(&self, start: usize, end: usize) -> f64 {
        let length = self.sizes.context;
        let before = self.energy(start.saturating_sub(length + 4), length);
        before.min(self.energy(end + 5, length)).sqrt()
    }

    fn energy(&self, from: usize, length: usize) -> f64 {
        let part = self.sound.get(from..(from + length).min(self.sound.len())).unwrap_or_default();
        part.iter().map(|sample| sample * sample).sum::<f64>() / length as f64
    }

    fn deviation(&self, from: usize, count: usize) -> Option<f64> {
        self.ahead.get(from..from + count).map(deviation)
    }

    /// Returns whether the sound itself is stronger behind a place than before, for a moment and for longer (the moment may
    /// be part of a slow wave): something begins there.
    fn rises(&self, start: usize, end: usize) -> bool {
        [self.sizes.context, self.sizes.strength].into_iter().all(|length| {
            let before = self.energy(start.saturating_sub(length + 4), length);
            let after = self.energy(end + 5, length);
            after > RISE * RISE * before + FLOOR * FLOOR
        })
    }
}

/// Returns the standard deviation of values of which less than half may be anything.
fn deviation(values: &[f64]) -> f64 {
    MAD * quantile(values, 0.5)
}

/// Returns the size that this share of the values does not pass.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sizes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
    if sizes.is_empty() {
        return 0.0;
    }
    let place = ((sizes.len() - 1) as f64 * share) as usize;
    *sizes.select_nth_unstable_by(place, f64::total_cmp).1
}
