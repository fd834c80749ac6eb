//! Versions that are kept on their own account: when work pauses, and when a project is closed.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use son1k_domain::Event;
use son1k_domain::history::Occasion;
use son1k_history::Progress;

use super::{History, Trouble};
use crate::Error;

/// Without an edit for so long, work pauses.
const REST: Duration = Duration::from_secs(120);
/// When the studio has settled, the store is opened, so that the first version does not wait for it.
const SETTLED: Duration = Duration::from_secs(3);
/// After an edit, the page is told that the project differs from its version.
const SOON: Duration = Duration::from_millis(300);

impl History {
    /// Follows the edits of the open project for as long as the studio is open.
    pub(crate) async fn follow(self: Arc<Self>) {
        let opening = async {
            tokio::time::sleep(SETTLED).await;
            if let Err(error) = self.run(|history| history.vault().map(drop)).await {
                tracing::warn!(%error, "the versions cannot be opened");
            }
        };
        tokio::join!(opening, self.clone().follow_with(REST));
    }

    pub(super) async fn follow_with(self: Arc<Self>, rest: Duration) {
        let mut edits = self.projects.edits();
        while edits.changed().await.is_ok() {
            loop {
                tokio::time::sleep(SOON).await;
                if let Err(error) = self.run(|history| history.tell_if_turned()).await {
                    tracing::debug!(%error, "whether the project differs is not known");
                }
                match tokio::time::timeout(rest, edits.changed()).await {
                    Ok(Ok(())) => {}
                    Ok(Err(_nobody_edits_any_more)) => return,
                    Err(_paused) => break,
                }
            }
            self.pause().await;
        }
    }

    async fn pause(self: &Arc<Self>) {
        let never = AtomicBool::new(false);
        let kept = self.run(move |history| {
            history.keep_if_changed(Occasion::Pause, Progress { report: &|_| (), cancelled: &never })
        });
        match kept.await {
            Ok(_) => {}
            // Somebody else is at work: the next pause comes.
            Err(error @ Error::History(Trouble::Changing(_) | Trouble::Locked(_))) => {
                tracing::info!(%error, "no version of the pause");
            }
            Err(error) => {
                tracing::error!(%error, "no version could be kept");
                self.events.send(Event::ProblemFound(self.describe(&error)));
            }
        }
    }

    /// Keeps the project as it is left, within `patience`; what is not kept then is on disk all the same.
    pub(crate) async fn leave(self: &Arc<Self>, patience: Duration) {
        let given_up = Arc::new(AtomicBool::new(false));
        let flag = given_up.clone();
        let keeping = self.run(move |history| {
            history.keep_if_changed(Occasion::Close, Progress { report: &|_| (), cancelled: &flag })
        });
        let late = async {
            tokio::time::sleep(patience).await;
            given_up.store(true, std::sync::atomic::Ordering::Relaxed);
            std::future::pending::<()>().await;
        };
        let kept = tokio::select! {
            kept = keeping => kept,
            () = late => return,
        };
        if let Err(error) = kept {
            tracing::warn!(%error, "no version was kept on closing");
        }
    }
}
