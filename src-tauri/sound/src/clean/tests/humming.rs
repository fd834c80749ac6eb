use std::ops::Range;

use son1k_domain::cleaning::Hum;

use super::*;
use crate::clean::{HumFilter, HumSearch, Mains};

fn heard(samples: &[f32], spec: Spec, wanted: Hum) -> Option<Mains> {
    let mut search = HumSearch::new(spec, wanted).unwrap();
    samples.chunks(1_152 * usize::from(spec.channels)).for_each(|block| search.push(block).unwrap());
    search.finish().unwrap()
}

fn filtered(samples: &[f32], spec: Spec, mains: &Mains) -> Vec<f32> {
    let mut filter = HumFilter::new(spec, mains);
    let mut out = Vec::new();
    samples.chunks(1_152 * usize::from(spec.channels)).for_each(|block| filter.push(block, &mut out));
    filter.finish(&mut out);
    out
}

/// Mains hum with harmonics that fall, the odd ones stronger, as a transformer has them.
fn hum(hertz: f64, peak: f64, seconds: f64) -> Vec<f32> {
    let frames = (seconds * f64::from(RATE)) as usize;
    let partials = [1.0, 0.6, 0.5, 0.2, 0.3, 0.08, 0.15, 0.0, 0.1, 0.0, 0.06];
    let sample = |n: usize| {
        let turn = TAU * hertz * n as f64 / f64::from(RATE);
        partials
            .iter()
            .enumerate()
            .map(|(k, part)| part * ((k + 1) as f64 * turn + k as f64).sin())
            .sum::<f64>()
    };
    (0..frames).map(|n| (peak * sample(n)) as f32).collect()
}

/// Piano, bass and brushes: something in every band.
fn song(seconds: f64) -> Vec<f32> {
    let mut dice = Dice(5);
    let mut sound = piano(seconds, RATE);
    for (n, sample) in sound.iter_mut().enumerate() {
        let t = n as f64 / f64::from(RATE);
        let note = [55.0, 73.42, 65.41, 82.41][(t / 0.6) as usize % 4];
        let beat = (t / 0.3).fract() * 0.3;
        let bass = 0.15 * (-3.0 * (t / 0.6).fract()).exp() * (TAU * note * t).sin();
        *sample += (bass + 0.05 * (-30.0 * beat).exp() * dice.normal()) as f32;
    }
    sound
}

/// Energy of a sound in bands of a third of an octave, by their centres in hertz.
fn thirds(sound: &[f32]) -> Vec<(f64, f64)> {
    let length = 1 << 17;
    let transform = realfft::RealFftPlanner::<f32>::new().plan_fft_forward(length);
    let mut powers = vec![0.0; length / 2 + 1];
    for part in sound.chunks_exact(length) {
        let mut part = part.to_vec();
        let mut spectrum = transform.make_output_vec();
        transform.process(&mut part, &mut spectrum).unwrap();
        powers.iter_mut().zip(&spectrum).for_each(|(power, bin)| *power += f64::from(bin.norm_sqr()));
    }
    let bin = |hertz: f64| (hertz * length as f64 / f64::from(RATE)) as usize;
    let band = |number: i32| {
        let centre = 1_000.0 * 2f64.powf(f64::from(number) / 3.0);
        let edges: Range<usize> = bin(centre / 2f64.powf(1.0 / 6.0))..bin(centre * 2f64.powf(1.0 / 6.0));
        (centre, powers[edges].iter().sum())
    };
    (-15..=12).map(band).collect()
}

#[test]
fn the_hum_under_a_song_is_measured_and_taken_out() {
    let (song, hum) = (song(20.0), hum(50.1, 0.01, 20.0));
    let humming: Vec<f32> = song.iter().zip(&hum).map(|(song, hum)| song + hum).collect();
    let mains = heard(&humming, MONO, Hum::Heard).unwrap();
    assert!((mains.frequency - 50.1).abs() < 0.03, "{mains:?}");
    assert!(mains.lines.len() >= 6, "{mains:?}");
    // A filter of fixed notches does to the hum what it does to the sum.
    let left = filtered(&hum, MONO, &mains);
    let reduced = decibels(level(&hum) / level(&left));
    assert!(reduced >= 25.0, "{reduced} dB");
    let clean = filtered(&song, MONO, &mains);
    assert_eq!(clean.len(), song.len());
    for ((hertz, before), (_, after)) in thirds(&song).into_iter().zip(thirds(&clean)) {
        let change = 10.0 * (after / before).log10();
        let beside = mains.lines.iter().any(|line| (line / hertz).log2().abs() < 1.0 / 6.0);
        assert!(beside || change.abs() < 0.5, "{hertz} Hz: {change} dB");
    }
}

#[test]
fn hum_is_gone_from_the_very_beginning() {
    let hum = hum(59.97, 0.02, 10.0);
    let noise = noise(10.0, 1e-4);
    let humming: Vec<f32> = hum.iter().zip(&noise).map(|(hum, noise)| hum + noise).collect();
    let stereo: Vec<f32> = humming.iter().zip(&noise).flat_map(|(a, b)| [*a, *b]).collect();
    let mains = heard(&stereo, STEREO, Hum::Heard).unwrap();
    assert!((mains.frequency - 59.97).abs() < 0.03, "{mains:?}");
    let clean = filtered(&stereo, STEREO, &mains);
    assert_eq!(clean.len(), stereo.len());
    let left: Vec<f32> = clean.iter().step_by(2).copied().collect();
    let early = decibels(level(&humming[..4_410]) / level(&left[..4_410]));
    assert!(early > 20.0, "{early} dB");
}

#[test]
fn no_hum_is_heard_where_there_is_none() {
    let mut bass = song(12.0);
    for (n, sample) in bass.iter_mut().enumerate() {
        // G1, which lies a hertz beside the mains, held throughout.
        *sample += 0.1 * (TAU * 48.999 * n as f64 / f64::from(RATE)).sin() as f32;
    }
    for (name, sound) in [
        ("song", song(12.0)),
        ("bass", bass),
        ("noise", noise(12.0, 0.1)),
        ("silence", vec![0.0; 500_000]),
        ("a moment", hum(50.0, 0.1, 1.0)),
        ("nothing", Vec::new()),
    ] {
        assert_eq!(heard(&sound, MONO, Hum::Heard), None, "{name}");
    }
}

#[test]
fn only_the_mains_that_are_asked_for_are_looked_for() {
    let sound: Vec<f32> = hum(50.0, 0.02, 8.0).iter().zip(noise(8.0, 1e-4)).map(|(a, b)| a + b).collect();
    assert_eq!(heard(&sound, MONO, Hum::Hz60), None);
    assert!(heard(&sound, MONO, Hum::Hz50).is_some());
}
