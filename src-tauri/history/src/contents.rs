//! What a version is made of: files of a folder, and documents that are only in memory.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use rustic_core::jiff::Timestamp;
use rustic_core::repofile::{Metadata as NodeMetadata, Node, NodeType};
use rustic_core::{ReadSource, ReadSourceEntry, ReadSourceOpen, RusticResult};
use walkdir::WalkDir;

use crate::error::{Error, Result, reading};
use crate::folder::hash;
use crate::restore;
use crate::watch::Watch;

/// What a version is made of, by path inside the project.
#[derive(Debug, Clone, Default)]
pub struct Contents(BTreeMap<PathBuf, Item>);

#[derive(Debug, Clone)]
enum Item {
    File(PathBuf),
    Document(Bytes),
}

impl Contents {
    /// Takes every file below a folder that `wanted` says yes to; it is asked with paths inside the folder, of folders
    /// too. A link stands for the file it points to.
    ///
    /// # Errors
    /// [`Error::Io`] when a folder or what a link points to cannot be read.
    pub fn folder(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Result<Self> {
        let mut found = Self::default();
        let inside = |path: &Path| path.strip_prefix(folder).unwrap_or(path).to_owned();
        let entries =
            WalkDir::new(folder).min_depth(1).follow_links(true).into_iter().filter_entry(|entry| {
                entry.depth() == 0 || (wanted(&inside(entry.path())) && !restore::is_unfinished(entry.path()))
            });
        for entry in entries {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(folder).to_owned();
                reading(&path)(error.into_io_error().unwrap_or_else(|| io::Error::other("links in a circle")))
            })?;
            if entry.file_type().is_file() {
                found.0.insert(inside(entry.path()), Item::File(entry.path().into()));
            }
        }
        Ok(found)
    }

    /// Adds a document that is only in memory; it replaces what was there.
    ///
    /// # Errors
    /// [`Error::BadPath`] when the path leaves the project.
    pub fn document(mut self, path: &Path, content: impl Into<Bytes>) -> Result<Self> {
        self.0.insert(checked(path)?.into(), Item::Document(content.into()));
        Ok(self)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Looks at every file. `change_time` knows better than the file when it last changed.
    pub(crate) fn measure(
        &self,
        time: SystemTime,
        watch: &Arc<Watch>,
        change_time: impl Fn(&Path, &Metadata) -> Option<Timestamp>,
    ) -> Result<Source> {
        let mut source = Source { entries: Vec::with_capacity(self.0.len()), size: 0 };
        for (path, item) in &self.0 {
            if path.ancestors().skip(1).any(|parent| self.0.contains_key(parent)) {
                return Err(Error::BadPath(path.clone()));
            }
            let (meta, open) = match item {
                Item::Document(content) => {
                    (of_document(content, time), Opening::Document(content.clone(), watch.clone()))
                }
                Item::File(file) => {
                    let found = std::fs::metadata(file).map_err(reading(file))?;
                    let mut meta = of_file(&found);
                    meta.ctime = change_time(file, &found).or(meta.ctime);
                    let seen = Seen { size: found.len(), changed: found.modified().ok() };
                    (meta, Opening::File(file.clone(), seen, watch.clone()))
                }
            };
            source.size += meta.size;
            let name = path.file_name().ok_or_else(|| Error::BadPath(path.clone()))?;
            let node = Node::new_node(name, NodeType::File, meta);
            source.entries.push(ReadSourceEntry { path: path.clone(), node, open: Some(open) });
        }
        Ok(source)
    }
}

/// Refuses a path that is not below its folder.
pub(crate) fn checked(path: &Path) -> Result<&Path> {
    let below = path.components().all(|part| matches!(part, Component::Normal(_)));
    if below && path.file_name().is_some() { Ok(path) } else { Err(Error::BadPath(path.into())) }
}

/// Returns when the system last changed a file or what it knows of it, where it tells.
pub(crate) fn change_time(found: &Metadata) -> Option<Timestamp> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Timestamp::new(found.ctime(), i32::try_from(found.ctime_nsec()).ok()?).ok()
    }
    #[cfg(not(unix))]
    {
        let _unknown = found;
        None
    }
}

