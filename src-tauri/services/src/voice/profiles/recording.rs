//! A sample as it is listened to: mono at 16 kHz, with where somebody speaks in it.

use std::ops::Range;
use std::path::Path;

use son1k_domain::profile::limits;
use son1k_domain::unit::Seconds;
use son1k_inference::gate;
use son1k_sound::{Progress, Reader, Resampler};

use super::Trouble;
use crate::shelf::Shelf;
use crate::voice::hearing;
use crate::{Error, Result};

/// The rate of the models that listen, in hertz.
pub(super) const RATE: u32 = gate::RATE;
/// The entry of the shelf that hears whether somebody speaks.
pub(super) const GATE: &str = "silero-vad";
/// From here on a sample is at full scale, and so many of them in a row are cut off: one that just touches it is not.
const FULL: f32 = 0.999;
const IN_A_ROW: u32 = 3;

/// A sample that was read.
pub(super) struct Recording {
    pub(super) mono: Vec<f32>,
    /// Where somebody speaks in it.
    pub(super) speech: Vec<Range<usize>>,
    pub(super) duration: Seconds,
    /// How much of the file is cut off at full scale, 0 to 1.
    pub(super) clipped: f32,
}

impl Recording {
    /// Reads a file, and hears where somebody speaks in it.
    ///
    /// # Errors
    /// [`Trouble::SampleTooLong`], [`Error::NotFound`], [`Error::Unreadable`], [`Error::SoundRefused`],
    /// [`Error::ModelMissing`], [`Error::ModelCorrupt`], [`Error::Runtime`], [`Error::Cancelled`].
    pub(super) fn read(path: &Path, shelf: &Shelf, progress: &Progress<'_>) -> Result<Self> {
        let mut recording = decode(path, progress)?;
        recording.speech = shelf.hear(GATE, |sessions, model| {
            hearing(progress, |progress| gate::speech(sessions, model, &recording.mono, progress))
        })?;
        Ok(recording)
    }

    /// Returns what is said, without the pauses: at most so many samples of it.
    pub(super) fn spoken(&self, most: usize) -> Vec<f32> {
        let mut spoken = Vec::new();
        for speech in &self.speech {
            let room = most - spoken.len();
            spoken.extend_from_slice(&self.mono[speech.start..speech.end.min(speech.start + room)]);
        }
        spoken
    }

    /// Returns the stretches between and around speech.
    pub(super) fn pauses(&self) -> Vec<Range<usize>> {
        let ends = [0].into_iter().chain(self.speech.iter().map(|speech| speech.end));
        let starts = self.speech.iter().map(|speech| speech.start).chain([self.mono.len()]);
        ends.zip(starts).filter(|(end, start)| end < start).map(|(end, start)| end..start).collect()
    }
}

/// Reads a file to its end, unless it is too long for a sample.
fn decode(path: &Path, progress: &Progress<'_>) -> Result<Recording> {
    let reading = |error| Error::of_reading(path, error);
    let mut reader = Reader::open(path).map_err(reading)?;
    let (spec, downmix) = (reader.spec(), reader.downmix());
    let most = (limits::SAMPLE_S * f64::from(spec.rate)) as u64;
    let too_long = || {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Err(Trouble::SampleTooLong(name).into())
    };
    if reader.frames().is_some_and(|frames| frames > most) {
        return too_long();
    }
    let mut resampler = Resampler::new(spec.rate, RATE, 1)?;
    let mut clipping = Clipping::new(usize::from(spec.channels).max(1));
    let (mut block, mut stereo, mut mono, mut heard) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    while reader.read(&mut block).map_err(reading)? > 0 {
        progress.check()?;
        if reader.position() > most {
            return too_long();
        }
        clipping.hear(&block);
        stereo.clear();
        downmix.append(&block, &mut stereo);
        mono.clear();
        mono.extend(stereo.as_chunks().0.iter().map(|[left, right]: &[f32; 2]| 0.5 * (left + right)));
        resampler.push(&mono, &mut heard)?;
    }
    resampler.finish(&mut heard)?;
    let frames = reader.position();
    Ok(Recording {
        mono: heard,
        speech: Vec::new(),
        duration: Seconds(frames as f64 / f64::from(spec.rate)),
        clipped: clipping.frames as f32 / frames.max(1) as f32,
    })
}

/// Counts frames that are cut off.
struct Clipping {
    /// For each channel, how many samples in a row are at full scale.
    rows: Vec<u32>,
    frames: u64,
}

impl Clipping {
    fn new(channels: usize) -> Self {
        Self { rows: vec![0; channels], frames: 0 }
    }

    fn hear(&mut self, block: &[f32]) {
        for frame in block.chunks_exact(self.rows.len()) {
            let mut cut = 0;
            for (row, sample) in self.rows.iter_mut().zip(frame) {
                *row = if sample.abs() >= FULL { *row + 1 } else { 0 };
                // The first of the row is known to be cut only now.
                let found = if *row == IN_A_ROW { IN_A_ROW } else { u32::from(*row > IN_A_ROW) };
                cut = cut.max(found);
            }
            self.frames += u64::from(cut);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(speech: Vec<Range<usize>>) -> Recording {
        let mono = (0..100).map(|n| n as f32).collect();
        Recording { mono, speech, duration: Seconds(1.0), clipped: 0.0 }
    }

    #[test]
    fn what_is_said_and_what_is_not_make_the_whole() {
        let recording = recording(vec![10..20, 40..100]);
        assert_eq!(recording.pauses(), [0..10, 20..40]);
        assert_eq!(recording.spoken(1_000).len(), 70);
        assert_eq!(recording.spoken(12)[9..], [19.0, 40.0, 41.0]);
        assert!(recording.spoken(0).is_empty());
    }

    #[test]
    fn only_what_stays_at_full_scale_is_cut_off() {
        let clipped = |block: &[f32], channels| {
            let mut clipping = Clipping::new(channels);
            clipping.hear(block);
            clipping.frames
        };
        assert_eq!(clipped(&[0.0, 1.0, 0.5, -1.0, -1.0, 0.2], 1), 0);
        assert_eq!(clipped(&[1.0, 1.0, 1.0, 1.0, 0.0, -1.0, -1.0, -1.0], 1), 7);
        assert_eq!(clipped(&[1.0, 0.0, 1.0, 0.0, 1.0, 0.0], 2), 3, "one of two channels");
        assert_eq!(clipped(&[1.0, 1.0, 1.0, 0.0, 0.0, 1.0], 2), 0, "a row is of one channel");
    }
}
