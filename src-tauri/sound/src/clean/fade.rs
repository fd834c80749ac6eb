//! Ends faded to the sample: the square of a sine, which begins and ends without a corner.

use std::f64::consts::FRAC_PI_2;

/// Fades at both ends of a sound, in frames. The first and the last frame of a fade are silent; next to its other end
/// the sound is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fades {
    /// Length of the whole sound.
    pub frames: u64,
    pub fade_in: u64,
    pub fade_out: u64,
}

impl Fades {
    /// Returns whether both fades fit into the sound, one behind the other.
    pub fn fit(&self) -> bool {
        self.fade_in.checked_add(self.fade_out).is_some_and(|both| both <= self.frames)
    }

    /// Returns the gain at a frame of the sound.
    pub fn gain(&self, frame: u64) -> f32 {
        let left = self.frames.saturating_sub(frame + 1);
        (rise(frame, self.fade_in) * rise(left, self.fade_out)) as f32
    }

    /// Fades the frames of a block that begins at `first`.
    pub fn apply(&self, first: u64, channels: usize, samples: &mut [f32]) {
        let frames = (samples.len() / channels.max(1)) as u64;
        let untouched = first >= self.fade_in && first + frames <= self.frames.saturating_sub(self.fade_out);
        if untouched {
            return;
        }
        for (frame, samples) in (first..).zip(samples.chunks_exact_mut(channels.max(1))) {
            let gain = self.gain(frame);
            samples.iter_mut().for_each(|sample| *sample *= gain);
        }
    }
}

/// From 0 at the first frame to 1 behind the last.
fn rise(frame: u64, length: u64) -> f64 {
    if frame >= length { 1.0 } else { (FRAC_PI_2 * frame as f64 / length as f64).sin().powi(2) }
}
