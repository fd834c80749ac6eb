//! What can go wrong with the voices of ElevenLabs.

use son1k_domain::ErrorCode;
use son1k_domain::voice::SpeechCost;

use crate::keychain::Refused;

/// Why a voice of ElevenLabs cannot speak. No variant holds the key.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error("there is no key of ElevenLabs")]
    NoKey,
    /// The system has no keychain, or it is locked.
    #[error("the keychain of the system cannot be used: {0}")]
    NoKeychain(String),
    /// What was typed cannot be a key.
    #[error("this is no key of ElevenLabs")]
    NotAKey,
    #[error("ElevenLabs does not know the key")]
    WrongKey,
    /// The key was made for other things; the text is ElevenLabs' own.
    #[error("the key may not do this: {0}")]
    NotAllowed(String),
    #[error("the characters of the account are used up")]
    Quota,
    /// The account has to pay for this first; the text is ElevenLabs' own.
    #[error("the plan of the account does not have this: {0}")]
    Plan(String),
    #[error("ElevenLabs does not have the voice {0}")]
    NoVoice(String),
    #[error("the voice {0} has no sample")]
    NoSample(String),
    /// The text is ElevenLabs' own.
    #[error("ElevenLabs does not take this: {0}")]
    Refused(String),
    /// Also after some waiting.
    #[error("too much is asked of ElevenLabs at once")]
    Busy,
    #[error("ElevenLabs is out of order: status {0}")]
    Down(u16),
    #[error("could not reach ElevenLabs: {0}")]
    Offline(String),
    /// What was on its way may have been billed.
    #[error("the answer of ElevenLabs broke off: {0}")]
    Cut(String),
    /// What came is no sound, or not all of it.
    #[error("the sound from ElevenLabs is not whole")]
    Broken,
    /// Nobody has said yes to what this costs.
    #[error("{} characters would be billed", .0.characters)]
    Unconfirmed(SpeechCost),
}

impl Trouble {
    /// Returns the code that shells and scripts see.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoKey | Self::NoKeychain(_) => ErrorCode::KeychainMissing,
            Self::NotAKey | Self::WrongKey | Self::NotAllowed(_) | Self::Refused(_) => {
                ErrorCode::InvalidField
            }
            Self::Quota | Self::Plan(_) => ErrorCode::QuotaExceeded,
            Self::NoVoice(_) | Self::NoSample(_) => ErrorCode::NotFound,
            Self::Busy => ErrorCode::Busy,
            Self::Down(_) | Self::Offline(_) => ErrorCode::Unreachable,
            Self::Cut(_) | Self::Broken => ErrorCode::DownloadFailed,
            Self::Unconfirmed(_) => ErrorCode::CostUnconfirmed,
        }
    }

    /// Returns whether another attempt may succeed without anybody doing anything. One that may cost something twice is
    /// made by nobody but the musician.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::Down(_) | Self::Offline(_))
    }
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unknown => Self::NoKey,
            Refused::Unusable(why) => Self::NoKeychain(why),
        }
    }
}
