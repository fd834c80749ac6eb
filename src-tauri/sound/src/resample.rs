//! Any rate into any other, as a stream or as a whole, with the resampler's own delay taken off again.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Async, Fft, FixedAsync, FixedSync, SincInterpolationParameters, WindowFunction};

use crate::error::{Error, Result};

/// Frames of one Fourier transform, and so about the length of its filter: the pass band ends within a hundredth of the
/// highest frequency, the stop band lies below −100 dB.
const CHUNK: usize = 1_024;

/// Rates whose ratio is made of larger numbers (44,100 to 47,999) take an interpolated sinc instead: a Fourier
/// transform must hold a whole multiple of both.
const LARGEST_RATIO: u32 = 8_192;

/// Brings interleaved samples to another rate.
pub struct Resampler {
    /// None where there is nothing to do.
    engine: Option<Box<dyn rubato::Resampler<f32>>>,
    from: u32,
    to: u32,
    channels: usize,
    /// Samples that do not fill a chunk yet.
    waiting: Vec<f32>,
    made: Vec<f32>,
    /// Frames of the engine's own delay that are still to be dropped.
    late: usize,
    frames_in: u64,
    frames_out: u64,
}

impl Resampler {
    /// Prepares for samples of so many channels, from one rate to another, both in hertz.
    ///
    /// # Errors
    /// [`Error::Resample`] when a rate or the number of channels is 0.
    pub fn new(from: u32, to: u32, channels: usize) -> Result<Self> {
        let failed = |error: &dyn std::fmt::Display| Error::Resample(format!("{from} to {to} Hz: {error}"));
        if from == 0 || to == 0 || channels == 0 {
            return Err(failed(&"there is nothing to resample"));
        }
        let divisor = gcd(from, to);
        let engine: Option<Box<dyn rubato::Resampler<f32>>> = if from == to {
            None
        } else if from.max(to) / divisor <= LARGEST_RATIO {
            let (from, to) = (from as usize, to as usize);
            // The filter is as long as the shorter side of the transform.
            let chunk = CHUNK * from.div_ceil(to);
            let window = WindowFunction::BlackmanHarris2;
            let fft = Fft::new_custom(from, to, chunk, 1, channels, window, FixedSync::Input);
            Some(Box::new(fft.map_err(|error| failed(&error))?))
        } else {
            let sinc = SincInterpolationParameters::new(256, WindowFunction::BlackmanHarris2);
            let ratio = f64::from(to) / f64::from(from);
            let sinc = Async::new_sinc(ratio, 1.0, &sinc, CHUNK, channels, FixedAsync::Input);
            Some(Box::new(sinc.map_err(|error| failed(&error))?))
        };
        let late = engine.as_ref().map_or(0, |engine| engine.output_delay());
        let (waiting, made) = (Vec::new(), Vec::new());
        Ok(Self { engine, from, to, channels, waiting, made, late, frames_in: 0, frames_out: 0 })
    }

    /// Forgets what came before.
    pub fn reset(&mut self) {
        if let Some(engine) = &mut self.engine {
            engine.reset();
            self.late = engine.output_delay();
        }
        self.waiting.clear();
        (self.frames_in, self.frames_out) = (0, 0);
    }

    /// Takes interleaved samples and adds those that are ready to `out`.
    ///
    /// # Errors
    /// [`Error::Resample`] when the engine refuses its own chunk size.
    pub fn push(&mut self, mut samples: &[f32], out: &mut Vec<f32>) -> Result<()> {
        self.frames_in += (samples.len() / self.channels) as u64;
        let Some(engine) = &self.engine else {
            out.extend_from_slice(samples);
            return Ok(());
        };
        let mut needed = engine.input_frames_next() * self.channels;
        loop {
            if self.waiting.is_empty() && samples.len() >= needed {
                let (chunk, rest) = samples.split_at(needed);
                samples = rest;
                needed = self.run(chunk, out)?;
                continue;
            }
            let (chunk, rest) = samples.split_at(samples.len().min(needed - self.waiting.len()));
            self.waiting.extend_from_slice(chunk);
            samples = rest;
            if self.waiting.len() < needed {
                return Ok(());
            }
            let chunk = std::mem::take(&mut self.waiting);
            needed = self.run(&chunk, out)?;
            self.waiting = chunk;
            self.waiting.clear();
        }
    }

    /// Adds what is still on its way, so that the frames put out are those taken in times the ratio, rounded up; then
    /// forgets all.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn finish(&mut self, out: &mut Vec<f32>) -> Result<()> {
        let all = u128::from(self.frames_in) * u128::from(self.to);
        let all = all.div_ceil(u128::from(self.from)) as u64;
        while self.frames_out < all
            && let Some(engine) = &self.engine
        {
            let mut chunk = std::mem::take(&mut self.waiting);
            chunk.resize(engine.input_frames_next() * self.channels, 0.0);
            self.run(&chunk, out)?;
        }
        let surplus = self.frames_out.saturating_sub(all) as usize * self.channels;
        out.truncate(out.len().saturating_sub(surplus));
        self.reset();
        Ok(())
    }

    /// Returns all of a sound at the other rate.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub fn whole(mut self, samples: &[f32]) -> Result<Vec<f32>> {
        let expected = samples.len() as u64 * u64::from(self.to) / u64::from(self.from);
        let mut out = Vec::with_capacity(expected as usize + 4 * CHUNK * self.channels);
        self.push(samples, &mut out)?;
        self.finish(&mut out)?;
        Ok(out)
    }

    /// Resamples one chunk of just the size the engine wants, and returns the size that it wants next.
    fn run(&mut self, chunk: &[f32], out: &mut Vec<f32>) -> Result<usize> {
        let Some(engine) = &mut self.engine else { return Ok(0) };
        let failed = |error: &dyn std::fmt::Display| Error::Resample(error.to_string());
        let frames = chunk.len() / self.channels;
        let room = engine.output_frames_max();
        self.made.resize(room * self.channels, 0.0);
        let input = InterleavedSlice::new(chunk, self.channels, frames).map_err(|error| failed(&error))?;
        let mut output =
            InterleavedSlice::new_mut(&mut self.made, self.channels, room).map_err(|error| failed(&error))?;
        let made = engine.process_into_buffer(&input, &mut output, None);
        let (_, made) = made.map_err(|error| failed(&error))?;
        let dropped = self.late.min(made);
        self.late -= dropped;
        self.frames_out += (made - dropped) as u64;
        out.extend_from_slice(&self.made[dropped * self.channels..made * self.channels]);
        Ok(engine.input_frames_next() * self.channels)
    }
}

fn gcd(mut a: u32, mut b: u32) -> u32 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests;
