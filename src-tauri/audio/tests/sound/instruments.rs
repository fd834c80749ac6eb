//! Every patch, kit and preset: it sounds, at its pitch, without faults, and ends.

use son1k_domain::score::{Kit, Patch, Sound};
use son1k_sound::loudness::Gauge;

use crate::pitch::{cents, fundamental, hertz};
use crate::stage::{QUARTER, alone, note, peak, rendered, rms_db, score, stem, track};

const PITCHED: [Patch; 13] = [
    Patch::Sub808,
    Patch::ReeseBass,
    Patch::PluckBass,
    Patch::ArpBass,
    Patch::Supersaw,
    Patch::WarmPad,
    Patch::AirPad,
    Patch::Pluck,
    Patch::FmBell,
    Patch::FmKeys,
    Patch::SawLead,
    Patch::SquareLead,
    Patch::SineLead,
];

fn is_bass(patch: Patch) -> bool {
    matches!(patch, Patch::Sub808 | Patch::ReeseBass | Patch::PluckBass | Patch::ArpBass)
}

/// Checks what holds for every sound: no faults in the numbers, no offset, silence at the end.
fn assert_clean(name: &str, samples: &[f32]) {
    assert!(samples.iter().all(|v| v.is_finite()), "{name} holds what is no number");
    assert!(peak(samples) > 0.02, "{name} does not sound: {}", peak(samples));
    assert!(peak(samples) < 3.0, "{name} is far too loud: {}", peak(samples));
    let mean = samples.iter().sum::<f32>() / samples.len() as f32;
    assert!(mean.abs() < 0.002, "{name} has an offset: {mean}");
    let end = &samples[samples.len() - 2_000..];
    assert!(peak(end) < 0.003 * peak(samples), "{name} does not end: {}", peak(end));
}

#[test]
fn every_patch_plays_its_pitch_and_ends() {
    for patch in PITCHED {
        let key = if is_bass(patch) { 40 } else { 64 };
        let samples = alone(Sound::Synth { patch }, 12, vec![note(0, 4 * QUARTER, key, 100)]);
        assert_clean(&format!("{patch:?}"), &samples);
        let found = fundamental(&samples[2 * 44_100..]);
        let off = cents(found, hertz(key));
        assert!(off.abs() < 25.0, "{patch:?} is off by {off} cents ({found} Hz)");
    }
}

#[test]
fn textures_sound_for_as_long_as_their_note() {
    for patch in [Patch::Riser, Patch::Vinyl] {
        let samples = alone(Sound::Synth { patch }, 10, vec![note(0, 8 * QUARTER, 60, 100)]);
        assert_clean(&format!("{patch:?}"), &samples);
        assert!(peak(&samples[2 * 160_000..2 * 170_000]) > 0.01, "{patch:?} stops too soon");
    }
    let riser = alone(Sound::Synth { patch: Patch::Riser }, 8, vec![note(0, 8 * QUARTER, 60, 100)]);
    let (early, late) = (rms_db(&riser[44_100..88_200]), rms_db(&riser[2 * 150_000..2 * 170_000]));
    assert!(late > early + 15.0, "a riser rises: {early} to {late}");
}

#[test]
fn no_note_ends_with_a_click() {
    for patch in PITCHED {
        let key = if is_bass(patch) { 36 } else { 67 };
        let samples = alone(Sound::Synth { patch }, 6, vec![note(0, 2 * QUARTER, key, 110)]);
        let steepest = |part: &[f32]| part.chunks_exact(2).map(|f| f[0]).collect::<Vec<_>>();
        let jump = |part: &[f32]| {
            steepest(part).windows(3).map(|w| (w[2] - 2.0 * w[1] + w[0]).abs()).fold(0.0, f32::max)
        };
        // The note ends at one second: around it nothing may be sharper than within the note.
        let within = jump(&samples[2 * 4_000..2 * 43_000]);
        let after = jump(&samples[2 * 44_000..2 * 60_000]);
        assert!(after <= within * 1.15 + 1e-4, "{patch:?}: {after} after, {within} within");
    }
}

