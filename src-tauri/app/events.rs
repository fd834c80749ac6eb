//! `domain::Event` → the page.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use son1k_domain::Event;
use son1k_services::Services;
use specta::Type;
use tauri::{AppHandle, Runtime};
use tokio::sync::broadcast::error::RecvError;

/// The one event of the studio.
#[derive(Debug, Clone, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct StudioEvent(pub Event);

/// Hands every fact to the page for as long as the studio is open.
pub async fn forward<R: Runtime>(services: Arc<Services>, app: AppHandle<R>) {
    use tauri_specta::Event as _;
    let mut facts = services.events.subscribe();
    loop {
        match facts.recv().await {
            Ok(fact) => {
                if let Err(error) = StudioEvent(fact).emit(&app) {
                    tracing::warn!(%error, "a fact did not reach the page");
                }
            }
            // Later facts carry the whole new state, so the missed ones need not be told again.
            Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "the page is slow"),
            Err(RecvError::Closed) => return,
        }
    }
}
