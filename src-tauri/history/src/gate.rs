//! What an engine still writes after its work failed goes nowhere.
//!
//! The engine does not wait for its threads where a work ends early: they would write packs, and an index that names them,
//! while the next work sweeps and prunes.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use bytes::Bytes;
use rustic_core::{BytesList, FileType, Id, ReadBackend, RusticResult, WriteBackend};

use crate::error::{Error, Result};
use crate::watch::Guarded;

/// How many works of a store have failed. An engine writes as long as none has since it was opened.
#[derive(Debug, Default)]
pub(crate) struct Failed(RwLock<u64>);

impl Failed {
    pub(crate) fn count(&self) -> u64 {
        *self.read()
    }

    /// One more: waits for what is being written, and nothing more is begun by the engines that are open now.
    pub(crate) fn note(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) += 1;
    }

    fn read(&self) -> RwLockReadGuard<'_, u64> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files of a store as one engine has them.
#[derive(Debug)]
pub(crate) struct Gate {
    files: Arc<Guarded>,
    /// Works that had failed when the engine was opened.
    failed: u64,
}

impl Gate {
    pub(crate) fn new(files: &Arc<Guarded>) -> Self {
        Self { files: files.clone(), failed: files.failed.count() }
    }

    /// Returns the right to write, while which no work is told that it failed.
    fn enter(&self) -> Result<RwLockReadGuard<'_, u64>> {
        let failed = self.files.failed.read();
        if *failed == self.failed { Ok(failed) } else { Err(Error::Cancelled) }
    }
}

impl ReadBackend for Gate {
    fn location(&self) -> String {
        self.files.location()
    }

    fn list_with_size(&self, kind: FileType) -> RusticResult<Vec<(Id, u32)>> {
        self.files.list_with_size(kind)
    }

    fn list(&self, kind: FileType) -> RusticResult<Vec<Id>> {
        self.files.list(kind)
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

impl WriteBackend for Gate {
    fn create(&self) -> RusticResult<()> {
        let _entered = self.enter()?;
        self.files.create()
    }

    fn write_bytes(&self, kind: FileType, id: &Id, cacheable: bool, content: BytesList) -> RusticResult<()> {
        let _entered = self.enter()?;
        self.files.write_bytes(kind, id, cacheable, content)
    }

    fn remove(&self, kind: FileType, id: &Id, cacheable: bool) -> RusticResult<()> {
        let _entered = self.enter()?;
        self.files.remove(kind, id, cacheable)
    }
}
