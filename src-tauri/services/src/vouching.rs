//! Content credentials of what the studio writes: signed last, and anew whenever a signed file is written into.
//!
//! What only people made is not signed: it has no certificate, and comes of nothing that was signed.

use std::path::Path;

use son1k_credentials::{Claim, Deed, Ingredient};
use son1k_domain::certificate::Making;
use son1k_sound::{Error, Result, tags};

/// The program that signs.
pub(crate) const PROGRAM: &str = "Son1k Studio";
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A file before it is written into, or before another is made of it.
#[derive(Debug, Clone)]
pub(crate) struct Former(Ingredient);

impl Former {
    /// Looks at a file as it is.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(crate) fn of(file: &Path) -> Result<Self> {
        Ingredient::of(file).map(Self).map_err(refused)
    }

    /// Signs a file that was made of this one, when one of the two is synthetic or this one was signed.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Tags`].
    pub(crate) fn was_made_into(&self, file: &Path) -> Result<()> {
        self.renew(file, Deed::Edited { parent: &self.0, source_type: None })
    }

    /// Signs this file after its tags were changed, when it is synthetic or was signed.
    ///
    /// # Errors
    /// As [`Self::was_made_into`].
    pub(crate) fn was_retagged(&self, file: &Path) -> Result<()> {
        self.renew(file, Deed::Retagged { parent: &self.0 })
    }

    fn renew(&self, file: &Path, deed: Deed<'_>) -> Result<()> {
        let certificate = tags::read_certificate(file)?;
        match certificate.is_some() || self.0.is_signed() {
            true => sign(file, deed, certificate.as_deref()),
            false => Ok(()),
        }
    }
}

/// Lets `write` change the tags of a file, which stays signed when it was.
///
/// # Errors
/// Those of `write`; [`Error::Io`], [`Error::Tags`].
pub(crate) fn retagging<T>(file: &Path, write: impl FnOnce(&Path) -> Result<T>) -> Result<T> {
    let former = Former::of(file)?;
    let written = write(file)?;
    former.was_retagged(file)?;
    Ok(written)
}

/// Signs a file that has just come to be, with its certificate and what it was made of: of a voice that was changed the file
/// that it was in, of a song the voices in it.
///
/// # Errors
/// [`Error::Io`], [`Error::Tags`].
pub(crate) fn sign_new(file: &Path, making: Making, of: &[Former], certificate: &str) -> Result<()> {
    let source_type = making.source_type();
    let parts: Vec<_> = of.iter().map(|Former(part)| part).collect();
    let deed = match (making, &parts[..]) {
        (Making::Mixed, parts) => Deed::Mixed { parts, source_type },
        (_, [parent, ..]) => Deed::Edited { parent, source_type: Some(source_type) },
        (_, []) => Deed::Created { source_type },
    };
    sign(file, deed, Some(certificate))
}

fn sign(file: &Path, deed: Deed<'_>, certificate: Option<&str>) -> Result<()> {
    let claim = Claim { program: PROGRAM, version: VERSION, deed, certificate };
    let signed = son1k_credentials::sign(file, &claim).map_err(refused)?;
    if !signed {
        tracing::debug!(file = %file.display(), "the file has no place for content credentials");
    }
    Ok(())
}

fn refused(error: son1k_credentials::Error) -> Error {
    match error {
        son1k_credentials::Error::Io(error) => Error::Io(error),
        other => Error::Tags(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
