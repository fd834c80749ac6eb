//! Python scripts run as children, with the packages they need in a folder of their own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::{Error, Result, child};

/// What the interpreter is called in errors.
pub(crate) const CLIENT: &str = "python3";

/// A script that travels inside the program.
#[derive(Debug, Clone, Copy)]
pub struct Script<'a> {
    /// Names and texts; the first one is run, the others can be imported by it.
    pub files: &'a [(&'a str, &'a str)],
    /// Lines of a requirements file, with exact versions.
    pub requirements: &'a str,
}

/// Runs a script with `args`. Its packages are installed below `cache` once and used again by every script with the same
/// requirements; nothing of the system's Python is changed.
///
/// # Errors
/// [`Error::ClientMissing`] without Python, [`Error::Client`] with what pip or the script said, [`Error::Unwritable`],
/// [`Error::DiskFull`], [`Error::Cancelled`].
pub async fn convert(
    script: &Script<'_>,
    args: &[OsString],
    cache: &Path,
    cancel: &CancellationToken,
) -> Result<()> {
    let packages = install(script.requirements, cache, cancel).await?;
    let folder = tempfile::tempdir_in(cache).map_err(|e| Error::writing(cache, e))?;
    for (name, text) in script.files {
        let path = folder.path().join(name);
        std::fs::write(&path, text).map_err(|e| Error::writing(&path, e))?;
    }
    let Some((main, _)) = script.files.first() else { return Ok(()) };
    let mut command = interpreter();
    command.arg(folder.path().join(main)).args(args);
    command.env("PYTHONPATH", packages).env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONHASHSEED", "0");
    child::run(CLIENT, command, &|| (), cancel).await
}

/// Returns a command that starts Python.
pub(crate) fn interpreter() -> Command {
    Command::new(if cfg!(windows) { "python" } else { CLIENT })
}

/// Installs into a folder named after the requirements; it appears only when it is complete. A folder of packages does all
/// that a virtual environment would, and needs no `venv` module, which Debian leaves out of its Python.
async fn install(requirements: &str, cache: &Path, cancel: &CancellationToken) -> Result<PathBuf> {
    let packages = cache.join(format!("python-{:016x}", fnv1a(requirements)));
    if packages.is_dir() {
        return Ok(packages);
    }
    std::fs::create_dir_all(cache).map_err(|e| Error::writing(cache, e))?;
    let work = tempfile::tempdir_in(cache).map_err(|e| Error::writing(cache, e))?;
    let list = work.path().join("requirements.txt");
    std::fs::write(&list, requirements).map_err(|e| Error::writing(&list, e))?;
    let target = work.path().join("packages");
    let mut command = interpreter();
    command.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"]);
    command
        .args(["--only-binary=:all:", "--no-compile", "--target"])
        .arg(&target)
        .arg("--requirement")
        .arg(&list);
    command.env("PIP_ROOT_USER_ACTION", "ignore");
    child::run(CLIENT, command, &|| (), cancel).await?;
    match std::fs::rename(&target, &packages) {
        // Somebody else was quicker; theirs is the same.
        Err(_) if packages.is_dir() => Ok(packages),
        moved => moved.map(|()| packages.clone()).map_err(|e| Error::writing(&packages, e)),
    }
}

/// FNV-1a, 64 bit (Fowler, Noll, Vo): names a folder, protects nothing.
fn fnv1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    const SCRIPT: &str = "import sys, other\nopen(sys.argv[1], 'w').write(other.WORD)\n";

    /// A cache in which the (empty) requirements are already installed, so that no test needs a registry.
    fn cache() -> tempfile::TempDir {
        let cache = tempfile::tempdir().unwrap();
        std::fs::create_dir(cache.path().join(format!("python-{:016x}", fnv1a("")))).unwrap();
        cache
    }

    #[tokio::test]
    async fn a_script_runs_with_its_neighbours_and_leaves_nothing_behind() {
        let cache = cache();
        let out = cache.path().join("out.txt");
        let script =
            Script { files: &[("main.py", SCRIPT), ("other.py", "WORD = 'hola'\n")], requirements: "" };
        convert(&script, &[out.clone().into()], cache.path(), &CancellationToken::new()).await.unwrap();
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "hola");
        assert_eq!(std::fs::read_dir(cache.path()).unwrap().count(), 2);
    }

    #[tokio::test]
    async fn a_script_that_fails_is_quoted() {
        let cache = cache();
        let script =
            Script { files: &[("main.py", "raise SystemExit('no such tensor')\n")], requirements: "" };
        let result = convert(&script, &[], cache.path(), &CancellationToken::new()).await;
        assert_eq!(result.unwrap_err().to_string(), "python3 failed: no such tensor");
    }
}
