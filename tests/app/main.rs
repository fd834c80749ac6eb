//! The rooms through their real commands: mock webview, real store, queue and engines.

// A test says no by panicking, in its helpers too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod architecture;
#[cfg(unix)]
mod bad_input;
mod bindings;
mod cleaning;
mod desk;
mod export;
mod ghost;
mod history;
mod library;
mod listening;
mod live;
mod mastering;
mod opening;
mod placing;
mod profiles;
mod projects;
mod recording;
mod seeing;
mod turning;
mod twelve_prompts;
mod voice;
