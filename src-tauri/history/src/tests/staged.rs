//! A place where things happen between the calls of the engine, as a test wants them.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use rustic_core::{BytesList, FileType, Id, ReadBackend, RusticResult, WriteBackend};

use super::sample::Desk;
use crate::place::Files;
use crate::under_way::UnderWay;
use crate::{Place, Result, Vault};

/// What a place is asked for.
pub(super) enum Asked<'a> {
    Read(FileType, &'a Id),
    Write(FileType),
}

/// A place where something happens before a file is read or written.
pub(super) struct Staged {
    files: Arc<dyn Files>,
    before: Box<dyn Fn(Asked<'_>) -> Result<()> + Send + Sync>,
}

impl Staged {
    pub(super) fn at(
        place: &Place,
        before: impl Fn(Asked<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { files: place.files().unwrap(), before: Box::new(before) })
    }

    /// Opens a desk's store anew.
    pub(super) fn store(
        desk: &Desk,
        before: impl Fn(Asked<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> Vault {
        let place = desk.vault.place();
        Vault::through(place, Self::at(place, before), &desk.vault.master).unwrap()
    }
}

impl fmt::Debug for Staged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.files.fmt(f)
    }
}

impl Files for Staged {
    fn under_way(&self) -> &UnderWay {
        self.files.under_way()
    }
}

impl ReadBackend for Staged {
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
        (self.before)(Asked::Read(kind, id))?;
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

impl WriteBackend for Staged {
    fn create(&self) -> RusticResult<()> {
        self.files.create()
    }

    fn write_bytes(&self, kind: FileType, id: &Id, cacheable: bool, content: BytesList) -> RusticResult<()> {
        (self.before)(Asked::Write(kind))?;
        self.files.write_bytes(kind, id, cacheable, content)
    }

    fn remove(&self, kind: FileType, id: &Id, cacheable: bool) -> RusticResult<()> {
        self.files.remove(kind, id, cacheable)
    }
}
