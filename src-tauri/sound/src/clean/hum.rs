//! The hum of the mains: found, measured to a few hundredths of a hertz, and filtered out by notches so narrow that music
//! beside them stays.
//!
//! Hum is a line that never stops. The power of each frequency is taken every two seconds over windows of four, and of
//! all these the quiet third counts: what plays now and then falls out of it, hum stays in. After M. Brandt and
//! J. Bitzer, "Automatic detection of hum in audio signals", J. Audio Eng. Soc. 62(9), 2014.

mod filter;

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use son1k_domain::cleaning::Hum;

use crate::encode::Spec;
use crate::error::Result;
use crate::resample::Resampler;

pub use filter::HumFilter;

/// Hum is looked for at this rate, with harmonics up to this frequency.
const RATE: u32 = 4_000;
const HIGHEST: f64 = 1_500.0;
/// Samples of a window (4 s), and from one to the next.
const WINDOW: usize = 16_000;
const HOP: usize = WINDOW / 2;
/// Frequencies in a hertz.
const PER_HZ: f64 = (WINDOW as u32 / RATE) as f64;
/// Frequencies that are kept of a window.
const KEPT: usize = (HIGHEST as usize + 20) * (WINDOW / RATE as usize);
/// Windows that are kept: a longer sound is looked at less often.
const MOST_WINDOWS: usize = 600;
/// Of the powers of a frequency in order, the one that counts.
const QUIET: f64 = 0.3;
/// How far the mains may be off, in hertz; grids keep to a tenth of it.
const OFF: f64 = 0.5;
/// How far a line stands out of what lies beside it, in dB: to be the mains, to tell their frequency, and to be filtered
/// when it lies where a harmonic must.
const STANDS_OUT: f32 = 15.0;
const CLEAR: f32 = 10.0;
const HARMONIC: f32 = 5.0;
/// How far a harmonic may lie from its place, in hertz.
const SLACK: f64 = 0.15;
/// Harmonics that may show the mains when others are stronger: rectifiers hum at twice the mains.
const LEADERS: u32 = 4;
/// Lines that are fainter than this are not heard (sine, dBFS).
const FAINT: f32 = -96.0;

/// The mains as they are heard in a sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Mains {
    /// In hertz.
    pub frequency: f64,
    /// The lines to be taken out, in hertz, ascending.
    pub lines: Vec<f64>,
}

/// Looks for hum while sound goes by.
pub struct HumSearch {
    resampler: Resampler,
    channels: usize,
    wanted: Hum,
    transform: Arc<dyn RealToComplex<f32>>,
    /// Interleaved, at [`RATE`].
    waiting: Vec<f32>,
    /// The power of each frequency, window by window; 1 is a sine at full scale.
    windows: Vec<Vec<f32>>,
    /// Every so many windows one is kept.
    stride: usize,
    seen: usize,
}

impl HumSearch {
    /// Prepares for sound of this rate and these channels.
    ///
    /// # Errors
    /// [`crate::Error::Resample`] for a rate or channels of 0.
    pub fn new(spec: Spec, wanted: Hum) -> Result<Self> {
        Ok(Self {
            resampler: Resampler::new(spec.rate, RATE, usize::from(spec.channels))?,
            channels: usize::from(spec.channels),
            wanted,
            transform: RealFftPlanner::new().plan_fft_forward(WINDOW),
            waiting: Vec::new(),
            windows: Vec::new(),
            stride: 1,
            seen: 0,
        })
    }

    /// Takes whole frames.
    ///
    /// # Errors
    /// [`crate::Error::Resample`].
    pub fn push(&mut self, samples: &[f32]) -> Result<()> {
        self.resampler.push(samples, &mut self.waiting)?;
        self.listen();
        Ok(())
    }

    /// Returns the mains that are heard in all that went by; `None` when none are, or when it is shorter than a window.
    ///
    /// # Errors
    /// [`crate::Error::Resample`].
    pub fn finish(mut self) -> Result<Option<Mains>> {
        self.resampler.finish(&mut self.waiting)?;
        self.listen();
        let Some(floor) = quiet_part(&self.windows) else { return Ok(None) };
        let grids: &[f64] = match self.wanted {
            Hum::Heard => &[50.0, 60.0],
            Hum::Hz50 => &[50.0],
            Hum::Hz60 => &[60.0],
        };
        let heard = grids.iter().filter_map(|grid| mains(&floor, *grid));
        Ok(heard.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(mains, _)| mains))
    }

    fn listen(&mut self) {
        let (window, hop) = (WINDOW * self.channels, HOP * self.channels);
        let mut done = 0;
        while self.waiting.len() - done >= window {
            if self.seen.is_multiple_of(self.stride) {
                let powers = self.powers(&self.waiting[done..done + window]);
                self.windows.push(powers);
            }
            self.seen += 1;
            done += hop;
            if self.windows.len() > MOST_WINDOWS {
                let mut number = 0;
                self.windows.retain(|_| {
                    number += 1;
                    number % 2 == 1
                });
                self.stride *= 2;
            }
        }
        self.waiting.drain(..done);
    }

    /// Returns the power of each frequency, of the channel that has most of it.
    fn powers(&self, interleaved: &[f32]) -> Vec<f32> {
        let mut powers = vec![0.0f32; KEPT];
        let mut spectrum = vec![Complex::default(); WINDOW / 2 + 1];
        for channel in 0..self.channels {
            let samples = interleaved.iter().skip(channel).step_by(self.channels);
            let mut windowed: Vec<f32> =
                samples.enumerate().map(|(at, sample)| sample * hann(at) as f32).collect();
            if self.transform.process(&mut windowed, &mut spectrum).is_ok() {
                for (power, bin) in powers.iter_mut().zip(&spectrum) {
                    *power = power.max(bin.norm_sqr() * (16.0 / (WINDOW as f32 * WINDOW as f32)));
                }
            }
        }
        powers
    }
}

