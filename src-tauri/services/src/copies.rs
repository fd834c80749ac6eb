//! Copies of the store of versions: kept in step with a folder, an external disk or a bucket, and brought back from there.
//!
//! A copy is encrypted with a passphrase of its own. It and the secret key of a bucket are in the keychain of the system
//! and nowhere else.

mod bringing;
mod following;
mod keychain;
mod places;
mod sheet;
#[cfg(test)]
mod tests;
mod trouble;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use son1k_domain::Event;
use son1k_domain::history::{CopyPlace, StoreCopy};
use son1k_domain::id::{CopyId, JobId};
use son1k_domain::job::{Priority, Stage, Work};
use son1k_history::{Copied, Key, Progress, Vault};
use son1k_store::Store;
use tokio::task::AbortHandle;

use crate::clock::now_ms;
use crate::events::Events;
use crate::history::History;
use crate::jobs::JobContext;
use crate::settings::CurrentSettings;
use crate::{Error, Result, Services};

use keychain::Secret;
pub use trouble::Trouble;

/// Characters of the shortest passphrase that is taken for a new copy.
const LEAST: usize = 8;

/// The copies of the store, and what is done with them.
pub struct Copies {
    history: Arc<History>,
    settings: Arc<CurrentSettings>,
    store: Store,
    events: Events,
    /// Where projects go that only a copy knows.
    projects: PathBuf,
    /// The copies that are brought up to date right now.
    busy: Mutex<BTreeSet<CopyId>>,
    leaving: Arc<AtomicBool>,
    following: Mutex<Option<AbortHandle>>,
}

impl Copies {
    /// Does nothing yet. `projects` is where projects go that only a copy knows.
    pub(crate) fn new(
        history: Arc<History>,
        settings: Arc<CurrentSettings>,
        store: Store,
        events: Events,
        projects: PathBuf,
    ) -> Self {
        Self {
            history,
            settings,
            store,
            events,
            projects,
            busy: Mutex::default(),
            leaving: Arc::default(),
            following: Mutex::default(),
        }
    }

    /// Returns the copies, the first added first.
    pub async fn list(&self) -> Result<Vec<StoreCopy>> {
        Ok(self.store.store_copies().await?)
    }

    /// Adds a copy after trying whether it can be reached; what is to be kept secret goes to the keychain. A folder that
    /// holds other things gets a folder of the copy's own.
    ///
    /// # Errors
    /// [`Trouble::Weak`], [`Trouble::Known`], [`Trouble::NoKeychain`], and whatever keeps the place from being used.
    pub async fn add(
        self: &Arc<Self>,
        place: CopyPlace,
        passphrase: String,
        secret: Option<String>,
    ) -> Result<CopyId> {
        if passphrase.trim().chars().count() < LEAST {
            return Err(Trouble::Weak(LEAST).into());
        }
        let id = CopyId(uuid::Uuid::now_v7().to_string());
        let (new, copies) = (id.clone(), self.list().await?);
        let place = self
            .run(move |this| {
                let place = places::for_new(place, &this.history.folder())?;
                if copies.iter().any(|copy| copy.place == place) {
                    return Err(Trouble::Known(places::name(&place)).into());
                }
                this.try_out(&place, &passphrase, secret.as_deref())?;
                let secret = secret.as_deref().map(str::trim).filter(|secret| !secret.is_empty());
                keychain::keep(&new, passphrase.trim(), secret)?;
                Ok(place)
            })
            .await?;
        match self.store.add_store_copy(&id, &place, now_ms()).await {
            Ok(true) => {}
            refused => {
                let unused = id.clone();
                self.run(move |_| keychain::forget(&unused)).await?;
                refused?;
                return Err(Trouble::Known(places::name(&place)).into());
            }
        }
        self.tell().await?;
        Ok(id)
    }

