//! Where a store is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustic_core::{FileType, Id, WriteBackend};

use crate::folder::{self, Folder};

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder of this machine, an external disk or a mounted share.
    Folder(PathBuf),
}

impl Place {
    pub(crate) fn files(&self) -> Arc<dyn WriteBackend> {
        match self {
            Self::Folder(root) => Arc::new(Folder::new(root)),
        }
    }

    /// Returns the folder of this machine that holds what only concerns this machine, such as the lock.
    pub(crate) fn root(&self) -> &Path {
        match self {
            Self::Folder(root) => root,
        }
    }

    /// Names a file of the store for a message.
    pub(crate) fn file(&self, kind: FileType, id: &Id) -> PathBuf {
        folder::path(self.root(), kind, id)
    }
}
