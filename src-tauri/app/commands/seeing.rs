//! What a sound looks like: its waveform, its loudness over time, its spectrogram.

use son1k_domain::id::SoundId;
use son1k_domain::loudness::LoudnessCurve;
use son1k_domain::take::Peaks;
use son1k_domain::unit::Seconds;

use super::Studio;
use crate::error::{Result, Worded};

/// Returns the peaks of a stretch in equal buckets, or one a frame where there are fewer frames. What lies outside of the
/// sound is left out; the duration of the answer says how long it is.
#[tauri::command]
#[specta::specta]
pub async fn get_sound_wave(
    studio: Studio<'_>,
    sound: SoundId,
    from: Seconds,
    to: Seconds,
    buckets: u32,
) -> Result<Peaks> {
    studio.library.wave(&sound, from, to, buckets).await.worded(&studio)
}

/// Returns at most 24,000 values; a longer sound comes in a wider spacing.
#[tauri::command]
#[specta::specta]
pub async fn get_loudness_curve(studio: Studio<'_>, sound: SoundId) -> Result<LoudnessCurve> {
    studio.library.loudness_curve(&sound).await.worded(&studio)
}

/// Returns a picture of 512 × 256 pixels as a `data:` address: 2^zoom seconds from index · 2^zoom on.
#[tauri::command]
#[specta::specta]
pub async fn get_spectrogram_tile(
    studio: Studio<'_>,
    sound: SoundId,
    zoom: u8,
    index: u32,
) -> Result<String> {
    studio.library.spectrogram_tile(&sound, zoom, index).await.worded(&studio)
}