fn of_file(found: &Metadata) -> NodeMetadata {
    NodeMetadata {
        mode: Some(0o644),
        mtime: found.modified().ok().and_then(|time| Timestamp::try_from(time).ok()),
        ctime: change_time(found),
        size: found.len(),
        ..NodeMetadata::default()
    }
}

/// The engine takes a file of the same size and times for unchanged. A document has no times of its own: its content
/// gives the fractions of a second, so that only equal documents look unchanged.
fn of_document(content: &Bytes, time: SystemTime) -> NodeMetadata {
    const SECOND: u32 = 1_000_000_000;
    let digest = hash(content).to_hex();
    let fraction =
        |at: usize| u32::from_str_radix(&digest.as_str()[at..at + 8], 16).unwrap_or_default() % SECOND;
    let seconds = Timestamp::try_from(time).map_or(0, Timestamp::as_second);
    let stamp = |at: usize| Timestamp::new(seconds, fraction(at) as i32).ok();
    NodeMetadata {
        mode: Some(0o644),
        mtime: stamp(0),
        ctime: stamp(8),
        size: content.len() as u64,
        ..NodeMetadata::default()
    }
}

/// What the engine reads a version from.
pub(crate) struct Source {
    pub(crate) entries: Vec<ReadSourceEntry<Opening>>,
    /// In bytes.
    pub(crate) size: u64,
}

/// How a file looked before it was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    size: u64,
    changed: Option<SystemTime>,
}

/// A file or document that is read only if it changed.
#[derive(Debug, Clone)]
pub(crate) enum Opening {
    File(PathBuf, Seen, Arc<Watch>),
    Document(Bytes, Arc<Watch>),
}

impl ReadSource for Source {
    type Open = Opening;
    type Iter = std::vec::IntoIter<RusticResult<ReadSourceEntry<Opening>>>;

    fn size(&self) -> RusticResult<Option<u64>> {
        Ok(Some(self.size))
    }

    fn entries(&self) -> Self::Iter {
        self.entries.iter().cloned().map(Ok).collect::<Vec<_>>().into_iter()
    }
}

impl ReadSourceOpen for Opening {
    type Reader = Box<dyn Read + Send>;

    fn open(self) -> RusticResult<Self::Reader> {
        match self {
            Self::Document(content, watch) => Ok(Box::new(Stoppable { from: Cursor::new(content), watch })),
            Self::File(path, seen, watch) => {
                let file = File::open(&path).map_err(reading(&path)).map_err(|error| watch.fail(error))?;
                let steady = Steady { file, path, seen, read: 0, watch: watch.clone() };
                Ok(Box::new(Stoppable { from: steady, watch }))
            }
        }
    }
}

/// Ends a long file early once nobody wants the version any more.
struct Stoppable<R> {
    from: R,
    watch: Arc<Watch>,
}

impl<R: Read> Read for Stoppable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.watch.check().map_err(io::Error::other)?;
        self.from.read(buffer)
    }
}

/// A file that must not change while it is read: half of one recording and half of the next is neither.
struct Steady {
    file: File,
    path: PathBuf,
    seen: Seen,
    read: u64,
    watch: Arc<Watch>,
}

impl Read for Steady {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer).map_err(|cause| self.refused(reading(&self.path)(cause)))?;
        self.read += read as u64;
        if self.read > self.seen.size || (read == 0 && !buffer.is_empty() && !self.is_as_seen()) {
            return Err(self.refused(Error::Changing(self.path.clone())));
        }
        Ok(read)
    }
}

impl Steady {
    fn is_as_seen(&self) -> bool {
        let now = self.file.metadata();
        self.read == self.seen.size && now.is_ok_and(|now| now.modified().ok() == self.seen.changed)
    }

    fn refused(&self, error: Error) -> io::Error {
        io::Error::other(self.watch.fail(error))
    }
}
