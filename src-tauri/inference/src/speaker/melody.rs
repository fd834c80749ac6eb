//! The direction in which a voice of Kokoro gets livelier.

use super::style::{TIMBRE, WIDTH};

/// Added to the prosodic half of a voice, this makes its melody one and a half to two times as wide (the span from the tenth
/// to the ninetieth percentile of its pitch, in semitones), and leaves its mean pitch and its pace nearly as they were.
///
/// Found by regression: from voices of kokoro-js 1.2.1 small steps were taken along the twenty principal components of their
/// prosodic halves (less the mean of their gender), and the pitch curves that the model predicts were compared. The change
/// of the log span is linear in the step (620 steps, cross-validated R² 0.66); of its gradient, the parts along those of mean
/// pitch (R² 0.96) and duration (R² 0.86) were taken away.
///
/// The way from the mean of the voices to a voice does not do this: it narrows the melody of most of them.
pub(super) const LIVELIER: [f32; WIDTH - TIMBRE] = [
    -0.001, 0.171, -0.060, 0.004, -0.152, 0.049, 0.156, -0.113, 0.237, -0.063, 0.026, -0.034, 0.068, 0.059,
    0.167, 0.052, -0.010, 0.177, -0.049, -0.004, 0.192, -0.013, -0.092, 0.175, -0.014, 0.084, 0.023, 0.149,
    -0.047, -0.072, 0.131, 0.007, -0.061, 0.043, -0.133, 0.175, -0.047, -0.038, 0.032, 0.128, -0.064, 0.168,
    0.158, -0.036, 0.088, 0.125, 0.189, 0.104, -0.148, 0.029, -0.021, 0.178, -0.222, 0.070, 0.004, 0.173,
    0.159, 0.040, -0.067, -0.018, 0.011, 0.115, 0.082, 0.009, 0.161, -0.116, 0.053, 0.017, 0.005, -0.049,
    -0.040, -0.062, -0.025, 0.009, 0.025, 0.223, -0.094, 0.285, -0.118, 0.126, 0.121, 0.007, 0.009, -0.082,
    -0.067, 0.116, 0.017, 0.040, 0.134, -0.082, 0.133, 0.019, 0.116, 0.168, 0.236, 0.048, 0.084, 0.008,
    -0.126, 0.107, -0.065, 0.232, -0.177, -0.015, -0.026, -0.167, -0.014, 0.117, -0.171, 0.043, 0.095,
    -0.201, 0.009, -0.028, -0.022, -0.100, -0.135, -0.002, -0.006, -0.003, 0.088, -0.054, 0.039, 0.075,
    -0.003, 0.075, -0.268, 0.004,
];
