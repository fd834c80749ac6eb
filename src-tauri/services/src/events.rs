//! The one stream of facts that shells listen to.

use son1k_domain::Event;
use tokio::sync::broadcast;

/// Sends facts to whoever listens; nobody listening is fine.
#[derive(Debug, Clone)]
pub struct Events(broadcast::Sender<Event>);

impl Default for Events {
    fn default() -> Self {
        // A slow listener may lag by this many facts before it has to read the state anew.
        Self(broadcast::channel(1024).0)
    }
}

impl Events {
    /// Tells everyone what changed.
    pub fn send(&self, event: Event) {
        let _nobody_listens = self.0.send(event);
    }

    /// Listens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }
}
