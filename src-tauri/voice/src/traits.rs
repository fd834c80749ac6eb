//! What makes a voice beside its words, as far as a conversion can change it: how high it is, how far it moves, where its
//! formants are, how fast it speaks.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;
use son1k_domain::unit::Hertz;

/// Rate of the sound that is studied, in hertz.
pub const RATE: u32 = 16_000;

/// Samples of a frame of the long-term spectrum: 32 ms.
const FRAME: usize = 512;
/// Samples between two frames, and between two values of the level: 10 ms.
const HOP: usize = 160;
/// Partials are smoothed away over so many hertz each way: no speaking voice has them farther apart.
const SMOOTHED: f32 = 300.0;
/// Where formants are looked for: from below the first of a man to above the third of a child (G. Peterson & H. Barney, "Control
/// methods used in a study of the vowels", 1952), and in which steps, in semitones.
const LOWEST: f32 = 300.0;
const HIGHEST: f32 = 4_800.0;
const STEP: f32 = 0.25;
/// Formants of grown voices differ by less than this, in semitones.
const FARTHEST: f32 = 5.0;
/// A syllable is a peak of the level with such a valley on each side, in decibels, at most so far below the loudest (N. de Jong &
/// T. Wempe, "Praat script to detect syllable nuclei", 2009).
const VALLEY: f32 = 2.0;
const AUDIBLE: f32 = 25.0;
/// Values of the level that are taken together: 70 ms.
const TOGETHER: usize = 7;

/// The traits of a voice.
#[derive(Debug, Clone, PartialEq)]
pub struct Traits {
    /// The median of its pitch.
    pub middle: Hertz,
    /// From the tenth to the ninetieth percentile of its pitch, in semitones.
    pub span: f32,
    /// Syllables a second, while it speaks.
    pub pace: f32,
    /// Levels over frequency in steps of [`STEP`], without the tilt of the microphone.
    formants: Vec<f32>,
}

impl Traits {
    /// Returns by how many semitones the formants of another voice are higher: the shift at which both long-term spectra
    /// agree best, ±5 at most. Right within a semitone, whatever their pitches are.
    pub fn formants_to(&self, other: &Self) -> f32 {
        let most = (FARTHEST / STEP) as isize;
        let best = (-most..=most).max_by(|&a, &b| {
            let likeness = |shift| agreement(&self.formants, &other.formants, shift);
            likeness(a).total_cmp(&likeness(b))
        });
        best.unwrap_or(0) as f32 * STEP
    }

    /// Returns by how many semitones another voice is higher.
    pub fn pitch_to(&self, other: &Self) -> f32 {
        12.0 * (other.middle.0 / self.middle.0).log2()
    }
}

/// Listens to recordings of one voice.
pub struct Study {
    planner: RealFftPlanner<f32>,
    hertz: Vec<f32>,
    power: Vec<f64>,
    syllables: usize,
    samples: usize,
}

impl Default for Study {
    fn default() -> Self {
        let (hertz, power) = (Vec::new(), vec![0.0; FRAME / 2 + 1]);
        Self { planner: RealFftPlanner::new(), hertz, power, syllables: 0, samples: 0 }
    }
}

impl Study {
    /// Takes a recording at [`RATE`] that is speech without long pauses. `hertz` is its pitch every `hop` samples, 0 where there
    /// is none.
    pub fn add(&mut self, speech: &[f32], hertz: &[f32], hop: usize) {
        self.hertz.extend(hertz.iter().filter(|hertz| **hertz > 0.0));
        self.samples += speech.len();
        let voiced = |sample: usize| hertz.get(sample / hop.max(1)).is_some_and(|hertz| *hertz > 0.0);
        self.syllables += syllables(&levels(speech), |place| voiced(place * HOP));
        self.hear(speech, voiced);
    }

    /// Adds the spectra of voiced frames, each with the same weight.
    fn hear(&mut self, speech: &[f32], voiced: impl Fn(usize) -> bool) {
        let forward = self.planner.plan_fft_forward(FRAME);
        let (mut time, mut bins) = (forward.make_input_vec(), forward.make_output_vec());
        let turn = 2.0 * std::f32::consts::PI / FRAME as f32;
        for (number, frame) in speech.windows(FRAME).step_by(HOP).enumerate() {
            if !voiced(number * HOP + FRAME / 2) {
                continue;
            }
            for (n, (place, sample)) in time.iter_mut().zip(frame).enumerate() {
                *place = sample * (0.5 - 0.5 * (turn * n as f32).cos());
            }
            // Fails only for buffers of a wrong length, and these were made by the transform itself.
            if forward.process(&mut time, &mut bins).is_ok() {
                let sum: f32 = bins.iter().map(Complex::norm_sqr).sum();
                let weighed = bins.iter().map(|bin| f64::from(bin.norm_sqr() / sum.max(1e-12)));
                self.power.iter_mut().zip(weighed).for_each(|(power, new)| *power += new);
            }
        }
    }

