//! A voice made another: what is changed of it, and the presets that are offered.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::music::Key;
use crate::unit::Seconds;

/// Limits of what can be asked for, shown to people and kept by the services.
pub mod limits {
    use std::ops::RangeInclusive;

    /// Semitones.
    pub const PITCH: RangeInclusive<f32> = -24.0..=24.0;
    /// Semitones.
    pub const FORMANTS: RangeInclusive<f32> = -12.0..=12.0;
    /// Factor on the span of the melody.
    pub const RANGE: RangeInclusive<f32> = 0.0..=2.0;
    /// Amounts: of tuning, doubling, breath, and of the converted sound in the mix.
    pub const AMOUNT: RangeInclusive<f32> = 0.0..=1.0;
    /// Seconds until a note is in tune.
    pub const RETUNE: RangeInclusive<f64> = 0.0..=0.4;
    /// Steps of the scale: two octaves each way.
    pub const DEGREE: RangeInclusive<i8> = -14..=14;
    /// Most voices of a harmony, and most notes of the vocoder's chord.
    pub const VOICES: usize = 4;
    /// Most singers beside the first.
    pub const CHOIR: u8 = 8;
    /// Bands of the vocoder.
    pub const BANDS: RangeInclusive<u8> = 16..=32;
    /// Factor on the pace.
    pub const SPEED: RangeInclusive<f32> = 0.5..=2.0;
}

/// What is changed of a voice. The default changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct Conversion {
    /// Semitones, within [`limits::PITCH`]. The formants stay.
    pub pitch: f32,
    /// Semitones, within [`limits::FORMANTS`]: a smaller or a larger head. The pitch stays.
    pub formants: f32,
    /// Factor on the span of the melody around its middle, within [`limits::RANGE`]: 0 is one tone, 1 is as it is.
    pub range: f32,
    /// The key of the tuning, the harmony and the vocoder. None: tuning knows all twelve notes, and degrees count in
    /// the major scale of the note that is sung.
    pub key: Option<Key>,
    pub tune: Option<Tune>,
    pub character: Character,
    /// Level of a second take of the same voice, within [`limits::AMOUNT`].
    pub doubling: f32,
    /// Voices beside the first, by their distance in steps of the scale within [`limits::DEGREE`]: 2 is a third above,
    /// −3 a fourth below. At most [`limits::VOICES`].
    pub harmony: Vec<i8>,
    /// Singers of the same notes beside the first, at most [`limits::CHOIR`].
    pub choir: u8,
    /// Takes the place of the voice's own sound.
    pub vocoder: Option<Vocoder>,
    /// Breath added, within [`limits::AMOUNT`].
    pub breath: f32,
    /// Factor on the pace, within [`limits::SPEED`]; the sound is so many times shorter.
    pub speed: f32,
    /// 0 is the sound as it was, 1 the converted one.
    pub mix: f32,
}

impl Default for Conversion {
    fn default() -> Self {
        Self {
            pitch: 0.0,
            formants: 0.0,
            range: 1.0,
            key: None,
            tune: None,
            character: Character::Natural,
            doubling: 0.0,
            harmony: Vec::new(),
            choir: 0,
            vocoder: None,
            breath: 0.0,
            speed: 1.0,
            mix: 1.0,
        }
    }
}

impl Conversion {
    /// Returns it with every number within its limits and lists no longer than theirs; what is no number changes
    /// nothing.
    #[must_use]
    pub fn within_limits(mut self) -> Self {
        let or = |value: f32, without: f32| if value.is_finite() { value } else { without };
        self.pitch = or(self.pitch, 0.0).clamp(*limits::PITCH.start(), *limits::PITCH.end());
        self.formants = or(self.formants, 0.0).clamp(*limits::FORMANTS.start(), *limits::FORMANTS.end());
        self.range = or(self.range, 1.0).clamp(*limits::RANGE.start(), *limits::RANGE.end());
        self.tune = self.tune.map(Tune::within_limits);
        self.doubling = or(self.doubling, 0.0).clamp(0.0, 1.0);
        self.harmony = degrees(self.harmony);
        self.choir = self.choir.min(limits::CHOIR);
        self.vocoder = self.vocoder.map(Vocoder::within_limits);
        self.breath = or(self.breath, 0.0).clamp(0.0, 1.0);
        self.speed = or(self.speed, 1.0).clamp(*limits::SPEED.start(), *limits::SPEED.end());
        self.mix = or(self.mix, 1.0).clamp(0.0, 1.0);
        self
    }

    /// Returns whether the voice comes out as it went in.
    pub fn is_neutral(&self) -> bool {
        let natural = self.character == Character::Natural && self.vocoder.is_none() && self.breath == 0.0;
        let alone = self.doubling == 0.0 && self.harmony.is_empty() && self.choir == 0;
        let untuned = self.tune.is_none_or(|tune| tune.amount == 0.0) && self.range == 1.0;
        let wet = !natural || !alone || !untuned || self.pitch != 0.0 || self.formants != 0.0;
        self.speed == 1.0 && (!wet || self.mix == 0.0)
    }
}

fn degrees(mut degrees: Vec<i8>) -> Vec<i8> {
    degrees.truncate(limits::VOICES);
    degrees.iter_mut().for_each(|d| *d = (*d).clamp(*limits::DEGREE.start(), *limits::DEGREE.end()));
    degrees
}

