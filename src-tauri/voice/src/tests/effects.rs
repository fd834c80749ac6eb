//! Characters, other voices, and the level of them all.

use son1k_domain::conversion::{Character, Conversion, ConversionPreset, Vocoder, Wave};
use son1k_domain::music::{Key, Mode, PitchClass};

use super::support::*;
use crate::presets;

const RATE: u32 = 24_000;

fn of(character: Character) -> Conversion {
    Conversion { character, ..Conversion::default() }
}

#[test]
fn a_whisper_has_no_period() {
    let take = sing(RATE, 1.5, vibrato(130.0, 20.0));
    assert!(periodicity(&take.sound, RATE) > 0.9);
    let whispered = take.converted(&of(Character::Whisper));
    let left = periodicity(inner(&whispered, RATE), RATE);
    assert!(left < 0.35, "{left}");
}

#[test]
fn a_whisper_keeps_the_formants() {
    let take = sing(16_000, 1.5, vibrato(118.0, 40.0));
    let out = take.converted(&of(Character::Whisper));
    let before = formants(inner(&take.sound, 16_000), 16_000);
    for (now, before) in formants(inner(&out, 16_000), 16_000).into_iter().zip(before) {
        assert!((now / before - 1.0).abs() < 0.08, "{now} was {before}");
    }
}

#[test]
fn a_telephone_has_no_lows_and_no_highs() {
    let take = sing(RATE, 1.5, words);
    let out = take.converted(&of(Character::Telephone));
    let change = |from: f64, to: f64| {
        let power = |sound: &[f32]| power_between(sound, RATE, from, to);
        10.0 * (power(&out) / power(&take.sound)).log10()
    };
    let (low, middle, high) = (change(90.0, 200.0), change(500.0, 2_500.0), change(4_300.0, 11_000.0));
    assert!(low < middle - 35.0 && high < middle - 30.0, "{low} {middle} {high}");
    assert!(middle.abs() < 4.0, "{middle}");
}

#[test]
fn a_third_above_is_major_or_minor_as_the_key_has_it() {
    let key = Some(Key { tonic: PitchClass(0), mode: Mode::Major });
    // C with E, D with F, not with F sharp; and a fourth below G is D.
    for (sung, degree, right, wrong) in
        [(261.63, 2, 329.63, 311.13), (293.66, 2, 349.23, 369.99), (196.0, -3, 146.83, 155.56)]
    {
        let take = sing(RATE, 2.0, move |_| sung);
        let out = take.converted(&Conversion { harmony: vec![degree], key, ..Conversion::default() });
        let inner = inner(&out, RATE);
        // Its pitch wanders a little, so its partial is wide.
        let power = |hertz: f64| {
            (-8..=8).map(|n| power_at(inner, RATE, 2.0 * hertz * (1.0 + f64::from(n) * 0.001))).sum::<f64>()
        };
        let above = 10.0 * (power(right) / power(wrong)).log10();
        assert!(above > 20.0, "{sung}: {above} dB");
    }
}

#[test]
fn a_vocoder_sings_its_chord_and_not_the_voice() {
    let take = sing(RATE, 2.0, vibrato(110.0, 0.0));
    let key = Some(Key { tonic: PitchClass(9), mode: Mode::Minor });
    let vocoder = Some(Vocoder { wave: Wave::Saw, bands: 24, chord: vec![2] });
    let out = take.converted(&Conversion { vocoder, key, ..Conversion::default() });
    let (third, own) = (130.81, 110.0);
    let power = |hertz: f64| {
        (-6..=6)
            .map(|n| power_at(inner(&out, RATE), RATE, 3.0 * hertz * (1.0 + f64::from(n) * 0.001)))
            .sum::<f64>()
    };
    assert!(power(third) > 100.0 * power(own));
}

#[test]
fn breath_fills_the_gaps_between_the_partials() {
    let take = sing(RATE, 1.5, vibrato(200.0, 0.0));
    let between = |sound: &[f32]| {
        (20..30).map(|n| power_at(inner(sound, RATE), RATE, 200.0 * (f64::from(n) + 0.5))).sum::<f64>()
    };
    let out = take.converted(&Conversion { breath: 1.0, ..Conversion::default() });
    assert!(between(&out) > 10.0 * between(&take.sound));
}

#[test]
fn every_preset_keeps_the_length_and_the_level_of_what_is_voiced() {
    let take = sing(RATE, 3.0, words);
    let voiced = |sound: &[f32]| {
        let is = |n: &usize| words(*n as f64 / f64::from(RATE)) > 0.0;
        rms(&(0..sound.len()).filter(is).map(|n| sound[n]).collect::<Vec<_>>())
    };
    for preset in ConversionPreset::ALL {
        let out = take.converted(&presets::conversion(preset));
        assert_eq!(out.len(), take.sound.len());
        let change = decibels(voiced(&out) / voiced(&take.sound));
        assert!(change.abs() < 1.0, "{preset:?}: {change} dB");
    }
}

/// The presets without noise and overdrive: those bend a sound everywhere.
pub(super) const CLEAN: [ConversionPreset; 10] = [
    ConversionPreset::Deeper,
    ConversionPreset::Higher,
    ConversionPreset::Woman,
    ConversionPreset::Man,
    ConversionPreset::Child,
    ConversionPreset::Robot,
    ConversionPreset::Choir,
    ConversionPreset::Harmony,
    ConversionPreset::Autotune,
    ConversionPreset::Doubling,
];

#[test]
fn nothing_clicks_where_voices_begin_and_end() {
    let take = sing(RATE, 3.0, words);
    let most = bend(&take.sound);
    for preset in CLEAN {
        // Formants that move up by a third bend a wave by its square, 1.7.
        let bent = bend(&take.converted(&presets::conversion(preset))) / most;
        assert!(bent < 2.5, "{preset:?}: {bent} times the bend of the voice");
    }
}

#[test]
fn all_presets_are_told_apart_by_what_they_change() {
    let all = presets::all();
    for (n, one) in all.iter().enumerate() {
        assert!(!one.conversion.is_neutral());
        assert_eq!(one.conversion.clone().within_limits(), one.conversion);
        assert!(all[..n].iter().all(|other| other.conversion != one.conversion));
    }
}
