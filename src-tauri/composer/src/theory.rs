//! Chords: from a roman numeral in a key to pitch classes, a symbol and the scale that fits over them.

pub mod voicing;

use son1k_domain::music::{Key, PITCH_NAMES};

const SHARP_NAMES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
const FLAT_NAMES: [&str; 12] = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"];
const ROMANS: [&str; 7] = ["I", "II", "III", "IV", "V", "VI", "VII"];
const MAJOR: [u8; 7] = [0, 2, 4, 5, 7, 9, 11];

/// Suffix of a numeral, suffix of the symbol, semitones above the root. Upper-case numerals.
const MAJOR_QUALITIES: [(&str, &str, &[u8]); 18] = [
    ("", "", &[0, 4, 7]),
    ("5", "5", &[0, 7]),
    ("6", "6", &[0, 4, 7, 9]),
    ("7", "7", &[0, 4, 7, 10]),
    ("9", "9", &[0, 4, 7, 10, 14]),
    ("13", "13", &[0, 4, 7, 10, 14, 21]),
    ("69", "6/9", &[0, 4, 7, 9, 14]),
    ("maj7", "maj7", &[0, 4, 7, 11]),
    ("maj9", "maj9", &[0, 4, 7, 11, 14]),
    ("maj7#11", "maj7#11", &[0, 4, 7, 11, 18]),
    ("add9", "add9", &[0, 4, 7, 14]),
    ("sus2", "sus2", &[0, 2, 7]),
    ("sus4", "sus4", &[0, 5, 7]),
    ("7sus4", "7sus4", &[0, 5, 7, 10]),
    ("9sus4", "9sus4", &[0, 5, 7, 10, 14]),
    ("7b9", "7b9", &[0, 4, 7, 10, 13]),
    ("7#5", "7#5", &[0, 4, 8, 10]),
    ("+", "+", &[0, 4, 8]),
];

/// The same for lower-case numerals.
const MINOR_QUALITIES: [(&str, &str, &[u8]); 11] = [
    ("", "m", &[0, 3, 7]),
    ("5", "5", &[0, 7]),
    ("6", "m6", &[0, 3, 7, 9]),
    ("7", "m7", &[0, 3, 7, 10]),
    ("9", "m9", &[0, 3, 7, 10, 14]),
    ("11", "m11", &[0, 3, 7, 10, 14, 17]),
    ("maj7", "m(maj7)", &[0, 3, 7, 11]),
    ("add9", "madd9", &[0, 3, 7, 14]),
    ("o", "dim", &[0, 3, 6]),
    ("o7", "dim7", &[0, 3, 6, 9]),
    ("h7", "m7b5", &[0, 3, 6, 10]),
];

/// How much a style adds to plain triads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    Triad,
    Add9,
    Seventh,
    Ninth,
    Power,
}

/// A chord in a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chord {
    /// Pitch class of the root.
    pub root: u8,
    /// Pitch class of the bass.
    pub bass: u8,
    /// Semitones above the root, ascending, root first.
    pub intervals: Vec<u8>,
    /// Lead-sheet symbol.
    pub symbol: String,
    /// Roman numeral as shown.
    pub numeral: String,
}

impl Chord {
    /// Reads a numeral: `ii7`, `bVII`, `V7/ii`, `I^3` (third in the bass), `IV@` (over a tonic pedal). A numeral without
    /// an accidental stands on the key's own degree, one with an accidental is counted from the major scale.
    pub fn read(numeral: &str, key: Key, colour: Colour) -> Option<Self> {
        if let Some((dominant, target)) = numeral.split_once('/') {
            return Self::applied(dominant, target, key);
        }
        let pedal = numeral.ends_with('@');
        let (text, inversion) = match numeral.trim_end_matches('@').split_once('^') {
            Some((text, inversion)) => (text, inversion.parse::<u8>().ok()),
            None => (numeral.trim_end_matches('@'), None),
        };
        let (accidental, roman, suffix) = split(text)?;
        let degree = ROMANS.iter().position(|r| r.eq_ignore_ascii_case(roman))?;
        let steps = match accidental {
            Some(shift) => i16::from(MAJOR[degree]) + shift,
            None => i16::from(key.mode.degrees()[degree]),
        };
        let root = u8::try_from((i16::from(key.tonic.0) + steps).rem_euclid(12)).ok()?;
        let minor = roman.chars().all(char::is_lowercase);
        let suffix = if suffix.is_empty() { coloured(root, minor, key, colour) } else { suffix };
        let shown =
            format!("{}{roman}{}", &text[..text.len() - roman.len() - split(text)?.2.len()], figure(suffix));
        Self::build(root, minor, suffix, key, shown)?.turned(inversion, pedal, key)
    }

