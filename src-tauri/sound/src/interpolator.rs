//! The low-pass that finds what lies between the samples (ITU-R BS.1770-4 Annex 2).

/// Taps at the higher rate: twelve a phase at fourfold rate, as in the standard.
pub(crate) const LENGTH: usize = 49;

/// Returns the interpolator to `factor` times the rate: a sinc under a Hann window. Of its phases the first, every
/// `factor`-th tap, is 1 in the middle and 0 elsewhere: the samples stay as they are.
pub(crate) fn windowed_sinc(factor: usize) -> [f32; LENGTH] {
    std::array::from_fn(|n| {
        let middle = (LENGTH / 2) as f64;
        let m = n as f64 - middle;
        let x = m * std::f64::consts::PI / factor as f64;
        let sinc = match n.abs_diff(LENGTH / 2) {
            0 => 1.0,
            away if away % factor == 0 => 0.0,
            _ => x.sin() / x,
        };
        let window = 0.5 - 0.5 * (std::f64::consts::PI * n as f64 / middle).cos();
        (sinc * window) as f32
    })
}
