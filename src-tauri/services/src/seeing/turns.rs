//! One at a time, and whoever came last is next.

use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;

use super::lock;

/// A place where one works at a time.
#[derive(Default)]
pub(super) struct Turns(Arc<Mutex<Line>>);

#[derive(Default)]
struct Line {
    busy: bool,
    /// The one that came last at the end.
    waiting: Vec<oneshot::Sender<Turn>>,
}

/// The right to work, passed on when it is dropped.
pub(super) struct Turn(Option<Arc<Mutex<Line>>>);

impl Turns {
    /// Waits until nobody works and nobody came later.
    pub async fn take(&self) -> Turn {
        loop {
            let hear = {
                let mut line = lock(&self.0);
                if !line.busy {
                    line.busy = true;
                    return Turn(Some(self.0.clone()));
                }
                let (call, hear) = oneshot::channel();
                line.waiting.push(call);
                hear
            };
            if let Ok(turn) = hear.await {
                return turn;
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(line) = self.0.take() else { return };
        loop {
            let next = {
                let mut inside = lock(&line);
                let next = inside.waiting.pop();
                inside.busy = next.is_some();
                next
            };
            let Some(next) = next else { return };
            match next.send(Turn(Some(line.clone()))) {
                Ok(()) => return,
                // It waits no more: not to be passed on from within, where it would come here again.
                Err(mut unwanted) => drop(unwanted.0.take()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_one_that_came_last_is_next_and_whoever_left_is_passed_over() {
        let turns = Arc::new(Turns::default());
        let done = Arc::new(Mutex::new(Vec::new()));
        let first = turns.take().await;
        let mut tasks = Vec::new();
        for number in 0..4 {
            let (turns, done) = (turns.clone(), done.clone());
            tasks.push(tokio::spawn(async move {
                let _turn = turns.take().await;
                lock(&done).push(number);
                tokio::task::yield_now().await;
            }));
            tokio::task::yield_now().await;
        }
        tasks.remove(2).abort();
        tokio::task::yield_now().await;
        drop(first);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*lock(&done), [3, 1, 0]);
        drop(turns.take().await);
    }
}
