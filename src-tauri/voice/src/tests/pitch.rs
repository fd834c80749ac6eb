//! Pitch, formants, tuning, pace.

use son1k_domain::conversion::{Character, Conversion, Tune};
use son1k_domain::music::{Key, Mode, PitchClass};
use son1k_domain::unit::Seconds;

use super::support::*;

const RATE: u32 = 16_000;

fn plain() -> Conversion {
    Conversion::default()
}

const C_MAJOR: Key = Key { tonic: PitchClass(0), mode: Mode::Major };

#[test]
fn the_ears_of_the_tests_hear_what_was_sung() {
    let take = sing(RATE, 1.5, vibrato(118.0, 40.0));
    for (heard, (made, _)) in formants(inner(&take.sound, RATE), RATE).into_iter().zip(VOWEL) {
        assert!((heard / made - 1.0).abs() < 0.03, "{heard} for {made}");
    }
    let heard = mean(pitches(inner(&take.sound, RATE), RATE, 118.0));
    assert!(cents(heard, 118.0).abs() < 2.0, "{heard}");
}

#[test]
fn a_shifted_pitch_lands_within_ten_cents_and_the_formants_stay() {
    // Not beyond 240 Hz: partials farther apart than the formants do not tell where these are.
    for (base, semitones) in
        [(118.0, -7.0), (118.0, -3.0), (118.0, 4.0), (118.0, 7.0), (118.0, 12.0), (210.0, -12.0)]
    {
        let take = sing(RATE, 1.5, vibrato(base, 40.0));
        let out = take.converted(&Conversion { pitch: semitones, ..plain() });
        let goal = base * f64::from(semitones / 12.0).exp2();
        let heard = mean(pitches(inner(&out, RATE), RATE, goal));
        assert!(cents(heard, goal).abs() < 10.0, "{base} {semitones}: {heard} for {goal}");
        let before = formants(inner(&take.sound, RATE), RATE);
        for (now, before) in formants(inner(&out, RATE), RATE).into_iter().zip(before) {
            assert!((now / before - 1.0).abs() < 0.05, "{base} {semitones}: {now} was {before}");
        }
    }
}

#[test]
fn shifted_formants_move_by_their_factor_and_the_pitch_stays() {
    for semitones in [-4.0, -2.0, 2.0, 4.0f32] {
        let take = sing(RATE, 1.5, vibrato(118.0, 40.0));
        let out = take.converted(&Conversion { formants: semitones, ..plain() });
        let heard = mean(pitches(inner(&out, RATE), RATE, 118.0));
        assert!(cents(heard, 118.0).abs() < 5.0, "{semitones}: {heard}");
        let factor = f64::from(semitones / 12.0).exp2();
        let before = formants(inner(&take.sound, RATE), RATE);
        for (now, before) in formants(inner(&out, RATE), RATE).into_iter().zip(before) {
            assert!((now / (before * factor) - 1.0).abs() < 0.05, "{semitones}: {now} was {before}");
        }
    }
}

#[test]
fn a_shift_of_nothing_gives_back_the_voice_pulse_by_pulse() {
    let take = sing(44_100, 2.0, words);
    // A span that differs by a millionth sends the voice through the singer.
    let out = take.converted(&Conversion { range: 1.000_001, ..plain() });
    let error: Vec<f32> = out.iter().zip(&take.sound).map(|(a, b)| a - b).collect();
    let below = decibels(rms(&error) / rms(&take.sound));
    assert!(below < -40.0, "{below}");
}

#[test]
fn hard_tuning_puts_notes_in_tune_within_five_cents() {
    // A flat E, a sharp D, and a C with a vibrato of a third of a semitone.
    for (sung, cents_off, wide, goal) in
        [(329.63, -32.0, 0.0, 329.63), (146.83, 38.0, 0.0, 146.83), (261.63, 0.0, 33.0, 261.63)]
    {
        let take = sing(RATE, 1.5, vibrato(sung * f64::exp2(cents_off / 1_200.0), wide));
        let tune = Some(Tune { retune: Seconds(0.0), amount: 1.0 });
        let out = take.converted(&Conversion { tune, key: Some(C_MAJOR), ..plain() });
        for heard in pitches(inner(&out, RATE), RATE, goal) {
            assert!(cents(heard, goal).abs() < 5.0, "{heard} for {goal}");
        }
    }
}

#[test]
fn slow_tuning_keeps_the_vibrato() {
    let span = |values: &[f64]| {
        let most = values.iter().copied().fold(f64::MIN, f64::max);
        cents(most, values.iter().copied().fold(f64::MAX, f64::min))
    };
    let goal = 261.63;
    let take = sing(RATE, 2.0, vibrato(goal * f64::exp2(-30.0 / 1_200.0), 15.0));
    let tune = Some(Tune { retune: Seconds(0.2), amount: 1.0 });
    let out = take.converted(&Conversion { tune, key: Some(C_MAJOR), ..plain() });
    // Behind the time that tuning takes.
    let late = &inner(&out, RATE)[RATE as usize / 2..];
    let heard = pitches(late, RATE, goal);
    // The vibrato never leaves the note, so that there is one goal.
    let left = cents(mean(heard.iter().copied()), goal);
    assert!(left.abs() < 8.0, "{left}");
    assert!(span(&heard) > 0.8 * 30.0, "{}", span(&heard));
}

#[test]
fn half_the_span_is_half_the_melody() {
    let take = sing(RATE, 2.0, |t| if t < 1.0 { 110.0 } else { 110.0 * f64::exp2(0.5) });
    let out = take.converted(&Conversion { range: 0.5, ..plain() });
    let low = mean(pitches(&out[3_000..13_000], RATE, 120.0));
    let high = mean(pitches(&out[19_000..29_000], RATE, 140.0));
    assert!((cents(high, low) - 300.0).abs() < 10.0, "{low} {high}");
}

#[test]
fn a_robot_has_one_pitch() {
    let take = sing(RATE, 2.0, |t| 100.0 * f64::exp2(0.3 * t) * (1.0 + 0.02 * (30.0 * t).sin()));
    let out = take.converted(&Conversion { character: Character::Robot, ..plain() });
    let heard = pitches(inner(&out, RATE), RATE, 123.5);
    let middle = mean(heard.iter().copied());
    assert!(heard.iter().all(|&hertz| cents(hertz, middle).abs() < 5.0), "{heard:?}");
}

#[test]
fn another_pace_changes_the_length_and_nothing_else() {
    for speed in [0.6f32, 0.9, 1.5, 2.0] {
        let take = sing(RATE, 1.5, vibrato(118.0, 30.0));
        let out = take.converted(&Conversion { speed, ..plain() });
        assert_eq!(out.len(), (take.sound.len() as f64 / f64::from(speed)).round() as usize);
        let heard = mean(pitches(inner(&out, RATE), RATE, 118.0));
        assert!(cents(heard, 118.0).abs() < 5.0, "{speed}: {heard}");
        let level = decibels(rms(inner(&out, RATE)) / rms(inner(&take.sound, RATE)));
        assert!(level.abs() < 1.0, "{speed}: {level} dB");
    }
}
