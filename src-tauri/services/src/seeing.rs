//! Spectrograms: of a sound in tiles while one scrolls and zooms, and of a whole file in one picture.
//!
//! A column up to [`tiles::MOST_HEARD`] long is heard from end to end; longer ones, of tiles that span an hour, are heard
//! in their middle, so that no tile decodes more than ten minutes. One picture is drawn at a time, the one that was asked
//! for last first: what is on the screen now matters more than what was scrolled past.

mod file;
mod png;
mod spans;
mod tiles;
mod turns;

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use son1k_domain::spectrogram::{MAX_ZOOM, tile_seconds};
use son1k_gpu::Painter;

use crate::{Error, Result};
use spans::Spans;
use turns::Turns;

pub use file::{Drawn, PictureSize, draw_file};
pub use son1k_gpu::DrawnBy;

/// Tiles that stay in memory, about 100 kB each: several screens of them.
const KEPT: usize = 64;

/// Which tile of which sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tile {
    /// The hash of the sound's content, or its path where that is not known.
    pub content: String,
    pub zoom: u8,
    pub index: u32,
}

impl Tile {
    /// # Errors
    /// [`Error::InvalidField`] for a zoom that there is not.
    pub fn new(content: String, zoom: u8, index: u32) -> Result<Self> {
        if zoom > MAX_ZOOM {
            return Err(Error::InvalidField { field: "zoom".into(), value: zoom.to_string() });
        }
        Ok(Self { content, zoom, index })
    }

    /// Returns where it begins and ends, in seconds of the sound.
    fn span(&self) -> std::ops::Range<f64> {
        let length = tile_seconds(self.zoom);
        let start = f64::from(self.index) * length;
        start..start + length
    }
}

/// Draws tiles.
#[derive(Default)]
pub(crate) struct Seer {
    painter: OnceLock<Painter>,
    turns: Turns,
    spans: Mutex<Spans>,
    /// PNG files, the one used last at the end.
    tiles: Mutex<VecDeque<(Tile, Arc<[u8]>)>>,
}

impl Seer {
    /// Returns who draws; opens the GPU the first time, which takes up to a second.
    pub fn painter(&self) -> &Painter {
        self.painter.get_or_init(Painter::open)
    }

    /// Returns a tile that is in memory.
    pub fn kept(&self, tile: &Tile) -> Option<Arc<[u8]>> {
        let mut tiles = lock(&self.tiles);
        let at = tiles.iter().position(|(known, _)| known == tile)?;
        let entry = tiles.remove(at)?;
        let png = entry.1.clone();
        tiles.push_back(entry);
        Some(png)
    }

    pub fn keep(&self, tile: Tile, png: Arc<[u8]>) {
        let mut tiles = lock(&self.tiles);
        tiles.retain(|(known, _)| *known != tile);
        if tiles.len() == KEPT {
            tiles.pop_front();
        }
        tiles.push_back((tile, png));
    }

    /// Draws a tile of a file as a PNG file, when its turn comes.
    ///
    /// # Errors
    /// Why the file cannot be read.
    pub async fn draw(self: &Arc<Self>, path: PathBuf, tile: Tile) -> Result<Arc<[u8]>> {
        let turn = self.turns.take().await;
        // It may have been drawn while this one waited.
        if let Some(kept) = self.kept(&tile) {
            return Ok(kept);
        }
        let seer = self.clone();
        let drawing = tokio::task::spawn_blocking(move || {
            let _until_it_is_drawn = turn;
            let picture = tiles::draw(seer.painter(), &mut lock(&seer.spans), &path, &tile)?;
            let png: Arc<[u8]> = png::encode(&picture)?.into();
            seer.keep(tile, png.clone());
            Ok(png)
        });
        drawing.await.map_err(|error| Error::Internal(error.to_string()))?
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
