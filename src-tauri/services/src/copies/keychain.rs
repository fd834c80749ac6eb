//! Passphrases and secret keys of copies, in the keychain of the system and nowhere else.

use son1k_domain::id::CopyId;

use super::Trouble;
use crate::Result;
use crate::keychain::{self, Refused};

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
    let kept = texts.try_for_each(|(secret, text)| keychain::keep(&name(copy, secret), text));
    if kept.is_err()
        && let Err(error) = forget(copy)
    {
        tracing::warn!(%error, "a passphrase could not be taken out of the keychain");
    }
    Ok(kept.map_err(Trouble::from)?)
}

/// Returns a secret of a copy.
///
/// # Errors
/// [`Trouble::Forgotten`] when the keychain knows none, [`Trouble::NoKeychain`].
pub(super) fn find(copy: &CopyId, secret: Secret) -> Result<String> {
    Ok(keychain::find(&name(copy, secret)).map_err(Trouble::from)?)
}

/// Forgets every secret of a copy.
///
/// # Errors
/// [`Trouble::NoKeychain`].
pub(super) fn forget(copy: &CopyId) -> Result<()> {
    for secret in [Secret::Passphrase, Secret::StorageKey] {
        keychain::forget(&name(copy, secret)).map_err(Trouble::from)?;
    }
    Ok(())
}

/// Returns the name of a secret in the keychain.
fn name(copy: &CopyId, secret: Secret) -> String {
    let secret = match secret {
        Secret::Passphrase => "passphrase",
        Secret::StorageKey => "storage key",
    };
    format!("{copy} {secret}")
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Unknown => Self::Forgotten,
            Refused::Unusable(why) => Self::NoKeychain(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use keyring_core::{Error as Refusal, mock};

    use super::*;
    use crate::Error;

    #[test]
    fn a_keychain_that_refuses_the_second_secret_does_not_keep_the_first() {
        keychain::use_mock();
        let copy = CopyId("refused".into());
        let second = keychain::entry(&name(&copy, Secret::StorageKey)).unwrap();
        let refusal = Refusal::NoStorageAccess("locked".into());
        second.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(refusal);
        let outcome = keep(&copy, "horse battery staple", Some("what only the bucket knows"));
        assert!(matches!(outcome, Err(Error::Copies(Trouble::NoKeychain(_)))), "{outcome:?}");
        for secret in [Secret::Passphrase, Secret::StorageKey] {
            assert!(matches!(find(&copy, secret), Err(Error::Copies(Trouble::Forgotten))), "{secret:?}");
        }
    }
}
