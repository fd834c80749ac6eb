//! The rooms through their real commands: mock webview, real store, queue and engines.

mod architecture;
mod bindings;
mod desk;
mod export;
mod ghost;
mod opening;
mod projects;
mod twelve_prompts;
