//! A voice by source and filter (D. Klatt, "Software for a cascade/parallel formant synthesizer", 1980), and ears for it.

use std::f64::consts::PI;
use std::sync::atomic::AtomicBool;

use son1k_domain::conversion::Conversion;
use son1k_domain::unit::Seconds;

use crate::noise::Noise;
use crate::{Progress, Track, convert};

/// Formants of an open vowel and their widths, in Hz.
pub const VOWEL: [(f64, f64); 4] = [(700.0, 80.0), (1_220.0, 90.0), (2_600.0, 130.0), (3_500.0, 200.0)];

/// A voice with the truth about it.
pub struct Take {
    pub rate: u32,
    pub sound: Vec<f32>,
    pub track: Track,
}

/// A resonator with a gain of 1 at 0 Hz.
struct Resonator {
    a: f64,
    b: f64,
    c: f64,
    last: [f64; 2],
}

impl Resonator {
    fn new(rate: f64, (hertz, width): (f64, f64)) -> Self {
        let c = -(-2.0 * PI * width / rate).exp();
        let b = 2.0 * (-PI * width / rate).exp() * (2.0 * PI * hertz / rate).cos();
        Self { a: 1.0 - b - c, b, c, last: [0.0; 2] }
    }

    fn tick(&mut self, x: f64) -> f64 {
        let y = self.a * x + self.b * self.last[0] + self.c * self.last[1];
        self.last = [y, self.last[0]];
        y
    }
}

/// Returns the change of the glottal flow: open, closing ever faster, shut.
fn glottis(phase: f64) -> f64 {
    const OPEN: f64 = 0.6;
    if phase >= OPEN {
        return 0.0;
    }
    let t = phase / OPEN;
    2.0 * t - 3.0 * t * t
}

/// Sings a vowel on a melody given in Hz by time; 0 is a hiss.
pub fn sing(rate: u32, seconds: f64, melody: impl Fn(f64) -> f64) -> Take {
    let fs = f64::from(rate);
    let mut vowel = VOWEL.map(|formant| Resonator::new(fs, formant));
    let mut hiss = Resonator::new(fs, (4_500.0, 1_500.0));
    let mut noise = Noise::new(7);
    let (mut phase, mut voice) = (0.0, 0.0);
    let count = (seconds * fs) as usize;
    let mut sound = Vec::with_capacity(count);
    for n in 0..count {
        let hertz = melody(n as f64 / fs);
        let goal = if hertz > 0.0 { 1.0 } else { 0.0 };
        voice += (goal - voice) * 400.0 / fs;
        // Between samples too: a glottis that could only shut on one would tremble by half a sample.
        let mut flow = 0.0;
        for _ in 0..16 {
            phase = (phase + hertz / fs / 16.0).fract();
            flow += if hertz > 0.0 { glottis(phase) / 16.0 } else { 0.0 };
        }
        let source = flow * voice + 0.003 * f64::from(noise.even());
        let vowel = vowel.iter_mut().fold(source, |x, formant| formant.tick(x));
        sound.push((0.4 * vowel + (1.0 - voice) * 0.03 * hiss.tick(f64::from(noise.even()))) as f32);
    }
    let hop = 0.01;
    let hertz = (0..(seconds / hop) as usize + 1).map(|n| melody(n as f64 * hop) as f32).collect();
    Take { rate, sound, track: Track { hop: Seconds(hop), hertz } }
}

/// A tone with vibrato, in Hz: 5.5 Hz and `cents` each way.
pub fn vibrato(hertz: f64, cents: f64) -> impl Fn(f64) -> f64 {
    move |t| hertz * (cents / 1_200.0 * (2.0 * PI * 5.5 * t).sin()).exp2()
}

/// Words: vowels on a falling melody between hisses.
pub fn words(t: f64) -> f64 {
    if t % 0.5 < 0.12 { 0.0 } else { vibrato(130.0, 30.0)(t) * (1.1 - 0.4 * (t % 0.5)) }
}

impl Take {
    pub fn converted(&self, conversion: &Conversion) -> Vec<f32> {
        let progress = Progress { report: &|_| (), cancelled: &AtomicBool::new(false) };
        convert(&self.sound, self.rate, &self.track, conversion, &progress).unwrap()
    }
}

/// Returns the part without its ends, where things begin and end.
pub fn inner(sound: &[f32], rate: u32) -> &[f32] {
    let edge = rate as usize / 5;
    &sound[edge..sound.len() - edge]
}

/// Returns how alike a window is to itself one lag on, −1 to 1.
fn likeness(sound: &[f32], lag: usize, width: usize) -> f64 {
    let (a, b) = (&sound[..width], &sound[lag..lag + width]);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (&a, &b) in a.iter().zip(b) {
        let (a, b) = (f64::from(a), f64::from(b));
        (ab, aa, bb) = (ab + a * b, aa + a * a, bb + b * b);
    }
    ab / (aa * bb).sqrt().max(1e-12)
}

/// Returns the lag near `around` at which a window is most like itself, finer than a sample.
fn best_lag(sound: &[f32], around: f64, reach: f64, width: usize) -> f64 {
    let (from, to) = ((around * (1.0 - reach)) as usize, (around * (1.0 + reach)) as usize + 1);
    let scores: Vec<f64> = (from - 1..=to + 1).map(|lag| likeness(sound, lag, width)).collect();
    let best = (1..scores.len() - 1).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap();
    let (l, m, r) = (scores[best - 1], scores[best], scores[best + 1]);
    (from - 1 + best) as f64 + 0.5 * (l - r) / (l - 2.0 * m + r)
}

