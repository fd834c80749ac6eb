//! Levels and gains of stretches of frames, written so that the processor takes eight values at a time.

/// Returns the highest sample of each side, whatever its sign.
pub(crate) fn peaks(frames: &[[f32; 2]]) -> [f32; 2] {
    let (fours, rest) = frames.as_chunks::<4>();
    let mut lanes = [0.0f32; 8];
    for four in fours {
        for (lane, value) in lanes.iter_mut().zip(four.as_flattened()) {
            // Not `max`: its care for what is no number costs the lanes.
            let value = value.abs();
            *lane = if value > *lane { value } else { *lane };
        }
    }
    let (lanes, _) = lanes.as_chunks::<2>();
    lanes
        .iter()
        .chain(rest)
        .fold([0.0; 2], |peaks, frame| [peaks[0].max(frame[0].abs()), peaks[1].max(frame[1].abs())])
}

/// Returns the highest sample of both sides, whatever its sign.
pub(crate) fn peak(frames: &[[f32; 2]]) -> f32 {
    let [left, right] = peaks(frames);
    left.max(right)
}

/// Multiplies frames with a gain that moves in a straight line; the first frame is one step from `from`, the last one
/// is at `to`.
pub(crate) fn ramp(frames: &mut [[f32; 2]], from: f32, to: f32) {
    let step = (to - from) / frames.len().max(1) as f32;
    for (n, frame) in frames.iter_mut().enumerate() {
        let gain = from + step * (n + 1) as f32;
        *frame = [frame[0] * gain, frame[1] * gain];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_found_wherever_it_is() {
        for place in 0..23 {
            let mut frames = vec![[0.1, -0.2]; 23];
            frames[place][1] = -0.9;
            assert_eq!(peaks(&frames), [0.1, 0.9]);
            assert_eq!(peak(&frames), 0.9);
        }
        assert_eq!(peak(&[]), 0.0);
    }

    #[test]
    fn a_ramp_arrives() {
        let mut frames = [[1.0; 2]; 4];
        ramp(&mut frames, 0.0, 1.0);
        assert_eq!(frames.map(|f| f[0]), [0.25, 0.5, 0.75, 1.0]);
    }
}
