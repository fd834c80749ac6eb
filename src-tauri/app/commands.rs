//! The commands of the studio, a few lines each: they name a use case and word its error.

pub mod cleaning;
pub mod copies;
pub mod ghost;
pub mod history;
pub mod jobs;
pub mod library;
pub mod listening;
pub mod live;
pub mod mastering;
pub mod models;
pub mod playback;
pub mod profiles;
pub mod projects;
pub mod recording;
pub mod remote;
pub mod seeing;
pub mod settings;
pub mod voice;

use std::time::Duration;

use tauri::ipc::{Channel, IpcResponse};

/// 30 frames a second.
const FRAME: Duration = Duration::from_micros(33_333);

/// What every command gets.
pub type Studio<'a> = tauri::State<'a, std::sync::Arc<son1k_services::Services>>;

/// Streams frames until the page is gone.
fn stream<T>(frames: Channel<T>, frame: impl Fn() -> T + Send + 'static)
where
    T: IpcResponse + Clone + PartialEq + Send + Sync + 'static,
{
    tauri::async_runtime::spawn(async move {
        let mut tick = tokio::time::interval(FRAME);
        let mut last = None;
        loop {
            tick.tick().await;
            let now = frame();
            // What rests says nothing new thirty times a second.
            if last.as_ref() == Some(&now) {
                continue;
            }
            if frames.send(now.clone()).is_err() {
                return;
            }
            last = Some(now);
        }
    });
}
