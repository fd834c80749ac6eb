//! Versions come back from a copy, and with them the projects that are not on this machine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use son1k_domain::Event;
use son1k_domain::history::CopyPlace;
use son1k_domain::id::ProjectId;
use son1k_domain::project::ProjectInfo;
use son1k_history::{Key, Progress, Vault, Version};
use son1k_project::Document;

use super::{Copies, places};
use crate::clock::now_ms;
use crate::history;
use crate::projects::free_folder;
use crate::{Error, Result};

/// The line of work that a project is brought back with.
const MAIN: &str = "main";

impl Copies {
    /// Brings in what a copy holds and this machine does not: versions of all projects, and a folder with the latest
    /// version for each project that is not here. Nothing that is here is changed.
    ///
    /// # Errors
    /// [`Trouble::NoCopy`](super::Trouble::NoCopy), [`Trouble::WrongPassphrase`](super::Trouble::WrongPassphrase) and
    /// whatever keeps the copy from being read, [`Error::DiskFull`], [`Error::Unwritable`].
    pub async fn restore(
        self: &Arc<Self>,
        place: CopyPlace,
        passphrase: String,
        secret: Option<String>,
    ) -> Result<()> {
        let known = self.store.list_projects().await?;
        let here: Vec<ProjectId> =
            known.into_iter().filter(|info| Path::new(&info.folder).is_dir()).map(|info| info.id).collect();
        let leaving = self.leaving.clone();
        let found = self
            .run(move |this| {
                let progress = Progress { report: &|_| (), cancelled: &leaving };
                this.bring_versions(place, &passphrase, secret.as_deref(), progress)?;
                this.bring_projects(&here, progress)
            })
            .await?;
        for info in &found {
            self.store.touch_project(info).await?;
        }
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

    fn bring_versions(
        &self,
        place: CopyPlace,
        passphrase: &str,
        secret: Option<&str>,
        progress: Progress<'_>,
    ) -> Result<()> {
        let place = places::for_old(place)?;
        let told = |error| self.told(error, &place);
        let engine = places::of_engine(&place, secret);
        let copy = Vault::open(&engine, &Key::passphrase(passphrase.trim())).map_err(told)?;
        let own = match self.history.vault() {
            // The key is lost, and with it what is here: the copy takes its place.
            Err(Error::History(history::Trouble::NoKey(_))) => {
                self.set_aside()?;
                self.history.vault()?
            }
            vault => vault?,
        };
        let key = Key::read(&self.history.key_file())?;
        let copied = copy.copy_to(own.place(), &key, progress).map_err(told)?;
        match copied.left_out.into_iter().next() {
            None => Ok(()),
            Some((version, error)) => {
                tracing::warn!(%version, %error, "a version of the copy is damaged");
                Err(told(error))
            }
        }
    }

    /// Puts a store that nobody can open out of the way.
    fn set_aside(&self) -> Result<()> {
        let folder = self.history.folder();
        let mut names = (1..).map(|number| folder.with_extension(format!("locked-{number}")));
        let Some(aside) = names.find(|aside| !aside.exists()) else { return Ok(()) };
        tracing::warn!(aside = %aside.display(), "a store without its key is set aside");
        fs::rename(&folder, &aside).map_err(|error| Error::writing(&aside, error))
    }

    /// Restores the latest version of each project that is not here.
    fn bring_projects(&self, here: &[ProjectId], progress: Progress<'_>) -> Result<Vec<ProjectInfo>> {
        let vault = self.history.vault()?;
        let mut latest: BTreeMap<ProjectId, Version> = BTreeMap::new();
        for version in vault.all_versions()? {
            let on_main = latest.get(&version.project).is_some_and(|known| known.branch == MAIN);
            if !here.contains(&version.project) && (version.branch == MAIN || !on_main) {
                latest.insert(version.project.clone(), version);
            }
        }
        let mut listed = Vec::new();
        for version in latest.into_values() {
            listed.extend(self.bring_project(&vault, &version, progress)?);
        }
        Ok(listed)
    }

    /// Returns what the list of projects says of it; nothing of files without a document.
    fn bring_project(
        &self,
        vault: &Vault,
        version: &Version,
        progress: Progress<'_>,
    ) -> Result<Option<ProjectInfo>> {
        fs::create_dir_all(&self.projects).map_err(|error| Error::writing(&self.projects, error))?;
        let id = &version.project;
        // Always the same, so that a second attempt goes on where the first was cut off.
        let coming = self.projects.join(format!(".coming-{id}"));
        vault.restore(&version.id, &coming, None, progress)?;
        let name = match Document::open(&coming) {
            Ok((document, _)) => Some(document.view()?.name),
            Err(error) => {
                tracing::debug!(%error, project = %id, "files without a document come back");
                None
            }
        };
        let short = || id.as_str().chars().take(8).collect();
        let folder = self.settle(&coming, &name.clone().unwrap_or_else(short))?.display().to_string();
        Ok(name.map(|name| ProjectInfo { id: id.clone(), name, folder, modified_ms: now_ms() }))
    }

    fn settle(&self, coming: &Path, name: &str) -> Result<PathBuf> {
        let folder = free_folder(&self.projects, name)?;
        fs::rename(coming, &folder).map_err(|error| Error::writing(&folder, error))?;
        Ok(folder)
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
            count => Err(super::Trouble::LeftOut(count).into()),
        }
    }
}
