//! The level check: peak, RMS and what was too loud, of each recorded channel.

use son1k_domain::unit::Db;

/// Steps of 10 ms in the RMS of 300 ms.
const STEPS: usize = 30;

/// The highest sample of a 16-bit converter. One of 24 bits goes 0.0003 dB higher, which nobody calls a margin.
const FULL_SCALE: f32 = 32_767.0 / 32_768.0;

/// Levels of interleaved sound.
#[derive(Debug)]
pub(super) struct Levels {
    channels: usize,
    /// Samples of a step, of all channels.
    step: usize,
    peak: Vec<f32>,
    sums: Vec<f32>,
    /// Mean squares of the last steps, channel by channel.
    steps: Vec<[f32; STEPS]>,
    at: usize,
    samples: usize,
    clipped: u32,
}

impl Levels {
    pub(super) fn new(rate: u32, channels: u16) -> Self {
        let channels = usize::from(channels).max(1);
        Self {
            channels,
            step: (rate as usize / 100).max(1) * channels,
            peak: vec![0.0; channels],
            sums: vec![0.0; channels],
            steps: vec![[0.0; STEPS]; channels],
            at: 0,
            samples: 0,
            clipped: 0,
        }
    }

    /// Measures whole frames.
    pub(super) fn measure(&mut self, samples: &[f32]) {
        for (n, sample) in samples.iter().enumerate() {
            let channel = n % self.channels;
            let level = sample.abs();
            self.peak[channel] = self.peak[channel].max(level);
            self.sums[channel] += level * level;
            self.clipped = self.clipped.saturating_add(u32::from(level >= FULL_SCALE));
            self.samples += 1;
            if self.samples == self.step {
                self.end_step();
            }
        }
    }

    fn end_step(&mut self) {
        let frames = (self.step / self.channels) as f32;
        for (steps, sum) in self.steps.iter_mut().zip(&mut self.sums) {
            steps[self.at] = std::mem::take(sum) / frames;
        }
        self.at = (self.at + 1) % STEPS;
        self.samples = 0;
    }

    /// Returns the peak of each channel since the last call.
    pub(super) fn peaks(&mut self) -> Vec<Db> {
        self.peak.iter_mut().map(|peak| Db::from_amplitude(std::mem::take(peak))).collect()
    }

    /// Returns the RMS of each channel over the last 300 ms.
    pub(super) fn rms(&self) -> Vec<Db> {
        let mean = |steps: &[f32; STEPS]| steps.iter().sum::<f32>() / STEPS as f32;
        self.steps.iter().map(|steps| Db::from_amplitude(mean(steps).sqrt())).collect()
    }

    /// Returns the samples at full scale since the last [`Levels::forgive`].
    pub(super) fn clipped(&self) -> u32 {
        self.clipped
    }

    /// Begins to count what is too loud anew.
    pub(super) fn forgive(&mut self) {
        self.clipped = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_has_its_own_levels() {
        let mut levels = Levels::new(48_000, 2);
        let tone = |n: usize| (std::f32::consts::TAU * 1_000.0 * n as f32 / 48_000.0).sin();
        let sound: Vec<f32> = (0..24_000).flat_map(|n| [0.5 * tone(n), 0.0]).collect();
        levels.measure(&sound);
        let rms = levels.rms();
        assert!((rms[0].0 + 9.03).abs() < 0.05 && rms[1].0 <= -120.0, "{rms:?}");
        let peaks = levels.peaks();
        assert!((peaks[0].0 + 6.02).abs() < 0.01 && peaks[1].0 <= -120.0, "{peaks:?}");
        assert!(levels.peaks()[0].0 <= -120.0, "peaks are those since the last look");
        assert_eq!(levels.clipped(), 0);
    }

    #[test]
    fn what_a_converter_gives_at_full_scale_is_clipped() {
        let mut levels = Levels::new(44_100, 1);
        levels.measure(&[0.999, 32_767.0 / 32_768.0, -1.0, 8_388_607.0 / 8_388_608.0, 1.5, f32::NAN]);
        assert_eq!(levels.clipped(), 4);
        levels.forgive();
        assert_eq!(levels.clipped(), 0);
        assert!((levels.peaks()[0].0 - 3.52).abs() < 0.01, "what is no number is no peak");
    }
}
