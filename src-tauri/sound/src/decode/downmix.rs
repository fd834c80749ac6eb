//! Any number of channels into two.

use symphonia::core::audio::{Channels, Position};

/// −3 dB, the share of centre and surround channels in ITU-R BS.775-4, table 2.
const SHARE: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// Mixes interleaved samples of one layout into stereo.
pub struct Downmix {
    /// What each channel gives to the left and to the right.
    gains: Vec<[f32; 2]>,
}

impl Downmix {
    pub(crate) fn new(layout: &Channels) -> Self {
        Self { gains: gains(layout) }
    }

    /// Adds frames to the end of the stereo samples.
    pub fn append(&self, samples: &[f32], stereo: &mut Vec<f32>) {
        for frame in samples.chunks_exact(self.gains.len().max(1)) {
            let mut sides = [0.0; 2];
            for (sample, gain) in frame.iter().zip(&self.gains) {
                sides[0] += sample * gain[0];
                sides[1] += sample * gain[1];
            }
            stereo.extend_from_slice(&sides);
        }
    }
}
/// Returns the gains of each channel, scaled so that full scale on all of them does not clip.
fn gains(channels: &Channels) -> Vec<[f32; 2]> {
    let mut gains: Vec<[f32; 2]> = match channels {
        _ if channels.count() == 1 => vec![[1.0, 1.0]],
        _ if channels.count() == 2 => vec![[1.0, 0.0], [0.0, 1.0]],
        Channels::Positioned(positions) => positions.iter().map(gain_of).collect(),
        // Channels without a place alternate, as the pairs of a multitrack recording do.
        other => {
            (0..other.count()).map(|index| if index % 2 == 0 { [1.0, 0.0] } else { [0.0, 1.0] }).collect()
        }
    };
    let side = |side: usize| gains.iter().map(|gain| gain[side]).sum::<f32>();
    let loudest = side(0).max(side(1)).max(1.0);
    gains.iter_mut().flatten().for_each(|gain| *gain /= loudest);
    gains
}

/// The low-frequency channel is left out, as BS.775-4 recommends.
fn gain_of(position: Position) -> [f32; 2] {
    let left = Position::FRONT_LEFT | Position::FRONT_LEFT_CENTER | Position::FRONT_LEFT_WIDE;
    let right = Position::FRONT_RIGHT | Position::FRONT_RIGHT_CENTER | Position::FRONT_RIGHT_WIDE;
    let far_left = Position::REAR_LEFT
        | Position::SIDE_LEFT
        | Position::TOP_FRONT_LEFT
        | Position::TOP_REAR_LEFT
        | Position::TOP_SIDE_LEFT
        | Position::BOTTOM_FRONT_LEFT;
    let far_right = Position::REAR_RIGHT
        | Position::SIDE_RIGHT
        | Position::TOP_FRONT_RIGHT
        | Position::TOP_REAR_RIGHT
        | Position::TOP_SIDE_RIGHT
        | Position::BOTTOM_FRONT_RIGHT;
    match position {
        p if left.contains(p) => [1.0, 0.0],
        p if right.contains(p) => [0.0, 1.0],
        p if far_left.contains(p) => [SHARE, 0.0],
        p if far_right.contains(p) => [0.0, SHARE],
        p if (Position::LFE1 | Position::LFE2).contains(p) => [0.0, 0.0],
        _ => [SHARE, SHARE],
    }
}