/// Notes drawn to the scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct Tune {
    /// Until a note is in tune, within [`limits::RETUNE`]: 0 is the hard effect, 0.1 and more keeps the vibrato.
    pub retune: Seconds,
    /// How much of the way to the note is gone, within [`limits::AMOUNT`].
    pub amount: f32,
}

impl Tune {
    fn within_limits(self) -> Self {
        let retune = if self.retune.0.is_finite() { self.retune.0 } else { 0.0 };
        let amount = if self.amount.is_finite() { self.amount } else { 0.0 };
        Self {
            retune: Seconds(retune.clamp(*limits::RETUNE.start(), *limits::RETUNE.end())),
            amount: amount.clamp(0.0, 1.0),
        }
    }
}

/// What a voice becomes beside its pitch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Character {
    #[default]
    Natural,
    /// No tone, only breath.
    Whisper,
    /// One tone, the middle of the voice's own.
    Robot,
    /// 300 to 3,400 Hz, as telephones have it (ITU-T G.712).
    Telephone,
    /// A small loudspeaker turned up.
    Radio,
    /// Growls an octave below itself.
    Monster,
    /// Trembles, cracks and has lost its brilliance.
    Old,
}

/// A synthesiser that speaks with the voice's mouth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Vocoder {
    pub wave: Wave,
    /// Bands of the voice that are heard apart, within [`limits::BANDS`].
    pub bands: u8,
    /// Notes of its chord in steps of the scale above the note that is sung, within [`limits::DEGREE`]; 0 is that note.
    /// At most [`limits::VOICES`].
    pub chord: Vec<i8>,
}

impl Vocoder {
    fn within_limits(self) -> Self {
        let mut chord = degrees(self.chord);
        if chord.is_empty() {
            chord.push(0);
        }
        let bands = self.bands.clamp(*limits::BANDS.start(), *limits::BANDS.end());
        Self { wave: self.wave, bands, chord }
    }
}

/// Waves of the vocoder's synthesiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Wave {
    Saw,
    Pulse,
}

/// Conversions that are offered by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ConversionPreset {
    Deeper,
    Higher,
    /// For a man's voice.
    Woman,
    /// For a woman's voice.
    Man,
    Child,
    Old,
    Whisper,
    Robot,
    Telephone,
    Radio,
    Monster,
    Choir,
    Harmony,
    Autotune,
    Vocoder,
    Doubling,
}

impl ConversionPreset {
    /// Every preset, in the order in which menus show them.
    pub const ALL: [Self; 16] = [
        Self::Deeper,
        Self::Higher,
        Self::Woman,
        Self::Man,
        Self::Child,
        Self::Old,
        Self::Whisper,
        Self::Robot,
        Self::Telephone,
        Self::Radio,
        Self::Monster,
        Self::Choir,
        Self::Harmony,
        Self::Autotune,
        Self::Vocoder,
        Self::Doubling,
    ];

    /// Returns its name on the command line and in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Deeper => "deeper",
            Self::Higher => "higher",
            Self::Woman => "woman",
            Self::Man => "man",
            Self::Child => "child",
            Self::Old => "old",
            Self::Whisper => "whisper",
            Self::Robot => "robot",
            Self::Telephone => "telephone",
            Self::Radio => "radio",
            Self::Monster => "monster",
            Self::Choir => "choir",
            Self::Harmony => "harmony",
            Self::Autotune => "autotune",
            Self::Vocoder => "vocoder",
            Self::Doubling => "doubling",
        }
    }

    /// Returns the preset of that name.
    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.id() == id)
    }
}

/// A preset with what it changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct PresetConversion {
    pub preset: ConversionPreset,
    pub conversion: Conversion,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_found_by_the_name_that_files_have() {
        for preset in ConversionPreset::ALL {
            assert_eq!(ConversionPreset::by_id(preset.id()), Some(preset));
            assert_eq!(serde_json::to_string(&preset).unwrap(), format!("\"{}\"", preset.id()));
        }
        assert_eq!(ConversionPreset::by_id("ghost"), None);
    }

    #[test]
    fn what_a_file_leaves_out_changes_nothing() {
        let read: Conversion = serde_json::from_str("{}").unwrap();
        assert_eq!(read, Conversion::default());
        assert!(read.is_neutral());
        assert!(!Conversion { pitch: 1.0, ..Conversion::default() }.is_neutral());
        assert!(Conversion { pitch: 1.0, mix: 0.0, ..Conversion::default() }.is_neutral());
        assert!(!Conversion { speed: 0.9, mix: 0.0, ..Conversion::default() }.is_neutral());
    }

    #[test]
    fn wild_numbers_come_within_their_limits() {
        let tune = Some(Tune { retune: Seconds(f64::NAN), amount: 7.0 });
        let vocoder = Some(Vocoder { wave: Wave::Saw, bands: 200, chord: vec![] });
        let wild = Conversion {
            pitch: f32::INFINITY,
            formants: -90.0,
            speed: 0.0,
            mix: f32::NAN,
            harmony: vec![100; 9],
            choir: 200,
            tune,
            vocoder,
            ..Conversion::default()
        };
        let tame = wild.within_limits();
        assert_eq!((tame.pitch, tame.formants, tame.speed, tame.mix), (0.0, -12.0, 0.5, 1.0));
        assert_eq!((tame.harmony, tame.choir), (vec![14; 4], 8));
        assert_eq!(tame.tune, Some(Tune { retune: Seconds(0.0), amount: 1.0 }));
        assert_eq!(tame.vocoder, Some(Vocoder { wave: Wave::Saw, bands: 32, chord: vec![0] }));
    }
}