/// Returns the pitch in Hz each 10 ms, which must be within three semitones of `about`.
pub fn pitches(sound: &[f32], rate: u32, about: f64) -> Vec<f64> {
    let period = f64::from(rate) / about;
    let width = (2.0 * period) as usize;
    let needed = width + (2.6 * period) as usize + 4;
    let hop = rate as usize / 100;
    let starts = (0..sound.len().saturating_sub(needed)).step_by(hop);
    starts
        .map(|start| {
            let window = &sound[start..start + needed];
            let one = best_lag(window, period, 0.19, width);
            // Over two periods, an error of the lag counts half.
            f64::from(rate) / (best_lag(window, 2.0 * one, 0.02, width) / 2.0)
        })
        .collect()
}

pub fn cents(hertz: f64, reference: f64) -> f64 {
    1_200.0 * (hertz / reference).log2()
}

pub fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.into_iter().collect();
    values.iter().sum::<f64>() / values.len() as f64
}

pub fn rms(sound: &[f32]) -> f64 {
    mean(sound.iter().map(|&x| f64::from(x * x))).sqrt()
}

pub fn decibels(ratio: f64) -> f64 {
    20.0 * ratio.log10()
}

/// Returns the strongest likeness to itself 2.5 to 12 ms on, beyond what formants alone give; mean over windows.
pub fn periodicity(sound: &[f32], rate: u32) -> f64 {
    let (from, to) = (rate as usize / 400, rate as usize * 12 / 1_000);
    let width = rate as usize / 25;
    let starts = (0..sound.len() - width - to).step_by(width);
    mean(starts.map(|start| (from..to).map(|lag| likeness(&sound[start..], lag, width)).fold(0.0, f64::max)))
}

/// Returns the power at a frequency (G. Goertzel, 1958), with a Hann window.
pub fn power_at(sound: &[f32], rate: u32, hertz: f64) -> f64 {
    let w = 2.0 * PI * hertz / f64::from(rate);
    let (mut re, mut im) = (0.0, 0.0);
    for (n, &x) in sound.iter().enumerate() {
        let window = 0.5 - 0.5 * (2.0 * PI * n as f64 / sound.len() as f64).cos();
        re += f64::from(x) * window * (w * n as f64).cos();
        im += f64::from(x) * window * (w * n as f64).sin();
    }
    (re * re + im * im) / (sound.len() as f64).powi(2)
}

/// Returns the power between two frequencies, from the mean of short spectra.
pub fn power_between(sound: &[f32], rate: u32, from: f64, to: f64) -> f64 {
    let width = 512;
    let bin = f64::from(rate) / width as f64;
    let bins = (from / bin).ceil() as usize..(to / bin) as usize;
    sound
        .chunks_exact(width)
        .map(|part| bins.clone().map(|k| power_at(part, rate, k as f64 * bin)).sum::<f64>())
        .sum()
}

/// Returns the first three formants in Hz: the peaks of linear prediction (J. Makhoul, 1975) over the whole sound, so that
/// the partials of a voice with vibrato have no say.
pub fn formants(sound: &[f32], rate: u32) -> [f64; 3] {
    let order = rate as usize / 1_000 + 2;
    let lifted: Vec<f64> = sound.windows(2).map(|x| f64::from(x[1]) - 0.9 * f64::from(x[0])).collect();
    let mut r = vec![0.0; order + 1];
    for frame in lifted.chunks_exact(rate as usize / 25) {
        let n = frame.len() as f64;
        let frame: Vec<f64> = frame
            .iter()
            .enumerate()
            .map(|(k, x)| x * (0.54 - 0.46 * (2.0 * PI * k as f64 / n).cos()))
            .collect();
        for (lag, r) in r.iter_mut().enumerate() {
            *r += frame.iter().zip(&frame[lag..]).map(|(a, b)| a * b).sum::<f64>();
        }
    }
    let a = levinson(&r);
    let level = |hertz: f64| {
        let w = 2.0 * PI * hertz / f64::from(rate);
        let re: f64 = a.iter().enumerate().map(|(k, a)| a * (w * k as f64).cos()).sum();
        let im: f64 = a.iter().enumerate().map(|(k, a)| a * (w * k as f64).sin()).sum();
        1.0 / (re * re + im * im)
    };
    let levels: Vec<f64> = (0..(rate as usize / 2 - 300) / 5).map(|n| level(n as f64 * 5.0)).collect();
    let peaks = (40..levels.len() - 1)
        .filter(|&n| levels[n] > levels[n - 1] && levels[n] >= levels[n + 1])
        .map(|n| n as f64 * 5.0);
    let mut found = peaks.chain([0.0; 3]);
    std::array::from_fn(|_| found.next().unwrap())
}

/// Returns the predictor of an autocorrelation.
fn levinson(r: &[f64]) -> Vec<f64> {
    let mut a = vec![1.0];
    let mut error = r[0] * (1.0 + 1e-9);
    for k in 1..r.len() {
        let acc: f64 = a.iter().enumerate().map(|(i, a)| a * r[k - i]).sum();
        let reflection = -acc / error;
        a.push(0.0);
        let last = a.clone();
        for i in 1..=k {
            a[i] += reflection * last[k - i];
        }
        error *= 1.0 - reflection * reflection;
    }
    a
}

/// Returns the largest bend: the most that a sample differs from the line through its neighbours.
pub fn bend(sound: &[f32]) -> f32 {
    sound.windows(3).map(|x| (x[0] - 2.0 * x[1] + x[2]).abs()).fold(0.0, f32::max)
}
