//! Words of music theory: pitch class, mode, key, meter.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A pitch class: 0 is C, 11 is B.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct PitchClass(pub u8);

/// The mode of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Major,
    Minor,
    Dorian,
    Phrygian,
    Lydian,
    Mixolydian,
}

impl Mode {
    /// Every mode, in the order in which menus show them.
    pub const ALL: [Mode; 6] =
        [Mode::Major, Mode::Minor, Mode::Dorian, Mode::Phrygian, Mode::Lydian, Mode::Mixolydian];

    /// Returns whether the third above the tonic is minor.
    pub fn is_minor(self) -> bool {
        matches!(self, Mode::Minor | Mode::Dorian | Mode::Phrygian)
    }

    /// Returns the seven degrees of the scale in semitones above the tonic.
    pub fn degrees(self) -> [u8; 7] {
        match self {
            Mode::Major => [0, 2, 4, 5, 7, 9, 11],
            Mode::Minor => [0, 2, 3, 5, 7, 8, 10],
            Mode::Dorian => [0, 2, 3, 5, 7, 9, 10],
            Mode::Phrygian => [0, 1, 3, 5, 7, 8, 10],
            Mode::Lydian => [0, 2, 4, 6, 7, 9, 11],
            Mode::Mixolydian => [0, 2, 4, 5, 7, 9, 10],
        }
    }
}

/// A tonic and a mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub struct Key {
    pub tonic: PitchClass,
    pub mode: Mode,
}

/// Names of the pitch classes, as musicians of minor and flat keys mostly write them.
pub const PITCH_NAMES: [&str; 12] = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];

impl std::fmt::Display for Key {
    /// Writes the key as `A minor`, `Eb dorian`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mode = match self.mode {
            Mode::Major => "major",
            Mode::Minor => "minor",
            Mode::Dorian => "dorian",
            Mode::Phrygian => "phrygian",
            Mode::Lydian => "lydian",
            Mode::Mixolydian => "mixolydian",
        };
        write!(f, "{} {mode}", PITCH_NAMES[usize::from(self.tonic.0 % 12)])
    }
}

/// A time signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
pub struct Meter {
    /// Beats in a bar.
    pub beats: u8,
    /// The note value of one beat: 4 is a quarter, 8 an eighth.
    pub unit: u8,
}

impl Meter {
    pub const FOUR_FOUR: Meter = Meter { beats: 4, unit: 4 };

    /// Returns the length of one bar in ticks.
    pub fn bar(self) -> crate::unit::Ticks {
        crate::unit::Ticks(
            u32::from(self.beats) * 4 * crate::unit::TICKS_PER_QUARTER / u32::from(self.unit.max(1)),
        )
    }
}

impl std::fmt::Display for Meter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.beats, self.unit)
    }
}
