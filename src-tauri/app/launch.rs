//! Opening and closing the studio.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use son1k_services::{Options, Services};
use tauri::{Manager, RunEvent, Wry};

/// Longest wait for running jobs to go back into the queue.
const FAREWELL: Duration = Duration::from_secs(5);

/// Opens the studio and stays until its window is closed.
pub fn run() -> ExitCode {
    match open_and_stay() {
        Ok(code) => code,
        Err(message) => {
            eprintln!("son1k-studio: {message}");
            ExitCode::FAILURE
        }
    }
}

fn open_and_stay() -> Result<ExitCode, String> {
    let options = Options { data_dir: data_dir()?, queue: true, sound: true, ..Options::default() };
    let _log = son1k_services::logs::write_to(&options.paths().map_err(|error| error.to_string())?.logs)
        .map_err(|error| error.to_string())?;
    let services = tauri::async_runtime::block_on(Services::open(options)).map_err(in_words)?;
    let app = crate::build(plugins(), tauri::generate_context!(), services.clone())
        .map_err(|error| error.to_string())?;
    tauri::async_runtime::spawn(services.clone().autosave());
    let mut code = ExitCode::SUCCESS;
    let run = app.run_return(move |_, event| {
        if let RunEvent::Exit = event {
            close(&services);
        }
    });
    if run != 0 {
        code = ExitCode::FAILURE;
    }
    Ok(code)
}

fn in_words(error: son1k_services::Error) -> String {
    let problem = error.describe(son1k_services::system_language());
    format!("{} {}", problem.message, problem.hint)
}

fn close(services: &Arc<Services>) {
    tauri::async_runtime::block_on(services.close(FAREWELL));
}

fn plugins() -> tauri::Builder<Wry> {
    // Single instance comes first, so that a second start does nothing else.
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            if let Some(window) = app.get_webview_window("main") {
                let _not_minimised = window.unminimize();
                let _in_front = window.set_focus();
            }
        }))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init());
    #[cfg(target_os = "linux")]
    let builder = builder.plugin(crate::web_view::plugin());
    #[cfg(feature = "webdriver")]
    let builder = builder.plugin(tauri_plugin_wdio_webdriver::init());
    builder
}

/// Reads `--data-dir DIR`, the only option of the window.
fn data_dir() -> Result<Option<PathBuf>, String> {
    let mut arguments = std::env::args_os().skip(1);
    let mut folder = None;
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--data-dir") => folder = Some(arguments.next().ok_or("--data-dir needs a folder")?.into()),
            _ => return Err(format!("unknown option {}; there is --data-dir DIR", argument.display())),
        }
    }
    Ok(folder)
}
