//! A whole file in one picture.

use std::path::Path;

use son1k_domain::unit::Seconds;
use son1k_gpu::{DrawnBy, Painter, Picture};
use son1k_sound::Progress;

use super::png;
use super::spans::Stream;
use super::tiles::{Canvas, nothing_read};
use crate::cleaning::different;
use crate::export::write_whole;
use crate::{Error, Result};

/// Seconds of a column that are heard at most: with 1600 columns, seven hours are heard from end to end.
const MOST_HEARD: f64 = 16.0;

/// How large a picture is, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureSize {
    pub width: u32,
    pub height: u32,
}

impl PictureSize {
    const WIDTHS: std::ops::RangeInclusive<u32> = 1..=16_384;
    const HEIGHTS: std::ops::RangeInclusive<u32> = 2..=4_096;

    fn check(self) -> Result<()> {
        let sides = [("width", self.width, Self::WIDTHS), ("height", self.height, Self::HEIGHTS)];
        for (field, value, allowed) in sides {
            if !allowed.contains(&value) {
                return Err(Error::InvalidField { field: field.into(), value: value.to_string() });
            }
        }
        Ok(())
    }
}

/// What was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    pub by: DrawnBy,
    /// The length of the sound.
    pub duration: Seconds,
    /// Whether the file was whole; what could not be read of it is seen through.
    pub is_whole: bool,
}

/// Draws the spectrogram of a file and writes it as a PNG file; needs no open studio.
///
/// # Errors
/// [`Error::InvalidField`] for a size or a name that makes no sense, [`Error::SameFile`], [`Error::NotFound`],
/// [`Error::Unreadable`], [`Error::SoundRefused`], [`Error::Unwritable`], [`Error::DiskFull`], [`Error::Cancelled`].
pub fn draw_file(
    input: &Path,
    out: &Path,
    size: PictureSize,
    painter: &Painter,
    progress: &Progress<'_>,
) -> Result<Drawn> {
    size.check()?;
    if !out.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("png")) {
        return Err(Error::InvalidField { field: "picture".into(), value: out.display().to_string() });
    }
    different(input, out)?;
    let mut stream = Stream::open(input)?;
    let duration = match stream.claimed() {
        Some(duration) => duration,
        None => counted(input, progress)?,
    };
    let rate = stream.rate();
    let column = duration.0 / f64::from(size.width);
    let canvas =
        Canvas { painter, rate, start: 0.0, column, heard: column.min(MOST_HEARD), rows: size.height };
    let mut source = |from: u64, frames: usize| stream.read(from, frames).map(<[f32]>::to_vec);
    let mut picture = Picture::empty(size.width, size.height);
    for columns in canvas.strips(size.width) {
        progress.at(columns.start as f32 / size.width as f32)?;
        let strip = canvas.strip(&mut source, columns.clone())?;
        picture.paste(&strip.picture, columns.start);
        let nothing = strip.picture.pixels.iter().skip(3).step_by(4).all(|opacity| *opacity == 0);
        if columns.start == 0 && nothing {
            return Err(nothing_read());
        }
    }
    progress.at(1.0)?;
    write_whole(out, &png::encode(&picture)?)?;
    Ok(Drawn { by: painter.drawn_by(), duration, is_whole: stream.is_whole() })
}

/// Returns the length of a file that does not say it.
fn counted(input: &Path, progress: &Progress<'_>) -> Result<Seconds> {
    let reading = |error| Error::of_reading(input, error);
    let mut reader = son1k_sound::Reader::open(input).map_err(reading)?;
    let mut block = Vec::new();
    while reader.read(&mut block).map_err(reading)? > 0 {
        progress.check()?;
    }
    match reader.position() {
        0 => Err(nothing_read()),
        frames => Ok(Seconds(frames as f64 / f64::from(reader.facts().rate))),
    }
}
