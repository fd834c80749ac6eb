//! A voice's style on a sound: adaptive instance normalisation (X. Huang and S. Belongie, "Arbitrary Style Transfer in
//! Real-time with Adaptive Instance Normalization", ICCV 2017), and the Snake activation behind it (L. Ziyin, T. Hartwig and
//! M. Ueda, "Neural Networks Fail to Learn Periodic Functions and How to Fix It", NeurIPS 2020).

use std::ops::Range;

use ort::operator::{ComputeContext, Kernel, KernelContext, Operator, OperatorInput, OperatorOutput};
use ort::value::TensorElementType::{Float32, Int64};
use pulp::Arch;

use super::{fill_pieces, missing, sounding};

/// Numbers that are summed at once: as many as a processor's registers hold, and more.
const LANES: usize = 16;
/// Numbers that are summed in 32 bits before the sum goes on in 64.
const EXACT: usize = 1024;

/// Of a sound `x` of C channels and T places [1, C, T], `gain`, `shift` and `alpha` [1, C, 1]: each channel without its mean and
/// divided by its deviation, times its gain, plus its shift, gives z, and z + sin²(αz) / α is the result [1, C, T]. `epsilon` is
/// added to the square of the deviation.
///
/// The silence around the sound may be left out: of `whole` [1] frames, x has those from `begin` [1] to `end` [1]
/// ([`sounding::Sounding`]). Without it means and deviations were others, and the whole sound would be up to 2 dB quieter; so
/// the middle half of the `around` frames that are left of it on each side counts for what is not there.
pub(super) struct AdaInSnake;

impl Operator for AdaInSnake {
    type Kernel<'attr> = Style;

    fn name(&self) -> &'static str {
        "AdaInSnake"
    }

    fn inputs(&self) -> impl IntoIterator<Item = OperatorInput> {
        let [sound, silence] = [[Float32; 4].as_slice(), &[Int64; 3]];
        sound.iter().chain(silence).map(|kind| OperatorInput::required(*kind))
    }

    fn outputs(&self) -> impl IntoIterator<Item = OperatorOutput> {
        [OperatorOutput::required(Float32)]
    }

    fn create_kernel<'attr>(&self, context: &KernelContext<'attr>) -> ort::Result<Style> {
        let epsilon = context.get::<f32>("epsilon").ok_or_else(|| missing("epsilon"))?;
        Ok(Style { epsilon, around: sounding::around(context)? })
    }
}

pub(super) struct Style {
    epsilon: f32,
    around: usize,
}

impl Kernel for Style {
    fn compute(&mut self, context: &ComputeContext) -> ort::Result<()> {
        let input = |number| super::input(context, number);
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
        let frame = |number| -> ort::Result<usize> {
            let value = input(number)?;
            let frame =
                value.try_extract_tensor::<i64>()?.1.first().and_then(|frame| usize::try_from(*frame).ok());
            frame.ok_or_else(|| missing("a frame"))
        };
        let silences = Silences::of(places, [frame(4)?, frame(5)?, frame(6)?], self.around);
        let silences = silences.ok_or_else(|| missing("the silence"))?;
        let mut output = super::output(context, 0, shape.to_vec())?;
        let (_, output) = output.try_extract_tensor_mut::<f32>()?;
        let arch = Arch::new();
        fill_pieces(context, output, places, |channel, row| {
            let x = &x[channel * places..][..places];
            // Compiled for each kind of processor, of which this one's is chosen.
            arch.dispatch(|| {
                style(x, gain[channel], shift[channel], alpha[channel], self.epsilon, &silences, row);
            });
        })
    }
}

/// Silence that is left out before and behind a sound, each as how many places it has, and which of the sound are like it.
struct Silences([(usize, Range<usize>); 2]);

