//! Meters of what is heard: peaks, RMS, correlation, loudness and spectrum. They run on the feeder's thread.

use realfft::RealFftPlanner;
use son1k_domain::unit::Db;
use son1k_sound::loudness::{Gauge, LiveMeter};

use crate::error::Result;

mod spectrum;

pub use spectrum::BANDS;
use spectrum::Spectrum;

/// Steps of 10 ms in the RMS and the correlation: 300 ms.
const STEPS: usize = 30;

/// Steps between two looks at integrated loudness and range, which do not change faster.
const SLOW_STEPS: usize = 10;

/// Seconds in which sound that is cut off falls silent, as it does on the device.
const FADE: f32 = 0.005;

const SILENCE: f32 = -120.0;

/// The meters of stereo sound at one rate.
pub struct Meters {
    loudness: LiveMeter,
    spectrum: Spectrum,
    reading: Reading,
    /// Mean squares of the last steps: left, right, and left times right.
    steps: [[f32; 3]; STEPS],
    at: usize,
    sums: [f32; 3],
    frames: usize,
    step: usize,
    fade: usize,
    last: [f32; 2],
    /// Frames since the sound was cut off.
    since_cut: usize,
}

/// What the meters show.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Of left and right, since the reading before.
    pub peak: [Db; 2],
    /// Of left and right, over 300 ms.
    pub rms: [Db; 2],
    /// In LUFS; −120 is silence.
    pub momentary: f32,
    pub short_term: f32,
    /// Since the last restart, in LUFS and LU.
    pub integrated: Option<f32>,
    pub range: Option<f32>,
    /// Highest since the last restart.
    pub true_peak: Db,
    /// −1 to 1; 0 where there is no sound.
    pub correlation: f32,
    /// [`BANDS`] values in dB; a sine at full scale is 0.
    pub spectrum: Vec<f32>,
}

impl Reading {
    pub(crate) fn silence() -> Self {
        Self {
            peak: [Db(SILENCE); 2],
            rms: [Db(SILENCE); 2],
            momentary: SILENCE,
            short_term: SILENCE,
            integrated: None,
            range: None,
            true_peak: Db(SILENCE),
            correlation: 0.0,
            spectrum: vec![SILENCE; BANDS],
        }
    }
}

impl Meters {
    /// Prepares for a rate in hertz.
    ///
    /// # Errors
    /// [`crate::Error::File`] when the rate is none of sound.
    pub fn new(rate: u32) -> Result<Self> {
        Ok(Self {
            loudness: Gauge::new(rate, 2)?.live(),
            spectrum: Spectrum::new(rate, &mut RealFftPlanner::new()),
            reading: Reading::silence(),
            steps: [[0.0; 3]; STEPS],
            at: 0,
            sums: [0.0; 3],
            frames: 0,
            step: rate as usize / 100,
            fade: (FADE * rate as f32) as usize,
            last: [0.0; 2],
            since_cut: 0,
        })
    }

    /// Takes the next frames that will be heard.
    pub fn add(&mut self, frames: &mut [[f32; 2]]) {
        self.fade_in(frames);
        self.loudness.add(frames.as_flattened());
        for frame in frames.iter() {
            let values = [frame[0] * frame[0], frame[1] * frame[1], frame[0] * frame[1]];
            self.sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
            for (peak, sample) in self.reading.peak.iter_mut().zip(frame) {
                peak.0 = peak.0.max(Db::from_amplitude(*sample).0);
            }
            self.frames += 1;
            if self.frames == self.step {
                self.turn();
            }
        }
        if self.spectrum.add(frames) {
            self.reading.spectrum.copy_from_slice(self.spectrum.bands());
        }
        self.last = frames.last().copied().unwrap_or(self.last);
    }

    /// The sound was cut off and goes on elsewhere: it falls silent and comes again as it does on the device, or the
    /// jump would be measured as a peak that nobody heard.
    pub fn cut(&mut self) {
        let tail = (0..self.fade).map(|index| {
            let gain = 1.0 - (index + 1) as f32 / self.fade as f32;
            self.last.map(|sample| sample * gain)
        });
        let tail: Vec<[f32; 2]> = tail.collect();
        self.loudness.add(tail.as_flattened());
        (self.last, self.since_cut) = ([0.0; 2], 0);
    }

    fn fade_in(&mut self, frames: &mut [[f32; 2]]) {
        for frame in frames.iter_mut().take(self.fade.saturating_sub(self.since_cut)) {
            self.since_cut += 1;
            let gain = self.since_cut as f32 / self.fade as f32;
            *frame = frame.map(|sample| sample * gain);
        }
    }

