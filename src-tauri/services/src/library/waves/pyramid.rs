//! A waveform at all zooms: the lowest and the highest sample of every 256 frames, of four times as many, and so on.
//!
//! In a file: a head, then the levels, the finest first; each value in 16 bits, finer than any screen. A view reads a few
//! kilobytes from its place, so that an hour is drawn as fast as a second.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::Mutex;

use son1k_domain::take::Peaks;
use son1k_domain::unit::Seconds;

use super::lock;
use crate::{Error, Result};

/// Frames of a value of the finest level.
pub(super) const BASE: usize = 256;
/// Values of a level for one of the next.
const STEP: usize = 4;
/// A level that is no longer has none above.
const SMALLEST: usize = 256;
/// Parts of a bucket that are read at least, where the level is not the finest: what a bucket shows of its neighbours is
/// no wider than these.
const FINENESS: u64 = 4;

const MAGIC: [u8; 8] = *b"son1kpk2";
/// Magic, rate (u32), nothing (u32), frames (u64); little endian, as everything.
const HEAD: usize = 24;
/// Lowest and highest, 16 bits each.
const VALUE: usize = 4;

/// An open pyramid.
pub(super) struct Pyramid {
    bytes: Bytes,
    rate: u32,
    frames: u64,
}

enum Bytes {
    File(Mutex<File>),
    /// Where the cache could not keep it.
    Memory(Vec<u8>),
}

impl Pyramid {
    /// Opens a file; one that is no whole pyramid is none.
    pub fn open(path: &Path) -> Option<Self> {
        let mut file = File::open(path).ok()?;
        let mut head = [0; HEAD];
        file.read_exact(&mut head).ok()?;
        let length = file.metadata().ok()?.len();
        Self::of(&head, length, Bytes::File(Mutex::new(file)))
    }

    pub fn in_memory(bytes: Vec<u8>) -> Option<Self> {
        let head = *bytes.first_chunk::<HEAD>()?;
        let length = bytes.len() as u64;
        Self::of(&head, length, Bytes::Memory(bytes))
    }

    fn of(head: &[u8; HEAD], length: u64, bytes: Bytes) -> Option<Self> {
        let rate = u32::from_le_bytes(*head[8..].first_chunk()?);
        let frames = u64::from_le_bytes(*head[16..].first_chunk()?);
        let values: u64 = lengths(frames).iter().sum();
        let whole = head[..8] == MAGIC && rate > 0 && length == HEAD as u64 + VALUE as u64 * values;
        whole.then_some(Self { bytes, rate, frames })
    }

    /// Returns the frames a second.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Returns the length of the sound in frames.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Returns the peaks of a stretch of frames inside the sound in equal parts. A bucket shows all that lies in it, and
    /// of its neighbours no more than a value on each side.
    ///
    /// # Errors
    /// [`Error::Internal`] when the file cannot be read any more.
    pub fn peaks(&self, span: Range<u64>, buckets: usize) -> Result<Peaks> {
        let frames = span.end - span.start;
        let duration = Seconds(frames as f64 / f64::from(self.rate));
        if frames == 0 || buckets == 0 {
            return Ok(Peaks { duration, min: Vec::new(), max: Vec::new() });
        }
        let (skipped, size) = self.level(frames / buckets as u64);
        let first = span.start / size;
        let values = self.values(skipped + first, span.end.div_ceil(size) - first)?;
        let edge =
            |bucket: usize| span.start + (u128::from(frames) * bucket as u128 / buckets as u128) as u64;
        let (min, max) = (0..buckets)
            .map(|bucket| {
                let from = edge(bucket) / size - first;
                let to = edge(bucket + 1).div_ceil(size).saturating_sub(first).max(from + 1);
                let (from, to) = (from as usize, (to as usize).min(values.len()));
                let parts = &values[from.min(to.saturating_sub(1))..to];
                let lowest = parts.iter().map(|value| value[0]).min().unwrap_or_default();
                let highest = parts.iter().map(|value| value[1]).max().unwrap_or_default();
                (level_of(lowest), level_of(highest))
            })
            .unzip();
        Ok(Peaks { duration, min, max })
    }

