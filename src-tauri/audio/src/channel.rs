//! The inserts of a channel: filters, equaliser, compressor, saturation, width, duck.
//!
//! They run when a track is rendered. Fader, pan and sends are the mixer's, so that they can move while the song plays.

use son1k_domain::score::Channel;

use crate::SAMPLE_RATE;
use crate::drive::Drive;
use crate::dynamics::{Ducker, Linked};
use crate::level::peak;
use son1k_sound::biquad::{Biquad, Coefficients};

/// Quality of a filter without a bump (Butterworth).
const FLAT: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Output below this, −120 dB, counts as silence.
const SILENCE: f32 = 1e-6;

/// A channel's inserts, in the order in which they run.
#[derive(Debug)]
pub(crate) struct Inserts {
    /// High-pass and bands.
    filters: Vec<Biquad>,
    compressor: Option<Linked>,
    drive: Option<Drive>,
    low_pass: Option<Biquad>,
    width: f32,
    duck: Option<Ducker>,
    quiet: bool,
}

impl Inserts {
    /// `triggers` are the frames at which the channel's duck sets in, sorted.
    pub fn new(channel: &Channel, triggers: Vec<u64>) -> Self {
        // Two in a row, 24 dB an octave: a high-pass that leaves rumble is of no use in a mix.
        let mut filters = channel.high_pass.map_or_else(Vec::new, |f| {
            vec![
                Biquad::new(Coefficients::high_pass(SAMPLE_RATE, f.0, 0.54)),
                Biquad::new(Coefficients::high_pass(SAMPLE_RATE, f.0, 1.31)),
            ]
        });
        let bands = channel.eq.iter().filter(|b| b.gain.0 != 0.0).map(|b| {
            Biquad::new(Coefficients::peaking(SAMPLE_RATE, b.frequency.0, b.gain.0.clamp(-24.0, 24.0), b.q))
        });
        filters.extend(bands);
        Self {
            filters,
            compressor: channel.compressor.map(Linked::new),
            drive: (channel.drive > 0.0).then(|| Drive::new(channel.drive)),
            low_pass: channel.low_pass.map(|f| Biquad::new(Coefficients::low_pass(SAMPLE_RATE, f.0, FLAT))),
            width: channel.width.clamp(0.0, 1.5),
            duck: channel.duck.as_ref().map(|d| Ducker::new(d, triggers)),
            quiet: true,
        }
    }

    /// Runs over the frames from frame `at` on, in place. Lengths are multiples of the control step.
    pub fn run(&mut self, at: u64, frames: &mut [[f32; 2]]) {
        Biquad::run_all(&mut self.filters, frames);
        if let Some(compressor) = &mut self.compressor {
            compressor.run(frames);
        }
        if let Some(drive) = &mut self.drive {
            drive.run(frames);
        }
        if let Some(filter) = &mut self.low_pass {
            filter.run(frames);
        }
        if self.width != 1.0 {
            for frame in frames.iter_mut() {
                let (mid, side) = ((frame[0] + frame[1]) * 0.5, (frame[0] - frame[1]) * 0.5 * self.width);
                *frame = [mid + side, mid - side];
            }
        }
        if let Some(duck) = &mut self.duck {
            duck.run(at, frames);
        }
        self.quiet = peak(frames) < SILENCE;
    }

    /// Returns whether the last frames were silent, so that silence in gives silence out.
    pub fn quiet(&self) -> bool {
        self.quiet
    }

    /// Forgets all sound, for use between two stretches of silence.
    pub fn rest(&mut self) {
        for filter in self.filters.iter_mut().chain(&mut self.low_pass) {
            filter.reset();
        }
        if let Some(compressor) = &mut self.compressor {
            compressor.rest();
        }
    }
}
