//! Level, silence, clipping and offset.

use son1k_domain::unit::{Db, Seconds};

use crate::SAMPLE_RATE;

/// −60 dBFS: quieter than the noise of a room.
const SILENCE: f32 = 0.001;

/// The last step of 16 bits below full scale.
const FULL_SCALE: f32 = 32_767.0 / 32_768.0;

/// Stretch of time that counts as silent or not as a whole: 10 ms.
const BLOCK: usize = 2 * 441;

/// What one pass over the samples finds.
pub(super) struct Level {
    pub(super) finite: bool,
    pub(super) clipped: u32,
    /// Mean of the worse channel.
    pub(super) dc_offset: Db,
    pub(super) longest_silence: Seconds,
}

pub(super) fn duration(samples: &[f32]) -> Seconds {
    Seconds((samples.len() / 2) as f64 / f64::from(SAMPLE_RATE))
}

pub(super) fn measure(samples: &[f32]) -> Level {
    let mut finite = true;
    let mut clipped = 0;
    let mut sums = [0.0f64; 2];
    let mut sounding = Vec::with_capacity(samples.len() / BLOCK + 1);
    for block in samples.chunks(BLOCK) {
        let mut peak = 0.0f32;
        for frame in block.chunks_exact(2) {
            for (sum, &sample) in sums.iter_mut().zip(frame) {
                finite &= sample.is_finite();
                clipped += u32::from(sample.abs() >= FULL_SCALE);
                peak = peak.max(sample.abs());
                *sum += f64::from(sample);
            }
        }
        sounding.push(peak > SILENCE);
    }
    let frames = (samples.len() / 2).max(1) as f64;
    let offset = sums.map(|sum| (sum / frames).abs());
    Level {
        finite,
        clipped,
        dc_offset: Db::from_amplitude(offset[0].max(offset[1]) as f32),
        longest_silence: Seconds(longest_gap(&sounding) as f64 * (BLOCK / 2) as f64 / f64::from(SAMPLE_RATE)),
    }
}

/// Returns the longest run of silent blocks between the first and the last that sound.
fn longest_gap(sounding: &[bool]) -> usize {
    let heard: Vec<usize> =
        sounding.iter().enumerate().filter(|(_, heard)| **heard).map(|(at, _)| at).collect();
    heard.windows(2).map(|pair| pair[1] - pair[0] - 1).max().unwrap_or(0)
}
