//! What goes wrong with copies.

use std::path::Path;

use son1k_domain::ErrorCode;
use son1k_domain::history::CopyPlace;
use son1k_history as engine;

use super::places;
use crate::Error;

/// Why something could not be done with a copy. No variant holds a passphrase or a secret key.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The system has no keychain, or it is locked.
    #[error("the keychain of the system cannot be used: {0}")]
    NoKeychain(String),
    #[error("the keychain does not know the passphrase of the copy any more")]
    Forgotten,
    /// A new passphrase has fewer characters than this.
    #[error("the passphrase has fewer than {0} characters")]
    Weak(usize),
    #[error("the passphrase does not open the copy in {0}")]
    WrongPassphrase(String),
    #[error("there is no copy in {0}")]
    NoCopy(String),
    /// The disk is not plugged in, or the folder is gone.
    #[error("{0} is not there")]
    NotThere(String),
    /// The copy and the store would be one in the other.
    #[error("{0} is part of the store, or the store of it")]
    Inside(String),
    #[error("there is a copy in {0} already")]
    Known(String),
    #[error("the storage refused the keys for {0}")]
    Refused(String),
    #[error("there is no bucket for {0}")]
    NoBucket(String),
    #[error("could not reach {0}")]
    Unreachable(String),
    #[error("there is no room for the copy in {0}")]
    Full(String),
    #[error("nothing may be written in {0}")]
    ReadOnly(String),
    /// Part of the copy is not what was written.
    #[error("part of the copy is damaged: {0}")]
    Damaged(String),
    #[error("another program is at work in the copy in {0}")]
    Busy(String),
    /// So many versions are damaged here and stay out of the copy.
    #[error("{0} damaged versions are not in the copy")]
    LeftOut(usize),
    /// So many versions of the copy are damaged and did not come back; everything else did.
    #[error("{0} damaged versions of the copy did not come back")]
    StayedBehind(usize),
}

impl Trouble {
    /// Returns the code that shells and scripts see.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoKeychain(_) | Self::Forgotten => ErrorCode::KeychainMissing,
            Self::Weak(_)
            | Self::Inside(_)
            | Self::Known(_)
            | Self::Refused(_)
            | Self::WrongPassphrase(_) => ErrorCode::InvalidField,
            Self::NoCopy(_) | Self::NotThere(_) | Self::NoBucket(_) => ErrorCode::NotFound,
            Self::Unreachable(_) => ErrorCode::Unreachable,
            Self::Full(_) => ErrorCode::DiskFull,
            Self::ReadOnly(_) => ErrorCode::Unwritable,
            Self::Damaged(_) | Self::LeftOut(_) | Self::StayedBehind(_) => ErrorCode::HistoryCorrupt,
            Self::Busy(_) => ErrorCode::Busy,
        }
    }

    /// Returns whether another attempt may succeed without anybody doing anything.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Busy(_))
    }
}

/// Tells what is wrong with a copy from what is wrong with the store in the folder `own`.
pub(super) fn of_copy(error: engine::Error, own: &Path, place: &CopyPlace) -> Error {
    use engine::Error as E;
    let there = || places::name(place);
    let is_own = |path: &Path| path.starts_with(own);
    let trouble = match &error {
        E::WrongKey(path) if !is_own(path) => Trouble::WrongPassphrase(there()),
        E::NotAStore(path) if !is_own(path) => Trouble::NoCopy(there()),
        E::DiskFull(path) if !is_own(path) => Trouble::Full(there()),
        E::ReadOnly(path) if !is_own(path) => Trouble::ReadOnly(there()),
        E::Damaged(path) if !is_own(path) => Trouble::Damaged(path.display().to_string()),
        E::Locked(path) if !is_own(path) => Trouble::Busy(there()),
        E::Refused(_) => Trouble::Refused(there()),
        E::NoBucket(_) => Trouble::NoBucket(there()),
        E::Unreachable { cause, .. } => {
            tracing::debug!(cause, "a copy cannot be reached");
            Trouble::Unreachable(there())
        }
        _ => return error.into(),
    };
    Error::Copies(trouble)
}
