//! What the engine tells while it works, and how it is stopped.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use rustic_core::{
    BytesList, FileType, Id, ProgressBars, ProgressType, ReadBackend, RusticProgress, RusticResult,
    WriteBackend,
};

use crate::error::{Error, Result};
use crate::gate::Failed;
use crate::place::Files;
use crate::progress::{Progress, share};

/// How often the flag is read and the progress told.
pub(crate) const BEAT: Duration = Duration::from_millis(20);
/// Packs of a copy that are read back at once.
const READERS: usize = 4;

/// Takes a lock whose data stays whole even if a holder died.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The state of the one writing work of a store: the engine keeps what it is given for its whole life, so the
/// caller's own references cannot go in.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    cancelled: AtomicBool,
    total: AtomicU64,
    done: AtomicU64,
    failure: Mutex<Option<Error>>,
}

impl Watch {
    fn during<T>(&self, progress: &Progress, total: u64, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.cancelled.store(false, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        *lock(&self.failure) = None;
        progress.check()?;
        let result = thread::scope(|scope| {
            let (_over, beats) = mpsc::channel::<()>();
            scope.spawn(move || self.relay(progress, &beats));
            work()
        });
        // It may have been raised when the work was over; what is done after it must not stop.
        self.cancelled.store(false, Ordering::Relaxed);
        // What the engine says about a failure of ours is vaguer than what was noted when it happened.
        match (lock(&self.failure).take(), result) {
            (Some(failure), _) => Err(failure),
            (None, Err(_)) if progress.check().is_err() => Err(Error::Cancelled),
            (None, result) => result,
        }
    }

    fn relay(&self, progress: &Progress, beats: &mpsc::Receiver<()>) {
        while beats.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
            if progress.check().is_err() {
                self.cancelled.store(true, Ordering::Relaxed);
            }
            (progress.report)(share(self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed)));
        }
    }

    /// Notes a failure that the engine would pass over; returns it.
    pub(crate) fn fail(&self, error: Error) -> Error {
        lock(&self.failure).get_or_insert(error).clone()
    }

    /// Returns why the work must stop, if it must.
    pub(crate) fn check(&self) -> Result<()> {
        if self.cancelled.load(Ordering::Relaxed) { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Returns why no version may come of the work: the engine leaves out a file that it cannot read.
    fn check_whole(&self) -> Result<()> {
        self.check()?;
        lock(&self.failure).clone().map_or(Ok(()), Err)
    }
}

/// Gives the engine the watch as its progress bars.
#[derive(Debug, Clone)]
pub(crate) struct Bars(pub(crate) Arc<Watch>);

impl ProgressBars for Bars {
    fn progress(&self, kind: ProgressType, _prefix: &str) -> rustic_core::Progress {
        match kind {
            ProgressType::Bytes => rustic_core::Progress::new(self.clone()),
            ProgressType::Counter | ProgressType::Spinner => rustic_core::Progress::hidden(),
        }
    }
}

impl RusticProgress for Bars {
    fn is_hidden(&self) -> bool {
        false
    }

    fn set_length(&self, length: u64) {
        self.0.total.store(length, Ordering::Relaxed);
        self.0.done.store(0, Ordering::Relaxed);
    }

    fn set_title(&self, _title: &str) {}

    fn inc(&self, bytes: u64) {
        self.0.done.fetch_add(bytes, Ordering::Relaxed);
    }

    fn finish(&self) {}
}

/// A place of files that writes nothing once the work is to stop, and no version that is not whole.
#[derive(Debug)]
pub(crate) struct Guarded {
    pub(crate) files: Arc<dyn Files>,
    pub(crate) watch: Arc<Watch>,
    pub(crate) failed: Failed,
    /// Index files that the engine must not trip over, being damaged, or that list what is to be kept again.
    hidden: Mutex<BTreeSet<Id>>,
    /// Packs of a copy that nobody has read back yet.
    unread: Mutex<Option<Vec<(Id, u64)>>>,
    /// Bytes of packs that were written and read back.
    read_back: AtomicU64,
}

impl Guarded {
    pub(crate) fn new(files: Arc<dyn Files>) -> Self {
        Self {
            watch: files.under_way().watch.clone(),
            files,
            failed: Failed::default(),
            hidden: Mutex::default(),
            unread: Mutex::default(),
            read_back: AtomicU64::new(0),
        }
    }

    /// From now on no index and no version is written before the packs it needs were read back.
    pub(crate) fn distrust(&self) {
        lock(&self.unread).get_or_insert_default();
    }

    /// Returns how many bytes of packs were written and read back.
    pub(crate) fn read_back(&self) -> u64 {
        self.read_back.load(Ordering::Relaxed)
    }

    /// Runs work of the engine under the caller's eyes; `total` is in bytes.
    pub(crate) fn during<T>(
        &self,
        progress: &Progress,
        total: u64,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        self.files.under_way().begin_anew();
        // Before the flag goes down: what the engine left behind would write again.
        self.watch.during(progress, total, || work().inspect_err(|_| self.failed.note()))
    }

    /// Notes a pack that is on its way: not earlier, or an index of those before it would look for it.
    fn note(&self, pack: &Id, size: u64) {
        if let Some(unread) = &mut *lock(&self.unread) {
            self.watch.total.fetch_add(size, Ordering::Relaxed);
            unread.push((*pack, size));
        }
    }

    /// Makes sure that what was written is what the place gives back.
    fn read_again(&self) -> Result<()> {
        let unread = lock(&self.unread).as_mut().map(std::mem::take).unwrap_or_default();
        if unread.is_empty() {
            return Ok(());
        }
        let read = self.files.under_way().settle().and_then(|()| self.read_packs(&unread));
        if read.is_err() {
            lock(&self.unread).get_or_insert_default().extend(unread);
        }
        read
    }

    /// Reads packs in threads of its own: those that the engine shares wait for this where an index is written before
    /// everything was copied.
    fn read_packs(&self, packs: &[(Id, u64)]) -> Result<()> {
        let next = AtomicUsize::new(0);
        let read = || -> Result<()> {
            while let Some((pack, size)) = packs.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.watch.check()?;
                self.files.read_full(FileType::Pack, pack)?;
                self.watch.done.fetch_add(*size, Ordering::Relaxed);
                self.read_back.fetch_add(*size, Ordering::Relaxed);
            }
            Ok(())
        };
        thread::scope(|scope| {
            let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(read)).collect();
            let died = |_| Err(Error::Engine("a reader died".into()));
            readers.into_iter().map(|reader| reader.join().unwrap_or_else(died)).fold(Ok(()), Result::and)
        })
    }

    pub(crate) fn hide(&self, indexes: impl IntoIterator<Item = Id>) {
        lock(&self.hidden).extend(indexes);
    }

    /// Shows some hidden files again.
    pub(crate) fn show(&self, indexes: &BTreeSet<Id>) {
        lock(&self.hidden).retain(|id| !indexes.contains(id));
    }

    /// Shows all hidden files again.
    pub(crate) fn unhide(&self) {
        lock(&self.hidden).clear();
    }

    fn is_shown(&self, kind: FileType, id: &Id) -> bool {
        kind != FileType::Index || !lock(&self.hidden).contains(id)
    }
}

