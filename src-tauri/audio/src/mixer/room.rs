//! What all tracks share before the master: reverb, delay, and the end of the song.

use son1k_domain::score::Score;

use super::Buses;
use crate::delay::Delay;
use crate::instrument::frame_of;
use crate::render::song_frames;
use crate::reverb::Reverb;

/// Reverb, delay, and where in the song they are.
#[derive(Debug)]
pub(crate) struct Room {
    reverb: Reverb,
    delay: Delay,
    position: u64,
    end: u64,
    fade: u64,
}

impl Room {
    pub fn new(score: &Score) -> Self {
        Self {
            reverb: Reverb::new(score.mix.reverb_time),
            delay: Delay::new(score.bpm, score.mix.delay_quarters, score.mix.delay_feedback),
            position: 0,
            end: song_frames(score),
            fade: frame_of(score.length, score.bpm),
        }
    }

    pub fn position(&self) -> u64 {
        self.position
    }

    pub fn end(&self) -> u64 {
        self.end
    }

    /// Goes to a frame; room and echoes fall silent.
    pub fn seek(&mut self, frame: u64) {
        self.position = frame;
        self.reverb.reset();
        self.delay.reset();
    }

    /// Adds reverb and echoes of the next `frames` to their sum.
    pub fn add(&mut self, buses: &mut Buses, frames: usize) {
        let sum = &mut buses.sum[..frames];
        self.reverb.run(&buses.reverb[..frames], sum);
        self.delay.run(&buses.delay[..frames], sum);
        self.fade(sum);
        self.position += frames as u64;
    }

    /// Lets the tail end at the end of the song.
    fn fade(&self, sum: &mut [[f32; 2]]) {
        if self.position + (sum.len() as u64) < self.fade {
            return;
        }
        let length = self.end.saturating_sub(self.fade).max(1) as f32;
        for (n, frame) in sum.iter_mut().enumerate() {
            let past = (self.position + n as u64).saturating_sub(self.fade) as f32 / length;
            let level = 0.5 + 0.5 * (std::f32::consts::PI * past.min(1.0)).cos();
            *frame = [frame[0] * level, frame[1] * level];
        }
    }
}