    /// Forgets a copy and what was kept secret of it. The copy itself stays where it is.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn remove(self: &Arc<Self>, copy: &CopyId) -> Result<()> {
        if !self.store.forget_store_copy(copy).await? {
            return Err(Error::NotFound { what: copy.to_string() });
        }
        let gone = copy.clone();
        if let Err(error) = self.run(move |_| keychain::forget(&gone)).await {
            tracing::warn!(%error, "a passphrase could not be taken out of the keychain");
        }
        self.tell().await
    }

    /// Fails where a copy cannot be used, before anything is remembered of it.
    fn try_out(&self, place: &CopyPlace, passphrase: &str, secret: Option<&str>) -> Result<()> {
        let engine = places::of_engine(place, secret);
        let opened = Vault::open(&engine, &Key::passphrase(passphrase.trim()));
        match opened {
            Ok(_) | Err(son1k_history::Error::NotAStore(_)) => Ok(()),
            Err(error) => Err(self.told(error, place)),
        }
    }

    /// Brings a copy up to date; blocks.
    fn carry(&self, copy: &StoreCopy, progress: Progress<'_>) -> Result<Copied> {
        places::ensure_there(copy)?;
        let passphrase = keychain::find(&copy.id, Secret::Passphrase)?;
        let secret = match copy.place {
            CopyPlace::S3 { .. } => Some(keychain::find(&copy.id, Secret::StorageKey)?),
            CopyPlace::Folder { .. } => None,
        };
        let place = places::of_engine(&copy.place, secret.as_deref());
        let copied = self.history.vault()?.copy_to(&place, &Key::passphrase(&passphrase), progress);
        copied.map_err(|error| self.told(error, &copy.place))
    }

    /// Brings a copy up to date by `work`, and notes what came of it.
    async fn sync(
        self: &Arc<Self>,
        id: &CopyId,
        work: impl FnOnce(&Self, &StoreCopy) -> Result<Copied> + Send + 'static,
    ) -> Result<()> {
        let copy = self.list().await?.into_iter().find(|copy| copy.id == *id);
        let copy = copy.ok_or_else(|| Error::NotFound { what: id.to_string() })?;
        let Some(_turn) = Turn::take(self, id) else {
            return Err(Trouble::Busy(places::name(&copy.place)).into());
        };
        let begun = now_ms();
        let outcome = self.run(move |this| work(this, &copy)).await;
        let outcome = match outcome {
            Ok(copied) => {
                self.store.note_synced(id, begun).await?;
                match copied.left_out.len() {
                    0 => Ok(()),
                    count => Err(Trouble::LeftOut(count).into()),
                }
            }
            Err(error) => Err(error),
        };
        if let Err(error) = &outcome
            && !matches!(error, Error::Cancelled)
        {
            self.store.note_copy_problem(id, &error.describe(self.settings.language())).await?;
        }
        self.tell().await?;
        outcome
    }

    async fn tell(&self) -> Result<()> {
        self.events.send(Event::CopiesListed(self.list().await?));
        Ok(())
    }

    /// Tells what is wrong with a copy from what is wrong with the store itself.
    fn told(&self, error: son1k_history::Error, place: &CopyPlace) -> Error {
        trouble::of_copy(error, &self.history.folder(), place)
    }

    /// Runs work that blocks on a thread that may.
    async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Arc<Self>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let copies = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&copies)).await;
        done.map_err(|error| Error::Internal(error.to_string()))?
    }
}

/// The right to bring a copy up to date, until it is dropped.
struct Turn(Arc<Copies>, CopyId);

impl Turn {
    fn take(copies: &Arc<Copies>, id: &CopyId) -> Option<Self> {
        lock(&copies.busy).insert(id.clone()).then(|| Self(copies.clone(), id.clone()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        lock(&self.0.busy).remove(&self.1);
    }
}

/// Takes a lock whose data stays whole even if a holder died.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Services {
    /// Adds a copy and brings it up to date; see [`Copies::add`].
    pub async fn add_copy(
        &self,
        place: CopyPlace,
        passphrase: String,
        secret: Option<String>,
    ) -> Result<CopyId> {
        let id = self.copies.add(place, passphrase, secret).await?;
        self.sync_copy(id.clone()).await?;
        Ok(id)
    }

    /// Queues bringing a copy up to date.
    pub async fn sync_copy(&self, copy: CopyId) -> Result<JobId> {
        self.jobs()?.push(Work::SyncCopy { copy }, Priority::Pro).await
    }

    /// Brings a copy up to date.
    pub(crate) async fn run_sync(&self, context: &JobContext, copy: &CopyId) -> Result<()> {
        let context = context.clone();
        let work = move |copies: &Copies, copy: &StoreCopy| {
            let report = |done| context.progress(Stage::Copying, done);
            copies.carry(copy, Progress { report: &report, cancelled: context.cancelled_flag() })
        };
        self.copies.sync(copy, work).await
    }
}
