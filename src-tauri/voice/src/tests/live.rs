//! What somebody hears of himself: nothing is waited for, and it is still the conversion that was asked for.

use son1k_domain::conversion::{Character, Conversion, ConversionPreset};
use son1k_domain::live::PROMPT;

use super::support::*;
use crate::{Live, presets};

/// Converts block by block, and takes away by how much it is behind.
fn heard(take: &Take, conversion: &Conversion) -> Vec<f32> {
    let mut live = Live::new(take.rate, conversion).unwrap();
    let delay = live.delay();
    let mut sound = take.sound.clone();
    sound.resize(sound.len() + delay, 0.0);
    sound.chunks_mut(128).for_each(|block| live.run(block));
    sound.split_off(delay)
}

#[test]
fn pitch_and_formants_move_as_far_as_with_patience() {
    let rate = 16_000;
    // Where formants move as well, the pitch stays low: wide partials do not tell where these are.
    for (base, pitch, formants_by) in
        [(118.0, -3.0, -1.5), (118.0, 3.0, 1.0), (118.0, 7.0, 0.0), (210.0, -10.0, -2.7), (95.0, 4.0, 2.7)]
    {
        let take = sing(rate, 1.5, vibrato(base, 40.0));
        let out = heard(&take, &Conversion { pitch, formants: formants_by, ..Conversion::default() });
        let goal = base * f64::from(pitch / 12.0).exp2();
        let sung = mean(pitches(inner(&out, rate), rate, goal));
        assert!(cents(sung, goal).abs() < 15.0, "{base} {pitch}: {sung} for {goal}");
        let before = formants(inner(&take.sound, rate), rate);
        let factor = f64::from(formants_by / 12.0).exp2();
        for (now, before) in formants(inner(&out, rate), rate).into_iter().zip(before) {
            assert!((now / (before * factor) - 1.0).abs() < 0.08, "{base} {pitch}: {now} was {before}");
        }
    }
}

#[test]
fn a_whisper_has_no_period_and_keeps_the_formants() {
    let rate = 16_000;
    let take = sing(rate, 1.5, vibrato(118.0, 40.0));
    let conversion = Conversion { character: Character::Whisper, ..Conversion::default() };
    let out = heard(&take, &conversion);
    let left = periodicity(inner(&out, rate), rate);
    assert!(left < 0.35, "{left}");
    let before = formants(inner(&take.sound, rate), rate);
    for (now, before) in formants(inner(&out, rate), rate).into_iter().zip(before) {
        assert!((now / before - 1.0).abs() < 0.08, "{now} was {before}");
    }
}

#[test]
fn every_preset_keeps_the_level_and_clicks_nowhere() {
    let rate = 48_000;
    let take = sing(rate, 3.0, words);
    let most = bend(&take.sound);
    let voiced = |sound: &[f32]| {
        let is = |n: &usize| words(*n as f64 / f64::from(rate)) > 0.0;
        rms(&(0..sound.len()).filter(is).map(|n| sound[n]).collect::<Vec<_>>())
    };
    for preset in ConversionPreset::ALL {
        let out = heard(&take, &presets::conversion(preset));
        let change = decibels(voiced(&out) / voiced(&take.sound));
        assert!(change.abs() < 1.5, "{preset:?}: {change} dB");
        if super::effects::CLEAN.contains(&preset) {
            let bent = bend(&out) / most;
            assert!(bent < 3.0, "{preset:?}: {bent} times the bend of the voice");
        }
    }
}

#[test]
fn no_preset_takes_a_third_of_what_may_pass_from_mouth_to_ear() {
    for preset in ConversionPreset::ALL {
        let took = Live::delay_of(48_000, &presets::conversion(preset)).unwrap().0;
        assert!(took <= PROMPT.0 / 3.0, "{preset:?}: {took} s");
    }
}