/// Four times the mean of its samples is the amplitude of a sine.
fn hann(at: usize) -> f64 {
    0.5 - 0.5 * (std::f64::consts::TAU * at as f64 / WINDOW as f64).cos()
}

/// Returns the power of each frequency in the quiet part of all windows, in dB.
fn quiet_part(windows: &[Vec<f32>]) -> Option<Vec<f32>> {
    let place = ((windows.len().max(1) - 1) as f64 * QUIET) as usize;
    let mut column = Vec::with_capacity(windows.len());
    let mut power = |frequency: usize| {
        column.clear();
        column.extend(windows.iter().map(|window| window[frequency]));
        let power = *column.select_nth_unstable_by(place, f32::total_cmp).1;
        10.0 * power.max(1e-16).log10()
    };
    (!windows.is_empty()).then(|| (0..KEPT).map(&mut power).collect())
}

/// A line of a spectrum.
#[derive(Debug, Clone, Copy)]
struct Line {
    hertz: f64,
    /// How far it stands out, in dB.
    out: f32,
}

/// Returns the mains of a grid, and how clearly they are heard.
fn mains(floor: &[f32], grid: f64) -> Option<(Mains, f32)> {
    let leader = (1..=LEADERS).filter_map(|number| {
        let number = f64::from(number);
        let line = line(floor, grid * number, OFF * number)?;
        (line.out >= STANDS_OUT).then_some((line.hertz / number, number, line.out))
    });
    let (mut frequency, leader, _) = leader.max_by(|a, b| a.2.total_cmp(&b.2))?;
    let harmonics = || (1..).map(f64::from);
    // The higher the harmonics, the finer they tell the frequency: a line through all of them that are clear.
    let (mut product, mut square, mut clear) = (0.0, 0.0, 0.0);
    for number in harmonics() {
        if frequency * number > HIGHEST {
            break;
        }
        let slack = SLACK * (1.0 + number / leader);
        if let Some(line) = line(floor, frequency * number, slack).filter(|line| line.out >= CLEAR) {
            product += line.hertz * number;
            square += number * number;
            clear += line.out;
            frequency = product / square;
        }
    }
    let lines: Vec<f64> = harmonics()
        .map(|number| frequency * number)
        .take_while(|hertz| *hertz <= HIGHEST)
        .filter(|hertz| line(floor, *hertz, SLACK).is_some_and(|line| line.out >= HARMONIC))
        .collect();
    // One steady line above the mains themselves may be a drone.
    let enough = lines.len() > 1 || leader == 1.0;
    (enough && !lines.is_empty()).then_some((Mains { frequency, lines }, clear))
}

/// Returns the strongest line near a frequency, when there is one that can be heard.
fn line(floor: &[f32], around: f64, slack: f64) -> Option<Line> {
    let bin = |hertz: f64| (hertz * PER_HZ).round() as usize;
    let (low, high) = (bin(around - slack), bin(around + slack));
    let peak = (low..=high.min(floor.len().saturating_sub(2)))
        .filter(|at| *at > 0 && floor[*at] >= floor[at - 1] && floor[*at] >= floor[at + 1])
        .max_by(|a, b| floor[*a].total_cmp(&floor[*b]))?;
    if floor[peak] < FAINT {
        return None;
    }
    // Both sides, without the skirts of the window.
    let sides = (peak.saturating_sub(24)..peak.saturating_sub(4)).chain(peak + 5..peak + 25);
    let mut beside: Vec<f32> = sides.filter_map(|at| floor.get(at).copied()).collect();
    let middle = beside.len() / 2;
    if beside.is_empty() {
        return None;
    }
    let beside = *beside.select_nth_unstable_by(middle, f32::total_cmp).1;
    // A parabola through three decibel values: F. J. Harris, "On the use of windows", Proc. IEEE 66(1), 1978.
    let (left, top, right) = (f64::from(floor[peak - 1]), f64::from(floor[peak]), f64::from(floor[peak + 1]));
    let bend = left - 2.0 * top + right;
    let offset = if bend < 0.0 { (0.5 * (left - right) / bend).clamp(-0.5, 0.5) } else { 0.0 };
    Some(Line { hertz: (peak as f64 + offset) / PER_HZ, out: floor[peak] - beside })
}
