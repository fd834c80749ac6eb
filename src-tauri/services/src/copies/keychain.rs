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

/// Keeps the passphrase of a new copy and, of a bucket, its secret key: all of it or nothing.
///
/// # Errors
/// [`Trouble::NoKeychain`].
pub(super) fn keep(copy: &CopyId, passphrase: &str, storage_key: Option<&str>) -> Result<()> {
    let secrets = [(Secret::Passphrase, Some(passphrase)), (Secret::StorageKey, storage_key)];
    let mut texts = secrets.into_iter().filter_map(|(secret, text)| Some((secret, text?)));
    let kept = texts.try_for_each(|(secret, text)| entry(copy, secret)?.set_password(text).map_err(told));
    if kept.is_err()
        && let Err(error) = forget(copy)
    {
        tracing::warn!(%error, "a passphrase could not be taken out of the keychain");
    }
    Ok(kept?)
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

#[cfg(test)]
mod tests {
    use keyring_core::mock;

    use super::*;
    use crate::Error;
    use crate::copies::tests::use_mock_keychain;

    #[test]
    fn a_keychain_that_refuses_the_second_secret_does_not_keep_the_first() {
        use_mock_keychain();
        let copy = CopyId("refused".into());
        let second = entry(&copy, Secret::StorageKey).unwrap();
        let refusal = Refusal::NoStorageAccess("locked".into());
        second.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(refusal);
        let outcome = keep(&copy, "horse battery staple", Some("what only the bucket knows"));
        assert!(matches!(outcome, Err(Error::Copies(Trouble::NoKeychain(_)))), "{outcome:?}");
        for secret in [Secret::Passphrase, Secret::StorageKey] {
            assert!(matches!(find(&copy, secret), Err(Error::Copies(Trouble::Forgotten))), "{secret:?}");
        }
    }
}
