//! The library: the musician's own sound files, taken in, heard, found and kept track of.
//!
//! Files stay where they are. What is slow runs as a job of the queue or beside it and tells what it changed; the parts
//! are in a file each: [`import`], [`preview`], [`relink`], [`analysis`], [`watch`], [`edit`].

mod analysis;
mod edit;
mod hear;
mod import;
mod look;
mod news;
mod pictures;
mod preview;
mod relink;
mod walk;
mod watch;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use son1k_domain::id::{CollectionId, JobId, SoundId};
use son1k_domain::job::{Priority, Work};
use son1k_domain::library::{LibraryPage, LibraryQuery, LibrarySound, LibraryStatus, SoundState};
use son1k_store::Store;

use crate::cache::Cache;
use crate::events::Events;
use crate::jobs::Jobs;
use crate::settings::CurrentSettings;
use crate::shelf::Shelf;
use crate::{Error, Result};

pub use hear::Analysed;
pub(crate) use look::check;

/// Names of arriving files that are told; the rest is not read by anybody.
const ARRIVING_TOLD: usize = 100;

/// The library of the studio.
pub struct Library {
    store: Store,
    events: Events,
    settings: Arc<CurrentSettings>,
    shelf: Arc<Shelf>,
    cache: Arc<Cache>,
    jobs: OnceLock<Jobs>,
    arriving: Mutex<BTreeSet<String>>,
    analysing: analysis::Analysing,
    news: news::News,
    watch: watch::Watches,
}

impl Library {
    pub fn new(
        store: Store,
        events: Events,
        settings: Arc<CurrentSettings>,
        shelf: Arc<Shelf>,
        cache: Arc<Cache>,
    ) -> Self {
        Self {
            store,
            events,
            settings,
            shelf,
            cache,
            jobs: OnceLock::new(),
            arriving: Mutex::default(),
            analysing: analysis::Analysing::default(),
            news: news::News::default(),
            watch: watch::Watches::default(),
        }
    }

    /// Looks whether all files are there, takes the analysis up again and begins to watch folders, with this queue.
    pub fn start(self: &Arc<Self>, jobs: Jobs) {
        let _given_once = self.jobs.set(jobs);
        let library = self.clone();
        self.watch.keep(tokio::spawn(async move {
            if let Err(error) = library.check().await {
                tracing::warn!(%error, "missing files could not be looked for");
            }
            library.wake_models().await;
        }));
        self.watch_folders();
    }

    /// Stops everything that runs beside the queue.
    pub fn stop(&self) {
        self.watch.stop();
    }

    fn jobs(&self) -> Result<&Jobs> {
        self.jobs.get().ok_or_else(|| Error::Busy("opened without a queue".into()))
    }

    /// Returns a page of what was found.
    pub async fn search(&self, query: &LibraryQuery) -> Result<LibraryPage> {
        let mut page = self.store.search_sounds(query).await?;
        page.rows.iter_mut().for_each(|sound| self.analysing.overlay(sound));
        Ok(page)
    }

    /// Returns the library as a whole.
    pub async fn status(&self) -> Result<LibraryStatus> {
        let (sounds, missing) = self.store.count_sounds().await?;
        let unanalysed = self.store.count_waiting_sounds().await?;
        let arriving = lock(&self.arriving).iter().take(ARRIVING_TOLD).cloned().collect();
        Ok(LibraryStatus { sounds, missing, unanalysed, arriving })
    }

    /// Returns one sound, and notices when its file is gone or back.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown sound.
    pub async fn sound(&self, id: &SoundId) -> Result<LibrarySound> {
        let mut sound = self.known(id).await?;
        let missing = !Path::new(&sound.path).is_file();
        if missing != (sound.state == SoundState::Missing) {
            self.store.mark_missing(std::slice::from_ref(id), missing).await?;
            sound.state = if missing { SoundState::Missing } else { SoundState::Present };
            self.tell_sound(&sound);
            self.tell();
        }
        self.analysing.overlay(&mut sound);
        Ok(sound)
    }

    /// Returns one sound whose file is there.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an unknown sound, or one that is missing: it is marked so.
    pub(crate) async fn present(&self, id: &SoundId) -> Result<LibrarySound> {
        let sound = self.sound(id).await?;
        match sound.state {
            SoundState::Present => Ok(sound),
            SoundState::Missing => Err(Error::SoundMissing(sound.path)),
        }
    }

    async fn known(&self, id: &SoundId) -> Result<LibrarySound> {
        self.store.sound(id).await?.ok_or_else(|| Error::NotFound { what: id.to_string() })
    }

    /// Queues an import of files and whole folders.
    ///
    /// # Errors
    /// [`Error::InvalidField`] without a path, [`Error::NotFound`] for an unknown collection.
    pub async fn import(&self, paths: Vec<String>, collection: Option<CollectionId>) -> Result<JobId> {
        if paths.is_empty() {
            return Err(Error::InvalidField { field: "paths".into(), value: String::new() });
        }
        if let Some(collection) = &collection {
            self.require_collection(collection).await?;
        }
        self.jobs()?.push(Work::ImportSounds { paths, collection }, Priority::Pro).await
    }

    /// Queues a search for the files of all missing sounds.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such folder.
    pub async fn relink_in(&self, folder: String) -> Result<JobId> {
        if !Path::new(&folder).is_dir() {
            return Err(Error::NotFound { what: folder });
        }
        self.jobs()?.push(Work::RelinkSounds { folder }, Priority::Pro).await
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
