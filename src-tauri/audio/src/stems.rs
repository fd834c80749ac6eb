//! Stems: the tracks of a rendered song on disk, before fader, pan and sends.
//!
//! A folder holds one file a track, raw little-endian `f32` pairs, and `manifest.json`, which is written last: a folder
//! without it is not finished and is never read.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use son1k_domain::id::TrackId;

use crate::error::{Error, Result};

/// Layout of the folder; another number is another layout.
const VERSION: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// Bytes of one stereo frame.
const FRAME: u64 = 8;

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    version: u32,
    sample_rate: u32,
    frames: u64,
    tracks: Vec<TrackId>,
}

/// The finished stems of a song. It names files and holds no samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StemSet {
    dir: PathBuf,
    frames: u64,
    tracks: Vec<TrackId>,
}

impl StemSet {
    /// Opens a folder of finished stems.
    ///
    /// # Errors
    /// [`Error::Stems`] when the folder is not finished, is of another layout, or a file has a wrong size.
    pub fn open(dir: &Path) -> Result<Self> {
        let text = std::fs::read(dir.join(MANIFEST))
            .map_err(|e| Error::Stems(format!("the list of tracks cannot be read: {e}")))?;
        let manifest: Manifest = serde_json::from_slice(&text)
            .map_err(|e| Error::Stems(format!("the list of tracks is damaged: {e}")))?;
        if manifest.version != VERSION || manifest.sample_rate != crate::SAMPLE_RATE {
            return Err(Error::Stems("they are of another version".into()));
        }
        let set = Self { dir: dir.to_owned(), frames: manifest.frames, tracks: manifest.tracks };
        for index in 0..set.tracks.len() {
            let size = std::fs::metadata(set.file(index)).map(|m| m.len()).unwrap_or(0);
            if size != set.frames * FRAME {
                return Err(Error::Stems(format!(
                    "the file of track {} has a wrong size",
                    set.tracks[index]
                )));
            }
        }
        Ok(set)
    }

    /// Writes the manifest, which makes the folder a finished set.
    pub(crate) fn finish(dir: &Path, frames: u64, tracks: Vec<TrackId>) -> Result<Self> {
        let manifest = Manifest { version: VERSION, sample_rate: crate::SAMPLE_RATE, frames, tracks };
        let text = serde_json::to_vec_pretty(&manifest).map_err(|e| Error::Stems(e.to_string()))?;
        let part = dir.join("manifest.part");
        let mut file = File::create(&part)?;
        file.write_all(&text)?;
        file.sync_all()?;
        std::fs::rename(&part, dir.join(MANIFEST))?;
        Ok(Self { dir: dir.to_owned(), frames, tracks: manifest.tracks })
    }

    /// Takes the manifest away before files are written anew.
    pub(crate) fn unfinish(dir: &Path) -> Result<()> {
        match std::fs::remove_file(dir.join(MANIFEST)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
            _ => Ok(()),
        }
    }

    /// Returns the folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns the length of every stem in frames.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Returns the tracks, in the order of the score.
    pub fn tracks(&self) -> &[TrackId] {
        &self.tracks
    }

    fn file(&self, index: usize) -> PathBuf {
        file(&self.dir, index)
    }

    /// Opens the stem of the track at `index`.
    ///
    /// # Errors
    /// [`Error::Stems`] when there is no such track; [`Error::Io`] when the file cannot be opened.
    pub fn reader(&self, index: usize) -> Result<StemReader> {
        if index >= self.tracks.len() {
            return Err(Error::Stems(format!("there is no track {index}")));
        }
        Ok(StemReader { file: File::open(self.file(index))?, frames: self.frames, at: 0, bytes: Vec::new() })
    }
}

fn file(dir: &Path, index: usize) -> PathBuf {
    dir.join(format!("{index:02}.f32"))
}

/// Reads a stem from any frame on.
#[derive(Debug)]
pub struct StemReader {
    file: File,
    frames: u64,
    at: u64,
    bytes: Vec<u8>,
}

impl StemReader {
    /// Returns the length in frames.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Goes to a frame; one past the end reads as silence.
    ///
    /// # Errors
    /// [`Error::Io`] when the file cannot be read any more.
    pub fn seek(&mut self, frame: u64) -> Result<()> {
        self.at = frame.min(self.frames);
        self.file.seek(SeekFrom::Start(self.at * FRAME))?;
        Ok(())
    }

    /// Fills `out` (interleaved) with the next frames, with silence after the end; returns how many frames there were.
    ///
    /// # Errors
    /// [`Error::Io`] when the file cannot be read any more.
    pub fn read(&mut self, out: &mut [f32]) -> Result<usize> {
        let there = ((self.frames - self.at) as usize).min(out.len() / 2);
        self.bytes.resize(there * FRAME as usize, 0);
        self.file.read_exact(&mut self.bytes)?;
        self.at += there as u64;
        let (values, _) = self.bytes.as_chunks::<4>();
        for (value, bytes) in out.iter_mut().zip(values) {
            *value = f32::from_le_bytes(*bytes);
        }
        out[there * 2..].fill(0.0);
        Ok(there)
    }
}

/// Writes a stem front to back.
pub(crate) struct StemWriter {
    file: BufWriter<File>,
    bytes: Vec<u8>,
    frames: u64,
    skipped: u64,
}

impl StemWriter {
    pub fn create(dir: &Path, index: usize) -> Result<Self> {
        let path = file(dir, index);
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
        Ok(Self { file: BufWriter::with_capacity(1 << 16, file), bytes: Vec::new(), frames: 0, skipped: 0 })
    }

    pub fn write(&mut self, frames: &[[f32; 2]]) -> Result<()> {
        if self.skipped > 0 {
            self.file.seek(SeekFrom::Current((self.skipped * FRAME) as i64))?;
            self.skipped = 0;
        }
        self.bytes.resize(frames.len() * FRAME as usize, 0);
        let (values, _) = self.bytes.as_chunks_mut::<4>();
        for (bytes, value) in values.iter_mut().zip(frames.as_flattened()) {
            *bytes = value.to_le_bytes();
        }
        self.file.write_all(&self.bytes)?;
        self.frames += frames.len() as u64;
        Ok(())
    }

    /// Writes silence as a hole in the file: most stems are silent for long stretches.
    pub fn skip(&mut self, frames: usize) {
        self.skipped += frames as u64;
        self.frames += frames as u64;
    }

    pub fn finish(self) -> Result<()> {
        let file = self.file.into_inner().map_err(|e| e.into_error())?;
        file.set_len(self.frames * FRAME)?;
        Ok(())
    }
}