    /// The dominant (or leading-tone) chord of another degree.
    fn applied(dominant: &str, target: &str, key: Key) -> Option<Self> {
        let goal = Self::read(target, key, Colour::Triad)?;
        let (_, roman, suffix) = split(dominant)?;
        let degree = ROMANS.iter().position(|r| r.eq_ignore_ascii_case(roman))?;
        let root = (goal.root + MAJOR[degree]) % 12;
        let minor = roman.chars().all(char::is_lowercase);
        Self::build(root, minor, suffix, key, format!("{roman}{}/{target}", figure(suffix)))
    }

    fn build(root: u8, minor: bool, suffix: &str, key: Key, numeral: String) -> Option<Self> {
        let row = if minor {
            MINOR_QUALITIES.iter().find(|q| q.0 == suffix)
        } else {
            MAJOR_QUALITIES.iter().find(|q| q.0 == suffix)
        };
        let (_, symbol, intervals) = row?;
        let symbol = format!("{}{symbol}", pitch_name(root, key));
        Some(Self { root, bass: root, intervals: intervals.to_vec(), symbol, numeral })
    }

    fn turned(mut self, inversion: Option<u8>, pedal: bool, key: Key) -> Option<Self> {
        if pedal && self.root != key.tonic.0 {
            self.bass = key.tonic.0;
            self.numeral.push_str("/I");
        } else if let Some(inversion) = inversion {
            let index = usize::from(inversion / 2);
            self.bass = (self.root + self.intervals.get(index)?) % 12;
            let seventh = self.seventh().is_some();
            let figures = match (index, seventh) {
                (1, false) => "6",
                (2, false) => "64",
                (1, true) => "65",
                (2, true) => "43",
                _ => "42",
            };
            let quality = |c: char| !matches!(c, 'b' | '#' | 'I' | 'V' | 'i' | 'v' | '°' | 'ø');
            let end = self.numeral.find(quality).unwrap_or(self.numeral.len());
            self.numeral = format!("{}{figures}", &self.numeral[..end]);
        }
        if self.bass != self.root {
            self.symbol = format!("{}/{}", self.symbol, pitch_name(self.bass, key));
        }
        Some(self)
    }

    /// Returns the pitch classes of the chord, root first.
    pub fn tones(&self) -> Vec<u8> {
        self.intervals.iter().map(|i| (self.root + i) % 12).collect()
    }

    /// Returns whether a pitch (or pitch class) belongs to the chord.
    pub fn has(&self, pitch: u8) -> bool {
        self.intervals.iter().any(|i| (self.root + i) % 12 == pitch % 12)
    }

    /// Returns the pitch class of the third (of the fourth or second in sus chords); the fifth in power chords.
    pub fn third(&self) -> u8 {
        (self.root + self.intervals.get(1).copied().unwrap_or(7)) % 12
    }

    /// Returns the pitch class of the fifth.
    pub fn fifth(&self) -> u8 {
        let fifth = self.intervals.iter().find(|i| (6..=8).contains(*i)).copied().unwrap_or(7);
        (self.root + fifth) % 12
    }

    /// Returns the pitch class of the seventh, if the chord has one.
    pub fn seventh(&self) -> Option<u8> {
        self.intervals.iter().find(|i| (9..=11).contains(*i)).map(|i| (self.root + i) % 12)
    }

    /// Returns which pitch classes sound right over the chord: the key's, bent by the chord's own tones.
    pub fn scale(&self, key: Key) -> [bool; 12] {
        let mut fits = [false; 12];
        for degree in key.mode.degrees() {
            fits[usize::from((key.tonic.0 + degree) % 12)] = true;
        }
        let tones = self.tones();
        for tone in &tones {
            if fits[usize::from(*tone)] {
                continue;
            }
            for neighbour in [(tone + 1) % 12, (tone + 11) % 12] {
                if !tones.contains(&neighbour) {
                    fits[usize::from(neighbour)] = false;
                }
            }
            fits[usize::from(*tone)] = true;
        }
        fits
    }
}

/// Splits a numeral into accidental, roman and suffix.
fn split(text: &str) -> Option<(Option<i16>, &str, &str)> {
    let (accidental, rest) = match text.as_bytes().first()? {
        b'b' => (Some(-1), &text[1..]),
        b'#' => (Some(1), &text[1..]),
        _ => (None, text),
    };
    let end = rest.find(|c: char| !matches!(c, 'I' | 'V' | 'i' | 'v')).unwrap_or(rest.len());
    (end > 0).then(|| (accidental, &rest[..end], &rest[end..]))
}

