//! What can go wrong with converters.

use son1k_domain::ErrorCode;
use son1k_inference::converter::Breach;

/// Why a voice cannot be turned toward another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The file or the converter of this name does not keep to the contract.
    #[error("{name} cannot be used as a converter: {breach}")]
    Breach { name: String, breach: Breach },
    /// The file of the converter of this name is not as it was brought.
    #[error("the converter {0} is damaged")]
    Damaged(String),
    #[error("there are too many converters")]
    TooMany,
    /// Nobody speaks in the sound that is to be turned.
    #[error("there is too little voice in the sound")]
    NoVoice,
    /// The samples of the profile of this name have no pitch that could be matched.
    #[error("the samples of {0} have too little pitch")]
    NoMelody(String),
}

impl Trouble {
    /// Returns the code that shells and scripts see.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Breach { .. } | Self::NoVoice | Self::NoMelody(_) => ErrorCode::UnsupportedFile,
            Self::Damaged(_) => ErrorCode::ModelCorrupt,
            Self::TooMany => ErrorCode::InvalidField,
        }
    }
}
