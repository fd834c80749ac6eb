//! Waveforms at every zoom: from a pyramid of peaks in the cache, kept under the content they are of, and closer than
//! that from the few seconds of sound that are looked at.

mod pyramid;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use son1k_domain::id::SoundId;
use son1k_domain::take::Peaks;
use son1k_domain::unit::Seconds;
use son1k_sound::Reader;

use super::{Library, lock, look};
use crate::cache::Kind;
use crate::{Error, Result};
use pyramid::{BASE, Pyramid};

/// Decides with the content what a pyramid looks like.
const VERSION: &str = "peaks 2";
/// Pyramids whose files stay open, so that whoever zooms and scrolls does not wait for the index of the cache.
const OPEN: usize = 8;
/// More buckets than any screen is wide.
const MOST_BUCKETS: u32 = 100_000;

/// The pyramids that were looked at last, newest last.
#[derive(Default)]
pub(super) struct OpenWaves(Mutex<VecDeque<(String, Arc<Pyramid>)>>);

impl OpenWaves {
    fn get(&self, content: &str) -> Option<Arc<Pyramid>> {
        let mut open = lock(&self.0);
        let at = open.iter().position(|(known, _)| known == content)?;
        let entry = open.remove(at)?;
        let pyramid = entry.1.clone();
        open.push_back(entry);
        Some(pyramid)
    }

    fn keep(&self, content: String, pyramid: Arc<Pyramid>) {
        let mut open = lock(&self.0);
        open.retain(|(known, _)| *known != content);
        if open.len() == OPEN {
            open.pop_front();
        }
        open.push_back((content, pyramid));
    }
}

impl Library {
    /// Returns the peaks of a whole sound for drawing, at most `buckets` of them.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for no or too many buckets, [`Error::SoundMissing`], and why a file cannot be decoded.
    pub async fn peaks(&self, id: &SoundId, buckets: u32) -> Result<Peaks> {
        check_buckets(buckets)?;
        let (_, pyramid) = self.pyramid(id).await?;
        let reading = move || {
            let most = pyramid.frames().div_ceil(BASE as u64);
            pyramid.peaks(0..pyramid.frames(), u64::from(buckets).min(most) as usize)
        };
        blocking(reading).await
    }

    /// Returns the peaks of a stretch of a sound, all its channels together, in `buckets` equal parts, or one a frame
    /// where there are fewer frames. What lies outside of the sound is left out: the answer says how long it is.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a stretch or a number of buckets that makes no sense, [`Error::SoundMissing`], and
    /// why a file cannot be decoded.
    pub async fn wave(&self, id: &SoundId, from: Seconds, to: Seconds, buckets: u32) -> Result<Peaks> {
        check_buckets(buckets)?;
        if !(from.0.is_finite() && to.0.is_finite() && from.0 < to.0) {
            let value = format!("{}–{} s", from.0, to.0);
            return Err(Error::InvalidField { field: "span".into(), value });
        }
        let (path, pyramid) = self.pyramid(id).await?;
        blocking(move || {
            let frame = |time: Seconds| (time.0.max(0.0) * f64::from(pyramid.rate())).round() as u64;
            let to = frame(to).min(pyramid.frames());
            let span = frame(from).min(to)..to;
            let frames = span.end - span.start;
            if frames == 0 || frames >= u64::from(buckets) * BASE as u64 {
                return pyramid.peaks(span, buckets as usize);
            }
            match close_up(Path::new(&path), span.clone(), buckets as usize) {
                // The picture outlives its file, as sharp as it is kept.
                Err(Error::NotFound { .. }) => pyramid.peaks(span, buckets as usize),
                drawn => drawn,
            }
        })
        .await
    }

