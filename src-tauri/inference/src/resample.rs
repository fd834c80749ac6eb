//! From one rate to another by a windowed sinc, one filter a phase; any stretch of the result by itself.

use std::f64::consts::PI;
use std::ops::Range;

/// Zero crossings of the sinc on each side; long enough that the stop band lies below the 16-bit floor.
const CROSSINGS: f64 = 48.0;
/// Share of the lower Nyquist frequency that passes, so that the slope ends near it.
const ROLL_OFF: f64 = 0.945;
/// Kaiser window: about 100 dB of attenuation (J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window
/// function", 1974: β = 0.1102 (A − 8.7)).
const BETA: f64 = 10.06;

/// From one rate to another. Output `n` lies at input `n · down / up`.
pub(crate) struct Resampler {
    /// The rates' ratio in lowest terms.
    up: usize,
    down: usize,
    /// Input samples that a filter sees on each side.
    reach: usize,
    filters: Vec<Vec<f32>>,
}

impl Resampler {
    /// Returns a resampler between rates in hertz; their ratio must be one of small numbers, as those of sound are.
    pub(crate) fn new(from: usize, to: usize) -> Self {
        let common = common_divisor(from, to);
        let (up, down) = (to / common, from / common);
        let cutoff = ROLL_OFF * (up as f64 / down as f64).min(1.0);
        let reach = (CROSSINGS / cutoff).ceil() as usize;
        let filters = (0..up).map(|phase| filter(phase as f64 / up as f64, cutoff, reach)).collect();
        Self { up, down, reach, filters }
    }

    /// Returns how many samples come of so many.
    pub(crate) fn length(&self, samples: usize) -> usize {
        (samples * self.up).div_ceil(self.down)
    }

    /// Returns the fewest samples that give so many.
    pub(crate) fn needed_for(&self, resampled: usize) -> usize {
        (resampled * self.down).div_ceil(self.up)
    }

    /// Returns how many output samples are final when so many input samples are known and more may follow.
    pub(crate) fn settled(&self, samples: usize) -> usize {
        (samples.saturating_sub(self.reach + 1) * self.up) / self.down
    }

    /// Returns the first input sample that output `n` and those behind it need.
    pub(crate) fn needed_from(&self, n: usize) -> usize {
        (n * self.down / self.up).saturating_sub(self.reach)
    }

    /// Returns a stretch of the sound at the new rate; what lies behind its end is left out.
    pub(crate) fn stretch(&self, sound: &[f32], stretch: Range<usize>) -> Vec<f32> {
        self.stretch_of_tail(sound, 0, stretch)
    }

    /// Like [`Resampler::stretch`] when only the samples from `first` on are still known.
    pub(crate) fn stretch_of_tail(&self, tail: &[f32], first: usize, stretch: Range<usize>) -> Vec<f32> {
        let stretch = stretch.start..stretch.end.min(self.length(first + tail.len()));
        let centre = |n: usize| (n * self.down / self.up).saturating_sub(first);
        stretch.map(|n| at(tail, &self.filters[n * self.down % self.up], centre(n), self.reach)).collect()
    }
}

fn common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a.max(1) } else { common_divisor(b, a % b) }
}

/// Returns the taps for a point `offset` behind an input sample, from `reach` samples before it on. `cutoff` is a share
/// of the input's Nyquist frequency.
fn filter(offset: f64, cutoff: f64, reach: usize) -> Vec<f32> {
    let tap = |i: usize| {
        let t = i as f64 - reach as f64 - offset;
        let x = PI * cutoff * t;
        let sinc = if x.abs() < 1e-12 { 1.0 } else { x.sin() / x };
        let edge = (t / (reach as f64 + 1.0)).clamp(-1.0, 1.0);
        cutoff * sinc * bessel_i0(BETA * (1.0 - edge * edge).sqrt()) / bessel_i0(BETA)
    };
    (0..=2 * reach + 1).map(|i| tap(i) as f32).collect()
}

