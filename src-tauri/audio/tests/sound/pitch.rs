//! Finds the pitch of a sound by autocorrelation.

/// Returns the fundamental in hertz of interleaved stereo, looking between 30 and 1,500 Hz.
pub fn fundamental(samples: &[f32]) -> f32 {
    let mono: Vec<f32> = samples.chunks_exact(2).map(|f| f[0] + f[1]).take(8_192).collect();
    let half = mono.len() / 2;
    let likeness = |lag: usize| {
        let (mut ab, mut aa, mut bb) = (0.0f32, 1e-12f32, 1e-12f32);
        for n in 0..half {
            ab += mono[n] * mono[n + lag];
            aa += mono[n] * mono[n];
            bb += mono[n + lag] * mono[n + lag];
        }
        ab / (aa * bb).sqrt()
    };
    let values: Vec<f32> = (0..=1_470).map(|lag| if lag < 28 { 0.0 } else { likeness(lag) }).collect();
    let best = values.iter().cloned().fold(0.0, f32::max);
    // The first maximum that is as good as the best: later ones are its multiples.
    let lag = (29..1_470)
        .find(|&n| values[n] > best * 0.93 && values[n] >= values[n - 1] && values[n] > values[n + 1])
        .unwrap_or(1_470);
    let (a, b, c) = (values[lag - 1], values[lag], values[(lag + 1).min(1_470)]);
    let shift = 0.5 * (a - c) / (a - 2.0 * b + c).min(-1e-9);
    44_100.0 / (lag as f32 + shift)
}

/// Returns the distance of two frequencies in cents.
pub fn cents(a: f32, b: f32) -> f32 {
    1_200.0 * (a / b).log2()
}

/// Returns the frequency of a MIDI key.
pub fn hertz(key: u8) -> f32 {
    440.0 * ((f32::from(key) - 69.0) / 12.0).exp2()
}

#[test]
fn a_sine_is_found_to_the_cent() {
    let samples: Vec<f32> =
        (0..44_100).flat_map(|n| [(std::f32::consts::TAU * 261.63 * n as f32 / 44_100.0).sin(); 2]).collect();
    assert!(cents(fundamental(&samples), 261.63).abs() < 3.0);
}