impl ReadBackend for Guarded {
    fn location(&self) -> String {
        self.files.location()
    }

    fn list_with_size(&self, kind: FileType) -> RusticResult<Vec<(Id, u32)>> {
        let mut found = self.files.list_with_size(kind)?;
        found.retain(|(id, _)| self.is_shown(kind, id));
        Ok(found)
    }

    fn list(&self, kind: FileType) -> RusticResult<Vec<Id>> {
        let mut found = self.files.list(kind)?;
        found.retain(|id| self.is_shown(kind, id));
        Ok(found)
    }

    fn read_full(&self, kind: FileType, id: &Id) -> RusticResult<Bytes> {
        self.files.read_full(kind, id)
    }

    fn read_partial(
        &self,
        kind: FileType,
        id: &Id,
        cacheable: bool,
        offset: u32,
        length: u32,
    ) -> RusticResult<Bytes> {
        self.files.read_partial(kind, id, cacheable, offset, length)
    }

    fn warmup_path(&self, kind: FileType, id: &Id) -> String {
        self.files.warmup_path(kind, id)
    }
}

impl WriteBackend for Guarded {
    fn create(&self) -> RusticResult<()> {
        self.files.create()
    }

    fn write_bytes(&self, kind: FileType, id: &Id, cacheable: bool, content: BytesList) -> RusticResult<()> {
        if kind == FileType::Snapshot {
            self.watch.check_whole()?
        } else {
            self.watch.check()?
        }
        if matches!(kind, FileType::Index | FileType::Snapshot) {
            self.read_again()?;
        }
        let size = content.size() as u64;
        self.files.write_bytes(kind, id, cacheable, content)?;
        if kind == FileType::Pack {
            self.note(id, size);
        }
        Ok(())
    }

    fn remove(&self, kind: FileType, id: &Id, cacheable: bool) -> RusticResult<()> {
        self.watch.check()?;
        self.files.remove(kind, id, cacheable)
    }
}
