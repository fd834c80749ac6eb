//! The patches, as settings. Their loudness is made equal by `levels.toml`, so levels here are free.

use son1k_domain::score::Patch;

use super::tone::{Filter, PLAIN, Pair, Source, Tone, Vibrato};
use crate::envelope::Times;

const fn times(attack: f32, decay: f32, sustain: f32, release: f32) -> Times {
    Times { attack, decay, sustain, release }
}

const fn saws(voices: usize, detune: f32, spread: f32) -> Source {
    Source::Analogue { voices, detune, spread, pulse: 0.0, width: 0.5 }
}

const fn pulses(voices: usize, detune: f32, spread: f32, pulse: f32, width: f32) -> Source {
    Source::Analogue { voices, detune, spread, pulse, width }
}

/// A filter without sweep.
const fn low_pass(
    cutoff: f32,
    track: f32,
    resonance: f32,
    envelope: f32,
    times: Times,
    velocity: f32,
) -> Filter {
    Filter { cutoff, track, resonance, envelope, times, velocity, steep: true, sweep: (0.0, 0.0) }
}

const OFF: Pair =
    Pair { carrier: 1.0, modulator: 1.0, index: 0.0, floor: 0.0, decay: 1.0, level: 0.0, pan: 0.0 };

/// Returns the settings of a patch. `Riser` and `Vinyl` are no tones and have players of their own; they come out as
/// plain saws here.
pub(crate) fn tone(patch: Patch) -> Tone {
    match patch {
        Patch::Sub808 | Patch::ReeseBass | Patch::PluckBass | Patch::ArpBass => bass(patch),
        Patch::Supersaw | Patch::WarmPad | Patch::AirPad => pad(patch),
        Patch::Pluck | Patch::FmBell | Patch::FmKeys => struck(patch),
        Patch::SawLead | Patch::SquareLead | Patch::SineLead => lead(patch),
        Patch::Riser | Patch::Vinyl => PLAIN,
    }
}

fn bass(patch: Patch) -> Tone {
    let mono = Tone { mono: true, glide: 0.06, ..PLAIN };
    match patch {
        // The falling pitch is the knock of the drum the sound descends from; the curve adds the harmonics that small
        // loudspeakers need to show a bass at all.
        Patch::Sub808 => Tone {
            source: Source::Fm([
                Pair {
                    carrier: 1.0,
                    modulator: 1.0,
                    index: 0.25,
                    floor: 0.3,
                    decay: 0.5,
                    level: 0.8,
                    pan: 0.0,
                },
                Pair {
                    carrier: 2.0,
                    modulator: 1.0,
                    index: 0.6,
                    floor: 0.0,
                    decay: 0.08,
                    level: 0.12,
                    pan: 0.0,
                },
            ]),
            glide: 0.11,
            amp: times(0.002, 5.5, 0.0, 0.22),
            drop: Some((19.0, 0.16)),
            drive: 3.6,
            ..mono
        },
        Patch::ReeseBass => Tone {
            source: saws(4, 17.0, 0.35),
            amp: times(0.006, 0.4, 0.9, 0.14),
            filter: Some(Filter {
                sweep: (0.23, 0.35),
                ..low_pass(1_900.0, 0.35, 0.18, 1.3, times(0.01, 0.9, 0.4, 0.2), 1.2)
            }),
            sub: 0.55,
            drive: 0.9,
            ..mono
        },
        Patch::PluckBass => Tone {
            source: pulses(2, 5.0, 0.1, 0.55, 0.44),
            amp: times(0.0015, 0.9, 0.35, 0.09),
            filter: Some(low_pass(850.0, 0.35, 0.32, 3.6, times(0.001, 0.4, 0.05, 0.1), 1.6)),
            sub: 0.5,
            drive: 0.8,
            ..mono
        },
        _ => Tone {
            source: pulses(2, 8.0, 0.15, 0.25, 0.5),
            amp: times(0.002, 0.7, 0.5, 0.07),
            filter: Some(low_pass(1_250.0, 0.4, 0.28, 2.5, times(0.001, 0.55, 0.12, 0.1), 1.3)),
            sub: 0.45,
            drive: 0.7,
            glide: 0.0,
            ..mono
        },
    }
}

