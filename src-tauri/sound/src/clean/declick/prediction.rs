//! A stretch of sound as an autoregressive process: what its past and its future foretell.

use super::detection::Click;

/// Coefficients of the model: enough for the partials of a chord (Godsill & Rayner use 30 to 50 for music).
pub(super) const ORDER: usize = 40;
/// Below this share of the sound's energy nothing is left to predict.
const EXHAUSTED: f64 = 1e-11;
/// Keeps the equations solvable for a sound that its model predicts without error.
const RIDGE: f64 = 1e-9;
/// Most samples that are put back together; crackle without pause is left to the next round.
const TOGETHER: usize = 600;

/// The prediction error filter: 1, then the coefficients.
pub(super) struct Model {
    filter: [f64; ORDER + 1],
}

impl Model {
    /// Fits the model by J. P. Burg's method (1967), which needs no window and is stable.
    pub(super) fn of(sound: &[f64]) -> Self {
        let mut filter = [0.0; ORDER + 1];
        filter[0] = 1.0;
        let (mut forward, mut backward) = (sound.to_vec(), sound.to_vec());
        let all: f64 = sound.iter().map(|sample| sample * sample).sum();
        for order in 1..=ORDER.min(sound.len().saturating_sub(1)) {
            let (ahead, behind) = (&forward[order..], &backward[order - 1..sound.len() - 1]);
            let (mut product, mut energy) = (0.0, 0.0);
            for (f, b) in ahead.iter().zip(behind) {
                product += f * b;
                energy += f * f + b * b;
            }
            if energy <= 2.0 * EXHAUSTED * all {
                break;
            }
            let reflection = -2.0 * product / energy;
            for at in 0..=order / 2 {
                let (low, high) = (filter[at], filter[order - at]);
                filter[at] = low + reflection * high;
                filter[order - at] = high + reflection * low;
            }
            // From the end, as each step needs the sample before.
            for at in (order..sound.len()).rev() {
                let (f, b) = (forward[at], backward[at - 1]);
                forward[at] = f + reflection * b;
                backward[at] = b + reflection * f;
            }
        }
        Self { filter }
    }

    /// Returns the errors of predicting each sample from those before it; none where they are not all known.
    pub(super) fn errors_ahead(&self, sound: &[f64]) -> Vec<f64> {
        let mut errors = vec![0.0; sound.len()];
        for at in ORDER..sound.len() {
            let past = sound[at - ORDER..=at].iter().rev();
            errors[at] = past.zip(&self.filter).map(|(sample, weight)| sample * weight).sum();
        }
        errors
    }

    /// Returns the errors of predicting each sample from those behind it.
    pub(super) fn errors_back(&self, sound: &[f64]) -> Vec<f64> {
        let mut errors = vec![0.0; sound.len()];
        for at in 0..sound.len().saturating_sub(ORDER) {
            let future = &sound[at..=at + ORDER];
            errors[at] = future.iter().zip(&self.filter).map(|(sample, weight)| sample * weight).sum();
        }
        errors
    }

    /// Replaces the samples of clicks by those with the least error of prediction (A. J. E. M. Janssen, R. N. J. Veldhuis
    /// and L. B. Vries, "Adaptive interpolation of discrete-time signals that can be modeled as autoregressive
    /// processes", IEEE Trans. ASSP 34(2), 1986). Clicks that are further apart than the model reaches do not know of
    /// each other.
    pub(super) fn fill(&self, sound: &mut [f64], clicks: &[Click]) {
        let weights = self.correlation();
        let mut places: Vec<usize> = Vec::new();
        for click in clicks {
            if places.last().is_some_and(|last| click.start > last + ORDER) {
                solve(sound, &places, &weights);
                places.clear();
            }
            places.extend(click.start..=click.end);
        }
        solve(sound, &places, &weights);
    }

