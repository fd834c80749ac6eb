//! Telling what changed, not more often than anybody can look.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use son1k_domain::Event;
use son1k_domain::library::{LibrarySound, LibraryStatus};

use super::{Library, lock};

/// Ten times a second.
const PAUSE: Duration = Duration::from_millis(100);

/// Whether something is about to be told.
#[derive(Default)]
pub(super) struct News(Arc<AtomicBool>);

impl Library {
    /// Tells within a tenth of a second that rows came, went or moved.
    pub(super) fn tell(&self) {
        if self.news.0.swap(true, Ordering::SeqCst) {
            return;
        }
        let (due, store, events) = (self.news.0.clone(), self.store.clone(), self.events.clone());
        let arriving: Vec<String> = lock(&self.arriving).iter().take(super::ARRIVING_TOLD).cloned().collect();
        tokio::spawn(async move {
            tokio::time::sleep(PAUSE).await;
            due.store(false, Ordering::SeqCst);
            let counted = tokio::try_join!(store.count_sounds(), store.count_waiting_sounds());
            match counted {
                Ok(((sounds, missing), unanalysed)) => {
                    events.send(Event::LibraryChanged(LibraryStatus {
                        sounds,
                        missing,
                        unanalysed,
                        arriving,
                    }));
                }
                Err(error) => tracing::warn!(%error, "the library could not be counted"),
            }
        });
    }

    /// Tells the new state of one sound.
    pub(super) fn tell_sound(&self, sound: &LibrarySound) {
        let mut sound = sound.clone();
        self.analysing.overlay(&mut sound);
        self.events.send(Event::SoundChanged(Box::new(sound)));
    }
}
