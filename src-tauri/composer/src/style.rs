//! The styles: each genre's practice as a data file that is compiled in.

mod read;

use std::collections::BTreeMap;

use serde::Deserialize;
use son1k_domain::generation::StyleInfo;
use son1k_domain::music::Mode;
use son1k_domain::score::{Kit, Patch, Role};
use son1k_domain::unit::{Bpm, Seconds};

pub use read::{all, find};

use crate::theory::Colour;

/// Everything a genre prescribes. Patterns are written in four-four (see `grid`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Style {
    pub id: String,
    pub name_en: String,
    pub name_es: String,
    /// Lowest, typical and highest tempo in beats a minute.
    pub bpm: [u32; 3],
    /// Typical length in seconds.
    pub seconds: u32,
    /// Modes the genre lives in, with their weights.
    pub modes: Vec<ModeWeight>,
    /// What plain numerals become.
    pub colour: Colour,
    /// Where the second of two eighths (sixteenths) falls, per cent of the pair; 50 is straight.
    #[serde(default = "straight")]
    pub swing8: u32,
    #[serde(default = "straight")]
    pub swing16: u32,
    pub human: Human,
    /// Forms, each a list of `kind bars`.
    pub forms: Vec<String>,
    /// Energy of each section kind, per cent.
    pub energy: BTreeMap<String, u32>,
    /// Which tracks play in a section kind, with the level of their pattern; `verse2` overrides `verse` from the second
    /// time on.
    pub play: BTreeMap<String, String>,
    /// Progressions by mode, then by section kind.
    pub harmony: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// The bar before the last chord and the last chord.
    pub cadence: BTreeMap<String, [String; 2]>,
    pub melody: Melody,
    pub drums: Drums,
    #[serde(default)]
    pub percussion: Vec<Groove>,
    #[serde(rename = "track")]
    pub tracks: Vec<TrackPlan>,
    pub mix: Mix,
}

fn straight() -> u32 {
    50
}

/// A mode and how often the genre uses it.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct ModeWeight {
    pub mode: Mode,
    pub weight: u32,
}

/// How far players stray from the grid.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Human {
    /// Spread of every hit, milliseconds.
    pub timing_ms: i32,
    /// Spread of the velocity.
    pub velocity: i32,
    /// How late snares, and the other players, lie behind the beat, milliseconds.
    #[serde(default)]
    pub snare_late_ms: i32,
    #[serde(default)]
    pub band_late_ms: i32,
}

/// What the tune is made of.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Melody {
    /// Notes the tune prefers.
    pub scale: TuneScale,
    /// Two-bar rhythms by section kind: `x` strikes, `-` holds, `.` rests.
    pub rhythms: BTreeMap<String, Vec<String>>,
    /// Largest leap in scale steps.
    #[serde(default = "fourth")]
    pub leap: i32,
    /// How solos are played.
    #[serde(default)]
    pub solo: SoloPractice,
    /// Repeat one two-bar hook instead of developing it.
    #[serde(default)]
    pub looped: bool,
}

fn fourth() -> i32 {
    4
}

/// The notes a tune prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TuneScale {
    Key,
    Pentatonic,
}

/// How a solo section is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoloPractice {
    /// The tune of the section, as anywhere.
    #[default]
    Tune,
    /// Eighth lines with enclosures and chromatic approach.
    Bebop,
    /// Pentatonic licks and repeated figures.
    Pentatonic,
}

/// What the drummer plays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drums {
    #[serde(rename = "groove")]
    pub grooves: Vec<Groove>,
    #[serde(default, rename = "fill")]
    pub fills: Vec<Fill>,
    /// Chance per bar of a hat roll, per cent.
    #[serde(default)]
    pub rolls: u32,
    /// Whether builds end in an accelerating snare roll.
    #[serde(default)]
    pub snare_roll: bool,
    /// Whether sections open with a crash.
    #[serde(default)]
    pub crash: bool,
}