    /// Returns the autocorrelation of the filter.
    fn correlation(&self) -> [f64; ORDER + 1] {
        std::array::from_fn(|lag| {
            self.filter[lag..].iter().zip(&self.filter).map(|(late, early)| late * early).sum()
        })
    }
}

/// Puts the samples at these places where the model expects them.
fn solve(sound: &mut [f64], places: &[usize], weights: &[f64; ORDER + 1]) {
    let count = places.len();
    if count == 0 || count > TOGETHER {
        return;
    }
    let weight = |distance: usize| weights.get(distance).copied().unwrap_or(0.0);
    places.iter().for_each(|place| sound[*place] = 0.0);
    // With the unknown samples at zero, the sum over all neighbours is the sum over the known ones.
    let pull = |place: &usize| -> f64 {
        let around = place.saturating_sub(ORDER)..(place + ORDER + 1).min(sound.len());
        -around.map(|at| weight(at.abs_diff(*place)) * sound[at]).sum::<f64>()
    };
    let mut values: Vec<f64> = places.iter().map(pull).collect();
    let mut matrix: Vec<f64> = Vec::with_capacity(count * count);
    for (row, at) in places.iter().enumerate() {
        for (column, other) in places.iter().enumerate() {
            let ridge = if row == column { 1.0 + RIDGE } else { 1.0 };
            matrix.push(weight(at.abs_diff(*other)) * ridge);
        }
    }
    if cholesky(&mut matrix, count) {
        substitute(&matrix, count, &mut values);
        for (place, value) in places.iter().zip(values) {
            sound[*place] = value;
        }
    }
}

/// Makes the lower triangle of a symmetric matrix its Cholesky factor; false when it has none.
fn cholesky(matrix: &mut [f64], count: usize) -> bool {
    for row in 0..count {
        for column in 0..=row {
            let (upper, lower) = (&matrix[column * count..][..column], &matrix[row * count..][..column]);
            let known: f64 = upper.iter().zip(lower).map(|(a, b)| a * b).sum();
            let left = matrix[row * count + column] - known;
            if row == column {
                if left.is_nan() || left <= 0.0 {
                    return false;
                }
                matrix[row * count + column] = left.sqrt();
            } else {
                matrix[row * count + column] = left / matrix[column * count + column];
            }
        }
    }
    true
}

/// Solves the equations with the factor, forwards and back.
fn substitute(factor: &[f64], count: usize, values: &mut [f64]) {
    for row in 0..count {
        let known: f64 = factor[row * count..][..row].iter().zip(&*values).map(|(a, b)| a * b).sum();
        values[row] = (values[row] - known) / factor[row * count + row];
    }
    for row in (0..count).rev() {
        let known: f64 = (row + 1..count).map(|below| factor[below * count + row] * values[below]).sum();
        values[row] = (values[row] - known) / factor[row * count + row];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_in_a_chord_is_filled_as_if_it_had_never_been() {
        let chord = |n: usize| {
            [220.0, 277.2, 329.6, 1_108.7].iter().map(|hz| (hz * n as f64 * 0.000_142_476).sin()).sum::<f64>()
        };
        // A floor of noise, as every recording has one.
        let mut state = 1u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (f64::from(state) / f64::from(u32::MAX) - 0.5) * 2e-4
        };
        let whole: Vec<f64> = (0..4_000).map(|n| 0.2 * chord(n) + noise()).collect();
        let mut broken = whole.clone();
        broken[2_000..2_020].fill(0.9);
        Model::of(&whole).fill(&mut broken, &[Click { start: 2_000, end: 2_019 }]);
        let off = whole.iter().zip(&broken).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(off < 2e-3, "{off}");
    }

    #[test]
    fn silence_and_a_lone_sample_have_a_model() {
        for sound in [vec![0.0; 500], vec![0.5], Vec::new()] {
            let model = Model::of(&sound);
            assert!(model.filter.iter().all(|weight| weight.is_finite()));
            assert!(model.errors_ahead(&sound).iter().all(|error| error.is_finite()));
        }
    }
}
