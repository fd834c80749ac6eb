//! How long work tells how far it is, and learns that nobody wants it any more.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Error, Result};

/// The line between long work and whoever waits for it.
#[derive(Clone, Copy)]
pub struct Progress<'a> {
    /// Told the finished part of the work, 0 to 1.
    pub report: &'a (dyn Fn(f32) + Sync),
    /// Raised to stop the work; read several times for each second of sound.
    pub cancelled: &'a AtomicBool,
}

impl Progress<'_> {
    /// Tells that `done` of `all` is finished and checks the flag.
    pub(crate) fn at(&self, done: usize, all: usize) -> Result<()> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        (self.report)((done as f32 / all.max(1) as f32).clamp(0.0, 1.0));
        Ok(())
    }
}
