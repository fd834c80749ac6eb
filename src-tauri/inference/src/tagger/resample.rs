//! 44.1 kHz to 16 kHz by a windowed sinc, one filter a phase.

use std::f64::consts::PI;
use std::ops::Range;

/// 16,000 / 44,100 in lowest terms: output `n` lies at input `n · DOWN / UP`.
const UP: usize = 160;
const DOWN: usize = 441;
/// Zero crossings of the sinc on each side; long enough that the stop band lies below the 16-bit floor.
const CROSSINGS: f64 = 48.0;
/// Share of the new Nyquist frequency that passes, so that the slope ends near it.
const ROLL_OFF: f64 = 0.945;
/// Kaiser window: about 100 dB of attenuation (J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window
/// function", 1974: β = 0.1102 (A − 8.7)).
const BETA: f64 = 10.06;

/// Returns how many samples at 16,000 Hz come of so many at 44,100 Hz.
pub(super) fn length(samples: usize) -> usize {
    (samples * UP).div_ceil(DOWN)
}

/// Returns the fewest samples at 44,100 Hz that give so many at 16,000 Hz.
pub(super) fn needed_for(resampled: usize) -> usize {
    (resampled * DOWN).div_ceil(UP)
}

/// Returns a stretch of the sound at 16,000 Hz; what lies behind its end is left out.
pub(super) fn to_16k(mono: &[f32], stretch: Range<usize>) -> Vec<f32> {
    let reach = (CROSSINGS * DOWN as f64 / UP as f64 / ROLL_OFF).ceil() as usize;
    let filters: Vec<_> = (0..UP).map(|phase| filter(phase, reach)).collect();
    let stretch = stretch.start..stretch.end.min(length(mono.len()));
    stretch.map(|n| at(mono, &filters[n * DOWN % UP], n * DOWN / UP, reach)).collect()
}

/// Returns the taps for a point `phase / UP` behind an input sample, from `reach` samples before it on.
fn filter(phase: usize, reach: usize) -> Vec<f32> {
    let cutoff = ROLL_OFF * UP as f64 / DOWN as f64;
    let offset = phase as f64 / UP as f64;
    let tap = |i: usize| {
        let t = i as f64 - reach as f64 - offset;
        let x = PI * cutoff * t;
        let sinc = if x.abs() < 1e-12 { 1.0 } else { x.sin() / x };
        let edge = (t / (reach as f64 + 1.0)).clamp(-1.0, 1.0);
        cutoff * sinc * bessel_i0(BETA * (1.0 - edge * edge).sqrt()) / bessel_i0(BETA)
    };
    (0..=2 * reach + 1).map(|i| tap(i) as f32).collect()
}

fn at(mono: &[f32], filter: &[f32], centre: usize, reach: usize) -> f32 {
    let first = centre.saturating_sub(reach);
    let taps = &filter[first + reach - centre..];
    mono[first..].iter().zip(taps).map(|(sample, tap)| sample * tap).sum()
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

    #[test]
    fn tones_below_the_new_limit_keep_their_level_and_phase() {
        for hz in [50.0, 440.0, 3_000.0, 7_000.0] {
            let resampled = to_16k(&tone(hz, 44_100.0, 44_100), 0..usize::MAX);
            assert_eq!(resampled.len(), 16_000);
            let difference = loudest_difference(&resampled, &tone(hz, 16_000.0, 16_000));
            assert!(difference < 1e-3, "{hz} Hz: {difference}");
        }
    }

    #[test]
    fn tones_above_the_new_limit_are_gone() {
        for hz in [8_100.0, 12_000.0, 20_000.0] {
            let resampled = to_16k(&tone(hz, 44_100.0, 44_100), 0..usize::MAX);
            let loudest = loudest_difference(&resampled, &vec![0.0; resampled.len()]);
            assert!(loudest < 1e-3, "{hz} Hz: {loudest}");
        }
    }

    #[test]
    fn a_stretch_is_cut_out_of_the_whole() {
        let sound = tone(440.0, 44_100.0, 44_100);
        let whole = to_16k(&sound, 0..usize::MAX);
        assert_eq!(to_16k(&sound, 5_000..5_100), whole[5_000..5_100]);
        assert_eq!(to_16k(&sound, 15_990..17_000), whole[15_990..]);
        assert_eq!(length(needed_for(48_000)), 48_000);
    }
}
