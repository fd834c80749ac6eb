//! What is in a version, and its files without restoring them.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use rustic_core::jiff::Timestamp;
use rustic_core::repofile::{BlobType, Node, Tree};
use rustic_core::{BlobId, DataId, FileType, TreeId};
use sha2::{Digest, Sha256};

use crate::contents::checked;
use crate::error::{Error, Result, typed};
use crate::hold::Hold;
use crate::place::Place;
use crate::progress::Progress;
use crate::vault::{Indexed, Vault};
use crate::version::VersionId;

/// Equal for equal contents of one store and its copies: 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentId(pub String);

/// A file of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Inside the project.
    pub path: PathBuf,
    /// In bytes.
    pub size: u64,
    pub content: ContentId,
}

/// A file as the engine knows it.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) size: u64,
    pub(crate) pieces: Vec<DataId>,
    pub(crate) modified: Option<Timestamp>,
    pub(crate) changed: Option<Timestamp>,
}

impl Vault {
    /// Returns the files of a version by path.
    ///
    /// # Errors
    /// [`Error::NoVersion`], [`Error::Damaged`] when a folder of the version cannot be read.
    pub fn files(&self, version: &VersionId) -> Result<Vec<StoredFile>> {
        let (_hold, _, kept) = self.kept(version)?;
        let stored = |(path, kept): (PathBuf, Kept)| StoredFile {
            path,
            size: kept.size,
            content: content_id(&kept.pieces),
        };
        Ok(kept.into_iter().map(stored).collect())
    }

    /// Returns the content of a file.
    ///
    /// # Errors
    /// [`Error::NoVersion`], [`Error::NoFile`], [`Error::Damaged`].
    pub fn read(&self, version: &VersionId, path: &Path) -> Result<Vec<u8>> {
        let mut stream = self.stream(version, path)?;
        let mut content = Vec::with_capacity(usize::try_from(stream.size).unwrap_or_default());
        while let Some(piece) = stream.piece()? {
            content.extend_from_slice(&piece[stream.inside()..]);
            stream.at += (piece.len() - stream.inside()) as u64;
        }
        Ok(content)
    }

    /// Opens a file of a version to be read from anywhere, so that it can be played without being restored. Nothing can
    /// be pruned until it is dropped.
    ///
    /// # Errors
    /// [`Error::NoVersion`], [`Error::NoFile`], [`Error::Damaged`].
    pub fn stream(&self, version: &VersionId, path: &Path) -> Result<Stream> {
        let (hold, store, mut kept) = self.kept(version)?;
        let kept = kept.remove(path).ok_or_else(|| Error::NoFile(path.into()))?;
        let mut starts = Vec::with_capacity(kept.pieces.len());
        let mut size = 0;
        for piece in &kept.pieces {
            starts.push(size);
            size += length(&store, &self.place, piece)?;
        }
        Ok(Stream {
            _hold: hold,
            store,
            place: self.place.clone(),
            pieces: kept.pieces,
            starts,
            size,
            at: 0,
            last: None,
        })
    }

    /// Returns the files of a version, with what is needed to read them.
    pub(crate) fn kept(&self, version: &VersionId) -> Result<(Hold, Arc<Indexed>, BTreeMap<PathBuf, Kept>)> {
        let hold = Hold::shared(&self.place, &Progress::of_short_work())?;
        let snapshot = self.snapshot(version)?;
        let store = self.current()?;
        let mut kept = BTreeMap::new();
        gather(&store, &self.place, snapshot.tree, Path::new(""), &mut kept)?;
        Ok((hold, store, kept))
    }
}

fn gather(
    store: &Indexed,
    place: &Place,
    tree: TreeId,
    folder: &Path,
    kept: &mut BTreeMap<PathBuf, Kept>,
) -> Result<()> {
    for node in self::tree(store, place, tree)?.nodes {
        let path = path_of(folder, &node)?;
        if let Some(tree) = node.subtree {
            gather(store, place, tree, &path, kept)?;
        } else if node.is_file() {
            let file = Kept {
                size: node.meta.size,
                pieces: node.content.unwrap_or_default(),
                modified: node.meta.mtime,
                changed: node.meta.ctime,
            };
            kept.insert(path, file);
        }
    }
    Ok(())
}

/// Refuses a name that would leave the folder a version is restored into.
pub(crate) fn path_of(folder: &Path, node: &Node) -> Result<PathBuf> {
    let name = node.name();
    let single = Path::new(&name).components().count() == 1
        && matches!(Path::new(&name).components().next(), Some(Component::Normal(_)));
    let path = folder.join(&name);
    if single { checked(&path).map(Into::into) } else { Err(Error::BadPath(path)) }
}

/// Reads a folder of a version.
pub(crate) fn tree(store: &Indexed, place: &Place, id: TreeId) -> Result<Tree> {
    store.get_tree(&id).map_err(|error| {
        let pack = store.get_index_entry(&id).ok().map(|entry| place.file(FileType::Pack, &entry.pack));
        damaged(&error, pack, place)
    })
}

/// Reads a piece of a file. The engine authenticates every piece (Poly1305-AES), so what comes out is what went in.
pub(crate) fn piece(store: &Indexed, place: &Place, id: &DataId) -> Result<Bytes> {
    let pack = || store.get_index_entry(id).ok().map(|entry| place.file(FileType::Pack, &entry.pack));
    store.get_blob_cached(&BlobId::from(*id), BlobType::Data).map_err(|error| damaged(&error, pack(), place))
}

/// What the engine cannot decrypt, unpack or find is damaged.
fn damaged(error: &rustic_core::RusticError, pack: Option<PathBuf>, place: &Place) -> Error {
    let nowhere = || place.root().join(FileType::Index.dirname());
    typed(error).unwrap_or_else(|| Error::Damaged(pack.unwrap_or_else(nowhere)))
}

pub(crate) fn length(store: &Indexed, place: &Place, id: &DataId) -> Result<u64> {
    let entry = store.get_index_entry(id).map_err(|error| damaged(&error, None, place))?;
    Ok(entry.data_length().into())
}

fn content_id(pieces: &[DataId]) -> ContentId {
    let mut all = Sha256::new();
    for piece in pieces {
        all.update(piece.to_hex().as_str());
    }
    ContentId(all.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A file of a version, read from the store.
pub struct Stream {
    _hold: Hold,
    store: Arc<Indexed>,
    place: Place,
    pieces: Vec<DataId>,
    starts: Vec<u64>,
    size: u64,
    at: u64,
    last: Option<(usize, Bytes)>,
}

impl Stream {
    /// Returns the size of the file in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    fn number(&self) -> usize {
        self.starts.partition_point(|start| *start <= self.at).saturating_sub(1)
    }

    /// Returns how far into its piece the position is.
    fn inside(&self) -> usize {
        let start = self.starts.get(self.number()).copied().unwrap_or_default();
        usize::try_from(self.at - start).unwrap_or_default()
    }

    /// Returns the piece at the position; nothing at the end.
    fn piece(&mut self) -> Result<Option<Bytes>> {
        if self.at >= self.size {
            return Ok(None);
        }
        let number = self.number();
        if let Some((last, content)) = &self.last
            && *last == number
        {
            return Ok(Some(content.clone()));
        }
        let content = piece(&self.store, &self.place, &self.pieces[number])?;
        self.last = Some((number, content.clone()));
        Ok(Some(content))
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(piece) = self.piece().map_err(io::Error::other)? else { return Ok(0) };
        let rest = &piece[self.inside()..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Stream {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
