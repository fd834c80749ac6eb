//! A sound in pieces is the sound in one.

use son1k_domain::conversion::{Conversion, ConversionPreset};

use super::support::*;
use crate::noise::Noise;
use crate::{Known, Stream, presets};

const RATE: u32 = 48_000;
const HOP: usize = 480;

/// With patience and without.
const BOTH: [Known; 2] = [Known { prompt: false, ..Known::LIVE }, Known::LIVE];

/// Converts in pieces of chance lengths, and returns how far the output was behind at most.
fn piecewise(take: &Take, conversion: &Conversion, known: Known, seed: u64) -> (Vec<f32>, usize) {
    let mut stream = Stream::new(RATE, HOP, conversion, known).unwrap();
    let (mut out, mut place, mut worst) = (Vec::new(), 0, 0);
    let (mut chance, mut told) = (Noise::new(seed), 0);
    while place < take.sound.len() {
        let length = 1 + (chance.even().abs() * 3_000.0) as usize;
        let end = (place + length).min(take.sound.len());
        let known = end.div_ceil(HOP);
        let pitch: Vec<f32> =
            (told..known).map(|n| words(n as f64 * HOP as f64 / f64::from(RATE)) as f32).collect();
        told = known;
        stream.push(&take.sound[place..end], &pitch, &mut out);
        place = end;
        worst = worst.max(place - out.len().min(place));
    }
    stream.finish(&mut out);
    (out, worst)
}

/// Returns every preset, with patience and without.
fn every() -> impl Iterator<Item = (ConversionPreset, Known)> {
    ConversionPreset::ALL.into_iter().flat_map(|preset| BOTH.map(|known| (preset, known)))
}

#[test]
fn the_cuts_between_calls_are_not_in_the_sound() {
    let take = sing(RATE, 1.2, words);
    for (preset, known) in every() {
        let conversion = presets::conversion(preset);
        let (one, _) = piecewise(&take, &conversion, known, 1);
        let (other, _) = piecewise(&take, &conversion, known, 2);
        assert_eq!(one.len(), take.sound.len());
        assert!(one == other, "{preset:?}, {known:?}");
    }
}

#[test]
fn a_stream_is_never_later_than_it_says() {
    let take = sing(RATE, 1.2, words);
    for (preset, known) in every() {
        let conversion = presets::conversion(preset);
        let stated = Stream::new(RATE, HOP, &conversion, known).unwrap().latency().0;
        let (_, worst) = piecewise(&take, &conversion, known, 3);
        let measured = worst as f64 / f64::from(RATE);
        assert!(measured <= stated, "{preset:?}, {known:?}: {measured} s, stated {stated} s");
    }
}
