//! A look at a file: whether it can be taken, what it is, and what its bytes are.

use std::fs::Metadata;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::UNIX_EPOCH;

use son1k_domain::id::SoundId;
use son1k_domain::library::limits;
use son1k_domain::sound::{Refusal, SoundFacts};
use son1k_domain::unit::Seconds;
use son1k_sound::{self as sound, tags};
use son1k_store::library::{Content, FoundSound};

use crate::{Error, Result};

/// Bytes read at a time; between two of them, somebody may have lost interest.
const BLOCK: usize = 1 << 20;

/// Returns what a file is, from its first bytes.
///
/// # Errors
/// [`Error::SoundRefused`] with the reason, [`Error::TooLarge`], [`Error::NotFound`], [`Error::Unreadable`].
pub(crate) fn check(path: &Path) -> Result<SoundFacts> {
    let facts = facts_of(path)?;
    if facts.is_file() && facts.len() > limits::FILE_BYTES {
        return Err(Error::TooLarge { bytes: facts.len(), limit: limits::FILE_BYTES });
    }
    let facts = sound::probe(path).map_err(|error| reading(path, error))?;
    if facts.duration.is_some_and(|duration| duration.0 > limits::DURATION_S) {
        return Err(Error::SoundRefused(Refusal::TooLong(Seconds(limits::DURATION_S))));
    }
    Ok(facts)
}

/// Returns everything that the library keeps of a file. Reads it to its end.
///
/// # Errors
/// As [`check`]; [`Error::Cancelled`], and [`Error::InvalidField`] for a name that is no text.
pub(super) fn look(path: &Path, now_ms: f64, cancelled: &AtomicBool) -> Result<FoundSound> {
    let text = path.to_str().ok_or_else(|| Error::InvalidField {
        field: "path".into(),
        value: path.to_string_lossy().into_owned(),
    })?;
    let facts = check(path)?;
    let (tags, has_cover) = tags::read_tags(path).map_err(|error| reading(path, error))?;
    Ok(FoundSound {
        id: SoundId(uuid::Uuid::now_v7().to_string()),
        path: text.to_owned(),
        // Before its bytes are read: a change while they are is seen the next time.
        modified_ms: modified_ms(&facts_of(path)?),
        content: content(path, cancelled)?,
        facts,
        tags,
        has_cover,
        added_ms: now_ms,
    })
}

/// Returns the hash of a file's bytes.
pub(super) fn content(path: &Path, cancelled: &AtomicBool) -> Result<Content> {
    let unreadable = |error: std::io::Error| reading(path, error.into());
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0; BLOCK];
    loop {
        if cancelled.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        match file.read(&mut block).map_err(unreadable)? {
            0 => return Ok(*hasher.finalize().as_bytes()),
            count => drop(hasher.update(&block[..count])),
        }
    }
}

pub(super) fn facts_of(path: &Path) -> Result<Metadata> {
    path.metadata().map_err(|error| reading(path, error.into()))
}

/// Returns a file's own time in milliseconds since the Unix epoch.
pub(super) fn modified_ms(facts: &Metadata) -> f64 {
    let since = facts.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0.0, |since| since.as_secs_f64() * 1000.0)
}

/// Returns the error of a file that could not be read.
pub(super) fn reading(path: &Path, error: sound::Error) -> Error {
    let name = path.display().to_string();
    match error {
        sound::Error::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Error::NotFound { what: name }
        }
        sound::Error::Io(source) => Error::Unreadable { path: name, source },
        other => other.into(),
    }
}
