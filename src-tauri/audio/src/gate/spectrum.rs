//! Spectra of a mono signal at half the rate, where tempo and key are heard.

use rayon::prelude::*;
use realfft::RealFftPlanner;

use crate::SAMPLE_RATE;

/// Samples a second of the mono signal.
pub(super) const RATE: f32 = SAMPLE_RATE as f32 / 2.0;

/// Returns the mean of both channels at half the rate, through a short half-band filter.
pub(super) fn half_rate_mono(samples: &[f32]) -> Vec<f32> {
    let mono: Vec<f32> = samples.chunks_exact(2).map(|frame| 0.5 * (frame[0] + frame[1])).collect();
    let at =
        |index: isize| usize::try_from(index).ok().and_then(|index| mono.get(index)).copied().unwrap_or(0.0);
    (0..mono.len() / 2)
        .map(|half| {
            let i = 2 * half as isize;
            (16.0 * at(i) + 9.0 * (at(i - 1) + at(i + 1)) - at(i - 3) - at(i + 3)) / 32.0
        })
        .collect()
}

/// Hears the magnitude spectrum (`window / 2 + 1` bins; a sine of amplitude 1 is 1) every `hop` samples, and returns
/// what `hear` makes of each, in order. `window` is even.
pub(super) fn spectra<T: Send>(
    mono: &[f32],
    window: usize,
    hop: usize,
    hear: impl Fn(&[f32]) -> T + Sync,
) -> Vec<T> {
    let fft = RealFftPlanner::<f32>::new().plan_fft_forward(window);
    let hann: Vec<f32> =
        (0..window).map(|i| 0.5 - 0.5 * (std::f32::consts::TAU * i as f32 / window as f32).cos()).collect();
    let scale = 4.0 / window as f32;
    let count = if mono.len() < window { 0 } else { (mono.len() - window) / hop + 1 };
    (0..count)
        .into_par_iter()
        .with_min_len(64)
        .map_init(
            || {
                (
                    fft.make_input_vec(),
                    fft.make_output_vec(),
                    fft.make_scratch_vec(),
                    vec![0.0; window / 2 + 1],
                )
            },
            |(input, output, scratch, magnitudes), index| {
                let part = &mono[index * hop..index * hop + window];
                input
                    .iter_mut()
                    .zip(part.iter().zip(&hann))
                    .for_each(|(to, (sample, hann))| *to = sample * hann);
                // The lengths are those of the plan, the only thing it can complain about.
                let transformed = fft.process_with_scratch(input, output, scratch);
                debug_assert!(transformed.is_ok());
                magnitudes.iter_mut().zip(output.iter()).for_each(|(to, bin)| *to = scale * bin.norm());
                hear(magnitudes)
            },
        )
        .collect()
}
