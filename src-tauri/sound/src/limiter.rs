//! The true-peak limiter of the master.
//!
//! It looks ahead: the gain a peak needs is known before the peak comes, held over the look-ahead, released, and
//! averaged over it, which gives a curve without corners that is always low enough. Peaks are looked for between the
//! samples too, with the fourfold interpolation of ITU-R BS.1770-4 Annex 2.

use crate::SAMPLE_RATE;
use crate::interpolator::windowed_sinc;

/// Look-ahead in frames: 2.2 ms.
const AHEAD: usize = 96;
/// Taps of each phase of the interpolator, and its delay in frames.
const TAPS: usize = 13;
const CENTRE: usize = 6;
const PHASES: usize = 4;
/// A peak between two samples concerns both, so it is held two frames longer than the look-ahead.
const HOLD: usize = AHEAD + 2;
/// Frames by which the output is late.
pub const LATENCY: usize = AHEAD + CENTRE;
/// Seconds in which 63 % of the gain comes back.
const RELEASE: f32 = 0.09;

/// A stereo-linked look-ahead limiter that streams and allocates nothing.
#[derive(Debug)]
pub struct Limiter {
    ceiling: f32,
    /// Samples below this cannot make a peak over the ceiling between them.
    harmless: f32,
    /// Frames for which a sample above it is still among the taps.
    alert: usize,
    taps: [[f32; PHASES]; TAPS],
    /// The last frames, twice over, so that the taps always lie in one piece.
    history: [[f32; 2]; TAPS * 2],
    history_at: usize,
    delayed: [[f32; 2]; LATENCY],
    delayed_at: usize,
    lowest: SlidingMinimum,
    released: f32,
    release: f32,
    window: [f32; AHEAD],
    window_at: usize,
    sum: f64,
    /// Lowest gain since the last call of [`Limiter::take_reduction`].
    reduction: f32,
}

/// Returns the interpolator, split by phase.
fn interpolator() -> [[f32; PHASES]; TAPS] {
    let mut taps = [[0.0; PHASES]; TAPS];
    for (n, tap) in windowed_sinc(PHASES).into_iter().enumerate() {
        taps[n / PHASES][n % PHASES] = tap;
    }
    taps
}

impl Limiter {
    /// `ceiling` is linear.
    pub fn new(ceiling: f32) -> Self {
        let taps = interpolator();
        let highest =
            (0..PHASES).map(|phase| taps.iter().map(|tap| tap[phase].abs()).sum::<f32>()).fold(1.0, f32::max);
        Self {
            ceiling,
            harmless: 0.999 * ceiling / highest,
            alert: 0,
            taps,
            history: [[0.0; 2]; TAPS * 2],
            history_at: 0,
            delayed: [[0.0; 2]; LATENCY],
            delayed_at: 0,
            lowest: SlidingMinimum::new(),
            released: 1.0,
            release: 1.0 - (-1.0 / (RELEASE * SAMPLE_RATE as f32)).exp(),
            window: [1.0; AHEAD],
            window_at: 0,
            sum: AHEAD as f64,
            reduction: 1.0,
        }
    }

    /// Returns the highest true peak of the newest frame and what lies just before it; 0 where none can matter.
    #[inline]
    fn peak(&mut self, frame: [f32; 2]) -> f32 {
        let history = &mut self.history;
        self.history_at = if self.history_at == 0 { TAPS - 1 } else { self.history_at - 1 };
        history[self.history_at] = frame;
        history[self.history_at + TAPS] = frame;
        if frame[0].abs().max(frame[1].abs()) >= self.harmless {
            self.alert = TAPS;
        }
        if self.alert == 0 {
            return 0.0;
        }
        self.alert -= 1;
        let recent = &history[self.history_at..self.history_at + TAPS];
        let (mut left, mut right) = ([0.0f32; PHASES], [0.0f32; PHASES]);
        for (tap, [l, r]) in self.taps.iter().zip(recent) {
            for phase in 0..PHASES {
                left[phase] += tap[phase] * l;
                right[phase] += tap[phase] * r;
            }
        }
        left.iter().chain(&right).fold(0.0, |peak: f32, v| peak.max(v.abs()))
    }