    /// Returns the traits; `None` when less than half a second had a pitch.
    pub fn traits(mut self) -> Option<Traits> {
        const LEAST: usize = 30;
        if self.hertz.len() < LEAST || self.samples == 0 {
            return None;
        }
        self.hertz.sort_by(f32::total_cmp);
        let at = |part: f32| self.hertz[((self.hertz.len() - 1) as f32 * part) as usize];
        Some(Traits {
            middle: Hertz(at(0.5)),
            span: 12.0 * (at(0.9) / at(0.1)).log2(),
            pace: self.syllables as f32 * RATE as f32 / self.samples as f32,
            formants: formants(&self.power),
        })
    }
}

/// Returns the level every [`HOP`] samples in decibels, smoothed.
fn levels(speech: &[f32]) -> Vec<f32> {
    let power = |hop: &[f32]| hop.iter().map(|sample| sample * sample).sum::<f32>() / hop.len() as f32;
    let raw: Vec<f32> = speech.chunks(HOP).map(power).collect();
    let mean = |place: usize| {
        let around = &raw[place.saturating_sub(TOGETHER / 2)..(place + TOGETHER / 2 + 1).min(raw.len())];
        around.iter().sum::<f32>() / around.len() as f32
    };
    (0..raw.len()).map(|place| 10.0 * mean(place).max(1e-12).log10()).collect()
}

/// Counts the peaks that are voiced, loud enough and parted by valleys.
fn syllables(levels: &[f32], voiced: impl Fn(usize) -> bool) -> usize {
    let loudest = levels.iter().copied().fold(f32::MIN, f32::max);
    let (mut count, mut valley) = (0, f32::MIN);
    let mut peak: Option<(usize, f32)> = None;
    let counts = |(place, level): (usize, f32)| voiced(place) && level > loudest - AUDIBLE;
    for (place, &level) in levels.iter().enumerate() {
        match peak {
            // Down from a peak far enough: it was a syllable.
            Some(top) if level < top.1 - VALLEY => {
                count += usize::from(counts(top));
                (peak, valley) = (None, level);
            }
            Some(top) if level > top.1 => peak = Some((place, level)),
            Some(_) => {}
            None if level > valley + VALLEY => peak = Some((place, level)),
            None => valley = valley.min(level),
        }
    }
    count + usize::from(peak.is_some_and(counts))
}

/// Returns the smoothed levels over a scale of semitones, without their mean and tilt.
fn formants(power: &[f64]) -> Vec<f32> {
    let hertz_of_bin = RATE as f32 / FRAME as f32;
    let reach = (SMOOTHED / hertz_of_bin) as isize;
    let smooth = |bin: usize| {
        let (mut sum, mut weights) = (0.0, 0.0);
        for away in -reach..=reach {
            let weight = 1.0 - away.unsigned_abs() as f64 / (reach + 1) as f64;
            if let Some(power) = bin.checked_add_signed(away).and_then(|bin| power.get(bin)) {
                sum += weight * power;
                weights += weight;
            }
        }
        10.0 * (sum / weights + 1e-9).log10() as f32
    };
    let levels: Vec<f32> = (0..power.len()).map(smooth).collect();
    let steps = (12.0 * (HIGHEST / LOWEST).log2() / STEP) as usize;
    let level = |step: usize| {
        let bin = LOWEST * (step as f32 * STEP / 12.0).exp2() / hertz_of_bin;
        let next = levels[(bin as usize + 1).min(levels.len() - 1)];
        levels[bin as usize] + bin.fract() * (next - levels[bin as usize])
    };
    untilted((0..=steps).map(level).collect())
}

/// Takes mean and tilt out of levels (least squares).
fn untilted(mut levels: Vec<f32>) -> Vec<f32> {
    let count = levels.len() as f32;
    let middle = (count - 1.0) / 2.0;
    let mean = levels.iter().sum::<f32>() / count;
    let (mut product, mut square) = (0.0, 0.0);
    for (place, level) in levels.iter().enumerate() {
        product += (place as f32 - middle) * (level - mean);
        square += (place as f32 - middle).powi(2);
    }
    let tilt = product / square;
    for (place, level) in levels.iter_mut().enumerate() {
        *level -= mean + tilt * (place as f32 - middle);
    }
    levels
}

