//! Who is at work in a store: many may read and append at once, one alone may remove.
//!
//! The engine does not keep restic's locks, so the studio keeps one of its own: an advisory lock of the system on a file,
//! which a process that dies gives back.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, Result, writing};
use crate::place::Place;
use crate::progress::Progress;

const NAME: &str = "son1k.lock";
/// Where the plain `restic` program notes that it is at work. One that was killed leaves its note: `restic unlock` takes it
/// away.
const RESTIC_LOCKS: &str = "locks";
/// How long a short work of another program is waited for.
const PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(10);

/// A right to work in a store, until it is dropped.
#[derive(Debug)]
pub(crate) struct Hold(#[expect(dead_code, reason = "held, not read")] Option<File>);

impl Hold {
    /// Returns the right to read and append.
    pub(crate) fn shared(place: &Place, progress: &Progress) -> Result<Self> {
        if place.folder().is_none() {
            return Ok(Self(None));
        }
        match open(place)? {
            Some(file) => wait(file, place, progress, File::try_lock_shared),
            // Nobody can remove anything from a store that nobody can write to.
            None => Ok(Self(None)),
        }
    }

    /// Returns the right to bring a copy up to date. A bucket has no locks: two that write to one add the same files.
    pub(crate) fn copying(place: &Place, progress: &Progress) -> Result<Self> {
        if place.folder().is_some() {
            Self::exclusive(place, progress)
        } else {
            Self::shared(place, progress)
        }
    }

    /// Returns the right to remove, which nobody has while `restic` is at work.
    pub(crate) fn alone(place: &Place, progress: &Progress) -> Result<Self> {
        let locks = place.own_folder()?.join(RESTIC_LOCKS);
        let hold = Self::exclusive(place, progress)?;
        let is_at_work = fs::read_dir(&locks).is_ok_and(|mut locks| locks.next().is_some());
        if is_at_work { Err(Error::Locked(locks)) } else { Ok(hold) }
    }

    fn exclusive(place: &Place, progress: &Progress) -> Result<Self> {
        match open(place)? {
            Some(file) => wait(file, place, progress, File::try_lock),
            None => Err(Error::ReadOnly(place.root().into())),
        }
    }
}

fn open(place: &Place) -> Result<Option<File>> {
    let path = place.root().join(NAME);
    match OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path) {
        Ok(file) => Ok(Some(file)),
        Err(cause)
            if [ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem].contains(&cause.kind()) =>
        {
            Ok(None)
        }
        Err(cause) => Err(writing(&path)(cause)),
    }
}

fn wait(
    file: File,
    place: &Place,
    progress: &Progress,
    take: fn(&File) -> std::result::Result<(), TryLockError>,
) -> Result<Hold> {
    let begun = Instant::now();
    loop {
        match take(&file) {
            Ok(()) => return Ok(Hold(Some(file))),
            Err(TryLockError::WouldBlock) if begun.elapsed() > PATIENCE => {
                return Err(Error::Locked(place.root().into()));
            }
            Err(TryLockError::WouldBlock) => {
                progress.check()?;
                thread::sleep(PAUSE);
            }
            Err(TryLockError::Error(cause)) => return Err(writing(&place.root().join(NAME))(cause)),
        }
    }
}