impl Silences {
    /// Of a sound of so many places; nothing for frames that cannot be.
    fn of(places: usize, [begin, end, whole]: [usize; 3], around: usize) -> Option<Self> {
        let frames = end.checked_sub(begin).filter(|frames| *frames > 0)?;
        let (per_frame, behind) = (places / frames, whole.checked_sub(end)?);
        let alike = around * per_frame / 4..(around * per_frame * 3).div_ceil(4);
        let is_there = !alike.is_empty() && alike.end <= places;
        let silence = |left_out: usize, alike: Range<usize>| {
            (left_out == 0 || is_there).then(|| Some((left_out.checked_mul(per_frame)?, alike)))?
        };
        let from_end = places.saturating_sub(alike.end)..places.saturating_sub(alike.start);
        Some(Self([silence(begin, alike)?, silence(behind, from_end)?]))
    }
}

#[inline(always)]
fn style(x: &[f32], gain: f32, shift: f32, alpha: f32, epsilon: f32, silences: &Silences, out: &mut [f32]) {
    let mean = mean(x, silences, |value| value);
    let variance = self::mean(x, silences, |value| (value - mean) * (value - mean));
    let gain = gain / (variance + epsilon).sqrt();
    let (half_turns, part) = (alpha / std::f32::consts::PI, 1.0 / alpha);
    for (out, x) in out.iter_mut().zip(x) {
        let z = (x - mean) * gain + shift;
        let sine = sine_of_half_turns(z * half_turns);
        *out = z + part * (sine * sine);
    }
}

#[inline(always)]
fn mean(values: &[f32], silences: &Silences, of: impl Fn(f32) -> f32) -> f32 {
    let sum = |values: &[f32]| values.chunks(EXACT).map(|part| f64::from(sum(part, &of))).sum::<f64>();
    let (mut whole, mut count) = (sum(values), values.len() as f64);
    for (left_out, alike) in &silences.0 {
        if *left_out > 0 {
            whole += *left_out as f64 * sum(&values[alike.clone()]) / alike.len() as f64;
            count += *left_out as f64;
        }
    }
    (whole / count.max(1.0)) as f32
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

    const NONE: Silences = Silences([(0, 0..0), (0, 0..0)]);

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
            style(&x, gain, shift, alpha, epsilon, &NONE, &mut found);
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
        style(&[0.0; 100], 2.0, 0.25, 1.0, 1e-5, &NONE, &mut found);
        let expected = 0.25 + 0.25_f32.sin().powi(2);
        assert!(found.iter().all(|value| (value - expected).abs() < 1e-6), "{found:?}");
    }

    #[test]
    fn silence_that_is_left_out_counts_as_if_it_were_there() {
        let (sound, silence) = (noise(500), |places: usize| vec![0.125; places]);
        let whole = [silence(120), sound.clone(), silence(200)].concat();
        let mut expected = vec![0.0; whole.len()];
        style(&whole, 1.3, -0.4, 2.2, 1e-5, &NONE, &mut expected);
        // Ten places are a frame, and four frames of silence are left on each side.
        let part = [silence(40), sound, silence(40)].concat();
        let silences = Silences::of(part.len(), [8, 66, 82], 4).unwrap();
        let mut found = vec![0.0; part.len()];
        style(&part, 1.3, -0.4, 2.2, 1e-5, &silences, &mut found);
        for (found, expected) in found.iter().zip(&expected[80..]) {
            assert!((found - expected).abs() < 1e-5, "{found}, not {expected}");
        }
    }

    #[test]
    fn frames_that_cannot_be_are_refused() {
        let of = |places, frames| Silences::of(places, frames, 4).is_some();
        assert!(of(580, [8, 66, 82]) && of(581, [0, 58, 58]) && of(3, [0, 3, 3]));
        for frames in [[8, 8, 82], [9, 8, 82], [8, 66, 65], [0, 0, 0]] {
            assert!(!of(580, frames), "{frames:?}");
        }
        assert!(
            !of(20, [1, 3, 3]) && !of(20, [0, 2, 3]),
            "no silence is left to count for what is not there"
        );
        assert!(!of(580, [usize::MAX - 58, usize::MAX, usize::MAX]));
    }
}