    /// Returns the path and the pyramid of a sound: kept, or drawn now.
    async fn pyramid(&self, id: &SoundId) -> Result<(String, Arc<Pyramid>)> {
        let sound = self.known(id).await?;
        let content = self.content_of(&sound.path).await?;
        if let Some(pyramid) = content.as_deref().and_then(|content| self.kept_pyramid(content)) {
            return Ok((sound.path, pyramid));
        }
        let path = self.present(id).await?.path;
        let file = path.clone();
        let bytes = blocking(move || read_pyramid(Path::new(&file), &AtomicBool::new(false))).await?;
        let unreadable = || Error::Internal("a picture of a waveform could not be read back".into());
        let Some(content) = content else {
            return Ok((path, Arc::new(Pyramid::in_memory(bytes).ok_or_else(unreadable)?)));
        };
        self.keep_pyramid(&content, &bytes);
        let kept = self.kept_pyramid(&content);
        let pyramid = kept.or_else(|| Pyramid::in_memory(bytes).map(Arc::new)).ok_or_else(unreadable)?;
        self.open_waves.keep(content, pyramid.clone());
        Ok((path, pyramid))
    }

    /// Returns the hash of a sound's content as text, where it is known.
    pub(super) async fn content_of(&self, path: &str) -> Result<Option<String>> {
        let place = self.store.sound_at(path).await?;
        Ok(place.map(|place| blake3::Hash::from(place.content).to_hex().to_string()))
    }

    /// Draws the waveform of a file and keeps it.
    pub(super) fn draw(&self, path: &Path, content: &str, cancelled: &AtomicBool) -> Result<()> {
        self.keep_pyramid(content, &read_pyramid(path, cancelled)?);
        Ok(())
    }

    fn kept_pyramid(&self, content: &str) -> Option<Arc<Pyramid>> {
        if let Some(open) = self.open_waves.get(content) {
            return Some(open);
        }
        let key = Kind::Peaks.key(VERSION, &content, 0).ok()?;
        let pyramid = Arc::new(Pyramid::open(&self.cache.get_path(Kind::Peaks, &key)?)?);
        self.open_waves.keep(content.to_owned(), pyramid.clone());
        Some(pyramid)
    }

    /// A picture that cannot be kept is drawn again.
    fn keep_pyramid(&self, content: &str, bytes: &[u8]) {
        let kept = Kind::Peaks
            .key(VERSION, &content, 0)
            .and_then(|key| self.cache.put_bytes(Kind::Peaks, &key, bytes));
        if let Err(error) = kept {
            tracing::warn!(%error, "the picture of a waveform could not be kept");
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?
}

fn check_buckets(buckets: u32) -> Result<()> {
    if (1..=MOST_BUCKETS).contains(&buckets) {
        return Ok(());
    }
    Err(Error::InvalidField { field: "buckets".into(), value: buckets.to_string() })
}

/// Reads a file of any length to its end and returns the bytes of its pyramid.
fn read_pyramid(path: &Path, cancelled: &AtomicBool) -> Result<Vec<u8>> {
    let reading = |error| look::reading(path, error);
    let mut reader = Reader::open(path).map_err(reading)?;
    let mut builder = pyramid::Builder::new(reader.facts().rate, usize::from(reader.facts().channels));
    let mut block = Vec::new();
    while reader.read(&mut block).map_err(reading)? > 0 {
        if cancelled.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        builder.push(&block);
    }
    Ok(builder.finish())
}

/// Decodes a few frames and returns their peaks.
fn close_up(path: &Path, span: std::ops::Range<u64>, buckets: usize) -> Result<Peaks> {
    let reading = |error| look::reading(path, error);
    let mut reader = Reader::open(path).map_err(reading)?;
    let (rate, channels) = (reader.facts().rate, usize::from(reader.facts().channels));
    reader.seek(span.start).map_err(reading)?;
    let wanted = (span.end - span.start) as usize * channels;
    let (mut samples, mut block) = (Vec::with_capacity(wanted), Vec::new());
    while samples.len() < wanted && reader.read(&mut block).map_err(reading)? > 0 {
        samples.extend_from_slice(&block);
    }
    samples.truncate(wanted);
    let frames = samples.len() / channels;
    let buckets = buckets.min(frames);
    let edge = |bucket: usize| channels * (bucket * frames / buckets);
    let (min, max) =
        (0..buckets).map(|bucket| pyramid::extent(&samples[edge(bucket)..edge(bucket + 1)])).unzip();
    Ok(Peaks { duration: Seconds(frames as f64 / f64::from(rate)), min, max })
}

#[cfg(test)]
mod tests;
