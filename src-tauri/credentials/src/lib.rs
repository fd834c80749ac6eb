//! Content credentials of sound files (C2PA 2.x): who says what about a file, signed so that a change shows.
//!
//! The studio signs each file with a key that is made for it and thrown away. There is no secret to keep, and no list of
//! trusted signers knows it: such credentials prove that a file was not changed since, not who made it.
//!
//! WAV, MP3 and FLAC hold them; AIFF, OGG and Opus do not. Nothing here asks the network.

mod claim;
mod container;
mod der;
mod reading;
mod signer;

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use c2pa::assertions::DataHash;
use c2pa::{HashRange, Signer};
use serde_json::json;

pub use claim::{Claim, Deed, Ingredient};
use container::Container;
pub use reading::read;
use signer::OneFileSigner;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a file could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error("could not sign the content credentials: {0}")]
    Signing(String),
}

impl From<c2pa::Error> for Error {
    fn from(error: c2pa::Error) -> Self {
        match error {
            c2pa::Error::IoError(error) => Self::Io(error),
            other => Self::Signing(other.to_string()),
        }
    }
}

/// A manifest store as it is, without the wrapping of any file format.
const STORE: &str = "application/c2pa";
/// How the names of copies begin that are not whole yet: the library overlooks them.
const UNFINISHED: &str = ".son1k-";

/// Signs a finished file, in place of the credentials that it has; returns `false` and leaves it alone when it has no place
/// for any. Nothing may be written into it afterwards. The file is copied once, and the copy takes its place.
///
/// # Errors
/// [`Error::Io`] when the file cannot be read or written, [`Error::Signing`].
pub fn sign(file: &Path, claim: &Claim<'_>) -> Result<bool> {
    let mut source = File::open(file)?;
    let Some(container) = Container::of(&mut source)? else { return Ok(false) };
    let signer = OneFileSigner::new()?;
    let mut builder = claim.builder()?;
    let room = builder.data_hashed_placeholder(signer.reserve_size(), STORE)?;
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut copy = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
    let Some(place) = container.embed(&mut source, copy.as_file_mut(), &room)? else { return Ok(false) };
    let mut hash = DataHash::new("jumbf manifest", "sha256");
    hash.add_exclusion(HashRange::new(place.unsigned.start, place.unsigned.end - place.unsigned.start));
    hash.gen_hash_from_stream(copy.as_file_mut())?;
    let store = builder.sign_data_hashed_embeddable(&signer, &hash, STORE)?;
    if store.len() != room.len() {
        return Err(Error::Signing("they do not fit into the room that was made for them".into()));
    }
    copy.as_file_mut().seek(SeekFrom::Start(place.store))?;
    copy.as_file_mut().write_all(&store)?;
    copy.as_file().set_permissions(source.metadata()?.permissions())?;
    copy.as_file().sync_all()?;
    copy.persist(file).map_err(|refused| refused.error)?;
    Ok(true)
}

/// Nobody is asked anything: a manifest that lies elsewhere stays there. What the studio says, it says itself, and has not
/// gathered from others.
fn context() -> c2pa::Result<c2pa::Context> {
    c2pa::Context::new().with_settings(json!({
        "verify": { "remote_manifest_fetch": false },
        "builder": { "created_assertion_labels": ["c2pa.actions", claim::CERTIFICATE] },
    }))
}

/// The parsers are written for files in good faith; a file made to break them must not take the studio along.
fn guarded<T>(parse: impl FnOnce() -> c2pa::Result<T>) -> c2pa::Result<T> {
    catch_unwind(AssertUnwindSafe(parse)).unwrap_or(Err(c2pa::Error::JumbfNotFound))
}

#[cfg(test)]
mod tests;
