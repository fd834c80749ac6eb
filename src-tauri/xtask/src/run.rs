//! `cargo xtask run`: the set-up, then the studio, on a real display or a virtual one.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::display::VirtualDesk;
use crate::error::{Error, Result, io};
use crate::repository::Repository;
use crate::setup::{self, Purpose};

/// A window is up and painted well before this, when a picture is wanted and no time is given.
const PICTURE_AFTER: Duration = Duration::from_secs(10);
/// The studio gets this long to put its jobs back in the queue.
const FAREWELL: Duration = Duration::from_secs(10);

/// What the musician typed behind `run`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    pub headless: bool,
    pub release: bool,
    /// Closes the studio after this long.
    pub limit: Option<Duration>,
    /// Where a picture of the window goes, taken just before it is closed.
    pub screenshot: Option<PathBuf>,
    /// For the studio itself.
    pub rest: Vec<String>,
}

/// Sets up and opens the studio; returns when it is closed.
///
/// # Errors
/// Without a display (and without `--headless`), when the set-up fails, or when the studio does not start.
pub fn run(repository: &Repository, options: &Options) -> Result<ExitCode> {
    if !options.headless && no_display() {
        return Err(Error::new(
            "this machine has no display (neither DISPLAY nor WAYLAND_DISPLAY is set)",
            "Type cargo xtask run --headless to open the studio on a virtual display, or use the son1k command.",
        ));
    }
    let start = Instant::now();
    let purpose = if options.headless { Purpose::RunHeadless } else { Purpose::Run };
    setup::prepare(repository, purpose, options.release)?;
    setup::told(start);
    let desk = match options.headless {
        true => Some(VirtualDesk::open(&env::temp_dir().join(format!("son1k-desk-{}", std::process::id())))?),
        false => None,
    };
    let folder = if options.release { "release" } else { "debug" };
    let program = repository.target.join(folder).join(format!("son1k-studio{}", env::consts::EXE_SUFFIX));
    let mut command = repository.command(program);
    command.args(&options.rest);
    if let Some(desk) = &desk {
        desk.furnish(&mut command);
        announce(desk);
    }
    let ending = listen_for_the_end()?;
    let mut studio = command.stdin(Stdio::null()).spawn().map_err(io("open the studio"))?;
    println!("✓ the studio is open (process {})", studio.id());
    let code = accompany(&mut studio, options, desk.as_ref(), &ending)?;
    println!("✓ the studio is closed");
    Ok(code)
}

fn no_display() -> bool {
    let unset = |name| env::var_os(name).is_none_or(|value| value.is_empty());
    cfg!(target_os = "linux") && unset("DISPLAY") && unset("WAYLAND_DISPLAY")
}

fn announce(desk: &VirtualDesk) {
    println!("✓ virtual display {} with a virtual sound card; Ctrl+C ends it", desk.display);
    println!("  a picture of it: ffmpeg -f x11grab -i {} -frames:v 1 studio.png", desk.display);
}

fn listen_for_the_end() -> Result<Arc<AtomicBool>> {
    let ending = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&ending)).map_err(io("listen for Ctrl+C"))?;
    }
    Ok(ending)
}

/// Waits for the end: the window closed, Ctrl+C, or the time given.
fn accompany(
    studio: &mut Child,
    options: &Options,
    desk: Option<&VirtualDesk>,
    ending: &AtomicBool,
) -> Result<ExitCode> {
    let picture = options.screenshot.as_deref();
    let limit = options.limit.or(picture.map(|_| PICTURE_AFTER));
    let start = Instant::now();
    loop {
        if let Some(status) = studio.try_wait().map_err(io("wait for the studio"))? {
            return match status.code() {
                Some(0) => Ok(ExitCode::SUCCESS),
                _ => Err(Error::new(
                    format!("the studio ended with {status}"),
                    "son1k doctor tells what is missing.",
                )),
            };
        }
        if ending.load(Ordering::Relaxed) {
            break;
        }
        if limit.is_some_and(|limit| start.elapsed() >= limit) {
            if let Some(file) = picture {
                take_picture(file, desk)?;
            }
            break;
        }
        sleep(Duration::from_millis(50));
    }
    close(studio)?;
    Ok(ExitCode::SUCCESS)
}

fn take_picture(file: &Path, desk: Option<&VirtualDesk>) -> Result<()> {
    let display =
        desk.map(|desk| desk.display.clone()).or_else(|| env::var("DISPLAY").ok()).unwrap_or_default();
    let taken = Command::new("ffmpeg")
        .args([
            "-loglevel",
            "error",
            "-y",
            "-f",
            "x11grab",
            "-draw_mouse",
            "0",
            "-i",
            &display,
            "-frames:v",
            "1",
        ])
        .arg(file)
        .status();
    if !taken.is_ok_and(|status| status.success()) {
        return Err(Error::new(
            "could not take a picture of the window",
            "It needs ffmpeg and an X display.",
        ));
    }
    println!("✓ picture  {}", file.display());
    Ok(())
}

/// Asks the studio to end, so that its jobs go back to the queue, and ends it if it does not.
fn close(studio: &mut Child) -> Result<()> {
    if cfg!(unix) {
        let _ = Command::new("kill").args(["-TERM", &studio.id().to_string()]).status();
        let start = Instant::now();
        while start.elapsed() < FAREWELL {
            if studio.try_wait().map_err(io("wait for the studio"))?.is_some() {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
    }
    studio.kill().map_err(io("end the studio"))?;
    studio.wait().map_err(io("wait for the studio"))?;
    Ok(())
}
