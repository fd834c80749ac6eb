//! The loudness of a file: it is measured while it is read.

use std::path::Path;

use son1k_domain::loudness::Measurement;

use super::Gauge;
use crate::decode::Reader;
use crate::error::Result;
use crate::progress::Progress;

/// Measures a file of any kind that is read, at its own rate and with its own channels. A file that breaks off is
/// measured as far as it goes.
///
/// # Errors
/// [`crate::Error::Io`] and [`crate::Error::Decode`] when it cannot be read, [`crate::Error::Measure`] when it holds what
/// is no number, or a rate or a number of channels that is not measured; [`crate::Error::Cancelled`].
pub fn measure_file(path: &Path, progress: &Progress) -> Result<Measurement> {
    let mut reader = Reader::open(path)?;
    let spec = reader.spec();
    let mut block = Vec::new();
    let mut taken = 0;
    let fill = |room: &mut [f32]| {
        let mut filled = 0;
        while filled < room.len() {
            if taken == block.len() {
                progress.check()?;
                reader.read(&mut block)?;
                taken = 0;
                if block.is_empty() {
                    break;
                }
            }
            let count = (block.len() - taken).min(room.len() - filled);
            room[filled..filled + count].copy_from_slice(&block[taken..taken + count]);
            (taken, filled) = (taken + count, filled + count);
        }
        Ok(filled)
    };
    Gauge::new(spec.rate, spec.channels)?.measure_stream(fill, progress)
}
