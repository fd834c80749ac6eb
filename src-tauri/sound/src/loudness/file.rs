//! The loudness of a file: it is measured while it is read.

use std::path::Path;

use son1k_domain::loudness::Measurement;
use son1k_domain::sound::Damage;

use super::Gauge;
use crate::error::Result;
use crate::progress::Progress;
use crate::stream::Stream;

/// Measures a file of any kind that is read, at its own rate and with its own channels. What of it is damaged is
/// measured as the silence that stands in for it, and told.
///
/// # Errors
/// [`crate::Error::Io`] and [`crate::Error::Refused`] when it cannot be read or measured; [`crate::Error::Cancelled`].
pub fn measure_file(path: &Path, progress: &Progress) -> Result<(Measurement, Damage)> {
    let mut stream = Stream::open(path, None)?;
    let gauge = Gauge::new(stream.spec().rate, usize::from(stream.spec().channels))?;
    let fill = |room: &mut [f32]| {
        progress.at(stream.done())?;
        stream.fill(room)
    };
    let measurement = gauge.measure_stream(fill, progress)?;
    Ok((measurement, stream.damage()))
}
