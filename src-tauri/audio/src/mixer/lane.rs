//! One track in the mixer: fader, pan and sends.

use son1k_domain::id::TrackId;
use son1k_domain::project::Strip;
use son1k_domain::score::Track;
use son1k_domain::unit::Db;

use super::smoothing_frames;
use crate::level::peaks;

/// A fader at or below this is off.
const OFF: f32 = -60.0;

#[derive(Debug)]
pub(super) struct Lane {
    track: TrackId,
    level: f32,
    pan: f32,
    reverb: f32,
    delay: f32,
    gain: [f32; 2],
    target: [f32; 2],
    step: [f32; 2],
    /// Frames until the target is reached.
    left: u32,
}

fn send(level: Option<Db>) -> f32 {
    level.filter(|db| db.0 > OFF).map_or(0.0, |db| db.amplitude())
}

impl Lane {
    pub fn new(track: &Track) -> Self {
        Self {
            track: track.id.clone(),
            level: track.channel.level.0,
            pan: track.channel.pan.0,
            reverb: send(track.channel.reverb),
            delay: send(track.channel.delay),
            gain: [0.0; 2],
            target: [0.0; 2],
            step: [0.0; 2],
            left: 0,
        }
    }

    /// Takes new settings from the strips; `solo` is whether any strip is soloed.
    pub fn aim(&mut self, strips: &[Strip], solo: bool) {
        let strip = strips.iter().find(|s| s.track == self.track);
        let (level, pan) = strip.map_or((0.0, 0.0), |s| (s.level.0, s.pan.0));
        let heard =
            strip.map_or(!solo, |s| !s.mute && (s.solo || !solo)) && level > OFF && self.level + level > OFF;
        let level = if heard { Db(self.level + level).amplitude() } else { 0.0 };
        // Equal power, and unity in the centre: a stereo sound that is not moved stays as it is.
        let angle = ((self.pan + pan).clamp(-1.0, 1.0) + 1.0) * std::f32::consts::FRAC_PI_4;
        let target = [angle.cos(), angle.sin()].map(|side| side.max(0.0) * std::f32::consts::SQRT_2 * level);
        if target != self.target {
            self.target = target;
            self.left = smoothing_frames();
            self.step = [0, 1].map(|s: usize| (target[s] - self.gain[s]) / self.left as f32);
        }
    }

    /// Takes the settings at once.
    pub fn jump(&mut self) {
        (self.gain, self.left) = (self.target, 0);
    }

    /// Adds the stem to the buses and returns its peak after the fader.
    pub fn add(
        &mut self,
        stem: &[f32],
        sum: &mut [[f32; 2]],
        reverb: &mut [[f32; 2]],
        delay: &mut [[f32; 2]],
    ) -> f32 {
        let frames = stem.len() / 2;
        let moving = (self.left as usize).min(sum.len());
        let mut peak = 0f32;
        for n in 0..moving.min(frames) {
            self.gain = [self.gain[0] + self.step[0], self.gain[1] + self.step[1]];
            let frame = [stem[2 * n] * self.gain[0], stem[2 * n + 1] * self.gain[1]];
            peak = peak.max(frame[0].abs()).max(frame[1].abs());
            for (bus, send) in [(&mut *sum, 1.0), (&mut *reverb, self.reverb), (&mut *delay, self.delay)] {
                bus[n] = [bus[n][0] + frame[0] * send, bus[n][1] + frame[1] * send];
            }
        }
        self.left -= moving as u32;
        if self.left == 0 {
            self.gain = self.target;
        }
        if self.gain == [0.0; 2] || moving >= frames {
            return peak;
        }
        peak.max(self.add_still(
            &stem[moving * 2..],
            &mut sum[moving..],
            &mut reverb[moving..],
            &mut delay[moving..],
        ))
    }

    /// Adds frames while nothing moves.
    fn add_still(
        &self,
        stem: &[f32],
        sum: &mut [[f32; 2]],
        reverb: &mut [[f32; 2]],
        delay: &mut [[f32; 2]],
    ) -> f32 {
        let (frames, _) = stem.as_chunks::<2>();
        let [left, right] = peaks(frames);
        let peak = (left * self.gain[0].abs()).max(right * self.gain[1].abs());
        if peak == 0.0 {
            return 0.0;
        }
        for (bus, send) in [(sum, 1.0), (reverb, self.reverb), (delay, self.delay)] {
            if send > 0.0 {
                let gain = self.gain.map(|gain| gain * send);
                for (frame, out) in frames.iter().zip(bus) {
                    *out = [out[0] + frame[0] * gain[0], out[1] + frame[1] * gain[1]];
                }
            }
        }
        peak
    }
}
