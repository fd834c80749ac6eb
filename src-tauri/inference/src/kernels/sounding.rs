//! Where there is something to hear, so that a model need not make the silence around it.

use ort::operator::{ComputeContext, Kernel, KernelContext, Operator, OperatorInput, OperatorOutput};
use ort::value::TensorElementType::{Float32, Int64};

use super::{input, missing, output};

/// The most silence that a model may ask for, in frames.
const WIDEST: i64 = 4096;

/// Of the energy of T frames [1, T]: the first and the last frame that is louder than `silence`, `around` frames before and
/// behind them, as `begin` [1] and `end` [1], which is behind the last; and T as `whole` [1]. Where nothing is louder, all of it.
pub(super) struct Sounding;

impl Operator for Sounding {
    type Kernel<'attr> = Ends;

    fn name(&self) -> &'static str {
        "Sounding"
    }

    fn inputs(&self) -> impl IntoIterator<Item = OperatorInput> {
        [OperatorInput::required(Float32)]
    }

    fn outputs(&self) -> impl IntoIterator<Item = OperatorOutput> {
        [(); 3].map(|()| OperatorOutput::required(Int64))
    }

    fn create_kernel<'attr>(&self, context: &KernelContext<'attr>) -> ort::Result<Ends> {
        let silence = context.get::<f32>("silence").ok_or_else(|| missing("silence"))?;
        Ok(Ends { silence, around: around(context)? })
    }
}

/// Returns how many frames of silence are left around a sound.
pub(super) fn around(context: &KernelContext<'_>) -> ort::Result<usize> {
    let around = context.get::<i64>("around").filter(|around| (0..=WIDEST).contains(around));
    Ok(around.ok_or_else(|| missing("around"))? as usize)
}

pub(super) struct Ends {
    silence: f32,
    around: usize,
}

impl Kernel for Ends {
    fn compute(&mut self, context: &ComputeContext) -> ort::Result<()> {
        let energy = input(context, 0)?;
        let (_, energy) = energy.try_extract_tensor::<f32>()?;
        let (begin, end) = self.of(energy);
        for (number, value) in [begin, end, energy.len()].into_iter().enumerate() {
            let mut output = output(context, number, vec![1])?;
            output.try_extract_tensor_mut::<i64>()?.1[0] = value as i64;
        }
        Ok(())
    }
}

impl Ends {
    fn of(&self, energy: &[f32]) -> (usize, usize) {
        let is_heard = |energy: &f32| *energy > self.silence;
        let first = energy.iter().position(is_heard);
        match first.zip(energy.iter().rposition(is_heard)) {
            Some((first, last)) => {
                (first.saturating_sub(self.around), (last + 1 + self.around).min(energy.len()))
            }
            None => (0, energy.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_little_silence_is_left_around_what_is_heard() {
        let ends = Ends { silence: -4.0, around: 2 };
        let curve = |silent: usize, heard: usize, behind: usize| {
            [vec![-9.0; silent], vec![5.0; heard], vec![-4.0; behind]].concat()
        };
        assert_eq!(ends.of(&curve(10, 5, 7)), (8, 17));
        assert_eq!(ends.of(&curve(1, 5, 1)), (0, 7));
        assert_eq!(ends.of(&[5.0, -9.0, -9.0, -9.0, 5.0]), (0, 5));
        assert_eq!(ends.of(&curve(10, 0, 7)), (0, 17), "silence alone stays");
        assert_eq!(ends.of(&[f32::NAN; 3]), (0, 3));
        assert_eq!(ends.of(&[]), (0, 0));
    }
}
