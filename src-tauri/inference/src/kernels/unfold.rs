//! What a convolution looks at, laid out for a product of matrices ("im2col"; K. Chellapilla, S. Puri and P. Simard, "High
//! Performance Convolutional Neural Networks for Document Processing", 2006).

use ort::operator::{ComputeContext, Kernel, KernelContext, Operator, OperatorInput, OperatorOutput};
use ort::value::TensorElementType::Uint8;

use super::{fill_pieces, input, missing, output};

/// Places that a thread lays out at once: with their channels they stay in its cache.
const TOGETHER: usize = 256;
/// Places that are turned at once: the lines of the cache that they touch are still there for the next channel.
const TILE: usize = 16;
/// The farthest that a window looks, in places. A model that asks for more is none that was meant to run.
const FARTHEST: usize = 4096;

/// Of a sound of C channels and T places [1, C, T] in bytes, and the byte that stands for zero: for each place the channels of
/// `count` places side by side, which are `apart` from each other, the first `before` before it [1, T + before + behind −
/// (count − 1)·apart, count·C]. Beyond its ends the sound is zero.
pub(super) struct Unfold;

impl Operator for Unfold {
    type Kernel<'attr> = Window;

    fn name(&self) -> &'static str {
        "Unfold"
    }

    fn inputs(&self) -> impl IntoIterator<Item = OperatorInput> {
        [(); 2].map(|()| OperatorInput::required(Uint8))
    }

    fn outputs(&self) -> impl IntoIterator<Item = OperatorOutput> {
        [OperatorOutput::required(Uint8)]
    }

    fn create_kernel<'attr>(&self, context: &KernelContext<'attr>) -> ort::Result<Window> {
        let number = |name: &str| {
            let found = context.get::<i64>(name).and_then(|number| usize::try_from(number).ok());
            found.ok_or_else(|| missing(name))
        };
        let window = Window {
            count: number("count")?,
            apart: number("apart")?,
            before: number("before")?,
            behind: number("behind")?,
        };
        if window.is_sound() { Ok(window) } else { Err(missing("a window")) }
    }
}

/// The places that a kernel looks at.
pub(super) struct Window {
    count: usize,
    apart: usize,
    before: usize,
    behind: usize,
}

impl Kernel for Window {
    fn compute(&mut self, context: &ComputeContext) -> ort::Result<()> {
        let (x, zero) = (input(context, 0)?, input(context, 1)?);
        let (shape, x) = x.try_extract_tensor::<u8>()?;
        let (_, zero) = zero.try_extract_tensor::<u8>()?;
        let ([1, channels, places], [zero]) = (&shape[..], zero) else { return Err(missing("the sound")) };
        if *channels < 1 {
            return Err(missing("a channel"));
        }
        let sound = Sound { x, channels: *channels as usize, places: *places as usize, zero: *zero };
        let kept = self.kept(sound.places).ok_or_else(|| missing("a window"))?;
        let width = self.count * sound.channels;
        let mut output = output(context, 0, vec![1, kept as i64, width as i64])?;
        let (_, output) = output.try_extract_tensor_mut::<u8>()?;
        fill_pieces(context, output, TOGETHER * width, |number, rows| {
            self.lay_out(&sound, number * TOGETHER, rows);
        })
    }
}

/// A sound, channel after channel.
struct Sound<'a> {
    x: &'a [u8],
    channels: usize,
    places: usize,
    zero: u8,
}

impl Sound<'_> {
    /// Returns the places `first..` of a sound that is preceded by `before` zeros, place after place.
    fn turned(&self, first: usize, count: usize, before: usize) -> Vec<u8> {
        let mut turned = vec![self.zero; count * self.channels];
        let begin = first.max(before);
        let end = (first + count).min(before + self.places);
        for from in (begin..end).step_by(TILE) {
            let to = (from + TILE).min(end);
            for channel in 0..self.channels {
                let values = &self.x[channel * self.places..][from - before..to - before];
                let places = turned[(from - first) * self.channels..].chunks_exact_mut(self.channels);
                for (place, value) in places.zip(values) {
                    place[channel] = *value;
                }
            }
        }
        turned
    }
}

impl Window {
    fn is_sound(&self) -> bool {
        let spans = [self.count, self.apart, self.before, self.behind];
        self.count > 0 && spans.iter().all(|span| *span <= FARTHEST) && self.count * self.apart <= FARTHEST
    }

    /// Returns how many places a window can stand at.
    fn kept(&self, places: usize) -> Option<usize> {
        (places + self.before + self.behind).checked_sub((self.count - 1) * self.apart)
    }

    /// Fills the rows of the places from `first` on.
    fn lay_out(&self, sound: &Sound, first: usize, rows: &mut [u8]) {
        let channels = sound.channels;
        let count = rows.len() / (self.count * channels);
        let turned = sound.turned(first, count + (self.count - 1) * self.apart, self.before);
        // Neighbours that stand beside each other already are copied as one.
        let (parts, part) = if self.apart == 1 { (1, self.count) } else { (self.count, 1) };
        for (place, row) in rows.chunks_exact_mut(self.count * channels).enumerate() {
            for number in 0..parts {
                let from = (place + number * self.apart) * channels;
                let to = number * channels;
                row[to..][..part * channels].copy_from_slice(&turned[from..][..part * channels]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_its_neighbours_beside_it_whoever_lays_it_out() {
        let windows = [(1, 1, 0, 0), (3, 1, 1, 1), (11, 5, 25, 25), (7, 3, 2, 0), (2, 1, 0, 1)];
        for (count, apart, before, behind) in windows {
            let (window, channels, places) = (Window { count, apart, before, behind }, 5, 700);
            let x: Vec<u8> = (0..channels * places).map(|number| (number * 31 % 251) as u8).collect();
            let sound = Sound { x: &x, channels, places, zero: 99 };
            let (kept, width) = (window.kept(places).unwrap(), count * channels);
            let mut found = vec![0; kept * width];
            for (number, rows) in found.chunks_mut(TOGETHER * width).enumerate() {
                window.lay_out(&sound, number * TOGETHER, rows);
            }
            for place in 0..kept {
                for number in 0..count {
                    for channel in 0..channels {
                        let at = (place + number * apart).checked_sub(before).filter(|at| *at < places);
                        let expected = at.map_or(99, |at| x[channel * places + at]);
                        assert_eq!(found[place * width + number * channels + channel], expected);
                    }
                }
            }
        }
    }

    #[test]
    fn a_window_without_places_or_without_end_is_refused() {
        let window = |count, apart, before| Window { count, apart, before, behind: 0 };
        assert!(window(11, 5, 25).is_sound() && window(1, 0, 0).is_sound());
        for broken in [window(0, 1, 0), window(1000, 1000, 0), window(usize::MAX, 2, 0), window(3, 1, 5000)] {
            assert!(!broken.is_sound());
        }
    }

    #[test]
    fn a_window_that_is_longer_than_the_sound_has_no_place() {
        let window = Window { count: 5, apart: 2, before: 1, behind: 1 };
        assert_eq!((window.kept(6), window.kept(5)), (Some(0), None));
    }
}
