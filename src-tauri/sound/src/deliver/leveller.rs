//! A gain and, where there is a ceiling, the limiter behind it, for any number of channels.

use son1k_domain::unit::{Db, Dbtp};

use crate::encode::Spec;
use crate::error::{Error, Result};
use crate::limiter::Limiter;

/// What sound is turned by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    pub gain: Db,
    /// Where the limiter begins; none is no limiter.
    pub ceiling: Option<Dbtp>,
}

impl Level {
    pub(super) const AS_IT_IS: Self = Self { gain: Db(0.0), ceiling: None };
}

/// Levels a stream of interleaved samples, whole frames at a time.
pub(super) struct Leveller {
    gain: f32,
    limiter: Option<Box<dyn Limit>>,
    /// Samples of the limiter's delay that are still to be left out.
    late: usize,
    channels: usize,
}

/// A limiter whose number of channels only it knows.
trait Limit: Send {
    fn run(&mut self, samples: &mut [f32]);
    fn latency(&self) -> usize;
    fn take_reduction(&mut self) -> f32;
}

impl<const CHANNELS: usize> Limit for Limiter<CHANNELS> {
    fn run(&mut self, samples: &mut [f32]) {
        Limiter::run(self, samples.as_chunks_mut::<CHANNELS>().0);
    }

    fn latency(&self) -> usize {
        Limiter::latency(self)
    }

    fn take_reduction(&mut self) -> f32 {
        Limiter::take_reduction(self)
    }
}

fn limiter(spec: Spec, ceiling: Dbtp) -> Result<Box<dyn Limit>> {
    let (rate, ceiling) = (spec.rate, Db(ceiling.0).amplitude());
    Ok(match spec.channels {
        1 => Box::new(Limiter::<1>::new(rate, ceiling)),
        2 => Box::new(Limiter::<2>::new(rate, ceiling)),
        3 => Box::new(Limiter::<3>::new(rate, ceiling)),
        4 => Box::new(Limiter::<4>::new(rate, ceiling)),
        5 => Box::new(Limiter::<5>::new(rate, ceiling)),
        6 => Box::new(Limiter::<6>::new(rate, ceiling)),
        7 => Box::new(Limiter::<7>::new(rate, ceiling)),
        8 => Box::new(Limiter::<8>::new(rate, ceiling)),
        more => return Err(Error::Encode(format!("{more} channels cannot be limited"))),
    })
}

impl Leveller {
    pub(super) fn new(spec: Spec, level: Level) -> Result<Self> {
        let limiter = level.ceiling.map(|ceiling| limiter(spec, ceiling)).transpose()?;
        let channels = usize::from(spec.channels);
        let late = limiter.as_ref().map_or(0, |limiter| limiter.latency() * channels);
        Ok(Self { gain: level.gain.amplitude(), limiter, late, channels })
    }

    /// Levels samples in place and returns those that are in time; the first ones come later.
    pub(super) fn run<'a>(&mut self, samples: &'a mut [f32]) -> &'a [f32] {
        samples.iter_mut().for_each(|sample| *sample *= self.gain);
        let Some(limiter) = &mut self.limiter else { return samples };
        limiter.run(samples);
        let left_out = self.late.min(samples.len());
        self.late -= left_out;
        &samples[left_out..]
    }

    /// Returns what the limiter still holds.
    pub(super) fn rest(&mut self) -> Vec<f32> {
        let Some(limiter) = &mut self.limiter else { return Vec::new() };
        let mut rest = vec![0.0; limiter.latency() * self.channels];
        limiter.run(&mut rest);
        // A sound shorter than the delay: part of it was not out yet.
        rest.drain(..self.late.min(rest.len()));
        rest
    }

    /// Returns the lowest gain of the limiter so far.
    pub(super) fn reduction(&mut self) -> Db {
        Db::from_amplitude(self.limiter.as_mut().map_or(1.0, |limiter| limiter.take_reduction()))
    }
}
