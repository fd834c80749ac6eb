//! Peaks for drawing a waveform.

use son1k_domain::take::Peaks;
use son1k_domain::unit::Seconds;

use crate::SAMPLE_RATE;

/// Returns the lowest and the highest sample of both channels in each of `buckets` equal stretches of time, limited to
/// −1..1; what is no number counts as silence. There are never more buckets than frames.
pub fn peaks(samples: &[f32], buckets: usize) -> Peaks {
    let frames = samples.len() / 2;
    let buckets = buckets.min(frames);
    let (min, max) = (0..buckets)
        .map(|bucket| {
            let from = edge(bucket, buckets, frames);
            let to = edge(bucket + 1, buckets, frames);
            extent(&samples[2 * from..2 * to])
        })
        .unzip();
    Peaks { duration: Seconds(frames as f64 / f64::from(SAMPLE_RATE)), min, max }
}

/// Returns the first frame of a bucket, without the overflow that a plain product could have.
fn edge(bucket: usize, buckets: usize, frames: usize) -> usize {
    (bucket as u128 * frames as u128 / buckets as u128) as usize
}

fn extent(samples: &[f32]) -> (f32, f32) {
    let (low, high) = samples.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &sample| {
        let sample = if sample.is_nan() { 0.0 } else { sample };
        (low.min(sample), high.max(sample))
    });
    (low.clamp(-1.0, 1.0), high.clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_in_exactly_one_bucket() {
        let samples: Vec<f32> = (0..2_000).map(|i| if i == 2 * 700 { -0.5 } else { 0.1 }).collect();
        let peaks = peaks(&samples, 7);
        assert_eq!(peaks.min, [0.1, 0.1, 0.1, 0.1, -0.5, 0.1, 0.1]);
        assert_eq!(peaks.max, [0.1; 7]);
        assert!((peaks.duration.0 - 1_000.0 / 44_100.0).abs() < 1e-9);
    }

    #[test]
    fn a_short_sound_has_one_bucket_a_frame_and_an_empty_one_none() {
        assert_eq!(peaks(&[0.1, 0.2, 0.3, 0.4], 100).max, [0.2, 0.4]);
        assert!(peaks(&[], 100).min.is_empty());
        assert!(peaks(&[0.5, 0.5], 0).min.is_empty());
    }

    #[test]
    fn wild_samples_stay_inside_the_drawing() {
        let peaks = peaks(&[9.0, f32::NAN, -9.0, f32::NEG_INFINITY], 1);
        assert_eq!((peaks.min[0], peaks.max[0]), (-1.0, 1.0));
    }
}
