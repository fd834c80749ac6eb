//! The sound under a picture: read from its file, and kept for the tile beside it and the next zoom.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use son1k_domain::unit::Seconds;
use son1k_sound::Reader;
use son1k_sound::decode::Downmix;

use crate::{Error, Result};

/// Seconds of a piece that is kept.
const PIECE: u64 = 8;
/// Samples of all that is kept, 64 MB of them: nearly three minutes at 48 kHz.
const MOST_SAMPLES: usize = 16 << 20;

/// A file that is read in stereo at its own rate, from any place on.
pub(super) struct Stream<'a> {
    path: &'a Path,
    reader: Reader,
    downmix: Downmix,
    block: Vec<f32>,
    /// What was read and may be wanted again: stereo interleaved, from this frame on.
    held: Vec<f32>,
    from: u64,
}

impl<'a> Stream<'a> {
    /// # Errors
    /// [`Error::NotFound`], [`Error::Unreadable`], [`Error::SoundRefused`].
    pub fn open(path: &'a Path) -> Result<Self> {
        let reader = Reader::open(path).map_err(|error| Error::of_reading(path, error))?;
        let downmix = reader.downmix();
        Ok(Self { path, reader, downmix, block: Vec::new(), held: Vec::new(), from: 0 })
    }

    /// Returns the frames a second.
    pub fn rate(&self) -> u32 {
        self.reader.facts().rate
    }

    /// Returns the length that the file claims.
    pub fn claimed(&self) -> Option<Seconds> {
        self.reader.facts().duration
    }

    /// Returns whether all that was read was whole.
    pub fn is_whole(&self) -> bool {
        self.reader.damage().is_none()
    }

    /// Returns these frames, fewer at the end of the sound.
    ///
    /// # Errors
    /// [`Error::Unreadable`] when the file is taken away meanwhile.
    pub fn read(&mut self, from: u64, frames: usize) -> Result<&[f32]> {
        let reading = |error| Error::of_reading(self.path, error);
        let end = self.from + (self.held.len() / 2) as u64;
        if (self.from..=end).contains(&from) {
            self.held.drain(..2 * (from - self.from) as usize);
        } else {
            self.held.clear();
            // Behind the end, a file that cannot be searched would be read through for nothing.
            if self.reader.frames().is_some_and(|frames| from >= frames) {
                return Ok(&[]);
            }
            self.reader.seek(from).map_err(reading)?;
        }
        self.from = from;
        while self.held.len() < 2 * frames && self.reader.read(&mut self.block).map_err(reading)? > 0 {
            self.downmix.append(&self.block, &mut self.held);
        }
        Ok(&self.held[..self.held.len().min(2 * frames)])
    }
}

/// Which piece of which content.
type Place = (String, u64);

/// Pieces of the sounds that were looked at last.
#[derive(Default)]
pub(super) struct Spans {
    pieces: VecDeque<(Place, Arc<[f32]>)>,
    samples: usize,
}

impl Spans {
    /// Returns frames of a sound, from memory as far as they are there.
    ///
    /// # Errors
    /// As [`Stream::read`].
    pub fn read(
        &mut self,
        content: &str,
        stream: &mut Stream<'_>,
        from: u64,
        frames: usize,
    ) -> Result<Vec<f32>> {
        let length = PIECE * u64::from(stream.rate());
        let end = from + frames as u64;
        let mut samples = Vec::with_capacity(2 * frames);
        for number in from / length..end.div_ceil(length) {
            let piece = self.piece((content.to_owned(), number), stream, length)?;
            let start = number * length;
            let first = (2 * from.saturating_sub(start) as usize).min(piece.len());
            let last = (2 * (end - start).min(length) as usize).min(piece.len());
            samples.extend_from_slice(&piece[first..last.max(first)]);
            if piece.len() < 2 * length as usize {
                break;
            }
        }
        Ok(samples)
    }

    fn piece(&mut self, place: Place, stream: &mut Stream<'_>, length: u64) -> Result<Arc<[f32]>> {
        if let Some(at) = self.pieces.iter().position(|(known, _)| *known == place)
            && let Some(entry) = self.pieces.remove(at)
        {
            let piece = entry.1.clone();
            self.pieces.push_back(entry);
            return Ok(piece);
        }
        let piece: Arc<[f32]> = stream.read(place.1 * length, length as usize)?.into();
        self.samples += piece.len();
        self.pieces.push_back((place, piece.clone()));
        while self.samples > MOST_SAMPLES
            && let Some((_, oldest)) = self.pieces.pop_front()
        {
            self.samples -= oldest.len();
        }
        Ok(piece)
    }
}
