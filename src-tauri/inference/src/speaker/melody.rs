//! The direction in which a voice of Kokoro gets livelier.

use super::style::{TIMBRE, WIDTH};

/// Added to the prosodic half of a voice, this makes its melody about 1.6 times as wide (the span from the tenth to the
/// ninetieth percentile of its pitch, in semitones), and leaves its mean pitch and its pace nearly as they were.
///
/// Found by regression: from voices of kokoro-js 1.2.1 small steps were taken along the twenty principal components of their
/// prosodic halves (less the mean of their gender), and the pitch curves that the model predicts were compared. The change
/// of the log span is linear in the step (cross-validated R² 0.67); of its gradient, the parts along those of mean pitch
/// (R² 0.96) and duration (R² 0.85) were taken away.
///
/// The way from the mean of the voices to a voice does not do this: it narrows the melody of most of them.
pub(super) const LIVELIER: [f32; WIDTH - TIMBRE] = [
    -0.023, 0.178, -0.048, 0.002, -0.158, 0.030, 0.170, -0.118, 0.264, -0.092, 0.046, -0.072, 0.077, 0.064,
    0.148, 0.059, 0.006, 0.179, -0.046, -0.017, 0.187, -0.007, -0.096, 0.203, -0.032, 0.089, 0.029, 0.154,
    -0.032, -0.072, 0.150, 0.016, -0.053, 0.054, -0.105, 0.179, -0.025, -0.033, 0.027, 0.120, -0.071, 0.121,
    0.156, -0.055, 0.125, 0.164, 0.167, 0.094, -0.157, 0.023, 0.000, 0.173, -0.201, 0.071, -0.007, 0.186,
    0.164, 0.043, -0.046, -0.014, -0.005, 0.111, 0.064, 0.023, 0.162, -0.093, 0.047, 0.012, 0.030, -0.045,
    -0.038, -0.053, -0.056, 0.035, 0.018, 0.233, -0.079, 0.277, -0.098, 0.131, 0.127, 0.005, -0.027, -0.101,
    -0.064, 0.101, 0.011, 0.029, 0.129, -0.062, 0.133, 0.034, 0.096, 0.162, 0.212, 0.026, 0.058, 0.022,
    -0.115, 0.109, -0.070, 0.237, -0.192, -0.007, 0.006, -0.155, -0.026, 0.112, -0.186, 0.040, 0.066, -0.186,
    0.015, -0.044, -0.032, -0.075, -0.134, 0.020, -0.012, 0.025, 0.075, -0.041, 0.032, 0.107, -0.008, 0.060,
    -0.285, 0.048,
];