/// How a suffix is written on a numeral.
fn figure(suffix: &str) -> String {
    suffix.replace('h', "ø").replace('o', "°")
}

/// The suffix that a style's colour gives to a plain numeral, diatonic to the key.
fn coloured(root: u8, minor: bool, key: Key, colour: Colour) -> &'static str {
    let inside =
        |semitones: u8| key.mode.degrees().iter().any(|d| (key.tonic.0 + d) % 12 == (root + semitones) % 12);
    let ninth = inside(2);
    // A plain subtonic stays a triad: with a seventh it would be the dominant of the relative major.
    let subtonic = !minor && (root + 12 - key.tonic.0 % 12) % 12 == 10;
    match (colour, minor) {
        (Colour::Seventh, _) if subtonic => "",
        (Colour::Ninth, _) if subtonic => "add9",
        (Colour::Triad, _) => "",
        (Colour::Power, _) => "5",
        (Colour::Add9, _) if ninth => "add9",
        (Colour::Add9, _) => "",
        (Colour::Ninth, true) if ninth => "9",
        (_, true) => "7",
        (Colour::Ninth, false) if ninth && inside(11) => "maj9",
        (_, false) if inside(11) => "maj7",
        (Colour::Ninth, false) if ninth => "9",
        (_, false) => "7",
    }
}

/// Names a pitch class as the key spells it.
pub fn pitch_name(class: u8, key: Key) -> &'static str {
    let raised = match key.mode {
        son1k_domain::music::Mode::Major => 0,
        son1k_domain::music::Mode::Minor => 3,
        son1k_domain::music::Mode::Dorian => 10,
        son1k_domain::music::Mode::Phrygian => 8,
        son1k_domain::music::Mode::Lydian => 7,
        son1k_domain::music::Mode::Mixolydian => 5,
    };
    let names = match (key.tonic.0 + raised) % 12 {
        0 => &PITCH_NAMES,
        7 | 2 | 9 | 4 | 11 | 6 => &SHARP_NAMES,
        _ => &FLAT_NAMES,
    };
    names[usize::from(class % 12)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use son1k_domain::music::{Mode, PitchClass};

    fn symbol(numeral: &str, tonic: u8, mode: Mode, colour: Colour) -> String {
        Chord::read(numeral, Key { tonic: PitchClass(tonic), mode }, colour).unwrap().symbol
    }

    #[test]
    fn numerals_name_the_chords_a_musician_expects() {
        assert_eq!(symbol("IV", 0, Mode::Major, Colour::Triad), "F");
        assert_eq!(symbol("ii", 7, Mode::Major, Colour::Seventh), "Am7");
        assert_eq!(symbol("VI", 9, Mode::Minor, Colour::Seventh), "Fmaj7");
        assert_eq!(symbol("bII", 9, Mode::Minor, Colour::Triad), "Bb");
        assert_eq!(symbol("V7/ii", 0, Mode::Major, Colour::Triad), "A7");
        assert_eq!(symbol("I^3", 9, Mode::Major, Colour::Triad), "A/C#");
        assert_eq!(symbol("V", 0, Mode::Minor, Colour::Seventh), "G7");
        assert_eq!(symbol("iih7", 0, Mode::Minor, Colour::Triad), "Dm7b5");
        assert_eq!(symbol("bVII", 0, Mode::Mixolydian, Colour::Triad), "Bb");
        assert_eq!(symbol("IV@", 0, Mode::Major, Colour::Triad), "F/C");
    }

    #[test]
    fn numerals_carry_their_figures() {
        let key = Key { tonic: PitchClass(0), mode: Mode::Major };
        assert_eq!(Chord::read("V^3", key, Colour::Triad).unwrap().numeral, "V6");
        assert_eq!(Chord::read("V7^7", key, Colour::Triad).unwrap().numeral, "V42");
        assert_eq!(Chord::read("viih7", key, Colour::Triad).unwrap().numeral, "viiø7");
    }

    #[test]
    fn a_major_dominant_raises_the_seventh_of_minor() {
        let key = Key { tonic: PitchClass(9), mode: Mode::Minor };
        let scale = Chord::read("V", key, Colour::Triad).unwrap().scale(key);
        assert!(scale[8] && !scale[7]);
    }

    #[test]
    fn nonsense_is_not_a_chord() {
        let key = Key { tonic: PitchClass(0), mode: Mode::Major };
        assert_eq!(Chord::read("H7", key, Colour::Triad), None);
        assert_eq!(Chord::read("Iwhat", key, Colour::Triad), None);
    }
}
