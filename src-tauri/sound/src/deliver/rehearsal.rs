//! A few seconds of a sound, coded and heard before the whole is.
//!
//! Lossy formats lift peaks by an amount that only they know, and most where a sound is densest near its peaks, so that a
//! quarter of a minute of it tells nearly all of what the whole would.

use std::cmp::Ordering;

use son1k_domain::unit::Dbtp;

use super::leveller::{Level, Leveller};
use super::{Material, Order};
use crate::encode::{SongTags, Writer};
use crate::error::Result;
use crate::progress::Progress;

/// Seconds of a stretch.
const STRETCH: f64 = 1.0;
const STRETCHES: usize = 16;
/// Seconds below which the whole is coded as quickly.
const WORTH_IT: f64 = 60.0;
/// Seconds in which a stretch comes and goes, so that its edges are no peaks.
const FADE: f64 = 0.005;

/// The stretches of a sound that are densest near its peaks, in their order.
pub(super) struct Rehearsal {
    samples: Vec<f32>,
}

impl Rehearsal {
    /// Returns none for a format that changes nothing, and for short sound.
    ///
    /// # Errors
    /// As reading the material.
    pub fn of(material: &Material, order: &Order, progress: &Progress) -> Result<Option<Self>> {
        if !order.encoding.is_lossy() || material.loudness().duration.0 < WORTH_IT {
            return Ok(None);
        }
        Ok(Some(Self { samples: densest(material, progress)? }))
    }

    /// Returns the true peak with which the stretches come out of the format.
    ///
    /// # Errors
    /// As [`Writer`] and [`Material::measured`].
    pub fn true_peak(
        &self,
        material: &Material,
        order: &Order,
        level: Level,
        progress: &Progress,
    ) -> Result<Option<Dbtp>> {
        let (spec, tags) = (material.spec(), SongTags::default());
        let mut writer = Writer::create(order.out, spec, order.encoding, &tags, progress.cancelled)?;
        let (mut leveller, mut samples) = (Leveller::new(spec, level)?, self.samples.clone());
        writer.write(leveller.run(&mut samples))?;
        let heard = writer.close()?;
        Ok(Material::measured(heard.path(), None, progress)?.loudness().true_peak)
    }
}

fn densest(material: &Material, progress: &Progress) -> Result<Vec<f32>> {
    struct Stretch {
        index: usize,
        density: f32,
        samples: Vec<f32>,
    }
    let (spec, channels) = (material.spec(), usize::from(material.spec().channels));
    let length = (STRETCH * f64::from(spec.rate)) as usize * channels;
    let (mut kept, mut open, mut index) = (Vec::<Stretch>::new(), Vec::with_capacity(length), 0);
    material.levelled(Level::AS_IT_IS, progress, &mut |mut samples| {
        while !samples.is_empty() {
            let (now, later) = samples.split_at(samples.len().min(length - open.len()));
            open.extend_from_slice(now);
            samples = later;
            if open.len() == length {
                let samples = std::mem::replace(&mut open, Vec::with_capacity(length));
                kept.push(Stretch { index, density: density(&samples), samples });
                kept.sort_by(|a, b| b.density.partial_cmp(&a.density).unwrap_or(Ordering::Equal));
                kept.truncate(STRETCHES);
                index += 1;
            }
        }
        Ok(())
    })?;
    kept.sort_by_key(|stretch| stretch.index);
    let fade = (FADE * f64::from(spec.rate)) as usize;
    kept.iter_mut().for_each(|stretch| soften(&mut stretch.samples, channels, fade));
    Ok(kept.into_iter().flat_map(|stretch| stretch.samples).collect())
}

/// The sixteenth power: one high peak counts, and so do many that are nearly as high.
fn density(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| (sample * sample).powi(8)).sum()
}

fn soften(samples: &mut [f32], channels: usize, fade: usize) {
    let frames = samples.len() / channels;
    for (frame, samples) in samples.chunks_mut(channels).enumerate() {
        let gain = (frame.min(frames - 1 - frame) as f32 / fade as f32).min(1.0);
        samples.iter_mut().for_each(|sample| *sample *= gain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_high_peak_and_many_lower_ones_are_dense() {
        let quiet = vec![0.5f32; 1_000];
        let mut peak = quiet.clone();
        peak[500] = 1.0;
        let many = vec![0.7f32; 1_000];
        assert!(density(&peak) > density(&quiet) && density(&many) > density(&peak));
    }

    #[test]
    fn a_stretch_comes_from_silence_and_goes_into_it() {
        let mut samples = vec![1.0f32; 2_000];
        soften(&mut samples, 2, 100);
        assert_eq!((samples[0], samples[1], samples[1_999]), (0.0, 0.0, 0.0));
        assert!(samples[200..1_800].iter().all(|sample| *sample == 1.0));
    }
}
