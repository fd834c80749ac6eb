//! Stable identifiers. They are minted by `services` (UUID v7) or by an engine that needs a reproducible name.

use serde::{Deserialize, Serialize};
use specta::Type;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Returns the identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )+};
}

ids! {
    /// A project: one folder, one document.
    ProjectId,
    /// A background job.
    JobId,
    /// One generated result inside a project.
    TakeId,
    /// A track of a score or a project (`drums`, `bass`, `lead` … inside one score).
    TrackId,
    /// A section of a score (`verse-1`, `chorus-2` …).
    SectionId,
    /// A sound file of the library.
    SoundId,
    /// A list of sounds of the library.
    CollectionId,
    /// A row of the model catalogue.
    ModelId,
    /// A version of a project: 64 hexadecimal digits, the same in every copy of the store.
    VersionId,
    /// A copy of the store of versions.
    CopyId,
    /// A voice that can speak: a stock voice (`af_heart`), a blend (`af_heart*0.6+af_bella*0.4`), a profile's closest
    /// voice (`profile:…`) or one of ElevenLabs (`elevenlabs:…`).
    VoiceId,
    /// A profile of a voice.
    ProfileId,
    /// A sample of a profile.
    SampleId,
    /// A converter of voices: the SHA-256 (hex) of its file.
    ConverterId,
    /// The blake3 hash (hex) of a content-addressed asset.
    AssetId,
}
