//! The loudness of a file: it is measured while it is read.

use std::path::Path;

use son1k_domain::loudness::Measurement;
use son1k_domain::sound::Damage;

use super::Gauge;
use crate::decode::Reader;
use crate::error::Result;
use crate::progress::Progress;

/// Measures a file of any kind that is read, at its own rate and with its own channels. What of it is damaged is
/// measured as the silence that stands in for it, and told.
///
/// # Errors
/// [`crate::Error::Io`] and [`crate::Error::Refused`] when it cannot be read or measured; [`crate::Error::Cancelled`].
pub fn measure_file(path: &Path, progress: &Progress) -> Result<(Measurement, Damage)> {
    let mut reader = Reader::open(path)?;
    let facts = reader.facts();
    let gauge = Gauge::new(facts.rate, usize::from(facts.channels))?;
    let mut block = Vec::new();
    let mut taken = 0;
    let fill = |room: &mut [f32]| {
        let mut filled = 0;
        while filled < room.len() {
            if taken == block.len() {
                progress.check()?;
                taken = 0;
                if reader.read(&mut block)? == 0 {
                    break;
                }
            }
            let count = (block.len() - taken).min(room.len() - filled);
            room[filled..filled + count].copy_from_slice(&block[taken..taken + count]);
            (taken, filled) = (taken + count, filled + count);
        }
        Ok(filled)
    };
    let measurement = gauge.measure_stream(fill, progress)?;
    Ok((measurement, reader.damage()))
}