fn pad(patch: Patch) -> Tone {
    match patch {
        Patch::Supersaw => Tone {
            source: saws(7, 19.0, 0.9),
            amp: times(0.006, 0.6, 0.85, 0.38),
            filter: Some(low_pass(7_500.0, 0.45, 0.08, 1.1, times(0.004, 0.9, 0.3, 0.4), 1.3)),
            noise: 0.01,
            chorus: 0.15,
            ..PLAIN
        },
        Patch::WarmPad => Tone {
            source: pulses(5, 12.0, 0.8, 0.2, 0.42),
            amp: times(0.42, 1.5, 0.85, 1.3),
            filter: Some(Filter {
                sweep: (0.11, 0.4),
                ..low_pass(1_500.0, 0.5, 0.12, 0.9, times(0.9, 2.5, 0.5, 1.2), 1.0)
            }),
            chorus: 0.35,
            ..PLAIN
        },
        _ => Tone {
            source: Source::Fm([
                Pair {
                    carrier: 1.0,
                    modulator: 2.0,
                    index: 0.7,
                    floor: 0.5,
                    decay: 6.0,
                    level: 0.55,
                    pan: -0.45,
                },
                Pair {
                    carrier: 2.003,
                    modulator: 3.0,
                    index: 0.9,
                    floor: 0.25,
                    decay: 5.0,
                    level: 0.25,
                    pan: 0.45,
                },
            ]),
            amp: times(0.7, 2.0, 0.9, 1.8),
            filter: Some(Filter {
                sweep: (0.17, 0.8),
                steep: false,
                ..low_pass(4_600.0, 0.4, 0.25, 0.8, times(1.5, 3.0, 0.4, 1.5), 0.8)
            }),
            noise: 0.09,
            chorus: 0.45,
            ..PLAIN
        },
    }
}

fn struck(patch: Patch) -> Tone {
    match patch {
        Patch::Pluck => Tone {
            source: pulses(4, 9.0, 0.6, 0.15, 0.4),
            amp: times(0.0015, 1.1, 0.0, 0.28),
            filter: Some(low_pass(1_300.0, 0.55, 0.2, 3.3, times(0.001, 0.6, 0.0, 0.3), 1.7)),
            noise: 0.015,
            chorus: 0.12,
            ..PLAIN
        },
        // Inharmonic modulators make a bell: 3.5 is the classic of John Chowning's FM instruments.
        Patch::FmBell => Tone {
            source: Source::Fm([
                Pair {
                    carrier: 1.0,
                    modulator: 3.5,
                    index: 1.5,
                    floor: 0.05,
                    decay: 1.6,
                    level: 0.7,
                    pan: -0.2,
                },
                Pair {
                    carrier: 2.0,
                    modulator: 7.0,
                    index: 0.9,
                    floor: 0.0,
                    decay: 0.7,
                    level: 0.22,
                    pan: 0.35,
                },
            ]),
            amp: times(0.001, 3.2, 0.0, 0.9),
            chorus: 0.18,
            ..PLAIN
        },
        // A soft body at 1:1 and a metallic tine at 1:14, as in the electric piano that the eighties ran on.
        _ => Tone {
            source: Source::Fm([
                Pair {
                    carrier: 1.0,
                    modulator: 1.0,
                    index: 1.1,
                    floor: 0.25,
                    decay: 2.2,
                    level: 0.75,
                    pan: -0.15,
                },
                Pair {
                    carrier: 1.0,
                    modulator: 14.0,
                    index: 0.55,
                    floor: 0.0,
                    decay: 0.5,
                    level: 0.3,
                    pan: 0.25,
                },
            ]),
            amp: times(0.0015, 5.0, 0.12, 0.32),
            chorus: 0.3,
            ..PLAIN
        },
    }
}

fn lead(patch: Patch) -> Tone {
    let vibrato = Some(Vibrato { rate: 5.4, cents: 17.0, delay: 0.38 });
    let mono = Tone { mono: true, glide: 0.07, vibrato, ..PLAIN };
    match patch {
        Patch::SawLead => Tone {
            source: saws(3, 9.0, 0.7),
            amp: times(0.006, 0.5, 0.85, 0.2),
            filter: Some(low_pass(3_800.0, 0.5, 0.2, 1.6, times(0.004, 0.6, 0.35, 0.2), 1.5)),
            drive: 0.5,
            chorus: 0.3,
            ..mono
        },
        Patch::SquareLead => Tone {
            source: pulses(2, 6.0, 0.6, 1.0, 0.5),
            amp: times(0.008, 0.5, 0.85, 0.18),
            filter: Some(low_pass(3_400.0, 0.5, 0.15, 1.2, times(0.005, 0.7, 0.4, 0.2), 1.3)),
            chorus: 0.3,
            ..mono
        },
        _ => Tone {
            source: Source::Fm([
                Pair {
                    carrier: 1.0,
                    modulator: 2.0,
                    index: 0.45,
                    floor: 0.6,
                    decay: 0.4,
                    level: 0.8,
                    pan: 0.0,
                },
                OFF,
            ]),
            amp: times(0.035, 0.6, 0.9, 0.22),
            filter: Some(Filter {
                steep: false,
                ..low_pass(6_500.0, 0.3, 0.05, 0.6, times(0.03, 0.5, 0.5, 0.2), 1.0)
            }),
            noise: 0.022,
            glide: 0.09,
            chorus: 0.35,
            ..mono
        },
    }
}
