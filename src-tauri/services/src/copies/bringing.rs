//! Versions come back from a copy, and with them the projects that are not on this machine.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use son1k_domain::Event;
use son1k_domain::history::CopyPlace;
use son1k_domain::project::ProjectInfo;
use son1k_history::{Key, Progress, Vault, Version};
use son1k_project::{DOCUMENT, Document};

use super::{Copies, Trouble, places};
use crate::clock::now_ms;
use crate::history;
use crate::projects::free_folder;
use crate::{Error, Result};

impl Copies {
    /// Brings in what a copy holds and this machine does not: versions of all projects, and a folder with the latest
    /// version for each project that is not here. Nothing that is here is changed. What cannot come back keeps nothing
    /// else from it, and another attempt goes on where this one ended.
    ///
    /// # Errors
    /// [`Trouble::NoCopy`], [`Trouble::WrongPassphrase`] and whatever keeps the copy from being read,
    /// [`Error::DiskFull`], [`Error::Unwritable`]; [`Trouble::StayedBehind`] when everything else is here.
    pub async fn restore(
        self: &Arc<Self>,
        place: CopyPlace,
        passphrase: String,
        secret: Option<String>,
    ) -> Result<()> {
        let damaged =
            self.run(move |this| this.bring_versions(place, &passphrase, secret.as_deref())).await?;
        let brought = self.bring_projects().await;
        self.tell_brought().await?;
        brought?;
        if damaged > 0 { Err(Trouble::StayedBehind(damaged).into()) } else { Ok(()) }
    }

    /// Returns how many versions are damaged in the copy and stay there.
    fn bring_versions(&self, place: CopyPlace, passphrase: &str, secret: Option<&str>) -> Result<usize> {
        let place = places::for_old(place)?;
        let told = |error| self.told(error, &place);
        let engine = places::of_engine(&place, secret);
        let copy = Vault::open(&engine, &Key::passphrase(passphrase.trim())).map_err(told)?;
        let own = match self.history.vault() {
            // The key is lost, and with it what is here: the copy takes its place.
            Err(Error::History(history::Trouble::NoKey(_))) => {
                self.history.set_aside()?;
                self.history.vault()?
            }
            vault => vault?,
        };
        let key = Key::read(&self.history.key_file())?;
        let copied = copy.copy_to(own.place(), &key, self.until_leaving()).map_err(told)?;
        for (version, error) in &copied.left_out {
            tracing::warn!(%version, %error, "a version of the copy is damaged");
        }
        Ok(copied.left_out.len())
    }

    /// Brings every project that is not here; fails with the first that could not come after the others came.
    async fn bring_projects(self: &Arc<Self>) -> Result<()> {
        let listed = self.store.list_projects().await?;
        let mut outcome = Ok(());
        for project in self.run(move |this| this.absent(&listed)).await? {
            match self.bring_project(project).await {
                Ok(()) => {}
                // The others would not come either.
                Err(error @ (Error::Cancelled | Error::DiskFull { .. })) => return Err(error),
                Err(error) => {
                    tracing::warn!(%error, "a project of the copy did not come back");
                    outcome = outcome.and(Err(error));
                }
            }
        }
        outcome
    }

    /// Returns the projects that are in no list. Folders without a document are in none, and where an earlier restore
    /// was cut off there may be a folder that it did not enter.
    fn absent(&self, listed: &[ProjectInfo]) -> Result<Vec<Absent>> {
        let is_there = |info: &&ProjectInfo| Path::new(&info.folder).is_dir();
        let here: BTreeSet<_> = listed.iter().filter(is_there).map(|info| info.id.clone()).collect();
        let latest = self.history.latest_of_others(&here)?;
        let folders = if latest.is_empty() { Vec::new() } else { self.unlisted(listed) };
        let mut absent = Vec::new();
        for version in latest {
            let mut songs = folders.iter().filter_map(|(_, song)| song.as_ref());
            match songs.find(|song| song.id == version.project) {
                Some(song) => absent.push(Absent::Unlisted(song.clone())),
                None if folders.iter().any(|(path, _)| self.history.is_named(path, &version.project)) => {}
                None => absent.push(Absent::Gone(Box::new(version))),
            }
        }
        Ok(absent)
    }

