//! The numbers that the queue keeps to.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The numbers that the queue keeps to.
#[derive(Clone)]
pub struct Rules {
    /// Jobs that run at the same time.
    pub at_once: usize,
    /// Attempts before a job counts as failed.
    pub attempts: u8,
    /// Wait before the second attempt; it doubles for each further one. The engine's clock ticks in seconds, so that a
    /// wait may last up to a second longer.
    pub back_off: Duration,
    /// Finished jobs stay in the list for this long, and at most so many of them.
    pub keep_for: Duration,
    pub keep: u32,
    /// How often finished jobs are looked through.
    pub tidy_every: Duration,
    /// A job during which the program died this often is given up, or it could keep the studio from ever opening again.
    pub deaths: u8,
    /// Milliseconds since the Unix epoch.
    pub clock: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            at_once: 5,
            attempts: 3,
            back_off: Duration::from_secs(2),
            keep_for: Duration::from_secs(60 * 60),
            keep: 1000,
            tidy_every: Duration::from_secs(60),
            deaths: 5,
            clock: Arc::new(crate::clock::now_ms),
        }
    }
}

impl Rules {
    /// Returns the wait after a failed `attempt`, counted from 1.
    pub fn wait_after(&self, attempt: u8) -> Duration {
        self.back_off * 2_u32.saturating_pow(u32::from(attempt.saturating_sub(1)))
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("at_once", &self.at_once)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_starts_at_two_seconds_and_doubles() {
        let rules = Rules::default();
        assert_eq!([1, 2, 3].map(|attempt| rules.wait_after(attempt).as_secs()), [2, 4, 8]);
    }
}
