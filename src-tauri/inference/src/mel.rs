//! Bands of a spectrum as an ear divides it: Slaney's scale and normalisation, as `librosa.filters.mel` has them by default
//! (M. Slaney, "Auditory Toolbox", 1998).

/// Triangles over the bins of a power spectrum, each of the same area.
pub(crate) struct Bands(Vec<Band>);

/// One band: the first bin it covers and the weights from there on.
struct Band {
    first: usize,
    weights: Vec<f32>,
}

impl Bands {
    /// Returns `count` bands from 0 Hz to half of `rate`, for frames of `size` samples.
    pub(crate) fn new(count: usize, size: usize, rate: usize) -> Self {
        let top = mel(rate as f64 / 2.0);
        let points: Vec<f64> = (0..count + 2).map(|n| hertz(top * n as f64 / (count + 1) as f64)).collect();
        Self(
            points.windows(3).map(|points| triangle([points[0], points[1], points[2]], size, rate)).collect(),
        )
    }

    /// Returns what each band holds of a power spectrum.
    pub(crate) fn of(&self, power: &[f32]) -> impl Iterator<Item = f32> {
        self.0.iter().map(move |band| band.weights.iter().zip(&power[band.first..]).map(|(w, p)| w * p).sum())
    }
}

fn triangle([low, centre, high]: [f64; 3], size: usize, rate: usize) -> Band {
    let weight = |bin: usize| {
        let hz = bin as f64 * rate as f64 / size as f64;
        let slope = ((hz - low) / (centre - low)).min((high - hz) / (high - centre));
        (slope.max(0.0) * 2.0 / (high - low)) as f32
    };
    let weights: Vec<f32> = (0..=size / 2).map(weight).collect();
    let first = weights.iter().position(|weight| *weight > 0.0).unwrap_or(0);
    let last = weights.iter().rposition(|weight| *weight > 0.0).unwrap_or(0);
    Band { first, weights: weights[first..=last].to_vec() }
}

/// Slaney's scale: linear to 1,000 Hz (15 mel), then logarithmic, 27 mel to a factor of 6.4.
const BREAK_HZ: f64 = 1_000.0;
const HZ_PER_MEL: f64 = 200.0 / 3.0;
const BREAK_MEL: f64 = BREAK_HZ / HZ_PER_MEL;

fn log_step() -> f64 {
    6.4_f64.ln() / 27.0
}

fn mel(hz: f64) -> f64 {
    if hz < BREAK_HZ { hz / HZ_PER_MEL } else { BREAK_MEL + (hz / BREAK_HZ).ln() / log_step() }
}

fn hertz(mel: f64) -> f64 {
    if mel < BREAK_MEL { mel * HZ_PER_MEL } else { BREAK_HZ * ((mel - BREAK_MEL) * log_step()).exp() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_meets_its_published_points() {
        assert!((mel(1_000.0) - 15.0).abs() < 1e-9);
        assert!((mel(6_400.0) - 42.0).abs() < 1e-9);
        for hz in [0.0, 60.0, 999.0, 1_001.0, 7_999.0] {
            assert!((hertz(mel(hz)) - hz).abs() < 1e-6, "{hz}");
        }
    }

    #[test]
    fn every_band_of_the_models_hears_something() {
        for (count, size) in [(96, 512), (80, 400)] {
            let bands = Bands::new(count, size, 16_000);
            assert_eq!(bands.0.len(), count);
            assert!(bands.of(&vec![1.0; size / 2 + 1]).all(|value| value > 0.0));
        }
    }
}
