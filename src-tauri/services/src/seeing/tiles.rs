//! Columns of pictures, in strips that fit into memory.

use std::ops::Range;
use std::path::Path;

use son1k_domain::spectrogram::{COLUMNS, ROWS};
use son1k_gpu::{Painter, Passage, Picture, View};

use super::Tile;
use super::spans::{Spans, Stream};
use crate::{Error, Result};

/// Seconds of a tile's column that are heard from end to end: tiles up to 512 s are heard whole.
pub(super) const MOST_HEARD: f64 = 1.0;
/// Seconds that are heard of a longer column, in its middle. With what the windows reach around it, 512 columns are as
/// much to decode as 6 minutes.
const HEARD: f64 = 0.25;
/// Seconds of sound in a strip: 25 MB at 48 kHz.
const STRIP: f64 = 64.0;
/// Pixels of a strip at most, 16 MB of them.
const MOST_PIXELS: u32 = 4 << 20;
/// The longest tile whose sound is kept for the tiles beside and below it, in seconds.
const LONGEST_KEPT: f64 = 64.0;

/// What gives frames of a sound, fewer at its end.
pub(super) type Source<'a> = dyn FnMut(u64, usize) -> Result<Vec<f32>> + 'a;

/// Draws a tile; what lies behind the end of the sound is seen through.
///
/// # Errors
/// Why the file cannot be read.
pub(super) fn draw(painter: &Painter, spans: &mut Spans, path: &Path, tile: &Tile) -> Result<Picture> {
    let mut stream = Stream::open(path)?;
    let rate = stream.rate();
    let span = tile.span();
    let length = span.end - span.start;
    let column = length / f64::from(COLUMNS);
    let heard = if column > MOST_HEARD { HEARD } else { column };
    let mut source = |from: u64, frames: usize| match length <= LONGEST_KEPT {
        true => spans.read(&tile.content, &mut stream, from, frames),
        false => stream.read(from, frames).map(<[f32]>::to_vec),
    };
    let mut picture = Picture::empty(COLUMNS, ROWS);
    let canvas = Canvas { painter, rate, start: span.start, column, heard, rows: ROWS };
    for columns in canvas.strips(COLUMNS) {
        let strip = canvas.strip(&mut source, columns.clone())?;
        picture.paste(&strip.picture, columns.start);
        if strip.ended {
            break;
        }
    }
    Ok(picture)
}

/// Where and how a picture's columns lie on a sound.
pub(super) struct Canvas<'a> {
    pub painter: &'a Painter,
    pub rate: u32,
    /// Where the first column begins, in seconds.
    pub start: f64,
    /// Seconds of a column.
    pub column: f64,
    /// Seconds of each column that are heard, in its middle.
    pub heard: f64,
    pub rows: u32,
}

pub(super) struct Strip {
    pub picture: Picture,
    /// Whether the sound ended in it.
    pub ended: bool,
}

impl Canvas<'_> {
    /// Returns the columns of each strip of a picture.
    pub fn strips(&self, columns: u32) -> impl Iterator<Item = Range<u32>> + use<> {
        let weight = if self.is_whole() { self.column } else { self.heard + 2.0 * View::MARGIN };
        let most = (MOST_PIXELS / self.rows.max(1)).clamp(1, columns.max(1));
        let width = (STRIP / weight).floor().clamp(1.0, f64::from(most)) as u32;
        (0..columns).step_by(width as usize).map(move |first| first..(first + width).min(columns))
    }

    /// Draws some columns.
    ///
    /// # Errors
    /// What the source says.
    pub fn strip(&self, source: &mut Source<'_>, columns: Range<u32>) -> Result<Strip> {
        if self.is_whole() { self.unbroken(source, columns) } else { self.pieced(source, columns) }
    }

    fn is_whole(&self) -> bool {
        self.heard >= self.column
    }

    fn begin(&self, column: u32) -> f64 {
        self.start + f64::from(column) * self.column
    }

    fn frame(&self, seconds: f64) -> u64 {
        (seconds.max(0.0) * f64::from(self.rate)).round() as u64
    }

    fn unbroken(&self, source: &mut Source<'_>, columns: Range<u32>) -> Result<Strip> {
        let (begin, end) = (self.begin(columns.start), self.begin(columns.end));
        let first = self.frame(begin - View::MARGIN);
        let wanted = (self.frame(end + View::MARGIN) - first) as usize;
        let samples = source(first, wanted)?;
        let origin = first as f64 / f64::from(self.rate);
        let sound_end = origin + (samples.len() / 2) as f64 / f64::from(self.rate);
        let is_short = samples.len() / 2 < wanted;
        let whole =
            if is_short { ((sound_end - begin) / self.column).ceil().max(0.0) as u32 } else { u32::MAX };
        let ended = is_short && sound_end <= end;
        let stretch = |column: u32| self.begin(column) - origin..self.begin(column + 1) - origin;
        Ok(self.drawn(&samples, columns.map(stretch).collect(), whole, ended))
    }

    /// Each column's middle with what its windows reach, one behind the other.
    fn pieced(&self, source: &mut Source<'_>, columns: Range<u32>) -> Result<Strip> {
        let length = self.frame(self.heard + 2.0 * View::MARGIN) as usize;
        let (mut samples, mut stretches) = (Vec::new(), Vec::new());
        let (mut whole, mut ended) = (0, false);
        for column in columns {
            let from = self.begin(column) + (self.column - self.heard) / 2.0 - View::MARGIN;
            let origin = (samples.len() / 2) as f64 / f64::from(self.rate) + View::MARGIN;
            stretches.push(origin..origin + self.heard);
            if !ended {
                let heard = source(self.frame(from), length)?;
                // A column that begins before the end is there, even when its middle lies behind it.
                ended = heard.len() < 2 * length && source(self.frame(self.begin(column)), 1)?.is_empty();
                whole += u32::from(!ended);
                samples.extend(heard);
            }
            samples.resize(2 * length * stretches.len(), 0.0);
        }
        Ok(self.drawn(&samples, stretches, whole, ended))
    }

    fn drawn(&self, samples: &[f32], columns: Vec<Range<f64>>, whole: u32, ended: bool) -> Strip {
        let whole = whole.min(columns.len() as u32);
        let view = View { columns, rows: self.rows, whole };
        let picture = self.painter.draw(Passage { samples, rate: self.rate }, &view);
        Strip { picture, ended }
    }
}

/// Returns why nothing at all could be drawn of a file.
pub(super) fn nothing_read() -> Error {
    Error::SoundRefused(son1k_domain::sound::Refusal::Damaged)
}
