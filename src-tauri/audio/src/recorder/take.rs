//! A take as the writer sees it: a file that grows, and is made to survive a loss of power now and then.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use son1k_domain::unit::Seconds;

use super::wave::{Shape, WaveFile};

/// How often the disk is made to write down what it has promised to keep.
const SYNC: Duration = Duration::from_secs(1);

/// A take that came to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct TakeFile {
    pub path: PathBuf,
    pub duration: Seconds,
    /// How much of the input could not be taken, and is silent in the file.
    pub lost: Seconds,
    /// How often the device itself threw frames away; nobody knows how many.
    pub stumbles: u32,
}

/// Why a take ended on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// The disk is full.
    Full,
    /// The disk refuses, with the reason.
    Disk(String),
    /// The input is gone, with the reason.
    Lost(String),
    /// The output is gone in the middle of the count, with the reason.
    Unheard(String),
}

impl Cut {
    pub(super) fn of(error: &io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Self::Full,
            _ => Self::Disk(error.to_string()),
        }
    }
}

/// A take that is being written.
pub(super) struct Take {
    path: PathBuf,
    file: WaveFile,
    rate: u32,
    synced: Instant,
}

impl Take {
    /// Begins a take in an empty file.
    pub(super) fn start(path: PathBuf, file: File, shape: Shape) -> io::Result<Self> {
        let file = WaveFile::start(file, shape)?;
        Ok(Self { path, file, rate: shape.rate, synced: Instant::now() })
    }

    pub(super) fn append(&mut self, samples: &[f32]) -> io::Result<()> {
        self.file.append(samples)
    }

    /// Makes what there is survive a loss of power, if that was not done for a while.
    pub(super) fn keep(&mut self) -> io::Result<()> {
        if self.synced.elapsed() < SYNC {
            return Ok(());
        }
        self.file.sync()?;
        self.synced = Instant::now();
        Ok(())
    }

    pub(super) fn seconds(&self) -> Seconds {
        Seconds(self.file.frames() as f64 / f64::from(self.rate))
    }

    /// Ends the take of which so many frames were lost, while the device stumbled so often. One without sound leaves no file.
    pub(super) fn finish(self, lost: u64, stumbles: u32) -> Option<TakeFile> {
        let (path, duration) = (self.path.clone(), self.seconds());
        let lost = Seconds(lost as f64 / f64::from(self.rate));
        // The file is valid without this too.
        if let Err(error) = self.file.finish() {
            tracing::warn!(%error, path = %path.display(), "a take may not be safe on its disk yet");
        }
        if duration.0 > 0.0 {
            return Some(TakeFile { path, duration, lost, stumbles });
        }
        if let Err(error) = std::fs::remove_file(&path) {
            tracing::warn!(%error, path = %path.display(), "an empty take could not be removed");
        }
        None
    }
}
