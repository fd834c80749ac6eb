//! Pictures of waveforms, kept in the cache under the content they are of.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use son1k_domain::id::SoundId;
use son1k_domain::take::Peaks;
use son1k_domain::unit::Seconds;
use son1k_sound::Reader;

use super::{Library, look};
use crate::cache::Kind;
use crate::{Error, Result};

/// Buckets that are kept: more than a window is wide.
const BUCKETS: usize = 4_096;
/// Frames that are looked at together while reading.
const STRETCH: usize = 256;
/// Decides with the content what a picture looks like.
const VERSION: &str = "peaks 1";

impl Library {
    /// Returns the peaks of a sound for drawing, at most `buckets` of them.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for no or too many buckets, [`Error::SoundMissing`], and why a file cannot be decoded.
    pub async fn peaks(&self, id: &SoundId, buckets: u32) -> Result<Peaks> {
        if !(1..=100_000).contains(&buckets) {
            return Err(Error::InvalidField { field: "buckets".into(), value: buckets.to_string() });
        }
        let sound = self.known(id).await?;
        let place = self.store.sound_at(&sound.path).await?;
        let content = place.map(|place| blake3::Hash::from(place.content).to_hex().to_string());
        if let Some(kept) = content.as_deref().and_then(|content| self.kept_peaks(content)) {
            return Ok(narrowed(kept, buckets as usize));
        }
        let sound = self.present(id).await?;
        let drawing =
            tokio::task::spawn_blocking(move || read_peaks(Path::new(&sound.path), &AtomicBool::new(false)));
        let peaks = drawing.await.map_err(|error| Error::Internal(error.to_string()))??;
        if let Some(content) = content {
            self.keep_peaks(&content, &peaks);
        }
        Ok(narrowed(peaks, buckets as usize))
    }

    /// Draws the picture of a file and keeps it.
    pub(super) fn draw(&self, path: &Path, content: &str, cancelled: &AtomicBool) -> Result<()> {
        self.keep_peaks(content, &read_peaks(path, cancelled)?);
        Ok(())
    }

    fn kept_peaks(&self, content: &str) -> Option<Peaks> {
        let key = Kind::Peaks.key(VERSION, &content, 0).ok()?;
        unpacked(&self.cache.get_bytes(Kind::Peaks, &key)?)
    }

    /// A picture that cannot be kept is drawn again.
    fn keep_peaks(&self, content: &str, peaks: &Peaks) {
        let kept = Kind::Peaks
            .key(VERSION, &content, 0)
            .and_then(|key| self.cache.put_bytes(Kind::Peaks, &key, &packed(peaks)));
        if let Err(error) = kept {
            tracing::warn!(%error, "the picture of a waveform could not be kept");
        }
    }
}

/// Reads a file of any length and returns the peaks of all its channels together.
fn read_peaks(path: &Path, cancelled: &AtomicBool) -> Result<Peaks> {
    let reading = |error| look::reading(path, error);
    let mut reader = Reader::open(path).map_err(reading)?;
    let (rate, stretch) = (reader.facts().rate, STRETCH * usize::from(reader.facts().channels));
    let (mut block, mut pending) = (Vec::new(), Vec::new());
    let (mut min, mut max) = (Vec::new(), Vec::new());
    let mut extent = |samples: &[f32]| {
        min.push(samples.iter().copied().fold(1.0, f32::min).max(-1.0));
        max.push(samples.iter().copied().fold(-1.0, f32::max).min(1.0));
    };
    while reader.read(&mut block).map_err(reading)? > 0 {
        if cancelled.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        pending.extend_from_slice(&block);
        let whole = pending.len() - pending.len() % stretch;
        pending[..whole].chunks_exact(stretch).for_each(&mut extent);
        pending.drain(..whole);
    }
    if !pending.is_empty() {
        extent(&pending);
    }
    let duration = Seconds(reader.position() as f64 / f64::from(rate));
    Ok(narrowed(Peaks { duration, min, max }, BUCKETS))
}

/// The duration, then the lowest and the highest of each bucket, in 16 bits each: finer than any screen.
fn packed(peaks: &Peaks) -> Vec<u8> {
    let mut bytes = peaks.duration.0.to_le_bytes().to_vec();
    for (min, max) in peaks.min.iter().zip(&peaks.max) {
        for value in [min, max] {
            bytes.extend(((value * f32::from(i16::MAX)).round() as i16).to_le_bytes());
        }
    }
    bytes
}

fn unpacked(bytes: &[u8]) -> Option<Peaks> {
    let (duration, values) = bytes.split_first_chunk::<8>()?;
    let (pairs, rest) = values.as_chunks::<4>();
    let value = |low: u8, high: u8| f32::from(i16::from_le_bytes([low, high])) / f32::from(i16::MAX);
    let (min, max) = pairs.iter().map(|&[a, b, c, d]| (value(a, b), value(c, d))).unzip();
    rest.is_empty().then_some(Peaks { duration: Seconds(f64::from_le_bytes(*duration)), min, max })
}

fn narrowed(peaks: Peaks, buckets: usize) -> Peaks {
    let have = peaks.min.len();
    if have <= buckets {
        return peaks;
    }
    let stretch = |bucket: usize| bucket * have / buckets..(bucket + 1) * have / buckets;
    let each = |values: &[f32], best: fn(f32, f32) -> f32, none: f32| {
        (0..buckets).map(|bucket| values[stretch(bucket)].iter().copied().fold(none, best)).collect()
    };
    Peaks {
        duration: peaks.duration,
        min: each(&peaks.min, f32::min, f32::INFINITY),
        max: each(&peaks.max, f32::max, f32::NEG_INFINITY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_picture_is_the_picture() {
        let peaks = Peaks { duration: Seconds(2.5), min: vec![-1.0, -0.25, 0.0], max: vec![1.0, 0.5, 0.0] };
        let again = unpacked(&packed(&peaks)).unwrap();
        assert_eq!(again.duration, peaks.duration);
        let close = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
        assert!(close(&again.min, &peaks.min) && close(&again.max, &peaks.max));
        assert_eq!(unpacked(&packed(&peaks)[..9]), None);
    }

    #[test]
    fn fewer_buckets_keep_the_highest_and_the_lowest() {
        let peaks =
            Peaks { duration: Seconds(1.0), min: vec![-0.1, -0.9, 0.0, -0.2], max: vec![0.3, 0.1, 0.8, 0.2] };
        let narrow = narrowed(peaks, 2);
        assert_eq!((narrow.min, narrow.max), (vec![-0.9, -0.2], vec![0.3, 0.8]));
    }
}