#[test]
fn soft_notes_are_quieter_and_darker() {
    let brightness = |samples: &[f32]| {
        let difference: Vec<f32> = samples.windows(3).map(|w| w[2] - w[0]).collect();
        rms_db(&difference) - rms_db(samples)
    };
    for patch in [Patch::PluckBass, Patch::Supersaw, Patch::Pluck, Patch::FmKeys, Patch::SawLead] {
        let key = if is_bass(patch) { 40 } else { 60 };
        let play = |velocity| alone(Sound::Synth { patch }, 3, vec![note(0, QUARTER, key, velocity)]);
        let (soft, hard) = (play(40), play(120));
        assert!(rms_db(&hard) > rms_db(&soft) + 8.0, "{patch:?}");
        assert!(brightness(&hard) > brightness(&soft) + 0.3, "{patch:?}");
    }
}

#[test]
fn a_lead_glides_from_a_note_that_is_still_held() {
    let notes = vec![note(0, 2 * QUARTER + 60, 60, 100), note(2 * QUARTER, 2 * QUARTER, 72, 100)];
    let samples = alone(Sound::Synth { patch: Patch::SineLead }, 5, notes);
    let sliding = fundamental(&samples[2 * 44_900..]);
    let arrived = fundamental(&samples[2 * 58_000..]);
    assert!(cents(sliding, hertz(72)) < -20.0, "{sliding}");
    assert!(cents(arrived, hertz(72)).abs() < 25.0, "{arrived}");
}

#[test]
fn every_key_of_every_kit_sounds_and_ends() {
    for kit in [Kit::Dembow, Kit::Trap, Kit::House, Kit::Synthwave, Kit::Lofi, Kit::Pop] {
        let keys: Vec<u8> = (35..=59).chain([60, 63, 70, 75, 82]).collect();
        let tracks = keys
            .iter()
            .map(|&key| track(&format!("{kit:?} {key}"), Sound::Kit { kit }, vec![note(0, 60, key, 100)]))
            .collect();
        let (stems, _folder) = rendered(&score(10, tracks));
        for index in 0..keys.len() {
            let samples = stem(&stems, index);
            assert_clean(stems.tracks()[index].as_str(), &samples);
            let onset = samples.chunks_exact(2).position(|f| f[0].abs() > 0.1 * peak(&samples)).unwrap();
            assert!(onset < 1_800, "{} comes late: {onset}", stems.tracks()[index]);
        }
    }
}

#[test]
fn a_closed_hat_cuts_the_open_one() {
    let ring = |notes| rms_db(&alone(Sound::Kit { kit: Kit::House }, 2, notes)[2 * 14_000..2 * 20_000]);
    let open = ring(vec![note(0, 60, 46, 100)]);
    // The closed hat comes an eighth later and is itself over by then.
    let cut = ring(vec![note(0, 60, 46, 100), note(120, 60, 42, 20)]);
    assert!(cut < open - 6.0, "{open} {cut}");
}

#[test]
fn presets_play_their_pitch_and_a_missing_one_is_replaced() {
    for program in [0u8, 4, 24, 33, 48, 56, 73, 80] {
        let samples = alone(Sound::SoundFont { bank: 0, program }, 8, vec![note(0, 3 * QUARTER, 57, 100)]);
        assert_clean(&format!("program {program}"), &samples);
        let off = cents(fundamental(&samples[2 * 22_050..]), hertz(57));
        assert!(off.abs() < 30.0, "program {program} is off by {off} cents");
    }
    let missing = alone(Sound::SoundFont { bank: 77, program: 0 }, 8, vec![note(0, QUARTER, 60, 100)]);
    let piano = alone(Sound::SoundFont { bank: 0, program: 0 }, 8, vec![note(0, QUARTER, 60, 100)]);
    assert_eq!(missing, piano);
}

#[test]
fn sounds_are_equally_loud() {
    let scale: Vec<u8> = vec![0, 4, 7, 12, 7, 4, 2, 0];
    for patch in PITCHED {
        let base = if is_bass(patch) { 36 } else { 60 };
        let notes = scale
            .iter()
            .enumerate()
            .map(|(n, step)| note(n as u32 * QUARTER, 440, base + step, 100))
            .collect();
        let samples = alone(Sound::Synth { patch }, 9, notes);
        let loudness = crate::stage::with_progress(|p| Gauge::song().integrated(&samples, p)).unwrap();
        assert!((loudness.unwrap().0 + 20.0).abs() < 3.0, "{patch:?}: {loudness:?}");
    }
}
