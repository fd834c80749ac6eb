//! What was made of a voice, as a file: brought to a loudness or left at its own, never over the ceiling.

use std::path::{Path, PathBuf};

use son1k_domain::encoding::{Depth, Encoding};
use son1k_domain::loudness::Loudness;
use son1k_domain::mastering::LoudnessTarget;
use son1k_domain::unit::{Db, Dbtp, Lufs};
use son1k_sound::Progress;
use son1k_sound::deliver::{Material, Order, deliver};
use tempfile::TempDir;

use crate::birth::Birth;
use crate::export::room_beside;
use crate::{Error, Result};

/// Under this, no lossy format clips.
const CEILING: Dbtp = Dbtp(-1.0);

/// As it is made, before its loudness and its format are what is wanted; peaks over full scale are kept.
pub(super) const RAW: Encoding = Encoding::Wav { depth: Depth::Float32 };
/// As it lies in the library.
pub(super) const KEPT: Encoding = Encoding::Wav { depth: Depth::Int24 };

/// A file that is not yet what was asked for, beside its place; gone when it is dropped.
pub(super) struct Raw {
    desk: TempDir,
    file: PathBuf,
}

impl Raw {
    /// Makes room beside the result: a folder that refuses does so before the work begins.
    ///
    /// # Errors
    /// [`Error::Unwritable`], [`Error::DiskFull`], which name the result.
    pub(super) fn beside(out: &Path) -> Result<Self> {
        let desk = room_beside(out)?;
        Ok(Self { file: desk.path().join("raw.wav"), desk })
    }

    /// Returns where to write it.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Writes the result with the tags of the raw file and, when it is synthetic, its certificate; returns what was measured
    /// in it. Without a loudness it keeps its own, as far as its peaks have room.
    ///
    /// # Errors
    /// [`Error::OutOfReach`], [`Error::Unwritable`], [`Error::DiskFull`], [`Error::Cancelled`].
    pub(super) fn deliver(
        &self,
        out: &Path,
        encoding: Encoding,
        loudness: Option<Lufs>,
        birth: Option<&Birth>,
        progress: &Progress<'_>,
    ) -> Result<Loudness> {
        let target = LoudnessTarget { loudness: loudness.unwrap_or_default(), ceiling: CEILING };
        let gain = loudness.is_none().then_some(Db(0.0));
        // Nothing appears without its certificate.
        let made = self.desk.path().join("made").with_extension(encoding.extension());
        let delivered = progress
            .part(0.0, 0.3, |progress| Material::open(&self.file, encoding, progress))
            .and_then(|material| {
                let order = Order { target, encoding, gain, out: &made };
                progress.part(0.3, 1.0, |progress| deliver(&material, &order, progress))
            });
        let delivered = delivered.map_err(|error| Error::of_writing(out, error))?;
        if let Some(birth) = birth {
            birth.certify(&made).map_err(|error| Error::of_writing(out, error))?;
        }
        std::fs::rename(&made, out).map_err(|error| Error::writing(out, error))?;
        Ok(delivered.after)
    }
}
