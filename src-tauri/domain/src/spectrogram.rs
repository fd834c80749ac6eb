//! The picture of what frequencies a sound is made of, in tiles.

use crate::unit::Hertz;

/// Columns of a tile.
pub const COLUMNS: u32 = 512;

/// Rows of a tile: the lowest frequency is at the bottom, and each row is the same interval above the one below.
pub const ROWS: u32 = 256;

/// The frequencies of the lowest and the highest row.
pub const FREQUENCIES: [Hertz; 2] = [Hertz(20.0), Hertz(20_000.0)];

/// Levels from black to white, in dBFS of a sine.
pub const LEVELS: [f32; 2] = [-110.0, 0.0];

/// A tile of zoom `n` spans 2ⁿ seconds; so far can it be zoomed out.
pub const MAX_ZOOM: u8 = 12;

/// Returns the seconds that one tile spans.
pub fn tile_seconds(zoom: u8) -> f64 {
    f64::from(1u32 << zoom.min(MAX_ZOOM))
}
