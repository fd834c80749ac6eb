//! What WebKitGTK, the web view of Linux, needs to be light and to come back.

use std::cell::Cell;
use std::path::Path;
use std::time::{Duration, Instant};

use tauri::Wry;
use tauri::plugin::{Builder, TauriPlugin};
use webkit2gtk::glib::prelude::ObjectExt;
use webkit2gtk::{HardwareAccelerationPolicy, Settings, SettingsExt, WebView, WebViewExt};

/// A page that dies again so soon after it came back dies of itself: it would come back for ever.
const TOO_SOON: Duration = Duration::from_secs(10);

/// Settles every web view as soon as it is there.
pub fn plugin() -> TauriPlugin<Wry> {
    Builder::new("web-view")
        .on_webview_ready(|webview| {
            let settled = webview.with_webview(|platform| settle(&platform.inner()));
            if let Err(error) = settled {
                tracing::warn!(%error, "the web view keeps its own settings");
            }
        })
        .build()
}

fn settle(view: &WebView) {
    if let Some(settings) = view.settings() {
        paint(&settings);
    }
    come_back(view);
}

/// Without a GPU nothing is composed by OpenGL, which the processor would have to play: meters in motion took a whole
/// core. With one, canvases are still painted by the processor: WebKitGTK 2.50.6 now and then
/// ended on OpenGL's resources, as Skia keeps them (`GrResourceCache`).
fn paint(settings: &Settings) {
    const CANVAS: &str = "enable-2d-canvas-acceleration";
    if !has_gpu() {
        settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    }
    if settings.find_property(CANVAS).is_some() {
        settings.set_property(CANVAS, false);
    }
}

/// Whether the kernel has a graphics device that can render.
fn has_gpu() -> bool {
    let Ok(devices) = Path::new("/dev/dri").read_dir() else { return false };
    devices.flatten().any(|device| device.file_name().to_string_lossy().starts_with("renderD"))
}

/// Loads the page again when its process has ended. What is being made is made in the studio's own.
fn come_back(view: &WebView) {
    let last = Cell::new(None::<Instant>);
    view.connect_web_process_terminated(move |view, why| {
        let soon = last.replace(Some(Instant::now())).is_some_and(|last| last.elapsed() < TOO_SOON);
        tracing::error!(?why, again = !soon, "the page's process has ended");
        if !soon {
            view.reload();
        }
    });
}
