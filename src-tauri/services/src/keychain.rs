//! Secrets, in the keychain of the system and nowhere else.

use keyring_core::{Entry, Error as Refusal};

/// The name that the system's own list of passwords shows.
const NAME: &str = "Son1k Studio";

/// Why a secret could not be kept or had. Nothing of it is in here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// There is none under this name.
    Unknown,
    /// The system has no keychain, or it is locked.
    Unusable(String),
}

/// Keeps a secret under a name.
pub(crate) fn keep(name: &str, secret: &str) -> Result<(), Refused> {
    entry(name)?.set_password(secret).map_err(told)
}

/// Returns the secret of a name.
pub(crate) fn find(name: &str) -> Result<String, Refused> {
    entry(name)?.get_password().map_err(told)
}

/// Forgets the secret of a name; there may be none.
pub(crate) fn forget(name: &str) -> Result<(), Refused> {
    match entry(name)?.delete_credential() {
        Ok(()) | Err(Refusal::NoEntry) => Ok(()),
        Err(refusal) => Err(told(refusal)),
    }
}

pub(crate) fn entry(name: &str) -> Result<Entry, Refused> {
    if keyring_core::get_default_store().is_none()
        && let Err(error) = keyring::Entry::store_status()
    {
        return Err(Refused::Unusable(error.to_string()));
    }
    Entry::new(NAME, name).map_err(told)
}

/// Some refusals carry what was kept: only those that do not are put into words.
fn told(refusal: Refusal) -> Refused {
    match refusal {
        Refusal::NoEntry | Refusal::BadEncoding(_) | Refusal::BadDataFormat(..) | Refusal::Ambiguous(_) => {
            Refused::Unknown
        }
        refusal => Refused::Unusable(refusal.to_string()),
    }
}

/// Takes keyring's own mock, one for all tests of this process.
#[cfg(test)]
pub(crate) fn use_mock() {
    static KEYCHAIN: std::sync::Once = std::sync::Once::new();
    KEYCHAIN.call_once(|| {
        keyring_core::set_default_store(keyring_core::mock::Store::new().expect("a mock"));
    });
}