    #[inline]
    fn tick(&mut self, frame: [f32; 2]) -> [f32; 2] {
        let peak = self.peak(frame);
        let needed = if peak > self.ceiling { self.ceiling / peak } else { 1.0 };
        let held = self.lowest.push(needed);
        self.released += (1.0 - self.released) * self.release;
        if held < self.released {
            self.released = held;
        }
        let old = std::mem::replace(&mut self.window[self.window_at], self.released);
        self.window_at = if self.window_at + 1 == AHEAD { 0 } else { self.window_at + 1 };
        self.sum += f64::from(self.released) - f64::from(old);
        let gain = (self.sum / AHEAD as f64) as f32;
        self.reduction = self.reduction.min(gain);
        let late = std::mem::replace(&mut self.delayed[self.delayed_at], frame);
        self.delayed_at = if self.delayed_at + 1 == LATENCY { 0 } else { self.delayed_at + 1 };
        [late[0] * gain, late[1] * gain]
    }

    /// Limits frames in place; the output is [`LATENCY`] frames late.
    pub fn run(&mut self, frames: &mut [[f32; 2]]) {
        for frame in frames {
            *frame = self.tick(*frame);
        }
    }

    /// Returns the lowest gain since the last call.
    pub fn take_reduction(&mut self) -> f32 {
        std::mem::replace(&mut self.reduction, 1.0)
    }
}

/// The minimum of the last [`HOLD`] values (Lemire's monotonic wedge), without allocation.
#[derive(Debug)]
struct SlidingMinimum {
    values: [(u64, f32); HOLD],
    front: usize,
    count: usize,
    now: u64,
}

impl SlidingMinimum {
    fn new() -> Self {
        Self { values: [(0, 1.0); HOLD], front: 0, count: 0, now: 0 }
    }

    #[inline]
    fn push(&mut self, value: f32) -> f32 {
        self.now += 1;
        if self.count > 0 && self.values[self.front].0 + (HOLD as u64) <= self.now {
            self.front = if self.front + 1 == HOLD { 0 } else { self.front + 1 };
            self.count -= 1;
        }
        while self.count > 0 {
            let back = self.front + self.count - 1;
            let back = if back >= HOLD { back - HOLD } else { back };
            if self.values[back].1 < value {
                break;
            }
            self.count -= 1;
        }
        let place = self.front + self.count;
        let place = if place >= HOLD { place - HOLD } else { place };
        self.values[place] = (self.now, value);
        self.count += 1;
        self.values[self.front].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loudness::Gauge;
    use crate::progress::Progress;
    use son1k_domain::unit::{Db, Seconds};

    fn true_peak(samples: &[f32]) -> f32 {
        let cancelled = std::sync::atomic::AtomicBool::new(false);
        let progress = Progress { report: &|_| {}, cancelled: &cancelled };
        Gauge::song().true_peak(samples, &progress).unwrap().unwrap().0
    }

    /// A sine at a quarter of the rate whose samples all miss its peaks: samples 3 dB below the true peak.
    fn between_samples(frames: usize, level: f32) -> Vec<[f32; 2]> {
        (0..frames)
            .map(|n| {
                let v = level * (std::f32::consts::FRAC_PI_2 * n as f32 + std::f32::consts::FRAC_PI_4).sin();
                [v, v]
            })
            .collect()
    }

    #[test]
    fn peaks_between_the_samples_stay_under_the_ceiling() {
        let mut frames = between_samples(44_100, 1.6);
        Limiter::new(10f32.powf(-1.1 / 20.0)).run(&mut frames);
        let peak = true_peak(frames[200..].as_flattened());
        assert!(peak <= -1.0 && peak > -1.6, "{peak}");
    }

    #[test]
    fn sudden_peaks_never_pass() {
        let mut frames = son1k_support::tone::noise(3, Db(0.0), Seconds(2.0)).as_chunks::<2>().0.to_vec();
        for (n, frame) in frames.iter_mut().enumerate() {
            let burst = if n % 9_000 < 40 { 4.0 } else { 0.4 };
            *frame = frame.map(|sample| sample * burst);
        }
        Limiter::new(10f32.powf(-1.15 / 20.0)).run(&mut frames);
        assert!(true_peak(frames.as_flattened()) <= -1.0);
    }

    #[test]
    fn quiet_sound_is_only_late() {
        let input = between_samples(1_000, 0.3);
        let mut output = input.clone();
        Limiter::new(0.9).run(&mut output);
        assert!(input.iter().zip(&output[LATENCY..]).all(|(a, b)| (a[0] - b[0]).abs() < 1e-6));
    }
}
