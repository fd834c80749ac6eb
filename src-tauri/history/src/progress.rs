//! How long work tells how far it is, and learns that nobody wants it any more.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

static NEVER: AtomicBool = AtomicBool::new(false);

/// The line between long work and whoever waits for it.
#[derive(Clone, Copy)]
pub struct Progress<'a> {
    /// Told the finished part of the work, 0 to 1.
    pub report: &'a (dyn Fn(f32) + Sync),
    /// Raised to stop the work; read at least every 50 ms.
    pub cancelled: &'a AtomicBool,
}

impl Progress<'static> {
    /// Returns the line of work that is short: nobody is told, nobody stops it.
    pub(crate) fn of_short_work() -> Self {
        Self { report: &|_| (), cancelled: &NEVER }
    }
}

impl Progress<'_> {
    /// Returns [`Error::Cancelled`] once the flag is raised.
    pub fn check(&self) -> Result<()> {
        if self.cancelled.load(Ordering::Relaxed) { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Runs part of the work, with its own 0 to 1 told as `from` to `to` of this.
    pub fn part<T>(&self, from: f32, to: f32, work: impl FnOnce(&Progress) -> T) -> T {
        let report = |done: f32| (self.report)(from + (to - from) * done);
        work(&Progress { report: &report, cancelled: self.cancelled })
    }

    /// Tells that `done` of `all` is finished and checks the flag.
    pub fn at(&self, done: u64, all: u64) -> Result<()> {
        self.check()?;
        (self.report)(share(done, all));
        Ok(())
    }
}

/// Returns `done` of `all` as 0 to 1.
pub(crate) fn share(done: u64, all: u64) -> f32 {
    (done as f32 / all.max(1) as f32).clamp(0.0, 1.0)
}
