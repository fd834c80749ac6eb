//! Passphrases and secret keys, in the keychain of the system and nowhere else.

use keyring_core::{Entry, Error as Refusal};
use son1k_domain::id::CopyId;

use super::Trouble;
use crate::Result;

/// The name that the system's own list of passwords shows.
const SERVICE: &str = "Son1k Studio";

/// What is kept secret of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secret {
    /// What the copy is encrypted with.
    Passphrase,
    /// What a bucket wants to see.
    StorageKey,
}

/// Keeps a secret of a copy.
///
/// # Errors
/// [`Trouble::NoKeychain`].
pub(super) fn keep(copy: &CopyId, secret: Secret, text: &str) -> Result<()> {
    Ok(entry(copy, secret)?.set_password(text).map_err(told)?)
}

/// Returns a secret of a copy.
///
/// # Errors
/// [`Trouble::Forgotten`] when the keychain knows none, [`Trouble::NoKeychain`].
pub(super) fn find(copy: &CopyId, secret: Secret) -> Result<String> {
    Ok(entry(copy, secret)?.get_password().map_err(told)?)
}

/// Forgets every secret of a copy.
///
/// # Errors
/// [`Trouble::NoKeychain`].
pub(super) fn forget(copy: &CopyId) -> Result<()> {
    for secret in [Secret::Passphrase, Secret::StorageKey] {
        match entry(copy, secret)?.delete_credential() {
            Ok(()) | Err(Refusal::NoEntry) => {}
            Err(error) => return Err(told(error).into()),
        }
    }
    Ok(())
}

fn entry(copy: &CopyId, secret: Secret) -> Result<Entry, Trouble> {
    if keyring_core::get_default_store().is_none()
        && let Err(error) = keyring::Entry::store_status()
    {
        return Err(Trouble::NoKeychain(error.to_string()));
    }
    let secret = match secret {
        Secret::Passphrase => "passphrase",
        Secret::StorageKey => "storage key",
    };
    Entry::new(SERVICE, &format!("{copy} {secret}")).map_err(told)
}

/// Some refusals carry what was kept: only those that do not are put into words.
fn told(refusal: Refusal) -> Trouble {
    match refusal {
        Refusal::NoEntry | Refusal::BadEncoding(_) | Refusal::BadDataFormat(..) | Refusal::Ambiguous(_) => {
            Trouble::Forgotten
        }
        refusal => Trouble::NoKeychain(refusal.to_string()),
    }
}
