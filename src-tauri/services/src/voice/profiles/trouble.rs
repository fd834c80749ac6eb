//! What can go wrong with profiles.

use son1k_domain::ErrorCode;

use crate::Error;

/// Why a profile cannot be used or changed.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The profile of this name is somebody else's, and not all of its samples have a receipt.
    #[error("there is no consent to use the voice {0}")]
    NoConsent(String),
    #[error("there are no samples to give a consent for")]
    NothingToConsent,
    #[error("the profile is the musician's own voice")]
    OwnVoice,
    /// None of the samples can be used.
    #[error("{0} has no sample that can be used")]
    NoSamples(String),
    #[error("nobody speaks in the sample")]
    NoSpeech,
    #[error("the closest voice of {0} was not looked for yet")]
    NoClosest(String),
    #[error("there are too many profiles")]
    TooManyProfiles,
    #[error("there are too many samples")]
    TooManySamples,
    /// The sample of this name is in the profile already.
    #[error("{0} is in the profile already")]
    SampleTwice(String),
    /// The sample of this name is longer than is taken.
    #[error("{0} is too long for a sample")]
    SampleTooLong(String),
    #[error("{name} was not added: {why}")]
    SampleRefused { name: String, why: Box<Error> },
    /// The file of this name is no profile, or not whole.
    #[error("{name} is no profile: {why}")]
    NoProfile { name: String, why: String },
}

impl Trouble {
    /// Returns the code that shells and scripts see.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoConsent(_) => ErrorCode::ConsentMissing,
            Self::NothingToConsent | Self::OwnVoice | Self::NoSamples(_) | Self::SampleTwice(_) => {
                ErrorCode::InvalidField
            }
            Self::TooManyProfiles | Self::TooManySamples => ErrorCode::InvalidField,
            Self::NoClosest(_) => ErrorCode::NotFound,
            Self::NoSpeech | Self::SampleTooLong(_) | Self::NoProfile { .. } => ErrorCode::UnsupportedFile,
            Self::SampleRefused { why, .. } => why.code(),
        }
    }
}