/// A beat: lanes by drum name, digits are how hard (9 hardest).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Groove {
    pub level: u32,
    pub lanes: BTreeMap<String, String>,
}

/// The end of a bar that leads on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fill {
    /// Small fills turn a phrase, big ones a section.
    pub big: bool,
    /// The beat (0 to 3) from which it replaces the groove.
    pub from: usize,
    pub lanes: BTreeMap<String, String>,
}

/// A player of the genre's line-up.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackPlan {
    pub id: String,
    pub role: Role,
    /// Sounds it may have; the seed chooses.
    pub sounds: Vec<SoundPlan>,
    /// Lowest and highest key.
    #[serde(default = "middle")]
    pub range: [u8; 2],
    #[serde(default = "four")]
    pub voices: usize,
    #[serde(default)]
    pub practice: Practice,
    /// Patterns by level, several of each.
    #[serde(default)]
    pub patterns: Vec<Vec<String>>,
    /// Milliseconds between the notes of a struck chord.
    #[serde(default)]
    pub strum_ms: i32,
    /// Plays only when the brief asks for one of its instruments.
    #[serde(default)]
    pub on_request: bool,
    pub channel: ChannelPlan,
}

fn middle() -> [u8; 2] {
    [52, 76]
}

fn four() -> usize {
    4
}

/// A way of playing a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Practice {
    /// As the patterns say.
    #[default]
    Pattern,
    /// Bass: long notes under the kicks, sliding.
    FollowKick,
    /// Bass: four to the bar, towards the next root.
    Walking,
    /// Chords held as long as they last.
    Sustain,
    /// Chords: root, fifth and octave, as distorted guitars like them.
    Power,
    /// Counter: guide tones.
    Guide,
    /// Counter: the tune an octave higher or lower.
    Octave,
    /// Counter: the tune in thirds and sixths.
    Thirds,
    /// Counter: short answers in the rests of the tune.
    Answer,
    /// Texture: one sound under everything.
    Bed,
    /// Texture: a rise into the next section.
    Riser,
}

/// A sound, with the instrument it counts as.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SoundPlan {
    pub name: String,
    pub instrument: String,
    #[serde(default = "one")]
    pub weight: u32,
    pub program: Option<u8>,
    pub drum_kit: Option<u8>,
    pub patch: Option<Patch>,
    pub kit: Option<Kit>,
}

fn one() -> u32 {
    1
}

/// A mixer channel, in decibels, hertz and milliseconds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChannelPlan {
    pub level: f32,
    pub pan: f32,
    pub width: Option<f32>,
    pub high_pass: Option<f32>,
    pub low_pass: Option<f32>,
    /// Frequency, gain and quality of each band.
    pub eq: Vec<[f32; 3]>,
    /// Threshold, ratio, attack, release, make-up.
    pub comp: Option<[f32; 5]>,
    pub drive: f32,
    pub reverb: Option<f32>,
    pub delay: Option<f32>,
    /// Depth and release of the dip under the kick.
    pub duck: Option<[f32; 2]>,
}

/// Settings of the shared buses.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mix {
    pub reverb_time: f64,
    pub delay_quarters: f32,
    pub delay_feedback: f32,
    pub low_shelf: f32,
    pub high_shelf: f32,
}

impl Style {
    /// Returns the style as the form shows it.
    pub fn info(&self) -> StyleInfo {
        StyleInfo {
            id: self.id.clone(),
            name_en: self.name_en.clone(),
            name_es: self.name_es.clone(),
            bpm_min: Bpm(small(self.bpm[0])),
            bpm_max: Bpm(small(self.bpm[2])),
            bpm_typical: Bpm(small(self.bpm[1])),
            duration_typical: Seconds(f64::from(self.seconds)),
        }
    }
}

fn small(value: u32) -> f32 {
    f32::from(u16::try_from(value).unwrap_or(u16::MAX))
}

/// Returns every style as the form shows it, in menu order.
pub fn styles() -> Vec<StyleInfo> {
    all().into_iter().map(Style::info).collect()
}
