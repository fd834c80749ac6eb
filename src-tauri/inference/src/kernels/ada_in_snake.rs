//! A voice's style on a sound: adaptive instance normalisation (X. Huang and S. Belongie, "Arbitrary Style Transfer in
//! Real-time with Adaptive Instance Normalization", ICCV 2017), and the Snake activation behind it (L. Ziyin, T. Hartwig and
//! M. Ueda, "Neural Networks Fail to Learn Periodic Functions and How to Fix It", NeurIPS 2020).

use ort::operator::{ComputeContext, Kernel, KernelContext, Operator, OperatorInput, OperatorOutput};
use ort::value::TensorElementType::Float32;
use pulp::Arch;

use super::{fill_pieces, missing};

/// Numbers that are summed at once: as many as a processor's registers hold, and more.
const LANES: usize = 16;
/// Numbers that are summed in 32 bits before the sum goes on in 64.
const EXACT: usize = 1024;

/// Of a sound `x` of C channels and T places [1, C, T], `gain`, `shift` and `alpha` [1, C, 1]: each channel without its mean and
/// divided by its deviation, times its gain, plus its shift, gives z, and z + sin²(αz) / α is the result [1, C, T]. `epsilon` is
/// added to the square of the deviation.
pub(super) struct AdaInSnake;

impl Operator for AdaInSnake {
    type Kernel<'attr> = Style;

    fn name(&self) -> &'static str {
        "AdaInSnake"
    }

    fn inputs(&self) -> impl IntoIterator<Item = OperatorInput> {
        [(); 4].map(|()| OperatorInput::required(Float32))
    }

    fn outputs(&self) -> impl IntoIterator<Item = OperatorOutput> {
        [OperatorOutput::required(Float32)]
    }

    fn create_kernel<'attr>(&self, context: &KernelContext<'attr>) -> ort::Result<Style> {
        Ok(Style { epsilon: context.get::<f32>("epsilon").ok_or_else(|| missing("epsilon"))? })
    }
}

pub(super) struct Style {
    epsilon: f32,
}

impl Kernel for Style {
    fn compute(&mut self, context: &ComputeContext) -> ort::Result<()> {
        let input = |number| context.input(number)?.ok_or_else(|| missing("an input"));
        let (x, gain, shift, alpha) = (input(0)?, input(1)?, input(2)?, input(3)?);
        let (shape, x) = x.try_extract_tensor::<f32>()?;
        let channels = [&gain, &shift, &alpha].map(|value| value.try_extract_tensor::<f32>());
        let [gain, shift, alpha] = channels;
        let (gain, shift, alpha) = (gain?.1, shift?.1, alpha?.1);
        let [1, count, places] = shape[..] else { return Err(missing("the sound")) };
        let (count, places) = (count as usize, places as usize);
        if [gain, shift, alpha].iter().any(|values| values.len() != count) {
            return Err(missing("what a channel needs"));
        }
        let mut output = context.output(0, shape.to_vec())?.ok_or_else(|| missing("the output"))?;
        let (_, output) = output.try_extract_tensor_mut::<f32>()?;
        let arch = Arch::new();
        fill_pieces(context, output, places, |channel, row| {
            let x = &x[channel * places..][..places];
            // Compiled for each kind of processor, of which this one's is chosen.
            arch.dispatch(|| style(x, gain[channel], shift[channel], alpha[channel], self.epsilon, row));
        })
    }
}

#[inline(always)]
fn style(x: &[f32], gain: f32, shift: f32, alpha: f32, epsilon: f32, out: &mut [f32]) {
    let mean = mean(x, |value| value);
    let variance = self::mean(x, |value| (value - mean) * (value - mean));
    let gain = gain / (variance + epsilon).sqrt();
    let (half_turns, part) = (alpha / std::f32::consts::PI, 1.0 / alpha);
    for (out, x) in out.iter_mut().zip(x) {
        let z = (x - mean) * gain + shift;
        let sine = sine_of_half_turns(z * half_turns);
        *out = z + part * (sine * sine);
    }
}

#[inline(always)]
fn mean(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let sum: f64 = values.chunks(EXACT).map(|part| f64::from(sum(part, &of))).sum();
    (sum / values.len().max(1) as f64) as f32
}

#[inline(always)]
fn sum(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (whole, rest) = values.as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for values in whole {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += of(*value);
        }
    }
    sums.iter().sum::<f32>() + rest.iter().map(|value| of(*value)).sum::<f32>()
}

/// Returns sin(πx) but for its sign, to 1e-7: by its Taylor series around the nearest zero. Without branches and calls, so that
/// several are computed at once.
#[inline(always)]
fn sine_of_half_turns(x: f32) -> f32 {
    /// Added to a number, this leaves no bits for what is behind the point.
    const WHOLE: f32 = 12_582_912.0;
    let x = x - ((x + WHOLE) - WHOLE);
    let square = x * x;
    let series = [-0.007_370_43, 0.082_145_89, -0.599_264_5, 2.550_164, -5.167_713, std::f32::consts::PI];
    x * series.into_iter().fold(0.0, |sum, factor| sum * square + factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(length: usize) -> Vec<f32> {
        (0..length).map(|number| ((number * 7919 + 13) % 1009) as f32 / 250.0 - 1.7).collect()
    }

    #[test]
    fn a_sine_is_right_to_a_ten_millionth_near_zero_and_as_far_as_sounds_go() {
        for number in -200_000..=200_000 {
            let x = f64::from(number) / 1000.0;
            let exact = (std::f64::consts::PI * f64::from(x as f32)).sin().abs();
            let found = f64::from(sine_of_half_turns(x as f32)).abs();
            assert!((found - exact).abs() < 3e-7, "{x}: {found}, not {exact}");
        }
    }

    #[test]
    fn a_channel_is_normalised_styled_and_waved() {
        let (gain, shift, alpha, epsilon) = (1.3_f32, -0.4_f32, 2.2_f32, 1e-5);
        for length in [1, 15, 1024, 5000] {
            let x = noise(length);
            let exact: Vec<f64> = x.iter().map(|value| f64::from(*value)).collect();
            let mean = exact.iter().sum::<f64>() / length as f64;
            let variance = exact.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / length as f64;
            let mut found = vec![0.0; length];
            style(&x, gain, shift, alpha, epsilon, &mut found);
            for (found, value) in found.iter().zip(exact) {
                let normal = (value - mean) / (variance + f64::from(epsilon)).sqrt();
                let z = normal * f64::from(gain) + f64::from(shift);
                let expected = z + (f64::from(alpha) * z).sin().powi(2) / f64::from(alpha);
                assert!((f64::from(*found) - expected).abs() < 5e-6, "{found}, not {expected}");
            }
        }
    }

    #[test]
    fn silence_stays_finite() {
        let mut found = vec![1.0; 100];
        style(&[0.0; 100], 2.0, 0.25, 1.0, 1e-5, &mut found);
        let expected = 0.25 + 0.25_f32.sin().powi(2);
        assert!(found.iter().all(|value| (value - expected).abs() < 1e-6), "{found:?}");
    }
}