/// Returns how well levels agree with others that lie `shift` steps higher (Pearson's correlation).
fn agreement(low: &[f32], high: &[f32], shift: isize) -> f32 {
    let (low, high) = match shift {
        0.. => (low, high.get(shift as usize..).unwrap_or_default()),
        _ => (low.get(shift.unsigned_abs()..).unwrap_or_default(), high),
    };
    let count = low.len().min(high.len());
    let (low, high) = (&low[..count], &high[..count]);
    let mean = |values: &[f32]| values.iter().sum::<f32>() / count.max(1) as f32;
    let (low_mean, high_mean) = (mean(low), mean(high));
    let (mut both, mut lows, mut highs) = (0.0, 0.0, 0.0);
    for (low, high) in low.iter().zip(high) {
        let (low, high) = (low - low_mean, high - high_mean);
        both += low * high;
        lows += low * low;
        highs += high * high;
    }
    both / (lows * highs).sqrt().max(1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a vowel: pulses through resonances, in syllables of so many a second.
    fn vowel(hertz: f32, formants: [f32; 4], syllables: f32, seconds: usize) -> Vec<f32> {
        let mut sound: Vec<f32> = vec![0.0; seconds * RATE as usize];
        let mut place = 0.0;
        while (place as usize) < sound.len() {
            sound[place as usize] = 1.0;
            place += RATE as f32 / hertz;
        }
        for formant in formants {
            let turn = 2.0 * std::f32::consts::PI / RATE as f32;
            let radius = (-0.5 * turn * 90.0).exp();
            let (a, b) = (2.0 * radius * (turn * formant).cos(), -radius * radius);
            let (mut last, mut before) = (0.0, 0.0);
            for sample in &mut sound {
                let next = *sample + a * last + b * before;
                (before, last) = (last, next);
                *sample = next;
            }
        }
        let turn = 2.0 * std::f32::consts::PI * syllables / RATE as f32;
        let open = |n: usize| 0.52 - 0.48 * (turn * n as f32).cos();
        sound.iter().enumerate().map(|(n, sample)| sample * open(n)).collect()
    }

    fn traits_of(hertz: f32, higher: f32, syllables: f32) -> Traits {
        let scale = (higher / 12.0).exp2();
        let speech =
            vowel(hertz, [600.0, 1_200.0, 2_500.0, 3_400.0].map(|formant| formant * scale), syllables, 4);
        let mut study = Study::default();
        study.add(&speech, &vec![hertz; speech.len() / 256], 256);
        study.traits().unwrap()
    }

    #[test]
    fn a_higher_voice_is_heard_by_its_pitch_and_by_its_formants_apart() {
        let man = traits_of(110.0, 0.0, 4.0);
        for higher in [-2.0_f32, 1.0, 3.0] {
            let other = traits_of(110.0 * (10.0_f32 / 12.0).exp2(), higher, 4.0);
            assert!((man.pitch_to(&other) - 10.0).abs() < 0.01);
            let heard = man.formants_to(&other);
            assert!((heard - higher).abs() <= 1.0, "{higher}: {heard}");
        }
        assert_eq!(man.formants_to(&man), 0.0);
    }

    #[test]
    fn syllables_are_counted() {
        for pace in [2.5, 4.0, 6.0] {
            let heard = traits_of(140.0, 0.0, pace).pace;
            assert!((heard - pace).abs() < 0.4, "{pace}: {heard}");
        }
    }

    #[test]
    fn the_span_leaves_out_what_is_rare() {
        let mut study = Study::default();
        let hertz: Vec<f32> =
            (0..200).map(|n| if n < 4 { 900.0 } else { 100.0 + (n % 100) as f32 }).collect();
        study.add(&vec![0.1; 200 * 256], &hertz, 256);
        let traits = study.traits().unwrap();
        assert!((traits.middle.0 - 150.0).abs() < 3.0);
        assert!((traits.span - 12.0 * (190.0_f32 / 110.0).log2()).abs() < 0.5, "{}", traits.span);
    }

    #[test]
    fn what_has_no_pitch_has_no_traits() {
        let mut study = Study::default();
        study.add(&[0.0; 16_000], &[0.0; 62], 256);
        assert_eq!(study.traits(), None);
        assert_eq!(Study::default().traits(), None);
    }
}
