use std::f64::consts::TAU;

use super::*;

/// A sine of full scale with its own place in time: a late sample is a wrong sample.
fn sine(frequency: f64, rate: u32, frames: usize) -> Vec<f32> {
    (0..frames).map(|n| (TAU * frequency * n as f64 / f64::from(rate)).sin() as f32).collect()
}

fn farthest(samples: &[f32], expected: &[f32]) -> f32 {
    samples.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

const PAIRS: [(u32, u32); 9] = [
    (44_100, 48_000),
    (48_000, 44_100),
    (8_000, 44_100),
    (384_000, 44_100),
    (44_100, 192_000),
    (96_000, 48_000),
    (11_025, 48_000),
    (44_100, 47_999),
    (65_537, 44_100),
];

#[test]
fn any_rate_becomes_any_other_in_its_place_at_its_length() {
    for (from, to) in PAIRS {
        let frames = from as usize + 123;
        let resampled = Resampler::new(from, to, 1).unwrap().whole(&sine(997.0, from, frames)).unwrap();
        assert_eq!(resampled.len(), (frames * to as usize).div_ceil(from as usize), "{from} {to}");
        let expected = sine(997.0, to, resampled.len());
        // Where the tone starts and stops it is no sine.
        let inside = to as usize / 10..resampled.len() - to as usize / 10;
        let off = farthest(&resampled[inside.clone()], &expected[inside]);
        assert!(off < 2e-4, "{from} {to}: {off}");
    }
}

#[test]
fn what_the_lower_rate_cannot_hold_is_gone() {
    let high = sine(30_000.0, 96_000, 96_000);
    let resampled = Resampler::new(96_000, 44_100, 1).unwrap().whole(&high).unwrap();
    let loudest = resampled[4_410..39_690].iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    assert!(loudest < 1e-4, "{loudest}");
}

#[test]
fn the_band_up_to_twenty_kilohertz_is_kept() {
    let high = sine(20_000.0, 48_000, 48_000);
    let resampled = Resampler::new(48_000, 44_100, 1).unwrap().whole(&high).unwrap();
    let peak = resampled[4_410..39_690].iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    assert!((0.98..1.02).contains(&peak), "{peak}");
}

#[test]
fn pieces_of_any_size_give_what_the_whole_gives() {
    let samples: Vec<f32> = sine(440.0, 48_000, 30_000).into_iter().flat_map(|v| [v, -v / 2.0]).collect();
    let whole = Resampler::new(48_000, 44_100, 2).unwrap().whole(&samples).unwrap();
    let mut resampler = Resampler::new(48_000, 44_100, 2).unwrap();
    // The second round shows that nothing of the first is left.
    for _ in 0..2 {
        let (mut out, mut rest) = (Vec::new(), &samples[..]);
        for size in [2, 1_000, 14, 9_998, 2_048].into_iter().cycle() {
            let (piece, behind) = rest.split_at(size.min(rest.len()));
            resampler.push(piece, &mut out).unwrap();
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
        resampler.finish(&mut out).unwrap();
        assert_eq!(out, whole);
    }
}

#[test]
fn nothing_stays_nothing_and_equal_rates_change_nothing() {
    assert!(Resampler::new(48_000, 44_100, 2).unwrap().whole(&[]).unwrap().is_empty());
    let samples = sine(440.0, 44_100, 1_000);
    assert_eq!(Resampler::new(44_100, 44_100, 2).unwrap().whole(&samples).unwrap(), samples);
    assert!(Resampler::new(0, 44_100, 2).is_err());
    assert!(Resampler::new(44_100, 48_000, 0).is_err());
}
