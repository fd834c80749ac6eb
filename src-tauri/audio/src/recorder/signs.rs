//! Signs of life of a device: that it calls, and what it complains about.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::player::Trouble;

/// A device that does not call for so long is gone, whatever it says.
const STALLED: Duration = Duration::from_secs(5);

/// The same, after it has complained.
const STUMBLED: Duration = Duration::from_millis(500);

/// Given by the device's thread.
#[derive(Default)]
pub(super) struct Signs {
    calls: AtomicU64,
    trouble: Mutex<Option<Trouble>>,
}

impl Signs {
    /// Notes that the device has called.
    pub(super) fn called(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes a complaint of the device; a loss stays. The lock is only taken when there is no sound left to disturb.
    pub(super) fn complain(&self, trouble: Trouble) {
        let mut noted = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if !matches!(*noted, Some(Trouble::Lost(_))) {
            *noted = Some(trouble);
        }
    }
}

/// Looks at the signs from time to time.
pub(super) struct Look {
    calls: u64,
    called: Instant,
}

impl Look {
    pub(super) fn new(now: Instant) -> Self {
        Self { calls: 0, called: now }
    }

    /// Returns why the device is gone, if it is: it says so, or it does not call any more.
    pub(super) fn gone(&mut self, signs: &Signs, now: Instant) -> Option<String> {
        let mut noted = signs.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = signs.calls.load(Ordering::Relaxed);
        if calls != self.calls {
            (self.calls, self.called) = (calls, now);
            // A stumble that passed is forgotten.
            noted.take_if(|trouble| matches!(trouble, Trouble::Stumbled(_)));
        }
        let waited = now.saturating_duration_since(self.called);
        match &*noted {
            Some(Trouble::Lost(reason)) => Some(reason.clone()),
            Some(Trouble::Stumbled(reason)) => (waited > STUMBLED).then(|| reason.clone()),
            None => (waited > STALLED).then(|| "it does not answer any more".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_says_so_or_falls_silent_is_gone_and_one_that_stumbles_is_not() {
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        let (signs, mut look) = (Signs::default(), Look::new(start));
        signs.called();
        assert_eq!(look.gone(&signs, after(100)), None);
        signs.complain(Trouble::Stumbled("hiccup".into()));
        assert_eq!(look.gone(&signs, after(300)), None);
        signs.called();
        assert_eq!(look.gone(&signs, after(2_000)), None);
        assert_eq!(look.gone(&signs, after(6_900)), None);
        assert!(look.gone(&signs, after(7_100)).is_some());
        signs.complain(Trouble::Lost("unplugged".into()));
        signs.called();
        assert_eq!(look.gone(&signs, after(7_200)).as_deref(), Some("unplugged"));
    }
}
