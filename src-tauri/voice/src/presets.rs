//! Conversions that are offered by name.

use son1k_domain::conversion::{
    Character, Conversion, ConversionPreset, PresetConversion, Tune, Vocoder, Wave,
};
use son1k_domain::unit::Seconds;

/// Returns every preset, in the order in which menus show them.
pub fn all() -> Vec<PresetConversion> {
    let row = |preset| PresetConversion { preset, conversion: conversion(preset) };
    ConversionPreset::ALL.into_iter().map(row).collect()
}

/// Returns what a preset changes.
///
/// Women speak 10 semitones above men (110 and 200 Hz on the average) with formants about 17 % higher, children with
/// formants 30 % above men's (G. Peterson & H. Barney, "Control methods used in a study of the vowels", 1952).
pub fn conversion(preset: ConversionPreset) -> Conversion {
    let plain = Conversion::default();
    match preset {
        ConversionPreset::Deeper => Conversion { pitch: -3.0, formants: -1.5, ..plain },
        ConversionPreset::Higher => Conversion { pitch: 3.0, formants: 1.0, ..plain },
        ConversionPreset::Woman => Conversion { pitch: 10.0, formants: 2.7, range: 1.1, ..plain },
        ConversionPreset::Man => Conversion { pitch: -10.0, formants: -2.7, range: 0.9, ..plain },
        ConversionPreset::Child => Conversion { pitch: 9.0, formants: 4.5, range: 1.2, ..plain },
        ConversionPreset::Old => {
            Conversion { pitch: -1.0, formants: -0.5, range: 0.85, breath: 0.25, ..of(Character::Old) }
        }
        ConversionPreset::Whisper => of(Character::Whisper),
        ConversionPreset::Robot => of(Character::Robot),
        ConversionPreset::Telephone => of(Character::Telephone),
        ConversionPreset::Radio => of(Character::Radio),
        ConversionPreset::Monster => Conversion { pitch: -6.0, formants: -5.0, ..of(Character::Monster) },
        ConversionPreset::Choir => Conversion { choir: 6, ..plain },
        ConversionPreset::Harmony => Conversion { harmony: vec![2, 4], ..plain },
        ConversionPreset::Autotune => {
            Conversion { tune: Some(Tune { retune: Seconds(0.015), amount: 1.0 }), ..plain }
        }
        ConversionPreset::Vocoder => {
            let vocoder = Vocoder { wave: Wave::Saw, bands: 24, chord: vec![0, 2, 4, -7] };
            Conversion { vocoder: Some(vocoder), ..plain }
        }
        ConversionPreset::Doubling => Conversion { doubling: 0.8, ..plain },
    }
}

fn of(character: Character) -> Conversion {
    Conversion { character, ..Conversion::default() }
}
