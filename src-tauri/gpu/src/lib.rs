//! What is drawn on the GPU: the spectrogram, computed and coloured there, and its reference on the processor.
//!
//! Depends on nothing of ours but the nouns: samples come in, a picture goes out. A sound is brought to three rates
//! ([`ladder`]), each seen through a Hann window of the same number of samples, so that low notes are told apart and
//! short sounds stay short; a [`plan`] says where each column looks and what each row shows, and both ways of drawing
//! follow it.

mod colours;
mod device;
pub mod error;
mod ladder;
mod painter;
mod plan;
mod reference;
mod spectrogram;

pub use colours::palette;
pub use error::{Error, Result};
pub use painter::{DrawnBy, Painter};
pub use plan::View;

/// Interleaved stereo samples at one rate.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'a> {
    pub samples: &'a [f32],
    /// Frames in a second.
    pub rate: u32,
}

/// A picture: the pixels of each row from left to right, the highest row first, four bytes each (sRGB and opacity).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub pixels: Vec<u8>,
}

impl Picture {
    /// Returns a picture through which all is seen.
    pub fn empty(width: u32, height: u32) -> Self {
        Self { width, height, pixels: vec![0; 4 * width as usize * height as usize] }
    }

    /// Puts another picture of the same height over this one, from a column on; what juts out is cut off.
    pub fn paste(&mut self, other: &Self, column: u32) {
        let (width, theirs) = (4 * self.width as usize, 4 * other.width as usize);
        let from = (4 * column as usize).min(width);
        let count = theirs.min(width - from);
        if count == 0 {
            return;
        }
        for (row, others) in self.pixels.chunks_exact_mut(width).zip(other.pixels.chunks_exact(theirs)) {
            row[from..from + count].copy_from_slice(&others[..count]);
        }
    }
}

#[cfg(test)]
mod tests;
