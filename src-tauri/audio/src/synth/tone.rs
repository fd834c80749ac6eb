//! The settings that make a patch: what its voices are built from.

use crate::envelope::Times;

/// What a voice's sound starts from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    /// Detuned saws (`pulse` 0) or pulses (`pulse` 1); `detune` in cents to either side, `spread` 0 to 1.
    Analogue { voices: usize, detune: f32, spread: f32, pulse: f32, width: f32 },
    /// Two pairs of sines, each a modulator and a carrier.
    Fm([Pair; 2]),
}

/// A carrier and its modulator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    /// Frequencies relative to the note.
    pub carrier: f32,
    pub modulator: f32,
    /// Index of modulation at the start of a note of velocity 100, and what part of it stays.
    pub index: f32,
    pub floor: f32,
    /// Time in which the index falls by 60 dB, in seconds.
    pub decay: f32,
    pub level: f32,
    /// −1 to 1.
    pub pan: f32,
}

/// The low-pass of a voice.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    /// Cutoff in hertz of the note C4 with the envelope at rest.
    pub cutoff: f32,
    /// How far the cutoff follows the pitch, 0 to 1.
    pub track: f32,
    pub resonance: f32,
    /// Octaves that the envelope opens.
    pub envelope: f32,
    pub times: Times,
    /// Octaves between velocity 100 and velocity 20.
    pub velocity: f32,
    /// 24 dB an octave in place of 12.
    pub steep: bool,
    /// A slow sweep: hertz, and octaves to either side.
    pub sweep: (f32, f32),
}

/// A vibrato that comes in late, as players do it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vibrato {
    pub rate: f32,
    pub cents: f32,
    /// Seconds until it is there.
    pub delay: f32,
}

/// A patch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tone {
    pub source: Source,
    /// One note at a time; a note that overlaps the last one glides in `glide` seconds.
    pub mono: bool,
    pub glide: f32,
    pub amp: Times,
    pub filter: Option<Filter>,
    pub vibrato: Option<Vibrato>,
    /// The pitch starts so many semitones higher and falls by 60 dB in so many seconds.
    pub drop: Option<(f32, f32)>,
    /// Level of a sine at the pitch of the note, in the centre.
    pub sub: f32,
    /// Level of noise.
    pub noise: f32,
    /// Saturation of each voice: gain into the curve, 0 is none.
    pub drive: f32,
    /// Mix of the chorus, 0 to 1.
    pub chorus: f32,
}

/// A plain voice that patches start from.
pub(crate) const PLAIN: Tone = Tone {
    source: Source::Analogue { voices: 1, detune: 0.0, spread: 0.0, pulse: 0.0, width: 0.5 },
    mono: false,
    glide: 0.0,
    amp: Times { attack: 0.003, decay: 0.3, sustain: 0.8, release: 0.15 },
    filter: None,
    vibrato: None,
    drop: None,
    sub: 0.0,
    noise: 0.0,
    drive: 0.0,
    chorus: 0.0,
};