    /// Returns the coarsest level that is fine enough for buckets of this many frames: the values before it, and the
    /// frames of one of its own.
    fn level(&self, width: u64) -> (u64, u64) {
        let lengths = lengths(self.frames);
        let (mut before, mut size) = (0, BASE as u64);
        for length in &lengths[..lengths.len() - 1] {
            if size * STEP as u64 * FINENESS > width {
                break;
            }
            before += length;
            size *= STEP as u64;
        }
        (before, size)
    }

    fn values(&self, first: u64, count: u64) -> Result<Vec<[i16; 2]>> {
        let (start, length) = (HEAD as u64 + VALUE as u64 * first, VALUE * count as usize);
        let read;
        let bytes: &[u8] = match &self.bytes {
            Bytes::Memory(bytes) => bytes.get(start as usize..start as usize + length).unwrap_or_default(),
            Bytes::File(file) => {
                let mut bytes = vec![0; length];
                let mut file = lock(file);
                let done = file.seek(SeekFrom::Start(start)).and_then(|_| file.read_exact(&mut bytes));
                done.map_err(|error| Error::Internal(format!("a waveform could not be read: {error}")))?;
                read = bytes;
                &read
            }
        };
        let value = |[a, b, c, d]: &[u8; VALUE]| [i16::from_le_bytes([*a, *b]), i16::from_le_bytes([*c, *d])];
        Ok(bytes.as_chunks::<VALUE>().0.iter().map(value).collect())
    }
}

/// Returns how many values each level has, the finest first.
fn lengths(frames: u64) -> Vec<u64> {
    let mut lengths = vec![frames.div_ceil(BASE as u64)];
    while let Some(&last) = lengths.last()
        && last > SMALLEST as u64
    {
        lengths.push(last.div_ceil(STEP as u64));
    }
    lengths
}

/// Returns the lowest and the highest of samples, limited to −1..1.
pub(super) fn extent(samples: &[f32]) -> (f32, f32) {
    let lowest = samples.iter().copied().fold(1.0, f32::min).max(-1.0);
    let highest = samples.iter().copied().fold(-1.0, f32::max).min(1.0);
    (lowest, highest)
}

fn level_of(value: i16) -> f32 {
    f32::from(value) / f32::from(i16::MAX)
}

/// Takes the samples of a sound and makes its pyramid.
pub(super) struct Builder {
    rate: u32,
    channels: usize,
    samples: u64,
    pending: Vec<f32>,
    finest: Vec<[i16; 2]>,
}

impl Builder {
    pub fn new(rate: u32, channels: usize) -> Self {
        Self { rate, channels: channels.max(1), samples: 0, pending: Vec::new(), finest: Vec::new() }
    }

    /// Takes interleaved samples, whole frames.
    pub fn push(&mut self, block: &[f32]) {
        self.samples += block.len() as u64;
        self.pending.extend_from_slice(block);
        let stretch = BASE * self.channels;
        let whole = self.pending.len() - self.pending.len() % stretch;
        self.finest.extend(self.pending[..whole].chunks_exact(stretch).map(value));
        self.pending.drain(..whole);
    }

    /// Returns the bytes of the file.
    pub fn finish(mut self) -> Vec<u8> {
        if !self.pending.is_empty() {
            self.finest.push(value(&self.pending));
        }
        let frames = self.samples / self.channels as u64;
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.rate.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(frames.to_le_bytes());
        let mut level = self.finest;
        loop {
            bytes.extend(level.iter().flatten().flat_map(|value| value.to_le_bytes()));
            if level.len() <= SMALLEST {
                return bytes;
            }
            level = level.chunks(STEP).map(together).collect();
        }
    }
}

fn value(samples: &[f32]) -> [i16; 2] {
    let (lowest, highest) = extent(samples);
    [lowest, highest].map(|level| (level * f32::from(i16::MAX)).round() as i16)
}

