//! Where a store is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustic_core::{FileType, Id, WriteBackend};

use crate::bucket::Bucket;
use crate::error::{Error, Result};
use crate::folder::{self, Folder};
use crate::under_way::UnderWay;

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder of this machine, an external disk or a mounted share.
    Folder(PathBuf),
    /// A bucket of S3 or of what speaks its language. A copy can be kept there, looked at and restored from. No version and
    /// nothing that one needs is ever removed from it: only what a later word about a version replaces, an index that is
    /// written anew, and a pack that no index names and that did not arrive whole.
    S3(Bucket),
}

/// The files of a store, of which packs are written while the caller goes on.
pub(crate) trait Files: WriteBackend + fmt::Debug {
    /// Returns the packs that are on their way.
    fn under_way(&self) -> &UnderWay;
}

impl Place {
    pub(crate) fn files(&self) -> Result<Arc<dyn Files>> {
        Ok(match self {
            Self::Folder(root) => Arc::new(Folder::new(root)),
            Self::S3(bucket) => Arc::new(bucket.files()?),
        })
    }

    /// Returns the name of the place: its folder, or what looks like one.
    pub(crate) fn root(&self) -> &Path {
        match self {
            Self::Folder(root) => root,
            Self::S3(bucket) => bucket.shown(),
        }
    }

    /// Returns the folder of this machine, for what only a folder can do.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(root) => Some(root),
            Self::S3(_) => None,
        }
    }

    /// Returns the folder of a store that can be changed from within: not one in a bucket, where nobody can be kept out
    /// meanwhile.
    pub(crate) fn own_folder(&self) -> Result<&Path> {
        self.folder().ok_or_else(|| Error::ReadOnly(self.root().into()))
    }

    /// Names a file of the store for a message.
    pub(crate) fn file(&self, kind: FileType, id: &Id) -> PathBuf {
        folder::path(self.root(), kind, id)
    }
}
