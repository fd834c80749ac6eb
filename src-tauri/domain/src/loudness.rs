//! How loud a sound is, in the words of EBU R 128.
//!
//! What cannot be measured has no value rather than a made-up one: loudness is gated, so silence has none, nor has what
//! is shorter than the window it is measured in.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::unit::{Dbfs, Dbtp, Lu, Lufs, Seconds};

/// The loudness and the peaks of a whole sound (ITU-R BS.1770-4, EBU Tech 3341 and 3342).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct Loudness {
    /// Gated, of the whole sound. None when no 400 ms of it pass −70 LUFS.
    pub integrated: Option<Lufs>,
    /// Between its quiet and its loud passages, LRA. None when no 3 s of it pass −70 LUFS.
    pub range: Option<Lu>,
    /// The loudest 400 ms. None when the sound is shorter or silent.
    pub max_momentary: Option<Lufs>,
    /// The loudest 3 s. None when the sound is shorter or silent.
    pub max_short_term: Option<Lufs>,
    /// None when every sample is 0.
    pub sample_peak: Option<Dbfs>,
    /// Between the samples too. None when every sample is 0.
    pub true_peak: Option<Dbtp>,
    pub duration: Seconds,
}

/// The highest levels of one channel; none when every sample of it is 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
pub struct ChannelPeak {
    pub sample_peak: Option<Dbfs>,
    pub true_peak: Option<Dbtp>,
}

/// Loudness over time, for drawing: the value at `n` is that of the window which ends `n + 1` spacings from the start,
/// none before the first window is full and where it is silent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct LoudnessCurve {
    /// 100 ms; a multiple of it where a long sound was thinned for drawing.
    pub spacing: Seconds,
    /// Of windows of 400 ms.
    pub momentary: Vec<Option<Lufs>>,
    /// Of windows of 3 s.
    pub short_term: Vec<Option<Lufs>>,
}

/// Everything that a meter finds in a sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
pub struct Measurement {
    pub loudness: Loudness,
    /// In the order of the sound.
    pub channels: Vec<ChannelPeak>,
    pub curve: LoudnessCurve,
}
