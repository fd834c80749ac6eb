//! A sound in pieces is the sound in one.

use son1k_domain::conversion::{Conversion, ConversionPreset};

use super::support::*;
use crate::noise::Noise;
use crate::{Known, Stream, presets};

const RATE: u32 = 48_000;
const HOP: usize = 480;

/// Converts in pieces of chance lengths, and returns how far the output was behind at most.
fn piecewise(take: &Take, conversion: &Conversion, seed: u64) -> (Vec<f32>, usize) {
    let mut stream = Stream::new(RATE, HOP, conversion, Known::LIVE).unwrap();
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

#[test]
fn the_cuts_between_calls_are_not_in_the_sound() {
    let take = sing(RATE, 1.2, words);
    for preset in ConversionPreset::ALL {
        let conversion = presets::conversion(preset);
        let (one, _) = piecewise(&take, &conversion, 1);
        let (other, _) = piecewise(&take, &conversion, 2);
        assert_eq!(one.len(), take.sound.len());
        assert!(one == other, "{preset:?}");
    }
}

#[test]
fn a_stream_is_never_later_than_it_says() {
    let take = sing(RATE, 1.2, words);
    for preset in ConversionPreset::ALL {
        let conversion = presets::conversion(preset);
        let stated = Stream::new(RATE, HOP, &conversion, Known::LIVE).unwrap().latency().0;
        let (_, worst) = piecewise(&take, &conversion, 3);
        let measured = worst as f64 / f64::from(RATE);
        assert!(measured <= stated, "{preset:?}: {measured} s, stated {stated} s");
    }
}

#[test]
fn a_change_of_pitch_is_heard_live_within_fifty_milliseconds() {
    for (pitch, formants) in [(4.0, 0.0), (-5.0, -2.0), (10.0, 2.7)] {
        let conversion = Conversion { pitch, formants, ..Conversion::default() };
        let stream = Stream::new(RATE, 128, &conversion, Known::LIVE).unwrap();
        assert!(stream.latency().0 < 0.05, "{:?}", stream.latency());
    }
}
