//! Versions of projects: kept, listed, read, restored, checked, pruned and copied.
//!
//! One store in the restic format (repository version 2) for all projects, so that a sample of two songs is kept once and
//! the plain `restic` program can recover everything. Nothing here knows a document, a user interface or the clock.

mod ahead;
mod annotate;
mod bucket;
mod check;
mod contents;
mod copy;
mod disk;
mod error;
mod folder;
mod gate;
mod hold;
mod key;
mod mend;
mod place;
mod progress;
mod prune;
mod read;
mod restore;
mod save;
mod spare;
mod under_way;
mod vault;
mod version;
mod watch;

pub use annotate::Note;
pub use bucket::Bucket;
pub use check::{Damage, Fault, Report, Touched};
pub use contents::Contents;
pub use copy::Copied;
pub use error::{Error, Result};
pub use key::Key;
pub use place::Place;
pub use progress::Progress;
pub use prune::Freed;
pub use read::{ContentId, StoredFile, Stream};
pub use restore::{Restored, unfinished};
pub use vault::Vault;
pub use version::{Draft, Kind, Version, VersionId};

#[cfg(test)]
mod tests;