fn together(values: &[[i16; 2]]) -> [i16; 2] {
    let lowest = values.iter().map(|value| value[0]).min().unwrap_or_default();
    let highest = values.iter().map(|value| value[1]).max().unwrap_or_default();
    [lowest, highest]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two channels: a ramp from −1 to 1, and its negative in half.
    fn ramp(frames: usize) -> Vec<f32> {
        let at = |frame: usize| 2.0 * frame as f32 / (frames - 1) as f32 - 1.0;
        (0..frames).flat_map(|frame| [at(frame), -0.5 * at(frame)]).collect()
    }

    fn pyramid(samples: &[f32]) -> Pyramid {
        let mut builder = Builder::new(44_100, 2);
        samples.chunks(5_000).for_each(|block| builder.push(block));
        Pyramid::in_memory(builder.finish()).unwrap()
    }

    #[test]
    fn every_zoom_shows_what_the_samples_say() {
        let frames = 1 << 20;
        let samples = ramp(frames);
        let pyramid = pyramid(&samples);
        // Powers of two, so that buckets end where values do.
        for (from, to, buckets) in
            [(0, frames, 1), (0, frames, 64), (0, frames, 4_096), (1 << 18, 1 << 19, 512), (4_096, 8_192, 16)]
        {
            let peaks = pyramid.peaks(from as u64..to as u64, buckets).unwrap();
            assert_eq!((peaks.min.len(), peaks.max.len()), (buckets, buckets));
            assert!((peaks.duration.0 - (to - from) as f64 / 44_100.0).abs() < 1e-9);
            let width = 2 * (to - from) / buckets;
            for (bucket, stretch) in samples[2 * from..2 * to].chunks_exact(width).enumerate() {
                let (lowest, highest) = extent(stretch);
                assert!((peaks.min[bucket] - lowest).abs() < 4e-5, "{from} {to} {bucket}");
                assert!((peaks.max[bucket] - highest).abs() < 4e-5, "{from} {to} {bucket}");
            }
        }
    }

    #[test]
    fn no_peak_is_lost_at_any_odd_zoom_and_none_is_drawn_far_from_its_place() {
        let frames = 777_777;
        for click in [0, 1, 255, 256, 123_457, 777_776] {
            let mut samples = vec![0.0; 2 * frames];
            samples[2 * click + 1] = -0.75;
            let pyramid = pyramid(&samples);
            for buckets in [1, 7, 300, 1_001, 3_000] {
                let peaks = pyramid.peaks(0..frames as u64, buckets).unwrap();
                let home = click * buckets / frames;
                for (bucket, lowest) in peaks.min.iter().enumerate() {
                    assert!(bucket != home || (lowest + 0.75).abs() < 1e-4, "{click} {buckets}");
                    assert!(bucket.abs_diff(home) <= 1 || *lowest == 0.0, "{click} {buckets} {bucket}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_whole_pyramid_is_none() {
        let mut builder = Builder::new(48_000, 1);
        builder.push(&[0.5; 1_000]);
        let bytes = builder.finish();
        assert_eq!(bytes.len(), HEAD + 4 * VALUE);
        assert!(Pyramid::in_memory(bytes[..bytes.len() - 1].to_vec()).is_none());
        assert!(Pyramid::in_memory([&[0][..], &bytes[1..]].concat()).is_none());
        assert!(Pyramid::in_memory(Vec::new()).is_none());
        let peaks = Pyramid::in_memory(bytes).unwrap().peaks(0..1_000, 2).unwrap();
        assert!(peaks.max.iter().all(|peak| (peak - 0.5).abs() < 1e-4));
    }

    #[test]
    fn an_empty_sound_has_no_peaks() {
        let pyramid = pyramid(&[]);
        assert!(pyramid.peaks(0..0, 100).unwrap().min.is_empty());
    }

    #[test]
    fn a_day_is_drawn_from_a_few_values() {
        let pyramid = Pyramid { bytes: Bytes::Memory(Vec::new()), rate: 48_000, frames: 86_400 * 48_000 };
        let (_, size) = pyramid.level(pyramid.frames / 1_500);
        assert!(pyramid.frames / size < 1_500 * 16, "{size}");
        assert_eq!(pyramid.level(300), (0, BASE as u64));
    }
}