    /// A step is full.
    fn turn(&mut self) {
        self.steps[self.at % STEPS] = self.sums.map(|sum| sum / self.step as f32);
        self.at += 1;
        (self.sums, self.frames) = ([0.0; 3], 0);
        let mean = |kind: usize| self.steps.iter().map(|step| step[kind]).sum::<f32>() / STEPS as f32;
        let [left, right, both] = [0, 1, 2].map(mean);
        let reading = &mut self.reading;
        reading.rms = [left, right].map(|square| Db::from_amplitude(square.sqrt()));
        let energy = (left * right).sqrt();
        reading.correlation = if energy > 1e-12 { (both / energy).clamp(-1.0, 1.0) } else { 0.0 };
        reading.momentary = self.loudness.momentary().map_or(SILENCE, |loudness| loudness.0);
        reading.short_term = self.loudness.short_term().map_or(SILENCE, |loudness| loudness.0);
        if self.at.is_multiple_of(SLOW_STEPS) {
            self.conclude();
        }
    }

    fn conclude(&mut self) {
        self.reading.integrated = self.loudness.integrated().map(|loudness| loudness.0);
        self.reading.range = self.loudness.range().map(|range| range.0);
        self.reading.true_peak = Db(self.loudness.true_peak().map_or(SILENCE, |peak| peak.0.max(SILENCE)));
    }

    /// Returns what the meters show now; peaks begin anew.
    pub fn read(&mut self) -> Reading {
        let reading = self.reading.clone();
        self.reading.peak = [Db(SILENCE); 2];
        reading
    }

    /// Begins integrated loudness, range and true peak anew.
    pub fn restart(&mut self) {
        self.loudness.restart();
        self.conclude();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 44_100;

    fn sine(hertz: f32, seconds: f32, sides: [f32; 2]) -> Vec<[f32; 2]> {
        (0..(seconds * RATE as f32) as usize)
            .map(|n| {
                let turns = (f64::from(hertz) * n as f64 / f64::from(RATE)).fract();
                sides.map(|gain| gain * (std::f64::consts::TAU * turns).sin() as f32)
            })
            .collect()
    }

    fn reading(frames: Vec<[f32; 2]>) -> Reading {
        let mut meters = Meters::new(RATE).unwrap();
        frames.chunks(441).for_each(|part| meters.add(&mut part.to_vec()));
        meters.read()
    }

    #[test]
    fn a_full_scale_sine_at_one_kilohertz_measures_as_the_standard_says() {
        // BS.1770-4: a 997 Hz sine at 0 dBFS on one side reads −3.01 LUFS, on both sides 0 LUFS.
        let shown = reading(sine(997.0, 4.0, [1.0; 2]));
        assert!(shown.momentary.abs() < 0.1 && shown.short_term.abs() < 0.1, "{shown:?}");
        assert!(shown.integrated.unwrap().abs() < 0.1 && shown.range.unwrap() < 0.1);
        assert!((shown.rms[0].0 + 3.01).abs() < 0.05 && shown.peak[1].0.abs() < 0.01);
        assert!(shown.true_peak.0.abs() < 0.05, "{:?}", shown.true_peak);
        let one_side = reading(sine(997.0, 4.0, [1.0, 0.0]));
        assert!((one_side.momentary + 3.01).abs() < 0.1);
    }

    #[test]
    fn correlation_tells_mono_from_wide_and_from_out_of_phase() {
        assert!(reading(sine(440.0, 1.0, [0.5; 2])).correlation > 0.999);
        assert!(reading(sine(440.0, 1.0, [0.5, -0.2])).correlation < -0.999);
        let mut wide = sine(440.0, 1.0, [0.5; 2]);
        wide.iter_mut().zip(sine(555.0, 1.0, [0.5; 2])).for_each(|(frame, other)| frame[1] = other[1]);
        assert!(reading(wide).correlation.abs() < 0.1);
        assert_eq!(reading(vec![[0.0; 2]; 44_100]).correlation, 0.0);
    }

    #[test]
    fn the_spectrum_shows_a_tone_where_it_is_and_as_loud_as_it_is() {
        for (hertz, level) in [(100.0f32, 1.0), (1_000.0, 0.1), (12_000.0, 0.5)] {
            let bands = reading(sine(hertz, 1.0, [level; 2])).spectrum;
            assert_eq!(bands.len(), 48);
            let highest = bands.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
            let expected = ((hertz / 20.0).ln() / 1_000f32.ln() * 48.0) as usize;
            assert!(highest.0.abs_diff(expected) <= 1, "{hertz} Hz in band {}", highest.0);
            assert!((highest.1 - 20.0 * level.log10()).abs() < 1.6, "{hertz} Hz: {} dB", highest.1);
            assert!(bands[47 - 40 * usize::from(expected > 24)] < -60.0);
        }
    }

    #[test]
    fn a_cut_is_no_peak_and_a_restart_forgets_the_highest() {
        let mut meters = Meters::new(RATE).unwrap();
        let mut loud = sine(50.0, 0.505, [0.5; 2]);
        meters.add(&mut loud);
        meters.cut();
        meters.add(&mut sine(50.0, 0.6, [-0.5; 2])[4_700..].to_vec());
        assert!(meters.read().true_peak.0 < -5.9, "{:?}", meters.reading.true_peak);
        meters.restart();
        assert_eq!((meters.read().true_peak, meters.read().integrated), (Db(-120.0), None));
    }
}
