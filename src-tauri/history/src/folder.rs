//! A store in a folder: the files of the restic format, each written whole or not at all.
//!
//! The engine's own backend syncs one file after the other. Here the files of one version reach the disk side by side,
//! and still in the order that a power cut asks for: packs before the index that names them, both before the version.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use rustic_core::{ALL_FILE_TYPES, BytesList, FileType, Id, ReadBackend, RusticResult, WriteBackend};
use sha2::{Digest, Sha256};

use crate::disk;
use crate::error::{Error, Result, reading, writing};
use crate::place::Files;
use crate::under_way::UnderWay;

/// Packs on their way to the disk.
const UNDER_WAY: usize = 8;
/// Hexadecimal digits of a file's name, which is the SHA-256 of its content.
const NAME: usize = 64;

/// The files of a store in a folder.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    under_way: UnderWay,
}

impl Folder {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.into(), under_way: UnderWay::default() }
    }

    fn path(&self, kind: FileType, id: &Id) -> PathBuf {
        path(&self.root, kind, id)
    }

    fn write(&self, kind: FileType, id: &Id, content: &BytesList) -> Result<()> {
        let path = self.path(kind, id);
        let temporary = disk::temporary(&path);
        let fill = || disk::fill(&temporary, &path, content.slice().iter().map(AsRef::as_ref));
        let file = fill().or_else(|error| match path.parent() {
            Some(folder) if !folder.is_dir() => {
                fs::create_dir_all(folder).map_err(writing(folder))?;
                fill()
            }
            _ => Err(error),
        })?;
        if kind == FileType::Pack {
            let unfinished = temporary.clone();
            let finish = move || disk::finish(&file, &temporary, &path);
            return self.under_way.begin(UNDER_WAY, finish).inspect_err(|_| disk::forget(&unfinished));
        }
        // While the packs are on their way; it may only be seen once they are there.
        disk::sync(&file, &temporary, &path)?;
        self.under_way.settle().inspect_err(|_| disk::forget(&temporary))?;
        disk::publish(&temporary, &path)
    }

    fn entries(&self, kind: FileType) -> Result<Vec<fs::DirEntry>> {
        let folder = self.root.join(kind.dirname());
        if kind != FileType::Pack {
            return listed(&folder);
        }
        let mut found = Vec::new();
        for part in listed(&folder)? {
            if part.file_name().len() == 2 {
                found.extend(listed(&part.path())?);
            }
        }
        Ok(found)
    }
}

/// Returns where a file of a store is.
pub(crate) fn path(root: &Path, kind: FileType, id: &Id) -> PathBuf {
    if kind == FileType::Config {
        return root.join(kind.dirname());
    }
    let name = id.to_hex().as_str().to_owned();
    let folder = root.join(kind.dirname());
    if kind == FileType::Pack { folder.join(&name[..2]).join(name) } else { folder.join(name) }
}

/// Returns what is in a folder; nothing when it is not there.
pub(crate) fn listed(folder: &Path) -> Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(cause) => Err(reading(folder)(cause)),
        Ok(entries) => entries.collect::<std::io::Result<_>>().map_err(reading(folder)),
    }
}

fn id_of(entry: &fs::DirEntry) -> Option<Id> {
    let name = entry.file_name();
    let name = name.to_str().filter(|name| name.len() == NAME)?;
    name.parse().ok()
}

/// Returns whether a file is still what its name says.
pub(crate) fn is_whole(kind: FileType, id: &Id, content: &[u8]) -> bool {
    kind == FileType::Config || hash(content) == *id
}

/// Returns the name that the format gives to a content.
pub(crate) fn hash(content: &[u8]) -> Id {
    Id::new(Sha256::digest(content).into())
}

impl Files for Folder {
    fn under_way(&self) -> &UnderWay {
        &self.under_way
    }
}

impl ReadBackend for Folder {
    fn location(&self) -> String {
        self.root.display().to_string()
    }

    fn list(&self, kind: FileType) -> RusticResult<Vec<Id>> {
        if kind == FileType::Config {
            return Ok(if self.path(kind, &Id::default()).is_file() {
                vec![Id::default()]
            } else {
                Vec::new()
            });
        }
        Ok(self.entries(kind)?.iter().filter_map(id_of).collect())
    }

    fn list_with_size(&self, kind: FileType) -> RusticResult<Vec<(Id, u32)>> {
        if kind == FileType::Config {
            return Ok(self.list(kind)?.into_iter().map(|id| (id, 0)).collect());
        }
        let mut found = Vec::new();
        for entry in self.entries(kind)? {
            let Some(id) = id_of(&entry) else { continue };
            let size = entry.metadata().map_err(reading(&entry.path()))?.len();
            // The format has no pack of 4 GiB: such a file has the wrong size for any index.
            found.push((id, u32::try_from(size).unwrap_or(u32::MAX)));
        }
        Ok(found)
    }

    fn read_full(&self, kind: FileType, id: &Id) -> RusticResult<Bytes> {
        let path = self.path(kind, id);
        let content = fs::read(&path).map_err(|cause| missing_or(&path, cause))?;
        if !is_whole(kind, id, &content) {
            return Err(Error::Damaged(path).into());
        }
        Ok(content.into())
    }

    fn read_partial(
        &self,
        kind: FileType,
        id: &Id,
        _cacheable: bool,
        offset: u32,
        length: u32,
    ) -> RusticResult<Bytes> {
        let path = self.path(kind, id);
        let mut content = vec![0; length as usize];
        let read = File::open(&path).and_then(|mut file| {
            file.seek(SeekFrom::Start(offset.into()))?;
            file.read_exact(&mut content)
        });
        read.map_err(|cause| missing_or(&path, cause))?;
        Ok(content.into())
    }

    fn warmup_path(&self, kind: FileType, id: &Id) -> String {
        self.path(kind, id).display().to_string()
    }
}

fn missing_or(path: &Path, cause: std::io::Error) -> Error {
    match cause.kind() {
        ErrorKind::NotFound | ErrorKind::UnexpectedEof => Error::Damaged(path.into()),
        _ => reading(path)(cause),
    }
}

impl WriteBackend for Folder {
    fn create(&self) -> RusticResult<()> {
        let folders = ALL_FILE_TYPES.map(|kind| self.root.join(kind.dirname()));
        let packs = self.root.join(FileType::Pack.dirname());
        let parts = (0..=u8::MAX).map(|part| packs.join(format!("{part:02x}")));
        for folder in folders.into_iter().chain(parts) {
            fs::create_dir_all(&folder).map_err(writing(&folder))?;
        }
        Ok(())
    }

    fn write_bytes(&self, kind: FileType, id: &Id, _cacheable: bool, content: BytesList) -> RusticResult<()> {
        Ok(self.write(kind, id, &content)?)
    }

    fn remove(&self, kind: FileType, id: &Id, _cacheable: bool) -> RusticResult<()> {
        // What replaces a file must be on disk before it goes.
        self.under_way.settle()?;
        let path = self.path(kind, id);
        match fs::remove_file(&path) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => Err(writing(&path)(cause).into()),
            _ => Ok(()),
        }
    }
}
