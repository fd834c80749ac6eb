//! The shell: a window around the use cases. The only code that names tauri; it holds no logic.

pub mod commands;
pub mod error;
pub mod events;
pub mod ipc;
pub mod launch;
#[cfg(target_os = "linux")]
mod web_view;

use std::sync::Arc;

use son1k_services::Services;
use tauri::{App, Context, Runtime};

pub use launch::run;

/// Wires commands and events to the use cases; the same for the window and for tests.
///
/// # Errors
/// Whatever tauri could not set up.
pub fn build<R: Runtime>(
    builder: tauri::Builder<R>,
    context: Context<R>,
    services: Arc<Services>,
) -> tauri::Result<App<R>> {
    let wire = ipc::wire::<R>();
    builder
        .manage(services.clone())
        .invoke_handler(wire.invoke_handler())
        .setup(move |app| {
            wire.mount_events(app);
            tauri::async_runtime::spawn(events::forward(services, app.handle().clone()));
            Ok(())
        })
        .build(context)
}
