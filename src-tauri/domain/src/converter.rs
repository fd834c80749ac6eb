//! Voices turned toward that of a profile: by the closest match that is built in, or by a true converter, which is a model
//! that the musician brings.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::id::{ConverterId, ProfileId};
use crate::unit::{Hertz, Seconds};

/// Limits of what is kept, shown to people and kept by the services.
pub mod limits {
    /// Most converters.
    pub const CONVERTERS: usize = 50;
    /// Largest file in bytes: more does not fit into one file of the format.
    pub const BYTES: u64 = 2 << 30;
}

/// A converter that the studio keeps: a copy of the file that was brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Converter {
    pub id: ConverterId,
    /// As the model itself says, like the licence.
    pub name: String,
    pub licence: String,
    /// Rate of what it gives.
    pub rate: Hertz,
    pub guide: ConverterGuide,
    /// Size of its file.
    pub bytes: f64,
    /// Whether its file is there, with that size.
    pub whole: bool,
}

/// What a converter is told of the voice that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ConverterGuide {
    /// The speaker vector that the studio hears in the samples.
    Speaker,
    /// Some seconds of the samples themselves.
    Reference,
    Both,
}

/// Whose voice another is turned toward, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Toward {
    pub profile: ProfileId,
    /// `None` is the closest match: pitch, range and formants are moved. It is no copy of the voice.
    pub converter: Option<ConverterId>,
}

/// How near a voice came to the one that it was turned toward.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct Approach {
    pub duration: Seconds,
    /// Of the speaker vectors of the profile and of the sound as it was: a cosine, 0 to 1. The same person gives 0.85 and
    /// more.
    pub similarity_before: f32,
    /// The same of the sound as it is now.
    pub similarity: f32,
}
