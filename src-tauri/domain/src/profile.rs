//! Profiles of voices: samples of somebody who speaks, how good they are, the consent to use them, and the closest voice
//! that the studio has.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::certificate::ConsentReceipt;
use crate::conversion::Conversion;
use crate::id::{ProfileId, SampleId, SoundId, VoiceId};
use crate::setting::Language;
use crate::unit::Seconds;

/// Limits of what a profile holds, shown to people and kept by the services.
pub mod limits {
    /// Most profiles.
    pub const PROFILES: usize = 200;
    /// Most samples of a profile.
    pub const SAMPLES: usize = 40;
    /// Longest sample in seconds.
    pub const SAMPLE_S: f64 = 600.0;
    /// Longest name of a profile, of a person and of what a consent is for, in characters.
    pub const NAME: usize = 120;
    /// Longest notes, in characters.
    pub const NOTES: usize = 4_000;
    /// Most stock voices of a blend.
    pub const BLEND: usize = 3;
}

/// A voice of one's own, or somebody else's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Profile {
    pub id: ProfileId,
    pub name: String,
    pub language: Language,
    pub notes: String,
    /// Whether it is the musician's own voice; every other voice needs a consent for each of its samples.
    pub own: bool,
    /// In the order in which they were added.
    pub samples: Vec<Sample>,
    /// One for each sample that there was when it was given.
    pub consent: Vec<ConsentReceipt>,
    /// `None` until it is looked for, and after samples came, went or were cleaned.
    pub closest: Option<Closest>,
    /// Milliseconds since the Unix epoch.
    pub created_ms: f64,
}

impl Profile {
    /// Returns whether the voice may be used: it is the musician's own, or there is a receipt for every sample of it.
    pub fn is_consented(&self) -> bool {
        let given = |sample: &Sample| self.consent.iter().any(|receipt| receipt.sample == sample.sha256);
        self.own || (!self.samples.is_empty() && self.samples.iter().all(given))
    }
}

/// A change of a profile: `None` leaves a field as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct ProfileChange {
    pub name: Option<String>,
    pub language: Option<Language>,
    pub notes: Option<String>,
    pub own: Option<bool>,
}

/// Where a sample comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum SampleSource {
    /// A sound of the library, such as a take that was recorded.
    Sound(SoundId),
    /// The path of a sound file.
    File(String),
}

/// A recording of one person who speaks. The profile has a copy of it; what it was copied from is never touched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Sample {
    pub id: SampleId,
    /// The file's name, with its extension.
    pub name: String,
    pub seconds: Seconds,
    /// Of the original file, in hexadecimal digits.
    pub sha256: String,
    /// Each [`Quality`], in the order of [`Quality::ALL`]; of the cleaned sample, when there is one.
    pub checks: Vec<SampleCheck>,
    /// Whether a cleaned copy takes its place. The original is kept.
    pub cleaned: bool,
}

impl Sample {
    /// Returns the verdict of the worst check.
    pub fn verdict(&self) -> Verdict {
        self.checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Unusable)
    }
}

/// What is looked at in a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// Loudness of the speech in LUFS.
    Level,
    /// How far the speech is above what is heard between it, in dB.
    Noise,
    /// How much of the speech is cut off at full scale, in percent of its samples.
    Clipping,
    /// Seconds in which somebody speaks.
    Duration,
    /// How many people speak: 0 when nobody does.
    Speakers,
}

impl Quality {
    /// Every one, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Level, Self::Noise, Self::Clipping, Self::Duration, Self::Speakers];
}

/// How good it is, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Good,
    /// It can be used; better ones give a closer voice.
    Poor,
    /// It is left out of everything.
    Unusable,
}

/// What was found when one thing of a sample was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct SampleCheck {
    pub quality: Quality,
    pub verdict: Verdict,
    /// In the unit of the quality. `None` when it could not be measured: there is no speech, or no pause in it.
    pub value: Option<f32>,
}

/// Part of a blend of stock voices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct BlendPart {
    pub voice: VoiceId,
    /// 0 to 1; all of a blend together are 1.
    pub weight: f32,
}

/// The nearest that the studio's voices come to that of a profile. It is not that voice, and no copy of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Closest {
    /// The greatest part first; at most [`limits::BLEND`].
    pub blend: Vec<BlendPart>,
    /// What is changed of the blend: pitch, formants and range.
    pub conversion: Conversion,
    /// Factor on the pace of the blend.
    pub pace: f32,
    /// Of the profile's speaker vector and that of the nearest stock voice as it is: a cosine, −1 to 1. The same person
    /// gives 0.85 and more.
    pub similarity_before: f32,
    /// Of the profile's speaker vector and that of the blend as it is changed.
    pub similarity: f32,
}

/// A sentence to be read aloud for a sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct ScriptLine {
    pub text: String,
    /// About how long it takes to read.
    pub seconds: Seconds,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(sha256: &str, verdicts: &[Verdict]) -> Sample {
        let check = |(quality, verdict): (Quality, &Verdict)| SampleCheck {
            quality,
            verdict: *verdict,
            value: Some(1.0),
        };
        Sample {
            id: SampleId(sha256.into()),
            name: "take.wav".into(),
            seconds: Seconds(8.0),
            sha256: sha256.into(),
            checks: Quality::ALL.into_iter().zip(verdicts).map(check).collect(),
            cleaned: false,
        }
    }

    fn receipt(sample: &str) -> ConsentReceipt {
        let (person, purpose) = ("Ana".into(), "a song".into());
        ConsentReceipt { person, purpose, date: "2026-11-22".into(), sample: sample.into() }
    }

    #[test]
    fn somebody_elses_voice_needs_a_receipt_for_each_of_its_samples() {
        let mut profile = Profile {
            id: "1".into(),
            name: "Ana".into(),
            language: Language::Es,
            notes: String::new(),
            own: false,
            samples: vec![],
            consent: vec![receipt("a")],
            closest: None,
            created_ms: 0.0,
        };
        assert!(!profile.is_consented());
        profile.samples.push(sample("a", &[Verdict::Good]));
        assert!(profile.is_consented());
        profile.samples.push(sample("b", &[Verdict::Good]));
        assert!(!profile.is_consented());
        assert!(Profile { own: true, ..profile }.is_consented());
    }

    #[test]
    fn a_sample_is_as_good_as_the_worst_of_its_checks() {
        use Verdict::{Good, Poor, Unusable};
        assert_eq!(sample("a", &[Good, Good]).verdict(), Good);
        assert_eq!(sample("a", &[Good, Poor, Good]).verdict(), Poor);
        assert_eq!(sample("a", &[Unusable, Poor]).verdict(), Unusable);
        assert_eq!(sample("a", &[]).verdict(), Unusable);
    }
}