fn at(sound: &[f32], filter: &[f32], centre: usize, reach: usize) -> f32 {
    let first = centre.saturating_sub(reach);
    dot(sound.get(first..).unwrap_or_default(), &filter[first + reach - centre..])
}

/// Eight sums side by side, which a processor does at once.
fn dot(sound: &[f32], taps: &[f32]) -> f32 {
    let length = sound.len().min(taps.len());
    let (sound, sound_rest) = sound[..length].as_chunks::<8>();
    let (taps, taps_rest) = taps[..length].as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (sound, taps) in sound.iter().zip(taps) {
        for (sum, (sample, tap)) in sums.iter_mut().zip(sound.iter().zip(taps)) {
            *sum += sample * tap;
        }
    }
    let rest = sound_rest.iter().zip(taps_rest).map(|(sample, tap)| sample * tap);
    sums.into_iter().chain(rest).sum()
}

/// The modified Bessel function of order zero, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..60 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f64, rate: f64, length: usize) -> Vec<f32> {
        (0..length).map(|n| (2.0 * PI * hz * n as f64 / rate).sin() as f32).collect()
    }

    fn loudest_difference(a: &[f32], b: &[f32]) -> f32 {
        // The ends of the input are edges, not tone.
        a.iter()
            .zip(b)
            .skip(100)
            .take(a.len().min(b.len()) - 200)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max)
    }

    /// The rates that the models ask for, and back.
    const RATES: [(usize, usize); 4] =
        [(44_100, 16_000), (44_100, 22_050), (44_100, 48_000), (48_000, 44_100)];

    #[test]
    fn tones_below_the_lower_limit_keep_their_level_and_phase() {
        for (from, to) in RATES {
            let resampler = Resampler::new(from, to);
            for hz in [50.0, 440.0, 3_000.0, 7_000.0] {
                let resampled = resampler.stretch(&tone(hz, from as f64, from), 0..usize::MAX);
                assert_eq!(resampled.len(), to);
                let difference = loudest_difference(&resampled, &tone(hz, to as f64, to));
                assert!(difference < 1e-3, "{from} to {to}, {hz} Hz: {difference}");
            }
        }
    }

    #[test]
    fn tones_above_the_new_limit_are_gone() {
        for (to, tones) in [(16_000, [8_100.0, 12_000.0, 20_000.0]), (22_050, [11_200.0, 15_000.0, 21_000.0])]
        {
            let resampler = Resampler::new(44_100, to);
            for hz in tones {
                let resampled = resampler.stretch(&tone(hz, 44_100.0, 44_100), 0..usize::MAX);
                let loudest = loudest_difference(&resampled, &vec![0.0; resampled.len()]);
                assert!(loudest < 1e-3, "{hz} Hz: {loudest}");
            }
        }
    }

    #[test]
    fn a_stretch_is_cut_out_of_the_whole() {
        let sound = tone(440.0, 44_100.0, 44_100);
        let resampler = Resampler::new(44_100, 16_000);
        let whole = resampler.stretch(&sound, 0..usize::MAX);
        assert_eq!(resampler.stretch(&sound, 5_000..5_100), whole[5_000..5_100]);
        assert_eq!(resampler.stretch(&sound, 15_990..17_000), whole[15_990..]);
        assert_eq!(resampler.length(resampler.needed_for(48_000)), 48_000);
    }

    #[test]
    fn a_sound_that_comes_piece_by_piece_gives_the_same() {
        let sound = tone(440.0, 48_000.0, 48_000);
        let resampler = Resampler::new(48_000, 44_100);
        let whole = resampler.stretch(&sound, 0..usize::MAX);
        let settled = resampler.settled(30_000);
        assert_eq!(resampler.stretch(&sound[..30_000], 0..settled), whole[..settled]);
        let first = resampler.needed_from(settled);
        assert_eq!(resampler.stretch_of_tail(&sound[first..], first, settled..usize::MAX), whole[settled..]);
    }
}
