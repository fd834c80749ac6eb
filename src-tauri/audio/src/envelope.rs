//! Envelopes, advanced once every few frames.

use crate::SAMPLE_RATE;

/// Frames between two steps of everything slow: envelopes, vibrato, filter cutoffs. 0.36 ms at 44.1 kHz.
pub(crate) const CONTROL: usize = 16;

/// Times of an envelope in seconds; `sustain` is a level, 0 to 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub attack: f32,
    pub decay: f32,
    pub sustain: f32,
    pub release: f32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stage {
    Attack,
    Decay,
    Release,
    Done,
}

/// An envelope with a straight attack and exponential decay and release, as analogue ones have.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    level: f32,
    stage: Stage,
    attack: f32,
    decay: f32,
    sustain: f32,
    release: f32,
}

/// Returns the factor by which a distance shrinks in one step when it falls by 60 dB in `seconds`.
pub(crate) fn fall(seconds: f32) -> f32 {
    let steps = (seconds * SAMPLE_RATE as f32 / CONTROL as f32).max(1.0);
    (-6.907_755 / steps).exp()
}

impl Envelope {
    pub fn new(times: Times) -> Self {
        Self {
            level: 0.0,
            stage: Stage::Attack,
            attack: CONTROL as f32 / (times.attack.max(0.0005) * SAMPLE_RATE as f32),
            decay: fall(times.decay),
            sustain: times.sustain,
            release: fall(times.release),
        }
    }

    /// Begins the release.
    pub fn release(&mut self) {
        if self.stage != Stage::Done {
            self.stage = Stage::Release;
        }
    }

    /// Begins a release of 6 ms, short enough to make room and long enough not to click.
    pub fn choke(&mut self) {
        self.release = fall(0.012);
        self.release();
    }

    pub fn released(&self) -> bool {
        matches!(self.stage, Stage::Release | Stage::Done)
    }

    pub fn done(&self) -> bool {
        self.stage == Stage::Done
    }

    /// Advances by [`CONTROL`] frames and returns the level reached.
    pub fn step(&mut self) -> f32 {
        match self.stage {
            Stage::Attack => {
                self.level += self.attack;
                if self.level >= 1.0 {
                    self.level = 1.0;
                    self.stage = Stage::Decay;
                }
            }
            Stage::Decay => {
                self.level = self.sustain + (self.level - self.sustain) * self.decay;
                if self.sustain == 0.0 && self.level < 2e-4 {
                    self.finish();
                }
            }
            Stage::Release => {
                self.level *= self.release;
                if self.level < 2e-4 {
                    self.finish();
                }
            }
            Stage::Done => {}
        }
        self.level
    }

    fn finish(&mut self) {
        self.level = 0.0;
        self.stage = Stage::Done;
    }
}
