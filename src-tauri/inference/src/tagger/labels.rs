//! The labels of the two models in the order of their outputs (musicnn 0.1.0, `configuration.py`), and what they are
//! called here.

use std::collections::BTreeMap;

use son1k_domain::take::Tag;

pub(super) const MSD: [&str; 50] = [
    "rock",
    "pop",
    "alternative",
    "indie",
    "electronic",
    "female vocalists",
    "dance",
    "00s",
    "alternative rock",
    "jazz",
    "beautiful",
    "metal",
    "chillout",
    "male vocalists",
    "classic rock",
    "soul",
    "indie rock",
    "Mellow",
    "electronica",
    "80s",
    "folk",
    "90s",
    "chill",
    "instrumental",
    "punk",
    "oldies",
    "blues",
    "hard rock",
    "ambient",
    "acoustic",
    "experimental",
    "female vocalist",
    "guitar",
    "Hip-Hop",
    "70s",
    "party",
    "country",
    "easy listening",
    "sexy",
    "catchy",
    "funk",
    "electro",
    "heavy metal",
    "Progressive rock",
    "60s",
    "rnb",
    "indie pop",
    "sad",
    "House",
    "happy",
];

pub(super) const MTT: [&str; 50] = [
    "guitar",
    "classical",
    "slow",
    "techno",
    "strings",
    "drums",
    "electronic",
    "rock",
    "fast",
    "piano",
    "ambient",
    "beat",
    "violin",
    "vocal",
    "synth",
    "female",
    "indian",
    "opera",
    "male",
    "singing",
    "vocals",
    "no vocals",
    "harpsichord",
    "loud",
    "quiet",
    "flute",
    "woman",
    "male vocal",
    "no vocal",
    "pop",
    "soft",
    "sitar",
    "solo",
    "man",
    "classic",
    "choir",
    "voice",
    "new age",
    "dance",
    "male voice",
    "female vocal",
    "beats",
    "harp",
    "cello",
    "no voice",
    "weird",
    "country",
    "metal",
    "female voice",
    "choral",
];

/// Labels that say the same, under the name that is shown; all others are shown as they are, in lower case.
const NAMES: [(&str, &[&str]); 7] = [
    (
        "female vocals",
        &["female vocalists", "female vocalist", "female vocal", "female voice", "female", "woman"],
    ),
    ("male vocals", &["male vocalists", "male vocal", "male voice", "male", "man"]),
    ("vocals", &["vocal", "singing", "voice"]),
    ("instrumental", &["no vocals", "no vocal", "no voice"]),
    ("beat", &["beats"]),
    ("classical", &["classic"]),
    ("choir", &["choral"]),
];

/// Labels with their highest score.
#[derive(Debug, Default)]
pub(super) struct Labels(BTreeMap<String, f32>);

impl Labels {
    pub(super) fn hear(&mut self, label: &str, score: f32) {
        let lower = label.to_lowercase();
        let joined =
            NAMES.iter().find(|(_, same)| same.contains(&lower.as_str())).map(|(name, _)| (*name).to_owned());
        let highest = self.0.entry(joined.unwrap_or(lower)).or_insert(score);
        *highest = highest.max(score);
    }

    /// Returns those with at least this score, best first.
    pub(super) fn at_least(self, threshold: f32) -> Vec<Tag> {
        let heard = self.0.into_iter().filter(|(_, score)| *score >= threshold);
        let mut tags: Vec<_> = heard.map(|(name, score)| Tag { name, score }).collect();
        tags.sort_by(|a, b| b.score.total_cmp(&a.score));
        tags
    }
}