    /// Returns the folders where projects go that are in no list, each with what a list would say of it.
    fn unlisted(&self, listed: &[ProjectInfo]) -> Vec<(PathBuf, Option<ProjectInfo>)> {
        let found = fs::read_dir(&self.projects).into_iter().flatten().flatten();
        let paths = found.filter(|one| !one.file_name().to_string_lossy().starts_with('.'));
        let paths = paths.map(|one| one.path());
        let unlisted =
            paths.filter(|path| path.is_dir() && !listed.iter().any(|info| Path::new(&info.folder) == path));
        unlisted.map(|path| (path.clone(), entry(&path))).collect()
    }

    async fn bring_project(self: &Arc<Self>, project: Absent) -> Result<()> {
        let entry = match project {
            Absent::Unlisted(info) => Some(info),
            Absent::Gone(version) => self.run(move |this| this.unpack(&version)).await?,
        };
        match entry {
            Some(info) => Ok(self.store.touch_project(&info).await?),
            None => Ok(()),
        }
    }

    /// Makes the folder of a project; returns what the list of projects says of it, nothing of files without a document.
    fn unpack(&self, version: &Version) -> Result<Option<ProjectInfo>> {
        fs::create_dir_all(&self.projects).map_err(|error| Error::writing(&self.projects, error))?;
        let id = &version.project;
        // Always the same, so that a second attempt goes on where the first was cut off.
        let coming = self.projects.join(format!(".coming-{id}"));
        self.history.vault()?.restore(&version.id, &coming, None, self.until_leaving())?;
        let found = entry(&coming);
        if found.is_none() {
            tracing::debug!(project = %id, "files without a document come back");
            self.history.name_folder(&coming, id)?;
        }
        let short = || id.as_str().chars().take(8).collect();
        let name = found.as_ref().map_or_else(short, |info| info.name.clone());
        let folder = self.settle(&coming, &name)?.display().to_string();
        Ok(found.map(|info| ProjectInfo { id: id.clone(), folder, ..info }))
    }

    fn settle(&self, coming: &Path, name: &str) -> Result<PathBuf> {
        let folder = free_folder(&self.projects, name)?;
        fs::rename(coming, &folder).map_err(|error| Error::writing(&folder, error))?;
        Ok(folder)
    }

    /// Tells the projects that are here now, and that there may be more versions.
    async fn tell_brought(self: &Arc<Self>) -> Result<()> {
        let mut projects = self.store.list_projects().await?;
        projects.retain(|info| Path::new(&info.folder).is_dir());
        self.events.send(Event::ProjectsListed(projects));
        let history = self.history.clone();
        self.run(move |_| {
            history.tell();
            Ok(())
        })
        .await
    }

    /// Nobody watches; the studio may close.
    fn until_leaving(&self) -> Progress<'_> {
        Progress { report: &|_| (), cancelled: &self.leaving }
    }

    /// Copies everything to a place now, without remembering it: for a program that is told the passphrase each time.
    /// Returns how many versions and bytes are new there.
    ///
    /// # Errors
    /// As [`Self::add`], but for the keychain, which is not asked.
    pub fn copy_now(
        &self,
        place: CopyPlace,
        passphrase: &str,
        secret: Option<&str>,
        report: &(dyn Fn(f32) + Sync),
        cancelled: &AtomicBool,
    ) -> Result<(u64, u64)> {
        let place = places::for_new(place, &self.history.folder())?;
        let engine = places::of_engine(&place, secret);
        let key = Key::passphrase(passphrase.trim());
        let copied = self.history.vault()?.copy_to(&engine, &key, Progress { report, cancelled });
        let copied = copied.map_err(|error| self.told(error, &place))?;
        match copied.left_out.len() {
            0 => Ok((copied.versions, copied.bytes)),
            count => Err(Trouble::LeftOut(count).into()),
        }
    }
}

/// A project of a copy that is in no list.
enum Absent {
    /// Its folder is here.
    Unlisted(ProjectInfo),
    /// Only versions are; this is the one it comes back with.
    Gone(Box<Version>),
}

/// Returns what the list of projects says of a folder; `None` where it has no document that can be read. Nothing is
/// mended: the folder may be anybody's.
fn entry(folder: &Path) -> Option<ProjectInfo> {
    let bytes = fs::read(folder.join(DOCUMENT)).ok()?;
    let document = Document::from_bytes(&bytes, folder);
    let document = document
        .inspect_err(|error| tracing::debug!(%error, folder = %folder.display(), "not a project"))
        .ok()?;
    let name = document.view().ok()?.name;
    let folder = folder.display().to_string();
    Some(ProjectInfo { id: document.id(), name, folder, modified_ms: now_ms() })
}
