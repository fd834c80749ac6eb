//! The score: what `composer` writes, `audio` plays, `project` keeps and the room shows.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::id::{AssetId, SectionId, TrackId};
use crate::music::{Key, Meter};
use crate::unit::{Bpm, Db, Hertz, Pan, Seconds, Ticks};

/// A complete piece: form, harmony, tracks of notes, and how they are to be mixed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Score {
    pub title: String,
    /// Id of the style (`reggaeton`, `lo-fi` …), the name of its data file.
    pub style: String,
    pub seed: u32,
    pub bpm: Bpm,
    pub meter: Meter,
    pub key: Key,
    /// End of the last bar. Tails (reverb, release) may ring on after it.
    pub length: Ticks,
    pub sections: Vec<Section>,
    pub chords: Vec<ChordSpan>,
    pub tracks: Vec<Track>,
    pub mix: MixPlan,
}

impl Score {
    /// Returns the recordings that its tracks play.
    pub fn recordings(&self) -> impl Iterator<Item = &AssetId> {
        self.tracks.iter().filter_map(|track| match &track.sound {
            Sound::Recording { recording } => Some(recording),
            _ => None,
        })
    }
}

/// What a section is for in the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    Intro,
    Verse,
    PreChorus,
    Chorus,
    Bridge,
    Solo,
    Build,
    Drop,
    Breakdown,
    Outro,
}

/// A named stretch of the form. Sections follow each other without gaps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Section {
    pub id: SectionId,
    pub kind: SectionKind,
    pub start: Ticks,
    pub length: Ticks,
    /// How full the arrangement is, 0 to 1.
    pub energy: f32,
}

/// A chord that sounds over a stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ChordSpan {
    pub start: Ticks,
    pub length: Ticks,
    /// Lead-sheet symbol: `Am7`, `F/A`.
    pub symbol: String,
    /// Roman numeral in the key: `vi7`, `IV6`.
    pub numeral: String,
    /// Chord tones as pitch classes, root first.
    pub tones: Vec<u8>,
    /// Pitch class of the bass.
    pub bass: u8,
}

/// The part a track plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Drums,
    Percussion,
    Bass,
    Chords,
    Pad,
    Arpeggio,
    Lead,
    Counter,
    Texture,
    /// Somebody's voice: recorded, spoken or changed; nobody composes it.
    Vocal,
}

/// One instrument with its notes and its channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Track {
    pub id: TrackId,
    /// Name of the instrument (`Grand piano`, `808`), shown as it is.
    pub name: String,
    pub role: Role,
    pub sound: Sound,
    pub channel: Channel,
    /// Sorted by start, then pitch.
    pub notes: Vec<Note>,
}

/// One note. Human timing is part of `start`; drums use General MIDI percussion keys as pitch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Note {
    pub start: Ticks,
    pub length: Ticks,
    /// MIDI key, 0 to 127.
    pub pitch: u8,
    /// 1 to 127.
    pub velocity: u8,
}

/// What makes the sound of a track.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Sound {
    /// A General MIDI preset of the SoundFont. Bank 128 holds drum kits.
    SoundFont { bank: u8, program: u8 },
    /// A kit of one-shots, played by General MIDI percussion keys.
    Kit { kit: Kit },
    /// A synthesiser patch.
    Synth { patch: Patch },
    /// A sound file among the assets of the project. Each note of the track plays it from its beginning for as long as
    /// the note is, at the pitch that it has.
    Recording { recording: AssetId },
}

/// Drum kits made of one-shots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Kit {
    /// Tight kick, rim and snare of the dembow, shakers, toms.
    Dembow,
    /// Booming 808 kick, crisp clap, fast hats, open hat.
    Trap,
    /// Four-to-the-floor kick, clap, open hats, shaker.
    House,
    /// Gated snare, electronic toms, big kick.
    Synthwave,
    /// Dusty, soft, rolled-off.
    Lofi,
    /// Clean contemporary pop: layered kick, snap, clap.
    Pop,
}

/// Synthesiser patches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Patch {
    /// Long sine bass with a pitch drop and saturation.
    Sub808,
    /// Detuned saws through a low-pass: house and synthwave bass.
    ReeseBass,
    /// Short square/saw bass with filter envelope.
    PluckBass,
    /// Rolling octave bass of synthwave.
    ArpBass,
    /// Wide detuned saws for chords.
    Supersaw,
    /// Slow, warm, filtered pad.
    WarmPad,
    /// Glassy evolving pad with noise.
    AirPad,
    /// Short plucked synth.
    Pluck,
    /// Bell-like two-operator FM.
    FmBell,
    /// FM electric piano.
    FmKeys,
    /// Monophonic saw lead with vibrato and glide.
    SawLead,
    /// Hollow square lead.
    SquareLead,
    /// Soft flute-like sine lead.
    SineLead,
    /// Filtered noise that rises into a section.
    Riser,
    /// Vinyl crackle and hiss.
    Vinyl,
}

/// A mixer channel: fader and inserts.
///
/// The page knows it as `TrackChannel`: `Channel` is a name of the wire itself there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename = "TrackChannel")]
pub struct Channel {
    pub level: Db,
    pub pan: Pan,
    /// Stereo width: 0 is mono, 1 is as recorded, up to 1.5.
    pub width: f32,
    pub high_pass: Option<Hertz>,
    pub low_pass: Option<Hertz>,
    pub eq: Vec<EqBand>,
    pub compressor: Option<Compressor>,
    /// Saturation, 0 to 1.
    pub drive: f32,
    /// Level sent to the reverb; `None` sends nothing.
    pub reverb: Option<Db>,
    /// Level sent to the tempo-synchronous delay.
    pub delay: Option<Db>,
    pub duck: Option<Duck>,
}

impl Default for Channel {
    fn default() -> Self {
        Self {
            level: Db(0.0),
            pan: Pan(0.0),
            width: 1.0,
            high_pass: None,
            low_pass: None,
            eq: Vec::new(),
            compressor: None,
            drive: 0.0,
            reverb: None,
            delay: None,
            duck: None,
        }
    }
}

/// A peaking band of the equaliser.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct EqBand {
    pub frequency: Hertz,
    pub gain: Db,
    pub q: f32,
}

/// A feed-forward compressor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct Compressor {
    pub threshold: Db,
    pub ratio: f32,
    pub attack_ms: f32,
    pub release_ms: f32,
    pub makeup: Db,
}

/// Side-chain: this channel dips whenever `from` plays one of `keys`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Duck {
    pub from: TrackId,
    /// MIDI keys that trigger (36 is the kick); empty means every note.
    pub keys: Vec<u8>,
    /// How far it dips, a positive number of decibels.
    pub depth: Db,
    pub release_ms: f32,
}

/// Settings of the shared buses and of the master.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct MixPlan {
    /// Reverberation time of the shared room.
    pub reverb_time: Seconds,
    /// Delay time as a fraction of a quarter note (0.75 is a dotted eighth).
    pub delay_quarters: f32,
    /// Feedback of the delay, 0 to 0.8.
    pub delay_feedback: f32,
    /// Tone of the master: gain of a gentle low shelf at 90 Hz and a high shelf at 9 kHz.
    pub low_shelf: Db,
    pub high_shelf: Db,
}
