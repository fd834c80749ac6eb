//! Tiles of spectrograms, kept in the cache under the content they are of.

use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use son1k_domain::id::SoundId;

use super::Library;
use crate::cache::Kind;
use crate::seeing::{DrawnBy, Tile};
use crate::{Error, Result};

/// Decides with content, zoom and index what a tile looks like; not who draws it, as all draw alike.
const VERSION: &str = "tile 1";

impl Library {
    /// Returns a tile of a sound's spectrogram as the `data:` address of a PNG file: 512 columns that span 2^zoom seconds
    /// from index · 2^zoom on, 256 rows. Behind the end of the sound, and where a damaged file cannot be read, one sees
    /// through.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a zoom that there is not, [`Error::SoundMissing`], and why a file cannot be decoded.
    pub async fn spectrogram_tile(&self, id: &SoundId, zoom: u8, index: u32) -> Result<String> {
        let sound = self.known(id).await?;
        let content = self.content_of(&sound.path).await?;
        let is_known = content.is_some();
        let tile = Tile::new(content.unwrap_or_else(|| sound.path.clone()), zoom, index)?;
        if let Some(kept) = self.seer.kept(&tile) {
            return Ok(address(&kept));
        }
        if is_known && let Some(kept) = self.kept_tile(&tile) {
            let kept: Arc<[u8]> = kept.into();
            self.seer.keep(tile, kept.clone());
            return Ok(address(&kept));
        }
        let sound = self.present(id).await?;
        let png = self.seer.draw(Path::new(&sound.path).to_owned(), tile.clone()).await?;
        if is_known {
            self.keep_tile(&tile, &png);
        }
        Ok(address(&png))
    }

    /// Returns by what spectrograms are drawn; opens the GPU the first time.
    pub(crate) async fn drawn_by(&self) -> Result<DrawnBy> {
        let seer = self.seer.clone();
        let opening = tokio::task::spawn_blocking(move || seer.painter().drawn_by());
        opening.await.map_err(|error| Error::Internal(error.to_string()))
    }

    fn kept_tile(&self, tile: &Tile) -> Option<Vec<u8>> {
        self.cache.get_bytes(Kind::Tile, &key(tile).ok()?)
    }

    /// A tile that cannot be kept is drawn again.
    fn keep_tile(&self, tile: &Tile, png: &[u8]) {
        let kept = key(tile).and_then(|key| self.cache.put_bytes(Kind::Tile, &key, png));
        if let Err(error) = kept {
            tracing::warn!(%error, "a tile of a spectrogram could not be kept");
        }
    }
}

fn key(tile: &Tile) -> Result<String> {
    Kind::Tile.key(VERSION, &(&tile.content, tile.zoom, tile.index), 0)
}

fn address(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", BASE64_STANDARD.encode(png))
}
