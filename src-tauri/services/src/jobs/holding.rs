//! Where a job that is paused while it runs waits: at its next point of progress, with all that it has in hand.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{OwnedSemaphorePermit, watch};

/// A wait is looked at again this often, should nobody wake it.
const AT_MOST: Duration = Duration::from_secs(1);

/// The gate that a running job passes whenever it tells how far it is.
pub struct Gate {
    standing: Mutex<Standing>,
    opened: Condvar,
    held: watch::Sender<bool>,
}

struct Standing {
    /// Whether the job is to wait.
    closed: bool,
    /// Whether it waits, and others work in its place.
    held: bool,
    /// The right to work.
    slot: Option<OwnedSemaphorePermit>,
}

impl Gate {
    pub fn new(slot: OwnedSemaphorePermit) -> Self {
        let standing = Standing { closed: false, held: false, slot: Some(slot) };
        Self { standing: Mutex::new(standing), opened: Condvar::new(), held: watch::Sender::new(false) }
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the job to wait.
    pub fn close(&self) {
        self.standing().closed = true;
    }

    /// Lets the job go on if it has not begun to wait; returns whether that was so.
    pub fn reopen(&self) -> bool {
        let mut standing = self.standing();
        if !standing.held {
            standing.closed = false;
        }
        !standing.held
    }

    /// Lets a waiting job go on.
    pub fn open(&self, slot: OwnedSemaphorePermit) {
        *self.standing() = Standing { closed: false, held: false, slot: Some(slot) };
        self.held.send_replace(false);
        self.opened.notify_all();
    }

    /// Gives the slot away for good.
    pub fn release(&self) {
        self.standing().slot = None;
    }

    /// Has a waiting job look whether it was cancelled.
    pub fn wake(&self) {
        let _it_waits_or_has_seen_the_flag = self.standing();
        self.opened.notify_all();
    }

    pub fn is_held(&self) -> bool {
        self.standing().held
    }

    /// Returns once the job waits.
    pub async fn until_held(&self) {
        let mut held = self.held.subscribe();
        if held.wait_for(|held| *held).await.is_err() {
            // The gate is there as long as it is borrowed.
            std::future::pending::<()>().await;
        }
    }

    /// Waits here while the gate is closed and the job is wanted. Whoever works with others in a pool does not: it would
    /// keep the pool from everybody; such work waits at the next point outside of it.
    pub fn pass(&self, cancelled: &AtomicBool) {
        if !self.standing().closed || !may_wait() {
            return;
        }
        match Handle::try_current() {
            Ok(_) => tokio::task::block_in_place(|| self.wait(cancelled)),
            Err(_) => self.wait(cancelled),
        }
    }

    fn wait(&self, cancelled: &AtomicBool) {
        let mut standing = self.standing();
        while standing.closed && !cancelled.load(Ordering::SeqCst) {
            if !standing.held {
                standing.held = true;
                standing.slot = None;
                self.held.send_replace(true);
            }
            let woken = self.opened.wait_timeout(standing, AT_MOST);
            standing = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn may_wait() -> bool {
    let in_a_pool = rayon::current_thread_index().is_some();
    let alone = Handle::try_current().is_ok_and(|now| now.runtime_flavor() == RuntimeFlavor::CurrentThread);
    !in_a_pool && !alone
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Semaphore;

    use super::*;

    fn gate() -> (Arc<Gate>, Arc<Semaphore>) {
        let slots = Arc::new(Semaphore::new(1));
        (Arc::new(Gate::new(slots.clone().try_acquire_owned().unwrap())), slots)
    }

    fn passing(gate: &Arc<Gate>, cancelled: &Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
        let (gate, cancelled) = (gate.clone(), cancelled.clone());
        std::thread::spawn(move || gate.pass(&cancelled))
    }

    #[tokio::test]
    async fn whoever_waits_gives_its_slot_away_until_it_is_let_through() {
        let (gate, slots) = gate();
        gate.pass(&AtomicBool::new(false));
        gate.close();
        let waits = passing(&gate, &Arc::default());
        gate.until_held().await;
        let slot = slots.try_acquire_owned().unwrap();
        assert!(!gate.reopen(), "it needs a slot");
        gate.open(slot);
        waits.join().unwrap();
        assert!(!gate.is_held());
    }

    #[tokio::test]
    async fn a_cancelled_job_does_not_wait() {
        let (gate, _slots) = gate();
        gate.close();
        let cancelled = Arc::new(AtomicBool::new(false));
        let waits = passing(&gate, &cancelled);
        gate.until_held().await;
        cancelled.store(true, Ordering::SeqCst);
        gate.wake();
        waits.join().unwrap();
        gate.pass(&cancelled);
    }

    #[tokio::test]
    async fn a_pause_that_is_taken_back_in_time_costs_no_slot() {
        let (gate, slots) = gate();
        gate.close();
        assert!(gate.reopen());
        gate.pass(&AtomicBool::new(false));
        assert!(slots.try_acquire_owned().is_err());
    }

    #[test]
    fn a_thread_of_the_pool_goes_on() {
        let (gate, _slots) = gate();
        gate.close();
        rayon::scope(|pool| pool.spawn(|_| gate.pass(&AtomicBool::new(false))));
        assert!(!gate.is_held());
    }
}
